// Calibration on a made-up sample of two stages: against dense matrices, by properties, and what is refused.
#include <gtest/gtest.h>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>

#include "engine/random.h"
#include "estimation/statistics.h"
#include "estimation/survey_data.h"
#include "estimation/weighting/calibration.h"
#include "tests/estimation/estimation_run.h"
#include "tests/support/naive_residuals.h"

namespace cifra::testing {
namespace {

struct Person {
    int stratum, psu, ssu;
    bool responds;
    std::string sex, area;
    double age, income, weight;
    int incidents;
    std::string line, incident_lines;
};

// 3 strata of 6 PSUs, 9 persons each; some PSUs respond little. Persons are the second stage.
std::vector<Person> made_up_persons() {
    std::vector<Person> persons;
    for (int k = 0; k < 162; ++k) {
        Stream chance({77, Purpose::test, 1, static_cast<std::uint64_t>(k)});
        Person p;
        p.stratum = k / 54, p.psu = k / 9, p.ssu = k;
        p.responds = chance.bernoulli(0.85);
        p.sex = chance.bernoulli(0.55) ? "f" : "m";
        p.area = chance.bernoulli(0.3) ? "rural" : "urban";
        p.age = 18 + static_cast<double>(chance.below(60));
        p.income = 100 + 10 * p.age + 300 * chance.uniform() + 40 * p.stratum;
        p.weight = p.responds ? 20 + 5 * p.stratum + 10 * chance.uniform() : 0;
        p.incidents = p.responds ? static_cast<int>(chance.poisson(0.6)) : 0;
        p.line = fmt::format("{},s{},u{},{},{},{},{},{},{},{}", k, p.stratum, p.psu, 20 + p.stratum, 60, p.sex, p.area,
                             p.age, fmt::format("{:.17g}", p.income), fmt::format("{:.17g}", p.weight));
        for (int i = 0; i < p.incidents; ++i)
            p.incident_lines += fmt::format("{},{}\n", k, chance.bernoulli(0.5) ? "theft" : "assault");
        persons.push_back(p);
    }
    return persons;
}

class MadeUp {
public:
    explicit MadeUp(bool reversed = false) : persons(made_up_persons()) {
        static int made = 0;
        folder = std::filesystem::temp_directory_path() / fmt::format("cifra_calibration_{}_{}", getpid(), ++made);
        std::filesystem::create_directories(folder);
        if (reversed) std::reverse(persons.begin(), persons.end());
        std::ofstream a(folder / "persons.csv"), b(folder / "incidents.csv");
        a << "person,stratum,psu,psus,ssus,sex,area,age,income,pw\n";
        b << "person,crime\n";
        for (const Person& p : persons) a << p.line << '\n', b << p.incident_lines;
    }
    ~MadeUp() { std::filesystem::remove_all(folder); }

    std::vector<NaiveUnit> units(const std::vector<double>& weights) const {
        std::vector<NaiveUnit> result;
        for (std::size_t k = 0; k < persons.size(); ++k) {
            const Person& p = persons[k];
            result.push_back({{std::to_string(p.stratum), std::to_string(p.psu), std::to_string(p.ssu)},
                              {20.0 + p.stratum, 60},
                              p.weight,
                              weights.empty() ? 0 : weights[k],
                              1,
                              {p.sex == "f" ? 1.0 : 0, p.sex == "m" ? 1.0 : 0, p.area == "rural" ? 1.0 : 0, p.age}});
        }
        return result;
    }

