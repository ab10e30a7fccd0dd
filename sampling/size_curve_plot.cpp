#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "engine/markup.h"
#include "engine/svg.h"
#include "sampling/size_curve.h"

namespace cifra {

namespace {

constexpr double width = 830, plot_left = 58, plot_right = 520, plot_top = 56, least_height = 300, row_height = 32;
constexpr std::size_t longest_name = 32;

struct PlotWords {
    const char *cost_title, *issued_title, *over_cost, *over_issued, *cv, *chosen_cost, *chosen_issued;
};

constexpr PlotWords english = {"Precision and cost of the sample",
                               "Precision and size of the sample",
                               "total cost (logarithmic scale)",
                               "dwellings issued (logarithmic scale)",
                               "coefficient of variation, % (logarithmic scale)",
                               "CV {}%: {} dwellings, cost {}",
                               "CV {}%: {} dwellings"};
constexpr PlotWords spanish = {"Precisión y costo de la muestra",
                               "Precisión y tamaño de la muestra",
                               "costo total (escala logarítmica)",
                               "viviendas seleccionadas (escala logarítmica)",
                               "coeficiente de variación, % (escala logarítmica)",
                               "CV {}\u202f%: {} viviendas, costo {}",
                               "CV {}\u202f%: {} viviendas"};

constexpr std::array dashes = {"", "7 3", "2 3", "10 3 2 3", "14 4", "5 2 1 2 1 2"};

// Filled and open circles, squares, triangles and diamonds around (x, y).
std::string mark(std::size_t kind, double x, double y) {
    const char* fill = kind / 4 % 2 == 0 ? "#222" : "#fff";
    const std::string style = fmt::format("fill=\"{}\" stroke=\"#222\" stroke-width=\"1.4\"", fill);
    switch (kind % 4) {
        case 0:
            return fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4.5\" {}/>", x, y, style);
        case 1:
            return fmt::format("<path d=\"M{:.1f} {:.1f}h8v8h-8z\" {}/>", x - 4, y - 4, style);
        case 2:
            return fmt::format("<path d=\"M{:.1f} {:.1f}l5 9h-10z\" {}/>", x, y - 5.5, style);
        default:
            return fmt::format("<path d=\"M{:.1f} {:.1f}l5.5 5.5l-5.5 5.5l-5.5 -5.5z\" {}/>", x, y - 5.5, style);
    }
}

struct Range {
    double low = std::numeric_limits<double>::infinity(), high = 0;
    void take(double value) {
        if (!(value > 0)) return;
        low = std::min(low, value);
        high = std::max(high, value);
    }
    double share(double value) const { return std::log(value / low) / std::log(high / low); }
};

class CurvePlot {
public:
    CurvePlot(const std::vector<SizeCurve>& curves, const std::string& language)
        : curves_(curves),
          words_(language.starts_with("es") ? spanish : english),
          style_(number_style(language)),
          over_cost_(!curves.empty() && std::isfinite(curves[0].chosen.cost)) {
        for (const SizeCurve& curve : curves)
            for (const CurvePoint& point : curve.points)
                if (point.cv > 0) {
                    across_.take(abscissa(point));
                    cv_.take(point.cv);
                }
        bottom_ = plot_top + std::max(least_height, row_height * static_cast<double>(curves.size()));
    }

    bool drawable() const { return across_.low < across_.high && cv_.low < cv_.high; }

    std::string draw() const {
        std::string lines, description;
        const std::vector<double> label_y = label_places();
        for (std::size_t i = 0; i < curves_.size(); ++i) {
            lines += line(i) + required(curves_[i]) + label(i, label_y[i]);
            description += (i > 0 ? "; " : "") + curves_[i].target + ": " + chosen_text(curves_[i]);
        }
        for (std::size_t i = 0; i < curves_.size(); ++i)
            if (curves_[i].chosen.cv > 0) lines += mark(i, x(curves_[i].chosen), y(curves_[i].chosen.cv)) + '\n';
        return svg_document({"size-curve", title(), description, width, bottom_ + 52}, axes() + lines);
    }

private:
    const char* title() const { return over_cost_ ? words_.cost_title : words_.issued_title; }

    double abscissa(const CurvePoint& point) const {
        return over_cost_ ? point.cost : static_cast<double>(point.issued);
    }
    double x(double value) const { return plot_left + across_.share(value) * (plot_right - plot_left); }
    double x(const CurvePoint& point) const { return x(abscissa(point)); }
    double y(double cv) const { return bottom_ - cv_.share(cv) * (bottom_ - plot_top); }

