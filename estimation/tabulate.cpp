#include "estimation/tabulate.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <set>

#include "estimation/estimates_table.h"
#include "estimation/statistics.h"

namespace cifra {

namespace {

// What one request is for.
struct Entry {
    std::size_t table = 0;
    const Indicator* indicator = nullptr;
    std::string suffix;
    bool printed = true;  // false: only the whole that shares are of
};

struct Requests {
    std::deque<Indicator> under_rules;  // indicators counted by another rule; a deque keeps their addresses
    std::vector<EstimateRequest> requests;
    std::vector<Entry> entries;
};

// The margins that shares are of, where the table does not print them.
std::vector<std::vector<std::string>> wholes_of_shares(const TablePlan& table) {
    std::vector<std::vector<std::string>> wholes;
    const auto has = [](const auto& list, const auto& by) {
        return std::find(list.begin(), list.end(), by) != list.end();
    };
    for (const ShareOf kind : table.shares)
        for (const auto& by : table.breakdowns)
            if (const auto of = share_variables(kind, by); of && !has(table.breakdowns, *of) && !has(wholes, *of))
                wholes.push_back(*of);
    return wholes;
}

Requests requests_of(const TabulationPlan& plan) {
    Requests all;
    for (std::size_t t = 0; t < plan.tables.size(); ++t) {
        const TablePlan& table = plan.tables[t];
        const auto unprinted = wholes_of_shares(table);
        const auto add = [&](const Indicator* indicator, const std::string& suffix) {
            for (const auto& by : table.breakdowns) {
                all.requests.push_back({indicator, by, table.numerator_by, table.total});
                all.entries.push_back({t, indicator, suffix});
            }
            for (const auto& by : unprinted) {
                if (indicator->kind != StatisticKind::total) continue;
                all.requests.push_back({indicator, by, {}, true});
                all.entries.push_back({t, indicator, suffix, false});
            }
        };
        for (const std::size_t i : table.indicators) {
            if (table.counting_rules.empty()) add(&plan.indicators[i], "");
            for (const std::string& rule : table.counting_rules) {
                all.under_rules.push_back(plan.indicators[i]);
                all.under_rules.back().counting = rule;
                add(&all.under_rules.back(), "counting=" + rule);
            }
        }
    }
    return all;
}

class CovarianceRows {
public:
    void add(const std::string& table, const Estimate& joint,
             const std::vector<std::pair<std::string, std::string>>& names) {
        for (std::size_t i = 0; i < names.size(); ++i)
            for (std::size_t j = i; j < names.size(); ++j) {
                texts_[0].push_back(table);
                texts_[1].push_back(names[i].first);
                texts_[2].push_back(names[i].second);
                texts_[3].push_back(names[j].first);
                texts_[4].push_back(names[j].second);
                values_.push_back(joint.covariance(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)));
            }
    }

    Table finish() {
        Table table;
        const char* columns[] = {"table", "indicator", "domain", "indicator_2", "domain_2"};
        for (std::size_t c = 0; c < 5; ++c) table.set(columns[c], Column::of_texts(texts_[c]));
        table.set("covariance", Column::of_numbers(std::move(values_)));
        return table;
    }

private:
    std::array<std::vector<std::string>, 5> texts_;
    std::vector<double> values_;
};

void add_covariances(const SurveyData& data, const TabulationPlan& plan, const Requests& all,
                     const std::vector<Estimate>& estimates, CovarianceRows& rows) {
    for (std::size_t t = 0; t < plan.tables.size(); ++t) {
        if (!plan.tables[t].covariance) continue;
        std::vector<const Estimate*> parts;
        std::vector<std::string> prefixes;
        std::vector<std::pair<std::string, std::string>> names;
        for (std::size_t e = 0; e < all.entries.size(); ++e) {
            if (all.entries[e].table != t || !all.entries[e].printed) continue;
            parts.push_back(&estimates[e]);
            prefixes.push_back(all.entries[e].indicator->id);
            for (const std::string& name : estimates[e].names)
                names.emplace_back(prefixes.back(), with_suffix(name, all.entries[e].suffix));
        }
        if (!parts.empty()) rows.add(plan.tables[t].id, joint(parts, prefixes, variance_source(data)), names);
    }
}

// The shares that a table wants of the estimates of entry `e`.
void add_shares(const SurveyData& data, const TablePlan& table, const Requests& all, std::size_t e,
                const std::vector<Estimate>& estimates, EstimatesTable& rows) {
    const Entry& entry = all.entries[e];
    if (entry.indicator->kind != StatisticKind::total) return;
    for (const ShareOf kind : table.shares) {
        const auto of = share_variables(kind, all.requests[e].by);
        if (!of) continue;
        for (std::size_t w = 0; w < all.entries.size(); ++w) {
            const Entry& whole = all.entries[w];
            if (whole.table != entry.table || whole.indicator != entry.indicator || all.requests[w].by != *of) continue;
            rows.add(table.id, share_indicator(*entry.indicator, kind), data, entry.suffix,
                     shares_of(data, *entry.indicator, kind, estimates[e], estimates[w]));
            break;
        }
    }
}

// What the items came to in the first draw.
Table imputation_rows(const SurveyData& data) {
    std::vector<ImputationOutcome> outcomes;
    with_imputation(data.hierarchy, data.imputation, 0, data.seed, data.derive.is_null() ? nullptr : &data.derive,
                    &outcomes);
    return imputation_table(outcomes);
}

}  // namespace

