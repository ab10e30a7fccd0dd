// What victimization surveys ask beyond means: counting rules compared, telescoping, months at risk, weight sets,
// margins, missing items by kind, inequality of incidents. Against the same numbers by another road.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "engine/csv.h"
#include "tests/estimation/estimation_run.h"
#include "tests/estimation/made_up_survey.h"

namespace cifra::testing {
namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

std::string fault_of(const std::string& design, const std::string& tables, const MadeUpSurvey& survey) {
    try {
        run_estimation(design, tables, survey.folder());
    } catch (const InputError& error) {
        return error.what();
    }
    return "none";
}

const std::string rules = R"(counting:
  series: {series: times > 5, count: times, cap: 10, unknown: [99], unknown_as: 6}
  cap5: {count: times, cap: 5, unknown: [99], unknown_as: 5}
  none: {count: times, unknown: [99], unknown_as: 6}
  p50: {count: times, cap: {percentile: 50, by: crime}, unknown: [99], unknown_as: 6}
  frozen: {count: times, cap: {table: caps.csv, by: crime}, unknown: [99], unknown_as: 6}
)";

std::string design_with_rules() {
    std::string design = replaced(MadeUpSurvey::design, "count: series", "count: [series, cap5, none, p50, frozen]");
    return replaced(design,
                    "counting:\n  series: {series: times > 5, count: times, cap: 10, unknown: [99], unknown_as: 6}\n",
                    rules);
}

// Each rule in the table gives what the rule alone as the level's default gives.
TEST(CountingRules, AreComparedInOneTable) {
    const MadeUpSurvey survey;
    std::ofstream(survey.folder() / "caps.csv") << "crime,cap\ntheft,2\nassault,1\nburglary,3\nabroad,1\nother,1\n";
    const std::string tables = R"(
indicators:
  rate: {statistic: incidence, of: incidents, per: persons, scale: 1000}
tables:
  - {id: t, indicators: [rate], by: [sex], counting_rules: [series, cap5, none, p50, frozen]}
)";
    const std::string alone = replaced(tables, ", counting_rules: [series, cap5, none, p50, frozen]", "");
    const Table all = run_estimation(design_with_rules(), tables, survey.folder());
    double before = INFINITY;
    for (const char* rule : {"none", "series", "cap5"}) {
        const std::string first =
            replaced(design_with_rules(), "count: [series, cap5, none, p50, frozen]", std::string("count: ") + rule);
        const Found expected = find_estimate(run_estimation(first, alone, survey.folder()), "rate", "sex=f"),
                    found = find_estimate(all, "rate", std::string("sex=f;counting=") + rule);
        EXPECT_EQ(found.estimate, expected.estimate) << rule;
        EXPECT_EQ(found.se, expected.se) << rule;
        EXPECT_LE(found.estimate, before);
        before = found.estimate;
    }
    EXPECT_NE(fault_of(design_with_rules(), replaced(tables, "cap5, none", "cap6, none"), survey).find("unknown-rule"),
              std::string::npos);
}

// The percentile by crime and the frozen table, against counts made from the file.
TEST(CountingRules, PercentilesAndFrozenCaps) {
    const MadeUpSurvey survey;
    std::ofstream(survey.folder() / "caps.csv") << "crime,cap\ntheft,2\nassault,1\nburglary,3\nother,1\n";
    Diagnostics faults;
    const Table incidents = read_csv(survey.folder() / "incidents.csv", {}, faults),
                persons = read_csv(survey.folder() / "persons.csv", {}, faults);
    std::map<std::string, std::vector<double>> counts;
    std::map<std::pair<double, double>, double> weight;
    for (std::size_t row = 0; row < persons.rows(); ++row)
        weight[{persons.at("household").number(row), persons.at("line").number(row)}] = persons.at("pw").number(row);
    const auto count = [&](std::size_t row) {
        const double times = incidents.at("times").number(row);
        return times == 99 ? 6 : times;
    };
    for (std::size_t row = 0; row < incidents.rows(); ++row)
        if (incidents.at("crime").text(row) != "abroad") counts[incidents.at("crime").text(row)].push_back(count(row));
    std::map<std::string, double> median;
    for (auto& [crime, values] : counts) {
        std::sort(values.begin(), values.end());
        median[crime] = values[(values.size() + 1) / 2 - 1];
    }
    const std::map<std::string, double> frozen = {{"theft", 2}, {"assault", 1}, {"burglary", 3}, {"other", 1}};
    double by_median = 0, by_table = 0;
    for (std::size_t row = 0; row < incidents.rows(); ++row) {
        const std::string& crime = incidents.at("crime").text(row);
        if (crime == "abroad") continue;
        const double w = weight[{incidents.at("household").number(row), incidents.at("line").number(row)}];
        by_median += w * std::min(count(row), std::max(1.0, median[crime]));
        by_table += w * std::min(count(row), frozen.at(crime));
    }
    const Table e = run_estimation(design_with_rules(), R"(
indicators:
  p50: {statistic: total, of: incidents, count: p50}
  frozen: {statistic: total, of: incidents, count: frozen}
tables: [{id: t, indicators: [p50, frozen]}]
)",
                                   survey.folder());
    EXPECT_TRUE(close_to(find_estimate(e, "p50").estimate, by_median, 1e-12));
    EXPECT_TRUE(close_to(find_estimate(e, "frozen").estimate, by_table, 1e-12));
    std::ofstream(survey.folder() / "caps.csv") << "crime,cap\ntheft,2\n";
    EXPECT_NE(
        fault_of(design_with_rules(),
                 "indicators: {n: {statistic: total, of: incidents}}\ntables: [{id: t, indicators: [n]}]\n", survey)
            .find("no-cap"),
        std::string::npos);
}

