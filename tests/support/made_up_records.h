// A crosswalk with every kind of row, and made-up records for it, by a counter that gives the same ones anywhere.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/crosswalk/crosswalk_check.h"
#include "engine/crosswalk/records_plan.h"
#include "tests/support/scratch_folder.h"

namespace cifra {

inline std::string made_up_crosswalk() {
    return R"(name: Made up
version: "2"
fields:
  violence: {codes: ["1", "2"]}
  age: {range: [0, 120], missing: {"999": dont_know}}
offences:
  - {code: hom}
  - {code: robo, text: Robo}
  - {code: hurto, valid_to: 2019-12-31}
  - {code: lesiones}
  - {code: menor, valid_from: 2018-07-01}
  - {code: divorcio}
  - {code: danos}
rows:
  - {offence: hom, iccs: "0101", basis: automatic}
  - {offence: robo, iccs: "040119", condition: violence is "1", basis: automatic}
  - {offence: robo, iccs: "05019", condition: violence is "2" and (age < 60 or age is missing), basis: automatic}
  - {offence: robo, status: pending, condition: else, basis: automatic}
  - {offence: hurto, iccs: "05029", basis: automatic}
  - {offence: lesiones, iccs: "020111", share: 0.25, source: s, sample_size: 200, deff: 1.5, basis: automatic}
  - {offence: lesiones, iccs: "020112", share: 0.6, source: s, sample_size: 200, deff: 1.5, basis: automatic}
  - {offence: lesiones, iccs: "02019", share: 0.15, source: s, sample_size: 200, deff: 1.5, basis: automatic}
  - {offence: menor, iccs: "030221", condition: age < 18, basis: automatic}
  - {offence: menor, iccs: "08022", condition: age >= 18 or age is missing, basis: automatic}
  - {offence: divorcio, status: excluded, basis: automatic}
  - {offence: danos, iccs: "05049", basis: automatic}
  - {offence: danos, iccs: "05042", valid_from: 2019-01-01, valid_to: 2019-06-30, reviewer: R, reviewed: 2020-01-01}
)";
}

struct MadeUpRecord {
    std::string code, date, office, violence, age;
};

inline std::vector<MadeUpRecord> made_up_records(std::size_t count) {
    const std::vector<std::string> codes = {"hom",      "robo",  "hurto", "lesiones", "menor",
                                            "divorcio", "danos", "???",   "robo"};
    const std::vector<std::string> dates = {"2018-06-30", "2018-07-01", "2018-07", "2019-03-05", "2019-03-05T10:00:00",
                                            "2019",       "2020-02-29", "",        "2019-02-29", "2019-06"};
    const std::vector<std::string> offices = {"north", "south", ""}, violences = {"1", "2", "7", ""};
    const std::vector<std::string> ages = {"3", "17", "18", "60", "999", "", "150"};
    std::vector<MadeUpRecord> records;
    std::uint64_t state = 12345;
    const auto pick = [&](const std::vector<std::string>& from) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        return from[(state >> 33U) % from.size()];
    };
    for (std::size_t k = 0; k < count; ++k)
        records.push_back({pick(codes), pick(dates), pick(offices), pick(violences), pick(ages)});
    return records;
}

inline std::string csv_of(const std::vector<MadeUpRecord>& records) {
    std::string text = "id,code,date,office,violence,age\n";
    for (std::size_t k = 0; k < records.size(); ++k) {
        const MadeUpRecord& one = records[k];
        text += std::to_string(k) + ',' + one.code + ',' + one.date + ',' + one.office + ',' + one.violence + ',' +
                one.age + '\n';
    }
    return text;
}

inline Crosswalk read_made_up(const ScratchFolder& folder) {
    Diagnostics faults;
    Crosswalk crosswalk = read_crosswalk(folder.write("crosswalk.yaml", made_up_crosswalk()), faults);
    check_crosswalk(crosswalk, faults);
    faults.throw_if_errors();
    return crosswalk;
}

inline RecordsPlan made_up_plan(const ScratchFolder& folder, const std::vector<MadeUpRecord>& records) {
    RecordsPlan plan;
    plan.files = {folder.write("records.csv", csv_of(records))};
    plan.code = "code";
    plan.date = "date";
    plan.institution = "office";
    plan.keep = {"id", "violence"};
    return plan;
}

}  // namespace cifra
