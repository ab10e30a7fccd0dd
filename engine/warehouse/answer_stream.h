// The bytes of an answer while they come, a few megabytes at a time: the query runs on a thread of its own, which waits
// where nobody takes them.
#pragma once

#include <condition_variable>
#include <exception>
#include <mutex>
#include <string>
#include <thread>

#include "engine/warehouse/http_client.h"

namespace cifra {

class AnswerStream {
public:
    AnswerStream(WarehouseClient client, std::string sql);
    ~AnswerStream();  // breaks the query off
    AnswerStream(const AnswerStream&) = delete;
    AnswerStream& operator=(const AnswerStream&) = delete;

    // Waits for bytes and adds what came to `to`; false at the end of a complete answer. Throws the InputError of
    // WarehouseClient::stream.
    bool more(std::string& to);

private:
    void run(const std::string& sql);
    bool take(std::string_view part);

    WarehouseClient client_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::string held_;
    std::exception_ptr fault_;
    bool ended_ = false, unwanted_ = false;
    std::thread thread_;
};

}  // namespace cifra
