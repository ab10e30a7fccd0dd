#include "tests/coverage/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace cifra::coverage {

namespace {

double expected_cases(const EstimateTally& tally) { return tally.cases / tally.draws; }
double mean_df(const EstimateTally& tally) { return tally.df / tally.draws; }
bool ample(const EstimateTally& tally) { return expected_cases(tally) >= 10 && mean_df(tally) >= 20; }

std::string covered(const IntervalTally& tally) {
    if (tally.intervals == 0) return "–";
    return fmt::format("{:.1f} ({:.1f}, {:.1f})", 100 * tally.coverage(), 100 * tally.below / tally.intervals,
                       100 * tally.above / tally.intervals);
}

// The class of a cell, by expected cases and df.
constexpr std::array<const char*, 5> class_names = {"cases < 3", "3 – 5", "5 – 10", "≥ 10, df < 20", "≥ 10, df ≥ 20"};
std::size_t class_of(const EstimateTally& tally) {
    const double cases = expected_cases(tally);
    return cases < 3 ? 0 : cases < 5 ? 1 : cases < 10 ? 2 : mean_df(tally) < 20 ? 3 : 4;
}

struct Summary {
    std::size_t cells = 0, good = 0;
    double least = 1, greatest = 0, width = 0;
    void add(const EstimateTally& estimate, const IntervalTally& interval, double of) {
        if (interval.intervals < 0.5 * interval.draws) return;
        ++cells;
        good += meets_criterion(estimate, interval);
        least = std::min(least, interval.coverage());
        greatest = std::max(greatest, interval.coverage());
        width += interval.mean_width() / of;
    }
    std::string text() const {
        if (cells == 0) return "–";
        return fmt::format("{:.1f} – {:.1f}; {}/{}; {:.2f}", 100 * least, 100 * greatest, good, cells,
                           width / static_cast<double>(cells));
    }
};

const char* level_of(std::size_t kind, std::size_t level) { return kind == people ? "–" : level_names[level]; }

std::string head(const std::vector<std::string>& names) {
    std::string line = "|", rule = "|";
    for (const std::string& name : names) {
        line += " " + name + " |";
        rule += " --- |";
    }
    return line + "\n" + rule + "\n";
}

std::string line(const std::vector<std::string>& cells) {
    std::string text = "|";
    for (const std::string& cell : cells) text += " " + cell + " |";
    return text + "\n";
}

std::string summary_of(const std::vector<ScenarioResults>& all, std::size_t kind) {
    std::map<std::pair<std::size_t, std::size_t>, Summary> summaries;  // method, class
    for (const ScenarioResults& each : all)
        for (const Row& row : each.results.rows)
            for (std::size_t m = 0; m < row.intervals.size() && row.kind == kind; ++m)
                summaries[{m, class_of(row.estimate)}].add(row.estimate, row.intervals[m], row.estimate.truth);
    std::vector<std::string> names = {kind_names[kind]};
    names.insert(names.end(), class_names.begin(), class_names.end());
    std::string text = head(names);
    for (std::size_t m = 0; m < methods_of(kind).size(); ++m) {
        std::vector<std::string> cells = {methods_of(kind)[m].name};
        for (std::size_t c = 0; c < class_names.size(); ++c) cells.push_back(summaries[{m, c}].text());
        text += line(cells);
    }
    return text + "\n";
}

std::string change_summary(const std::vector<ScenarioResults>& all, bool percent) {
    std::map<std::pair<std::size_t, std::size_t>, Summary> summaries;
    for (const ScenarioResults& each : all)
        for (std::size_t i = 0; i < each.results.changes.size(); ++i) {
            const ChangeRow& row = each.results.changes[i];
            const double of = percent ? 100 : each.results.rows[i].estimate.truth;
            for (std::size_t o = 0; o < row.difference.size(); ++o) {
                const IntervalTally& interval = percent ? row.percent[o] : row.difference[o];
                if (interval.draws > 0) summaries[{o, class_of(row.estimate[o])}].add(row.estimate[o], interval, of);
            }
        }
    std::vector<std::string> names = {percent ? "percent change" : "difference"};
    names.insert(names.end(), class_names.begin(), class_names.end());
    std::string text = head(names);
    for (std::size_t o = 0; o < (percent ? 1 : overlap_names().size()); ++o) {
        std::vector<std::string> cells = {overlap_names()[o]};
        for (std::size_t c = 0; c < class_names.size(); ++c) cells.push_back(summaries[{o, c}].text());
        text += line(cells);
    }
    return text + "\n";
}

std::string failures(const std::vector<ScenarioResults>& all) {
    std::string text = head({"sample", "statistic", "crime", "domain", "cases", "df", "automatic", "no SE %"});
    for (const ScenarioResults& each : all)
        for (const Row& row : each.results.rows)
            if (!meets_criterion(row.estimate, row.intervals[0]))
                text += line({each.scenario.name, kind_names[row.kind], level_of(row.kind, row.level),
                              domain_names[row.domain], fmt::format("{:.1f}", expected_cases(row.estimate)),
                              fmt::format("{:.0f}", mean_df(row.estimate)), covered(row.intervals[0]),
                              fmt::format("{:.1f}", 100 * row.estimate.without_se / row.estimate.draws)});
    return text + "\n";
}

}  // namespace

