#include "sampling/allocation/compromise.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace cifra {

namespace {

void need(bool sound, const char* what) {
    if (!sound) throw std::invalid_argument(what);
}

bool none_negative(std::span<const double> values) {
    return std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x) && x >= 0; });
}

}  // namespace

std::vector<double> power_spreads(std::span<const double> total, std::span<const double> mean,
                                  std::span<const double> deviation, double q) {
    need(total.size() == mean.size() && mean.size() == deviation.size(), "strata differ in number");
    need(none_negative(total) && none_negative(deviation) && q >= 0 && q <= 1,
         "a total, deviation or power is out of range");
    std::vector<double> spreads;
    for (std::size_t h = 0; h < mean.size(); ++h) {
        need(std::isfinite(mean[h]) && mean[h] != 0, "the CV of a stratum needs a mean other than 0");
        spreads.push_back(std::pow(total[h], q) * deviation[h] / std::abs(mean[h]));
    }
    return spreads;
}

std::vector<double> mixed_sizes(std::span<const double> size, double k) {
    need(k >= 0 && k <= 1, "the share of proportional allocation lies outside 0 to 1");
    need(none_negative(size), "a size is negative or not finite");
    const double all = std::accumulate(size.begin(), size.end(), 0.0);
    need(all > 0, "sizes are all 0");
    std::vector<double> sizes;
    for (const double each : size) sizes.push_back(k * each / all + (1 - k) / static_cast<double>(size.size()));
    return sizes;
}

std::vector<double> compromise_spreads(std::span<const double> size, const Eigen::MatrixXd& deviation,
                                       std::span<const double> weight) {
    const auto strata = static_cast<Eigen::Index>(size.size()), indicators = static_cast<Eigen::Index>(weight.size());
    need(deviation.rows() == strata && deviation.cols() == indicators, "deviations are not strata by indicators");
    need(none_negative(size) && none_negative(weight) && deviation.allFinite() && (deviation.array() >= 0).all(),
         "a size, weight or deviation is out of range");
    const Eigen::Map<const Eigen::VectorXd> units(size.data(), strata);
    const Eigen::ArrayXXd spread = (units.asDiagonal() * deviation).array();
    Eigen::ArrayXd sum = Eigen::ArrayXd::Zero(strata);
    for (Eigen::Index j = 0; j < indicators; ++j) {
        const double alone = spread.col(j).sum();
        if (alone > 0) sum += weight[static_cast<std::size_t>(j)] * (spread.col(j) / alone).square();
    }
    const Eigen::ArrayXd root = sum.sqrt();
    return {root.begin(), root.end()};
}

}  // namespace cifra