    std::string chosen_text(const SizeCurve& curve) const {
        return fmt::format(fmt::runtime(over_cost_ ? words_.chosen_cost : words_.chosen_issued),
                           format_number(100 * curve.chosen.cv, 1, style_),
                           format_number(static_cast<double>(curve.chosen.issued), 0, style_),
                           format_number(curve.chosen.cost, 0, style_));
    }

    static std::string grid(double x1, double x2, double y1, double y2) {
        return fmt::format("<path d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}\" stroke=\"#dfe5ea\"/>", x1, y1, x2, y2);
    }

    std::string axes() const {
        std::string result = svg_text(plot_left - 46, 20, "start", title());
        const std::vector<double> across = logarithmic_ticks(across_.low, across_.high);
        for (const double tick : across)
            result += grid(x(tick), x(tick), plot_top, bottom_ + 4) +
                      svg_text(x(tick), bottom_ + 19, "middle", tick_label(tick, across, style_));
        const std::vector<double> percents = logarithmic_ticks(100 * cv_.low, 100 * cv_.high);
        for (const double tick : percents)
            result += grid(plot_left, plot_right, y(tick / 100), y(tick / 100)) +
                      svg_text(plot_left - 8, y(tick / 100) + 4, "end", tick_label(tick, percents, style_));
        return result +
               svg_text((plot_left + plot_right) / 2, bottom_ + 40, "middle",
                        over_cost_ ? words_.over_cost : words_.over_issued) +
               svg_text(plot_left - 46, plot_top - 14, "start", words_.cv);
    }

    std::string line(std::size_t i) const {
        std::string path;
        for (const CurvePoint& point : curves_[i].points)
            if (point.cv > 0) path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", x(point), y(point.cv));
        return fmt::format(
            "<path d=\"{}\" fill=\"none\" stroke=\"#222\" stroke-width=\"1.6\" stroke-dasharray=\"{}\"/>\n", path,
            dashes[i % dashes.size()]);
    }

    std::string required(const SizeCurve& curve) const {
        if (!curve.required || !(curve.chosen.cv > 0)) return "";
        return fmt::format("<path d=\"M{:.1f} {:.1f}H{:.1f}\" stroke=\"#777\" stroke-dasharray=\"1 2\"/>\n", plot_left,
                           y(curve.chosen.cv), x(curve.chosen));
    }

    // Names stand at the right end of their lines, pushed apart where lines end close to each other.
    std::vector<double> label_places() const {
        std::vector<double> places(curves_.size());
        std::vector<std::size_t> order(curves_.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        for (std::size_t i = 0; i < curves_.size(); ++i) {
            const double last = curves_[i].points.back().cv;
            places[i] = last > 0 ? y(last) : bottom_;
        }
        std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return places[a] < places[b]; });
        double lowest = bottom_ + row_height / 2;
        for (auto i = order.rbegin(); i != order.rend(); ++i)
            lowest = places[*i] = std::min(places[*i], lowest - row_height);
        double highest = plot_top - row_height;
        for (const std::size_t i : order) highest = places[i] = std::max(places[i], highest + row_height);
        return places;
    }

    std::string label(std::size_t i, double place) const {
        const SizeCurve& curve = curves_[i];
        const CurvePoint& last = curve.points.back();
        const double end = last.cv > 0 ? y(last.cv) : bottom_;
        return fmt::format("<path d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}\" stroke=\"#bbb\"/>", x(last), end, plot_right + 10,
                           place) +
               mark(i, plot_right + 18, place) +
               svg_text(plot_right + 29, place + 1, "start", shortened(curve.target, longest_name)) +
               fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"10\" fill=\"#566472\">{}</text>\n",
                           plot_right + 29, place + 13, escape_markup(chosen_text(curve)));
    }

    const std::vector<SizeCurve>& curves_;
    const PlotWords& words_;
    NumberStyle style_;
    bool over_cost_;
    Range across_, cv_;
    double bottom_ = 0;
};

}  // namespace

std::string size_curve_plot(const std::vector<SizeCurve>& curves, const std::string& language) {
    const CurvePlot plot(curves, language);
    return plot.drawable() ? plot.draw() : "";
}

}  // namespace cifra
