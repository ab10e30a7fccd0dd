#include "estimation/inference/negative_binomial.h"

#include <algorithm>
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/trigamma.hpp>
#include <cmath>

namespace cifra {

namespace {

// Moments: sum w ((y - mu)^2 - mu) = sum w mu^2 / theta.
double starting_theta(const ScoringProblem& problem, const ScoringState& state) {
    double excess = 0, squares = 0;
    for (Eigen::Index i = 0; i < state.mean.size(); ++i) {
        const double y = problem.outcome(i), mean = state.mean(i);
        excess += problem.weight(i) * ((y - mean) * (y - mean) - mean);
        squares += problem.weight(i) * mean * mean;
    }
    return excess > 0 ? std::clamp(squares / excess, 1e-3, 1e5) : 1e5;
}

struct Slopes {
    double first = 0, second = 0;
};

Slopes theta_slopes(const ScoringProblem& problem, const ScoringState& state, double theta) {
    Slopes slopes;
    for (Eigen::Index i = 0; i < state.mean.size(); ++i) {
        slopes.first += problem.weight(i) * theta_score(problem.outcome(i), state.mean(i), theta);
        slopes.second += problem.weight(i) * theta_curvature(problem.outcome(i), state.mean(i), theta);
    }
    return slopes;
}

// Newton in tau = log theta, at most a factor e a step; the last relative move.
double move_theta(const ScoringProblem& problem, const ScoringState& state, double& theta) {
    double moved = 0;
    for (int step = 0; step < 50; ++step) {
        const Slopes slopes = theta_slopes(problem, state, theta);
        const double first = theta * slopes.first, second = theta * theta * slopes.second + first;
        const double tau = std::clamp(second < 0 ? -first / second : (first > 0 ? 1.0 : -1.0), -1.0, 1.0);
        theta *= std::exp(tau);
        moved += tau;
        if (std::abs(tau) < 1e-12 || theta > largest_theta) break;
    }
    return std::abs(moved);
}

}  // namespace

double theta_score(double y, double mean, double theta) {
    return boost::math::digamma(y + theta) - boost::math::digamma(theta) + 1 - std::log1p(mean / theta) -
           (y + theta) / (mean + theta);
}

double theta_curvature(double y, double mean, double theta) {
    return boost::math::trigamma(y + theta) - boost::math::trigamma(theta) + 1 / theta - 2 / (mean + theta) +
           (y + theta) / ((mean + theta) * (mean + theta));
}

bool fit_negative_binomial(const ScoringProblem& problem, ModelFamily& family, ScoringState& state) {
    const ModelFamily poisson{Family::poisson, family.link, 0};
    iterate_scoring(problem, poisson, state);
    if (state.drifting || !state.converged) return false;
    family.theta = starting_theta(problem, state);
    for (int round = 0; round < 200; ++round) {
        const double moved = move_theta(problem, state, family.theta);
        if (family.theta > largest_theta) return true;
        const Eigen::VectorXd before = state.coordinates;
        iterate_scoring(problem, family, state);
        if (!state.converged) return false;
        if (moved < 1e-11 && (state.coordinates - before).norm() <= 1e-11 * (1 + before.norm())) return true;
    }
    return state.converged = false;
}

Eigen::MatrixXd joint_information(const ScoringProblem& problem, const ModelFamily& family, const ScoringState& state) {
    const Eigen::Index rank = state.coordinates.size(), n = state.mean.size();
    const double theta = family.theta;
    Eigen::VectorXd own(n), cross(n);
    double corner = 0;
    for (Eigen::Index i = 0; i < n; ++i) {
        const double w = problem.weight(i), y = problem.outcome(i), mean = state.mean(i), total = mean + theta;
        own(i) = w * mean * theta * (theta + y) / (total * total);
        cross(i) = -w * (y - mean) * mean / (total * total);
        corner -= w * theta_curvature(y, mean, theta);
    }
    Eigen::MatrixXd a(rank + 1, rank + 1);
    a.topLeftCorner(rank, rank) = information(problem, own);
    a.col(rank).head(rank) = gradient(problem, cross);
    a.row(rank).head(rank) = a.col(rank).head(rank).transpose();
    a(rank, rank) = corner;
    return a;
}

}  // namespace cifra
