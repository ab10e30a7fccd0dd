#include "estimation/publishing/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "engine/numbers.h"
#include "estimation/intervals.h"
#include "estimation/publishing/domain_label.h"
#include "estimation/publishing/words.h"

namespace cifra {

namespace {

template <class T>
std::size_t place_of(std::vector<T>& list, const T& item) {
    const auto found = std::find(list.begin(), list.end(), item);
    if (found != list.end()) return static_cast<std::size_t>(found - list.begin());
    list.push_back(item);
    return list.size() - 1;
}

// The columns of the estimates by name, as text or number, empty where the file does not have them.
class Estimates {
public:
    explicit Estimates(const Table& table) : table_(table) {
        for (std::size_t i = 0; i < table.width(); ++i) texts_.emplace(table.names()[i], table.column(i).as_text());
    }
    std::size_t rows() const { return table_.rows(); }
    std::string text(const char* name, std::size_t row) const {
        const auto found = texts_.find(name);
        return found == texts_.end() ? std::string() : found->second.text(row);
    }
    double number(const char* name, std::size_t row) const {
        return parse_number(text(name, row)).value_or(missing_number);
    }
    Location place(std::size_t row) const {
        return {table_.source, row < table_.lines.size() ? table_.lines[row] : 0, 0};
    }

private:
    const Table& table_;
    std::map<std::string, Column> texts_;
};

using RowKey = std::pair<std::string, std::string>;  // domain, period

std::vector<std::string> split_notices(const std::string& text) {
    std::vector<std::string> notices;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find("; ", begin), text.size());
        if (end > begin) notices.push_back(text.substr(begin, end - begin));
        begin = end + 2;
    }
    return notices;
}

class SectionBuilder {
public:
    SectionBuilder(const Estimates& estimates, const PageTexts& texts, const PageOptions& options, Diagnostics& faults)
        : estimates_(estimates), texts_(texts), options_(options), faults_(faults) {}

    PageSection build(const std::string& id, std::size_t number);

private:
    void find_rows_and_columns(const std::string& id);
    void fill_cells();
    PageCell make_cell(std::size_t row, double scale);
    void describe_quality(PageCell& cell, const std::string& text);
    const QualityRules* rules_named(const std::string& id);
    void label_columns();
    void label_rows();
    void title(const std::string& id, std::size_t number);
    void sort_legend();
    void write_notes();
    struct Scale {
        double factor = 1;
        std::string unit;
    };
    Scale scale_of(const std::string& indicator) const;
    bool is_proportion(const std::string& indicator) const;
    std::string distinct(const char* column, bool as_method) const;

    const Estimates& estimates_;
    const PageTexts& texts_;
    const PageOptions& options_;
    Diagnostics& faults_;
    PageSection section_;
    std::vector<std::size_t> source_rows_;
    std::vector<std::string> indicators_;
    std::vector<RowKey> keys_;
    std::map<std::string, QualityRules> rules_;
    std::set<std::pair<std::string, std::string>> used_;  // rules, label
};

void SectionBuilder::find_rows_and_columns(const std::string& id) {
    for (std::size_t row = 0; row < estimates_.rows(); ++row) {
        if (estimates_.text("table", row) != id) continue;
        source_rows_.push_back(row);
        place_of(indicators_, estimates_.text("indicator", row));
        place_of(keys_, RowKey{estimates_.text("domain", row), estimates_.text("period", row)});
    }
    std::stable_partition(keys_.begin(), keys_.end(), [](const RowKey& key) { return key.first.empty(); });
    for (const std::string& indicator : indicators_) section_.columns.push_back({indicator, indicator, "", 0});
    section_.rows.resize(keys_.size());
    for (PageRow& row : section_.rows) row.cells.resize(indicators_.size());
}

// An interval that only proportions have.
bool of_proportions(const std::string& name) {
    const std::vector<std::string>& known = interval_names();
    if (std::find(known.begin(), known.end(), name) == known.end()) return false;
    const IntervalKind kind = interval_from_text(name);
    return suits(kind, ParameterRange::proportion) && !suits(kind, ParameterRange::real);
}

// Proportions are known by their interval: no other statistic has one of these.
bool SectionBuilder::is_proportion(const std::string& indicator) const {
    return std::any_of(source_rows_.begin(), source_rows_.end(), [&](std::size_t row) {
        return estimates_.text("indicator", row) == indicator && of_proportions(estimates_.text("interval", row));
    });
}

