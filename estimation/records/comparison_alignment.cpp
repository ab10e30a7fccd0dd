#include "estimation/records/comparison_alignment.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/markup.h"
#include "engine/numbers.h"
#include "estimation/records/comparison_words.h"
#include "estimation/records/records_markup.h"

namespace cifra {

namespace {

using TextRows = std::vector<std::vector<std::string>>;

std::string title_of(const RecordedCrimePlan& plan, const std::string& id, const std::string& language) {
    for (const ComparedCrime& crime : plan.crimes)
        if (crime.id == id) return label_in(crime.title, language, id);
    return id;
}

std::string restriction_list(
    const std::vector<StatedRestriction>& common,
    const std::vector<std::pair<std::string, const std::vector<StatedRestriction>*>>& of_crimes,
    const std::string& language) {
    std::string items;
    for (const StatedRestriction& one : common)
        items += fmt::format("<li>{}</li>\n", escape_markup(label_in(one.text, language, one.condition.text)));
    for (const auto& [title, list] : of_crimes)
        for (const StatedRestriction& one : *list)
            items += fmt::format("<li>{}: {}</li>\n", escape_markup(title),
                                 escape_markup(label_in(one.text, language, one.condition.text)));
    return items.empty() ? "" : "<ul>\n" + items + "</ul>\n";
}

std::string value_of(const CoverageFactor& factor, const NumberStyle& style) {
    constexpr int decimals = 3;
    const std::string low = format_number(factor.low, decimals, style);
    return factor.exact() ? low : low + "\u2009–\u2009" + format_number(factor.high, decimals, style);
}

// Those declared for all crimes once, before those of each.
TextRows factor_rows(const RecordedCrimePlan& plan, const std::string& language) {
    const ComparisonWords& words = comparison_words(language);
    const NumberStyle style = number_style(language);
    TextRows of_all, of_each;
    for (const ComparedCrime& crime : plan.crimes) {
        const RecordAdjustment& by = crime.adjustment;
        const std::pair<std::string_view, const CoverageFactor*> factors[] = {{words.duplicates, &by.duplicates},
                                                                              {words.covered, &by.covered},
                                                                              {words.victims, &by.victims},
                                                                              {words.units, &by.units}};
        for (const auto& [name, factor] : factors) {
            if (!factor->declared) continue;
            const bool common = factor->crime.empty();
            const std::vector<std::string> row = {
                common ? std::string(words.all_crimes) : label_in(crime.title, language, crime.id), std::string(name),
                value_of(*factor, style), label_in(factor->source, language, "")};
            if (!common)
                of_each.push_back(row);
            else if (std::find(of_all.begin(), of_all.end(), row) == of_all.end())
                of_all.push_back(row);
        }
    }
    of_all.insert(of_all.end(), of_each.begin(), of_each.end());
    return of_all;
}

}  // namespace

std::string subset_markup(const Table& subset, const RecordedCrimePlan& plan, const std::string& language) {
    const ComparisonWords& words = comparison_words(language);
    const NumberStyle style = number_style(language);
    std::vector<std::string> head = {std::string(words.code), std::string(words.offence),
                                     std::string(words.compared_as)};
    for (const ComparedYear& year : plan.years) head.push_back(fmt::format(fmt::runtime(words.records_of), year.name));
    head.emplace_back(words.reason);
    TextRows rows;
    const std::size_t years = plan.years.size();
    for (std::size_t row = 0; row + years <= subset.rows(); row += years) {
        const bool compared = subset.at("compared").cell(row) == "yes";
        const std::string crime = subset.at("crime").cell(row), reason = subset.at("reason").cell(row);
        std::vector<std::string> cells = {subset.at("iccs").cell(row), subset.at("title").cell(row),
                                          compared ? title_of(plan, crime, language) : std::string(words.not_compared)};
        for (std::size_t year = 0; year < years; ++year)
            cells.push_back(format_number(subset.at("records").number(row + year), 0, style));
        cells.push_back(compared ? "" : reason.empty() ? std::string(words.no_reason) : reason);
        rows.push_back(std::move(cells));
    }
    return table_markup({std::string(words.subset), head, rows, head.size(), true});
}

std::string alignment_markup(const RecordedCrimePlan& plan, const std::string& language) {
    const ComparisonWords& words = comparison_words(language);
    std::vector<std::pair<std::string, const std::vector<StatedRestriction>*>> survey, records;
    for (const ComparedCrime& crime : plan.crimes) {
        const std::string title = label_in(crime.title, language, crime.id);
        survey.emplace_back(title, &crime.survey);
        records.emplace_back(title, &crime.records);
    }
    std::string html =
        fmt::format("<div class=\"sides\">\n<div>\n<h3>{}</h3>\n{}</div>\n<div>\n<h3>{}</h3>\n{}</div>\n</div>\n",
                    words.survey_side, restriction_list(plan.survey, survey, language), words.records_side,
                    restriction_list(plan.records.restrictions, records, language));
    const std::vector<std::string> head = {std::string(words.crime), std::string(words.factor),
                                           std::string(words.value), std::string(words.source)};
    if (const TextRows factors = factor_rows(plan, language); !factors.empty())
        html += table_markup({std::string(words.adjustments), head, factors, head.size()});
    TextRows rules;
    for (const auto& [topic, rule] : plan.counting)
        rules.push_back({counting_word(topic, language), counting_word(rule, language)});
    if (!rules.empty()) html += table_markup({std::string(words.counting_rules), {"", ""}, rules, 2});
    return html;
}

}  // namespace cifra
