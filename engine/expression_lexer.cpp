#include "engine/expression_lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "engine/table.h"

namespace cifra {

namespace {

constexpr std::array<std::string_view, 8> reserved = {"and", "false", "in", "is", "missing", "not", "or", "true"};
// Longer ones first, so that `<=` is not read as `<`.
constexpr std::array<std::string_view, 18> symbols = {"..", "==", "!=", "<>", "<=", ">=", "(", ")", "[",
                                                      "]",  ",",  "=",  "<",  ">",  "+",  "-", "*", "/"};

// What people type out of habit, and what to type here.
constexpr std::array<std::pair<std::string_view, std::string_view>, 14> habits = {{
    {"&", "write 'and'"},
    {"|", "write 'or'"},
    {"!", "write 'not', or '!=' for 'differs from'"},
    {"\u201c", "write a straight quote: \" or '"},
    {"\u201d", "write a straight quote: \" or '"},
    {"\u2018", "write a straight quote: \" or '"},
    {"\u2019", "write a straight quote: \" or '"},
    {"\u2260", "write '!='"},
    {"\u2264", "write '<='"},
    {"\u2265", "write '>='"},
    {"\u00a0", "this is a no-break space: type a plain one"},
    {"$", "write the name alone, without '$' or '{}'"},
    {"{", "write the name alone, and lists in square brackets"},
    {";", "one expression stands alone: join conditions by 'and' or 'or'"},
}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// Bytes of the UTF-8 character at `at`, 0 where the bytes are not UTF-8.
std::size_t character_length(std::string_view text, std::size_t at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead < 0x80) return 1;
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || at + length > text.size()) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if (!is_continuation(text[at + i])) return 0;
    return length;
}

// Bytes of the letter at `at`, or 0. Beyond ASCII every character is a letter but those led by C2 and E2: the signs of
// Latin-1 and general punctuation, which come from word processors and would hide in a name.
std::size_t letter_length(std::string_view text, std::size_t at) {
    if (at >= text.size()) return 0;
    const char c = text[at];
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_') return 1;
    const auto lead = static_cast<unsigned char>(c);
    return lead < 0x80 || lead == 0xC2 || lead == 0xE2 ? 0 : character_length(text, at);
}

std::size_t name_character_length(std::string_view text, std::size_t at) {
    if (at < text.size() && is_digit(text[at])) return 1;
    return letter_length(text, at);
}

class Lexer {
public:
    Lexer(const std::string& text, ExpressionFaults& faults) : text_(text), faults_(faults) {}

    std::vector<Token> run() {
        while (!failed_ && skip_blanks()) next();
        add(Token::Kind::end, text_.size(), "");
        return std::move(tokens_);
    }

private:
    bool skip_blanks() {
        while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
        return at_ < text_.size();
    }

    void next() {
        const char c = text_[at_];
        if (is_digit(c)) return number();
        if (c == '"' || c == '\'') return quoted(c);
        if (letter_length(text_, at_) > 0) return name();
        symbol();
    }

    void number() {
        const std::size_t begin = at_;
        skip_digits();
        if (digit_at(at_ + 1) && text_[at_] == '.') ++at_, skip_digits();
        if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) exponent();
        if (name_character_length(text_, at_) > 0) return run_on(begin);
        const std::string spelling = text_.substr(begin, at_ - begin);
        const std::optional<double> value = parse_number(spelling);
        if (!value) return fail(begin, fmt::format("the number {} is too large", faults_.excerpt(begin, at_ - begin)));
        add(Token::Kind::number, begin, spelling).number = *value;
    }

    void exponent() {
        const bool sign = at_ + 1 < text_.size() && (text_[at_ + 1] == '+' || text_[at_ + 1] == '-');
        if (!digit_at(at_ + (sign ? 2 : 1))) return;
        at_ += sign ? 2 : 1;
        skip_digits();
    }

    void run_on(std::size_t begin) {
        while (const std::size_t length = name_character_length(text_, at_)) at_ += length;
        fail(begin, fmt::format("'{}' is neither a number nor a name", faults_.excerpt(begin, at_ - begin)),
             "a name begins with a letter or '_'; text stands in quotes");
    }