SectionBuilder::Scale SectionBuilder::scale_of(const std::string& indicator) const {
    const auto known = texts_.indicators.find(indicator);
    const double done = known == texts_.indicators.end() ? 1 : known->second.scale;
    const bool own_unit = known != texts_.indicators.end() && !known->second.unit.empty();
    const bool per_cent = !own_unit || label_in(known->second.unit, options_.language, "") == "%";
    if (!is_proportion(indicator) || !per_cent || (done != 1 && done != 100)) return {1, ""};
    return {100 / done, "%"};
}

const QualityRules* SectionBuilder::rules_named(const std::string& id) {
    const auto known = rules_.find(id);
    if (known != rules_.end()) return &known->second;
    for (const QualityRules& rules : texts_.quality)
        if (rules.id == id) return &rules_.emplace(id, rules).first->second;
    const auto shipped = shipped_quality_rules(id);
    return shipped ? &rules_.emplace(id, *shipped).first->second : nullptr;
}

void SectionBuilder::describe_quality(PageCell& cell, const std::string& text) {
    const QualityCell quality = parse_quality_cell(text);
    cell.quality_text = quality.quality.label;
    const QualityRules* rules = rules_named(quality.rules);
    const QualityLabel* label = rules ? rules->find_label(quality.quality.label) : nullptr;
    if (!label) return;
    cell.level = label->level;
    cell.mark = label->mark;
    cell.quality_text = label_in(label->text, options_.language, label->id);
    for (const std::string& reason : quality.quality.reasons) {
        const Labels* words = rules->find_reason(reason);
        cell.quality_text += "; " + (words ? label_in(*words, options_.language, reason) : reason);
    }
    used_.emplace(quality.rules, label->id);
    const auto hides = [&](const std::string& h) { return h == label->id || h == quality.rules + ":" + label->id; };
    cell.hidden = std::any_of(options_.hide.begin(), options_.hide.end(), hides);
}

PageCell SectionBuilder::make_cell(std::size_t row, double scale) {
    PageCell cell;
    cell.present = true;
    cell.estimate = estimates_.number("estimate", row) * scale;
    cell.lower = estimates_.number("lower", row) * scale;
    cell.upper = estimates_.number("upper", row) * scale;
    cell.cv = estimates_.number("cv", row);
    cell.n = estimates_.number("n", row);
    cell.cases = estimates_.number("n_cases", row);
    const std::string quality = estimates_.text("quality", row);
    if (!quality.empty()) describe_quality(cell, quality);
    for (const std::string& notice : split_notices(estimates_.text("notices", row)))
        cell.footnotes.push_back(place_of(section_.footnotes, notice) + 1);
    return cell;
}

void SectionBuilder::fill_cells() {
    std::vector<double> scales;
    for (const std::string& indicator : indicators_) scales.push_back(scale_of(indicator).factor);
    for (const std::size_t row : source_rows_) {
        const std::size_t column = place_of(indicators_, estimates_.text("indicator", row));
        const RowKey key{estimates_.text("domain", row), estimates_.text("period", row)};
        PageCell& cell = section_.rows[place_of(keys_, key)].cells[column];
        if (cell.present)
            faults_.error(estimates_.place(row), "double-estimate",
                          "table, indicator, domain and period are those of an earlier line", "keep one of the two");
        cell = make_cell(row, scales[column]);
    }
}

void SectionBuilder::label_columns() {
    for (std::size_t i = 0; i < indicators_.size(); ++i) {
        PageColumn& column = section_.columns[i];
        std::vector<double> values;
        for (const PageRow& row : section_.rows)
            if (row.cells[i].present) values.push_back(row.cells[i].estimate);
        column.decimals = decimals_for(values);
        column.unit = scale_of(indicators_[i]).unit;
        if (column.unit == "%") column.decimals = std::max(column.decimals, 1);
        const auto known = texts_.indicators.find(indicators_[i]);
        if (known == texts_.indicators.end()) continue;
        column.label = label_in(known->second.label, options_.language, column.label);
        column.unit = label_in(known->second.unit, options_.language, column.unit);
        if (known->second.decimals >= 0) column.decimals = known->second.decimals;
    }
}

void SectionBuilder::label_rows() {
    std::set<std::string> periods;
    for (const RowKey& key : keys_) periods.insert(key.second);
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        PageRow& row = section_.rows[i];
        row.total = keys_[i].first.empty();
        const DomainLabel label = domain_label(keys_[i].first, texts_.codebook, options_.language);
        row.heading = label.variables;
        row.label = row.total ? std::string(words_in(options_.language).total) : label.categories;
        if (periods.size() > 1 && !keys_[i].second.empty()) row.label += ", " + keys_[i].second;
    }
}

