#include "sampling/selection/fixed_size.h"

#include <algorithm>
#include <complex>

#include "sampling/selection/size_spectrum.h"
#include "sampling/selection/size_tree.h"

namespace cifra {

namespace {

using Complex = std::complex<double>;

// 1 / d_k(z), without the library's scaling of complex division: |d| is never 0 at these points.
Complex reciprocal(double p, const Complex& z) {
    const double real = 1 - p * (1 - z.real()), imaginary = p * z.imag();
    const double norm = real * real + imaginary * imaginary;
    return {real / norm, -imaginary / norm};
}

Complex product(const Complex& x, const Complex& y) {
    return {x.real() * y.real() - x.imag() * y.imag(), x.real() * y.imag() + x.imag() * y.real()};
}

// A at every point.
std::vector<Complex> sums_of_terms(const FixedSizeDesign& design, const std::vector<SpectrumPoint>& points) {
    std::vector<Complex> sums(points.size());
    for (std::size_t k = 0; k < design.p.size(); ++k)
        for (std::size_t m = 0; m < points.size(); ++m)
            sums[m] += design.c[k] * design.p[k] * product(points[m].z, reciprocal(design.p[k], points[m].z));
    return sums;
}

double total_weight(const std::vector<SpectrumPoint>& points, const std::vector<Complex>& sums) {
    double total = 0;
    for (std::size_t m = 0; m < points.size(); ++m) total += product(points[m].weight, sums[m]).real();
    return total;
}

// Chances, up to a factor, that each unit is the one that brings its c.
std::vector<double> leading_weights(const FixedSizeDesign& design) {
    const std::vector<SpectrumPoint> points = size_spectrum(design.p, design.n);
    std::vector<double> weights;
    for (std::size_t k = 0; k < design.p.size(); ++k) {
        double others = 0;
        for (const SpectrumPoint& point : points)
            others += product(product(point.weight, point.z), reciprocal(design.p[k], point.z)).real();
        weights.push_back(std::max(0.0, design.c[k] * design.p[k] * others));
    }
    return weights;
}

std::size_t leading_unit(const FixedSizeDesign& design, Stream& stream) {
    const std::vector<double> weights = leading_weights(design);
    double total = 0;
    for (const double weight : weights) total += weight;
    double point = stream.uniform() * total;
    std::size_t k = 0;
    while (k + 1 < weights.size() && point >= weights[k]) point -= weights[k++];
    return k;
}

}  // namespace

std::vector<double> inclusion_probabilities(const FixedSizeDesign& design) {
    const std::vector<SpectrumPoint> points = size_spectrum(design.p, design.n);
    const std::vector<Complex> sums = sums_of_terms(design, points);
    const double total = total_weight(points, sums);
    std::vector<double> result;
    for (std::size_t k = 0; k < design.p.size(); ++k) {
        double value = 0;
        for (std::size_t m = 0; m < points.size(); ++m) {
            const Complex zx = product(points[m].z, reciprocal(design.p[k], points[m].z));
            const Complex bracket = design.c[k] * (1.0 - design.p[k] * zx) + sums[m];
            value += product(product(points[m].weight, zx), bracket).real();
        }
        result.push_back(design.p[k] * value / total);
    }
    return result;
}

// Over the pairs the formula is x'y + y'x for every point: one product of matrices with a row for each part of a
// complex number at each point.
Eigen::MatrixXd joint_probabilities(const FixedSizeDesign& design, std::span<const std::size_t> units) {
    const std::vector<SpectrumPoint> points = size_spectrum(design.p, design.n);
    const std::vector<Complex> sums = sums_of_terms(design, points);
    const double total = total_weight(points, sums);
    const auto rows = static_cast<Eigen::Index>(points.size()), columns = static_cast<Eigen::Index>(units.size());
    Eigen::MatrixXd left(2 * rows, columns), right(2 * rows, columns);
    for (Eigen::Index m = 0; m < rows; ++m) {
        const SpectrumPoint& point = points[static_cast<std::size_t>(m)];
        const Complex half = 0.5 * sums[static_cast<std::size_t>(m)];
        for (Eigen::Index i = 0; i < columns; ++i) {
            const double p = design.p[units[static_cast<std::size_t>(i)]];
            const double c = design.c[units[static_cast<std::size_t>(i)]];
            const Complex zx = p * product(point.z, reciprocal(p, point.z));
            const Complex x = product(point.weight, zx), y = product(zx, c * (1.0 - zx) + half) / total;
            left.col(i).segment<2>(2 * m) << x.real(), -x.imag();
            right.col(i).segment<2>(2 * m) << y.real(), y.imag();
        }
    }
    const std::vector<double> inclusion = inclusion_probabilities(design);
    Eigen::MatrixXd joint(columns, columns);
    joint.noalias() = left.transpose() * right;
    for (Eigen::Index i = 0; i < columns; ++i) {
        for (Eigen::Index j = 0; j < i; ++j)
            joint(i, j) = joint(j, i) = design.n < 2 ? 0 : std::max(0.0, joint(i, j) + joint(j, i));
        joint(i, i) = inclusion[units[static_cast<std::size_t>(i)]];
    }
    return joint;
}

std::vector<std::size_t> draw(const FixedSizeDesign& design, Stream& stream) {
    const std::size_t leader = leading_unit(design, stream);
    std::vector<double> rest = design.p;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(leader));
    std::vector<std::size_t> taken = conditional_poisson_sample(rest, design.n - 1, stream);
    for (std::size_t& k : taken)
        if (k >= leader) ++k;
    taken.insert(std::lower_bound(taken.begin(), taken.end(), leader), leader);
    return taken;
}

}  // namespace cifra
