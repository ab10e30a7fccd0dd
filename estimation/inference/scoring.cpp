#include "estimation/inference/scoring.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "engine/parallel.h"

namespace cifra {

namespace {

constexpr int most_steps = 100, most_halvings = 30;
constexpr Eigen::Index block = 2048;

// Rows begin .. begin + size.
struct Rows {
    Eigen::Index begin, size;
};

Rows rows_of_shard(const ScoringProblem& problem, std::size_t shard) {
    const RowRange range = shard_rows(static_cast<std::size_t>(problem.weight.size()), shard);
    return {static_cast<Eigen::Index>(range.begin), static_cast<Eigen::Index>(range.end - range.begin)};
}

// Calls work(rows) for each shard of the rows.
template <class Work>
void for_each_part(const ScoringProblem& problem, const Work& work) {
    for_each_shard(shard_count(static_cast<std::size_t>(problem.weight.size())), problem.threads,
                   [&](std::size_t shard) { work(rows_of_shard(problem, shard)); });
}

// The results of work(rows) for each shard of the rows, in their order.
template <class Result, class Work>
std::vector<Result> map_rows(const ScoringProblem& problem, const Work& work) {
    return map_shards<Result>(shard_count(static_cast<std::size_t>(problem.weight.size())), problem.threads,
                              [&](std::size_t shard) { return work(rows_of_shard(problem, shard)); });
}

// Calls work(rows) for each block of the rows that fits the cache.
template <class Work>
void for_each_block(const Rows& rows, const Work& work) {
    for (Eigen::Index at = 0; at < rows.size; at += block) work(Rows{rows.begin + at, std::min(block, rows.size - at)});
}

// Fills mean and deviance from eta; false where a mean is not allowed.
bool evaluate_state(const ScoringProblem& problem, const ModelFamily& family, ScoringState& state) {
    const auto deviances = map_rows<double>(problem, [&](const Rows& rows) {
        double deviance = 0;
        for (Eigen::Index i = rows.begin; i < rows.begin + rows.size; ++i) {
            state.mean(i) = mean_of(family.link, state.eta(i));
            if (!mean_allowed(family.family, state.mean(i))) return std::nan("");
            deviance += problem.weight(i) * unit_deviance(family, problem.outcome(i), state.mean(i));
        }
        return deviance;
    });
    state.deviance = std::accumulate(deviances.begin(), deviances.end(), problem.within);
    return std::isfinite(state.deviance);
}

// (Q coordinates) / sqrt(w): a linear predictor or its change.
Eigen::VectorXd predictor_of(const ScoringProblem& problem, const Eigen::VectorXd& coordinates) {
    Eigen::VectorXd eta(problem.weight.size());
    for_each_part(problem, [&](const Rows& rows) {
        eta.segment(rows.begin, rows.size) = problem.basis.q.middleRows(rows.begin, rows.size) * coordinates;
        eta.segment(rows.begin, rows.size).array() /= problem.weight.segment(rows.begin, rows.size).array().sqrt();
    });
    return eta;
}

// The two sums of a step of scoring.
struct NewtonSums {
    Eigen::MatrixXd information;  // its lower triangle
    Eigen::VectorXd gradient;

    explicit NewtonSums(Eigen::Index rank = 0)
        : information(Eigen::MatrixXd::Zero(rank, rank)), gradient(Eigen::VectorXd::Zero(rank)) {}

    void add(const ScoringProblem& problem, const Rows& rows, const Eigen::VectorXd& m, const Eigen::VectorXd& u) {
        const auto q = problem.basis.q.middleRows(rows.begin, rows.size);
        const Eigen::ArrayXd root = problem.weight.segment(rows.begin, rows.size).array().sqrt();
        const Eigen::MatrixXd scaled = (m.array().sqrt() / root).matrix().asDiagonal() * q;
        information.selfadjointView<Eigen::Lower>().rankUpdate(scaled.transpose());
        gradient.noalias() += q.transpose() * (u.array() / root).matrix();
    }
};

// The sums over all rows with the m and u that fill(row, m, u) gives.
template <class Fill>
NewtonSums newton_sums(const ScoringProblem& problem, const Fill& fill) {
    const Eigen::Index rank = problem.basis.q.cols();
    const auto shards = map_rows<NewtonSums>(problem, [&](const Rows& rows) {
        NewtonSums sums(rank);
        Eigen::VectorXd m, u;
        for_each_block(rows, [&](const Rows& part) {
            m.resize(part.size);
            u.resize(part.size);
            for (Eigen::Index i = 0; i < part.size; ++i) fill(part.begin + i, m(i), u(i));
            sums.add(problem, part, m, u);
        });
        return sums;
    });
    NewtonSums total(rank);
    for (const NewtonSums& sums : shards) {
        total.information += sums.information;
        total.gradient += sums.gradient;
    }
    total.information = total.information.selfadjointView<Eigen::Lower>().toDenseMatrix().eval();
    return total;
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
    const NewtonSums sums = newton_sums(problem, [&](Eigen::Index i, double& m, double& u) {
        const double slope = mean_slope(family.link, state.eta(i));
        const double ratio = problem.weight(i) * slope / variance_of(family, state.mean(i));
        m = ratio * slope;
        u = ratio * (problem.outcome(i) - state.mean(i));
    });
    Eigen::VectorXd step = sums.information.ldlt().solve(sums.gradient);
    if (!step.allFinite()) return -1;
    const ScoringState before = state;
    Eigen::VectorXd move = predictor_of(problem, step);
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
    return newton_sums(problem,
                       [&](Eigen::Index i, double& weight, double& score) {
                           weight = m(i);
                           score = 0;
                       })
        .information;
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

ScoringState start_scoring(const ScoringProblem& problem, const ModelFamily& family) {
    ScoringState state;
    const double common = common_eta(problem, family);
    state.coordinates = problem.basis.q.transpose() * (problem.weight.array().sqrt() * common).matrix();
    const auto place = [&] {
        state.eta = predictor_of(problem, state.coordinates) + problem.offset;
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
        state.eta = predictor_of(problem, state.coordinates) + problem.offset;
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
