#include "engine/crosswalk/records_reports.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>

#include "engine/iccs.h"
#include "tests/support/made_up_records.h"

namespace cifra {
namespace {

struct Recoded {
    ScratchFolder folder;
    Crosswalk crosswalk = read_made_up(folder);
    RecodedFiles files;

    explicit Recoded(const std::string& previous = {}) {
        Diagnostics faults;
        std::optional<Crosswalk> before;
        if (!previous.empty()) before = read_crosswalk(folder.write("previous.yaml", previous), faults);
        files = recode_files(made_up_plan(folder, made_up_records(20000)), crosswalk, before ? &*before : nullptr, {},
                             faults);
        faults.throw_if_errors();
    }
};

std::string year_of(const Table& table, std::size_t row) { return table.at("year").cell(row); }

TEST(RecordsReports, ParentsAreTheirDirectRecordsAndTheirChildren) {
    const Recoded recoded;
    const Table sums = roll_up(recoded.crosswalk, recoded.files, "en");
    std::map<std::pair<std::string, std::string>, double> children;  // by year and parent; "" for the sections
    for (std::size_t row = 0; row < sums.rows(); ++row)
        children[{year_of(sums, row), find_iccs(sums.at("iccs").text(row))->parent}] += sums.at("total").number(row);
    for (std::size_t row = 0; row < sums.rows(); ++row) {
        const double below = children[{year_of(sums, row), sums.at("iccs").text(row)}];
        EXPECT_NEAR(sums.at("total").number(row), sums.at("direct").number(row) + below, 1e-8);
        EXPECT_NEAR(sums.at("below").number(row), below, 1e-8);
    }
    double sections = 0, mapped = 0;
    for (const auto& [key, total] : children)
        if (key.second.empty()) sections += total;
    for (const RecordCount& one : recoded.files.counts.counts) {
        const RecordStatus status = recoded.files.outcomes[one.outcome].status;
        if (status == RecordStatus::assigned || status == RecordStatus::allocated)
            mapped += static_cast<double>(one.records);
    }
    EXPECT_GT(mapped, 5000);
    EXPECT_NEAR(sections, mapped, 1e-6);
}

// Samples of 200 files drawn again and again; a design effect of 1.5 is that of a sample of 200 / 1.5.
TEST(RecordsReports, TheVarianceOfSharesIsThatOfSamplesDrawnAgain) {
    const Recoded recoded;
    const Table sums = roll_up(recoded.crosswalk, recoded.files, "en");
    double found = 0, records = 0;
    for (std::size_t row = 0; row < sums.rows(); ++row) {
        if (year_of(sums, row) != "2018") continue;
        if (sums.at("iccs").text(row) == "02011") found = sums.at("se").number(row);
        // All shares lie under the section: their sum is certain.
        if (sums.at("iccs").text(row) == "02") {
            EXPECT_NEAR(sums.at("se").number(row), 0, 1e-6);
            records = sums.at("allocated").number(row);
        }
    }
    ASSERT_GT(records, 100);
    std::mt19937_64 generator(7);
    constexpr int draws = 40000, size = 400;
    double sum = 0, squares = 0;
    for (int draw = 0; draw < draws; ++draw) {
        std::binomial_distribution<int> under(size, 0.25 + 0.6);
        const double count = records * under(generator) / size;
        sum += count;
        squares += count * count;
    }
    const double drawn = squares / draws - sum / draws * (sum / draws);
    // The variance of n / deff = 400 / 3 files is three times that of 400.
    EXPECT_NEAR(found * found / (3 * drawn), 1, 4 * std::sqrt(2.0 / draws));
}

TEST(RecordsReports, CoverageCountsEveryRecordOnce) {
    const Recoded recoded;
    const Table coverage = record_coverage(recoded.crosswalk, recoded.files);
    std::map<std::string, double> by_status, expected;
    double records = 0;
    for (std::size_t row = 0; row < coverage.rows(); ++row) {
        records += coverage.at("records").number(row);
        double statuses = 0, mapped = 0, levels = 0;
        for (std::size_t k = 0; k < record_statuses; ++k) {
            const std::string word(to_text(static_cast<RecordStatus>(k)));
            const double some = coverage.at(word).number(row);
            statuses += some;
            by_status[word] += some;
            if (word == "assigned" || word == "allocated") mapped += some;
        }
        for (const char* level : {"level_1", "level_2", "level_3", "level_4"}) levels += coverage.at(level).number(row);
        EXPECT_EQ(statuses, coverage.at("records").number(row));
        EXPECT_NEAR(levels, mapped, 1e-9);
        EXPECT_NEAR(coverage.at("mapped").number(row), mapped / statuses, 1e-12);
    }
    EXPECT_EQ(records, 20000);
    for (const MadeUpRecord& one : made_up_records(20000)) {
        expected["unknown_offence"] += one.code == "???";
        expected["excluded"] += one.code == "divorcio";
        expected["allocated"] += one.code == "lesiones";
    }
    for (const auto& [status, count] : expected) EXPECT_EQ(by_status[status], count) << status;
}

TEST(RecordsReports, CodesOfTheMadeUpCrosswalk) {
    const ScratchFolder folder;
    const Table coverage = code_coverage(read_made_up(folder));
    std::map<std::string, double> codes;
    for (std::size_t row = 0; row < coverage.rows(); ++row)
        codes[coverage.at("measure").text(row)] = coverage.at("codes").number(row);
    // hom, hurto, menor and danos are assigned in every case; of robo one case is pending.
    const std::map<std::string, double> expected = {
        {"all", 7},      {"assigned", 4}, {"allocated", 1},     {"mixed", 1},   {"excluded", 1},
        {"no_match", 0}, {"pending", 0},  {"unmapped", 0},      {"level_1", 0}, {"level_2", 1},
        {"level_3", 2},  {"level_4", 3},  {"several_codes", 3}, {"residual", 4}};
    EXPECT_EQ(codes, expected);
}

TEST(RecordsReports, StabilityTellsHowFarRecordsMove) {
    std::string previous = made_up_crosswalk();
    const auto replace = [&](const std::string& from, const std::string& to) {
        previous.replace(previous.find(from), from.size(), to);
    };
    replace("{offence: hom, iccs: \"0101\"", "{offence: hom, iccs: \"0103\"");
    replace("{offence: hurto, iccs: \"05029\"", "{offence: hurto, iccs: \"05025\"");
    replace("{offence: divorcio, status: excluded", "{offence: divorcio, status: pending");
    replace("iccs: \"030221\"", "iccs: \"0101\"");
    const Recoded recoded(previous);
    const Table moves = stability(recoded.files);
    std::map<std::string, std::string> change;
    double records = 0;
    for (std::size_t row = 0; row < moves.rows(); ++row) {
        change[moves.at("before").text(row) + ">" + moves.at("now").text(row)] = moves.at("change").text(row);
        records += moves.at("records").number(row);
    }
    EXPECT_EQ(change.at("0103>0101"), "division");
    EXPECT_EQ(change.at("05025>05029"), "within_division");
    EXPECT_EQ(change.at("pending>excluded"), "status");
    EXPECT_EQ(change.at("0101>030221"), "section");
    EXPECT_EQ(change.at("040119>040119"), "same");
    EXPECT_EQ(records, 20000);
}

TEST(RecordsReports, ManualRowsAreComparedWithThoseTheyOverrule) {
    const Recoded recoded;
    const std::vector<CodedPair> pairs = overruled(recoded.crosswalk, nullptr);
    ASSERT_EQ(pairs.size(), 1u);
    EXPECT_EQ(pairs[0].first, "05049");
    EXPECT_EQ(pairs[0].second, "05042");
    const Table confusion = confusion_table(recoded.crosswalk, recoded.files);
    ASSERT_EQ(confusion.rows(), 1u);
    double records = 0;
    for (const MadeUpRecord& one : made_up_records(20000))
        records += one.code == "danos" && (one.date.starts_with("2019-03-05") || one.date == "2019-06");
    EXPECT_EQ(confusion.at("records").number(0), records);
}

}  // namespace
}  // namespace cifra
