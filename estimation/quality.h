// Reliability rules of official producers, as data: every estimate gets a label and the reasons for it. No value is
// ever deleted by a rule; what a page shows is the publisher's choice.
//
// A rule set is a YAML file (estimation/rules/README.md). Its rules are conditions of the expression language over
//   estimate se cv lower upper df deff n n_cases n_eff    numbers, missing where unknown
//   cases                                                 n_cases, or n where cases were not counted
//   width                                                 upper - lower
//   kind                                                  "total", "mean", "proportion" or "rate"
// and over its own `definitions`. A proportion stands on the scale 0 to 1, whatever its printed unit.
//
// The label is that of the first rule that holds; the last rule has no condition. The reasons are those of every rule
// with that label that holds. A missing condition does not hold. In the shipped sets a label that several rules lead to
// comes with a reason each time; a label of one rule says its threshold itself.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/expression.h"
#include "engine/yaml.h"

namespace cifra {

enum class QualityLevel { good, caution, poor, unknown };
std::string_view to_text(QualityLevel level);

struct QualityLabel {
    std::string id;
    QualityLevel level = QualityLevel::unknown;  // what colour a page gives it
    std::string mark;                            // beside the colour: "", "b", "!"
    Labels text;
};

struct QualityRule {
    std::string label;
    std::optional<Expr> when;  // nothing: the last rule, always true
    std::string reason;        // snake_case id; "" when the label says it all
    Labels text;               // of the reason
};

struct QualityRules {
    std::string id;
    Labels title;
    std::string source;
    bool verified = false;  // every threshold read in the producer's own text, table or code
    Labels unverified;      // what of a shipped set is recalled and to be confirmed
    std::vector<QualityLabel> labels;
    std::vector<std::pair<std::string, Expr>> definitions;
    std::vector<QualityRule> rules;
    const QualityLabel* find_label(std::string_view label) const;  // nullptr when absent
    const Labels* find_reason(std::string_view reason) const;      // nullptr when absent
};

struct QualityMeasures {
    static constexpr double missing = std::numeric_limits<double>::quiet_NaN();
    double estimate = missing, se = missing, cv = missing, lower = missing, upper = missing, df = missing,
           deff = missing, n = missing, n_cases = missing, n_eff = missing;
    std::string kind;
};

struct Quality {
    std::string label;
    std::vector<std::string> reasons;  // ids, in the order of the rules
    bool operator==(const Quality&) const = default;
};

// Faults beside those of YAML and expressions: unknown-label, last-rule (a condition on the last rule or
// none on an earlier one).
QualityRules read_quality_rules(const YamlValue& value, Diagnostics& faults);

// What a key `quality` says: a map of rules, or the name of a shipped set (unknown-choice where there is none such).
std::optional<QualityRules> read_quality_key(const YamlValue& value, Diagnostics& faults);

// The shipped sets: bjs_ncvs, cl_econ_2024, cl_ine_2020, dhs, eclac_2020, eclac_2023, eurostat, inegi_cv, nchs_2017,
// nchs_rse, ons, statcan_cv, statcan_cv_25 (estimation/rules/README.md).
std::vector<std::string> shipped_quality_rules();
std::optional<QualityRules> shipped_quality_rules(std::string_view id);

Quality assess(const QualityRules& rules, const QualityMeasures& measures);

// The cell of estimates.csv: "inegi_cv:moderate", with reasons "cl_ine_2020:unreliable:n_below_60+df_below_9".
std::string quality_cell(const QualityRules& rules, const Quality& quality);

struct QualityCell {
    std::string rules;  // "" when the cell holds a bare label
    Quality quality;
};
QualityCell parse_quality_cell(const std::string& cell);

}  // namespace cifra
