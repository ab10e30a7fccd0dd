// The key `confidentiality` of the section `publish`: what must not be told, and how it is hidden. Every key is
// described in estimation/confidentiality/README.md.
//
//   confidentiality:
//     minimum_cases: 5
//     minimum_n: 30
//     minimum_df: 8
//     protection: 0.5
//     additive: [crimes, adults]
//     sums: {crimes: [crimes_reported, crimes_not_reported]}
//     partitions: [[share_reported, share_not_reported, share_unknown]]
//     follows: {dark_figure: [crimes_dark, crimes]}
//     rounding: {base: 100, method: controlled}
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/yaml.h"

namespace cifra {

enum class RoundingMethod { none, conventional, controlled };

struct ConfidentialityPlan {
    // A figure is sensitive with fewer sample cases (but at least one), sample units or degrees of freedom than these.
    double minimum_cases = 0, minimum_n = 0, minimum_df = 0;
    double protection = 0.5;         // of the value: nobody may come nearer to a sensitive figure from either side
    std::set<std::string> additive;  // indicators whose estimates add up over domains
    std::map<std::string, std::vector<std::string>> sums;     // indicator: those it is the sum of, in every domain
    std::map<std::string, std::vector<std::string>> follows;  // indicator: hidden where one of these is
    std::vector<std::vector<std::string>> partitions;         // indicators that come to a known whole in every domain
    RoundingMethod rounding = RoundingMethod::none;
    double base = 0;
};

// `totals`: indicators known to be totals, the default of `additive`.
ConfidentialityPlan read_confidentiality(const YamlValue& value, const std::set<std::string>& totals,
                                         Diagnostics& faults);

}  // namespace cifra