// A weighted percentile moves with the replicate weights: the variance is that of the whole run repeated with each.
TEST(CountingRules, WeightedCapsAreMadeAnewInEachReplicate) {
    const MadeUpSurvey survey;
    Diagnostics faults;
    const Table households = read_csv(survey.folder() / "households.csv", {}, faults);
    const std::size_t replicates = 12;
    Table weights;
    for (std::size_t r = 0; r < replicates; ++r) {
        std::vector<double> factor;
        for (std::size_t row = 0; row < households.rows(); ++row)
            factor.push_back(0.5 + static_cast<double>((row * (r + 3) + r) % 7) / 6);
        weights.set("f" + std::to_string(r), Column::of_numbers(factor));
    }
    std::ofstream(survey.folder() / "factors.csv") << to_csv(weights, digits17);
    std::string design = replaced(MadeUpSurvey::design,
                                  "series: {series: times > 5, count: times, cap: 10, unknown: [99], unknown_as: 6}",
                                  "series: {count: times, cap: {percentile: 70, by: crime, weighted: true}, unknown: "
                                  "[99], unknown_as: 6}");
    const std::string tables =
        "indicators: {rate: {statistic: incidence, of: incidents, per: persons, scale: 1000}}\n"
        "tables: [{id: t, indicators: [rate], by: [sex]}]\n";
    const Table all = run_estimation(
        replaced(design, "design: {level: households, strata: stratum, psu: psu}",
                 "design: {level: households, replicates: {file: factors.csv, columns: 'f*', combined: false, method: "
                 "bootstrap, df: 11}}"),
        tables, survey.folder());
    for (const char* domain : {"", "sex=f"}) {
        const double full = find_estimate(all, "rate", domain).estimate;
        double variance = 0;
        for (std::size_t r = 0; r < replicates; ++r) {
            Table changed = households;
            std::vector<double> w;
            for (std::size_t row = 0; row < households.rows(); ++row) w.push_back(weights.column(r).number(row));
            changed.set("factor", Column::of_numbers(w));
            std::ofstream(survey.folder() / "replicated.csv") << to_csv(changed, digits17);
            std::string once = replaced(design, "households: {file: households.csv, weight: hw}",
                                        "households: {file: replicated.csv, weight: hw * factor}");
            once = replaced(once, "weight: pw, parent: households", "weight: pw * factor, parent: households");
            once = replaced(once, "weight: pw, parent: persons", "weight: pw * factor, parent: persons");
            const double value = find_estimate(run_estimation(once, tables, survey.folder()), "rate", domain).estimate;
            variance += (value - full) * (value - full) / static_cast<double>(replicates);
        }
        EXPECT_TRUE(close_to(find_estimate(all, "rate", domain).se, std::sqrt(variance), 1e-9)) << domain;
    }
}

