// The additive structure of published figures: which cell is the sum of which others. An intruder knows it, so what is
// kept back must be protected under all of it at once.
//
// A *relation* says  value(total) = sum of value(parts) + rest.  `rest` is what no published cell holds (records whose
// category is missing); the intruder is taken to know it, which errs on the side of protection.
//
// Relations come from the domains: of the cells "region=N", "region=N;sex=F", "region=N;sex=M" the first is the sum of
// the others. Every margin of a crossing gives one, so nested variables crossed with their margins (region and state,
// the levels of an offence classification) make a hierarchy without a word more. Variables stand in any order.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace cifra {

struct Relation {
    std::size_t total = 0;
    std::vector<std::size_t> parts;  // increasing
    double rest = 0;                 // 0 or above
    bool operator==(const Relation&) const = default;
};

struct AdditiveTable {
    std::vector<double> values;  // of the cells, 0 or above
    std::vector<Relation> relations;
};

// "sex=F;region=N" as {region: N, sex: F}; a part without "=" stands as itself.
std::map<std::string, std::string> parts_of_domain(const std::string& domain);
// The parts joined again, variables in the order of their names: equal for equal domains.
std::string domain_of_parts(const std::map<std::string, std::string>& parts);

// Every relation among `domains`, which differ from each other. Parts that come to more than their total do not add up
// (a victim counts once and has suffered several types): such a relation is left out. Variables in `fixed` are never
// summed over ("counting": one figure under several rules). Cost: O(cells times variables times log cells).
std::vector<Relation> domain_relations(const std::vector<std::string>& domains, const std::vector<double>& values,
                                       const std::vector<std::string>& fixed);

// Cells that relations link, directly or through others, with those relations: each can be treated by itself.
struct LinkedCells {
    std::vector<std::size_t> cells;  // increasing
    std::vector<const Relation*> relations;
};
std::vector<LinkedCells> linked_cells(const AdditiveTable& table);  // in the order of their first cells

}  // namespace cifra
