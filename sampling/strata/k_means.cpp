#include "sampling/strata/k_means.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <stdexcept>

namespace cifra {

namespace {

// Units as columns: a unit's variables lie side by side.
using Units = Eigen::MatrixXd;

Units standardized(const Eigen::MatrixXd& x) {
    Units z = x.transpose();
    for (Eigen::Index v = 0; v < z.rows(); ++v) {
        z.row(v).array() -= z.row(v).mean();
        const double deviation =
            std::sqrt(z.row(v).squaredNorm() / static_cast<double>(std::max<Eigen::Index>(z.cols() - 1, 1)));
        if (deviation > 0) z.row(v) /= deviation;
    }
    return z;
}

struct Groups {
    std::vector<std::uint32_t> of;
    Units centres;
    Eigen::VectorXd sizes;
};

// Each centre a unit, with probability as its squared distance to the nearest centre so far.
Units seeded(const Units& z, std::size_t k, Stream& stream) {
    Units centres(z.rows(), static_cast<Eigen::Index>(k));
    centres.col(0) = z.col(static_cast<Eigen::Index>(stream.below(static_cast<std::uint64_t>(z.cols()))));
    Eigen::VectorXd nearest = (z.colwise() - centres.col(0)).colwise().squaredNorm();
    for (Eigen::Index c = 1; c < centres.cols(); ++c) {
        double left = stream.uniform() * nearest.sum();
        Eigen::Index chosen = -1;
        for (Eigen::Index i = 0; i < z.cols() && (chosen < 0 || left > 0); ++i) {
            if (nearest[i] == 0) continue;
            chosen = i;
            left -= nearest[i];
        }
        if (chosen < 0) throw std::invalid_argument("distinct units are fewer than strata");
        centres.col(c) = z.col(chosen);
        nearest = nearest.cwiseMin((z.colwise() - centres.col(c)).colwise().squaredNorm().transpose());
    }
    return centres;
}

void recentre(const Units& z, Groups& groups) {
    groups.centres.setZero();
    groups.sizes.setZero();
    for (Eigen::Index i = 0; i < z.cols(); ++i) {
        const auto h = static_cast<Eigen::Index>(groups.of[static_cast<std::size_t>(i)]);
        groups.centres.col(h) += z.col(i);
        groups.sizes[h] += 1;
    }
    groups.centres.array().rowwise() /= groups.sizes.cwiseMax(1).transpose().array();
}

// Assigns every unit to its nearest centre, a unit that is alone stays; false if none moved.
bool lloyd_pass(const Units& z, Groups& groups) {
    bool any = false;
    for (Eigen::Index i = 0; i < z.cols(); ++i) {
        std::uint32_t& now = groups.of[static_cast<std::size_t>(i)];
        if (groups.sizes[now] <= 1) continue;
        double least = (z.col(i) - groups.centres.col(now)).squaredNorm();
        std::uint32_t best = now;
        for (Eigen::Index h = 0; h < groups.centres.cols(); ++h) {
            const double distance = (z.col(i) - groups.centres.col(h)).squaredNorm();
            if (distance < least) least = distance, best = static_cast<std::uint32_t>(h);
        }
        if (best == now) continue;
        groups.sizes[now] -= 1, groups.sizes[best] += 1;
        now = best;
        any = true;
    }
    if (any) recentre(z, groups);
    return any;
}

// Moves single units where the sum of squares falls: what leaving takes off exceeds what joining puts on.
bool hartigan_pass(const Units& z, Groups& groups) {
    bool any = false;
    for (Eigen::Index i = 0; i < z.cols(); ++i) {
        std::uint32_t& now = groups.of[static_cast<std::size_t>(i)];
        const double n = groups.sizes[now];
        if (n <= 1) continue;
        const double leaving = n / (n - 1) * (z.col(i) - groups.centres.col(now)).squaredNorm();
        double least = leaving * (1 - 1e-12);
        std::uint32_t best = now;
        for (std::uint32_t h = 0; h < groups.sizes.size(); ++h) {
            if (h == now) continue;
            const double m = groups.sizes[h], joining = m / (m + 1) * (z.col(i) - groups.centres.col(h)).squaredNorm();
            if (joining < least) least = joining, best = h;
        }
        if (best == now) continue;
        groups.centres.col(now) += (groups.centres.col(now) - z.col(i)) / (n - 1);
        groups.sizes[now] -= 1;
        groups.sizes[best] += 1;
        groups.centres.col(best) += (z.col(i) - groups.centres.col(best)) / groups.sizes[best];
        now = best;
        any = true;
    }
    if (any) recentre(z, groups);
    return any;
}

Groups one_start(const Units& z, std::size_t k, Stream& stream) {
    Groups groups{std::vector<std::uint32_t>(static_cast<std::size_t>(z.cols()), 0), seeded(z, k, stream), {}};
    for (Eigen::Index i = 0; i < z.cols(); ++i) {
        Eigen::Index nearest = 0;
        (groups.centres.colwise() - z.col(i)).colwise().squaredNorm().minCoeff(&nearest);
        groups.of[static_cast<std::size_t>(i)] = static_cast<std::uint32_t>(nearest);
    }
    groups.sizes = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(k));
    recentre(z, groups);
    do
        while (lloyd_pass(z, groups)) {
        }
    while (hartigan_pass(z, groups));
    return groups;
}

double within(const Units& z, const Groups& groups) {
    double sum = 0;
    for (Eigen::Index i = 0; i < z.cols(); ++i)
        sum += (z.col(i) - groups.centres.col(groups.of[static_cast<std::size_t>(i)])).squaredNorm();
    return sum;
}

// Numbers the groups by their centres.
void renumber(Groups& groups) {
    std::vector<std::uint32_t> order(static_cast<std::size_t>(groups.sizes.size())), place(order.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](auto a, auto b) {
        const auto first = groups.centres.col(a), second = groups.centres.col(b);
        return std::lexicographical_compare(first.begin(), first.end(), second.begin(), second.end());
    });
    for (std::uint32_t h = 0; h < order.size(); ++h) place[order[h]] = h;
    for (std::uint32_t& h : groups.of) h = place[h];
}

