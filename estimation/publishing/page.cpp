#include "estimation/publishing/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <set>

#include "engine/numbers.h"
#include "estimation/domain_text.h"
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

using RowKey = std::pair<std::string, std::string>;     // domain, period
using ColumnKey = std::pair<std::string, std::string>;  // indicator, part of the domain that stands across

// "region=N;sex=F" across sex: "region=N" and "sex=F".
std::pair<std::string, std::string> split_across(const std::string& domain, const std::string& across) {
    std::pair<std::string, std::string> parts;
    for (const std::string& part : split_domain(domain)) {
        std::string& side = !across.empty() && part.starts_with(across + "=") ? parts.second : parts.first;
        if (!side.empty()) side += ";";
        side += part;
    }
    return parts;
}

class SectionBuilder {
public:
    SectionBuilder(std::span<const PublishedRow> rows, const PageTexts& texts, const PageOptions& options,
                   RuleSets& rules)
        : rows_(rows), texts_(texts), options_(options), rules_(rules) {}

    PageSection build(std::size_t number);

private:
    void find_rows_and_columns();
    void fill_cells();
    PageCell make_cell(const PublishedRow& row, double scale);
    void describe_quality(PageCell& cell, const QualityCell& quality);
    void label_columns();
    void label_rows();
    void title(const std::string& id, std::size_t number);
    void explain_what_is_kept_back();
    void sort_legend();
    void write_notes();
    struct Scale {
        double factor = 1;
        std::string unit;
    };
    Scale scale_of(const std::string& indicator) const;
    bool is_proportion(const std::string& indicator) const;
    int decimals_of(const std::string& indicator) const;
    std::string distinct(std::string PublishedRow::*column, bool as_method) const;

    std::span<const PublishedRow> rows_;
    const PageTexts& texts_;
    const PageOptions& options_;
    RuleSets& rules_;
    PageSection section_;
    std::string across_;
    std::vector<std::string> indicators_;
    std::vector<ColumnKey> columns_;
    std::vector<RowKey> keys_;
    std::map<std::string, std::set<std::string>> used_;  // labels by rule set
};