PlannedRequests planned_requests(const TabulationPlan& plan) {
    Requests of_tables = requests_of(plan);
    PlannedRequests planned{std::move(of_tables.under_rules), std::move(of_tables.requests), false};
    const std::vector<EstimateRequest> compared = comparison_requests(plan.comparisons, plan.indicators);
    planned.requests.insert(planned.requests.end(), compared.begin(), compared.end());
    planned.covariances = !compared.empty() ||
                          std::any_of(plan.tables.begin(), plan.tables.end(),
                                      [](const TablePlan& table) { return table.covariance || !table.shares.empty(); });
    return planned;
}

Tabulation tabulate_all(const SurveyData& data, const TabulationPlan& plan, const TabulationOptions& options,
                        Diagnostics& faults) {
    const Requests all = requests_of(plan);
    Tabulation result;
    EstimatesTable rows({plan.level, plan.period, &plan.quality, plan.deff_without_replacement});
    CovarianceRows covariances;
    if (!all.requests.empty()) {
        options.progress(0.1);
        const std::vector<Estimate> estimates =
            estimate_all(data, all.requests, {false, plan.level, options.threads}, faults);
        options.progress(0.8);
        if (!faults.has_errors()) {
            for (std::size_t e = 0; e < estimates.size(); ++e) {
                const Entry& entry = all.entries[e];
                if (!entry.printed) continue;
                const TablePlan& table = plan.tables[entry.table];
                rows.add(table.id, *entry.indicator, data, entry.suffix, estimates[e]);
                add_shares(data, table, all, e, estimates, rows);
            }
            add_covariances(data, plan, all, estimates, covariances);
        }
    }
    result.estimates = rows.finish();
    result.covariances = covariances.finish();
    options.progress(1);
    return result;
}

Table tabulate(const SurveyData& data, const TabulationPlan& plan, const TabulationOptions& options,
               Diagnostics& faults) {
    return tabulate_all(data, plan, options, faults).estimates;
}

std::vector<std::pair<std::string, Table>> tabulate_rest(const SurveyData& data, const TabulationPlan& plan,
                                                         const Tabulation& tabulation, int threads,
                                                         Diagnostics& faults) {
    std::vector<std::pair<std::string, Table>> files;
    if (tabulation.covariances.rows() > 0) files.emplace_back("covariances.csv", tabulation.covariances);
    if (!plan.comparisons.empty())
        files.emplace_back("comparisons.csv",
                           compare(data, plan.comparisons, plan.indicators, plan.level, threads, faults));
    if (!plan.changes.empty())
        files.emplace_back("changes.csv", estimate_changes(data, plan.changes, plan.level, threads, faults));
    if (!data.imputation.items.empty()) files.emplace_back("imputation.csv", imputation_rows(data));
    for (const auto& [file, job] : plan.jobs) files.emplace_back(file, job.run(tabulation.estimates, faults));
    return files;
}

}  // namespace cifra
