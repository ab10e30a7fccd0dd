// What the pictures of all modules share: the frame of an SVG document, its words, and round numbers on axes.
#pragma once

#include <string>
#include <vector>

#include "engine/numbers.h"

namespace cifra {

struct SvgFrame {
    std::string id;                  // unique on the page
    std::string title, description;  // read by screen readers
    double width = 0, height = 0;
};

// A picture that needs no style sheet.
std::string svg_document(const SvgFrame& frame, const std::string& content);

// `anchor`: start, middle or end.
std::string svg_text(double x, double y, const char* anchor, const std::string& content);

// The least of 1, 2 and 5 times a power of ten that is not below `raw`.
double nice_step(double raw);

// Round numbers from low to high on a logarithmic axis, 0 < low < high: multiples of a step where they differ by less
// than 5 times, else 1, 2, 5, and powers of ten alone over more than 200 times.
std::vector<double> logarithmic_ticks(double low, double high);

// With as many decimals as tell the tick, and the next one, exactly.
std::string tick_label(double tick, const std::vector<double>& ticks, const NumberStyle& style);

}  // namespace cifra
