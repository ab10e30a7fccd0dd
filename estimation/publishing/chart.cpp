#include "estimation/publishing/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/markup.h"
#include "engine/svg.h"
#include "estimation/publishing/style.h"

namespace cifra {

namespace {

constexpr double width = 560, plot_right = 486, row_height = 23, gap_height = 9, top = 10;
constexpr double least_plot_left = 188, letter_width = 6.6, label_margin = 23;
constexpr double title_height = 26;  // of a chart in a file of its own
constexpr std::size_t longest_label = 40, longest_title = 80;

double finite_or(double value, double fallback) { return std::isfinite(value) ? value : fallback; }

// Where the plot begins: after the longest label (an accent counts as a letter), so that names that differ at their
// end are told apart.
double plot_left_of(const Chart& chart) {
    std::size_t longest = 0;
    for (const ChartPoint& point : chart.points)
        longest = std::max(longest, shortened(point.label, longest_label).size());
    return std::max(least_plot_left, label_margin + letter_width * static_cast<double>(longest));
}

bool has_points(const Chart& chart) {
    return std::any_of(chart.points.begin(), chart.points.end(),
                       [](const ChartPoint& point) { return std::isfinite(point.estimate); });
}

class Drawing {
public:
    explicit Drawing(const Chart& chart)
        : chart_(chart), axis_(axis_for(chart.points)), plot_left_(plot_left_of(chart)) {}

    std::string draw() { return frame("", 0); }

    std::string draw_file() {
        const std::string unit = chart_.unit.empty() ? "" : ", " + chart_.unit;
        const std::string head = fmt::format(
            "<style>svg{{--ink:#17232f;--soft:#566472;--accent:#12466b;background:#fff}}{}</style>\n"
            "<text class=\"tt\" x=\"8\" y=\"{:.0f}\">{}</text>\n",
            chart_style(), 18 - title_height, escape_markup(shortened(chart_.title + unit, longest_title)));
        return frame(head, title_height);
    }

private:
    double rows_and_axis() {
        for (const ChartPoint& point : chart_.points) draw_row(point);
        const double bottom = y_ + 2;
        const std::string rows = std::move(body_);
        body_.clear();
        draw_axis(bottom);
        body_ += rows;
        return bottom + 26;
    }

    double x(double value) const {
        const double share = (value - axis_.low) / (axis_.high - axis_.low);
        return plot_left_ + std::clamp(share, 0.0, 1.0) * (plot_right - plot_left_);
    }

    void draw_row(const ChartPoint& point) {
        if (point.gap_before) y_ += gap_height;
        const double middle = y_ + row_height / 2;
        body_ += fmt::format("<text class=\"lb{}\" x=\"{}\" y=\"{:.1f}\">{}</text>", point.total ? " tt" : "",
                             plot_left_ - 12, middle + 4, escape_markup(shortened(point.label, longest_label)));
        if (std::isfinite(point.estimate)) draw_mark(point, middle);
        body_ +=
            fmt::format("<text class=\"vl{}\" x=\"{}\" y=\"{:.1f}\">{}</text>\n", point.total ? " tt" : "", width - 4,
                        middle + 4, escape_markup(format_number(point.estimate, chart_.decimals, chart_.style)));
        y_ += row_height;
    }

    void draw_mark(const ChartPoint& point, double middle) {
        const std::string level(to_text(point.level));
        if (std::isfinite(point.lower) && std::isfinite(point.upper))
            body_ += fmt::format("<line class=\"iv {}\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>",
                                 level, x(point.lower), x(point.upper), middle, middle);
        const double cx = x(point.estimate);
        if (point.level == QualityLevel::poor)
            body_ += fmt::format("<path class=\"pt poor\" d=\"M{:.1f} {:.1f}l5.5 5.5-5.5 5.5-5.5-5.5z\"/>", cx,
                                 middle - 5.5);
        else
            body_ += fmt::format("<circle class=\"pt {}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4.6\"/>", level, cx, middle);
    }

    void draw_axis(double bottom) {
        const int decimals = std::max(0, -static_cast<int>(std::floor(std::log10(axis_.step) + 1e-9)));
        const auto steps = static_cast<int>(std::round((axis_.high - axis_.low) / axis_.step));
        for (int i = 0; i <= steps; ++i) {
            const double value = axis_.low + i * axis_.step;
            body_ += fmt::format("<line class=\"gr\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" y2=\"{2:.1f}\"/>",
                                 x(value), top - 4, bottom);
            body_ += fmt::format("<text class=\"ax\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", x(value), bottom + 16,
                                 escape_markup(format_number(value, decimals, chart_.style)));
        }
        if (std::isfinite(chart_.reference))
            body_ += fmt::format("<line class=\"rf\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" y2=\"{2:.1f}\"/>",
                                 x(chart_.reference), top - 4, bottom);
        body_ += '\n';
    }

    std::string frame(const std::string& head, double above) {
        const double height = rows_and_axis();
        return fmt::format(
            "<svg{0} class=\"chart\" viewBox=\"0 {1:.0f} {2} {3:.0f}\" role=\"img\" aria-labelledby=\"{4}-t {4}-d\">"
            "<title id=\"{4}-t\">{5}</title><desc id=\"{4}-d\">{6}</desc>\n{7}{8}</svg>\n",
            above > 0 ? " xmlns=\"http://www.w3.org/2000/svg\"" : "", -above, width, height + above, chart_.id,
            escape_markup(chart_.title), escape_markup(chart_.description), head, body_);
    }

    const Chart& chart_;
    Axis axis_;
    double plot_left_;
    std::string body_;
    double y_ = top;
};

}  // namespace

Axis axis_for(const std::vector<ChartPoint>& points) {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const ChartPoint& point : points) {
        if (!std::isfinite(point.estimate)) continue;
        low = std::min(low, finite_or(point.lower, point.estimate));
        high = std::max(high, finite_or(point.upper, point.estimate));
    }
    if (!(low <= high)) return {};
    if (low >= 0 && low < high / 2) low = 0;
    if (low == high) high = low + std::max(std::abs(low), 1.0);
    const double step = nice_step((high - low) / 5);
    return {std::floor(low / step + 1e-9) * step, std::ceil(high / step - 1e-9) * step, step};
}

std::string interval_chart(const Chart& chart) { return has_points(chart) ? Drawing(chart).draw() : ""; }

std::string interval_chart_file(const Chart& chart) { return has_points(chart) ? Drawing(chart).draw_file() : ""; }

}  // namespace cifra
