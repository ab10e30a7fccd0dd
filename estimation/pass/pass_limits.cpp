#include "estimation/pass/pass_limits.h"

#include <fmt/format.h>

#include <algorithm>

#include "estimation/replicates.h"

namespace cifra {

namespace {

bool any_scalar(const YamlValue& value, const std::vector<const char*>& keys) {
    for (const auto& [key, item] : value.entries) {
        if (std::find(keys.begin(), keys.end(), key) != keys.end()) return true;
        if (any_scalar(item, keys)) return true;
    }
    return std::any_of(value.items.begin(), value.items.end(),
                       [&](const YamlValue& item) { return any_scalar(item, keys); });
}

}  // namespace

std::string asks_for_memory(const YamlValue& file) {
    for (const char* key : {"impute", "weight_sets"})
        if (file.find(key)) return std::string("'") + key + "'";
    const YamlValue *design = file.find("design"), *counting = file.find("counting"), *derive = file.find("derive");
    if (design)
        for (const char* key : {"replicates", "phase2", "joint", "chain"}) {
            const YamlValue* value = design->find(key);
            if (value && (key != std::string("replicates") || !makes_replicates(*value)))
                return std::string("'") + key + "'";
        }
    if (counting && any_scalar(*counting, {"percentile"})) return "a percentile of all records";
    if (derive && any_scalar(*derive, {"iccs", "key"})) return "a derived variable of several rows";
    return "";
}

std::string asks_for_memory(const DesignPlan& design) {
    if (!design.columns.psu.empty()) return "";
    const DesignColumns& columns = design.columns;
    const bool plain = columns.unequal.method == UnequalMethod::none && !columns.successive.used &&
                       columns.domain_lonely == DomainLonely::none && !columns.satterthwaite &&
                       columns.certainty.empty() && columns.fpc.size() <= 1 &&
                       (columns.lonely == LonelyPsu::fail || columns.lonely == LonelyPsu::certainty) &&
                       !design.replicates;
    return plain ? "" : "rows are PSUs";
}

std::vector<std::string> unit_columns(const DesignColumns& columns, const std::vector<std::string>& known) {
    std::vector<std::string> names = columns.psu;
    const bool one_stage =
        columns.fpc.empty() && columns.unequal.method == UnequalMethod::none && columns.certainty.empty();
    if (one_stage || (columns.ultimate_cluster && columns.fpc.size() <= 1))
        names.resize(std::min<std::size_t>(1, names.size()));
    names.insert(names.end(), columns.fpc.begin(), columns.fpc.end());
    for (const std::string& name : {columns.strata, columns.certainty, columns.collapse.by, columns.collapse.order,
                                    columns.unequal.probability, columns.unequal.population_p2,
                                    columns.unequal.group_units, columns.unequal.group_size, columns.successive.order})
        names.push_back(name);
    std::vector<std::string> present;
    for (const std::string& name : names)
        if (std::find(known.begin(), known.end(), name) != known.end() &&
            std::find(present.begin(), present.end(), name) == present.end())
            present.push_back(name);
    return present;
}

void refuse_absent(const DesignColumns& columns, const std::vector<std::string>& known, const Location& where,
                   Diagnostics& faults) {
    std::vector<std::string> names = columns.psu;
    names.insert(names.end(), columns.fpc.begin(), columns.fpc.end());
    if (!columns.strata.empty()) names.push_back(columns.strata);
    for (const std::string& name : names)
        if (std::find(known.begin(), known.end(), name) == known.end())
            faults.error(where, "missing-column", fmt::format("the design column '{}' is not in the file", name),
                         suggestion(name, known));
}

}  // namespace cifra
