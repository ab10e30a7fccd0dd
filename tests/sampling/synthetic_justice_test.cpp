// Prosecution, courts and prisons of the made-up country: the truth recounted from the files by other code, declared
// probabilities within binomial limits, declared times by the mean of their law.
#include "sampling/synthetic_justice.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "engine/calendar.h"
#include "engine/csv.h"

namespace cifra {
namespace {

constexpr std::uint64_t seed = 11;

Country country_of(const std::string& justice) {
    Diagnostics faults;
    const SyntheticPlan plan = read_synthetic_plan(
        parse_yaml("{regions: 3, records: {duplicates: 0.05, justice: " + justice + "}}", "plan", faults), faults);
    faults.throw_if_errors();
    return synthesize_country(plan, seed);
}

struct Files {
    Table prosecution, courts, prison, truth, police;
    explicit Files(const Country& country) : police(police_table(country, seed)) {
        for (const auto& [name, table] : justice_tables({country}, seed)) {
            if (name == "country/prosecution.csv") prosecution = table;
            if (name == "country/courts.csv") courts = table;
            if (name == "country/prison.csv") prison = table;
            if (name == "country/truth_justice.csv") truth = table;
        }
    }
    // Day of each step by record.
    std::map<std::string, std::map<std::string, std::int32_t>> steps() const {
        std::map<std::string, std::map<std::string, std::int32_t>> found;
        for (std::size_t row = 0; row < police.rows(); ++row)
            found[police.at("record").text(row)]["recorded"] = parse_date(police.at("recorded").text(row))->days;
        for (const Table* file : {&prosecution, &courts, &prison})
            for (std::size_t row = 0; row < file->rows(); ++row)
                EXPECT_TRUE(found.at(file->at("record").text(row))
                                .emplace(file->at("step").text(row), parse_date(file->at("date").text(row))->days)
                                .second);
        return found;
    }
};

double sum_of(const Table& truth, const std::string& column, const std::string& crime = "") {
    double sum = 0;
    for (std::size_t row = 0; row < truth.rows(); ++row)
        if (crime.empty() || truth.at("crime").text(row) == crime) sum += truth.at(column).number(row);
    return sum;
}

constexpr const char* made_up =
    "{charged: {robbery: 0.6, burglary: 0.2}, tried: 0.9, convicted: 0.5, sentenced: 0.7, imprisoned: 0.9, closed: "
    "0.4, "
    "days: {charged: 30, tried: 100, convicted: 5, sentenced: 0, imprisoned: 12, closed: 60, released: 300}, "
    "until: 2026-03-31}";

TEST(SyntheticJustice, TheTruthIsThatOfTheFiles) {
    const Files files(country_of(made_up));
    const std::int32_t until = make_date(2026, 3, 31)->days;
    std::map<std::string, double> counts;
    for (const auto& [record, steps] : files.steps())
        for (const auto& [step, day] : steps) {
            ++counts[step];
            if (step != "recorded") {
                EXPECT_LE(day, until);
            }
        }
    EXPECT_EQ(sum_of(files.truth, "records"), static_cast<double>(files.police.rows()));
    EXPECT_LT(sum_of(files.truth, "cases"), sum_of(files.truth, "records")) << "entered twice";
    for (const std::string_view step : justice_steps) {
        const std::string name(step);
        EXPECT_EQ(sum_of(files.truth, "known_" + name), counts[name]) << name;
        EXPECT_LT(sum_of(files.truth, "known_" + name), sum_of(files.truth, name)) << name;
    }
}

// The known steps of a case follow each other, and who is closed goes no further.
TEST(SyntheticJustice, StepsComeInOrder) {
    const Files files(country_of(made_up));
    const std::vector<std::string> order = {"recorded", "charged", "tried", "convicted", "sentenced", "imprisoned"};
    std::size_t closed = 0, released = 0;
    for (const auto& [record, steps] : files.steps()) {
        std::int32_t last = steps.at("recorded");
        std::size_t known = 1;
        for (; known < order.size() && steps.contains(order[known]); ++known) {
            EXPECT_GE(steps.at(order[known]), last);
            last = steps.at(order[known]);
        }
        for (std::size_t k = known; k < order.size(); ++k) EXPECT_FALSE(steps.contains(order[k])) << record;
        for (const char* end : {"closed", "released"}) {
            if (!steps.contains(end)) continue;
            EXPECT_GE(steps.at(end), last);
            EXPECT_EQ(known == order.size(), end == std::string("released"));
            ++(known == order.size() ? released : closed);
        }
    }
    EXPECT_GT(closed, 1000u);
    EXPECT_GT(released, 10u);
}

TEST(SyntheticJustice, SharesAreThoseDeclared) {
    const Table truth = Files(country_of(made_up)).truth;
    const auto near = [&](const std::string& crime, const std::string& before, const std::string& step, double share) {
        const double of = sum_of(truth, before, crime);
        ASSERT_GT(of, 50);
        EXPECT_NEAR(sum_of(truth, step, crime) / of, share, 4 * std::sqrt(share * (1 - share) / of)) << crime << step;
    };
    near("robbery", "cases", "charged", 0.6);
    near("burglary", "cases", "charged", 0.2);
    near("threat", "cases", "charged", 0.3);  // left out of the map
    near("", "charged", "tried", 0.9);
    near("", "tried", "convicted", 0.5);
    near("", "convicted", "sentenced", 0.7);
    near("", "sentenced", "imprisoned", 0.9);
}

// The mean and the standard deviation of the whole part of an exponential time: 1 / (e^(1/m) - 1), and the root of
// e^(1/m) times its square.
TEST(SyntheticJustice, TimesHaveTheMeansDeclared) {
    std::string far = made_up;
    far.replace(far.find("2026-03-31"), 10, "2099-12-31");
    const Files files(country_of(far));
    const auto check = [&](const std::string& from, const std::string& to, double mean) {
        double sum = 0, count = 0;
        for (const auto& [record, steps] : files.steps()) {
            if (!steps.contains(from) || !steps.contains(to)) continue;
            sum += steps.at(to) - steps.at(from);
            ++count;
        }
        const double expected = mean > 0 ? 1 / std::expm1(1 / mean) : 0;
        const double se = expected * std::exp(mean > 0 ? 0.5 / mean : 0) / std::sqrt(count);
        ASSERT_GT(count, 100);
        EXPECT_NEAR(sum / count, expected, 4 * se) << to;
    };
    check("recorded", "charged", 30);
    check("charged", "tried", 100);
    check("tried", "convicted", 5);
    check("convicted", "sentenced", 0);
    check("sentenced", "imprisoned", 12);
    check("imprisoned", "released", 300);
    for (const std::string_view step : justice_steps)
        EXPECT_EQ(sum_of(files.truth, "known_" + std::string(step)), sum_of(files.truth, std::string(step)));
}

TEST(SyntheticJustice, ThePoliceFileIsTheSameWithAndWithout) {
    Diagnostics faults;
    const Country without = synthesize_country(
        read_synthetic_plan(parse_yaml("{regions: 3, records: {duplicates: 0.05}}", "plan", faults), faults), seed);
    EXPECT_EQ(to_csv(police_table(without, seed)), to_csv(police_table(country_of(made_up), seed)));
    EXPECT_TRUE(justice_tables({without}, seed).empty());
}

// A case of one crime does not notice the probabilities of another.
TEST(SyntheticJustice, CasesOfACrimeDoNotDependOnOthers) {
    std::string other = made_up;
    other.replace(other.find("burglary: 0.2"), 13, "burglary: 0.9");
    const Files before(country_of(made_up)), after(country_of(other));
    const auto first = before.steps(), second = after.steps();
    std::size_t same = 0, changed = 0;
    for (std::size_t row = 0; row < before.police.rows(); ++row) {
        const std::string& record = before.police.at("record").text(row);
        const bool is_burglary = before.police.at("offence").text(row) == "245";
        if (!is_burglary) {
            EXPECT_EQ(first.at(record), second.at(record)) << record;
        }
        ++(first.at(record) == second.at(record) ? same : changed);
    }
    EXPECT_GT(same, 1000u);
    EXPECT_GT(changed, 10u);
}

TEST(SyntheticJustice, FaultsOfThePlan) {
    const auto code_of = [](const std::string& justice) -> std::string {
        Diagnostics faults;
        read_synthetic_plan(parse_yaml("{records: {justice: " + justice + "}}", "plan", faults), faults);
        return faults.items().empty() ? "" : faults.items().front().code;
    };
    EXPECT_EQ(code_of("{until: 2027-06-30}"), "");
    EXPECT_EQ(code_of("{}"), "missing-key");
    EXPECT_EQ(code_of("{until: 2027-02-30}"), "bad-date");
    EXPECT_EQ(code_of("{until: 2027-06-30, tried: 1.5}"), "out-of-range");
    EXPECT_EQ(code_of("{until: 2027-06-30, charged: {murder: 0.5}}"), "unknown-key");
    EXPECT_EQ(code_of("{until: 2027-06-30, days: {appeal: 3}}"), "unknown-key");
}

}  // namespace
}  // namespace cifra
