// The quality report of a survey after SIMS (sims.h): what the files of the study tell is filled in, the study's own
// texts stand beside it, and every concept nobody answered stays as a named blank.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "engine/yaml.h"
#include "estimation/publishing/page.h"
#include "estimation/publishing/quality_report/sims.h"

namespace cifra {

struct QualityReportPlan {
    std::map<std::string, Labels> texts;  // concept → the study's own text
    std::string previous;                 // file of earlier estimates, for the size of revisions; "": none
};

// The map under `quality_report:`. Faults: those of YAML, unknown-concept.
QualityReportPlan read_quality_report(const YamlValue& value, Diagnostics& faults);

// Tables of the weighting and the imputation; without columns where a study has none.
struct QualityTables {
    Table audit, outcome_rates, response, imputation;  // weights_audit.csv, outcome_rates.csv, response.csv, …
    Table previous;                                    // earlier estimates
};

struct QualityAnswer {
    SimsConcept concept_;
    std::vector<std::string> told;     // by the study
    std::vector<std::string> figures;  // by the files
};

// One answer per concept, in order. Quantities:
//   CV: quartiles over the published rows, and the shares below 15 %, from 15 % to below 30 % and from 30 %;
//   unit non-response: 1 − RR1 to RR6 of AAPOR, weighted, or 1 − the response rate of response.csv;
//   item non-response: the largest share of weight without the item among the estimates;
//   revisions (Eurostat 2014, ESS Guidelines for the Implementation of the ESS Quality and Performance Indicators):
//   mean absolute revision MAR = Σ|later − earlier| / n over rows of both files, and
//   RMAR = Σ|later − earlier| / Σ|later|.
std::vector<QualityAnswer> quality_answers(std::span<const PublishedRow> rows, const Page& page,
                                           const QualityTables& tables, const QualityReportPlan& plan);

std::string quality_report_html(std::span<const QualityAnswer> answers, const Page& page);
std::string quality_report_markdown(std::span<const QualityAnswer> answers, const Page& page);

}  // namespace cifra
