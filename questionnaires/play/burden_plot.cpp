#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/markup.h"
#include "engine/numbers.h"
#include "engine/svg.h"
#include "questionnaires/play/burden.h"

namespace cifra {
namespace {

constexpr double width = 720, plot_left = 230, plot_right = 690, plot_top = 84, row_height = 30, bar_height = 14;
constexpr std::size_t longest_name = 32;

struct PlotWords {
    const char *title, *whole, *axis, *legend;
};
constexpr PlotWords english = {"Length of the interview", "{}: mean {}, median {}, 95th percentile {} minutes",
                               "minutes", "bar: mean of all interviews; line: to the 95th percentile"};
constexpr PlotWords spanish = {"Duración de la entrevista", "{}: media {}, mediana {}, percentil 95 {} minutos",
                               "minutos", "barra: media de todas las entrevistas; línea: hasta el percentil 95"};

const char* mode_word(Administration mode, bool in_spanish) {
    if (mode == Administration::self) return in_spanish ? "Autoadministrada" : "Self-administered";
    return in_spanish ? "Con entrevistador(a)" : "By interviewer";
}

class BurdenPlot {
public:
    BurdenPlot(const Instrument& instrument, const std::vector<BurdenLine>& lines, const std::string& language)
        : instrument_(instrument),
          lines_(lines),
          language_(language),
          in_spanish_(language.starts_with("es")),
          words_(in_spanish_ ? spanish : english),
          style_(number_style(language)) {
        for (const BurdenLine& line : lines_)
            if (line.module) most_ = std::max({most_, line.mean, line.p95});
        step_ = nice_step(most_ / 6);
        most_ = std::ceil(most_ / step_) * step_;
        bottom_ = plot_top + row_height * static_cast<double>(lines_.size() - 1);
    }

    std::string draw() const {
        const BurdenLine& whole = lines_.front();
        const std::string summary = fmt::format(fmt::runtime(words_.whole), mode_word(whole.mode, in_spanish_),
                                                number(whole.mean), number(whole.median), number(whole.p95));
        std::string content = svg_text(16, 22, "start", words_.title) + svg_text(16, 43, "start", summary) + legend();
        content += axis();
        for (std::size_t i = 1; i < lines_.size(); ++i) content += row(i);
        const std::string id = fmt::format("burden-{}-{}", language_, to_text(whole.mode));
        return svg_document({id, words_.title, summary, width, bottom_ + 46}, content);
    }

private:
    std::string number(double value) const { return format_number(value, 1, style_); }
    double x(double minutes) const { return plot_left + minutes / most_ * (plot_right - plot_left); }

    std::string legend() const {
        return fmt::format("<text x=\"16\" y=\"62\" font-size=\"11\" fill=\"#566472\">{}</text>\n",
                           escape_markup(words_.legend));
    }

    std::string axis() const {
        std::string result;
        const int decimals = step_ < 1 ? 1 : 0;
        for (double tick = 0; tick <= most_ + step_ / 2; tick += step_)
            result += fmt::format("<path d=\"M{0:.1f} {1:.1f}V{2:.1f}\" stroke=\"#dfe5ea\"/>", x(tick), plot_top - 4,
                                  bottom_ + 4) +
                      svg_text(x(tick), bottom_ + 19, "middle", format_number(tick, decimals, style_));
        return result + svg_text((plot_left + plot_right) / 2, bottom_ + 38, "middle", words_.axis);
    }

    std::string row(std::size_t i) const {
        const BurdenLine& line = lines_[i];
        const Module& module = instrument_.modules[*line.module];
        const double middle = plot_top + row_height * (static_cast<double>(i) - 0.5), top = middle - bar_height / 2;
        const std::string name = shortened(label_in(module.title, language_, module.id), longest_name);
        return svg_text(plot_left - 10, middle + 4, "end", name) +
               fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"#2b6c8f\"/>",
                           plot_left, top, x(line.mean) - plot_left, bar_height) +
               fmt::format(
                   "<path d=\"M{0:.1f} {1:.1f}H{2:.1f}M{2:.1f} {3:.1f}V{4:.1f}\" stroke=\"#222\" fill=\"none\"/>\n",
                   x(std::min(line.mean, line.p95)), middle, x(line.p95), top, top + bar_height);
    }

    const Instrument& instrument_;
    const std::vector<BurdenLine>& lines_;
    std::string language_;
    bool in_spanish_;
    const PlotWords& words_;
    NumberStyle style_;
    double most_ = 0.1, step_ = 0.1, bottom_ = 0;
};

std::vector<BurdenLine> lines_of(const std::vector<BurdenLine>& lines, const std::string& language,
                                 Administration mode) {
    std::vector<BurdenLine> own;
    std::copy_if(lines.begin(), lines.end(), std::back_inserter(own),
                 [&](const BurdenLine& line) { return line.language == language && line.mode == mode; });
    return own;
}

}  // namespace

std::string burden_plot(const Instrument& instrument, const std::vector<BurdenLine>& lines, const std::string& language,
                        Administration mode) {
    const std::vector<BurdenLine> own = lines_of(lines, language, mode);
    return BurdenPlot(instrument, own, language).draw();
}

std::string burden_words(const Instrument& instrument, const std::vector<BurdenLine>& lines,
                         const std::string& language, Administration mode) {
    std::string text = fmt::format("{}, {}\n{:<24} {:>7} {:>7} {:>7} {:>7} {:>7}\n", language, to_text(mode), "minutes",
                                   "asked", "mean", "median", "p95", "longest");
    for (const BurdenLine& line : lines_of(lines, language, mode))
        text += fmt::format("{:<24.24} {:>6.0f}% {:>7.1f} {:>7.1f} {:>7.1f} {:>7.1f}\n",
                            line.module ? instrument.modules[*line.module].id : "(whole)", 100 * line.asked, line.mean,
                            line.median, line.p95, line.longest);
    return text;
}

Table burden_table(const Instrument& instrument, const std::vector<BurdenLine>& lines) {
    std::vector<std::string> language, mode, module;
    std::vector<double> asked, mean, median, p95, longest;
    for (const BurdenLine& line : lines) {
        language.push_back(line.language);
        mode.emplace_back(to_text(line.mode));
        module.push_back(line.module ? instrument.modules[*line.module].id : "");
        asked.push_back(line.asked);
        mean.push_back(line.mean);
        median.push_back(line.median);
        p95.push_back(line.p95);
        longest.push_back(line.longest);
    }
    Table table;
    table.set("language", Column::of_texts(language));
    table.set("mode", Column::of_texts(mode));
    table.set("module", Column::of_texts(module));
    table.set("asked", Column::of_numbers(asked));
    table.set("mean", Column::of_numbers(mean));
    table.set("median", Column::of_numbers(median));
    table.set("p95", Column::of_numbers(p95));
    table.set("longest", Column::of_numbers(longest));
    return table;
}

}  // namespace cifra
