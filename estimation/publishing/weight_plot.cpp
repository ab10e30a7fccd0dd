#include "estimation/publishing/weight_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/numbers.h"
#include "engine/svg.h"
#include "estimation/publishing/chart.h"
#include "estimation/publishing/in_language.h"
#include "estimation/weighting/audit.h"

namespace cifra {

namespace {

constexpr double width = 560, height = 298, plot_left = 52, plot_right = 548, plot_top = 50, plot_bottom = 250;
constexpr double most_classes = 36;

struct PlotWords {
    const char *title, *before, *after, *weight, *units, *legend, *description;
};

constexpr PlotWords english = {
    "Distribution of weights",
    "Before",
    "After",
    "weight (logarithmic scale)",
    "units",
    "{}: {} units, deff {}",
    "{}: {} units with weights from {} to {}, median {}, design effect of unequal weights {}."};
constexpr PlotWords spanish = {
    "Distribución de los ponderadores",
    "Antes",
    "Después",
    "ponderador (escala logarítmica)",
    "unidades",
    "{}: {} unidades, deff {}",
    "{}: {} unidades con ponderadores de {} a {}, mediana {}, efecto de diseño por ponderadores desiguales {}."};
constexpr PlotWords french = {
    "Distribution des poids",
    "Avant",
    "Après",
    "poids (échelle logarithmique)",
    "unités",
    "{} : {} unités, deff {}",
    "{} : {} unités dont les poids vont de {} à {}, médiane {}, effet de plan des poids inégaux {}."};
constexpr PlotWords portuguese = {
    "Distribuição dos pesos",
    "Antes",
    "Depois",
    "peso (escala logarítmica)",
    "unidades",
    "{}: {} unidades, deff {}",
    "{}: {} unidades com pesos de {} a {}, mediana {}, efeito do plano por pesos desiguais {}."};

std::vector<double> sorted_positive(std::span<const double> weights) {
    std::vector<double> result;
    std::copy_if(weights.begin(), weights.end(), std::back_inserter(result), [](double w) { return w > 0; });
    std::sort(result.begin(), result.end());
    return result;
}

double median_of(const std::vector<double>& sorted) {
    const std::size_t middle = sorted.size() / 2;
    return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

// Classes of equal width in log10 w: class c holds 10^((first + c) / per_decade) <= w < 10^((first + c + 1) / ...).
struct Classes {
    double per_decade = 1, first = 0;
    std::size_t count = 1;

    Classes(double least, double largest) {
        for (const double candidate : {1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0}) {
            const double begin = place(least, candidate), end = place(largest, candidate) + 1;
            if (candidate > 1 && end - begin > most_classes) break;
            per_decade = candidate;
            first = begin;
            count = static_cast<std::size_t>(end - begin);
        }
    }
    // A weight on the limit of two classes lies in the upper one whatever the last digit of its logarithm.
    static double place(double w, double per_decade) { return std::floor(std::log10(w) * per_decade + 1e-9); }
    double limit(std::size_t c) const { return (first + static_cast<double>(c)) / per_decade; }

    std::vector<double> counts(const std::vector<double>& weights) const {
        std::vector<double> result(count);
        for (const double w : weights) ++result[static_cast<std::size_t>(place(w, per_decade) - first)];
        return result;
    }
};

class Histogram {
public:
    explicit Histogram(const WeightPlot& plot)
        : plot_(plot),
          words_(in_language(plot.language, english, spanish, french, portuguese)),
          style_(number_style(plot.language)),
          before_(sorted_positive(plot.before)),
          after_(sorted_positive(plot.after)),
          classes_(least(), largest()),
          before_counts_(classes_.counts(before_)),
          after_counts_(classes_.counts(after_)) {}

    std::string draw() const {
        return svg_document({plot_.id, plot_.title.empty() ? words_.title : plot_.title,
                             described(words_.before, before_) + " " + described(words_.after, after_), width, height},
                            axes() + bars() + outline() + legend());
    }

private:
    double least() const {
        return std::min(before_.empty() ? after_[0] : before_[0], after_.empty() ? before_[0] : after_[0]);
    }
    double largest() const {
        return std::max(before_.empty() ? 0 : before_.back(), after_.empty() ? 0 : after_.back());
    }

    double x(double logarithm) const {
        const double share = (logarithm - classes_.limit(0)) * classes_.per_decade;
        return plot_left + share / static_cast<double>(classes_.count) * (plot_right - plot_left);
    }

    Axis count_axis() const {
        double most = 1;
        for (const double count : before_counts_) most = std::max(most, count);
        for (const double count : after_counts_) most = std::max(most, count);
        Axis axis = axis_for({{"", 0, 0, most}});
        axis.step = std::max(axis.step, 1.0);
        return axis;
    }

    double y(double count) const { return plot_bottom - count / count_axis().high * (plot_bottom - plot_top); }

    std::string number(double value) const { return format_number(value, decimals_for(std::span(&value, 1)), style_); }

    std::string described(const char* name, const std::vector<double>& sorted) const {
        if (sorted.empty()) return "";
        const double deff = summarize_weights(sorted).deff;
        return fmt::format(fmt::runtime(words_.description), name,
                           format_number(static_cast<double>(sorted.size()), 0, style_), number(sorted[0]),
                           number(sorted.back()), number(median_of(sorted)), format_number(deff, 2, style_));
    }

    std::string axes() const {
        const std::string line = "<line x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"#dfe5ea\"/>";
        const Axis axis = count_axis();
        std::string result;
        for (double count = 0; count <= axis.high; count += axis.step)
            result += fmt::format(fmt::runtime(line), plot_left, plot_right, y(count), y(count)) +
                      svg_text(plot_left - 8, y(count) + 4, "end", format_number(count, 0, style_));
        const double low = std::pow(10.0, classes_.limit(0)), high = std::pow(10.0, classes_.limit(classes_.count));
        const std::vector<double> ticks = logarithmic_ticks(low * (1 - 1e-9), high * (1 + 1e-9));
        for (const double w : ticks)
            result += fmt::format(fmt::runtime(line), x(std::log10(w)), x(std::log10(w)), plot_top, plot_bottom + 4) +
                      svg_text(x(std::log10(w)), plot_bottom + 19, "middle", tick_label(w, ticks, style_));
        return result + svg_text((plot_left + plot_right) / 2, plot_bottom + 40, "middle", words_.weight) +
               svg_text(4, plot_top - 12, "start", words_.units);
    }

    std::string bars() const {
        std::string result;
        for (std::size_t c = 0; c < classes_.count; ++c) {
            if (after_counts_[c] == 0) continue;
            const double left = x(classes_.limit(c)), top = y(after_counts_[c]);
            result +=
                fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"#8fb3cf\"/>",
                            left + 0.5, top, x(classes_.limit(c + 1)) - left - 1, plot_bottom - top);
        }
        return result + '\n';
    }

    std::string outline() const {
        if (before_.empty()) return "";
        std::string path = fmt::format("M{:.1f} {:.1f}", plot_left, plot_bottom);
        for (std::size_t c = 0; c < classes_.count; ++c)
            path += fmt::format("V{:.1f}H{:.1f}", y(before_counts_[c]), x(classes_.limit(c + 1)));
        return fmt::format("<path d=\"{}V{:.1f}\" fill=\"none\" stroke=\"#b64f00\" stroke-width=\"1.6\"/>\n", path,
                           plot_bottom);
    }

    std::string legend() const {
        const auto entry = [&](const char* name, const std::vector<double>& sorted) {
            return fmt::format(fmt::runtime(words_.legend), name,
                               format_number(static_cast<double>(sorted.size()), 0, style_),
                               format_number(summarize_weights(sorted).deff, 2, style_));
        };
        const double middle = (plot_left + plot_right) / 2 + 12;
        return fmt::format(
                   "<path d=\"M{0} 19V9H{1}V19\" fill=\"none\" stroke=\"#b64f00\" stroke-width=\"1.6\"/>"
                   "<rect x=\"{2}\" y=\"9\" width=\"16\" height=\"10\" fill=\"#8fb3cf\"/>\n",
                   plot_left, plot_left + 16, middle) +
               svg_text(plot_left + 23, 18, "start", entry(words_.before, before_)) +
               svg_text(middle + 23, 18, "start", entry(words_.after, after_));
    }

    const WeightPlot& plot_;
    const PlotWords words_;
    NumberStyle style_;
    std::vector<double> before_, after_;  // sorted
    Classes classes_;
    std::vector<double> before_counts_, after_counts_;
};

}  // namespace

std::string weight_plot(const WeightPlot& plot) {
    const auto drawable = [](double w) { return w > 0; };
    if (std::none_of(plot.before.begin(), plot.before.end(), drawable) &&
        std::none_of(plot.after.begin(), plot.after.end(), drawable))
        return "";
    return Histogram(plot).draw();
}

}  // namespace cifra
