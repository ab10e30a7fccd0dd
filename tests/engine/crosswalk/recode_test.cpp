#include "engine/crosswalk/recode_files.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/support/made_up_records.h"

namespace cifra {
namespace {

struct Expected {
    std::string status, iccs;
};

// The rules of the made-up crosswalk in plain code, record by record.
std::optional<Expected> of_offence(const MadeUpRecord& one) {
    const int age = one.age.empty() || one.age == "999" ? -1 : std::stoi(one.age);
    if (one.code == "hom") return Expected{"assigned", "0101"};
    if (one.code == "divorcio") return Expected{"excluded", ""};
    if (one.code == "lesiones") return Expected{"allocated", ""};
    if (one.code == "robo" && one.violence == "1") return Expected{"assigned", "040119"};
    if (one.code == "robo" && one.violence == "2" && age < 60) return Expected{"assigned", "05019"};
    if (one.code == "robo") return Expected{"pending", ""};
    return std::nullopt;
}

// Days as numbers YYYYMMDD; nothing for no date.
std::optional<std::pair<int, int>> days_of(const std::string& date) {
    if (date == "2018-06-30") return std::pair(20180630, 20180630);
    if (date == "2018-07-01") return std::pair(20180701, 20180701);
    if (date == "2018-07") return std::pair(20180701, 20180731);
    if (date.starts_with("2019-03-05")) return std::pair(20190305, 20190305);
    if (date == "2019") return std::pair(20190101, 20191231);
    if (date == "2020-02-29") return std::pair(20200229, 20200229);
    if (date == "2019-06") return std::pair(20190601, 20190630);
    return std::nullopt;
}

Expected by_hand(const MadeUpRecord& one) {
    if (one.code == "???") return {"unknown_offence", ""};
    if (const auto found = of_offence(one)) return *found;
    const auto days = days_of(one.date);
    if (!days) return {"undated", ""};
    const auto [from, to] = *days;
    if (one.code == "hurto") return to <= 20191231 ? Expected{"assigned", "05029"} : Expected{"not_in_force", ""};
    if (one.code == "danos") {
        if (from >= 20190101 && to <= 20190630) return {"assigned", "05042"};
        if (to < 20190101 || from > 20190630) return {"assigned", "05049"};
        return {"undated", ""};
    }
    if (to < 20180701) return {"not_in_force", ""};
    const bool child = !one.age.empty() && std::stoi(one.age) < 18;
    return {"assigned", child ? "030221" : "08022"};
}

TEST(Recode, EveryRecordIsThatOfTheRulesByHand) {
    const ScratchFolder folder;
    const Crosswalk crosswalk = read_made_up(folder);
    const std::vector<MadeUpRecord> records = made_up_records(60000);
    std::ostringstream written;
    Diagnostics faults;
    const RecodedFiles recoded =
        recode_files(made_up_plan(folder, records), crosswalk, nullptr, {.threads = 1, .recoded = &written}, faults);
    faults.throw_if_errors();
    std::string expected = "id,violence,iccs,status\n";
    for (std::size_t k = 0; k < records.size(); ++k) {
        const Expected one = by_hand(records[k]);
        expected += std::to_string(k) + ',' + records[k].violence + ',' + one.iccs + ',' + one.status + '\n';
    }
    // Without the last column, the row of the crosswalk.
    std::string found, line;
    for (std::istringstream lines(written.str()); std::getline(lines, line);)
        found += line.substr(0, line.rfind(',')) + '\n';
    EXPECT_TRUE(found == expected);
    EXPECT_EQ(recoded.counts.records, records.size());
}

// Of all records of a kind: how many, and the line of the first.
template <class Is>
void expect_told(const Diagnostics& faults, const std::string& code, const std::vector<MadeUpRecord>& records, Is is) {
    const auto told = std::find_if(faults.items().begin(), faults.items().end(),
                                   [&](const Diagnostic& one) { return one.code == code; });
    ASSERT_NE(told, faults.items().end()) << code;
    const auto first = std::find_if(records.begin(), records.end(), is);
    EXPECT_EQ(told->where.line, static_cast<std::size_t>(first - records.begin()) + 2);
    const auto count = std::to_string(std::count_if(records.begin(), records.end(), is));
    EXPECT_NE(told->message.find(": " + count + " in all"), std::string::npos) << told->message;
}

TEST(Recode, UnknownOffencesAndDatesThatAreNoneAreToldAtTheFirst) {
    const ScratchFolder folder;
    const std::vector<MadeUpRecord> records = made_up_records(60000);
    for (const int threads : {1, 3}) {
        Diagnostics faults;
        recode_files(made_up_plan(folder, records), read_made_up(folder), nullptr, {.threads = threads}, faults);
        EXPECT_FALSE(faults.has_errors());
        EXPECT_EQ(faults.items().size(), 2u);
        expect_told(faults, "records-of-unknown-offence", records,
                    [](const MadeUpRecord& one) { return one.code == "???"; });
        expect_told(faults, "records-without-day", records,
                    [](const MadeUpRecord& one) { return one.date == "2019-02-29"; });
    }
}

TEST(Recode, AFileWithoutRecordsStillHasTheHeaderOfItsColumns) {
    const ScratchFolder folder;
    RecordsPlan plan = made_up_plan(folder, {});
    Diagnostics faults;
    plan.tags =
        read_record_tags(parse_yaml("We: {field: violence, values: {\"1\": \"1\", \"2\": \"2\"}}", "", faults), faults);
    std::ostringstream written;
    recode_files(plan, read_made_up(folder), nullptr, {.recoded = &written}, faults);
    EXPECT_EQ(faults.items().size(), 0u);
    EXPECT_EQ(written.str(), "id,violence,iccs,status,row,We\n");
}

TEST(Recode, CodeDateAndInstitutionAreNoFieldsOfNumbers) {
    const ScratchFolder folder;
    for (std::string RecordsPlan::*column : {&RecordsPlan::code, &RecordsPlan::date, &RecordsPlan::institution}) {
        RecordsPlan plan = made_up_plan(folder, made_up_records(10));
        plan.*column = "age";
        Diagnostics faults;
        recode_files(plan, read_made_up(folder), nullptr, {}, faults);
        ASSERT_EQ(faults.items().size(), 1u);
        EXPECT_EQ(faults.items().front().code, "field-of-another-type");
        EXPECT_EQ(faults.items().front().where.line, 5u);
    }
}

TEST(Recode, IsTheSameBytesAtAnyNumberOfThreads) {
    const ScratchFolder folder;
    const Crosswalk crosswalk = read_made_up(folder);
    const RecordsPlan plan = made_up_plan(folder, made_up_records(120000));
    std::string bytes[2];
    for (const int threads : {1, 3}) {
        std::ostringstream written;
        Diagnostics faults;
        const RecodedFiles recoded =
            recode_files(plan, crosswalk, &crosswalk, {.threads = threads, .recoded = &written}, faults);
        faults.throw_if_errors();
        std::string& all = bytes[threads == 3];
        all = written.str();
        for (const RecordCount& one : recoded.counts.counts)
            all += one.institution + std::to_string(one.year) + ' ' + std::to_string(one.outcome) + ' ' +
                   std::to_string(one.records) + '\n';
        for (const OutcomeMove& move : recoded.counts.moves) EXPECT_EQ(move.before, move.now);
    }
    EXPECT_TRUE(bytes[0] == bytes[1]);
}

TEST(Recode, FieldsAreCountedAsTheyStandInTheFile) {
    const ScratchFolder folder;
    const Crosswalk crosswalk = read_made_up(folder);
    const std::vector<MadeUpRecord> records = made_up_records(5000);
    Diagnostics faults;
    const RecodedFiles recoded = recode_files(made_up_plan(folder, records), crosswalk, nullptr, {}, faults);
    faults.throw_if_errors();
    FieldCount violence, age, expected_violence, expected_age;
    const auto add = [](FieldCount& sum, const FieldCount& one) {
        sum.known += one.known, sum.missing += one.missing, sum.undeclared += one.undeclared;
    };
    for (const FieldCount& one : recoded.counts.fields[0]) add(violence, one);
    for (const FieldCount& one : recoded.counts.fields[1]) add(age, one);
    for (const MadeUpRecord& one : records) {
        ++(one.violence.empty()  ? expected_violence.missing
           : one.violence == "7" ? expected_violence.undeclared
                                 : expected_violence.known);
        const bool gone = one.age.empty() || one.age == "999";
        ++(gone ? expected_age.missing : one.age == "150" ? expected_age.undeclared : expected_age.known);
    }
    for (const auto& [found, wanted] : {std::pair(violence, expected_violence), std::pair(age, expected_age)}) {
        EXPECT_EQ(found.known, wanted.known);
        EXPECT_EQ(found.missing, wanted.missing);
        EXPECT_EQ(found.undeclared, wanted.undeclared);
    }
}

TEST(Recode, DaysOfADateCell) {
    const auto range = [](const char* cell) -> std::string {
        const auto days = record_days(cell);
        return days ? to_text(days->start) + " " + to_text(days->end) : "none";
    };
    EXPECT_EQ(range("2020-02-29"), "2020-02-29 2020-02-29");
    EXPECT_EQ(range("2020-02"), "2020-02-01 2020-02-29");
    EXPECT_EQ(range("2020"), "2020-01-01 2020-12-31");
    EXPECT_EQ(range("2020-02-29 23:59"), "2020-02-29 2020-02-29");
    EXPECT_EQ(range("9999"), "9999-01-01 9999-12-31");
    EXPECT_EQ(range("9999-12"), "9999-12-01 9999-12-31");
    for (const char* cell : {"", "20", "2021-02-29", "2021-13", "29/02/2020", "2020-02-29x"})
        EXPECT_EQ(range(cell), "none") << cell;
}

}  // namespace
}  // namespace cifra
