#include "engine/crosswalk/agreement.h"

#include <cmath>
#include <map>

#include "engine/iccs.h"

namespace cifra {

Agreement agreement(const std::vector<CodedPair>& pairs) {
    Agreement result;
    double agreed = 0;
    bool counted = true;
    std::map<std::string, std::pair<double, double>> margins;
    for (const CodedPair& pair : pairs) {
        result.weight += pair.weight;
        if (pair.first == pair.second) agreed += pair.weight;
        margins[pair.first].first += pair.weight;
        margins[pair.second].second += pair.weight;
        counted = counted && pair.weight == 1;
    }
    if (!(result.weight > 0)) return result;
    double by_chance = 0;
    for (const auto& [category, margin] : margins)
        by_chance += margin.first / result.weight * margin.second / result.weight;
    const double share = agreed / result.weight;
    result.accuracy = share;
    if (margins.size() < 2) return result;
    result.kappa = (share - by_chance) / (1 - by_chance);
    if (counted) result.se = std::sqrt(share * (1 - share) / result.weight) / (1 - by_chance);
    return result;
}

std::string category_at_level(const std::string& code, int level) { return iccs_at_level(code, level).value_or(code); }

Agreement agreement_at_level(std::vector<CodedPair> pairs, int level) {
    for (CodedPair& pair : pairs) {
        pair.first = category_at_level(pair.first, level);
        pair.second = category_at_level(pair.second, level);
    }
    return agreement(pairs);
}

}  // namespace cifra
