// The likelihood of the Fay-Herriot model in A, and what follows from its maximum.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "estimation/inference/small_area.h"

namespace cifra {

// y, psi > 0 and x of the sampled areas; x of full column rank, scaled to columns of length 1 by the maker.
struct AreaModel {
    Eigen::VectorXd y, psi;
    Eigen::MatrixXd x;
};

// At one A. Vectors and traces in the notation of small_area.h.
struct AreaLikelihood {
    double value, score, information;
    double bias;  // of the maximum likelihood A, in the MSE
    Eigen::VectorXd b;
    Eigen::MatrixXd covariance;  // (X'V^-1X)^-1
};
AreaLikelihood likelihood_at(const AreaModel& model, SmallAreaMethod method, double a);

// The maximizing A.
double maximum_likelihood(const AreaModel& model, SmallAreaMethod method);

}  // namespace cifra
