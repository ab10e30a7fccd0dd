#include "estimation/publishing/quality_report/quality_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "engine/numbers.h"
#include "estimation/publishing/quality_report/quality_words.h"
#include "estimation/publishing/section_charts.h"
#include "estimation/publishing/words.h"

namespace cifra {

namespace {

double middle(const std::vector<double>& sorted, double share) {
    const double at = share * static_cast<double>(sorted.size() - 1);
    const auto low = static_cast<std::size_t>(at);
    const std::size_t high = std::min(low + 1, sorted.size() - 1);
    return sorted[low] + (at - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

template <class Value>
std::vector<double> sorted_finite(std::span<const PublishedRow> rows, const Value& value) {
    std::vector<double> values;
    for (const PublishedRow& row : rows)
        if (std::isfinite(value(row))) values.push_back(value(row));
    std::sort(values.begin(), values.end());
    return values;
}

void add_once(std::vector<std::string>& list, const std::string& text) {
    if (!text.empty() && std::find(list.begin(), list.end(), text) == list.end()) list.push_back(text);
}

// A cell of a table of the weighting as a number; NaN where there is none.
double cell_number(const Table& table, const char* column, std::size_t row) {
    if (!table.has(column)) return std::numeric_limits<double>::quiet_NaN();
    return parse_number(table.at(column).cell(row)).value_or(std::numeric_limits<double>::quiet_NaN());
}

class Figures {
public:
    Figures(std::span<const PublishedRow> rows, const Page& page, const QualityTables& tables)
        : rows_(rows),
          page_(page),
          tables_(tables),
          words_(quality_words(page.language)),
          style_(number_style(page.language)) {}

    QualityFigures tell() {
        presentation();
        confidentiality();
        accuracy();
        sampling_error();
        if (tables_.audit.rows() > 0) weighting();
        nonresponse();
        item_nonresponse();
        imputation();
        revisions();
        return std::move(figures_);
    }

private:
    template <class... Values>
    void line(const char* concept_, std::string_view form, const Values&... values) {
        figures_[concept_].push_back(fmt::format(fmt::runtime(form), values...));
    }
    std::string number(double value, int decimals) const { return format_number(value, decimals, style_); }
    std::string per_cent(double share) const { return number(share * 100, 1) + style_.per_cent; }
    std::string count(std::size_t n) const { return number(static_cast<double>(n), 0); }

    void list(const char* concept_, std::string_view form, const std::vector<std::string>& items) {
        if (!items.empty()) line(concept_, form, fmt::format("{}", fmt::join(items, "; ")));
    }

    void presentation() {
        std::vector<std::string> titles, indicators, units, populations, periods;
        for (const PageSection& section : page_.sections) {
            add_once(titles, section.title);
            add_once(populations, section.population);
            for (const PageColumn& column : section.columns) {
                add_once(indicators, column.label);
                add_once(units, unit_in_words(column.unit, page_.language));
            }
        }
        for (const PublishedRow& row : rows_) add_once(periods, row.period);
        line("S.3.1", words_.estimates, count(rows_.size()), count(page_.sections.size()));
        list("S.3.1", words_.tables, titles);
        list("S.3.4", words_.indicators, indicators);
        list("S.3.6", words_.population, populations);
        list("S.4", words_.units, units);
        list("S.5", words_.periods, periods);
        const std::vector<double> n = sorted_finite(rows_, [](const PublishedRow& row) { return row.n; });
        if (!n.empty()) line("S.18.1", words_.sample, number(n.back(), 0));
    }

    void confidentiality() {
        const auto hidden = static_cast<std::size_t>(
            std::count_if(rows_.begin(), rows_.end(), [](const PublishedRow& row) { return row.hidden; }));
        if (hidden == 0)
            line("S.7.2", words_.nothing_hidden);
        else
            line("S.7.2", words_.hidden, count(hidden), count(rows_.size()));
    }

    void accuracy() {
        std::vector<std::pair<std::string, std::size_t>> labels;
        for (const PublishedRow& row : rows_) {
            const std::string label = row.quality.quality.label;
            if (label.empty()) continue;
            const std::string name = row.quality.rules.empty() ? label : row.quality.rules + ", " + label;
            auto found =
                std::find_if(labels.begin(), labels.end(), [&](const auto& known) { return known.first == name; });
            if (found == labels.end()) found = labels.insert(found, {name, 0});
            ++found->second;
        }
        for (const auto& [label, n] : labels) line("S.13.1", words_.labels, label, count(n), count(rows_.size()));
    }

    void sampling_error() {
        std::vector<std::string> methods, intervals, weights;
        for (const PublishedRow& row : rows_) {
            add_once(methods, method_name(row.variance_method, page_.language));
            add_once(intervals, method_name(row.interval, page_.language));
            add_once(weights, row.weight_set);
        }
        list("S.13.2", words_.method, methods);
        list("S.13.2", words_.intervals, intervals);
        list("S.13.2", words_.weights, weights);
        const std::vector<double> df = sorted_finite(rows_, [](const PublishedRow& row) { return row.df; });
        if (!df.empty()) line("S.13.2", words_.df, number(df.front(), 0), number(df.back(), 0));
        const std::vector<double> deff = sorted_finite(rows_, [](const PublishedRow& row) { return row.deff; });
        if (!deff.empty()) line("S.13.2.1", words_.deff, number(middle(deff, 0.5), 2), number(deff.back(), 2));
        const std::vector<double> cv = sorted_finite(rows_, [](const PublishedRow& row) { return row.cv; });
        if (cv.empty()) return;
        line("S.13.2.1", words_.cv_quartiles, per_cent(middle(cv, 0.25)), per_cent(middle(cv, 0.5)),
             per_cent(middle(cv, 0.75)));
        const auto below = [&](double limit) {
            return static_cast<std::size_t>(std::lower_bound(cv.begin(), cv.end(), limit) - cv.begin());
        };
        line("S.13.2.1", words_.cv_bands, count(below(0.15)), count(cv.size()), count(below(0.30) - below(0.15)),
             count(cv.size() - below(0.30)));
    }

    // Whole steps of the audit, and the coverage of their cells with known totals.
    void weighting() {
        const Table& audit = tables_.audit;
        std::map<std::string, std::pair<double, double>> coverage;
        double kish = std::numeric_limits<double>::quiet_NaN();
        for (std::size_t i = 0; i < audit.rows(); ++i) {
            const std::string step = audit.at("step").cell(i);
            const double covered = cell_number(audit, "coverage", i);
            if (std::isfinite(covered)) {
                auto [known, fresh] = coverage.emplace(step, std::pair(covered, covered));
                known->second = {std::min(known->second.first, covered), std::max(known->second.second, covered)};
            }
            if (!audit.at("cell").cell(i).empty()) continue;
            line("S.18.6", words_.step, step, number(cell_number(audit, "n", i), 0),
                 number(cell_number(audit, "sum_after", i), 0), per_cent(cell_number(audit, "cv", i)));
            kish = cell_number(audit, "deff_kish", i);
        }
        for (const auto& [step, limits] : coverage)
            line("S.13.3.1", words_.coverage, step, per_cent(limits.first), per_cent(limits.second));
        if (std::isfinite(kish)) line("S.13.2.1", words_.kish, number(kish, 2));
    }

    void nonresponse() {
        const Table& rates = tables_.outcome_rates;
        for (std::size_t i = 0; i < rates.rows(); ++i)
            if (const std::string rate = rates.at("rate").cell(i); rate.starts_with("RR"))
                line("S.13.3.3.1", words_.outcome_rate, rate, per_cent(1 - cell_number(rates, "weighted", i)));
        const Table& response = tables_.response;
        for (std::size_t i = 0; i < response.rows(); ++i) {
            const std::string variable = response.at("variable").cell(i);
            const double value = cell_number(response, "all", i);
            if (variable == "response_rate") line("S.13.3.3.1", words_.response_rate, per_cent(1 - value));
            if (variable == "r_indicator") line("S.13.3.3", words_.r_indicator, number(value, 3));
        }
    }

    void item_nonresponse() {
        constexpr std::string_view before = "item missing for ";
        double largest = 0;
        for (const PublishedRow& row : rows_)
            for (const std::string& notice : row.notices) {
                if (!notice.starts_with(before)) continue;
                const std::string share = notice.substr(before.size(), notice.find(' ', before.size()) - before.size());
                largest = std::max(largest, parse_number(share).value_or(0) / 100);
            }
        if (largest > 0)
            line("S.13.3.3.2", words_.item_missing, per_cent(largest));
        else
            line("S.13.3.3.2", words_.item_complete);
    }

    void imputation() {
        const Table& table = tables_.imputation;
        for (std::size_t i = 0; i < table.rows(); ++i)
            line("S.18.5.1", words_.imputed, table.at("variable").cell(i), per_cent(cell_number(table, "share", i)));
    }

    void revisions() {
        if (tables_.previous.rows() == 0) return;
        using Key = std::tuple<std::string, std::string, std::string, std::string>;
        std::map<Key, double> earlier;
        Diagnostics faults;
        RuleSets rules(no_rules_);
        for (const PublishedRow& row : published_rows(tables_.previous, {}, rules, faults))
            earlier[{row.table, row.indicator, row.domain, row.period}] = row.estimate;
        double change = 0, size = 0, n = 0;
        for (const PublishedRow& row : rows_) {
            const auto known = earlier.find({row.table, row.indicator, row.domain, row.period});
            if (known == earlier.end() || !std::isfinite(known->second) || !std::isfinite(row.estimate)) continue;
            change += std::abs(row.estimate - known->second);
            size += std::abs(row.estimate);
            n += 1;
        }
        if (n == 0 || size == 0) return;
        const double mean[] = {change / n};
        line("S.17.2.1", words_.revision, number(n, 0), number(mean[0], decimals_for(mean)), per_cent(change / size));
    }

    std::span<const PublishedRow> rows_;
    const Page& page_;
    const QualityTables& tables_;
    const QualityWords& words_;
    NumberStyle style_;
    std::vector<QualityRules> no_rules_;
    QualityFigures figures_;
};

}  // namespace

QualityFigures quality_figures(std::span<const PublishedRow> rows, const Page& page, const QualityTables& tables) {
    return Figures(rows, page, tables).tell();
}

}  // namespace cifra
