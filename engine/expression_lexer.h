// The words of an expression: text → tokens with their places. Internal to the rooms `expression*`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/diagnostics.h"

namespace cifra {

// Faults of one expression text: the place of a fault is the text's place moved right by the characters before it.
class ExpressionFaults {
public:
    ExpressionFaults(const std::string& text, Location where, Diagnostics& faults)
        : text_(text), where_(std::move(where)), faults_(faults) {}
    void add(std::size_t offset, std::string code, std::string message, std::string hint = {});
    bool any() const { return any_; }
    // The source between two byte offsets for a message, cut to 40 bytes at the border of a character.
    std::string excerpt(std::size_t offset, std::size_t length) const;

private:
    const std::string& text_;
    Location where_;
    Diagnostics& faults_;
    bool any_ = false;
};

struct Token {
    enum class Kind : std::uint8_t { number, text, name, symbol, end };
    Kind kind = Kind::end;
    std::string text;                    // the value of a text literal without quotes, else the spelling
    double number = 0;                   // Kind::number
    std::size_t offset = 0, length = 0;  // in bytes
    bool is(std::string_view spelling) const {
        return (kind == Kind::symbol || kind == Kind::name) && text == spelling;
    }
};

// The tokens of `text`, the last of Kind::end. Stops at the first fault.
std::vector<Token> tokens_of(const std::string& text, ExpressionFaults& faults);

// Words that cannot be names: and, false, in, is, missing, not, or, true.
bool is_reserved(std::string_view word);

}  // namespace cifra
