// Complementary suppression, its audit and rounding against the enumeration of all small tables and all patterns.
#include "estimation/confidentiality/suppression.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "estimation/confidentiality/audit.h"
#include "estimation/confidentiality/rounding.h"
#include "tests/estimation/confidentiality/small_tables.h"

namespace cifra::testing {
namespace {

std::size_t place(const CrossTable& cross, const std::string& domain) {
    const auto found = std::find(cross.domains.begin(), cross.domains.end(), domain);
    return static_cast<std::size_t>(found - cross.domains.begin());
}

TEST(Relations, AreEveryMarginOfACrossing) {
    const CrossTable cross = cross_table({{1, 2, 3}, {4, 5, 6}});
    // Two rows, three columns, and the whole by rows and by columns.
    ASSERT_EQ(cross.table.relations.size(), 7U);
    for (const Relation& relation : cross.table.relations) {
        double sum = 0;
        for (const std::size_t part : relation.parts) sum += cross.table.values[part];
        EXPECT_EQ(sum, cross.table.values[relation.total]) << cross.domains[relation.total];
        EXPECT_EQ(relation.rest, 0);
    }
}

TEST(Relations, NestedVariablesMakeAHierarchy) {
    const std::vector<std::string> domains = {
        "", "region=N", "region=S", "region=N;state=1", "state=2;region=N", "region=S;state=3"};
    const std::vector<Relation> relations = domain_relations(domains, {10, 6, 4, 1, 5, 4}, {});
    const std::vector<Relation> expected = {{0, {1, 2}, 0}, {1, {3, 4}, 0}, {2, {5}, 0}};
    EXPECT_EQ(relations, expected);
}

TEST(Relations, KnowWhatIsMissingAndLeaveOutWhatOverlaps) {
    const std::vector<std::string> domains = {"", "a=1", "a=2", "b=1", "b=2", "counting=cap"};
    const std::vector<Relation> relations = domain_relations(domains, {10, 5, 3, 8, 9, 1}, {"counting"});
    const std::vector<Relation> expected = {{0, {1, 2}, 2}};
    EXPECT_EQ(relations, expected);
}

TEST(Audit, ComputesWhatEveryPossibleTableTells) {
    std::mt19937 chance(20210);
    for (int trial = 0; trial < 60; ++trial) {
        const CrossTable cross = random_cross_table(chance, 2, 3, 3);
        std::vector<bool> suppressed(cross.domains.size());
        for (std::size_t cell = 0; cell + 1 < suppressed.size(); ++cell) suppressed[cell] = chance() % 5 < 2;
        const EveryTable every(cross.table, suppressed, cross.table.values.back());
        for (const AuditedCell& seen : audit_suppression(cross.table, suppressed)) {
            const auto [low, high] = every.bounds()[seen.cell];
            EXPECT_NEAR(seen.lower, low, 1e-6) << trial << ' ' << cross.domains[seen.cell];
            EXPECT_NEAR(seen.upper, high, 1e-6) << trial << ' ' << cross.domains[seen.cell];
            if (seen.determined) {
                EXPECT_EQ(low, high);
            }
        }
    }
}

// One cell kept back alone follows from its row; with three others of a rectangle none does.
TEST(Audit, TellsWhatRelationsDetermine) {
    const CrossTable cross = cross_table({{5, 5, 5}, {5, 5, 5}});
    std::vector<bool> suppressed(cross.domains.size());
    suppressed[place(cross, "r=0;c=0")] = true;
    EXPECT_TRUE(audit_suppression(cross.table, suppressed).front().determined);
    for (const char* domain : {"r=0;c=1", "r=1;c=0", "r=1;c=1"}) suppressed[place(cross, domain)] = true;
    for (const AuditedCell& seen : audit_suppression(cross.table, suppressed)) {
        EXPECT_FALSE(seen.determined);
        EXPECT_NEAR(seen.lower, 0, 1e-9);
        EXPECT_NEAR(seen.upper, 10, 1e-9);
    }
}

bool protects(const SuppressionProblem& problem, const std::vector<bool>& suppressed) {
    const std::vector<AuditedCell> seen = audit_suppression(problem.table, suppressed);
    return std::all_of(problem.sensitive.begin(), problem.sensitive.end(), [&](const SensitiveCell& sensitive) {
        const double value = problem.table.values[sensitive.cell], away = sensitive.protection - 1e-6;
        return std::any_of(seen.begin(), seen.end(), [&](const AuditedCell& cell) {
            return cell.cell == sensitive.cell && cell.lower <= value - away && cell.upper >= value + away;
        });
    });
}

double cost_of(const SuppressionProblem& problem, const std::vector<bool>& suppressed) {
    double cost = 0;
    for (std::size_t cell = 0; cell < suppressed.size(); ++cell) cost += suppressed[cell] ? problem.cost[cell] : 0;
    return cost;
}

// The least cost among all patterns that protect.
std::optional<double> least_cost(const SuppressionProblem& problem) {
    std::optional<double> least;
    const std::size_t cells = problem.table.values.size();
    for (std::size_t pattern = 0; pattern < std::size_t{1} << cells; ++pattern) {
        std::vector<bool> suppressed(cells);
        bool allowed = true;
        for (std::size_t cell = 0; cell < cells; ++cell) {
            suppressed[cell] = (pattern >> cell) & 1U;
            allowed = allowed && !(suppressed[cell] && problem.published[cell]);
        }
        for (const SensitiveCell& sensitive : problem.sensitive) allowed = allowed && suppressed[sensitive.cell];
        if (!allowed || (least && cost_of(problem, suppressed) >= *least) || !protects(problem, suppressed)) continue;
        least = cost_of(problem, suppressed);
    }
    return least;
}

TEST(Suppression, IsTheCheapestOfAllPatternsThatProtect) {
    std::mt19937 chance(1968);
    int solvable = 0;
    for (int trial = 0; trial < 25; ++trial) {
        const CrossTable cross = random_cross_table(chance, 2, 3, 9);
        SuppressionProblem problem{cross.table, cross.table.values, {}, {}, {}};
        for (const double value : cross.table.values) problem.published.push_back(value == 0);
        for (std::size_t cell = 0; cell < cross.domains.size(); ++cell)
            if (cross.table.values[cell] > 0 && cross.table.values[cell] <= 2)
                problem.sensitive.push_back({cell, cross.table.values[cell] / 2});
        if (problem.sensitive.empty()) continue;
        const Suppression found = suppress(problem);
        const std::optional<double> least = least_cost(problem);
        EXPECT_EQ(found.unprotected.empty(), least.has_value()) << trial;
        if (!least) continue;
        ++solvable;
        EXPECT_TRUE(found.proven);
        EXPECT_TRUE(protects(problem, found.suppressed)) << trial;
        EXPECT_DOUBLE_EQ(cost_of(problem, found.suppressed), *least) << trial;
    }
    EXPECT_GE(solvable, 10);
}

TEST(Suppression, TakesNothingWhereWhatIsHeldBackProtectsAlready) {
    const CrossTable cross = cross_table({{1, 40, 50}, {30, 60, 70}});
    SuppressionProblem problem{cross.table, cross.table.values, std::vector<bool>(cross.domains.size()), {}, {}};
    problem.sensitive = {{place(cross, "r=0;c=0"), 0.5}};
    for (const char* domain : {"r=0;c=2", "r=1;c=0", "r=1;c=2"}) problem.held_back.push_back(place(cross, domain));
    const Suppression found = suppress(problem);
    EXPECT_EQ(std::count(found.suppressed.begin(), found.suppressed.end(), true), 4);
}

TEST(Suppression, NamesWhatNoPatternProtects) {
    const CrossTable cross = cross_table({{1, 0, 0}});
    SuppressionProblem problem{cross.table, cross.table.values, {}, {}, {{place(cross, "r=0;c=0"), 0.5}}};
    for (const std::string& domain : cross.domains) problem.published.push_back(domain != "r=0;c=0");
    EXPECT_EQ(suppress(problem).unprotected, std::vector<std::size_t>{place(cross, "r=0;c=0")});
}

// Thirty states by two sexes: what a plan asks for.
TEST(Suppression, OfAWideTableProtectsAndAgreesWithTheAudit) {
    std::mt19937 chance(32);
    const CrossTable cross = random_cross_table(chance, 30, 4, 60);
    SuppressionProblem problem{cross.table, cross.table.values, {}, {}, {}};
    for (const double value : cross.table.values) problem.published.push_back(value == 0);
    for (std::size_t cell = 0; cell < cross.domains.size(); ++cell)
        if (cross.table.values[cell] > 0 && cross.table.values[cell] < 8)
            problem.sensitive.push_back({cell, cross.table.values[cell] / 2});
    ASSERT_GE(problem.sensitive.size(), 8U);
    const Suppression found = suppress(problem);
    EXPECT_TRUE(found.unprotected.empty());
    EXPECT_TRUE(protects(problem, found.suppressed));
}

// The least sum of absolute changes over all roundings to neighbours that keep the relations.
std::optional<double> least_change(const AdditiveTable& table, double base) {
    std::optional<double> least;
    const std::size_t cells = table.values.size();
    for (std::size_t pattern = 0; pattern < std::size_t{1} << cells; ++pattern) {
        std::vector<double> rounded;
        double change = 0;
        bool allowed = true;
        for (std::size_t cell = 0; cell < cells; ++cell) {
            const bool up = (pattern >> cell) & 1U, multiple = std::fmod(table.values[cell], base) == 0;
            allowed = allowed && !(up && multiple);
            rounded.push_back((std::floor(table.values[cell] / base) + up) * base);
            change += std::abs(rounded.back() - table.values[cell]);
        }
        for (const Relation& relation : table.relations) {
            double left = rounded[relation.total];
            for (const std::size_t part : relation.parts) left -= rounded[part];
            allowed = allowed && left == 0;
        }
        if (allowed && (!least || change < *least)) least = change;
    }
    return least;
}

TEST(Rounding, KeepsTheSumsWithTheLeastChange) {
    std::mt19937 chance(5);
    for (int trial = 0; trial < 40; ++trial) {
        const CrossTable cross = random_cross_table(chance, 2, 2, 20);
        const auto rounded = controlled_rounding(cross.table, 5);
        const auto least = least_change(cross.table, 5);
        ASSERT_TRUE(rounded && least) << trial;
        double change = 0;
        for (std::size_t cell = 0; cell < rounded->size(); ++cell)
            change += std::abs((*rounded)[cell] - cross.table.values[cell]);
        EXPECT_DOUBLE_EQ(change, *least) << trial;
        for (const Relation& relation : cross.table.relations) {
            double left = (*rounded)[relation.total];
            for (const std::size_t part : relation.parts) left -= (*rounded)[part];
            EXPECT_EQ(left, 0) << trial;
        }
    }
}

TEST(Rounding, OfOneNumberGoesToTheNearestMultiple) {
    EXPECT_EQ(round_to_base(1249.5, 100), 1200);
    EXPECT_EQ(round_to_base(1250, 100), 1300);
    EXPECT_EQ(round_to_base(4, 5), 5);
}

}  // namespace
}  // namespace cifra::testing