    void name() {
        const std::size_t begin = at_;
        for (;;) {
            while (const std::size_t length = name_character_length(text_, at_)) at_ += length;
            if (at_ >= text_.size() || text_[at_] != '.' || name_character_length(text_, at_ + 1) == 0) break;
            ++at_;
        }
        add(Token::Kind::name, begin, text_.substr(begin, at_ - begin));
    }

    void quoted(char quote) {
        const std::size_t begin = at_++;
        std::string value;
        while (at_ < text_.size() && text_[at_] != '\n' && text_[at_] != '\0') {
            if (text_[at_] == quote) {
                const bool doubled = at_ + 1 < text_.size() && text_[at_ + 1] == quote;
                at_ += doubled ? 2 : 1;
                if (!doubled) return void(add(Token::Kind::text, begin, std::move(value)));
                value += quote;
            } else {
                value += text_[at_++];
            }
        }
        fail(begin, "the quote opened here is not closed",
             fmt::format("close it with {0} on the same line; a {0} inside is written {0}{0}", quote));
    }

    void symbol() {
        const std::string_view rest = std::string_view(text_).substr(at_);
        for (const std::string_view candidate : symbols)
            if (rest.starts_with(candidate)) return take(candidate.size());
        for (const auto& [habit, remedy] : habits)
            if (rest.starts_with(habit)) return stray(habit.size(), std::string(remedy));
        stray(character_length(text_, at_), rest.front() == '.' ? "a number begins with a digit: 0.5" : "");
    }

    void take(std::size_t length) {
        at_ += length;
        add(Token::Kind::symbol, at_ - length, text_.substr(at_ - length, length));
    }

    void stray(std::size_t length, std::string hint) {
        const auto byte = static_cast<unsigned char>(text_[at_]);
        const bool printable = length > 0 && byte >= 0x20 && byte != 0x7F;
        fail(at_,
             printable ? fmt::format("'{}' has no meaning here", text_.substr(at_, length))
                       : fmt::format("the byte {:#04x} has no meaning here", byte),
             std::move(hint));
    }

    void fail(std::size_t offset, std::string message, std::string hint = {}) {
        failed_ = true;
        faults_.add(offset, "expression-syntax", std::move(message), std::move(hint));
    }

    Token& add(Token::Kind kind, std::size_t begin, std::string text) {
        const std::size_t end = kind == Token::Kind::end ? begin : at_;
        return tokens_.emplace_back(Token{kind, std::move(text), 0, begin, end - begin});
    }

    bool digit_at(std::size_t at) const { return at < text_.size() && is_digit(text_[at]); }
    void skip_digits() {
        while (digit_at(at_)) ++at_;
    }

    const std::string& text_;
    ExpressionFaults& faults_;
    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    bool failed_ = false;
};

}  // namespace

void ExpressionFaults::add(std::size_t offset, std::string code, std::string message, std::string hint) {
    any_ = true;
    const auto end = text_.begin() + static_cast<std::ptrdiff_t>(std::min(offset, text_.size()));
    const auto characters = std::count_if(text_.begin(), end, [](char c) { return !is_continuation(c); });
    Location where = where_;
    where.column = std::max<std::size_t>(where.column, 1) + static_cast<std::size_t>(characters);
    if (hint.empty()) hint = "the language of expressions is described in engine/README.md";
    faults_.error(std::move(where), std::move(code), std::move(message), std::move(hint));
}

std::string ExpressionFaults::excerpt(std::size_t offset, std::size_t length) const {
    constexpr std::size_t longest = 40;
    if (length <= longest) return text_.substr(offset, length);
    std::size_t end = offset + longest;
    while (end > offset && is_continuation(text_[end])) --end;
    return text_.substr(offset, end - offset) + "...";
}

std::vector<Token> tokens_of(const std::string& text, ExpressionFaults& faults) { return Lexer(text, faults).run(); }

bool is_reserved(std::string_view word) { return std::find(reserved.begin(), reserved.end(), word) != reserved.end(); }

}  // namespace cifra