void summarize(const Eigen::MatrixXd& x, KMeansStrata& result, Eigen::Index k) {
    result.units.assign(static_cast<std::size_t>(k), 0);
    result.mean = result.deviation = Eigen::MatrixXd::Zero(k, x.cols());
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        const std::uint32_t h = result.stratum[static_cast<std::size_t>(i)];
        ++result.units[h];
        result.mean.row(h) += x.row(i);
    }
    for (Eigen::Index h = 0; h < k; ++h)
        result.mean.row(h) /= static_cast<double>(result.units[static_cast<std::size_t>(h)]);
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        const std::uint32_t h = result.stratum[static_cast<std::size_t>(i)];
        result.deviation.row(h).array() += (x.row(i) - result.mean.row(h)).array().square();
    }
    for (Eigen::Index h = 0; h < k; ++h) {
        const auto units = static_cast<double>(result.units[static_cast<std::size_t>(h)]);
        result.deviation.row(h) = (result.deviation.row(h) / std::max(units - 1, 1.0)).cwiseSqrt();
    }
}

}  // namespace

KMeansStrata k_means_strata(const Eigen::MatrixXd& x, std::size_t k, Stream& stream, std::size_t starts) {
    if (k < 1 || starts < 1 || static_cast<Eigen::Index>(k) > x.rows() || !x.allFinite())
        throw std::invalid_argument("a number of strata or of starts, or a value, is out of range");
    const Units z = standardized(x);
    KMeansStrata best;
    best.within = std::numeric_limits<double>::infinity();
    for (std::size_t start = 0; start < starts; ++start) {
        Groups groups = one_start(z, k, stream);
        const double sum = within(z, groups);
        if (!(sum < best.within)) continue;
        renumber(groups);
        best.within = sum;
        best.stratum = std::move(groups.of);
    }
    summarize(x, best, static_cast<Eigen::Index>(k));
    return best;
}

}  // namespace cifra
