#include "tests/estimation/pass/made_up_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "engine/random.h"

namespace cifra::testing {

const std::string psu_design = "data:\n  people: {file: people.csv, weight: w}\ndesign: {strata: stratum, psu: psu}\n";
const std::string element_design = "data:\n  people: {file: people.csv, weight: w}\ndesign: {strata: stratum}\n";

std::string MadeUpRows::csv() const { return header + fmt::format("{}", fmt::join(lines, "")); }

MadeUpRows made_up_rows(std::size_t rows) {
    MadeUpRows result;
    for (std::size_t i = 0; i < rows; ++i) {
        Stream chance({7, Purpose::test, 2, i});
        const std::size_t psu = i * 60 / rows, stratum = psu / 12;
        const double weight = chance.bernoulli(0.05) ? 0 : 10 + 90 * chance.uniform();
        const bool gap = i > rows * 9 / 10 && chance.bernoulli(0.2);
        result.lines.push_back(fmt::format("s{},p{},{},r{},{},{},{},{},{}\n", stratum, psu, weight, chance.below(5),
                                           chance.bernoulli(0.5) ? "f" : "m", chance.uniform() - 0.3,
                                           1e9 + chance.uniform(), chance.bernoulli(0.1) ? 1 : 0,
                                           gap ? std::string() : std::to_string(chance.below(3))));
    }
    return result;
}

MadeUpRows shuffled(MadeUpRows rows) {
    Stream chance({7, Purpose::test, 3, 0});
    for (std::size_t i = rows.lines.size(); i > 1; --i) std::swap(rows.lines[i - 1], rows.lines[chance.below(i)]);
    return rows;
}

}  // namespace cifra::testing
