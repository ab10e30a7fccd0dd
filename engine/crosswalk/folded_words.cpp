#include "engine/crosswalk/folded_words.h"

namespace cifra {

namespace {

// U+00C0 .. U+00FF, the letters behind the byte C3 of UTF-8, by their last six bits.
constexpr std::string_view plain = "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty";

char folded(std::string_view text, std::size_t& at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte == 0xC3 && at + 1 < text.size()) return plain[static_cast<unsigned char>(text[++at]) & 0x3FU];
    if (byte >= 'A' && byte <= 'Z') return static_cast<char>(byte + 32);
    const bool word = (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte >= 0x80;
    return word ? text[at] : ' ';
}

}  // namespace

std::vector<std::string> folded_words(std::string_view text) {
    std::vector<std::string> words;
    bool inside = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char letter = folded(text, at);
        if (letter != ' ' && !inside) words.emplace_back();
        inside = letter != ' ';
        if (inside) words.back().push_back(letter);
    }
    return words;
}

}  // namespace cifra
