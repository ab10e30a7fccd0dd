// The iterations behind regression.h, in the coordinates of an orthonormal basis of the model matrix.
#pragma once

#include <Eigen/Core>

#include "estimation/inference/families.h"
#include "estimation/inference/orthonormal_basis.h"

namespace cifra {

// What is fitted: the rows of the basis with their positive weights, and the deviance that no coefficient changes
// (regression_points.h).
struct ScoringProblem {
    const OrthonormalBasis& basis;
    const Eigen::VectorXd& weight;
    const Eigen::VectorXd& outcome;
    const Eigen::VectorXd& offset;
    double within = 0;
    int threads = 1;  // over fixed shards of the rows: the same bytes at any number
};

struct ScoringState {
    Eigen::VectorXd coordinates;
    Eigen::VectorXd eta, mean;
    double deviance = 0;
    int iterations = 0;
    bool converged = false, drifting = false;  // drifting: the deviance stands still and the coefficients do not
};

// Start: the same mean for every record, as near as the columns allow.
ScoringState start_scoring(const ScoringProblem& problem, const ModelFamily& family);

// Fisher scoring with step halving until the relative changes stated in regression.h, at most 100 steps.
void iterate_scoring(const ScoringProblem& problem, const ModelFamily& family, ScoringState& state);

// Iteratively reweighted least squares as R's glm does it by default: its starting values, at most 25 steps, an end at
// a relative change of 1e-8 of the deviance. Gives back the weights of the last step, which R takes for the information
// matrix although the coefficients have moved on: standard errors then differ by up to 1e-4 from the converged ones.
Eigen::VectorXd iterate_like_r(const ScoringProblem& problem, const ModelFamily& family, ScoringState& state);

// sum_i m_i q_i q_i' / w_i, m_i >= 0, and sum_i u_i q_i / sqrt(w_i)
Eigen::MatrixXd information(const ScoringProblem& problem, const Eigen::VectorXd& m);
Eigen::VectorXd gradient(const ScoringProblem& problem, const Eigen::VectorXd& u);

// w mu'^2 / V of each row.
Eigen::VectorXd working_weights(const ScoringProblem& problem, const ModelFamily& family, const ScoringState& state);

}  // namespace cifra
