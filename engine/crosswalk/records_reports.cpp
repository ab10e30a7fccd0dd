#include "engine/crosswalk/records_reports.h"

#include <map>
#include <set>

#include "engine/crosswalk/report_table.h"
#include "engine/iccs.h"

namespace cifra {

namespace {

// What a report counts of mapped records: by level of their code (from 1), and residual ones.
struct Depth {
    std::array<double, 5> at_level{};
    double residual = 0, mapped = 0;

    void add(const std::string& code, double records) {
        const IccsCode* found = find_iccs(code);
        if (!found) return;
        at_level[static_cast<std::size_t>(found->level)] += records;
        if (found->residual) residual += records;
        mapped += records;
    }
};

void add_outcome(Depth& depth, const Crosswalk& crosswalk, const RecordOutcome& outcome, double records) {
    for (const std::size_t index : outcome.rows) {
        const CrosswalkRow& row = crosswalk.rows[index];
        depth.add(row.iccs, records * (outcome.rows.size() > 1 ? row.share.value_or(0) : 1));
    }
}

// The status of an offence in its last period; "mixed" where its cases differ.
std::string status_of(const Crosswalk& crosswalk, const CrosswalkPeriod& period) {
    std::set<std::string> found;
    for (const CrosswalkCase& one : period.cases)
        found.insert(one.rows.size() > 1 ? "allocated" : std::string(to_text(crosswalk.rows[one.rows.front()].status)));
    return found.size() == 1 ? *found.begin() : "mixed";
}

struct CodeCounts {
    std::map<std::string, double> by_status;
    std::array<double, 5> deepest{};
    double residual = 0, several = 0, all = 0;
};

void count_offence(const Crosswalk& crosswalk, const std::vector<CrosswalkPeriod>& periods, CodeCounts& counts) {
    ++counts.all;
    if (periods.empty()) {
        ++counts.by_status["unmapped"];
        return;
    }
    ++counts.by_status[status_of(crosswalk, periods.back())];
    std::set<std::string> codes;
    Depth depth;
    for (const CrosswalkCase& one : periods.back().cases)
        for (const std::size_t index : one.rows)
            if (!crosswalk.rows[index].iccs.empty() && codes.insert(crosswalk.rows[index].iccs).second)
                depth.add(crosswalk.rows[index].iccs, 1);
    std::size_t level = 4;
    while (level > 0 && depth.at_level[level] == 0) --level;
    if (level > 0) ++counts.deepest[level];
    counts.several += codes.size() > 1;
    counts.residual += depth.residual > 0;
}

std::string change_between(const RecordOutcome& before, const RecordOutcome& now) {
    const std::string a = label_of(before), b = label_of(now);
    if (a == b) return "same";
    if (before.iccs.empty() || now.iccs.empty()) return "status";
    if (a.substr(0, 2) != b.substr(0, 2)) return "section";
    return a.substr(0, 4) == b.substr(0, 4) ? "within_division" : "division";
}

}  // namespace

Table code_coverage(const Crosswalk& crosswalk) {
    CodeCounts counts;
    for (const std::string& code : offence_codes(crosswalk))
        count_offence(crosswalk, periods_in_force(crosswalk, code), counts);
    ReportTable table({"measure"}, {"codes", "share"});
    const auto add = [&](const std::string& measure, double codes) {
        table.add({measure}, {codes, share_of(codes, counts.all)});
    };
    add("all", counts.all);
    for (const char* status : {"assigned", "allocated", "mixed", "excluded", "no_match", "pending", "unmapped"})
        add(status, counts.by_status[status]);
    add("several_codes", counts.several);
    for (std::size_t level = 1; level <= 4; ++level) add("level_" + std::to_string(level), counts.deepest[level]);
    add("residual", counts.residual);
    return table.finish();
}

Table record_coverage(const Crosswalk& crosswalk, const RecodedFiles& recoded) {
    std::vector<std::string> numbers = {"year", "records"};
    for (std::size_t k = 0; k < record_statuses; ++k) numbers.emplace_back(to_text(static_cast<RecordStatus>(k)));
    for (const char* name : {"mapped", "level_1", "level_2", "level_3", "level_4", "residual"})
        numbers.emplace_back(name);
    ReportTable table({"institution"}, numbers);
    const std::vector<RecordCount>& counts = recoded.counts.counts;
    for (std::size_t begin = 0, end = 0; begin < counts.size(); begin = end) {
        std::array<double, record_statuses> by_status{};
        Depth depth;
        double records = 0;
        for (; end < counts.size() && counts[end].institution == counts[begin].institution &&
               counts[end].year == counts[begin].year;
             ++end) {
            const RecordOutcome& outcome = recoded.outcomes[counts[end].outcome];
            const auto some = static_cast<double>(counts[end].records);
            by_status[static_cast<std::size_t>(outcome.status)] += some;
            add_outcome(depth, crosswalk, outcome, some);
            records += some;
        }
        std::vector<double> row = {counts[begin].year > 0 ? counts[begin].year : std::nan(""), records};
        row.insert(row.end(), by_status.begin(), by_status.end());
        row.push_back(share_of(by_status[static_cast<std::size_t>(RecordStatus::assigned)] +
                                   by_status[static_cast<std::size_t>(RecordStatus::allocated)],
                               records));
        row.insert(row.end(), depth.at_level.begin() + 1, depth.at_level.end());
        row.push_back(share_of(depth.residual, depth.mapped));
        table.add({counts[begin].institution}, row);
    }
    return table.finish();
}

Table field_completeness(const Crosswalk& crosswalk, const RecodedFiles& recoded) {
    ReportTable table({"field", "iccs"}, {"records", "known", "missing", "undeclared", "known_share"});
    for (std::size_t field = 0; field < recoded.counts.fields.size(); ++field) {
        std::map<std::string, std::array<double, 3>> by_crime;
        for (std::size_t k = 0; k < recoded.counts.fields[field].size(); ++k) {
            const FieldCount& count = recoded.counts.fields[field][k];
            if (count.known + count.missing + count.undeclared == 0) continue;
            std::array<double, 3>& sums = by_crime[category_at_level(label_of(recoded.outcomes[k]), 2)];
            sums[0] += static_cast<double>(count.known);
            sums[1] += static_cast<double>(count.missing);
            sums[2] += static_cast<double>(count.undeclared);
        }
        for (const auto& [crime, sums] : by_crime) {
            const double records = sums[0] + sums[1] + sums[2];
            table.add({crosswalk.fields[field].variable.name, crime},
                      {records, sums[0], sums[1], sums[2], share_of(sums[0], records)});
        }
    }
    return table.finish();
}

Table stability(const RecodedFiles& recoded) {
    std::map<std::array<std::string, 3>, double> moves;
    for (const OutcomeMove& move : recoded.counts.moves) {
        const RecordOutcome &before = recoded.outcomes_before[move.before], &now = recoded.outcomes[move.now];
        moves[{label_of(before), label_of(now), change_between(before, now)}] += static_cast<double>(move.records);
    }
    ReportTable table({"before", "now", "change"}, {"records", "share"});
    for (const auto& [words, records] : moves)
        table.add({words[0], words[1], words[2]},
                  {records, share_of(records, static_cast<double>(recoded.counts.records))});
    return table.finish();
}

}  // namespace cifra
