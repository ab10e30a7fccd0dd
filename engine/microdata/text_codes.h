// The dictionary of a text column while its cells come row by row: words in order of first appearance, each with a
// code. One thing TextColumnBuilder (table.h) cannot do: take back the word of a row that turns out to be none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cifra {

class TextCodes {
public:
    // The code of a word; a new word gets the next one. Expected constant time.
    std::uint32_t code(std::string_view word, std::size_t row);
    // Takes back the word that row `row`, the last one that asked, brought. True if there was one.
    bool forget(std::size_t row);
    std::vector<std::string> take_words();

private:
    std::size_t slot_of(std::string_view word, std::uint32_t hash) const;
    void grow();

    std::vector<std::string> words_;
    std::vector<std::uint32_t> hashes_;  // of the words
    std::vector<std::uint32_t> slots_;   // open addressing: code + 1, 0 where free
    std::size_t last_row_ = 0;           // the row that brought the last word
};

}  // namespace cifra
