// The rows of estimates that may be published: the one place every form of publication takes its figures from.
//
// A row whose quality label is hidden keeps its place, its sample sizes and the reason, and loses its figures: no form
// can print what it was not given. What is kept back for confidentiality is already gone from the table that a
// disclosure publishes (confidentiality/disclosure.h): its column `suppressed` says which rows.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "estimation/publishing/texts.h"
#include "estimation/quality.h"

namespace cifra {

struct PublishedRow {
    std::string table, indicator, domain, period;
    double estimate = 0, se = 0, cv = 0, lower = 0, upper = 0, level = 0;  // as estimated; NaN where unknown or hidden
    double df = 0, deff = 0, n = 0, n_cases = 0, n_eff = 0;                // NaN where unknown
    std::string interval, weight_set, variance_method;
    QualityCell quality;
    QualityLevel quality_level = QualityLevel::unknown;
    std::vector<std::string> notices;
    bool hidden = false;     // has no figures
    bool kept_back = false;  // ... by a disclosure
    Location where;
};

struct RowChoice {
    std::vector<std::string> tables;  // only these, in this order; empty: all, in the order of the file
    std::vector<std::string> hide;    // quality labels: "suppress", or of one rule set "eclac_2020:suppress"
};

// Rule sets by id: those of the study, else the shipped ones.
class RuleSets {
public:
    explicit RuleSets(const std::vector<QualityRules>& own) : own_(own) {}
    const QualityRules* find(const std::string& id);  // nullptr when absent

private:
    const std::vector<QualityRules>& own_;
    std::map<std::string, QualityRules> known_;
};

// Whether a quality cell of estimates.csv has one of the labels in `hide`.
bool hides(const std::vector<std::string>& hide, const std::string& quality);

// Needs the columns table, indicator, domain, estimate; uses the others of estimates.csv where they are. Rows stand
// table by table, within a table in the order of the file. Faults: missing-column, no-estimates, unknown-table,
// double-estimate (two rows for one table, indicator, domain and period).
std::vector<PublishedRow> published_rows(const Table& estimates, const RowChoice& choice, RuleSets& rules,
                                         Diagnostics& faults);

}  // namespace cifra
