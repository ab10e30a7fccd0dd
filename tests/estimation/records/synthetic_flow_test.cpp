// The flow of a made-up country's records, from its police file to its prisons: the counts of the truth table, to the
// event, and the declared probabilities and times within the limits of chance.
#include <gtest/gtest.h>

#include <cmath>

#include "engine/csv.h"
#include "estimation/records/cohort.h"
#include "sampling/synthetic_justice.h"
#include "tests/support/scratch_folder.h"

namespace cifra {
namespace {

constexpr std::uint64_t seed = 3;
constexpr double charged = 0.4, convicted = 0.6, days_to_charge = 50;

Country made_up_country() {
    Diagnostics faults;
    const std::string plan =
        "{regions: 4, psu_scale: 3, records: {duplicates: 0, justice: {charged: 0.4, tried: 0.8, convicted: 0.6, "
        "days: {charged: 50, tried: 90, convicted: 10}, closed: 0.7, until: 2026-12-31}}}";
    Country country = synthesize_country(read_synthetic_plan(parse_yaml(plan, "plan", faults), faults), seed);
    faults.throw_if_errors();
    return country;
}

struct Followed {
    ScratchFolder folder;
    Country country = made_up_country();
    Table truth;
    EventsPlan plan;
    Cohort cohort;

    Followed() {
        plan.from = FlowStage::recorded;
        plan.entry = {*make_date(2025, 1, 1), *make_date(2025, 12, 31)};
        plan.until = *make_date(2026, 12, 31);
        plan.files = {{folder.write("police.csv", to_csv(police_table(country, seed))),
                       "record",
                       "recorded",
                       "",
                       "recorded",
                       "",
                       {},
                       {}}};
        const std::map<std::string, std::string> codes = {
            {"charged", "charged"},       {"tried", "tried"},  {"convicted", "convicted"}, {"sentenced", "sentenced"},
            {"imprisoned", "imprisoned"}, {"closed", "ended"}, {"released", "ended"}};
        for (const auto& [name, table] : justice_tables({country}, seed)) {
            if (name == "country/truth_justice.csv")
                truth = table;
            else
                plan.files.push_back({folder.write(name.substr(name.find('/') + 1), to_csv(table)),
                                      "record",
                                      "date",
                                      "",
                                      "",
                                      "step",
                                      codes,
                                      {}});
        }
        Diagnostics faults;
        cohort = make_cohort(plan, FlowCrime{}, read_events(plan, faults), 0.95);
        faults.throw_if_errors();
    }

    double true_count(const std::string& column) const {
        double sum = 0;
        for (std::size_t row = 0; row < truth.rows(); ++row)
            if (truth.at("year").number(row) == 2025) sum += truth.at(column).number(row);
        return sum;
    }
};

TEST(SyntheticFlow, TheCohortIsTheTruthEventByEvent) {
    const Followed followed;
    ASSERT_EQ(followed.cohort.stages.size(), 6u);
    const std::vector<std::string> columns = {"records",         "known_charged",   "known_tried",
                                              "known_convicted", "known_sentenced", "known_imprisoned"};
    for (std::size_t k = 0; k < columns.size(); ++k)
        EXPECT_EQ(static_cast<double>(followed.cohort.stages[k].entered), followed.true_count(columns[k]))
            << columns[k];
    EXPECT_EQ(followed.cohort.out_of_order, 0u);
}

TEST(SyntheticFlow, SharesAndTimesAreThoseDeclared) {
    const Followed followed;
    const auto recorded = static_cast<double>(followed.cohort.stages[0].entered);
    const auto share = [&](std::size_t stage, double declared) {
        const auto of = static_cast<double>(followed.cohort.stages[stage - 1].entered);
        // Followed for a year at least: hardly any of these steps is still to come.
        EXPECT_NEAR(static_cast<double>(followed.cohort.stages[stage].entered) / of, declared,
                    4 * std::sqrt(declared * (1 - declared) / of) + 0.005);
    };
    share(1, charged);
    share(3, convicted);
    // Charged by day t: a share of all events that is known in advance, whatever was closed meanwhile.
    ASSERT_EQ(followed.cohort.times.front().stage, FlowStage::charged);
    for (const double day : {5.0, 20.0, 50.0, 150.0, 300.0}) {
        double survival = 1;
        for (const SurvivalPoint& point : followed.cohort.times.front().kept)
            if (point.day <= day) survival = point.survival;
        const double declared = charged * (1 - std::exp(-(day + 1) / days_to_charge));
        EXPECT_NEAR(1 - survival, declared, 4 * std::sqrt(declared * (1 - declared) / recorded)) << day;
    }
    EXPECT_GT(recorded, 2000);
}

}  // namespace
}  // namespace cifra
