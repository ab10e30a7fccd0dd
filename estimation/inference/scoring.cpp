#include "estimation/inference/scoring.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace cifra {

namespace {

constexpr int most_steps = 100, most_halvings = 30;
constexpr Eigen::Index block = 2048;

// Fills mean and deviance from eta; false where a mean is not allowed.
bool evaluate_state(const ScoringProblem& problem, const ModelFamily& family, ScoringState& state) {
    state.deviance = problem.within;
    for (Eigen::Index i = 0; i < state.eta.size(); ++i) {
        state.mean(i) = mean_of(family.link, state.eta(i));
        if (!mean_allowed(family.family, state.mean(i))) return false;
        state.deviance += problem.weight(i) * unit_deviance(family, problem.outcome(i), state.mean(i));
    }
    return std::isfinite(state.deviance);
}

double mean_outcome(const ScoringProblem& problem) {
    return problem.weight.dot(problem.outcome) / problem.weight.sum();
}

// A constant inside the range of the family, near the mean.
double common_eta(const ScoringProblem& problem, const ModelFamily& family) {
    double mean = mean_outcome(problem);
    if (family.family == Family::binomial) mean = std::clamp(mean, 0.001, 0.999);
    if (family.family != Family::gaussian) mean = std::max(mean, 1e-8);
    if (family.link == Link::log && mean <= 0) mean = 1e-8;
    const double shift =
        family.link == Link::log
            ? std::log((problem.weight.array() * problem.offset.array().exp()).sum() / problem.weight.sum())
            : problem.weight.dot(problem.offset) / problem.weight.sum();
    return link_of(family.link, mean) - shift;
}

bool close_enough(double before, const ScoringState& state, double moved) {
    return std::abs(before - state.deviance) <= 1e-12 * (std::abs(state.deviance) + 0.1) &&
           moved <= 1e-10 * (1 + state.eta.cwiseAbs().maxCoeff());
}

// Separation: eta runs away by steps of about one while nothing is gained.
bool runs_away(double before, const ScoringState& state, double moved) {
    return state.eta.cwiseAbs().maxCoeff() > 25 && moved > 1e-3 &&
           std::abs(before - state.deviance) <= 1e-8 * (std::abs(state.deviance) + 0.1);
}

// One step; how far eta moved, or a negative number when no step can be made.
double make_step(const ScoringProblem& problem, const ModelFamily& family, ScoringState& state) {
    const Eigen::MatrixXd a = information(problem, working_weights(problem, family, state));
    Eigen::VectorXd step = a.ldlt().solve(gradient(problem, working_scores(problem, family, state)));
    if (!step.allFinite()) return -1;
    const ScoringState before = state;
    Eigen::VectorXd move = ((problem.basis.q * step).array() / problem.weight.array().sqrt()).matrix();
    for (int halving = 0; halving < most_halvings; ++halving) {
        state.coordinates = before.coordinates + step;
        state.eta = before.eta + move;
        if (evaluate_state(problem, family, state) &&
            state.deviance <= before.deviance + 1e-9 * (std::abs(before.deviance) + 1e-9)) {
            return move.cwiseAbs().maxCoeff();
        }
        step /= 2;
        move /= 2;
    }
    state = before;
    return -1;
}

// R's mustart of one record.
double starting_mean(Family family, double y, double relative_weight) {
    if (family == Family::binomial) return (relative_weight * y + 0.5) / (relative_weight + 1);
    return family == Family::poisson ? y + 0.1 : y;
}

}  // namespace

Eigen::MatrixXd information(const ScoringProblem& problem, const Eigen::VectorXd& m) {
    const Eigen::MatrixXd& q = problem.basis.q;
    Eigen::MatrixXd a = Eigen::MatrixXd::Zero(q.cols(), q.cols());
    for (Eigen::Index begin = 0; begin < q.rows(); begin += block) {
        const Eigen::Index rows = std::min(block, q.rows() - begin);
        const Eigen::VectorXd ratio =
            (m.segment(begin, rows).array() / problem.weight.segment(begin, rows).array()).matrix();
        const auto part = q.middleRows(begin, rows);
        a.noalias() += part.transpose() * ratio.asDiagonal() * part;
    }
    return (a + a.transpose()) / 2;
}

