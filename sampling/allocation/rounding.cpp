#include <algorithm>
#include <cmath>
#include <numeric>

#include "sampling/allocation/program.h"

namespace cifra {

namespace {

using Entry = Eigen::SparseMatrix<double>::InnerIterator;

constexpr double tolerance = 1e-11;  // of the rows
constexpr Eigen::Index most_searched = 8;
constexpr std::size_t most_nodes = 20'000;

// An allocation in whole numbers and the value of every row under it.
class Whole {
public:
    Whole(const AllocationProgram& program, Eigen::VectorXd n)
        : program_(&program), n_(std::move(n)), rows_(row_values(program, n_)) {}

    const Eigen::VectorXd& n() const { return n_; }
    double cost() const { return program_->cost.dot(n_); }
    bool feasible() const { return rows_.size() == 0 || rows_.maxCoeff() <= 1 + tolerance; }
    bool can_fall(Eigen::Index h) const { return n_[h] > program_->lower[h]; }
    bool can_rise(Eigen::Index h) const { return n_[h] < program_->upper[h]; }

    void change(Eigen::Index h, double by) {
        const double before = 1 / n_[h];
        n_[h] += by;
        for (Entry a(program_->variance, h); a; ++a) rows_[a.row()] += a.value() * (1 / n_[h] - before);
    }

    // A row that a unit less of stratum h would break, -1 if there is none. h can fall.
    Eigen::Index blocking_row(Eigen::Index h) const {
        const double more = 1 / (n_[h] - 1) - 1 / n_[h];
        for (Entry a(program_->variance, h); a; ++a)
            if (rows_[a.row()] + a.value() * more > 1 + tolerance) return a.row();
        return -1;
    }

    bool falls_within_rows(Eigen::Index h) const { return can_fall(h) && blocking_row(h) < 0; }

    // How much of what the rows are over a unit more of stratum h mends, by price, for its cost.
    double mends(Eigen::Index h, const Eigen::VectorXd& price) const {
        const double less = 1 / n_[h] - 1 / (n_[h] + 1);
        double sum = 0;
        for (Entry a(program_->variance, h); a; ++a)
            if (rows_[a.row()] > 1 + tolerance)
                sum += (price[a.row()] + 1e-9 * program_->cost[h]) * std::min(a.value() * less, rows_[a.row()] - 1);
        return sum / program_->cost[h];
    }

private:
    const AllocationProgram* program_;
    Eigen::VectorXd n_, rows_;
};

// Strata by what a unit less saves for what it costs the rows, dearest first; ties in their order.
std::vector<Eigen::Index> descent_order(const AllocationProgram& program, const ProgramOptimum& optimum) {
    const Eigen::VectorXd q = program.variance.transpose() * optimum.price;
    std::vector<Eigen::Index> order(static_cast<std::size_t>(q.size()));
    std::iota(order.begin(), order.end(), Eigen::Index{0});
    const auto worth = [&](Eigen::Index h) {
        const double n = std::max(optimum.n[h], 1.5);
        return q[h] / (n * (n - 1) * program.cost[h]);
    };
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return worth(a) < worth(b); });
    return order;
}

// A unit less of every stratum in turn, as long as the rows allow one.
void decrement_all(Whole& whole, const std::vector<Eigen::Index>& order) {
    for (bool any = true; any;) {
        any = false;
        for (const Eigen::Index h : order) {
            if (!whole.falls_within_rows(h)) continue;
            whole.change(h, -1);
            any = true;
        }
    }
}

using Rows = Eigen::SparseMatrix<double, Eigen::RowMajor>;

// One unit less of i and one more of a cheaper j, which must lie in a row that keeps i from falling.
bool exchange(const AllocationProgram& program, const Rows& rows, Whole& whole, Eigen::Index i) {
    const Eigen::Index row = whole.can_fall(i) ? whole.blocking_row(i) : -1;
    if (row < 0) return false;
    for (Rows::InnerIterator a(rows, row); a; ++a) {
        const Eigen::Index j = a.col();
        if (program.cost[j] >= program.cost[i] || !whole.can_rise(j)) continue;
        whole.change(j, 1);
        if (whole.falls_within_rows(i)) {
            whole.change(i, -1);
            return true;
        }
        whole.change(j, -1);
    }
    return false;
}

void descend(const AllocationProgram& program, Whole& whole, const std::vector<Eigen::Index>& order) {
    const bool costs_differ = program.cost.maxCoeff() > program.cost.minCoeff();
    const Rows rows = costs_differ ? Rows(program.variance) : Rows();
    for (bool any = true; any;) {
        decrement_all(whole, order);
        any = false;
        if (costs_differ)
            for (const Eigen::Index i : order) any = exchange(program, rows, whole, i) || any;
    }
}

Eigen::VectorXd rounded_up(const AllocationProgram& program, const ProgramOptimum& optimum) {
    return (optimum.n.array() * (1 - 1e-12)).ceil().max(program.lower.array()).min(program.upper.array());
}

Whole mended_from_below(const AllocationProgram& program, const ProgramOptimum& optimum) {
    Whole whole(program, optimum.n.array().floor().max(program.lower.array()));
    std::vector<std::pair<double, Eigen::Index>> claims;  // a heap whose claims only ever prove too high
    for (Eigen::Index h = 0; h < optimum.n.size(); ++h)
        if (whole.can_rise(h)) claims.emplace_back(whole.mends(h, optimum.price), -h);
    std::make_heap(claims.begin(), claims.end());
    while (!whole.feasible() && !claims.empty()) {
        std::pop_heap(claims.begin(), claims.end());
        auto& [claim, place] = claims.back();
        const double now = whole.mends(-place, optimum.price);
        if (now == claim) {
            whole.change(-place, 1);
            claim = whole.mends(-place, optimum.price);
            if (!whole.can_rise(-place)) {
                claims.pop_back();
                continue;
            }
        } else {
            claim = now;
        }
        std::push_heap(claims.begin(), claims.end());
    }
    return whole;
}

