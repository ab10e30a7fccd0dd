#include "estimation/records/comparison_alignment.h"

#include <fmt/format.h>

#include "engine/markup.h"
#include "engine/numbers.h"
#include "estimation/records/comparison_words.h"

namespace cifra {

namespace {

// `titled`: a heading above says the same.
std::string table_of(const std::string& caption, const std::vector<std::string>& head, const std::string& body,
                     bool titled = false) {
    std::string cells;
    for (std::size_t k = 0; k < head.size(); ++k)
        cells += fmt::format("<th scope=\"col\"{}>{}</th>", k == 0 ? "" : " style=\"text-align:left\"",
                             escape_markup(head[k]));
    return fmt::format(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{0}\">\n<table>\n<caption{3}>{0}</caption>\n"
        "<thead><tr>{1}</tr></thead>\n<tbody>\n{2}</tbody>\n</table>\n</div>\n",
        escape_markup(caption), cells, body, titled ? " class=\"only\"" : "");
}

std::string text_cell(const std::string& text) { return "<td class=\"text\">" + escape_markup(text) + "</td>"; }

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
std::string factor_rows(const RecordedCrimePlan& plan, const std::string& language) {
    const ComparisonWords& words = comparison_words(language);
    const NumberStyle style = number_style(language);
    std::string of_all, of_each;
    for (const ComparedCrime& crime : plan.crimes) {
        const RecordAdjustment& by = crime.adjustment;
        const std::pair<std::string_view, const CoverageFactor*> factors[] = {{words.duplicates, &by.duplicates},
                                                                              {words.covered, &by.covered},
                                                                              {words.victims, &by.victims},
                                                                              {words.units, &by.units}};
        for (const auto& [name, factor] : factors) {
            if (!factor->declared) continue;
            const bool common = factor->crime.empty();
            const std::string row = fmt::format(
                "<tr><th scope=\"row\">{}</th>{}{}{}</tr>\n",
                common ? std::string(words.all_crimes) : escape_markup(label_in(crime.title, language, crime.id)),
                text_cell(std::string(name)), text_cell(value_of(*factor, style)),
                text_cell(label_in(factor->source, language, "")));
            if (!common)
                of_each += row;
            else if (of_all.find(row) == std::string::npos)
                of_all += row;
        }
    }
    return of_all + of_each;
}

}  // namespace

std::string subset_markup(const Table& subset, const RecordedCrimePlan& plan, const std::string& language) {
    const ComparisonWords& words = comparison_words(language);
    const NumberStyle style = number_style(language);
    std::vector<std::string> head = {std::string(words.code), std::string(words.offence),
                                     std::string(words.compared_as)};
    for (const ComparedYear& year : plan.years) head.push_back(fmt::format(fmt::runtime(words.records_of), year.name));
    head.emplace_back(words.reason);
    std::string body;
    const std::size_t years = plan.years.size();
    for (std::size_t row = 0; row + years <= subset.rows(); row += years) {
        const bool compared = subset.at("compared").cell(row) == "yes";
        const std::string crime = subset.at("crime").cell(row), reason = subset.at("reason").cell(row);
        body += fmt::format("<tr><th scope=\"row\">{}</th>{}{}", subset.at("iccs").cell(row),
                            text_cell(subset.at("title").cell(row)),
                            text_cell(compared ? title_of(plan, crime, language) : std::string(words.not_compared)));
        for (std::size_t year = 0; year < years; ++year)
            body += fmt::format("<td class=\"text\">{}</td>",
                                format_number(subset.at("records").number(row + year), 0, style));
        body += text_cell(compared ? "" : reason.empty() ? std::string(words.no_reason) : reason) + "</tr>\n";
    }
    return table_of(std::string(words.subset), head, body, true);
}

std::string alignment_markup(const RecordedCrimePlan& plan, const std::string& language) {
    const ComparisonWords& words = comparison_words(language);
    std::vector<std::pair<std::string, const std::vector<StatedRestriction>*>> survey, records;
    for (const ComparedCrime& crime : plan.crimes) {
        const std::string title = label_in(crime.title, language, crime.id);
        survey.emplace_back(title, &crime.survey);
        records.emplace_back(title, &crime.records);
    }
    const std::string factors = factor_rows(plan, language);
    std::string html =
        fmt::format("<div class=\"sides\">\n<div>\n<h3>{}</h3>\n{}</div>\n<div>\n<h3>{}</h3>\n{}</div>\n</div>\n",
                    words.survey_side, restriction_list(plan.survey, survey, language), words.records_side,
                    restriction_list(plan.records.restrictions, records, language));
    if (!factors.empty())
        html += table_of(
            std::string(words.adjustments),
            {std::string(words.crime), std::string(words.factor), std::string(words.value), std::string(words.source)},
            factors);
    std::string rules;
    for (const auto& [topic, rule] : plan.counting)
        rules += fmt::format("<tr><th scope=\"row\">{}</th>{}</tr>\n", counting_word(topic, language),
                             text_cell(counting_word(rule, language)));
    if (!rules.empty()) html += table_of(std::string(words.counting_rules), {"", ""}, rules);
    return html;
}

}  // namespace cifra