void SectionBuilder::title(const std::string& id, std::size_t number) {
    section_.anchor = fmt::format("t{}", number);
    section_.title = id;
    std::vector<std::string> units;
    for (const PageColumn& column : section_.columns)
        if (!column.unit.empty()) place_of(units, column.unit);
    if (units.size() == 1) section_.unit = units.front();
    const TableTexts* texts = find_table(texts_, id);
    if (!texts) return;
    section_.title = label_in(texts->title, options_.language, id);
    section_.subtitle = label_in(texts->subtitle, options_.language, "");
    section_.population = label_in(texts->population, options_.language, "");
    section_.note = label_in(texts->note, options_.language, "");
}

void SectionBuilder::sort_legend() {
    for (const auto& [id, rules] : rules_) {
        bool any = false;
        for (const QualityLabel& label : rules.labels) {
            if (!used_.contains({id, label.id})) continue;
            section_.legend.push_back(label);
            any = true;
        }
        if (any) section_.rule_titles.push_back(label_in(rules.title, options_.language, id));
    }
}

std::string SectionBuilder::distinct(const char* column, bool as_method) const {
    std::vector<std::string> found;
    for (const std::size_t row : source_rows_) {
        const std::string text = estimates_.text(column, row);
        if (!text.empty()) place_of(found, as_method ? method_name(text, options_.language) : text);
    }
    return fmt::format("{}", fmt::join(found, "; "));
}

void SectionBuilder::write_notes() {
    section_.variance_methods = distinct("variance_method", true);
    section_.intervals = distinct("interval", true);
    section_.weight_sets = distinct("weight_set", false);
    for (const std::size_t row : source_rows_) {
        const double level = estimates_.number("level", row);
        if (!std::isnan(level) && section_.level.empty())
            section_.level = format_number(level * 100, level * 100 == std::round(level * 100) ? 0 : 1,
                                           number_style(options_.language));
    }
    double least = std::numeric_limits<double>::infinity(), most = -least;
    for (const std::size_t row : source_rows_) {
        const double df = estimates_.number("df", row);
        if (std::isnan(df)) continue;
        least = std::min(least, df);
        most = std::max(most, df);
    }
    const NumberStyle style = number_style(options_.language);
    if (least == most)
        section_.df = format_number(least, 0, style);
    else if (least < most)
        section_.df = fmt::format(fmt::runtime(words_in(options_.language).df_range), format_number(least, 0, style),
                                  format_number(most, 0, style));
}

PageSection SectionBuilder::build(const std::string& id, std::size_t number) {
    find_rows_and_columns(id);
    fill_cells();
    label_columns();
    label_rows();
    title(id, number);
    sort_legend();
    write_notes();
    return std::move(section_);
}

std::vector<std::string> chosen_tables(const Estimates& estimates, const PageOptions& options, Diagnostics& faults) {
    std::vector<std::string> found;
    for (std::size_t row = 0; row < estimates.rows(); ++row) place_of(found, estimates.text("table", row));
    if (options.tables.empty()) return found;
    for (const std::string& id : options.tables)
        if (std::find(found.begin(), found.end(), id) == found.end())
            faults.error(estimates.rows() > 0 ? estimates.place(0) : Location{}, "unknown-table",
                         fmt::format("the estimates have no table '{}'", id), suggestion(id, found));
    return options.tables;
}

}  // namespace

Page build_page(const Table& estimates, const PageTexts& texts, const PageOptions& options, Diagnostics& faults) {
    Page page{options.language,
              label_in(texts.title, options.language, ""),
              label_in(texts.subtitle, options.language, ""),
              label_in(texts.source, options.language, ""),
              label_in(texts.note, options.language, ""),
              {}};
    const std::size_t before = faults.error_count();
    for (const char* name : {"table", "indicator", "domain", "estimate"})
        if (!estimates.has(name))
            faults.error({estimates.source, 1, 0}, "missing-column", fmt::format("there is no column '{}'", name),
                         "give the estimates.csv that the verb estimate writes");
    if (estimates.rows() == 0)
        faults.error({estimates.source, 0, 0}, "no-estimates", "the file has no estimate",
                     "run the verb estimate first");
    if (faults.error_count() > before) return page;
    const Estimates columns(estimates);
    const auto tables = chosen_tables(columns, options, faults);
    if (faults.error_count() > before) return page;
    for (std::size_t i = 0; i < tables.size(); ++i)
        page.sections.push_back(SectionBuilder(columns, texts, options, faults).build(tables[i], i + 1));
    return page;
}

}  // namespace cifra
