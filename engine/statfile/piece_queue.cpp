#include "engine/statfile/piece_queue.h"

#include <utility>

namespace cifra {

PieceQueue::PieceQueue(Make make) : thread_([this, work = std::move(make)] { run(work); }) {}

PieceQueue::~PieceQueue() {
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    turn_.notify_all();
    thread_.join();
}

void PieceQueue::run(const Make& make) {
    Diagnostics faults;
    std::exception_ptr thrown;
    try {
        make([this](std::unique_ptr<StatPiece> piece) { return push(std::move(piece)); }, faults);
    } catch (...) {
        thrown = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    ended_ = true;
    faults_ = std::move(faults);
    thrown_ = thrown;
    turn_.notify_all();
}

bool PieceQueue::push(std::unique_ptr<StatPiece> piece) {
    std::unique_lock lock(mutex_);
    turn_.wait(lock, [this] { return stopped_ || pieces_.size() < most_; });
    if (stopped_) return false;
    pieces_.push_back(std::move(piece));
    turn_.notify_all();
    return true;
}

std::unique_ptr<StatPiece> PieceQueue::pop(Diagnostics& faults) {
    std::unique_lock lock(mutex_);
    turn_.wait(lock, [this] { return ended_ || !pieces_.empty(); });
    if (pieces_.empty()) {
        faults.append(std::exchange(faults_, {}));
        if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
        return nullptr;
    }
    auto piece = std::move(pieces_.front());
    pieces_.pop_front();
    turn_.notify_all();
    return piece;
}

}  // namespace cifra
