#include "engine/svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/markup.h"

namespace cifra {

std::string svg_document(const SvgFrame& frame, const std::string& content) {
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" viewBox=\"0 0 {0} {1}\" role=\"img\" "
        "aria-labelledby=\"{2}-t {2}-d\" font-family=\"system-ui, 'Segoe UI', Roboto, Arial, sans-serif\" "
        "font-size=\"12\"><title id=\"{2}-t\">{3}</title><desc id=\"{2}-d\">{4}</desc>\n{5}</svg>\n",
        frame.width, frame.height, escape_markup(frame.id), escape_markup(frame.title),
        escape_markup(frame.description), content);
}

std::string svg_text(double x, double y, const char* anchor, const std::string& content) {
    return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" fill=\"#566472\">{}</text>\n", x, y, anchor,
                       escape_markup(content));
}

double nice_step(double raw) {
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    for (const double multiple : {1.0, 2.0, 5.0})
        if (raw <= multiple * power * (1 + 1e-9)) return multiple * power;
    return 10 * power;
}

std::vector<double> logarithmic_ticks(double low, double high) {
    std::vector<double> result;
    if (high / low < 5) {
        const double step = nice_step((low < high / 2 ? high : high - low) / 5);
        for (double i = std::ceil(low / step); i * step <= high; ++i) result.push_back(i * step);
        return result;
    }
    const bool many_decades = high / low > 200;
    for (double decade = std::floor(std::log10(low)); decade <= std::log10(high); ++decade)
        for (const double multiple : {1.0, 2.0, 5.0}) {
            const double tick = multiple * std::pow(10.0, decade);
            if (tick >= low && tick <= high && (multiple == 1 || !many_decades)) result.push_back(tick);
        }
    return result;
}

std::string tick_label(double tick, const std::vector<double>& ticks, const NumberStyle& style) {
    const double apart = ticks.size() > 1 ? std::min(tick, ticks[1] - ticks[0]) : tick;
    return format_number(tick, std::max(0, -static_cast<int>(std::floor(std::log10(apart) + 1e-9))), style);
}

}  // namespace cifra
