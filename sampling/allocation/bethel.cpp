#include "sampling/allocation/bethel.h"

#include <fmt/format.h>

#include <Eigen/SparseCore>
#include <algorithm>
#include <boost/pending/disjoint_sets.hpp>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "engine/diagnostics.h"
#include "sampling/allocation/bethel_rows.h"
#include "sampling/allocation/program.h"

namespace cifra {

namespace {

using Columns = Eigen::SparseMatrix<double>;
using Entry = Columns::InnerIterator;
using Indices = std::vector<Eigen::Index>;

// What is left once strata fixed by their bounds, and targets that the minima meet, are gone.
struct Reduced {
    Eigen::VectorXd n;          // of fixed strata; the minimum of the others
    std::vector<char> free;     // per stratum
    std::vector<double> scale;  // per target: its coefficients are divided by what fixed strata leave; 0: gone
};

// Targets that hold only with all their strata at the maximum fix them.
void fix_at_maximum(const BethelRows& rows, Eigen::VectorXd& lower) {
    const Eigen::VectorXd least = rows.variance * rows.upper.cwiseInverse();
    for (Eigen::Index h = 0; h < lower.size(); ++h)
        for (Entry a(rows.variance, h); a; ++a)
            if (least[a.row()] > 1 - 1e-9) lower[h] = rows.upper[h];
}

Reduced reduced(const BethelRows& rows) {
    Reduced result{rows.lower, {}, {}};
    fix_at_maximum(rows, result.n);
    const Eigen::VectorXd most = rows.variance * result.n.cwiseInverse();
    Eigen::VectorXd taken = Eigen::VectorXd::Zero(most.size());
    for (Eigen::Index h = 0; h < result.n.size(); ++h) {
        result.free.push_back(result.n[h] < rows.upper[h]);
        if (!result.free.back())
            for (Entry a(rows.variance, h); a; ++a) taken[a.row()] += a.value() / result.n[h];
    }
    for (Eigen::Index k = 0; k < most.size(); ++k) result.scale.push_back(most[k] <= 1 ? 0 : 1 / (1 - taken[k]));
    return result;
}

bool remains(const Reduced& problem, const Entry& a) { return problem.scale[static_cast<std::size_t>(a.row())] > 0; }

// Free strata joined by common targets, each group in the order of the strata.
std::vector<Indices> components(const BethelRows& rows, const Reduced& problem) {
    const auto strata = static_cast<std::size_t>(rows.variance.cols());
    boost::disjoint_sets_with_storage<> sets(strata);
    std::vector<std::ptrdiff_t> first(static_cast<std::size_t>(rows.variance.rows()), -1);
    for (std::size_t h = 0; h < strata; ++h) {
        sets.make_set(h);
        if (!problem.free[h]) continue;
        for (Entry a(rows.variance, static_cast<Eigen::Index>(h)); a; ++a) {
            if (!remains(problem, a)) continue;
            auto& other = first[static_cast<std::size_t>(a.row())];
            if (other < 0) other = static_cast<std::ptrdiff_t>(h);
            sets.union_set(static_cast<std::size_t>(other), h);
        }
    }
    std::vector<std::ptrdiff_t> place(strata, -1);
    std::vector<Indices> groups;
    for (std::size_t h = 0; h < strata; ++h) {
        if (!problem.free[h]) continue;
        auto& group = place[sets.find_set(h)];
        if (group < 0) group = static_cast<std::ptrdiff_t>(groups.size()), groups.emplace_back();
        groups[static_cast<std::size_t>(group)].push_back(static_cast<Eigen::Index>(h));
    }
    return groups;
}

struct Component {
    AllocationProgram program;
    Indices targets;  // of its rows
};

// `place`: scratch, -1 for every target.
Component component(const BethelRows& rows, const Reduced& problem, const Indices& strata, Indices& place) {
    Component result;
    const auto size = static_cast<Eigen::Index>(strata.size());
    for (const Eigen::Index h : strata)
        for (Entry a(rows.variance, h); a; ++a)
            if (remains(problem, a) && place[static_cast<std::size_t>(a.row())] < 0) {
                place[static_cast<std::size_t>(a.row())] = 0;
                result.targets.push_back(a.row());
            }
    std::sort(result.targets.begin(), result.targets.end());
    for (std::size_t k = 0; k < result.targets.size(); ++k)
        place[static_cast<std::size_t>(result.targets[k])] = static_cast<Eigen::Index>(k);
    AllocationProgram& program = result.program;
    program.cost = rows.cost(strata), program.lower = rows.lower(strata), program.upper = rows.upper(strata);
    program.variance.resize(static_cast<Eigen::Index>(result.targets.size()), size);
    for (Eigen::Index i = 0; i < size; ++i) {
        program.variance.startVec(i);
        for (Entry a(rows.variance, strata[static_cast<std::size_t>(i)]); a; ++a)
            if (remains(problem, a))
                program.variance.insertBack(place[static_cast<std::size_t>(a.row())], i) =
                    a.value() * problem.scale[static_cast<std::size_t>(a.row())];
    }
    program.variance.finalize();
    for (const Eigen::Index k : result.targets) place[static_cast<std::size_t>(k)] = -1;
    return result;
}

struct Solved {
    Eigen::VectorXd real, price;
    std::vector<std::uint64_t> n;
    double lower_bound = 0;
    bool exact = true;
};

void take_component(const Component& part, const Reduced& problem, const Indices& strata, Solved& solved) {
    if (part.targets.empty()) {  // nothing asks for more than the minimum
        for (const Eigen::Index h : strata) solved.lower_bound += part.program.cost[0] * problem.n[h];
        return;
    }
    const ProgramOptimum optimum = solve_program(part.program);
    const WholeAllocation whole = round_program(part.program, optimum);
    for (std::size_t i = 0; i < strata.size(); ++i) {
        solved.real[strata[i]] = optimum.n[static_cast<Eigen::Index>(i)];
        solved.n[static_cast<std::size_t>(strata[i])] = whole.n[i];
    }
    for (std::size_t k = 0; k < part.targets.size(); ++k) {
        const Eigen::Index target = part.targets[k];
        solved.price[target] =
            optimum.price[static_cast<Eigen::Index>(k)] * problem.scale[static_cast<std::size_t>(target)];
    }
    solved.lower_bound += optimum.lower_bound;
    solved.exact = solved.exact && whole.exact;
}

Solved solve(const BethelRows& rows) {
    const Reduced problem = reduced(rows);
    Solved solved{problem.n, Eigen::VectorXd::Zero(rows.variance.rows()), {}, 0, true};
    for (Eigen::Index h = 0; h < problem.n.size(); ++h) {
        solved.n.push_back(static_cast<std::uint64_t>(problem.n[h]));
        if (!problem.free[static_cast<std::size_t>(h)]) solved.lower_bound += rows.cost[h] * problem.n[h];
    }
    Indices place(static_cast<std::size_t>(rows.variance.rows()), -1);
    for (const Indices& strata : components(rows, problem))
        take_component(component(rows, problem, strata, place), problem, strata, solved);
    return solved;
}

void refuse_unattainable(const BethelProblem& problem) {
    std::string text;
    for (const UnattainableTarget& each : unattainable_targets(problem)) {
        const DomainPartition& partition = problem.partitions[each.partition];
        text += fmt::format("{}indicator '{}' in {} '{}': CV {:.6g} asked, {:.6g} attainable", text.empty() ? "" : "; ",
                            problem.indicators[each.indicator], partition.name, partition.domains[each.domain],
                            each.cv_target, each.least_cv);
    }
    if (!text.empty())
        throw Refusal("the strata at their maximum cannot meet every target; relax these or raise the maximum: " +
                      text);
}

double cv_of(const BethelRows& rows, Eigen::Index k, double row_value) {
    const BethelRow& row = rows.rows[static_cast<std::size_t>(k)];
    return std::sqrt(std::max(0.0, row.allowed * row_value - row.census)) / row.total;
}

std::vector<BethelTarget> report(const BethelRows& rows, const Solved& solved) {
    Eigen::VectorXd whole(solved.real.size());
    for (Eigen::Index h = 0; h < whole.size(); ++h)
        whole[h] = static_cast<double>(solved.n[static_cast<std::size_t>(h)]);
    const Eigen::VectorXd real = rows.variance * solved.real.cwiseInverse();
    const Eigen::VectorXd value = rows.variance * whole.cwiseInverse();
    std::vector<BethelTarget> targets;
    for (Eigen::Index k = 0; k < value.size(); ++k) {
        const BethelRow& row = rows.rows[static_cast<std::size_t>(k)];
        // The limit of a target is V* + Σ N S² deff: its relative change by log CV is 2 V*/limit.
        const double slope = -2 * solved.price[k] * (1 - row.census / row.allowed);
        targets.push_back({row.partition, row.domain, row.indicator, row.cv_target, cv_of(rows, k, real[k]),
                           cv_of(rows, k, value[k]), slope});
    }
    return targets;
}

}  // namespace

std::vector<UnattainableTarget> unattainable_targets(const BethelProblem& problem) {
    const BethelRows rows = bethel_rows(problem);
    std::vector<UnattainableTarget> found = rows.without_total;
    const Eigen::VectorXd least = rows.variance * rows.upper.cwiseInverse();
    for (Eigen::Index k = 0; k < least.size(); ++k) {
        const BethelRow& row = rows.rows[static_cast<std::size_t>(k)];
        if (least[k] > 1 + 1e-9)
            found.push_back({row.partition, row.domain, row.indicator, row.cv_target, cv_of(rows, k, least[k])});
    }
    return found;
}

BethelAllocation bethel_allocation(const BethelProblem& problem) {
    refuse_unattainable(problem);
    const BethelRows rows = bethel_rows(problem);
    Solved solved = solve(rows);
    BethelAllocation result;
    result.targets = report(rows, solved);
    result.lower_bound = solved.lower_bound;
    result.exact = solved.exact;
    result.cost_real = rows.cost.dot(solved.real);
    for (Eigen::Index h = 0; h < solved.real.size(); ++h)
        result.cost += rows.cost[h] * static_cast<double>(solved.n[static_cast<std::size_t>(h)]);
    result.real.assign(solved.real.begin(), solved.real.end());
    result.n = std::move(solved.n);
    return result;
}

}  // namespace cifra