void SectionBuilder::find_rows_and_columns() {
    if (const TableTexts* texts = find_table(texts_, rows_.front().table)) across_ = texts->across;
    for (const PublishedRow& row : rows_) {
        const auto [domain, part] = split_across(row.domain, across_);
        place_of(indicators_, row.indicator);
        place_of(columns_, ColumnKey{row.indicator, part});
        place_of(keys_, RowKey{domain, row.period});
    }
    std::stable_partition(keys_.begin(), keys_.end(), [](const RowKey& key) { return key.first.empty(); });
    std::stable_sort(columns_.begin(), columns_.end(), [&](const ColumnKey& a, const ColumnKey& b) {
        const std::size_t first = place_of(indicators_, a.first), second = place_of(indicators_, b.first);
        return std::make_pair(first, !a.second.empty()) < std::make_pair(second, !b.second.empty());
    });
    for (const auto& [indicator, part] : columns_)
        section_.columns.push_back(
            {part.empty() ? indicator : fmt::format("{};{}", indicator, part), indicator, "", 0, "", ""});
    section_.rows.resize(keys_.size());
    for (PageRow& row : section_.rows) row.cells.resize(columns_.size());
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
    return std::any_of(rows_.begin(), rows_.end(), [&](const PublishedRow& row) {
        return row.indicator == indicator && of_proportions(row.interval);
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

void SectionBuilder::describe_quality(PageCell& cell, const QualityCell& quality) {
    cell.quality_text = quality.quality.label;
    const QualityRules* rules = rules_.find(quality.rules);
    const QualityLabel* label = rules ? rules->find_label(quality.quality.label) : nullptr;
    if (!label) return;
    cell.mark = label->mark;
    cell.quality_text = label_in(label->text, options_.language, label->id);
    for (const std::string& reason : quality.quality.reasons) {
        const Labels* words = rules->find_reason(reason);
        cell.quality_text += "; " + (words ? label_in(*words, options_.language, reason) : reason);
    }
    used_[quality.rules].insert(label->id);
}

PageCell SectionBuilder::make_cell(const PublishedRow& row, double scale) {
    PageCell cell;
    cell.present = true;
    cell.hidden = row.hidden;
    cell.estimate = row.estimate * scale;
    cell.lower = row.lower * scale;
    cell.upper = row.upper * scale;
    cell.cv = row.cv;
    cell.n = row.n;
    cell.cases = row.n_cases;
    cell.level = row.quality_level;
    describe_quality(cell, row.quality);
    for (const std::string& notice : row.notices)
        cell.footnotes.push_back(place_of(section_.footnotes, method_name(notice, options_.language)) + 1);
    return cell;
}

void SectionBuilder::fill_cells() {
    std::map<std::string, double> scales;
    for (const std::string& indicator : indicators_) scales[indicator] = scale_of(indicator).factor;
    for (const PublishedRow& row : rows_) {
        const auto [domain, part] = split_across(row.domain, across_);
        PageRow& line = section_.rows[place_of(keys_, RowKey{domain, row.period})];
        line.cells[place_of(columns_, ColumnKey{row.indicator, part})] = make_cell(row, scales[row.indicator]);
    }
}

// All columns of an indicator have the same decimals.
int SectionBuilder::decimals_of(const std::string& indicator) const {
    const auto known = texts_.indicators.find(indicator);
    if (known != texts_.indicators.end() && known->second.decimals >= 0) return known->second.decimals;
    std::vector<double> values;
    for (std::size_t i = 0; i < columns_.size(); ++i)
        for (const PageRow& row : section_.rows)
            if (columns_[i].first == indicator && row.cells[i].present) values.push_back(row.cells[i].estimate);
    return std::max(decimals_for(values), scale_of(indicator).unit == "%" ? 1 : 0);
}

void SectionBuilder::label_columns() {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const auto& [indicator, part] = columns_[i];
        PageColumn& column = section_.columns[i];
        column.decimals = decimals_of(indicator);
        column.unit = scale_of(indicator).unit;
        const auto known = texts_.indicators.find(indicator);
        if (known != texts_.indicators.end()) {
            column.label = label_in(known->second.label, options_.language, column.label);
            column.unit = label_in(known->second.unit, options_.language, column.unit);
        }
        if (across_.empty()) continue;
        column.group = column.label;
        column.part = part.empty() ? std::string(words_in(options_.language).total)
                                   : domain_label(part, texts_.codebook, options_.language).categories;
        if (!part.empty()) column.label += " · " + column.part;
    }
}

void SectionBuilder::label_rows() {
    std::set<std::string> periods;
    for (const RowKey& key : keys_) periods.insert(key.second);
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        PageRow& row = section_.rows[i];
        row.domain = keys_[i].first;
        row.total = row.domain.empty();
        const DomainLabel label = domain_label(keys_[i].first, texts_.codebook, options_.language);
        row.heading = label.variables;
        row.label = row.total ? std::string(words_in(options_.language).total) : label.categories;
        if (periods.size() > 1 && !keys_[i].second.empty()) row.label += ", " + keys_[i].second;
    }
}

void SectionBuilder::title(const std::string& id, std::size_t number) {
    section_.anchor = fmt::format("t{}", number);
    section_.id = id;
    section_.title = id;
    std::vector<std::string> units;  // "" among them where a column has none
    for (const PageColumn& column : section_.columns) place_of(units, column.unit);
    if (units.size() == 1) section_.unit = units.front();
    const TableTexts* texts = find_table(texts_, id);
    if (!texts) return;
    section_.title = label_in(texts->title, options_.language, id);
    section_.subtitle = label_in(texts->subtitle, options_.language, "");
    section_.population = label_in(texts->population, options_.language, "");
    section_.note = label_in(texts->note, options_.language, "");
}

void SectionBuilder::explain_what_is_kept_back() {
    if (std::none_of(rows_.begin(), rows_.end(), [](const PublishedRow& row) { return row.kept_back; })) return;
    if (!section_.note.empty()) section_.note += ". ";
    section_.note += words_in(options_.language).kept_back;
}

void SectionBuilder::sort_legend() {
    for (const auto& [id, used] : used_) {
        const QualityRules* rules = rules_.find(id);
        std::copy_if(rules->labels.begin(), rules->labels.end(), std::back_inserter(section_.legend),
                     [&known = used](const QualityLabel& label) { return known.contains(label.id); });
        section_.rule_titles.push_back(label_in(rules->title, options_.language, id));
    }
}

std::string SectionBuilder::distinct(std::string PublishedRow::*column, bool as_method) const {
    std::vector<std::string> found;
    for (const PublishedRow& row : rows_) {
        const std::string& text = row.*column;
        if (!text.empty()) place_of(found, as_method ? method_name(text, options_.language) : text);
    }
    return fmt::format("{}", fmt::join(found, "; "));
}

void SectionBuilder::write_notes() {
    section_.variance_methods = distinct(&PublishedRow::variance_method, true);
    section_.intervals = distinct(&PublishedRow::interval, true);
    section_.weight_sets = distinct(&PublishedRow::weight_set, false);
    for (const PublishedRow& row : rows_)
        if (const double level = row.level * 100; !std::isnan(level) && section_.level.empty())
            section_.level = format_number(level, level == std::round(level) ? 0 : 1, number_style(options_.language));
    double least = std::numeric_limits<double>::infinity(), most = -least;
    for (const PublishedRow& row : rows_) {
        if (std::isnan(row.df)) continue;
        least = std::min(least, row.df);
        most = std::max(most, row.df);
    }
    const NumberStyle style = number_style(options_.language);
    if (least == most)
        section_.df = format_number(least, 0, style);
    else if (least < most)
        section_.df = fmt::format(fmt::runtime(words_in(options_.language).df_range), format_number(least, 0, style),
                                  format_number(most, 0, style));
}

PageSection SectionBuilder::build(std::size_t number) {
    find_rows_and_columns();
    fill_cells();
    label_columns();
    label_rows();
    title(rows_.front().table, number);
    explain_what_is_kept_back();
    sort_legend();
    write_notes();
    return std::move(section_);
}

}  // namespace

Page build_page(std::span<const PublishedRow> rows, const PageTexts& texts, const PageOptions& options,
                RuleSets& rules) {
    Page page{options.language,
              label_in(texts.title, options.language, ""),
              label_in(texts.subtitle, options.language, ""),
              label_in(texts.source, options.language, ""),
              label_in(texts.note, options.language, ""),
              {},
              label_in(texts.methods, options.language, "")};
    for (std::size_t begin = 0, end = 0; begin < rows.size(); begin = end) {
        while (end < rows.size() && rows[end].table == rows[begin].table) ++end;
        SectionBuilder builder(rows.subspan(begin, end - begin), texts, options, rules);
        page.sections.push_back(builder.build(page.sections.size() + 1));
    }
    return page;
}

}  // namespace cifra
