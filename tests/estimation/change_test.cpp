// Change between waves: the covariance of the common PSUs against sums written out from the files, the limits of no and
// of full overlap, breaks in method.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <fstream>
#include <map>

#include "engine/random.h"
#include "tests/estimation/estimation_run.h"

namespace cifra::testing {
namespace {

// Two waves of persons in 4 strata with 6 PSUs each; of these `kept` codes are the same in both. Values of a PSU that
// stays are alike in both waves.
class TwoWaves {
public:
    explicit TwoWaves(int kept)
        : folder_(std::filesystem::path(::testing::TempDir()) /
                  ("waves_" + std::to_string(::getpid()) + "_" + std::to_string(kept))) {
        for (const char* wave : {"w1", "w2"}) std::filesystem::create_directories(folder_ / wave);
        write("w1", 0, 0);
        write("w2", 6 - kept, 1);
    }
    ~TwoWaves() { std::filesystem::remove_all(folder_); }
    const std::filesystem::path& folder() const { return folder_; }

    static std::string design(const std::string& wave) {
        return "{data: {persons: {file: " + wave + "/persons.csv, weight: w}}, design: {strata: h, psu: i}}";
    }

    // Linearized PSU totals of the mean of y, by (stratum, psu), and the mean.
    std::map<std::pair<int, int>, double> totals(const std::string& wave, double& mean) const {
        double wy = 0, w = 0;
        for (const Person& p : people_.at(wave)) wy += p.w * p.y, w += p.w;
        mean = wy / w;
        std::map<std::pair<int, int>, double> z;
        for (const Person& p : people_.at(wave)) z[{p.h, p.i}] += p.w * (p.y - mean) / w;
        return z;
    }

private:
    struct Person {
        int h, i;
        double w, y;
    };
    void write(const std::string& wave, int first, std::uint64_t shift) {
        std::ofstream out(folder_ / wave / "persons.csv");
        out << "h,i,w,y\n";
        Stream random(Draw{.seed = 7 + shift, .purpose = Purpose::test});
        for (int h = 0; h < 4; ++h)
            for (int i = first; i < first + 6; ++i)
                for (int k = 0; k < 5; ++k) {
                    const Person p{h, i, 1.0 + h + (k % 2), std::round(10 * (i + h + random.uniform())) / 10};
                    people_[wave].push_back(p);
                    out << p.h << ',' << p.i << ',' << p.w << ',' << p.y << '\n';
                }
    }
    std::filesystem::path folder_;
    std::map<std::string, std::vector<Person>> people_;
};

std::string tables(const std::string& changes, const std::string& more = "") {
    return "period: b\nindicators: {y: {statistic: mean, of: persons, value: y}}\n"
           "waves: {a: {design: " +
           TwoWaves::design("w1") + "}, b: {" + more + "}}\nchanges: [" + changes + "]\n";
}

struct Moments {
    double v1, v2, cov, common;
};

// Written out from the definition, stratum by stratum.
Moments by_hand(const TwoWaves& waves) {
    double m1 = 0, m2 = 0;
    const auto z1 = waves.totals("w1", m1), z2 = waves.totals("w2", m2);
    Moments moments{0, 0, 0, 0};
    for (int h = 0; h < 4; ++h) {
        double mean1 = 0, mean2 = 0, shared = 0, products = 0;
        for (const auto& [code, z] : z1) mean1 += code.first == h ? z / 6 : 0;
        for (const auto& [code, z] : z2) mean2 += code.first == h ? z / 6 : 0;
        for (const auto& [code, z] : z1) {
            if (code.first != h) continue;
            moments.v1 += 6.0 / 5 * (z - mean1) * (z - mean1);
            if (const auto other = z2.find(code); other != z2.end()) {
                shared += 1;
                products += (z - mean1) * (other->second - mean2);
            }
        }
        for (const auto& [code, z] : z2)
            if (code.first == h) moments.v2 += 6.0 / 5 * (z - mean2) * (z - mean2);
        if (shared > 1) moments.cov += shared / (shared - 1) * products;
        moments.common += shared;
    }
    return moments;
}

class Change : public ::testing::TestWithParam<int> {};

TEST_P(Change, CovarianceIsThatOfTheCommonPsus) {
    const TwoWaves waves(GetParam());
    const Moments moments = by_hand(waves);
    const Table rows = run_part(TwoWaves::design("w2"),
                                tables("{id: d, indicators: [y], from: a}, "
                                       "{id: m, indicators: [y], average: [a, b]}, "
                                       "{id: r, indicators: [y], from: a, measure: ratio}"),
                                waves.folder(), "changes.csv");
    double m1 = 0, m2 = 0;
    waves.totals("w1", m1), waves.totals("w2", m2);
    EXPECT_TRUE(close_to(rows.at("estimate").number(0), m2 - m1, 1e-10));
    EXPECT_TRUE(close_to(rows.at("se").number(0), std::sqrt(moments.v1 + moments.v2 - 2 * moments.cov), 1e-8));
    EXPECT_TRUE(close_to(rows.at("estimate").number(1), (m1 + m2) / 2, 1e-12));
    EXPECT_TRUE(close_to(rows.at("se").number(1), std::sqrt(moments.v1 + moments.v2 + 2 * moments.cov) / 2, 1e-8));
    EXPECT_TRUE(close_to(rows.at("estimate").number(2), m2 / m1, 1e-12));
    const double r = m2 / m1, v = (moments.v2 + r * r * moments.v1 - 2 * r * moments.cov) / (m1 * m1);
    EXPECT_TRUE(close_to(rows.at("se").number(2), std::sqrt(v), 1e-8));
    // PSUs of either wave minus strata.
    EXPECT_EQ(rows.at("df").number(0), 48 - moments.common - 4);
    EXPECT_EQ(rows.at("from").text(0), "a");
    EXPECT_EQ(rows.at("to").text(0), "b");
}

INSTANTIATE_TEST_SUITE_P(Kept, Change, ::testing::Values(0, 1, 2, 3, 6));

// All PSUs kept: the same as one file with the wave as a domain.
TEST(Change, FullOverlapIsTheContrastOfAStackedFile) {
    const TwoWaves waves(6);
    std::ofstream out(waves.folder() / "both.csv");
    out << "h,i,w,y,wave\n";
    for (const char* wave : {"w1", "w2"}) {
        std::ifstream in(waves.folder() / wave / "persons.csv");
        std::string line;
        std::getline(in, line);
        while (std::getline(in, line)) out << line << ',' << wave << '\n';
    }
    out.close();
    const Table stacked = run_part("{data: {persons: {file: both.csv, weight: w}}, design: {strata: h, psu: i}}",
                                   "indicators: {y: {statistic: mean, of: persons, value: y}}\n"
                                   "comparisons: [{id: d, indicators: [y], by: wave, reference: wave=w1}]\n",
                                   waves.folder(), "comparisons.csv");
    const Table rows =
        run_part(TwoWaves::design("w2"), tables("{id: d, indicators: [y], from: a}"), waves.folder(), "changes.csv");
    EXPECT_TRUE(close_to(rows.at("se").number(0), stacked.at("se").number(0), 1e-10));
    EXPECT_EQ(rows.at("df").number(0), stacked.at("df").number(0));
}

TEST(Change, ABreakIsRefusedUnlessForced) {
    const TwoWaves waves(3);
    const std::string reworded = "break: screener reworded";
    EXPECT_THROW(run_part(TwoWaves::design("w2"), tables("{id: d, indicators: [y], from: a}", reworded), waves.folder(),
                          "changes.csv"),
                 Refusal);
    const Table forced =
        run_part(TwoWaves::design("w2"), tables("{id: d, indicators: [y], from: a, force: true}", reworded),
                 waves.folder(), "changes.csv");
    EXPECT_NE(forced.at("notices").text(0).find("break"), std::string::npos);
}

TEST(Change, FaultsNameTheWave) {
    const TwoWaves waves(3);
    EXPECT_THROW(
        run_part(TwoWaves::design("w2"), tables("{id: d, indicators: [y], from: c}"), waves.folder(), "changes.csv"),
        InputError);
    EXPECT_THROW(run_part(TwoWaves::design("w2"), tables("{id: d, indicators: [y], from: a, by: nothing}"),
                          waves.folder(), "changes.csv"),
                 InputError);
}

}  // namespace
}  // namespace cifra::testing