const std::string bounding_tables = R"(
indicators:
  inside: {statistic: incidence, of: incidents, per: persons, bounding: {unbounded: age_group = "young"}}
  written:
    statistic: formula
    of: persons
    formula: (sum(b) + (sum_all(b) / sum_all(wb)) / (sum_all(u) / sum_all(wu)) * sum(u)) / count()
  outside:
    statistic: incidence
    of: incidents
    per: persons
    bounding: {unbounded: age_group = "young", factor: 0.8, se: 0.05}
  certain:
    {statistic: incidence, of: incidents, per: persons, bounding: {unbounded: age_group = "young", factor: 0.8, se: 0}}
  unbounded: {statistic: formula, of: persons, formula: sum(u) / count()}
  plain: {statistic: incidence, of: incidents, per: persons}
tables: [{id: t, indicators: [inside, written, outside, certain, unbounded, plain], by: [sex]}]
comparisons:
  - {id: gap, indicators: [outside], by: sex, reference: sex=f}
  - {id: gap0, indicators: [certain], by: sex, reference: sex=f}
)";

std::string bounding_design() {
    return replaced(MadeUpSurvey::design, "    lost: {sum: incidents, value: loss}\n",
                    "    lost: {sum: incidents, value: loss}\n"
                    "    number: {count: incidents}\n"
                    "    b: 'if(age_group = \"old\", number, 0)'\n"
                    "    u: 'if(age_group = \"young\", number, 0)'\n"
                    "    wb: 'if(age_group = \"old\", 1, 0)'\n"
                    "    wu: 'if(age_group = \"young\", 1, 0)'\n");
}

// The factor from the same data is linearized with the numerator: the same as the formula written out.
TEST(Bounding, FactorIsLinearizedJointly) {
    const MadeUpSurvey survey;
    const Table e = run_estimation(bounding_design(), bounding_tables, survey.folder());
    for (const char* domain : {"", "sex=f", "sex=m"}) {
        const Found inside = find_estimate(e, "inside", domain), written = find_estimate(e, "written", domain);
        EXPECT_TRUE(close_to(inside.estimate, written.estimate, 1e-12)) << domain;
        EXPECT_TRUE(close_to(inside.se, written.se, 1e-10)) << domain;
    }
}

TEST(Bounding, FactorFromOutsideAddsItsVariance) {
    const MadeUpSurvey survey;
    const Table e = run_estimation(bounding_design(), bounding_tables, survey.folder());
    for (const char* domain : {"", "sex=f", "sex=m"}) {
        const Found outside = find_estimate(e, "outside", domain), certain = find_estimate(e, "certain", domain),
                    unbounded = find_estimate(e, "unbounded", domain), plain = find_estimate(e, "plain", domain);
        EXPECT_TRUE(close_to(outside.estimate, plain.estimate - 0.2 * unbounded.estimate, 1e-10)) << domain;
        const double extra = 0.05 * unbounded.estimate;
        EXPECT_TRUE(close_to(outside.se * outside.se, certain.se * certain.se + extra * extra, 1e-10)) << domain;
    }
    const Table rows = run_part(bounding_design(), bounding_tables, survey.folder(), "comparisons.csv");
    const double extra =
        0.05 * (find_estimate(e, "unbounded", "sex=m").estimate - find_estimate(e, "unbounded", "sex=f").estimate);
    EXPECT_TRUE(
        close_to(std::pow(rows.at("se").number(0), 2), std::pow(rows.at("se").number(1), 2) + extra * extra, 1e-9));
}

// Half a year at risk for everybody: twice the rate.
TEST(Incidence, MonthsAtRiskMakeAnnualRates) {
    const MadeUpSurvey survey;
    const Table e = run_estimation(MadeUpSurvey::design, R"(
indicators:
  year: {statistic: incidence, of: incidents, per: persons}
  half: {statistic: incidence, of: incidents, per: persons, months_at_risk: 6}
tables: [{id: t, indicators: [year, half], by: [sex]}]
)",
                                   survey.folder());
    for (const char* domain : {"", "sex=f"}) {
        EXPECT_TRUE(
            close_to(find_estimate(e, "half", domain).estimate, 2 * find_estimate(e, "year", domain).estimate, 1e-12));
        EXPECT_TRUE(close_to(find_estimate(e, "half", domain).se, 2 * find_estimate(e, "year", domain).se, 1e-12));
    }
}