Eigen::VectorXd gradient(const ScoringProblem& problem, const Eigen::VectorXd& u) {
    return problem.basis.q.transpose() * (u.array() / problem.weight.array().sqrt()).matrix();
}

Eigen::VectorXd working_weights(const ScoringProblem& problem, const ModelFamily& family, const ScoringState& state) {
    Eigen::VectorXd m(state.eta.size());
    for (Eigen::Index i = 0; i < m.size(); ++i) {
        const double slope = mean_slope(family.link, state.eta(i));
        m(i) = problem.weight(i) * slope * slope / variance_of(family, state.mean(i));
    }
    return m;
}

Eigen::VectorXd working_scores(const ScoringProblem& problem, const ModelFamily& family, const ScoringState& state) {
    Eigen::VectorXd u(state.eta.size());
    for (Eigen::Index i = 0; i < u.size(); ++i)
        u(i) = problem.weight(i) * (problem.outcome(i) - state.mean(i)) * mean_slope(family.link, state.eta(i)) /
               variance_of(family, state.mean(i));
    return u;
}

ScoringState start_scoring(const ScoringProblem& problem, const ModelFamily& family) {
    ScoringState state;
    const double common = common_eta(problem, family);
    state.coordinates = problem.basis.q.transpose() * (problem.weight.array().sqrt() * common).matrix();
    const auto place = [&] {
        state.eta =
            ((problem.basis.q * state.coordinates).array() / problem.weight.array().sqrt()).matrix() + problem.offset;
        state.mean.resize(state.eta.size());
        return evaluate_state(problem, family, state);
    };
    for (int attempt = 0; attempt < 60 && !place(); ++attempt) state.coordinates *= attempt < 59 ? 0.5 : 0.0;
    return state;
}

Eigen::VectorXd iterate_like_r(const ScoringProblem& problem, const ModelFamily& family, ScoringState& state) {
    const double scale = static_cast<double>(problem.weight.size()) / problem.weight.sum();
    for (Eigen::Index i = 0; i < state.eta.size(); ++i) {
        const double mean = starting_mean(family.family, problem.outcome(i), problem.weight(i) * scale);
        state.eta(i) = link_of(family.link, mean);
    }
    evaluate_state(problem, family, state);
    Eigen::VectorXd weights;
    double before = state.deviance;
    for (state.iterations = 1; state.iterations <= 25; ++state.iterations, before = state.deviance) {
        weights = working_weights(problem, family, state);
        Eigen::VectorXd response = state.eta - problem.offset;
        for (Eigen::Index i = 0; i < response.size(); ++i)
            response(i) += (problem.outcome(i) - state.mean(i)) / mean_slope(family.link, state.eta(i));
        state.coordinates =
            information(problem, weights).ldlt().solve(gradient(problem, weights.cwiseProduct(response)));
        state.eta =
            ((problem.basis.q * state.coordinates).array() / problem.weight.array().sqrt()).matrix() + problem.offset;
        if (!evaluate_state(problem, family, state)) break;
        const double change = std::abs(state.deviance - before) * scale / (std::abs(state.deviance) * scale + 0.1);
        state.converged = change < 1e-8;
        if (state.converged) break;
    }
    return weights;
}

void iterate_scoring(const ScoringProblem& problem, const ModelFamily& family, ScoringState& state) {
    state.converged = state.drifting = false;
    if (!evaluate_state(problem, family, state)) return;
    for (int step = 0; step < most_steps; ++step) {
        const double before = state.deviance, moved = make_step(problem, family, state);
        ++state.iterations;
        if (moved < 0) return;
        state.converged = close_enough(before, state, moved);
        state.drifting = !state.converged && runs_away(before, state, moved);
        if (state.converged || state.drifting) return;
    }
}

}  // namespace cifra
