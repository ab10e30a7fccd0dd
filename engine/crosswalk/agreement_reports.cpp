// Automatic rows of a crosswalk beside those that overrule them.
#include <map>
#include <set>

#include "engine/crosswalk/records_reports.h"
#include "engine/crosswalk/report_table.h"

namespace cifra {

namespace {

std::string label_of(const CrosswalkRow& row) { return row.iccs.empty() ? std::string(to_text(row.status)) : row.iccs; }

struct Overruling {
    std::string automatic, decided;
    std::size_t row;  // that decides
};

void add_pairs(const Crosswalk& crosswalk, const CrosswalkPeriod& automatic, const CrosswalkPeriod& decided,
               std::vector<Overruling>& pairs) {
    for (const CrosswalkCase& one : automatic.cases)
        for (const CrosswalkCase& other : decided.cases) {
            const CrosswalkRow &a = crosswalk.rows[one.rows.front()], &b = crosswalk.rows[other.rows.front()];
            if (a.condition == b.condition && one.rows.size() == 1 && other.rows.size() == 1)
                pairs.push_back({label_of(a), label_of(b), other.rows.front()});
        }
}

// Automatic periods beside the highest other basis of the same days.
std::vector<Overruling> overrulings(const Crosswalk& crosswalk) {
    std::vector<Overruling> pairs;
    for (const std::string& code : offence_codes(crosswalk)) {
        const std::vector<CrosswalkPeriod> written = written_periods(crosswalk, code);
        std::set<std::pair<std::size_t, std::size_t>> met;
        for (const CrosswalkPeriod& period : periods_in_force(crosswalk, code))
            for (const CrosswalkPeriod& automatic : written) {
                if (automatic.basis != MappingBasis::automatic || period.basis == MappingBasis::automatic) continue;
                if (!overlap(automatic.validity, period.validity)) continue;
                const std::pair key(automatic.cases.front().rows.front(), period.cases.front().rows.front());
                if (met.insert(key).second) add_pairs(crosswalk, automatic, period, pairs);
            }
    }
    return pairs;
}

std::map<std::size_t, double> records_by_row(const RecodedFiles& recoded) {
    std::map<std::size_t, double> records;
    for (const RecordCount& count : recoded.counts.counts)
        if (const auto& rows = recoded.outcomes[count.outcome].rows; rows.size() == 1)
            records[rows.front()] += static_cast<double>(count.records);
    return records;
}

void add_levels(ReportTable& table, const std::string& of, const std::vector<CodedPair>& pairs) {
    const auto cell = [](const std::optional<double>& value) { return value.value_or(std::nan("")); };
    for (int level = 1; level <= 4; ++level) {
        const Agreement found = agreement_at_level(pairs, level);
        table.add({of},
                  {static_cast<double>(level), found.weight, cell(found.accuracy), cell(found.kappa), cell(found.se)});
    }
}

}  // namespace

std::vector<CodedPair> overruled(const Crosswalk& crosswalk, const RecodedFiles* recoded) {
    std::vector<CodedPair> pairs;
    const std::map<std::size_t, double> records = recoded ? records_by_row(*recoded) : std::map<std::size_t, double>();
    for (const Overruling& pair : overrulings(crosswalk)) {
        const auto found = records.find(pair.row);
        const double weight = recoded ? (found == records.end() ? 0 : found->second) : 1;
        pairs.push_back({pair.automatic, pair.decided, weight});
    }
    return pairs;
}

Table agreement_table(const Crosswalk& crosswalk, const RecodedFiles& recoded) {
    ReportTable table({"of"}, {"level", "items", "accuracy", "kappa", "se"});
    add_levels(table, "codes", overruled(crosswalk, nullptr));
    // Records of one row are not coded one by one: a standard error of theirs has no meaning.
    std::vector<CodedPair> records = overruled(crosswalk, &recoded);
    add_levels(table, "records", records);
    return table.finish();
}

Table confusion_table(const Crosswalk& crosswalk, const RecodedFiles& recoded) {
    std::map<std::pair<std::string, std::string>, std::pair<double, double>> cells;
    const std::vector<CodedPair> codes = overruled(crosswalk, nullptr), records = overruled(crosswalk, &recoded);
    for (std::size_t k = 0; k < codes.size(); ++k) {
        if (codes[k].first == codes[k].second) continue;
        auto& cell = cells[{codes[k].first, codes[k].second}];
        cell.first += codes[k].weight;
        cell.second += records[k].weight;
    }
    ReportTable table({"automatic", "decided"}, {"codes", "records"});
    for (const auto& [pair, cell] : cells) table.add({pair.first, pair.second}, {cell.first, cell.second});
    return table.finish();
}

}  // namespace cifra
