#include "engine/warehouse/answer_stream.h"

#include <utility>

namespace cifra {

namespace {

constexpr std::size_t most_held = std::size_t{4} << 20;

}  // namespace

AnswerStream::AnswerStream(WarehouseClient client, std::string sql)
    : client_(std::move(client)), thread_([this, sql = std::move(sql)] { run(sql); }) {}

AnswerStream::~AnswerStream() {
    {
        const std::scoped_lock lock(mutex_);
        unwanted_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

bool AnswerStream::more(std::string& to) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ended_ || !held_.empty(); });
    if (fault_) std::rethrow_exception(fault_);
    const bool any = !held_.empty();
    to += held_;
    held_.clear();
    changed_.notify_all();
    return any;
}

void AnswerStream::run(const std::string& sql) {
    std::exception_ptr fault;
    try {
        client_.stream(sql, [this](std::string_view part) { return take(part); });
    } catch (...) {
        fault = std::current_exception();
    }
    const std::scoped_lock lock(mutex_);
    fault_ = fault;
    ended_ = true;
    changed_.notify_all();
}

bool AnswerStream::take(std::string_view part) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return unwanted_ || held_.size() < most_held; });
    held_ += part;
    changed_.notify_all();
    return !unwanted_;
}

}  // namespace cifra