// The whole numbers of one stratum that a cheaper allocation could hold, by what each costs above the Lagrangian's
// least (its excess), least first.
struct Candidates {
    std::vector<std::pair<double, double>> choices;  // excess, n
    Eigen::Index stratum = 0;
};

// Depth first over the strata: costs that exceed the Lagrangian bound of the integer problem by the excesses chosen so
// far can only rise (Lagrangian relaxation: Fisher 1981, Management Science 27: 1-18).
class Search {
public:
    Search(const AllocationProgram& program, const ProgramOptimum& optimum, Whole best)
        : program_(program), best_(std::move(best)), n_(best_.n()) {
        const Eigen::VectorXd q = program.variance.transpose() * optimum.price;
        bound_ = -optimum.price.sum();
        for (Eigen::Index h = 0; h < q.size(); ++h) bound_ += least(h, q[h]);
        // With one cost for all, the next cheaper allocation is a whole unit cheaper.
        unit_ = program.cost.maxCoeff() == program.cost.minCoeff() ? program.cost[0] : 0;
        if (room() >= 0)
            for (Eigen::Index h = 0; h < q.size(); ++h) list(h, q[h]);
    }

    WholeAllocation run() {
        if (room() >= 0 && best_.n().size() <= most_searched) {
            std::sort(strata_.begin(), strata_.end(), [](const Candidates& a, const Candidates& b) {
                return std::pair(a.choices.size(), a.stratum) < std::pair(b.choices.size(), b.stratum);
            });
            tails();
            visit(0, 0, Eigen::VectorXd::Zero(program_.variance.rows()));
        }
        WholeAllocation found;
        for (const double n : best_.n()) found.n.push_back(static_cast<std::uint64_t>(n));
        found.exact = room() < 0 || (best_.n().size() <= most_searched && nodes_ < most_nodes);
        return found;
    }

private:
    // What the excesses may sum to for an allocation cheaper than the best so far; negative: there is none.
    double room() const { return best_.cost() - bound_ - (unit_ > 0 ? unit_ * (1 - 1e-9) : 1e-9 * best_.cost()); }

    double value(Eigen::Index h, double q, double n) const { return program_.cost[h] * n + q / n; }

    double best_whole(Eigen::Index h, double q) const {
        const double real = std::sqrt(q / program_.cost[h]);
        const double below = std::clamp(std::floor(real), program_.lower[h], program_.upper[h]);
        const double above = std::min(below + 1, program_.upper[h]);
        return value(h, q, above) < value(h, q, below) ? above : below;
    }

    double least(Eigen::Index h, double q) const { return value(h, q, best_whole(h, q)); }

    void list(Eigen::Index h, double q) {
        if (best_.n().size() > most_searched) return;
        Candidates each{{}, h};
        const double centre = best_whole(h, q), lowest = value(h, q, centre), most = room();
        for (double n = centre; n >= program_.lower[h] && value(h, q, n) - lowest <= most; --n)
            each.choices.emplace_back(value(h, q, n) - lowest, n);
        for (double n = centre + 1; n <= program_.upper[h] && value(h, q, n) - lowest <= most; ++n)
            each.choices.emplace_back(value(h, q, n) - lowest, n);
        std::sort(each.choices.begin(), each.choices.end());
        strata_.push_back(std::move(each));
    }

    // The least that the strata from i on can add to every row.
    void tails() {
        tails_.assign(strata_.size() + 1, Eigen::VectorXd::Zero(program_.variance.rows()));
        for (std::size_t i = strata_.size(); i-- > 0;) {
            double most = 1;
            for (const auto& [excess, n] : strata_[i].choices) most = std::max(most, n);
            tails_[i] = tails_[i + 1] + Eigen::VectorXd(program_.variance.col(strata_[i].stratum)) / most;
        }
    }

    void visit(std::size_t i, double excess, const Eigen::VectorXd& rows) {
        if (++nodes_ >= most_nodes) return;
        if (rows.size() > 0 && (rows + tails_[i]).maxCoeff() > 1 + tolerance) return;
        if (i == strata_.size()) {
            Whole found(program_, n_);
            if (found.feasible() && found.cost() < best_.cost() * (1 - 1e-12)) best_ = Whole(program_, n_);
            return;
        }
        const Eigen::Index h = strata_[i].stratum;
        const Eigen::VectorXd column = program_.variance.col(h);
        for (const auto& [more, n] : strata_[i].choices) {
            if (excess + more > room()) return;
            n_[h] = n;
            visit(i + 1, excess + more, rows + column / n);
        }
    }

    const AllocationProgram& program_;
    Whole best_;
    Eigen::VectorXd n_;
    double bound_ = 0, unit_ = 0;
    std::vector<Candidates> strata_;
    std::vector<Eigen::VectorXd> tails_;
    std::size_t nodes_ = 0;
};

}  // namespace

WholeAllocation round_program(const AllocationProgram& program, const ProgramOptimum& optimum) {
    const std::vector<Eigen::Index> order = descent_order(program, optimum);
    Whole above(program, rounded_up(program, optimum));
    descend(program, above, order);
    Whole below = mended_from_below(program, optimum);
    if (below.feasible()) descend(program, below, order);
    const bool take_below = below.feasible() && below.cost() < above.cost();
    return Search(program, optimum, take_below ? below : above).run();
}

}  // namespace cifra
