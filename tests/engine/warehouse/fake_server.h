// A server on the loopback that answers with whatever bytes it is told to, and remembers what it was asked.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace cifra {

class FakeServer {
public:
    // What to send for the n-th connection, from 0, before it is closed; "" closes it at once.
    using Answer = std::function<std::string(std::size_t n)>;
    explicit FakeServer(Answer answer);
    ~FakeServer();
    FakeServer(const FakeServer&) = delete;
    FakeServer& operator=(const FakeServer&) = delete;

    int port() const { return port_; }
    std::vector<std::string> requests() const;  // head and body of each

private:
    void serve();
    int listener_ = -1, port_ = 0;
    Answer answer_;
    std::atomic<bool> stopped_{false};
    mutable std::mutex mutex_;
    std::vector<std::string> requests_;
    std::thread thread_;
};

// A port of the loopback on which nothing listens.
int closed_port();

// "HTTP/1.1 STATUS ..." with the body and its length.
std::string http_answer(const std::string& body, int status = 200);

}  // namespace cifra