// A breakdown bound to a set uses it and says so; the others keep their weights.
TEST(WeightSets, BelongToTheirDomains) {
    const MadeUpSurvey survey;
    const std::string tables = R"(
indicators:
  age: {statistic: mean, of: persons, value: age}
  adults: {statistic: total, of: persons}
tables: [{id: t, indicators: [age, adults], by: [sex, region]}]
)";
    const std::string design =
        MadeUpSurvey::design + "weight_sets: {regional: {for: [region], weights: {persons: pw * (1 + age / 50)}}}\n";
    const std::string other = replaced(MadeUpSurvey::design, "persons: {file: persons.csv, weight: pw,",
                                       "persons: {file: persons.csv, weight: pw * (1 + age / 50),");
    const Table both = run_estimation(design, tables, survey.folder()),
                plain = run_estimation(MadeUpSurvey::design, tables, survey.folder()),
                changed = run_estimation(other, tables, survey.folder());
    for (const char* indicator : {"age", "adults"}) {
        EXPECT_EQ(find_estimate(both, indicator, "sex=f").se, find_estimate(plain, indicator, "sex=f").se);
        EXPECT_EQ(find_estimate(both, indicator, "region=north").estimate,
                  find_estimate(changed, indicator, "region=north").estimate);
        EXPECT_EQ(find_estimate(both, indicator, "region=north").se,
                  find_estimate(changed, indicator, "region=north").se);
    }
    for (std::size_t row = 0; row < both.rows(); ++row)
        EXPECT_EQ(both.at("weight_set").text(row) == "regional",
                  both.at("domain").text(row).find("region=") != std::string::npos);
    EXPECT_NE(
        fault_of(MadeUpSurvey::design + "weight_sets: {a: {for: [region], weights: {persons: pw}}, b: {for: [sex], "
                                        "weights: {persons: pw}}}\n",
                 replaced(tables, "by: [sex, region]", "by: [[sex, region]]"), survey)
            .find("two-weight-sets"),
        std::string::npos);
}

TEST(Tables, MarginsAreAllCrossingsOfFewerVariables) {
    const MadeUpSurvey survey;
    const std::string tables = R"(
indicators: {adults: {statistic: total, of: persons}}
tables: [{id: t, indicators: [adults], by: [[region, sex, age_group]], margins: true}]
)";
    const Table e = run_estimation(MadeUpSurvey::design, tables, survey.folder());
    const double all = find_estimate(e, "adults").estimate;
    for (const char* variable : {"region=", "sex=", "age_group="}) {
        double sum = 0;
        for (std::size_t row = 0; row < e.rows(); ++row) {
            const std::string& domain = e.at("domain").text(row);
            if (domain.starts_with(variable) && domain.find(';') == std::string::npos)
                sum += e.at("estimate").number(row);
        }
        EXPECT_TRUE(close_to(sum, all, 1e-12)) << variable;
    }
    find_estimate(e, "adults", "region=north;age_group=old");
    find_estimate(e, "adults", "region=north;sex=f;age_group=old");
    EXPECT_EQ(e.rows(), 27U);  // (1 + 2) (1 + 2) (1 + 2)
}

// Don't know counts as not reported, refused leaves the question out; a kind without a rule is a fault.
TEST(MissingItems, FollowTheRuleOfTheirKind) {
    const MadeUpSurvey survey;
    std::ofstream(survey.folder() / "codes.yaml")
        << "variables:\n  reported: {type: number, missing: {\"8\": dont_know, \"9\": refused}}\n";
    Diagnostics faults;
    Table incidents = read_csv(survey.folder() / "incidents.csv", {}, faults);
    std::vector<double> coded;
    std::map<int, double> weight_of;
    for (std::size_t row = 0; row < incidents.rows(); ++row)
        coded.push_back(row % 7 == 0                            ? 8
                        : row % 11 == 0                         ? 9
                        : incidents.at("reported").present(row) ? incidents.at("reported").number(row)
                                                                : 8);
    incidents.set("reported", Column::of_numbers(coded));
    std::ofstream(survey.folder() / "incidents.csv") << to_csv(incidents);
    const std::string design =
        replaced(replaced(MadeUpSurvey::design, "where: crime != \"abroad\", count: series", "codebook: codes.yaml"),
                 "counting:\n  series: {series: times > 5, count: times, cap: 10, unknown: [99], unknown_as: 6}\n", "");
    const auto tables = [](const std::string& rule) {
        return "indicators:\n  reported: {statistic: proportion, of: incidents, having: reported = 1, missing: " +
               rule +
               "}\n  yes: {statistic: total, of: incidents, where: reported is 1}\n"
               "  all: {statistic: total, of: incidents}\n  refused: {statistic: total, of: incidents, where: "
               "reported is refused}\n"
               "tables: [{id: t, indicators: [reported, yes, all, refused]}]\n";
    };
    const Table e =
        run_estimation(design, tables("{dont_know: zero, refused: exclude, system: exclude}"), survey.folder());
    const double yes = find_estimate(e, "yes").estimate, all = find_estimate(e, "all").estimate,
                 refused = find_estimate(e, "refused").estimate;
    EXPECT_GT(refused, 0);
    EXPECT_TRUE(close_to(find_estimate(e, "reported").estimate, yes / (all - refused), 1e-12));
    EXPECT_NE(find_estimate(e, "reported").notices.find("item missing for"), std::string::npos);
    EXPECT_NE(fault_of(design, tables("{dont_know: zero}"), survey).find("refused"), std::string::npos);
    EXPECT_NE(fault_of(design, tables("{dunno: zero}"), survey).find("no kind of missing"), std::string::npos);
}

