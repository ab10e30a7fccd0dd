#include "estimation/confidentiality/additive_table.h"

#include <algorithm>
#include <numeric>

#include "estimation/domain_text.h"

namespace cifra {

namespace {

constexpr double rounding = 1e-9;  // of the total: sums of doubles in another order

using Parts = std::map<std::string, std::string>;

Parts without(Parts parts, const std::string& variable) {
    parts.erase(variable);
    return parts;
}

std::size_t root_of(std::vector<std::size_t>& parent, std::size_t cell) {
    while (parent[cell] != cell) cell = parent[cell] = parent[parent[cell]];
    return cell;
}

}  // namespace

std::map<std::string, std::string> parts_of_domain(const std::string& domain) {
    Parts parts;
    for (const auto& [variable, code] : domain_parts(domain))
        if (variable.empty())
            parts[code];
        else
            parts[variable] = code;
    return parts;
}

std::string domain_of_parts(const std::map<std::string, std::string>& parts) {
    std::string domain;
    for (const auto& [variable, code] : parts) {
        if (!domain.empty()) domain += ';';
        domain += variable;
        domain += '=';
        domain += code;
    }
    return domain;
}

std::vector<Relation> domain_relations(const std::vector<std::string>& domains, const std::vector<double>& values,
                                       const std::vector<std::string>& fixed) {
    std::vector<Parts> parts;
    std::map<std::string, std::size_t> place;
    for (std::size_t i = 0; i < domains.size(); ++i) {
        parts.push_back(parts_of_domain(domains[i]));
        place.emplace(domain_of_parts(parts.back()), i);
    }
    std::map<std::pair<std::size_t, std::string>, std::vector<std::size_t>> families;  // margin, variable
    for (std::size_t i = 0; i < domains.size(); ++i)
        for (const auto& [variable, code] : parts[i]) {
            if (std::find(fixed.begin(), fixed.end(), variable) != fixed.end()) continue;
            const auto margin = place.find(domain_of_parts(without(parts[i], variable)));
            if (margin != place.end()) families[{margin->second, variable}].push_back(i);
        }
    std::vector<Relation> relations;
    for (const auto& [family, children] : families) {
        double rest = values[family.first];
        for (const std::size_t child : children) rest -= values[child];
        const double noise = rounding * values[family.first];
        if (rest >= -noise) relations.push_back({family.first, children, rest > noise ? rest : 0});
    }
    return relations;
}

std::vector<LinkedCells> linked_cells(const AdditiveTable& table) {
    std::vector<std::size_t> parent(table.values.size());
    std::iota(parent.begin(), parent.end(), 0);
    for (const Relation& relation : table.relations)
        for (const std::size_t part : relation.parts) parent[root_of(parent, part)] = root_of(parent, relation.total);
    std::map<std::size_t, std::size_t> group;
    std::vector<LinkedCells> groups;
    for (std::size_t cell = 0; cell < parent.size(); ++cell) {
        const auto [place, fresh] = group.emplace(root_of(parent, cell), groups.size());
        if (fresh) groups.emplace_back();
        groups[place->second].cells.push_back(cell);
    }
    for (const Relation& relation : table.relations)
        groups[group.at(root_of(parent, relation.total))].relations.push_back(&relation);
    return groups;
}

}  // namespace cifra
