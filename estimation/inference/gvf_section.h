// The section `gvf` of a table file: variance functions over estimates, or published parameters applied to them.
//
//   gvf:
//     - {id: totals, from: estimates.csv, tables: [states], indicators: [crimes], form: inverse, group_by: indicator}
//     - id: published
//       from: rates.csv
//       statistic: rate          # total (default), proportion, rate: what the estimates are
//       base: 278000000          # of proportions and rates: the estimated denominator, a number or a column
//       per: 1000                # of rates
//       group_by: family
//       parameters: ncvs_2015.yaml
//
// `from` is relative to the table file; without it the estimates of the same run are meant.
// A file of parameters, or the same map inline:
//
//   source: where they were published
//   form: ncvs_three_parameter
//   groups: {violent: {a: -0.0005, b: 4200, c: 9, smallest: 10000}}     # a group "" serves where group_by is absent
//
// gvf.csv has a row an estimate: what the model predicts beside the direct SE, with the model's coefficients and fit.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "engine/yaml.h"
#include "estimation/inference/gvf.h"
#include "estimation/table_sections.h"

namespace cifra {

enum class GvfStatistic { total, proportion, rate };

struct GvfRequest {
    std::string id;
    std::filesystem::path from;                   // empty: the estimates of the same run
    std::filesystem::path parameters;             // file of published parameters; empty: in line, or none
    std::vector<std::string> tables, indicators;  // empty: all
    std::string group_by;                         // a column of the estimates; empty: one group
    GvfForm form = GvfForm::inverse;
    GvfStatistic statistic = GvfStatistic::total;
    std::optional<double> base;
    std::string base_column;
    double per = 1000;
    std::vector<GvfModel> published;  // empty: the model is fitted to the estimates
    Location where;
};

// Faults: missing-key, unknown-key, wrong choices, parameters that do not fit the form, an unreadable file.
std::vector<GvfRequest> read_gvf_requests(const YamlValue& value, Diagnostics& faults);

// Published parameters of a map as above.
std::vector<GvfModel> read_gvf_models(const YamlValue& value, Diagnostics& faults);

// The rows of gvf.csv. `estimates` serves the requests without `from` (null: a fault). Faults: cannot-read,
// missing-column, no-estimates; a notice column tells what could not be predicted.
Table gvf_table(const std::vector<GvfRequest>& requests, const Table* estimates, Diagnostics& faults);

TableSection gvf_section();

}  // namespace cifra
