#include "estimation/records/flow_uncts.h"

#include <map>

#include "engine/crosswalk/report_table.h"
#include "engine/iccs.h"

namespace cifra {

namespace {

using Text = std::string CountRow::*;

struct Breakdown {
    const char* name;
    Text member;
};

constexpr Breakdown breakdowns[] = {{"sex", &CountRow::sex},
                                    {"age", &CountRow::age},
                                    {"citizenship", &CountRow::citizenship},
                                    {"status", &CountRow::status}};

// The code itself and all above it; "" above all.
std::vector<std::string> lineage(const std::string& code) {
    std::vector<std::string> codes = {""};
    for (const IccsCode* one = find_iccs(code); one; one = find_iccs(one->parent)) codes.push_back(one->code);
    return codes;
}

struct CodeSums {
    double total = 0;
    std::map<std::string, double> parts[std::size(breakdowns)];
};

void add_block(ReportTable& table, const CountBlock& block, const std::string& language) {
    std::map<std::string, CodeSums> sums;
    for (const CountRow& row : block.second)
        for (const std::string& code : lineage(row.iccs)) {
            CodeSums& sum = sums[code];
            sum.total += row.count;
            for (std::size_t b = 0; b < std::size(breakdowns); ++b)
                sum.parts[b][row.*breakdowns[b].member] += row.count;
        }
    const double year = block.second.empty() ? 0 : block.second.front().year;
    for (const auto& [code, sum] : sums) {
        const IccsCode* known = find_iccs(code);
        const std::string title = known ? iccs_title(*known, language) : "";
        table.add({block.first, code, title, "total", ""}, {year, sum.total});
        for (std::size_t b = 0; b < std::size(breakdowns); ++b) {
            if (sum.parts[b].size() == 1 && sum.parts[b].contains("")) continue;  // not told at all
            for (const auto& [category, count] : sum.parts[b])
                table.add({block.first, code, title, breakdowns[b].name, category.empty() ? "unknown" : category},
                          {year, count});
        }
    }
}

}  // namespace

Table uncts_table(const std::vector<CountBlock>& blocks, const std::string& language) {
    ReportTable table({"block", "iccs", "title", "breakdown", "category"}, {"year", "count"});
    for (const CountBlock& block : blocks) add_block(table, block, language);
    return table.finish();
}

}  // namespace cifra
