#include "estimation/publishing/quality_report/quality_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "estimation/publishing/quality_report/quality_figures.h"

namespace cifra {

QualityReportPlan read_quality_report(const YamlValue& value, Diagnostics& faults) {
    QualityReportPlan plan;
    std::vector<std::string> known;
    for (const SimsConcept& concept_ : sims_concepts()) known.push_back(concept_.id);
    for (const auto& [key, text] : value.entries) {
        if (key == "previous")
            plan.previous = text_of(text, faults, "'previous'");
        else if (std::find(known.begin(), known.end(), key) == known.end())
            faults.error(text.where, "unknown-concept", fmt::format("'{}' is no concept of SIMS", key),
                         suggestion(key, known));
        else
            plan.texts[key] = labels_of(text, faults, key);
    }
    return plan;
}

std::vector<QualityAnswer> quality_answers(std::span<const PublishedRow> rows, const Page& page,
                                           const QualityTables& tables, const QualityReportPlan& plan) {
    QualityFigures figures = quality_figures(rows, page, tables);
    std::vector<QualityAnswer> answers;
    for (const SimsConcept& concept_ : sims_concepts()) {
        QualityAnswer answer{concept_, {}, std::move(figures[concept_.id])};
        const auto told = plan.texts.find(concept_.id);
        if (told != plan.texts.end()) answer.told.push_back(label_in(told->second, page.language, ""));
        answers.push_back(std::move(answer));
    }
    return answers;
}

}  // namespace cifra
