// The police file of the made-up country: its truth recounted from the file by other code, its probabilities within
// binomial limits, its stability.
#include "sampling/synthetic_records.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "engine/calendar.h"
#include "engine/csv.h"
#include "sampling/synthetic_tables.h"

namespace cifra {
namespace {

constexpr std::uint64_t seed = 5;

Country country_of(const std::string& records) {
    Diagnostics faults;
    const SyntheticPlan plan =
        read_synthetic_plan(parse_yaml("{regions: 2, records: " + records + "}", "plan", faults), faults);
    faults.throw_if_errors();
    return synthesize_country(plan, seed);
}

double truth(const Table& table, const std::string& crime, const std::string& column, const std::string& region = "") {
    for (std::size_t row = 0; row < table.rows(); ++row)
        if (table.at("crime").text(row) == crime && table.at("region").cell(row) == region)
            return table.at(column).number(row);
    ADD_FAILURE() << crime << " " << region;
    return 0;
}

TEST(SyntheticRecords, TheTruthIsThatOfTheFile) {
    const Country country = country_of("{recorded: {robbery: 0.6, burglary: 1}, duplicates: 0, found: 0}");
    const Table police = police_table(country, seed), truths = records_truth_table(country, seed);
    std::map<std::string, double> of_offence, in_region;
    for (std::size_t row = 0; row < police.rows(); ++row) {
        if (police.at("victim").text(row) != "1") continue;
        ++of_offence[police.at("offence").text(row)];
        if (police.at("offence").text(row) == "240") ++in_region[police.at("region").text(row)];
    }
    EXPECT_EQ(truth(truths, "robbery", "records"), of_offence["240"]);
    EXPECT_EQ(truth(truths, "burglary", "records"), truth(truths, "burglary", "reported")) << "all is recorded";
    EXPECT_EQ(truth(truths, "burglary", "records"), of_offence["245"]);
    for (const auto& [region, records] : in_region)
        EXPECT_EQ(truth(truths, "robbery", "records", region), records) << region;
    const double reported = truth(truths, "robbery", "reported"), rate = truth(truths, "robbery", "recording_ratio");
    EXPECT_NEAR(rate, 0.6, 4 * std::sqrt(0.6 * 0.4 / reported));
    EXPECT_DOUBLE_EQ(truth(truths, "robbery", "capture_ratio"), truth(truths, "robbery", "reporting_rate") * rate);
}

TEST(SyntheticRecords, IncidentsAndReportsAreThoseOfTheCountry) {
    const Country country = country_of("{}");
    const Table truths = records_truth_table(country, seed);
    double known = 0;
    for (const CountryIncident& incident : country.incidents) known += incident.known();
    EXPECT_EQ(truth(truths, "total", "incidents"), static_cast<double>(country.incidents.size()));
    EXPECT_EQ(truth(truths, "total", "reported"), known);
}

TEST(SyntheticRecords, BusinessesVisitorsAndDuplicatesComeBeside) {
    const Country none = country_of("{businesses: 0, visitors: 0, duplicates: 0}"),
                  some = country_of("{businesses: 0.3, visitors: 0.2, duplicates: 0.1}");
    const Table alone = police_table(none, seed), more = police_table(some, seed);
    std::map<std::string, double> victims;
    for (std::size_t row = 0; row < more.rows(); ++row) ++victims[more.at("victim").text(row)];
    for (std::size_t row = 0; row < alone.rows(); ++row) EXPECT_EQ(alone.at("victim").text(row), "1");
    EXPECT_GT(victims["2"], 0);
    EXPECT_GT(victims["3"], 0);
    EXPECT_GT(victims["1"], truth(records_truth_table(some, seed), "total", "records")) << "duplicates";
}

TEST(SyntheticRecords, DatesLieInTheYearAndEntriesAfterThem) {
    const Table police = police_table(country_of("{}"), seed);
    for (std::size_t row = 0; row < police.rows(); ++row) {
        const auto event = parse_date(police.at("date").text(row)),
                   entered = parse_date(police.at("recorded").text(row));
        ASSERT_TRUE(event && entered);
        EXPECT_EQ(civil(*event).year, 2025);
        EXPECT_LE(*event, *entered);
    }
}

TEST(SyntheticRecords, TheCountryIsTheSameWithAndWithout) {
    Diagnostics faults;
    const Country without =
        synthesize_country(read_synthetic_plan(parse_yaml("{regions: 2}", "plan", faults), faults), seed);
    const auto before = country_tables(without), after = country_tables(country_of("{}"));
    ASSERT_EQ(before.size(), after.size());
    for (std::size_t k = 0; k < before.size(); ++k) EXPECT_EQ(to_csv(before[k].second), to_csv(after[k].second));
    EXPECT_TRUE(record_tables({without}, seed).empty());
}

}  // namespace
}  // namespace cifra