bool meets_criterion(const EstimateTally& estimate, const IntervalTally& interval) {
    if (interval.intervals == 0) return false;
    const double coverage = interval.coverage();
    if (ample(estimate)) return coverage >= 0.93 && coverage <= 0.98;
    return coverage >= 0.95 - 3 * interval.monte_carlo_se();
}

std::string summary_tables(const std::vector<ScenarioResults>& all) {
    std::string text = "### One wave\n\n";
    for (std::size_t kind = 0; kind < kinds; ++kind) text += summary_of(all, kind);
    text += "### Change\n\n" + change_summary(all, false) + change_summary(all, true);
    return text + "### Where `automatic` does not meet the criterion\n\n" + failures(all);
}

std::string level_tables(const ScenarioResults& all) {
    std::string text;
    for (std::size_t kind = 0; kind < kinds; ++kind) {
        std::vector<std::string> names = {fmt::format("{}: {}", all.scenario.name, kind_names[kind]), "cases", "df",
                                          "V̂/V", "no SE %"};
        for (const Method& method : methods_of(kind)) names.push_back(method.name);
        text += head(names);
        for (const Row& row : all.results.rows) {
            if (row.kind != kind) continue;
            const EstimateTally& e = row.estimate;
            std::vector<std::string> cells = {
                fmt::format("{}, {}", level_of(row.kind, row.level), domain_names[row.domain]),
                fmt::format("{:.1f}", expected_cases(e)), fmt::format("{:.0f}", mean_df(e)),
                fmt::format("{:.3f}", e.variance_ratio()), fmt::format("{:.1f}", 100 * e.without_se / e.draws)};
            for (const IntervalTally& interval : row.intervals)
                cells.push_back(fmt::format("{} {:.2f}", covered(interval), interval.mean_width() / e.truth));
            text += line(cells);
        }
        text += "\n";
    }
    return text;
}

std::string change_tables(const ScenarioResults& all) {
    std::vector<std::string> names = {all.scenario.name + ": change", "cases", "no SE %"};
    for (const std::string& overlap : overlap_names()) names.push_back("V̂/V " + overlap);
    for (const std::string& overlap : overlap_names()) names.push_back(overlap);
    names.insert(names.end(), {"percent, common PSUs"});
    std::string text = head(names);
    for (const ChangeRow& row : all.results.changes) {
        const EstimateTally& e = row.estimate[0];
        std::vector<std::string> cells = {
            fmt::format("{}, {}, {}", kind_names[row.kind], level_of(row.kind, row.level), domain_names[row.domain]),
            fmt::format("{:.1f}", expected_cases(e)), fmt::format("{:.1f}", 100 * e.without_se / e.draws)};
        for (const EstimateTally& tally : row.estimate)
            cells.push_back(tally.draws > 0 ? fmt::format("{:.2f}", tally.variance_ratio()) : "–");
        for (const IntervalTally& tally : row.difference) cells.push_back(covered(tally));
        cells.push_back(covered(row.percent[0]));
        text += line(cells);
    }
    return text + "\n";
}

std::string to_csv_lines(const ScenarioResults& all, bool header) {
    std::string text = header ? "scenario,quantity,statistic,crime,domain,method,truth,draws,cases,df,variance_ratio,"
                                "without_se,intervals,"
                                "coverage,below,above,width\n"
                              : "";
    const auto add = [&](const char* quantity, const auto& row, const std::string& method, const EstimateTally& e,
                         const IntervalTally& i) {
        text += fmt::format("{},{},{},{},{},\"{}\",{},{},{},{},{},{},{},{},{},{},{}\n", all.scenario.name, quantity,
                            kind_names[row.kind], level_of(row.kind, row.level), domain_names[row.domain], method,
                            e.truth, e.draws, expected_cases(e), mean_df(e), e.variance_ratio(), e.without_se / e.draws,
                            i.intervals, i.coverage(), i.below, i.above, i.mean_width());
    };
    for (const Row& row : all.results.rows)
        for (std::size_t m = 0; m < row.intervals.size(); ++m)
            add("level", row, methods_of(row.kind)[m].name, row.estimate, row.intervals[m]);
    for (const ChangeRow& row : all.results.changes)
        for (std::size_t o = 0; o < row.difference.size(); ++o) {
            if (row.difference[o].draws == 0) continue;
            add("difference", row, overlap_names()[o], row.estimate[o], row.difference[o]);
            if (row.percent[o].draws > 0) add("percent", row, overlap_names()[o], row.estimate[o], row.percent[o]);
        }
    return text;
}

}  // namespace cifra::coverage
