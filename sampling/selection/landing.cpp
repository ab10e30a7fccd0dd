#include "sampling/selection/landing.h"

#include <glpk.h>

#include <Eigen/QR>
#include <bit>
#include <cmath>
#include <cstdint>
#include <memory>

namespace cifra {

namespace {

constexpr double whole = 1e-7;

using Samples = std::vector<std::uint32_t>;  // bit k: the k-th undecided unit is taken

Samples samples_of_size(std::size_t units, double size) {
    const double nearest = std::round(size);
    const bool fixed = std::abs(size - nearest) < whole;
    const int least = static_cast<int>(fixed ? nearest : std::floor(size)), most = fixed ? least : least + 1;
    Samples samples;
    for (std::uint32_t s = 0; s < (std::uint32_t{1} << units); ++s)
        if (std::popcount(s) >= least && std::popcount(s) <= most) samples.push_back(s);
    return samples;
}

Eigen::MatrixXd gram(const Balancing& balancing, std::span<const double> probability) {
    const auto p = static_cast<Eigen::Index>(balancing.equations());
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(p, p);
    Eigen::VectorXd a(p);
    for (std::size_t k = 0; k < probability.size(); ++k) {
        if (probability[k] >= 1) continue;
        balancing.column(k, 0, a.data());
        sum.selfadjointView<Eigen::Lower>().rankUpdate(a);
    }
    return sum.selfadjointView<Eigen::Lower>();
}

// The undecided columns' part of C(s): d' G⁺ d for d = A (s − s*) is (s − s*)' Q (s − s*).
Eigen::MatrixXd cost_form(std::span<const FlightUnit> undecided, const Balancing& balancing,
                          std::span<const double> probability) {
    Eigen::MatrixXd columns(balancing.equations(), undecided.size());
    for (std::size_t k = 0; k < undecided.size(); ++k)
        balancing.column(undecided[k].unit, 0, columns.col(static_cast<Eigen::Index>(k)).data());
    const Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd> inverse(gram(balancing, probability));
    return columns.transpose() * inverse.solve(columns);
}

class SampleProgramme {
public:
    explicit SampleProgramme(const Eigen::VectorXd& expectation) : lp_(glp_create_prob(), glp_delete_prob) {
        glp_term_out(GLP_OFF);
        glp_set_obj_dir(lp_.get(), GLP_MIN);
        glp_add_rows(lp_.get(), static_cast<int>(expectation.size()) + 1);
        glp_set_row_bnds(lp_.get(), 1, GLP_FX, 1, 1);
        for (int k = 0; k < expectation.size(); ++k)
            glp_set_row_bnds(lp_.get(), k + 2, GLP_FX, expectation[k], expectation[k]);
    }

    void add(std::uint32_t sample, double cost) {
        std::vector<int> rows = {0, 1};  // GLPK counts from 1
        for (int k = 0; k < 32; ++k)
            if ((sample >> k) & 1U) rows.push_back(k + 2);
        const std::vector<double> ones(rows.size(), 1.0);
        const int column = glp_add_cols(lp_.get(), 1);
        glp_set_col_bnds(lp_.get(), column, GLP_LO, 0, 0);
        glp_set_obj_coef(lp_.get(), column, cost);
        glp_set_mat_col(lp_.get(), column, static_cast<int>(rows.size()) - 1, rows.data(), ones.data());
    }

    bool solve() {
        glp_adv_basis(lp_.get(), 0);
        glp_smcp settings;
        glp_init_smcp(&settings);
        settings.msg_lev = GLP_MSG_OFF;
        return glp_simplex(lp_.get(), &settings) == 0 && glp_get_status(lp_.get()) == GLP_OPT;
    }

    // The sample at which the cumulated p(s) passes u; the last of positive p(s) where rounding leaves u above all.
    std::size_t draw(double u) const {
        std::size_t last = 0;
        const int samples = glp_get_num_cols(lp_.get());
        for (int column = 1; column <= samples; ++column) {
            const double p = glp_get_col_prim(lp_.get(), column);
            if (p <= 0) continue;
            last = static_cast<std::size_t>(column) - 1;
            u -= p;
            if (u < 0) break;
        }
        return last;
    }

private:
    std::unique_ptr<glp_prob, decltype(&glp_delete_prob)> lp_;
};

}  // namespace

bool land_by_programme(std::span<const FlightUnit> undecided, const Balancing& balancing,
                       std::span<const double> probability, std::vector<double>& state, Stream& stream) {
    if (undecided.empty()) return true;
    Eigen::VectorXd expectation(undecided.size());
    for (std::size_t k = 0; k < undecided.size(); ++k)
        expectation[static_cast<Eigen::Index>(k)] = state[undecided[k].unit];
    const Eigen::MatrixXd form = cost_form(undecided, balancing, probability);
    const Samples samples = samples_of_size(undecided.size(), expectation.sum());
    SampleProgramme programme(expectation);
    Eigen::VectorXd difference(expectation.size());
    for (const std::uint32_t sample : samples) {
        for (int k = 0; k < difference.size(); ++k) difference[k] = ((sample >> k) & 1U) - expectation[k];
        programme.add(sample, difference.dot(form * difference));
    }
    if (!programme.solve()) return false;
    const std::uint32_t chosen = samples[programme.draw(stream.uniform())];
    for (std::size_t k = 0; k < undecided.size(); ++k) state[undecided[k].unit] = (chosen >> k) & 1U;
    return true;
}

}  // namespace cifra
