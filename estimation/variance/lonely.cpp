#include "estimation/variance/lonely.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace cifra {

const std::vector<std::string>& lonely_psu_names() {
    static const std::vector<std::string> names = {"fail",    "certainty", "adjust", "adjust_from_zero",
                                                   "average", "collapse",  "remove"};
    return names;
}

LonelyPsu lonely_psu_from_text(std::string_view name) {
    const auto& names = lonely_psu_names();
    return static_cast<LonelyPsu>(std::find(names.begin(), names.end(), name) - names.begin());
}

const std::vector<std::string>& domain_lonely_names() {
    static const std::vector<std::string> names = {"none", "adjust", "adjust_from_zero", "average"};
    return names;
}

DomainLonely domain_lonely_from_text(std::string_view name) {
    const auto& names = domain_lonely_names();
    return static_cast<DomainLonely>(std::find(names.begin(), names.end(), name) - names.begin());
}

std::map<std::string, std::string> collapse_strata(std::vector<CollapseStratum> strata,
                                                   std::vector<std::string>& notices) {
    std::sort(strata.begin(), strata.end(), [](const CollapseStratum& a, const CollapseStratum& b) {
        return std::tie(a.by, a.order, a.name) < std::tie(b.by, b.order, b.name);
    });
    std::map<std::string, std::string> target;
    std::vector<const CollapseStratum*> waiting;
    const CollapseStratum* previous = nullptr;
    const auto settle = [&](const std::string* into) {
        for (const CollapseStratum* stratum : waiting) target[stratum->name] = into ? *into : stratum->name;
        waiting.clear();
    };
    for (const CollapseStratum& stratum : strata) {
        if (!waiting.empty() && waiting.front()->by != stratum.by)
            settle(previous && previous->by == waiting.front()->by ? &previous->name : nullptr);
        waiting.push_back(&stratum);
        if (waiting.size() == 1 && stratum.psus == 1) continue;
        settle(&stratum.name);
        previous = &stratum;
    }
    if (!waiting.empty()) settle(previous && previous->by == waiting.front()->by ? &previous->name : nullptr);
    for (const auto& [stratum, into] : target)
        if (stratum != into)
            notices.push_back(fmt::format("stratum '{}' has one PSU: collapsed with '{}'", stratum, into));
    return target;
}

}  // namespace cifra
