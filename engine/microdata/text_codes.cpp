#include "engine/microdata/text_codes.h"

#include <cstring>
#include <utility>

namespace cifra {

namespace {

std::uint64_t mix(std::uint64_t state, std::uint64_t part) {
    state = (state ^ part) * 0x9E3779B97F4A7C15;
    return state ^ (state >> 32);
}

std::uint32_t hash_of(std::string_view word) {
    std::uint64_t state = word.size(), part = 0;
    for (; word.size() > 8; word.remove_prefix(8)) {
        std::memcpy(&part, word.data(), 8);
        state = mix(state, part);
    }
    part = 0;
    for (const char byte : word) part = part << 8 | static_cast<unsigned char>(byte);
    return static_cast<std::uint32_t>(mix(state, part));
}

}  // namespace

std::uint32_t TextCodes::code(std::string_view word, std::size_t row) {
    const std::uint32_t hash = hash_of(word);
    if (slots_.size() < 2 * (words_.size() + 1)) grow();
    std::uint32_t& slot = slots_[slot_of(word, hash)];
    if (slot == 0) {
        words_.emplace_back(word);
        hashes_.push_back(hash);
        slot = static_cast<std::uint32_t>(words_.size());
        last_row_ = row;
    }
    return slot - 1;
}

// The last word is at no other's place in the probing, so that its slot can be freed.
bool TextCodes::forget(std::size_t row) {
    if (words_.empty() || last_row_ != row) return false;
    slots_[slot_of(words_.back(), hashes_.back())] = 0;
    words_.pop_back();
    hashes_.pop_back();
    last_row_ = static_cast<std::size_t>(-1);
    return true;
}

std::vector<std::string> TextCodes::take_words() { return std::exchange(*this, TextCodes()).words_; }

std::size_t TextCodes::slot_of(std::string_view word, std::uint32_t hash) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash & mask;
    while (slots_[at] != 0 && (hashes_[slots_[at] - 1] != hash || words_[slots_[at] - 1] != word)) at = (at + 1) & mask;
    return at;
}

void TextCodes::grow() {
    slots_.assign(slots_.empty() ? 64 : 2 * slots_.size(), 0);
    for (std::size_t i = 0; i < words_.size(); ++i)
        slots_[slot_of(words_[i], hashes_[i])] = static_cast<std::uint32_t>(i + 1);
}

}  // namespace cifra
