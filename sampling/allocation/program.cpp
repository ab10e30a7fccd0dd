#include "sampling/allocation/program.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace cifra {

namespace {

using Vector = Eigen::ArrayXd;
using Columns = Eigen::SparseMatrix<double>;
using Entry = Columns::InnerIterator;

constexpr int most_iterations = 200;
constexpr int bold_iterations = 40;  // then plain steps along the central path: slower, and they do not cycle
constexpr double accuracy = 1e-12;   // of the rows; a tenth of that of the cost, a hundredth of the gradient's

// n = exp(log_n); slack of the rows, room to the lower and upper bounds (kept apart from log_n: their difference would
// cancel), and the prices of all three.
struct Point {
    Vector log_n, slack, above, below, price, low, high;
};

struct Residual {
    Vector gradient;  // of the Lagrangian without the bounds: c n − q/n
    Vector diagonal;  // of its Hessian, with the bounds
    Vector rows;      // Σ a/n − 1 + slack
};

// Corrections of second order to the products slack·price, room·low and room·high.
struct Correction {
    Vector rows, low, high;
};

class InteriorPoint {
public:
    InteriorPoint(const AllocationProgram& program, const Columns& rows)
        : rows_(rows), cost_(program.cost), low_(program.lower.array().log()), high_(program.upper.array().log()) {
        start();
    }

    Point solve() {
        for (int iteration = 0; iteration < most_iterations; ++iteration) {
            linearize();
            if (solved()) return now_;
            factor();
            advance(iteration < bold_iterations ? corrected() : direction(0.3 * complementarity(now_), none()));
        }
        throw std::runtime_error("the allocation did not converge");
    }

    // Prices are in units of this cost.
    double scale() const { return scale_; }

private:
    Correction none() const {
        return {Vector::Zero(rows_.rows()), Vector::Zero(low_.size()), Vector::Zero(low_.size())};
    }

    // Mehrotra's direction: as central, and corrected for as much curvature, as a step to the boundary shows.
    Point corrected() const {
        const Point predictor = direction(0, none());
        const auto [primal, dual] = steps(predictor, 1);
        const double reached = complementarity(moved(predictor, primal, dual)) / complementarity(now_);
        const Correction second{predictor.slack * predictor.price, predictor.above * predictor.low,
                                predictor.below * predictor.high};
        return direction(reached * reached * reached * complementarity(now_), second);
    }

    // Above what every row alone would ask of the stratum, where the bounds allow it.
    void start() {
        const Eigen::Index strata = low_.size(), targets = rows_.rows();
        Vector alone = Vector::Zero(targets);
        for (Eigen::Index h = 0; h < strata; ++h)
            for (Entry a(rows_, h); a; ++a) alone[a.row()] += std::sqrt(a.value() * cost_[h]);
        now_.log_n.resize(strata);
        for (Eigen::Index h = 0; h < strata; ++h) {
            double most = 0;
            for (Entry a(rows_, h); a; ++a) most = std::max(most, std::sqrt(a.value() / cost_[h]) * alone[a.row()]);
            const double room = high_[h] - low_[h], margin = 0.05 * room;
            now_.log_n[h] = std::clamp(most > 0 ? std::log(most) : low_[h], low_[h] + margin, high_[h] - margin);
        }
        now_.above = now_.log_n - low_;
        now_.below = high_ - now_.log_n;
        scale_ = (cost_ * now_.log_n.exp()).sum();
        cost_ /= scale_;
        now_.slack = Vector::Constant(targets, 0.5);
        now_.price = Vector::Constant(targets, 1.0 / static_cast<double>(targets));
        now_.low = now_.high = Vector::Constant(strata, 0.1 / static_cast<double>(strata));
    }

