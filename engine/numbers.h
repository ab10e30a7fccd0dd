// Numbers as a reader wants them: decimals by magnitude, thousands apart, the decimal sign of the language.
#pragma once

#include <span>
#include <string>

namespace cifra {

struct NumberStyle {
    std::string decimal = ".";
    std::string per_cent = "%";
    std::string group = ",";  // between thousands, from 10,000 where it is a space, else from 1,000
};

// English: 1,234.5 and 5%. Spanish and French: decimal comma and thin spaces, 12 345,6 and 5 % (ISO 80000-1).
// Portuguese: 12.345,6 and 5% (Unicode CLDR).
NumberStyle number_style(const std::string& language);

// Decimals for a column of values: 0 from 1,000 on, 1 from 10, 2 from 1, else as many as show two significant digits of
// the largest value, at most 6.
int decimals_for(std::span<const double> values);

// Rounded half away from zero in decimal; a true minus sign (U+2212); "–" for NaN.
std::string format_number(double value, int decimals, const NumberStyle& style);

}  // namespace cifra
