// The made-up country: its truth recounted from the files by other code, its magnitudes, its clustering, its stability.
#include "sampling/synthetic.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "engine/csv.h"
#include "sampling/synthetic_tables.h"
#include "sampling/synthetic_truth.h"

namespace cifra {
namespace {

SyntheticPlan small_plan() {
    SyntheticPlan plan = default_synthetic_plan();
    plan.regions = {{"A", 40, 20, 1.2, 0.03}, {"B", 25, 30, 0.8, 0}};
    return plan;
}

const Country& small_country() {
    static const Country country = synthesize_country(small_plan(), 5);
    return country;
}

const Country& default_country() {
    static const Country country = synthesize_country(default_synthetic_plan(), 2026);
    return country;
}

double truth(const Table& table, const std::string& indicator, const std::string& domain) {
    for (std::size_t row = 0; row < table.rows(); ++row)
        if (table.at("indicator").text(row) == indicator && table.at("domain").text(row) == domain)
            return table.at("value").number(row);
    ADD_FAILURE() << indicator << " " << domain;
    return -1;
}

Table file(const Country& country, const std::string& name) {
    for (const auto& [each, table] : country_tables(country)) {
        if (each != name) continue;
        Diagnostics faults;
        CsvOptions options;
        for (const char* code : {"outcome", "sex", "line", "reported", "reported_by_other", "file_opened"})
            options.types[code] = ColumnType::text;
        return parse_csv(to_csv(table), name, options, faults);
    }
    return {};
}

const std::set<std::string> household_crimes = {"vehicle_theft", "vehicle_parts_theft", "burglary", "vandalism"};

// A recount over the files as text, one domain at a time, with sets of ids instead of counters.
struct Recount {
    std::set<std::string> adults, victims, any, households, struck, burgled;
    double personal = 0, incidents = 0, known = 0, dark = 0;
};

Recount recount(const Country& country, const std::string& region, const std::string& sex) {
    const Table households = file(country, "country_households.csv"), persons = file(country, "country_persons.csv");
    const Table incidents = file(country, "country_incidents.csv");
    Recount result;
    std::map<std::string, std::string> sex_of;
    for (std::size_t row = 0; row < households.rows(); ++row)
        if (households.at("outcome").text(row) != "4" &&
            (region.empty() || households.at("region").text(row) == region))
            result.households.insert(households.at("household").text(row));
    for (std::size_t row = 0; row < persons.rows(); ++row) {
        const std::string key = persons.at("household").text(row) + "/" + persons.at("line").text(row);
        sex_of[key] = persons.at("sex").text(row);
        const bool inside =
            result.households.contains(persons.at("household").text(row)) && (sex.empty() || sex_of[key] == sex);
        if (inside && persons.at("age").number(row) >= 18) result.adults.insert(key);
    }
    for (std::size_t row = 0; row < incidents.rows(); ++row) {
        const std::string household = incidents.at("household").text(row), crime = incidents.at("crime").text(row);
        if (!result.households.contains(household)) continue;
        const std::string key = household + "/" + incidents.at("line").text(row);
        const bool personal = !household_crimes.contains(crime);
        if (!personal) result.struck.insert(household);
        if (crime == "burglary") result.burgled.insert(household);
        if (personal && !sex.empty() && sex_of.at(key) != sex) continue;
        if (personal) {
            EXPECT_TRUE(result.adults.contains(key));
            result.victims.insert(key);
            result.personal += 1;
        }
        result.incidents += 1;
        result.known += incidents.at("reported").text(row) == "1" || incidents.at("reported_by_other").text(row) == "1";
        result.dark += incidents.at("file_opened").text(row) != "1";
    }
    for (const std::string& key : result.adults)
        if (result.victims.contains(key) || result.struck.contains(key.substr(0, key.find('/'))))
            result.any.insert(key);
    return result;
}

TEST(Synthetic, TruthIsWhatTheFilesHold) {
    const Country& country = small_country();
    const Table table = truth_table(country);
    for (const std::string region : {"", "A", "B"})
        for (const std::string sex : {"", "1", "2"}) {
            const Recount all = recount(country, region, sex);
            std::string domain = region.empty() ? "" : "region=" + region;
            if (!sex.empty()) domain += std::string(domain.empty() ? "" : ";") + "sex=" + sex;
            const auto adults = static_cast<double>(all.adults.size()),
                       households = static_cast<double>(all.households.size());
            EXPECT_EQ(truth(table, "persons_18plus", domain), adults);
            EXPECT_DOUBLE_EQ(truth(table, "personal_prevalence", domain),
                             static_cast<double>(all.victims.size()) / adults);
            EXPECT_DOUBLE_EQ(truth(table, "personal_incidence_per_1000", domain), 1000 * all.personal / adults);
            EXPECT_DOUBLE_EQ(truth(table, "any_prevalence", domain), static_cast<double>(all.any.size()) / adults);
            if (!sex.empty()) continue;
            EXPECT_EQ(truth(table, "households", domain), households);
            EXPECT_DOUBLE_EQ(truth(table, "household_prevalence", domain),
                             static_cast<double>(all.struck.size()) / households);
            EXPECT_DOUBLE_EQ(truth(table, "burglary_prevalence", domain),
                             static_cast<double>(all.burgled.size()) / households);
            EXPECT_DOUBLE_EQ(truth(table, "household_incidence_per_1000", domain),
                             1000 * (all.incidents - all.personal) / households);
            EXPECT_DOUBLE_EQ(truth(table, "reported_share", domain), all.known / all.incidents);
            EXPECT_DOUBLE_EQ(truth(table, "dark_figure", domain), all.dark / all.incidents);
        }
}

TEST(Synthetic, BenchmarksAddUpToTheTruth) {
    const Country& country = small_country();
    const Table persons = benchmark_persons_table(country), households = benchmark_households_table(country),
                table = truth_table(country);
    double adults = 0, homes = 0;
    for (std::size_t row = 0; row < persons.rows(); ++row) adults += persons.at("persons").number(row);
    for (std::size_t row = 0; row < households.rows(); ++row) homes += households.at("households").number(row);
    EXPECT_EQ(adults, truth(table, "persons_18plus", ""));
    EXPECT_EQ(homes, truth(table, "households", ""));
    EXPECT_EQ(persons.rows(), 16u);
    EXPECT_EQ(households.rows(), 4u);
}

TEST(Synthetic, HasRealisticMagnitudes) {
    const Country& country = default_country();
    const Table table = truth_table(country);
    const auto within = [&](const char* indicator, double low, double high) {
        const double value = truth(table, indicator, "");
        EXPECT_TRUE(value >= low && value <= high) << indicator << " " << value;
    };
    EXPECT_EQ(country.psus.size(), 600u);
    EXPECT_NEAR(static_cast<double>(country.households.size()), 60000, 2000);
    within("any_prevalence", 0.20, 0.25);
    within("sexual_offence_prevalence", 0.007, 0.013);
    within("burglary_prevalence", 0.035, 0.045);
    within("reported_share", 0.10, 0.20);
    within("dark_figure", 0.85, 0.95);
    for (std::size_t c = 0; c < crime_count; ++c) {  // the plan's rates are expectations; risk and area average near 1
        const double rate = truth(table, std::string(crime_ids()[c]) + "_incidence_per_1000", "");
        EXPECT_NEAR(rate, country.plan.rates_per_1000[c], 0.15 * country.plan.rates_per_1000[c]) << crime_ids()[c];
    }
    EXPECT_GT(truth(table, "personal_prevalence", "region=R1"), 1.2 * truth(table, "personal_prevalence", "region=R5"));
    EXPECT_GT(truth(table, "sexual_offence_prevalence", "sex=2"),
              3 * truth(table, "sexual_offence_prevalence", "sex=1"));
}

double variance(const std::vector<double>& values, double mean) {
    double sum = 0;
    for (const double value : values) sum += (value - mean) * (value - mean);
    return sum / static_cast<double>(values.size());
}

// Counts vary more than Poisson, and PSUs differ more than a sample of unrelated adults would: rho from the variance of
// PSU shares, about 0.02.
TEST(Synthetic, CountsAreOverdispersedAndClustered) {
    const Country& country = default_country();
    std::vector<double> counts;
    std::map<std::uint32_t, std::pair<double, double>> psus;  // adults, victims
    double adults = 0, victims = 0;
    for (const CountryPerson& person : country.persons) {
        if (!person.adult()) continue;
        double count = 0;
        for (const auto n : person.crimes) count += n;
        counts.push_back(count);
        auto& [in_psu, struck] = psus[country.households[person.household].psu];
        in_psu += 1;
        struck += count > 0;
        adults += 1;
        victims += count > 0;
    }
    double total = 0;
    for (const double count : counts) total += count;
    EXPECT_GT(variance(counts, total / adults), 1.5 * total / adults);
    const double p = victims / adults;
    double between = 0, binomial = 0;
    for (const auto& [psu, tally] : psus) {
        const double share = tally.second / tally.first;
        between += (share - p) * (share - p) / static_cast<double>(psus.size());
        binomial += p * (1 - p) / tally.first / static_cast<double>(psus.size());
    }
    const double rho = (between - binomial) / (p * (1 - p));
    EXPECT_GT(rho, 0.008);
    EXPECT_LT(rho, 0.05);
}

double response(const Country& country, const std::function<bool(const CountryHousehold&)>& inside) {
    double households = 0, complete = 0;
    for (const CountryHousehold& household : country.households) {
        if (household.outcome == Outcome::ineligible || !inside(household)) continue;
        households += 1;
        complete += household.outcome == Outcome::complete;
    }
    return complete / households;
}

TEST(Synthetic, ResponseDependsOnPlaceSizeAndALittleOnVictimization) {
    const Country& country = default_country();
    std::set<std::uint32_t> struck;
    for (const CountryIncident& incident : country.incidents) struck.insert(incident.household);
    const auto of = [&](auto inside) { return response(country, inside); };
    const auto index = [&](const CountryHousehold& household) {
        return static_cast<std::uint32_t>(&household - country.households.data());
    };
    const auto urban = [&](const CountryHousehold& h) { return country.psus[h.psu].urban; };
    EXPECT_GT(of([&](const auto& h) { return !urban(h); }), of(urban) + 0.05);
    EXPECT_GT(of([](const auto& h) { return h.persons > 1; }), of([](const auto& h) { return h.persons == 1; }) + 0.03);
    const double victims = of([&](const auto& h) { return urban(h) && struck.contains(index(h)); });
    const double others = of([&](const auto& h) { return urban(h) && !struck.contains(index(h)); });
    EXPECT_GT(victims, others + 0.01);
    EXPECT_LT(victims, others + 0.06);
}

TEST(Synthetic, PeopleAreConsistent) {
    const Country& country = default_country();
    for (const CountryHousehold& household : country.households) {
        EXPECT_EQ(household.persons == 0, household.outcome == Outcome::ineligible);
        if (household.persons == 0) continue;
        const CountryPerson& reference = country.persons[household.first];
        ASSERT_TRUE(reference.adult() && reference.relationship == 1 && reference.line == 1);
        for (std::uint32_t i = 1; i < household.persons; ++i) {
            const CountryPerson& person = country.persons[household.first + i];
            ASSERT_TRUE(person.relationship > 1 && person.line == i + 1 &&
                        (person.relationship != 2 || person.adult()));
        }
    }
    for (const CountryIncident& incident : country.incidents) {
        const CountryHousehold& household = country.households[incident.household];
        ASSERT_TRUE(incident.crime > 1 || household.vehicle);  // no vehicle, no theft of it
        ASSERT_EQ(incident.known(), incident.file_opened != 0);
        ASSERT_EQ(incident.known(), incident.reason == 0);
        ASSERT_EQ(incident.reported == 1, incident.reported_by_other == 0);
    }
}

// Everything about the dwellings of one region, as the files have it.
std::string lines_of(const Country& country, const std::string& region) {
    std::string result;
    for (const auto& [name, table] : country_tables(country)) {
        if (name == "truth.csv") continue;
        const std::string text = to_csv(table);
        for (std::size_t start = 0, end; (end = text.find('\n', start)) != std::string::npos; start = end + 1) {
            const std::string line = text.substr(start, end - start + 1);
            if (line.starts_with(region + "-") || line.starts_with(region + ",")) result += line;
        }
    }
    return result;
}

TEST(Synthetic, ARegionMoreDisturbsNoOther) {
    SyntheticPlan plan = small_plan();
    const std::string before = lines_of(small_country(), "B");
    plan.regions.insert(plan.regions.begin(), {"New", 10, 5, 2, 0});
    plan.regions[1].urban_psus = 7;
    EXPECT_EQ(lines_of(synthesize_country(plan, 5), "B"), before);
    EXPECT_NE(lines_of(synthesize_country(plan, 6), "B"), before);
    EXPECT_GT(before.size(), 100000u);
}

TEST(Synthetic, PlanIsReadAndItsFaultsNamed) {
    Diagnostics faults;
    const SyntheticPlan plan =
        read_synthetic_plan(parse_yaml("regions: 8\npsu_scale: 0.1\ndwellings_per_psu: 50\nrates_per_1000: {burglary: "
                                       "80}\nnonresponse: {refusal: 0}",
                                       "c", faults),
                            faults);
    faults.throw_if_errors();
    EXPECT_EQ(plan.regions.size(), 8u);
    EXPECT_EQ(plan.regions[0].urban_psus, 9u);
    EXPECT_EQ(plan.rates_per_1000[2], 80);
    EXPECT_EQ(plan.nonresponse.refusal, 0);
    read_synthetic_plan(
        parse_yaml(
            "regions: [{region: A, urban_psus: 3}, {region: A}]\nrates_per_1000: {burglry: 1}\ndwellings_per_psu: 2",
            "c", faults),
        faults);
    for (const char* code : {"duplicate-region", "empty-region", "unknown-key", "out-of-range"})
        EXPECT_TRUE(faults.contains(code)) << code;
    EXPECT_EQ(faults.error_count(), 4u);
}

}  // namespace
}  // namespace cifra
