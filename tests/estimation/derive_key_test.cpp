// Summaries shared by rows with one key, and what a run tells of variances and imputation. By hand.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <fstream>

#include "tests/estimation/estimation_run.h"

namespace cifra::testing {
namespace {

class SmallFiles : public ::testing::Test {
protected:
    SmallFiles() : folder_(std::filesystem::path(::testing::TempDir()) / ("derive_key" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(folder_);
        // House 1 is interviewed twice, a row without its house stands alone.
        write("visits.csv", "visit,house,w,one,loss\n1,1,2,1,4\n2,1,3,1,\n3,2,2,1,6\n4,,5,1,2\n5,,1,1,2\n");
        write("crimes.csv", "visit,kind,value\n1,theft,10\n1,fraud,20\n4,theft,5\n");
    }
    ~SmallFiles() override { std::filesystem::remove_all(folder_); }
    void write(const std::string& name, const std::string& text) const { std::ofstream(folder_ / name) << text; }

    std::filesystem::path folder_;
    const std::string levels_ =
        "data:\n"
        "  visits: {file: visits.csv, weight: w}\n"
        "  crimes: {file: crimes.csv, weight: w, parent: visits, by: [visit]}\n"
        "design: {level: visits}\n";
};

TEST_F(SmallFiles, RowsOfOneKeyShareTheirSummary) {
    const Table estimates = run_estimation(levels_ +
                                               "derive:\n"
                                               "  visits:\n"
                                               "    victim: {any: crimes, key: [house]}\n"
                                               "    thefts: {count: crimes, where: kind = \"theft\", key: [house]}\n"
                                               "    harm: {sum: crimes, value: value, key: [house]}\n"
                                               "    alone: {any: crimes}\n",
                                           "indicators:\n"
                                           "  victims: {statistic: total, of: visits, where: victim}\n"
                                           "  alone: {statistic: total, of: visits, where: alone}\n"
                                           "  thefts: {statistic: total, of: visits, value: thefts}\n"
                                           "  harm: {statistic: total, of: visits, value: harm}\n"
                                           "tables: [{id: t, indicators: [victims, alone, thefts, harm]}]\n",
                                           folder_);
    EXPECT_DOUBLE_EQ(find_estimate(estimates, "victims").estimate, 2 + 3 + 5);
    EXPECT_DOUBLE_EQ(find_estimate(estimates, "alone").estimate, 2 + 5);
    EXPECT_DOUBLE_EQ(find_estimate(estimates, "thefts").estimate, 2 + 3 + 5);
    EXPECT_DOUBLE_EQ(find_estimate(estimates, "harm").estimate, 2 * 30 + 3 * 30 + 5 * 5);
}

TEST_F(SmallFiles, AMissingVarianceIsSaid) {
    const char* tables =
        "indicators:\n"
        "  same: {statistic: mean, of: visits, value: one}\n"
        "  differs: {statistic: mean, of: visits, value: w}\n"
        "tables: [{id: t, indicators: [same, differs]}]\n";
    const Table estimates = run_estimation(levels_, tables, folder_);
    EXPECT_EQ(find_estimate(estimates, "same").notices, "no variance: the records do not differ");
    EXPECT_EQ(find_estimate(estimates, "differs").notices, "");
    // pi = 1/2 each; the unit that differs comes with the others more often than pi^2: the form is negative.
    write("unequal.csv", "s,p,pi,w,y\n1,1,0.5,2,0\n1,2,0.5,2,0\n1,3,0.5,2,0\n1,4,0.5,2,9\n");
    write("joint.csv", "1,2,3,4\n0.5,0.4,0.01,0.4\n0.4,0.5,0.01,0.4\n0.01,0.01,0.5,0.4\n0.4,0.4,0.4,0.5\n");
    const Table negative = run_estimation(
        "data: {units: {file: unequal.csv, weight: w}}\n"
        "design: {level: units, strata: s, probability: pi, unequal: sen_yates_grundy, joint: joint.csv}\n",
        "indicators: {y: {statistic: total, of: units, value: y, interval: t}}\n"
        "tables: [{id: t, indicators: [y]}]\n",
        folder_);
    EXPECT_TRUE(std::isnan(find_estimate(negative, "y").se));
    EXPECT_EQ(find_estimate(negative, "y").notices, "negative variance estimate: no standard error");
}

TEST_F(SmallFiles, ImputationIsReported) {
    const Table imputed =
        run_part(levels_ + "impute: {visits: {id: [visit], loss: {method: hot_deck, classes: [one], draws: 2}}}\n",
                 "indicators: {loss: {statistic: mean, of: visits, value: loss}}\n"
                 "tables: [{id: t, indicators: [loss]}]\n",
                 folder_, "imputation.csv");
    ASSERT_EQ(imputed.rows(), 1u);
    EXPECT_EQ(imputed.at("variable").text(0), "loss");
    EXPECT_EQ(imputed.at("missing").number(0), 1);
    EXPECT_EQ(imputed.at("imputed").number(0), 1);
    EXPECT_DOUBLE_EQ(imputed.at("share").number(0), 3.0 / 13);
}

}  // namespace
}  // namespace cifra::testing
