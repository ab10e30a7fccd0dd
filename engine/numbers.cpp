#include "engine/numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cifra {

namespace {

constexpr const char* narrow_space = "\u202f";
constexpr const char* minus_sign = "\u2212";

std::string grouped(const std::string& digits, const std::string& separator) {
    const std::size_t shortest_grouped = separator == narrow_space ? 5 : 4;
    if (digits.size() < shortest_grouped) return digits;
    std::string result;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0) result += separator;
        result += digits[i];
    }
    return result;
}

}  // namespace

NumberStyle number_style(const std::string& language) {
    if (language.starts_with("es") || language.starts_with("fr"))
        return {",", std::string(narrow_space) + "%", narrow_space};
    if (language.starts_with("pt")) return {",", "%", "."};
    return {".", "%", ","};
}

int decimals_for(std::span<const double> values) {
    double largest = 0;
    for (const double value : values)
        if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
    if (largest >= 1000 || largest == 0) return 0;
    if (largest >= 10) return 1;
    if (largest >= 1) return 2;
    return std::min(6, 1 - static_cast<int>(std::floor(std::log10(largest))));
}

std::string format_number(double value, int decimals, const NumberStyle& style) {
    if (std::isnan(value)) return "–";
    if (std::isinf(value)) return value < 0 ? "−∞" : "∞";
    // The shortest decimal text is what the reader sees in the file; halves are judged on it, not on the binary value.
    const double scale = std::pow(10.0, decimals);
    const double nudged = std::abs(value) * scale * (1 + 4e-16);
    const std::string digits = fmt::format("{:.{}f}", std::floor(nudged + 0.5) / scale, decimals);
    const std::size_t point = digits.find('.');
    std::string text = grouped(digits.substr(0, point), style.group);
    if (point != std::string::npos) text += style.decimal + digits.substr(point + 1);
    const bool is_zero = digits.find_first_not_of("0.") == std::string::npos;
    return value < 0 && !is_zero ? minus_sign + text : text;
}

}  // namespace cifra