    void linearize() {
        const Vector n = now_.log_n.exp();
        residual_.rows = now_.slack - 1;
        weight_ = rows_;
        Vector pull = Vector::Zero(n.size());
        for (Eigen::Index h = 0; h < n.size(); ++h)
            for (Entry a(weight_, h); a; ++a) {
                a.valueRef() /= n[h];
                residual_.rows[a.row()] += a.value();
                pull[h] += now_.price[a.row()] * a.value();
            }
        residual_.gradient = cost_ * n - pull;
        residual_.diagonal = cost_ * n + pull + now_.low / now_.above + now_.high / now_.below;
    }

    double complementarity(const Point& point) const {
        const double products =
            (point.slack * point.price).sum() + (point.low * point.above).sum() + (point.high * point.below).sum();
        return products / static_cast<double>(point.slack.size() + 2 * point.low.size());
    }

    bool solved() const {
        const double pairs = static_cast<double>(now_.slack.size() + 2 * now_.low.size());
        const Vector stationary = residual_.gradient - now_.low + now_.high;
        return pairs * complementarity(now_) < 10 * accuracy && residual_.rows.abs().maxCoeff() < accuracy &&
               stationary.abs().maxCoeff() < 100 * accuracy;
    }

    void factor() {
        Eigen::MatrixXd normal = (now_.slack / now_.price).matrix().asDiagonal();
        for (Eigen::Index h = 0; h < low_.size(); ++h)
            for (Entry a(weight_, h); a; ++a)
                for (Entry b(weight_, h); b && b.row() <= a.row(); ++b)
                    normal(a.row(), b.row()) += a.value() * b.value() / residual_.diagonal[h];
        normal_.compute(normal);
    }

    // Newton's direction towards products of size `target`.
    Point direction(double target, const Correction& correction) const {
        Point step;
        const Vector low = (target - correction.low) / now_.above;
        const Vector high = (target - correction.high) / now_.below;
        const Vector push = low - high - residual_.gradient;
        const Vector rows = (target - correction.rows) / now_.price;
        Vector right = residual_.rows - now_.slack + rows;
        right -= (weight_ * (push / residual_.diagonal).matrix()).array();
        step.price = normal_.solve(right.matrix()).array();
        step.log_n = (push + (weight_.transpose() * step.price.matrix()).array()) / residual_.diagonal;
        step.slack = rows - now_.slack - now_.slack * step.price / now_.price;
        step.low = low - now_.low - now_.low * step.log_n / now_.above;
        step.high = high - now_.high + now_.high * step.log_n / now_.below;
        step.above = step.log_n;
        step.below = -step.log_n;
        return step;
    }

    // The share `share` of the way to where a value would become 0, at most a whole step.
    static double length(const Vector& value, const Vector& step, double share) {
        const double fastest = (-step / value).maxCoeff();
        return fastest > share ? share / fastest : 1;
    }

    std::pair<double, double> steps(const Point& step, double share) const {
        const double bold = step.log_n.abs().maxCoeff();  // a factor of e³ a step at most
        const double primal = std::min({length(now_.slack, step.slack, share), length(now_.above, step.above, share),
                                        length(now_.below, step.below, share), bold > 3 ? 3 / bold : 1});
        const double dual = std::min({length(now_.price, step.price, share), length(now_.low, step.low, share),
                                      length(now_.high, step.high, share)});
        return {primal, dual};
    }

    Point moved(const Point& step, double primal, double dual) const {
        return {now_.log_n + primal * step.log_n, now_.slack + primal * step.slack, now_.above + primal * step.above,
                now_.below + primal * step.below, now_.price + dual * step.price,   now_.low + dual * step.low,
                now_.high + dual * step.high};
    }

    void advance(const Point& step) {
        const auto [primal, dual] = steps(step, 0.995);
        now_ = moved(step, primal, dual);
    }

