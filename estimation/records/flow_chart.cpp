#include "estimation/records/flow_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/markup.h"
#include "engine/svg.h"
#include "estimation/records/records_markup.h"
#include "estimation/records/flow_words.h"

namespace cifra {

namespace {

constexpr double width = 760, bar_left = 190, bar_right = 560, row_height = 46, bar_height = 24, top = 14;
constexpr double plot_left = 52, plot_right = 580, plot_top = 16, plot_bottom = 300, plot_height = 344;
constexpr std::size_t longest_name = 27;
constexpr std::array<const char*, 5> colours = {"#12466b", "#a65200", "#2e7d55", "#7a3e8e", "#5d6b77"};
constexpr std::array<const char*, 5> dashes = {"none", "7 3", "2 3", "10 3 2 3", "4 4"};

class FunnelPicture {
public:
    FunnelPicture(const Funnel& funnel, const std::string& language)
        : funnel_(funnel), language_(language), words_(flow_words(language)) {
        for (const FunnelStage& stage : funnel.stages) widest_ = std::max(widest_, stage.cumulative.value);
    }

    std::string draw() {
        std::string svg;
        for (std::size_t k = 0; k < funnel_.stages.size(); ++k) svg += row(k);
        return svg;
    }
    double height() const { return top + row_height * static_cast<double>(funnel_.stages.size()); }

private:
    double x(double share) const { return bar_left + std::clamp(share / widest_, 0.0, 1.0) * (bar_right - bar_left); }

    std::string row(std::size_t k) const {
        const FunnelStage& stage = funnel_.stages[k];
        const double y = top + row_height * static_cast<double>(k), middle = y + bar_height / 2;
        const FlowRate& share = stage.cumulative;
        std::string svg =
            svg_text(bar_left - 12, middle + 4, "end", shortened(stage_title(stage.plan, language_), longest_name));
        if (std::isfinite(share.value)) {
            svg += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{}\" fill=\"{}\"/>", bar_left,
                               y, std::max(x(share.value) - bar_left, 1.5), bar_height,
                               stage.count.estimate ? "#7fa3bf" : "#12466b");
            if (share.lower < share.upper)
                svg += fmt::format(
                    "<path d=\"M{0:.1f} {2:.1f}H{1:.1f}M{0:.1f} {3:.1f}v8M{1:.1f} {3:.1f}v8\" stroke=\"#17232f\" "
                    "stroke-width=\"1.3\" fill=\"none\"/>",
                    x(share.lower), x(share.upper), middle, middle - 4);
        }
        svg += svg_text(bar_right + 14, middle + 4, "start", figures(stage));
        if (k > 0 && std::isfinite(stage.transition.value))
            svg += svg_text(bar_left, y - 8, "start",
                            fmt::format("↓ {} {}", per_cent_text(stage.transition.value, language_), words_.of_before));
        return svg;
    }

    std::string figures(const FunnelStage& stage) const {
        const std::string share = per_cent_text(stage.cumulative.value, language_);
        return count_text(stage.count.value, language_) + (share.empty() ? "" : " · " + share);
    }

    const Funnel& funnel_;
    const std::string& language_;
    const FlowWords& words_;
    double widest_ = 0;
};

class CurvePicture {
public:
    CurvePicture(const Cohort& cohort, const std::string& language)
        : cohort_(cohort), language_(language), words_(flow_words(language)) {
        for (const StageTimes& times : cohort.times) {
            if (times.kept.empty()) continue;
            days_ = std::max(days_, times.kept.back().day);
            share_ = std::max(share_, 1 - times.kept.back().survival);
        }
        share_ = std::min(1.0, std::ceil(share_ * 10 + 1e-9) / 10);
    }

    std::string draw() const {
        std::string svg = axes();
        std::vector<double> taken;
        for (std::size_t k = 0; k < cohort_.times.size(); ++k) svg += curve(k, taken);
        return svg;
    }
    bool empty() const { return days_ <= 0; }

private:
    double x(double day) const { return plot_left + day / days_ * (plot_right - plot_left); }
    double y(double share) const { return plot_bottom - share / share_ * (plot_bottom - plot_top); }

    std::string axes() const {
        std::string svg;
        const double step = nice_step(days_ / 6), share_step = nice_step(share_ / 5);
        for (double day = 0; day <= days_; day += step)
            svg += svg_text(x(day), plot_bottom + 18, "middle", count_text(day, language_));
        for (double share = 0; share <= share_ + 1e-9; share += share_step)
            svg += fmt::format("<path d=\"M{} {:.1f}H{}\" stroke=\"#dfe5ea\"/>", plot_left, y(share), plot_right) +
                   svg_text(plot_left - 6, y(share) + 4, "end", per_cent_text(share, language_));
        return svg + svg_text((plot_left + plot_right) / 2, plot_bottom + 38, "middle", words_.days_axis);
    }

    std::string curve(std::size_t k, std::vector<double>& taken) const {
        const StageTimes& times = cohort_.times[k];
        std::string path = fmt::format("M{:.1f} {:.1f}", x(0), y(0));
        for (const SurvivalPoint& point : times.kept)
            if (point.reached > 0) path += fmt::format("H{:.1f}V{:.1f}", x(point.day), y(1 - point.survival));
        if (!times.kept.empty()) path += fmt::format("H{:.1f}", x(times.kept.back().day));
        const double end = times.kept.empty() ? y(0) : y(1 - times.kept.back().survival);
        return fmt::format("<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\" stroke-dasharray=\"{}\"/>",
                           path, colours[k % colours.size()], dashes[k % dashes.size()]) +
               svg_text(plot_right + 8, free_place(end, taken) + 4, "start",
                        shortened(flow_stage_title(times.stage, language_), longest_name));
    }

    // Names stand at the ends of curves, a line apart.
    static double free_place(double wanted, std::vector<double>& taken) {
        constexpr double line = 15;
        for (const double other : taken)
            if (std::abs(wanted - other) < line) wanted = other - line;
        taken.push_back(wanted);
        std::sort(taken.rbegin(), taken.rend());
        return wanted;
    }

    const Cohort& cohort_;
    const std::string& language_;
    const FlowWords& words_;
    double days_ = 0, share_ = 0.1;
};

}  // namespace

std::string stage_title(const FlowStagePlan& stage, const std::string& language) {
    return label_in(stage.title, language, flow_stage_title(stage.stage, language));
}

std::string funnel_chart(const Funnel& funnel, const std::string& id, const std::string& title,
                         const std::string& language) {
    if (funnel.stages.empty() || !(funnel.stages.front().count.value > 0)) return "";
    FunnelPicture picture(funnel, language);
    const std::string description =
        fmt::format(fmt::runtime(flow_words(language).funnel_description), funnel.stages.size());
    return svg_document({id, title, description, width, picture.height()}, picture.draw());
}

std::string cohort_chart(const Cohort& cohort, const std::string& id, const std::string& title,
                         const std::string& language) {
    const CurvePicture picture(cohort, language);
    if (picture.empty()) return "";
    return svg_document({id, title, flow_words(language).cohort_description, width, plot_height}, picture.draw());
}

}  // namespace cifra
