#include "estimation/weighting/controls.h"

#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <cmath>

#include "engine/diagnostics.h"
#include "engine/summation.h"

namespace cifra {

namespace {

Eigen::Index at(std::size_t i) { return static_cast<Eigen::Index>(i); }

// Adds Σ w x x' of two controls, x of the first by rows.
void add_products(const Controls& controls, std::size_t a, std::size_t b, std::span<const double> w,
                  Eigen::MatrixXd& products) {
    const Control &first = controls.all()[a], &second = controls.all()[b];
    const auto add = [&](const auto& column_a, const auto& value_a, const auto& column_b, const auto& value_b) {
        for (std::size_t k = 0; k < w.size(); ++k)
            if (w[k] != 0 && column_a(k) != no_category && column_b(k) != no_category)
                products(at(controls.first(a) + column_a(k)), at(controls.first(b) + column_b(k))) +=
                    w[k] * value_a(k) * value_b(k);
    };
    const auto only = [](std::size_t) { return std::uint32_t{0}; };
    const auto one = [](std::size_t) { return 1.0; };
    const auto category_a = [&](std::size_t k) { return first.category[k]; };
    const auto category_b = [&](std::size_t k) { return second.category[k]; };
    const auto number_a = [&](std::size_t k) { return first.value[k]; };
    const auto number_b = [&](std::size_t k) { return second.value[k]; };
    if (first.margin())
        second.margin() ? add(category_a, one, category_b, one) : add(category_a, one, only, number_b);
    else
        second.margin() ? add(only, number_a, category_b, one) : add(only, number_a, only, number_b);
}

}  // namespace

void Controls::add(Control control) {
    first_.push_back(columns_);
    columns_ += control.names.size();
    controls_.push_back(std::move(control));
}

std::vector<std::string> Controls::names() const {
    std::vector<std::string> names;
    for (const Control& control : controls_) names.insert(names.end(), control.names.begin(), control.names.end());
    return names;
}

Eigen::VectorXd Controls::totals() const {
    Eigen::VectorXd totals(at(columns_));
    Eigen::Index j = 0;
    for (const Control& control : controls_)
        for (const double total : control.totals) totals(j++) = total;
    return totals;
}

Eigen::VectorXd weighted_totals(const Controls& controls, std::span<const double> w) {
    std::vector<CompensatedSum> sums(controls.columns());
    for (std::size_t c = 0; c < controls.all().size(); ++c) {
        const Control& control = controls.all()[c];
        CompensatedSum* of = sums.data() + controls.first(c);
        for (std::size_t k = 0; k < w.size(); ++k)
            if (w[k] != 0 && !control.margin())
                of->add(w[k] * control.value[k]);
            else if (w[k] != 0 && control.category[k] != no_category)
                of[control.category[k]].add(w[k]);
    }
    Eigen::VectorXd totals(at(controls.columns()));
    for (std::size_t j = 0; j < sums.size(); ++j) totals(at(j)) = sums[j].value();
    return totals;
}

Eigen::MatrixXd weighted_products(const Controls& controls, std::span<const double> w) {
    const auto p = at(controls.columns());
    Eigen::MatrixXd products = Eigen::MatrixXd::Zero(p, p);
    for (std::size_t a = 0; a < controls.all().size(); ++a)
        for (std::size_t b = 0; b <= a; ++b) add_products(controls, a, b, w, products);
    return products.selfadjointView<Eigen::Lower>();
}

Eigen::MatrixXd inverse_of_products(const Eigen::MatrixXd& products, std::size_t* redundant) {
    const Eigen::Index p = products.rows();
    Eigen::VectorXd scale(p);
    for (Eigen::Index j = 0; j < p; ++j) scale(j) = products(j, j) > 0 ? 1 / std::sqrt(products(j, j)) : 0;
    const Eigen::MatrixXd scaled = scale.asDiagonal() * products * scale.asDiagonal();
    if (!scaled.allFinite()) throw Refusal("calibration: the auxiliaries are too large for their cross-products");
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(scaled);
    Eigen::VectorXd inverse(p);
    std::size_t dropped = 0;
    for (Eigen::Index j = 0; j < p; ++j) {
        const bool kept = eigen.eigenvalues()(j) > 1e-12 * eigen.eigenvalues()(p - 1);
        inverse(j) = kept ? 1 / eigen.eigenvalues()(j) : 0;
        if (!kept) ++dropped;
    }
    if (redundant) *redundant = dropped;
    const Eigen::MatrixXd vectors = scale.asDiagonal() * eigen.eigenvectors();
    return vectors * inverse.asDiagonal() * vectors.transpose();
}

std::string redundancy_notice(const Controls& controls, const std::vector<std::size_t>& redundant) {
    std::vector<std::string> names;
    bool margin_before = false;
    for (std::size_t c = 0; c < controls.all().size(); ++c) {
        const Control& control = controls.all()[c];
        const std::size_t first = controls.first(c), last = first + control.names.size() - 1;
        for (const std::size_t column : redundant)
            if (column >= first && column <= last && !(column == last && control.margin() && margin_before))
                names.push_back("'" + control.names[column - first] + "'");
        margin_before = margin_before || control.margin();
    }
    if (names.empty()) return {};
    return fmt::format("calibration: redundant controls, implied by those before them: {}", fmt::join(names, ", "));
}

}  // namespace cifra
