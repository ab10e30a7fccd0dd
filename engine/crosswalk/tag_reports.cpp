// The tags of recoded records by category and by how much of them is known.
#include <array>
#include <map>

#include "engine/crosswalk/records_reports.h"
#include "engine/crosswalk/report_table.h"

namespace cifra {

namespace {

double year_or_missing(int year) { return year > 0 ? year : std::nan(""); }

struct TagState {
    std::string kind, code, title;
};

TagState state_at(const RecordTag& tag, std::size_t state, const std::string& language) {
    const TagStates states = states_of(tag);
    if (state < states.categories) {
        const IccsTagCategory& category = tag.categories[state];
        return {std::string(to_text(category.answer)), category.code, label_in(category.title, language, "")};
    }
    if (state == states.undeclared()) return {"undeclared", "", ""};
    return {std::string(to_text(static_cast<Missing>(state - states.categories + 1))), "", ""};
}

using StateSums = std::map<std::pair<std::string, int>, std::vector<double>>;  // by iccs and year

// `level` 0: codes as they are.
StateSums sums_of(const RecodedFiles& recoded, std::size_t tag, int level) {
    StateSums sums;
    for (const auto& [key, records] : recoded.counts.tags[tag]) {
        const std::string label = label_of(recoded.outcomes[key.second]);
        std::vector<double>& sum = sums[{level > 0 ? category_at_level(label, level) : label, key.first}];
        sum.resize(records.size());
        for (std::size_t k = 0; k < records.size(); ++k) sum[k] += static_cast<double>(records[k]);
    }
    return sums;
}

struct Completeness {
    double records = 0, known = 0, not_applicable = 0, not_known = 0, missing = 0, undeclared = 0;
};

Completeness completeness_of(const RecordTag& tag, const std::vector<double>& records) {
    Completeness sums;
    const TagStates states = states_of(tag);
    for (std::size_t k = 0; k < records.size(); ++k) {
        sums.records += records[k];
        if (k == states.undeclared()) sums.undeclared += records[k];
        if (k >= states.categories && k < states.undeclared()) sums.missing += records[k];
        if (k >= states.categories) continue;
        const TagAnswer answer = tag.categories[k].answer;
        (answer == TagAnswer::category         ? sums.known
         : answer == TagAnswer::not_applicable ? sums.not_applicable
                                               : sums.not_known) += records[k];
    }
    return sums;
}

}  // namespace

Table tag_counts(const RecodedFiles& recoded, const std::string& language) {
    ReportTable table({"tag", "iccs", "kind", "code", "title"}, {"year", "records", "share"});
    for (std::size_t tag = 0; tag < recoded.counts.tags.size(); ++tag)
        for (const auto& [key, records] : sums_of(recoded, tag, 0)) {
            const double all = completeness_of(recoded.tags[tag], records).records;
            for (std::size_t k = 0; k < records.size(); ++k) {
                if (records[k] == 0) continue;
                const TagState state = state_at(recoded.tags[tag], k, language);
                table.add({recoded.tags[tag].tag->name, key.first, state.kind, state.code, state.title},
                          {year_or_missing(key.second), records[k], share_of(records[k], all)});
            }
        }
    return table.finish();
}

Table tag_completeness(const RecodedFiles& recoded) {
    ReportTable table({"tag", "iccs"}, {"year", "records", "known", "not_applicable", "not_known", "missing",
                                        "undeclared", "known_share"});
    for (std::size_t tag = 0; tag < recoded.counts.tags.size(); ++tag)
        for (const auto& [key, records] : sums_of(recoded, tag, 2)) {
            const Completeness sums = completeness_of(recoded.tags[tag], records);
            table.add({recoded.tags[tag].tag->name, key.first},
                      {year_or_missing(key.second), sums.records, sums.known, sums.not_applicable, sums.not_known,
                       sums.missing, sums.undeclared, share_of(sums.known, sums.records - sums.not_applicable)});
        }
    return table.finish();
}

}  // namespace cifra
