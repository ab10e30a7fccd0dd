// Recorded crime counted from recoded records and from tables: figures worked by hand.
#include "estimation/records/recorded_counts.h"

#include <gtest/gtest.h>

#include "tests/support/scratch_folder.h"

namespace cifra::testing {
namespace {

ComparedCrime crime_of(const std::string& id, std::vector<std::string> iccs) {
    ComparedCrime crime;
    crime.id = id;
    crime.iccs = std::move(iccs);
    return crime;
}

class RecodedRecords : public ::testing::Test {
protected:
    void SetUp() override {
        recoded = folder.write("recoded.csv",
                               "date,region,victim,iccs,status,row\n"
                               "2025-01-02,N,1,040119,assigned,1\n2025-02-02,S,1,040119,assigned,1\n"
                               "2025-03-02,N,2,040119,assigned,1\n2024-03-02,N,1,040119,assigned,1\n"
                               "2025-03-03,N,1,,allocated,2\n2025-03-03,N,1,,allocated,2\n"
                               "2025-03-03,S,1,,allocated,2\n2025-03-03,N,1,,allocated,2\n"
                               "2025-03-03,N,2,,allocated,2\n2025-03-03,N,1,,excluded,4\n,N,1,040119,assigned,1\n");
        crosswalk = read_crosswalk(
            folder.write("crosswalk.yaml",
                         "name: x\nversion: '1'\nfields: {victim: {codes: ['1', '2']}}\n"
                         "offences: [{code: r}, {code: l}, {code: d}]\nrows:\n"
                         "  - {offence: r, iccs: '040119', basis: automatic}\n"
                         "  - {offence: l, iccs: '020111', share: 0.25, source: s, sample_size: 300, deff: 3, "
                         "basis: automatic}\n"
                         "  - {offence: l, iccs: '020112', share: 0.75, source: s, sample_size: 300, deff: 3, "
                         "basis: automatic}\n"
                         "  - {offence: d, status: excluded, basis: automatic}\n"),
            faults);
        faults.throw_if_errors();
        plan.records.year = "date";
        plan.records.area = "region";
        plan.records.restrictions = {{{"victim is \"1\"", {}}, {}}};
        plan.crimes = {crime_of("robbery", {"0401"}), crime_of("serious", {"020111"}), crime_of("minor", {"020112"})};
    }
    ScratchFolder folder;
    std::filesystem::path recoded;
    Diagnostics faults;
    Crosswalk crosswalk;
    RecordedCrimePlan plan;
};

TEST_F(RecodedRecords, AreCountedByYearAreaAndCrime) {
    const RecordedCounts counts = count_recorded_crime(plan, recoded, &crosswalk, faults);
    EXPECT_EQ(counts.at("2025", "", 0).records, 2);
    EXPECT_EQ(counts.at("2025", "N", 0).records, 1) << "the business is left out";
    EXPECT_EQ(counts.at("2025", "S", 0).records, 1);
    EXPECT_EQ(counts.at("2024", "", 0).records, 1);
    EXPECT_EQ(counts.of_code.at({"2025", "040119"}), 3) << "before any restriction";
    EXPECT_TRUE(faults.contains("no-year"));
}

TEST_F(RecodedRecords, DividedBySharesCarryTheErrorOfTheirSample) {
    const RecordedCounts counts = count_recorded_crime(plan, recoded, &crosswalk, faults);
    EXPECT_DOUBLE_EQ(counts.at("2025", "", 1).records, 4 * 0.25);
    EXPECT_DOUBLE_EQ(counts.at("2025", "", 2).records, 4 * 0.75);
    EXPECT_DOUBLE_EQ(counts.at("2025", "", 1).variance, 16 * 0.25 * 0.75 * 3 / 300);
    EXPECT_DOUBLE_EQ(counts.at("2025", "N", 1).variance, 9 * 0.25 * 0.75 * 3 / 300);
    EXPECT_DOUBLE_EQ(counts.at("2025", "", 1).allocated, 1);
    EXPECT_EQ(counts.at("2025", "", 0).variance, 0);
}

TEST_F(RecodedRecords, OfOneCrimeWithAllSharesHaveNoSuchError) {
    plan.crimes = {crime_of("assault", {"02011"})};
    const RecordedCounts counts = count_recorded_crime(plan, recoded, &crosswalk, faults);
    EXPECT_DOUBLE_EQ(counts.at("2025", "", 0).records, 4);
    EXPECT_DOUBLE_EQ(counts.at("2025", "", 0).variance, 0);
}

TEST_F(RecodedRecords, ARestrictionOfOneCrimeLeavesOthersAlone) {
    plan.crimes[0].records = {{{"region is \"N\"", {}}, {}}};
    const RecordedCounts counts = count_recorded_crime(plan, recoded, &crosswalk, faults);
    EXPECT_EQ(counts.at("2025", "", 0).records, 1);
    EXPECT_DOUBLE_EQ(counts.at("2025", "", 2).records, 3);
}

TEST(CrimeOfCode, TheNearestEntryDecides) {
    RecordedCrimePlan plan;
    plan.crimes = {crime_of("theft", {"0502"}), crime_of("vehicle", {"05021"})};
    plan.not_compared["050213"] = {{"", "parts"}};
    std::string entry;
    EXPECT_EQ(crime_of_code(plan, "050211", &entry), 1u);
    EXPECT_EQ(entry, "05021");
    EXPECT_EQ(crime_of_code(plan, "05022", &entry), 0u);
    EXPECT_EQ(crime_of_code(plan, "050213", &entry), 2u);
    EXPECT_EQ(entry, "050213");
    EXPECT_EQ(crime_of_code(plan, "0401", &entry), 2u);
    EXPECT_EQ(entry, "");
}

}  // namespace
}  // namespace cifra::testing
