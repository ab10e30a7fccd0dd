#include "estimation/publishing/published_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "estimation/estimates_columns.h"

namespace cifra {

namespace {

std::vector<std::string> split_notices(const std::string& text) {
    std::vector<std::string> notices;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find("; ", begin), text.size());
        if (end > begin) notices.push_back(text.substr(begin, end - begin));
        begin = end + 2;
    }
    return notices;
}

void hide_figures(PublishedRow& row) {
    row.hidden = true;
    for (double* figure : {&row.estimate, &row.se, &row.cv, &row.lower, &row.upper}) *figure = missing_number;
}

void judge(PublishedRow& row, const std::string& cell, const RowChoice& choice, RuleSets& rules) {
    if (cell.empty()) return;
    row.quality = parse_quality_cell(cell);
    const QualityRules* known = rules.find(row.quality.rules);
    const QualityLabel* label = known ? known->find_label(row.quality.quality.label) : nullptr;
    if (!label) return;
    row.quality_level = label->level;
    if (hides(choice.hide, cell)) hide_figures(row);
}

PublishedRow read_row(const EstimatesColumns& columns, std::size_t i, const RowChoice& choice, RuleSets& rules) {
    PublishedRow row;
    const std::pair<const char*, std::string*> texts[] = {{"table", &row.table},
                                                          {"indicator", &row.indicator},
                                                          {"domain", &row.domain},
                                                          {"period", &row.period},
                                                          {"interval", &row.interval},
                                                          {"weight_set", &row.weight_set},
                                                          {"variance_method", &row.variance_method}};
    for (const auto& [name, text] : texts) *text = columns.text(name, i);
    const std::pair<const char*, double*> numbers[] = {
        {"estimate", &row.estimate}, {"se", &row.se}, {"cv", &row.cv},     {"lower", &row.lower}, {"upper", &row.upper},
        {"level", &row.level},       {"df", &row.df}, {"deff", &row.deff}, {"n", &row.n},         {"n_eff", &row.n_eff},
        {"n_cases", &row.n_cases}};
    for (const auto& [name, number] : numbers) *number = columns.number(name, i);
    row.notices = split_notices(columns.text("notices", i));
    row.where = columns.place(i);
    judge(row, columns.text("quality", i), choice, rules);
    row.kept_back = !columns.text("suppressed", i).empty();
    if (row.kept_back) hide_figures(row);
    return row;
}

void check_columns(const Table& estimates, Diagnostics& faults) {
    for (const char* name : {"table", "indicator", "domain", "estimate"})
        if (!estimates.has(name))
            faults.error({estimates.source, 1, 0}, "missing-column", fmt::format("there is no column '{}'", name),
                         "give the estimates.csv that the verb estimate writes");
    if (estimates.rows() == 0)
        faults.error({estimates.source, 0, 0}, "no-estimates", "the file has no estimate",
                     "run the verb estimate first");
}

std::vector<std::string> chosen_tables(const std::vector<PublishedRow>& rows, const RowChoice& choice,
                                       Diagnostics& faults) {
    std::vector<std::string> found;
    std::set<std::string> seen;
    for (const PublishedRow& row : rows)
        if (seen.insert(row.table).second) found.push_back(row.table);
    if (choice.tables.empty()) return found;
    for (const std::string& id : choice.tables)
        if (!seen.contains(id))
            faults.error(rows.front().where, "unknown-table", fmt::format("the estimates have no table '{}'", id),
                         suggestion(id, found));
    return choice.tables;
}

void check_doubles(const std::vector<PublishedRow>& rows, Diagnostics& faults) {
    std::set<std::tuple<std::string, std::string, std::string, std::string>> seen;
    for (const PublishedRow& row : rows)
        if (!seen.emplace(row.table, row.indicator, row.domain, row.period).second)
            faults.error(row.where, "double-estimate",
                         "table, indicator, domain and period are those of an earlier line", "keep one of the two");
}

}  // namespace

const QualityRules* RuleSets::find(const std::string& id) {
    const auto known = known_.find(id);
    if (known != known_.end()) return &known->second;
    for (const QualityRules& rules : own_)
        if (rules.id == id) return &known_.emplace(id, rules).first->second;
    const auto shipped = shipped_quality_rules(id);
    return shipped ? &known_.emplace(id, *shipped).first->second : nullptr;
}

bool hides(const std::vector<std::string>& hide, const std::string& quality) {
    const QualityCell cell = parse_quality_cell(quality);
    return std::any_of(hide.begin(), hide.end(), [&](const std::string& label) {
        return label == cell.quality.label || label == cell.rules + ":" + cell.quality.label;
    });
}

std::vector<PublishedRow> published_rows(const Table& estimates, const RowChoice& choice, RuleSets& rules,
                                         Diagnostics& faults) {
    const std::size_t before = faults.error_count();
    check_columns(estimates, faults);
    if (faults.error_count() > before) return {};
    const EstimatesColumns columns(estimates);
    std::vector<PublishedRow> all, chosen;
    for (std::size_t i = 0; i < estimates.rows(); ++i) all.push_back(read_row(columns, i, choice, rules));
    for (const std::string& table : chosen_tables(all, choice, faults))
        std::copy_if(all.begin(), all.end(), std::back_inserter(chosen),
                     [&](const PublishedRow& row) { return row.table == table; });
    check_doubles(chosen, faults);
    return chosen;
}

}  // namespace cifra
