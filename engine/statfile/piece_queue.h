// Pieces of a file on their way from the thread that takes the file apart to those that read them.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "engine/diagnostics.h"
#include "engine/microdata/row_source.h"
#include "engine/statfile/stat_cells.h"

namespace cifra {

struct StatPiece final : RowPiece {
    StatCells cells;
};

// Holds a few pieces: the thread that makes them waits while it is full, the one that asks while it is empty.
class PieceQueue {
public:
    // False once nobody wants more pieces.
    using Push = std::function<bool(std::unique_ptr<StatPiece>)>;
    using Make = std::function<void(const Push& push, Diagnostics& faults)>;

    // Starts a thread that runs `make`. It ends at the latest when the queue does.
    explicit PieceQueue(Make make);
    ~PieceQueue();
    PieceQueue(const PieceQueue&) = delete;
    PieceQueue& operator=(const PieceQueue&) = delete;

    // The next piece; nullptr at the end, with the faults of the making. Throws what the making has thrown.
    std::unique_ptr<StatPiece> pop(Diagnostics& faults);

private:
    bool push(std::unique_ptr<StatPiece> piece);
    void run(const Make& make);

    static constexpr std::size_t most_ = 4;
    std::mutex mutex_;
    std::condition_variable turn_;
    std::deque<std::unique_ptr<StatPiece>> pieces_;
    bool stopped_ = false, ended_ = false;
    Diagnostics faults_;
    std::exception_ptr thrown_;
    std::thread thread_;
};

}  // namespace cifra
