// The later waves of the made-up country: what stays, what moves, and the rotating samples.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "engine/csv.h"
#include "engine/random.h"
#include "sampling/synthetic_sample.h"
#include "sampling/synthetic_tables.h"
#include "sampling/synthetic_truth.h"
#include "tests/support/inclusion_check.h"

namespace cifra {
namespace {

SyntheticPlan plan_from(const std::string& text) {
    Diagnostics faults;
    const SyntheticPlan plan = read_synthetic_plan(parse_yaml(text, "c", faults), faults);
    faults.throw_if_errors();
    return plan;
}

const std::string regions =
    "regions: [{region: A, urban_psus: 40, rural_psus: 20, risk: 1.2}, {region: B, urban_psus: 25, rural_psus: 3}]\n";

const std::vector<Country>& three_waves() {
    static const std::vector<Country> waves = synthesize_waves(
        plan_from(regions + "waves:\n  names: [\"1\", \"2\", \"3\"]\n  moves: 0.2\n"
                            "  trends: [{factor: 0.8}, {crime: robbery, region: A, wave: \"2\", factor: 2}]"),
        5);
    return waves;
}

std::string bytes_of(const Country& country) {
    std::string bytes;
    for (const auto& [name, table] : country_tables(country)) bytes += name + to_csv(table);
    return bytes;
}

TEST(SyntheticWaves, TheFirstWaveIsTheCountryWithoutWaves) {
    EXPECT_EQ(bytes_of(three_waves()[0]), bytes_of(synthesize_country(plan_from(regions), 5)));
}

// The bytes that a plan without waves gave when waves were added: published numbers rest on them.
TEST(SyntheticWaves, PlansWithoutWavesGiveWhatTheyGave) {
    const std::string bytes = bytes_of(synthesize_country(plan_from("regions: 3\npsu_scale: 0.2"), 7));
    EXPECT_EQ(stable_hash(bytes), 8043316459220715957ull);
}

TEST(SyntheticWaves, AreTheSameAgainAndDifferBySeed) {
    const SyntheticPlan& plan = three_waves()[0].plan;
    EXPECT_EQ(bytes_of(synthesize_waves(plan, 5)[2]), bytes_of(three_waves()[2]));
    EXPECT_NE(bytes_of(synthesize_waves(plan, 6)[2]), bytes_of(three_waves()[2]));
}

TEST(SyntheticWaves, PsusAndDwellingsPersistAndAShareOfHouseholdsMoves) {
    double moved = 0, all = 0;
    for (std::size_t w = 1; w < 3; ++w) {
        const Country &before = three_waves()[w - 1], &now = three_waves()[w];
        ASSERT_EQ(now.households.size(), before.households.size());
        for (std::size_t i = 0; i < now.psus.size(); ++i) ASSERT_EQ(now.psus[i].id, before.psus[i].id);
        for (std::size_t h = 0; h < now.households.size(); ++h) {
            const CountryHousehold &old = before.households[h], &household = now.households[h];
            all += 1;
            moved += household.entered == w;
            ASSERT_EQ(household.number, old.number);
            if (household.entered == w) continue;
            ASSERT_EQ(household.persons, old.persons);
            for (std::uint32_t i = 0; i < household.persons; ++i) {
                const CountryPerson &person = now.persons[household.first + i], &was = before.persons[old.first + i];
                ASSERT_EQ(person.sex, was.sex);
                ASSERT_EQ(person.age, std::min(99, was.age + 1));
            }
        }
    }
    EXPECT_NEAR(moved / all, 0.2, 5 * std::sqrt(0.16 / all));
}

double incidents(const Country& country, std::size_t crime, std::uint32_t region) {
    double count = 0;
    for (const CountryIncident& incident : country.incidents)
        count += incident.crime == crime && country.psus[country.households[incident.household].psu].region == region;
    return count;
}

// Counts are over-dispersed by a small factor; PSU factors move too.
TEST(SyntheticWaves, TrendsMoveTheRates) {
    const auto& waves = three_waves();
    double all[3] = {};
    for (std::size_t w = 0; w < 3; ++w) all[w] = static_cast<double>(waves[w].incidents.size());
    EXPECT_NEAR(all[2] / all[0], 0.64, 0.08);
    EXPECT_NEAR(incidents(waves[1], 4, 0) / incidents(waves[0], 4, 0), 1.6, 0.35);
    EXPECT_NEAR(incidents(waves[2], 4, 0) / incidents(waves[1], 4, 0), 0.8, 0.2);
    EXPECT_NEAR(incidents(waves[1], 4, 1) / incidents(waves[0], 4, 1), 0.8, 0.3);
}

double correlation(const std::vector<std::pair<double, double>>& pairs) {
    double x = 0, y = 0, xx = 0, yy = 0, xy = 0;
    const auto n = static_cast<double>(pairs.size());
    for (const auto& [a, b] : pairs) {
        x += a / n;
        y += b / n;
    }
    for (const auto& [a, b] : pairs) {
        xx += (a - x) * (a - x);
        yy += (b - y) * (b - y);
        xy += (a - x) * (b - y);
    }
    return xy / std::sqrt(xx * yy);
}

TEST(SyntheticWaves, RisksAreCorrelatedAsPlanned) {
    const Country &before = three_waves()[0], &now = three_waves()[1];
    std::vector<std::pair<double, double>> psus, households, persons, strangers;
    for (std::size_t i = 0; i < now.psus.size(); ++i)
        for (std::size_t f = 0; f < 3; ++f)
            psus.emplace_back(std::log(before.psus[i].factor[f]) / std::log(1.5), std::log(now.psus[i].factor[f]));
    double spread = 0;
    for (std::size_t h = 0; h < now.households.size(); ++h) {
        const CountryHousehold &old = before.households[h], &household = now.households[h];
        auto& factors = household.entered == 0 ? households : strangers;
        factors.emplace_back(std::log(old.factor), std::log(household.factor));
        spread += household.factor / static_cast<double>(now.households.size());
        if (household.entered > 0) continue;
        for (std::uint32_t i = 0; i < household.persons; ++i)
            if (before.persons[old.first + i].adult())
                persons.emplace_back(before.persons[old.first + i].proneness,
                                     now.persons[household.first + i].proneness);
    }
    EXPECT_GT(correlation(psus), 0.8);
    EXPECT_NEAR(correlation(households), 0.8, 0.03);
    EXPECT_NEAR(correlation(persons), 0.7, 0.03);
    EXPECT_NEAR(correlation(strangers), 0, 0.12);
    EXPECT_NEAR(spread, 1, 0.05);  // the mean of the factor stays 1
}

TEST(SyntheticWaves, TrueChangesAreThoseOfTheTruthFiles) {
    const Table changes = truth_changes_table(three_waves());
    std::map<std::pair<std::string, std::string>, double> truth[3];
    for (std::size_t w = 0; w < 3; ++w) {
        const Table table = truth_table(three_waves()[w]);
        for (std::size_t row = 0; row < table.rows(); ++row)
            truth[w][{table.at("indicator").text(row), table.at("domain").text(row)}] = table.at("value").number(row);
    }
    std::size_t known = 0, totals = 0;
    for (std::size_t row = 0; row < changes.rows(); ++row) {
        const std::pair key(changes.at("indicator").text(row), changes.at("domain").text(row));
        const std::size_t from = changes.at("from").text(row)[0] - '1', to = changes.at("to").text(row)[0] - '1';
        const double a = changes.at("from_value").number(row), b = changes.at("to_value").number(row);
        EXPECT_LT(from, to);
        EXPECT_EQ(changes.at("difference").number(row), b - a);
        EXPECT_NEAR(changes.at("percent").number(row), 100 * (b - a) / a, 1e-9 * std::abs(100 * b / a));
        if (key.first == "personal_victims") {
            ++totals;
            EXPECT_NEAR(a / truth[from].at({"persons_18plus", key.second}),
                        truth[from].at({"personal_prevalence", key.second}), 1e-15);
        }
        if (!truth[from].contains(key)) continue;
        ++known;
        EXPECT_EQ(a, truth[from].at(key));
        EXPECT_EQ(b, truth[to].at(key));
    }
    EXPECT_EQ(known, 3 * truth[0].size());
    EXPECT_EQ(totals, 27u);
}

// Strata of 40, 20, 25 and 3 PSUs; the last is too small for what is asked.
RotationPlan rotation(bool by_size) {
    RotationPlan plan;
    plan.psus_by_stratum = {{"A-U", 7}, {"A-R", 2}, {"B-U", 16}, {"B-R", 4}};
    plan.by_size = by_size;
    plan.take = 4;
    return plan;
}

std::set<std::uint32_t> psus_of(const SampledStratum& stratum) {
    std::set<std::uint32_t> psus;
    for (const SampledPsu& psu : stratum.psus) psus.insert(psu.psu);
    return psus;
}

std::size_t common(const SampledStratum& a, const SampledStratum& b) {
    std::size_t count = 0;
    for (const std::uint32_t psu : psus_of(a)) count += psus_of(b).contains(psu);
    return count;
}

TEST(RotatingSampler, HalfOfThePsusStayAndBringTheirDwellings) {
    for (const bool by_size : {true, false}) {
        const RotatingSampler sampler(three_waves()[0], rotation(by_size), 2);
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
            const auto waves = sampler.draw(seed);
            const std::size_t sizes[] = {7, 2, 16, 3}, kept[] = {4, 1, 8, 3};  // 16 of 25: 24 together; 3 of 3 all stay
            for (std::size_t h = 0; h < 4; ++h) {
                EXPECT_EQ(psus_of(waves[0][h]).size(), sizes[h]);
                EXPECT_EQ(psus_of(waves[1][h]).size(), sizes[h]);
                EXPECT_EQ(common(waves[0][h], waves[1][h]), h == 2 ? 8u : kept[h]) << h;
                for (const SampledPsu& a : waves[0][h].psus)
                    for (const SampledPsu& b : waves[1][h].psus)
                        if (a.psu == b.psu) {
                            EXPECT_EQ(a.dwellings, b.dwellings);
                        }
            }
        }
    }
}

TEST(RotatingSampler, BothWavesHaveTheProbabilitiesTheyState) {
    for (const bool by_size : {true, false}) {
        const Country& country = three_waves()[0];
        const RotatingSampler sampler(country, rotation(by_size), 2);
        for (const std::size_t wave : {std::size_t{0}, std::size_t{1}}) {
            std::vector<double> probability(country.psus.size(), 0);
            for (std::uint64_t seed = 0; seed < 200; ++seed) {
                const std::vector<WaveSample> waves = sampler.draw(seed);
                for (const SampledStratum& stratum : waves[wave])
                    for (const SampledPsu& psu : stratum.psus) probability[psu.psu] = psu.probability;
            }
            double expected = 0;
            for (const double p : probability) expected += p;
            EXPECT_NEAR(expected, 28, 1e-9);
            const auto verdict = testing::check_inclusion(probability, 3000, [&](std::uint64_t draw) {
                std::vector<std::size_t> taken;
                const std::vector<WaveSample> waves = sampler.draw(1000 + draw);
                for (const SampledStratum& stratum : waves[wave])
                    for (const SampledPsu& psu : stratum.psus) taken.push_back(psu.psu);
                return taken;
            });
            EXPECT_TRUE(verdict.passes) << verdict.failure;
        }
    }
}

// Totals of the microdata's weights over draws, against the true counts: 5 standard errors.
TEST(RotatingSampler, MicrodataEstimateTheCountry) {
    const Country& country = three_waves()[1];
    double adults = 0, crimes = 0;
    for (const CountryPerson& person : country.persons) adults += person.adult();
    crimes = static_cast<double>(country.incidents.size());
    for (const bool one : {true, false}) {
        RotationPlan plan = rotation(true);
        plan.one_adult = one;
        const RotatingSampler sampler(three_waves()[0], plan, 2);
        std::vector<double> persons, incidents;
        for (std::uint64_t seed = 0; seed < 150; ++seed) {
            std::map<std::string, double> sums;
            for (const auto& [name, table] : sample_tables(country, sampler, sampler.draw(seed)[1], one, seed))
                for (std::size_t row = 0; row < table.rows(); ++row) sums[name] += table.at("weight").number(row);
            persons.push_back(sums["persons.csv"]);
            incidents.push_back(sums["incidents.csv"]);
        }
        for (const auto& [values, truth] : {std::pair(persons, adults), std::pair(incidents, crimes)}) {
            double mean = 0, squares = 0;
            for (const double value : values) mean += value / 150;
            for (const double value : values) squares += (value - mean) * (value - mean);
            EXPECT_NEAR(mean, truth, 5 * std::sqrt(squares / 149 / 150));
            EXPECT_LT(std::sqrt(squares / 149 / 150), 0.05 * truth);
        }
    }
}

TEST(SyntheticWaves, PlanIsReadAndItsFaultsNamed) {
    const SyntheticPlan plan = plan_from(regions +
                                         "waves: {names: [a, b], sample: {kept: 0.25, selection: srs, adults: all, "
                                         "dwellings: new, psus_per_stratum: {A-U: 1, A-R: 2, B-U: 3, B-R: 4}}}");
    ASSERT_TRUE(plan.waves.sample.has_value());
    EXPECT_EQ(plan.waves.sample->psus_by_stratum.at("B-R"), 4u);
    EXPECT_FALSE(plan.waves.sample->by_size || plan.waves.sample->one_adult || plan.waves.sample->same_dwellings);
    EXPECT_EQ(plan.waves.sample->kept, 0.25);
    Diagnostics faults;
    read_synthetic_plan(
        parse_yaml(regions + "waves: {names: [\"1\", \"1\", a/b], moves: 2, trends: [{crime: theft, factor: 1}, "
                             "{region: A}, {wave: \"1\", factor: 2}], sample: {psus_per_stratum: {A-U: 1}}}",
                   "c", faults),
        faults);
    for (const char* code : {"wave-names", "out-of-range", "first-wave", "missing-key"})
        EXPECT_TRUE(faults.contains(code)) << code;
    EXPECT_GE(faults.error_count(), 9u);
}

}  // namespace
}  // namespace cifra
