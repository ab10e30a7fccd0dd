// The roll-up of recoded records to the sections of the classification.
#include <map>

#include "engine/crosswalk/records_reports.h"
#include "engine/crosswalk/report_table.h"
#include "engine/iccs.h"

namespace cifra {

namespace {

struct NodeSums {
    double direct = 0, total = 0, allocated = 0, variance = 0;
};
using Nodes = std::map<std::string, NodeSums>;  // by code: the order of the classification

std::vector<std::string> code_and_ancestors(const std::string& code) {
    std::vector<std::string> codes;
    for (const IccsCode* node = find_iccs(code); node; node = find_iccs(node->parent)) codes.push_back(node->code);
    return codes;
}

// N² P (1 − P) d / n for every node that the case reaches; NaN without a sample.
void add_allocated(Nodes& nodes, const Crosswalk& crosswalk, const RecordOutcome& outcome, double records) {
    std::map<std::string, double> shares;
    for (const std::size_t index : outcome.rows) {
        const CrosswalkRow& row = crosswalk.rows[index];
        if (row.iccs.empty()) continue;
        nodes[row.iccs].direct += records * row.share.value_or(0);
        for (const std::string& code : code_and_ancestors(row.iccs)) shares[code] += row.share.value_or(0);
    }
    const CrosswalkRow& first = crosswalk.rows[outcome.rows.front()];
    const double per_record = first.sample_size && first.deff ? *first.deff / *first.sample_size : std::nan("");
    for (const auto& [code, share] : shares) {
        NodeSums& node = nodes[code];
        node.total += records * share;
        node.allocated += records * share;
        node.variance += records * records * std::max(share * (1 - share), 0.0) * per_record;
    }
}

void add_to_nodes(Nodes& nodes, const Crosswalk& crosswalk, const RecordOutcome& outcome, double records) {
    if (outcome.status == RecordStatus::allocated) return add_allocated(nodes, crosswalk, outcome, records);
    if (outcome.iccs.empty()) return;
    nodes[outcome.iccs].direct += records;
    for (const std::string& code : code_and_ancestors(outcome.iccs)) nodes[code].total += records;
}

}  // namespace

Table roll_up(const Crosswalk& crosswalk, const RecodedFiles& recoded, const std::string& language) {
    // Records of a year and outcome, all institutions: the variance is that of their sum.
    std::map<std::pair<int, std::uint32_t>, double> sums;
    for (const RecordCount& count : recoded.counts.counts)
        sums[{count.year, count.outcome}] += static_cast<double>(count.records);
    std::map<int, Nodes> years;
    for (const auto& [key, records] : sums)
        add_to_nodes(years[key.first], crosswalk, recoded.outcomes[key.second], records);
    ReportTable table({"iccs", "title"}, {"year", "level", "direct", "below", "total", "allocated", "se"});
    for (const auto& [year, nodes] : years)
        for (const auto& [code, node] : nodes) {
            const IccsCode& entry = *find_iccs(code);
            table.add({code, iccs_title(entry, language)},
                      {year > 0 ? year : std::nan(""), static_cast<double>(entry.level), node.direct,
                       node.total - node.direct, node.total, node.allocated, std::sqrt(node.variance)});
        }
    return table.finish();
}

}  // namespace cifra
