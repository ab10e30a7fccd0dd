#include "estimation/publishing/confidential_pages.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/numbers.h"
#include "estimation/intervals.h"
#include "estimation/publishing/domain_label.h"
#include "estimation/publishing/words.h"

namespace cifra {

namespace {

PageCell number_cell(const Column& column, std::size_t row) {
    PageCell cell;
    if (!column.present(row)) return cell;
    cell.present = true;
    cell.estimate = column.number(row);
    cell.lower = cell.upper = cell.cv = cell.n = cell.cases = missing_number;
    return cell;
}

std::string row_label(const Table& report, std::size_t row, const PageTexts& texts, const std::string& language) {
    const std::string& indicator = report.at("indicator").text(row);
    const auto known = texts.indicators.find(indicator);
    const std::string name =
        known == texts.indicators.end() ? indicator : label_in(known->second.label, language, indicator);
    const std::string domain = domain_label(report.at("domain").text(row), texts.codebook, language).categories;
    return domain.empty() ? name : fmt::format("{} · {}", name, domain);
}

}  // namespace

PageTexts internal_texts(PageTexts texts, const std::vector<std::string>& languages) {
    Labels marked;
    for (const std::string& language : languages)
        marked[language] = fmt::format("{} – {}", words_in(language).internal, label_in(texts.title, language, ""));
    texts.title = std::move(marked);
    return texts;
}

PageTexts rounded_texts(PageTexts texts, const ConfidentialityPlan& plan, const std::vector<std::string>& languages) {
    if (plan.rounding == RoundingMethod::none) return texts;
    Labels notes;
    for (const std::string& language : languages) {
        const std::string note = label_in(texts.note, language, "");
        notes[language] =
            note + (note.empty() ? "" : " ") +
            fmt::format(fmt::runtime(words_in(language).rounded), format_number(plan.base, 0, number_style(language)));
    }
    texts.note = std::move(notes);
    return texts;
}

PageSection disclosure_section(const Disclosure& disclosure, const PageTexts& texts, const std::string& language) {
    const Words& words = words_in(language);
    PageSection section;
    section.anchor = "disclosure";
    section.title = words.disclosure;
    section.columns = {{"estimate", std::string(words.estimate), "", 0},
                       {"n_cases", std::string(words.cases), "", 0},
                       {"lower", std::string(words.outsider_lower), "", 0},
                       {"upper", std::string(words.outsider_upper), "", 0}};
    const Table& report = disclosure.report;
    for (std::size_t row = 0; row < report.rows(); ++row) {
        PageRow shown;
        shown.label = row_label(report, row, texts, language);
        shown.heading = fmt::format("{}: {} ({})", report.at("status").text(row), report.at("reason").text(row),
                                    report.at("measure").text(row));
        for (const PageColumn& column : section.columns) shown.cells.push_back(number_cell(report.at(column.id), row));
        section.rows.push_back(std::move(shown));
    }
    std::stable_sort(section.rows.begin(), section.rows.end(),
                     [](const PageRow& a, const PageRow& b) { return a.heading > b.heading; });  // sensitive first
    return section;
}

}  // namespace cifra
