// One column on its way into a columnar file: cells come as texts and leave as chunks (columnar_format.h).
//
// A dictionary serves while it holds at most `columnar_max_entries` distinct cells and is worth its bytes: it is given
// up when three quarters of 65,536 cells or more were new ones. From then on a chunk holds doubles if all its cells are
// plain numbers, else texts. Either way no cell is lost.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/microdata/columnar_format.h"
#include "engine/table.h"

namespace cifra {

struct ColumnarTexts {
    std::string bytes;
    std::vector<std::uint32_t> ends;
    void add(std::string_view cell);
    std::string_view cell(std::size_t index) const;
};

struct EncodedChunk {
    std::string bytes;
    ColumnarEncoding encoding = ColumnarEncoding::codes8;
    std::uint8_t decimals = columnar_shortest;
};

class ColumnEncoder {
public:
    explicit ColumnEncoder(bool decimal_comma) : decimal_comma_(decimal_comma) {}

    // Adds the cells of rows [begin, end) of a text column; missing cells are empty ones.
    void add(const Column& texts, std::size_t begin, std::size_t end);
    std::size_t pending_bytes() const { return pending_bytes_; }  // of the cells not yet flushed
    EncodedChunk flush();                                         // the cells added since the last one

    bool numbers() const { return numbers_; }  // every cell so far is empty or a plain number
    std::size_t entries() const { return entries_.size(); }
    std::string dictionary() const;

private:
    std::uint16_t code_of(std::string_view cell);
    void add_coded(const Column& texts, std::size_t begin, std::size_t end);
    void give_up_dictionary();
    EncodedChunk flush_codes();
    EncodedChunk flush_texts();

    bool decimal_comma_;
    bool coded_ = true, numbers_ = true;
    std::deque<std::string> entries_;  // stable addresses: the index holds views into it
    std::unordered_map<std::string_view, std::uint16_t> index_;
    std::size_t dictionary_bytes_ = 0, flushed_entries_ = 0, cells_ = 0, pending_bytes_ = 0;
    std::vector<std::uint16_t> codes_;  // pending, while coded
    ColumnarTexts pending_;             // else
};

}  // namespace cifra