// Concentration of incidents: scale does not matter, the top is what the bottom leaves, variance and SD agree.
TEST(Inequality, OfIncidentsOverPersons) {
    const MadeUpSurvey survey;
    const Table e = run_estimation(bounding_design(), R"(
indicators:
  gini: {statistic: gini, of: persons, value: number}
  of_victims: {statistic: gini, of: persons, value: number, universe: victims}
  doubled: {statistic: gini, of: persons, value: 2 * number}
  top: {statistic: top_share, of: persons, value: number, share: 0.1, scale: 100}
  bottom: {statistic: lorenz_share, of: persons, value: number, share: 0.9, scale: 100}
  excess: {statistic: mean_excess, of: persons, value: number, threshold: 1}
  cv: {statistic: cv, of: persons, value: age}
  sd: {statistic: sd, of: persons, value: age}
  variance: {statistic: variance, of: persons, value: age}
  moments:
    statistic: formula
    of: persons
    formula: sum(age * age) / count() - sum(age) / count() * sum(age) / count()
  with: {statistic: correlation, of: persons, value: age, with: 3 * age + 1}
  median: {statistic: quantile, of: persons, value: age, probabilities: [0.5]}
tables:
  - id: t
    indicators: [gini, of_victims, doubled, top, bottom, excess, cv, sd, variance, moments, with, median]
    by: [sex]
)",
                                   survey.folder());
    for (const char* domain : {"", "sex=f"}) {
        const Found gini = find_estimate(e, "gini", domain), doubled = find_estimate(e, "doubled", domain);
        EXPECT_TRUE(close_to(doubled.estimate, gini.estimate, 1e-12));
        EXPECT_TRUE(close_to(doubled.se, gini.se, 1e-10));
        EXPECT_GT(gini.estimate, find_estimate(e, "of_victims", domain).estimate);
        const Found top = find_estimate(e, "top", domain), bottom = find_estimate(e, "bottom", domain);
        EXPECT_GT(top.estimate, 10);
        EXPECT_TRUE(close_to(top.estimate, 100 - bottom.estimate, 1e-10));
        EXPECT_TRUE(close_to(top.se, bottom.se, 1e-8));
        EXPECT_GT(find_estimate(e, "excess", domain).estimate, 0);
        EXPECT_GT(find_estimate(e, "cv", domain).estimate, 0);
        const Found sd = find_estimate(e, "sd", domain), variance = find_estimate(e, "variance", domain),
                    moments = find_estimate(e, "moments", domain);
        EXPECT_TRUE(close_to(sd.estimate * sd.estimate, variance.estimate, 1e-12));
        EXPECT_TRUE(close_to(variance.se, 2 * sd.estimate * sd.se, 1e-10));
        // n / (n - 1) apart, the variance is a formula of sums.
        const double n = variance.n;
        EXPECT_TRUE(close_to(variance.estimate, moments.estimate * n / (n - 1), 1e-10));
        EXPECT_TRUE(close_to(variance.se, moments.se * n / (n - 1), 1e-8));
        EXPECT_TRUE(close_to(find_estimate(e, "with", domain).estimate, 1, 1e-12));
        const Found median = find_estimate(e, "median", domain);
        EXPECT_LE(median.lower, median.estimate);
        EXPECT_GE(median.upper, median.estimate);
        EXPECT_EQ(median.interval, "quantile_mean");
    }
}

}  // namespace
}  // namespace cifra::testing