    const Columns& rows_;
    Vector cost_, low_, high_;
    double scale_ = 1;
    Point now_;
    Residual residual_;
    Columns weight_;  // a/n
    Eigen::LLT<Eigen::MatrixXd> normal_;
};

Columns chosen_rows(const Columns& all, const std::vector<Eigen::Index>& place, Eigen::Index count) {
    Columns chosen(count, all.cols());
    chosen.reserve(all.nonZeros());
    for (Eigen::Index h = 0; h < all.cols(); ++h) {
        chosen.startVec(h);
        for (Entry a(all, h); a; ++a)
            if (place[static_cast<std::size_t>(a.row())] >= 0)
                chosen.insertBack(place[static_cast<std::size_t>(a.row())], h) = a.value();
    }
    chosen.finalize();
    return chosen;
}

double dual_bound(const AllocationProgram& program, const Eigen::VectorXd& price) {
    const Eigen::VectorXd q = program.variance.transpose() * price;
    double bound = -price.sum();
    for (Eigen::Index h = 0; h < q.size(); ++h) {
        const double n = std::clamp(std::sqrt(q[h] / program.cost[h]), program.lower[h], program.upper[h]);
        bound += program.cost[h] * n + q[h] / n;
    }
    return bound;
}

// The rows in work, numbered in their order; -1 for the others.
Eigen::Index number(std::vector<Eigen::Index>& place, const std::vector<char>& working) {
    Eigen::Index count = 0;
    for (std::size_t k = 0; k < place.size(); ++k) place[k] = working[k] ? count++ : -1;
    return count;
}

std::vector<char> largest_rows(const AllocationProgram& program) {
    std::vector<char> working(static_cast<std::size_t>(program.variance.rows()), 0);
    for (Eigen::Index h = 0; h < program.variance.cols(); ++h) {
        Eigen::Index row = -1;
        double most = 0;
        for (Entry a(program.variance, h); a; ++a)
            if (a.value() > most) most = a.value(), row = a.row();
        if (row >= 0) working[static_cast<std::size_t>(row)] = 1;
    }
    return working;
}

// Takes in what `n` breaks; false if it breaks nothing.
bool add_broken(const AllocationProgram& program, const Eigen::VectorXd& n, std::vector<char>& working) {
    const Eigen::VectorXd values = row_values(program, n);
    bool any = false;
    for (Eigen::Index k = 0; k < values.size(); ++k) {
        if (values[k] <= 1 + 1e-10 || working[static_cast<std::size_t>(k)]) continue;
        working[static_cast<std::size_t>(k)] = 1;
        any = true;
    }
    return any;
}

// A value that complementarity holds at its bound lies within the accuracy of it.
void snap_to_bounds(const AllocationProgram& program, Eigen::VectorXd& n) {
    for (Eigen::Index h = 0; h < n.size(); ++h) {
        if (n[h] < program.lower[h] * (1 + 1e-10)) n[h] = program.lower[h];
        if (n[h] > program.upper[h] * (1 - 1e-10)) n[h] = program.upper[h];
    }
}

}  // namespace

Eigen::VectorXd row_values(const AllocationProgram& program, const Eigen::VectorXd& n) {
    return program.variance * n.cwiseInverse();
}

ProgramOptimum solve_program(const AllocationProgram& program) {
    const auto targets = static_cast<std::size_t>(program.variance.rows());
    std::vector<char> working = largest_rows(program);
    std::vector<Eigen::Index> place(targets);
    ProgramOptimum optimum;
    do {
        const Eigen::Index count = number(place, working);
        const Columns rows = chosen_rows(program.variance, place, count);
        InteriorPoint method(program, rows);
        const Point point = method.solve();
        optimum.n = point.log_n.exp();
        optimum.price = Eigen::VectorXd::Zero(program.variance.rows());
        for (std::size_t k = 0; k < targets; ++k)
            if (working[k]) optimum.price[static_cast<Eigen::Index>(k)] = point.price[place[k]] * method.scale();
        snap_to_bounds(program, optimum.n);
    } while (add_broken(program, optimum.n, working));
    optimum.lower_bound = dual_bound(program, optimum.price);
    return optimum;
}

}  // namespace cifra