    std::vector<Person> persons;
    std::filesystem::path folder;
};

const std::string head =
    "data:\n  persons: {file: persons.csv, weight: pw}\n"
    "  incidents: {file: incidents.csv, parent: persons, by: {person: person}}\n"
    "design: {level: persons, strata: stratum, psu: [psu, person], fpc: [psus, ssus]}\n";
const std::string controls =
    "controls: {sex: {f: 2400, m: 1900}, area: {rural: 1300, urban: 3000}, age: {total: 205000}}}\n";
const std::string linear = head + "calibration: {" + controls;

const std::string tables = R"(
indicators:
  income: {statistic: mean, of: persons, value: income}
  wealth: {statistic: total, of: persons, value: income}
  persons: {statistic: total, of: persons}
  incidents: {statistic: total, of: incidents}
  rate: {statistic: incidence, of: incidents, where: crime = "theft", per: persons}
  median: {statistic: quantile, of: persons, value: income, probabilities: [0.5]}
  spread: {statistic: sd, of: persons, value: income}
tables:
  - {id: t, indicators: [income, wealth, persons, incidents, rate, median, spread], by: [sex, area, stratum]}
)";

SurveyData read(const std::string& design, const std::filesystem::path& folder) {
    Diagnostics faults;
    const YamlValue file = parse_yaml(design, "design.yaml", faults);
    SurveyData data =
        read_survey_data(file, {folder, folder, mentioned_names(parse_yaml(tables, "t", faults)), 1}, faults);
    faults.throw_if_errors();
    return data;
}

std::vector<double> weights_of(const std::string& design, const std::filesystem::path& folder) {
    return read(design, folder).hierarchy[0].weight;
}

// Everything two runs have in common, to rounding or to the bit.
void expect_equal(const Table& a, const Table& b, double tolerance) {
    ASSERT_EQ(a.rows(), b.rows());
    for (std::size_t row = 0; row < a.rows(); ++row)
        for (const char* name : {"estimate", "se", "lower", "upper", "df"}) {
            ASSERT_EQ(a.at(name).present(row), b.at(name).present(row)) << a.at("indicator").text(row) << name;
            const double x = a.at(name).number(row), y = b.at(name).number(row);
            EXPECT_LE(std::abs(x - y), tolerance * std::abs(x) + (tolerance > 0 ? 1e-9 : 0))
                << a.at("indicator").text(row) << " " << a.at("domain").text(row) << " " << name;
        }
}

TEST(Calibration, WeightsAndVariancesAgreeWithDenseMatrices) {
    const MadeUp made;
    const std::vector<double> w = weights_of(linear, made.folder);
    const std::vector<double> slow = naive_linear_weights(made.units({}), {2400, 1900, 1300, 205000});
    for (std::size_t k = 0; k < w.size(); ++k) EXPECT_NEAR(w[k], slow[k], 1e-10 * (1 + slow[k]));
    const Table result = run_estimation(linear, tables, made.folder);
    std::size_t compared = 0;
    for (const std::string method : {"linear", "raking", "logit, bounds: [0.3, 3]", "truncated, bounds: [0.8, 1.4]"}) {
        const std::string design = head + "calibration: {method: " + method + ", " + controls;
        const std::vector<NaiveUnit> units = made.units(weights_of(design, made.folder));
        const Table estimates = run_estimation(design, tables, made.folder);
        for (const std::string area : {"", "rural", "urban"}) {
            double n = 0, total = 0, thefts = 0;
            for (std::size_t k = 0; k < units.size(); ++k)
                if (area.empty() || made.persons[k].area == area)
                    n += units[k].w, total += units[k].w * made.persons[k].income;
            std::vector<double> mean(units.size(), 0), sum(units.size(), 0), incidents(units.size(), 0);
            for (std::size_t k = 0; k < units.size(); ++k) {
                const Person& p = made.persons[k];
                if (!area.empty() && p.area != area) continue;
                sum[k] = p.income;
                mean[k] = (p.income - total / n) / n;
                incidents[k] = p.incidents;
                thefts += units[k].w * p.incidents;
            }
            const std::string domain = area.empty() ? "" : "area=" + area;
            const auto compare = [&](const char* indicator, double value, const std::vector<double>& u) {
                const Found found = find_estimate(estimates, indicator, domain);
                EXPECT_TRUE(close_to(found.estimate, value, 1e-10)) << method << indicator << domain;
                EXPECT_TRUE(close_to(found.se, std::sqrt(naive_residual_variance(units, u)), 1e-8))
                    << method << indicator << domain;
                ++compared;
            };
            compare("income", total / n, mean);
            compare("wealth", total, sum);
            compare("incidents", thefts, incidents);
        }
    }
    EXPECT_EQ(compared, 36U);
    EXPECT_LT(find_estimate(result, "persons", "sex=f").se, 1e-9);
    EXPECT_NEAR(find_estimate(result, "persons", "area=rural").estimate, 1300, 1e-8);
}

TEST(Calibration, OrderOfRowsAndThreadsChangeNothing) {
    const MadeUp made, reversed(true);
    for (const std::string method : {"linear", "raking"}) {
        const std::string design = head + "calibration: {method: " + method + ", " + controls;
        const Table one = run_estimation(design, tables, made.folder);
        expect_equal(one, run_estimation(design, tables, made.folder, 8), 0);
        expect_equal(one, run_estimation(design, tables, reversed.folder), 1e-9);
    }
}

TEST(Calibration, RedundantControlsChangeNothing) {
    const MadeUp made;
    const std::string more =
        "controls: {sex: {f: 2400, m: 1900}, area: {rural: 1300, urban: 3000}, age: {total: 205000}, "
        "1: {total: 4300}, 2 * age: {total: 410000}}}\n";
    for (const std::string method : {"linear", "raking", "logit, bounds: [0.3, 3]"}) {
        const std::string begin = head + "calibration: {method: " + method + ", ";
        expect_equal(run_estimation(begin + controls, tables, made.folder),
                     run_estimation(begin + more, tables, made.folder), 1e-8);
    }
}

TEST(Calibration, RedundantControlsAreNamed) {
    const MadeUp made;
    EXPECT_TRUE(read(linear, made.folder).design.notices.empty());
    const std::vector<std::string> notices =
        read(head +
                 "calibration: {method: raking, controls: {sex: {f: 2400, m: 1900}, area: {rural: 1300, "
                 "urban: 3000}, 1: {total: 4300}, age: {total: 205000}, 2 * age: {total: 410000}}}\n",
             made.folder)
            .design.notices;
    EXPECT_EQ(notices, std::vector<std::string>{
                           "calibration: redundant controls, implied by those before them: '1', '2 * age'"});
}

TEST(Calibration, BoundsOfTheWeightAndSinhAreRead) {
    const MadeUp made;
    const std::vector<double> bounded = weights_of(
        head + "calibration: {method: truncated, bounds: [12, 60.5], bounds_on: weight, " + controls, made.folder);
    for (const double w : bounded) EXPECT_TRUE(w == 0 || (w >= 12 && w <= 60.5)) << w;
    const std::vector<double> flat =
        weights_of(head + "calibration: {method: sinh, alpha: 0.001, " + controls, made.folder);
    const std::vector<double> one = weights_of(head + "calibration: {method: sinh, " + controls, made.folder),
                              same =
                                  weights_of(head + "calibration: {method: sinh, alpha: 1, " + controls, made.folder);
    EXPECT_EQ(one, same);
    EXPECT_NE(one, flat);
}

TEST(Calibration, RakingByNewtonAndByFittingIsOne) {
    const MadeUp made;
    const std::string margins = "controls: {sex: {f: 2400, m: 1900}, area: {rural: 1300, urban: 3000}}}\n";
    const std::string newton = head + "calibration: {method: raking, " + margins,
                      fitting = head + "calibration: {method: raking, algorithm: fitting, " + margins;
    expect_equal(run_estimation(newton, tables, made.folder), run_estimation(fitting, tables, made.folder), 1e-9);
    const Table sequential =
        run_estimation(head + "calibration: {method: raking, algorithm: fitting, residuals: sequential, " + margins,
                       tables, made.folder);
    const double ratio = find_estimate(sequential, "income").se /
                         find_estimate(run_estimation(newton, tables, made.folder), "income").se;
    EXPECT_NEAR(ratio, 1, 0.1);
    EXPECT_NE(ratio, 1);
}

TEST(Calibration, GivenWeightsGiveTheSameVariances) {
    const MadeUp made;
    const std::vector<double> w = weights_of(linear, made.folder);
    std::ofstream file(made.folder / "calibrated.csv");
    file << "person,stratum,psu,psus,ssus,sex,area,age,income,pw,cw\n";
    for (std::size_t k = 0; k < w.size(); ++k) file << made.persons[k].line << fmt::format(",{:.17g}\n", w[k]);
    file.close();
    std::string given = head;
    given.replace(given.find("persons.csv, weight: pw"), 23, "calibrated.csv, weight: cw");
    const Table solved = run_estimation(linear, tables, made.folder);
    expect_equal(solved, run_estimation(given + "calibration: {given: {base: pw}, " + controls, tables, made.folder),
                 1e-9);
    expect_equal(
        solved,
        run_estimation(given + "calibration: {given: {base: pw}, controls: [sex, area, age]}\n", tables, made.folder),
        1e-9);
    const SurveyData wrong =
        read(given + "calibration: {given: {base: pw}, controls: {sex: {f: 2300, m: 2000}}}\n", made.folder);
    ASSERT_EQ(wrong.design.notices.size(), 1U);
    EXPECT_NE(wrong.design.notices[0].find("the controls are missed by up to 0.05"), std::string::npos)
        << wrong.design.notices[0];
}

TEST(Calibration, CrossedCellsAndFilesOfControlsAreRead) {
    const MadeUp made;
    const std::string crossed =
        "\"sex;area\": {\"f;rural\": 700, \"f;urban\": 1700, \"m;rural\": 600, \"m;urban\": 1300}}}\n";
    std::ofstream(made.folder / "controls.csv")
        << "variable,category,total\nsex;area,f;rural,700\nsex;area,f;urban,1700\n"
           "sex;area,m;rural,600\nsex;area,m;urban,1300\n";
    const std::string begin = head + "calibration: {method: poststratification, controls: {";
    expect_equal(run_estimation(begin + crossed, tables, made.folder),
                 run_estimation(begin + "file: controls.csv}}\n", tables, made.folder), 0);
    const std::vector<double> w = weights_of(begin + crossed, made.folder);
    double rural = 0;
    for (std::size_t k = 0; k < w.size(); ++k)
        if (made.persons[k].area == "rural" && made.persons[k].sex == "f") rural += w[k];
    EXPECT_NEAR(rural, 700, 1e-9);
}

TEST(Calibration, IncidentsFollowTheirPersons) {
    const MadeUp made;
    const SurveyData data = read(linear, made.folder);
    std::string own = linear;
    own.replace(own.find("incidents.csv,"), 14, "incidents.csv, weight: 2 * pw,");
    const SurveyData twice = read(own, made.folder);
    const std::vector<std::size_t> person = data.hierarchy.ancestor_rows(1, 0);
    ASSERT_GT(data.hierarchy[1].rows(), 50U);
    for (std::size_t row = 0; row < data.hierarchy[1].rows(); ++row) {
        EXPECT_EQ(data.hierarchy[1].weight[row], data.hierarchy[0].weight[person[row]]);
        EXPECT_TRUE(close_to(twice.hierarchy[1].weight[row], 2 * data.hierarchy[1].weight[row], 1e-14));
    }
}

TEST(Calibration, LevelAboveIsRefused) {
    const MadeUp made;
    std::string below = head + "calibration: {level: incidents, controls: {1: {total: 4000}}}\n";
    const auto run = [&](const std::string& indicator) {
        return run_estimation(below, "indicators: {x: " + indicator + "}\ntables: [{id: t, indicators: [x]}]\n",
                              made.folder);
    };
    EXPECT_NEAR(find_estimate(run("{statistic: total, of: incidents}"), "x").estimate, 4000, 1e-8);
    try {
        run("{statistic: mean, of: persons, value: age}");
        ADD_FAILURE() << "not refused";
    } catch (const InputError& error) {
        EXPECT_TRUE(error.diagnostics().contains("level-above-calibration"));
    }
}

Controls two_categories(std::vector<std::uint32_t> category, std::vector<double> totals) {
    Controls controls;
    controls.add({{"a", "b"}, std::move(totals), std::move(category), {}});
    return controls;
}

// Σ d = 20 and 30 against 40 and 60: every method doubles the weights, or cannot.
TEST(CalibrationByHand, SolvesByHandAndRefusesWhatCannotBeMet) {
    const std::vector<double> d = {10, 10, 10, 20, 0};
    const Controls controls = two_categories({0, 0, 1, 1, 0}, {40, 60});
    for (const CalibrationMethod method :
         {CalibrationMethod::linear, CalibrationMethod::raking, CalibrationMethod::logit, CalibrationMethod::truncated,
          CalibrationMethod::poststratification}) {
        CalibrationOptions options;
        options.method = method, options.lower = 0.5, options.upper = 3;
        const Calibrated result = calibrate(d, controls, {}, options);
        for (std::size_t k = 0; k < 4; ++k) EXPECT_NEAR(result.g[k], 2, 1e-9);
        EXPECT_EQ(result.g[4], 1);
        EXPECT_LE(result.deviation, 1e-9);
        if (method != CalibrationMethod::logit && method != CalibrationMethod::truncated) continue;
        options.upper = 1.5;
        try {
            calibrate(d, controls, {}, options);
            ADD_FAILURE() << "not refused";
        } catch (const Refusal& refusal) {
            EXPECT_NE(std::string(refusal.what()).find("a at 30 of 40 (-10, -25 %), b at 45 of 60 (-15, -25 %)"),
                      std::string::npos)
                << refusal.what();
        }
    }
}

TEST(CalibrationByHand, ContradictionsAndBrokenNumbersAreRefused) {
    const double nan = std::nan(""), infinity = std::numeric_limits<double>::infinity();
    const std::vector<double> d = {10, 10, 10, 20};
    Controls contradicting = two_categories({0, 0, 1, 1}, {40, 60});
    contradicting.add({{"all"}, {120}, {}, {1, 1, 1, 1}});
    for (const CalibrationMethod method : {CalibrationMethod::linear, CalibrationMethod::raking}) {
        CalibrationOptions options;
        options.method = method;
        EXPECT_THROW(calibrate(d, contradicting, {}, options), Refusal);
    }
    const Controls good = two_categories({0, 0, 1, 1}, {40, 60});
    EXPECT_THROW(calibrate(std::vector<double>{10, -1, 10, 20}, good, {}, {}), Refusal);
    EXPECT_THROW(calibrate(std::vector<double>{10, nan, 10, 20}, good, {}, {}), Refusal);
    EXPECT_THROW(calibrate(std::vector<double>{10, infinity, 10, 20}, good, {}, {}), Refusal);
    EXPECT_THROW(calibrate(d, good, std::vector<double>{1, 1, 0, 1}, {}), Refusal);
    EXPECT_THROW(calibrate(d, two_categories({0, 0, 1, 1}, {40, nan}), {}, {}), Refusal);
    EXPECT_THROW(calibrate(std::vector<double>{1}, good, {}, {}), std::invalid_argument);
    EXPECT_THROW(calibrate(std::vector<double>(4, 0), good, {}, {}), Refusal);
    EXPECT_TRUE(calibrate({}, Controls{}, {}, {}).g.empty());
}

TEST(CalibrationByHand, TrimmingKeepsTheSum) {
    const std::vector<double> w = {5, 10, 30, 55, 0}, once = trim_weights(w, 8, 31, false),
                              strict = trim_weights(w, 8, 31, true);
    EXPECT_EQ(once, (std::vector<double>{8, 20.5, 40.5, 31, 0}));
    double sum = 0;
    for (const double weight : strict) {
        sum += weight;
        EXPECT_TRUE(weight == 0 || (weight >= 8 && weight <= 31));
    }
    EXPECT_NEAR(sum, 100, 1e-12);
    EXPECT_THROW(trim_weights(std::vector<double>{1, 100}, 2, 20, true), Refusal);
}

}  // namespace
}  // namespace cifra::testing
