#include "estimation/inference/independence.h"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <cmath>

#include "estimation/inference/distributions.h"
#include "estimation/intervals.h"

namespace cifra {

namespace {

Eigen::Index at(std::size_t i) { return static_cast<Eigen::Index>(i); }

// Sums of weights by category of the records.
Eigen::VectorXd totals_by(const InferenceSample& sample, const std::vector<std::uint32_t>& category, std::size_t k) {
    Eigen::VectorXd totals = Eigen::VectorXd::Zero(at(k));
    for (std::size_t i = 0; i < sample.rows.size(); ++i) totals(at(category[i])) += sample.weight[sample.rows[i]];
    return totals;
}

// Covariance of J times the totals by category.
Eigen::MatrixXd covariance_by(const InferenceSample& sample, const std::vector<std::uint32_t>& category,
                              const Eigen::MatrixXd& j) {
    return score_covariance(sample, static_cast<std::size_t>(j.rows()), [&](std::size_t i, Eigen::VectorXd& total) {
        total.noalias() += sample.weight[sample.rows[i]] * j.col(at(category[i]));
    });
}

class IndependenceTests {
public:
    IndependenceTests(const InferenceSample& sample, const TwoWay& table)
        : sample_(sample), table_(table), r_(at(table.rows)), c_(at(table.columns)), m_((r_ - 1) * (c_ - 1)) {
        cell_.reserve(table.row.size());
        for (std::size_t i = 0; i < table.row.size(); ++i)
            cell_.push_back(static_cast<std::uint32_t>(table.row[i] * table.columns + table.column[i]));
        totals_ = totals_by(sample, cell_, table.rows * table.columns);
        total_ = totals_.sum();
        for (Eigen::Index k = 0; k < totals_.size(); ++k) empty_ += totals_(k) == 0 ? 1 : 0;
        margins();
        nu_ = design_df(sample);
    }

    TestResult test(const std::string& name) {
        TestResult result = of_kind(name);
        if (empty_ > 0) result.notices.push_back(fmt::format("empty cells: {}", empty_));
        return result;
    }

private:
    void margins() {
        row_ = Eigen::VectorXd::Zero(r_);
        column_ = Eigen::VectorXd::Zero(c_);
        for (Eigen::Index k = 0; k < totals_.size(); ++k) {
            row_(k / c_) += totals_(k);
            column_(k % c_) += totals_(k);
        }
    }

    double expected(Eigen::Index k) const { return row_(k / c_) * column_(k % c_) / total_; }

    TestResult of_kind(const std::string& name) {
        if (!(nu_ > 0)) return no_result(name, "no degrees of freedom");
        if (name == "Wald" || name == "adjWald") return wald(name);
        if (!have_delta_) make_delta();
        if (effects_.empty()) return no_result(name, "too many empty cells for this test");
        return rao_scott(name);
    }

    double pearson() const {
        double sum = 0;
        for (Eigen::Index k = 0; k < totals_.size(); ++k) {
            const double gap = totals_(k) - expected(k);
            sum += gap * gap / expected(k);
        }
        return sum * table_.n / total_;
    }

    double likelihood_ratio() const {
        double sum = 0;
        for (Eigen::Index k = 0; k < totals_.size(); ++k)
            if (totals_(k) > 0) sum += totals_(k) * std::log(totals_(k) / expected(k));
        return 2 * sum * table_.n / total_;
    }

    // Contrasts of interaction, orthogonal to the main effects: products of two orthonormal sets that sum to zero.
    static Eigen::MatrixXd sum_zero(Eigen::Index k) {
        Eigen::MatrixXd h = Eigen::MatrixXd::Zero(k, k - 1);
        for (Eigen::Index j = 0; j < k - 1; ++j) {
            const double scale = 1 / std::sqrt(static_cast<double>((j + 1) * (j + 2)));
            h.col(j).head(j + 1).setConstant(scale);
            h(j + 1, j) = -scale * static_cast<double>(j + 1);
        }
        return h;
    }

    Eigen::MatrixXd interaction() const {
        const Eigen::MatrixXd a = sum_zero(r_), b = sum_zero(c_);
        Eigen::MatrixXd c(r_ * c_, m_);
        for (Eigen::Index k = 0; k < r_ * c_; ++k)
            for (Eigen::Index j = 0; j < m_; ++j) c(k, j) = a(k / c_, j / (c_ - 1)) * b(k % c_, j % (c_ - 1));
        return c;
    }

    // Eigenvalues of Delta; none when the contrasts are not estimable.
    void make_delta() {
        have_delta_ = true;
        const Eigen::VectorXd p = totals_ / total_;
        Eigen::MatrixXd weighted = interaction();
        const Eigen::MatrixXd c = weighted;
        for (Eigen::Index k = 0; k < p.size(); ++k) weighted.row(k) *= p(k) > 0 ? 1 / p(k) : 0;
        // C' D^-1 (indicator - p) / N: the linearized shares in the contrasts.
        const Eigen::MatrixXd j =
            (weighted.transpose() - weighted.transpose() * p * Eigen::RowVectorXd::Ones(p.size())) / total_;
        const Eigen::MatrixXd numerator =
            sample_.replicated() ? replicated_shares(weighted.transpose()) : covariance_by(sample_, cell_, j);
        const Eigen::LLT<Eigen::MatrixXd> denominator(c.transpose() * weighted / table_.n);
        const Eigen::MatrixXd l = denominator.matrixL();
        if (denominator.info() != Eigen::Success || l.diagonal().minCoeff() < 1e-7 * l.diagonal().maxCoeff()) return;
        const Eigen::MatrixXd half = denominator.matrixL().solve(numerator);
        const Eigen::MatrixXd whole = denominator.matrixL().solve(Eigen::MatrixXd(half.transpose()));
        const Eigen::VectorXd values = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(whole).eigenvalues();
        effects_.assign(values.begin(), values.end());
    }

    // Covariance of A times the shares of the cells, each replicate's with its own weights.
    Eigen::MatrixXd replicated_shares(const Eigen::MatrixXd& a) const {
        const auto shares = [&](const Eigen::VectorXd& weight) -> Eigen::VectorXd {
            Eigen::VectorXd totals = Eigen::VectorXd::Zero(totals_.size());
            for (std::size_t i = 0; i < cell_.size(); ++i) totals(at(cell_[i])) += weight(at(i));
            return a * totals / totals.sum();
        };
        return covariance(sample_.source(), replicate_columns(sample_, a * totals_ / total_, shares));
    }

    TestResult rao_scott(const std::string& name) const {
        double trace = 0, squares = 0;
        for (const double a : effects_) trace += a, squares += a * a;
        if (!(trace > 0)) return no_result(name, "the shares have no variance");
        const double d0 = trace * trace / squares, x2 = name.starts_with("LR") ? likelihood_ratio() : pearson();
        TestResult result = no_result(name, "");
        result.notices.clear();
        result.statistic = x2;
        if (name == "F" || name == "LR_F") {
            result.statistic = x2 / trace;
            result.df1 = d0;
            result.df2 = d0 * nu_;
            result.p = f_tail(result.statistic, result.df1, result.df2);
        } else if (name == "Chisq" || name == "LR_Chisq") {
            result.df1 = static_cast<double>(m_);
            result.p = chi_square_tail(x2 * result.df1 / trace, result.df1);
        } else
            result.p =
                weighted_sum_tail(x2, effects_, name == "lincom" ? SumMethod::exact : SumMethod::saddlepoint, d0 * nu_);
        return result;
    }

    // d Y / d totals, cells by cells.
    Eigen::MatrixXd wald_jacobian() const {
        const Eigen::Index cells = r_ * c_;
        Eigen::MatrixXd j(m_, cells);
        for (Eigen::Index a = 0, row = 0; a < cells; ++a) {
            if (a / c_ == 0 || a % c_ == 0) continue;
            for (Eigen::Index b = 0; b < cells; ++b)
                j(row, b) = (a == b ? 1 : 0) - (a / c_ == b / c_ ? column_(a % c_) / total_ : 0) -
                            (a % c_ == b % c_ ? row_(a / c_) / total_ : 0) + expected(a) / total_;
            ++row;
        }
        return j;
    }

    TestResult wald(const std::string& name) const {
        Eigen::VectorXd y(m_);
        for (Eigen::Index a = 0, row = 0; a < r_ * c_; ++a)
            if (a / c_ != 0 && a % c_ != 0) y(row++) = totals_(a) - expected(a);
        TestResult result = wald_test(name, y, covariance_by(sample_, cell_, wald_jacobian()), nu_);
        if (name == "Wald" || std::isnan(result.statistic)) return result;
        result.df2 = nu_ - result.df1 + 1;
        if (!(result.df2 > 0)) return no_result(name, "no degrees of freedom");
        result.statistic *= result.df2 / nu_;
        result.p = f_tail(result.statistic, result.df1, result.df2);
        return result;
    }

    const InferenceSample& sample_;
    const TwoWay& table_;
    Eigen::Index r_, c_, m_;
    std::vector<std::uint32_t> cell_;
    Eigen::VectorXd totals_, row_, column_;
    double total_ = 0, nu_ = 0;
    std::size_t empty_ = 0;
    bool have_delta_ = false;
    std::vector<double> effects_;
};

}  // namespace

const std::vector<std::string>& independence_statistics() {
    static const std::vector<std::string> names = {"F",      "Chisq",       "Wald", "adjWald",
                                                   "lincom", "saddlepoint", "LR_F", "LR_Chisq"};
    return names;
}

std::vector<TestResult> test_independence(const InferenceSample& sample, const TwoWay& table,
                                          const std::vector<std::string>& statistics) {
    std::vector<TestResult> results;
    if (table.rows < 2 || table.columns < 2) {
        for (const std::string& name : statistics)
            results.push_back(no_result(name, sample.rows.empty() ? "no record" : "a variable has one category only"));
        return results;
    }
    IndependenceTests tests(sample, table);
    for (const std::string& name : statistics) results.push_back(tests.test(name));
    return results;
}

TestResult test_goodness_of_fit(const InferenceSample& sample, const std::vector<std::uint32_t>& category,
                                const std::vector<double>& shares) {
    const std::string name = "goodness_of_fit";
    if (sample.rows.empty()) return no_result(name, "no record");
    if (shares.size() < 2) return no_result(name, "a variable has one category only");
    const Eigen::Index k = at(shares.size());
    const Eigen::VectorXd totals = totals_by(sample, category, shares.size());
    double given = 0;
    for (const double share : shares) given += share;
    const double total = totals.sum();
    TestResult result = no_result(name, "");
    result.notices.clear();
    result.statistic = 0;
    Eigen::MatrixXd j(k, k);  // of (N_i - p_i N) / sqrt(p_i N)
    for (Eigen::Index i = 0; i < k; ++i) {
        const double p = shares[static_cast<std::size_t>(i)] / given, expected = p * total;
        const double gap = totals(i) - expected;
        result.statistic += gap * gap / expected;
        j.row(i).setConstant(-p / std::sqrt(expected) - gap * p / (2 * std::pow(expected, 1.5)));
        j(i, i) += 1 / std::sqrt(expected);
    }
    const Eigen::VectorXd lambda =
        Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(covariance_by(sample, category, j)).eigenvalues();
    // Totals that calibration fixes vary by rounding alone: relative standard errors of 1e-10.
    if (!(lambda.sum() > 1e-20 * total)) return no_result(name, "the shares have no variance");
    if (!(design_df(sample) > 0)) return no_result(name, "no degrees of freedom");
    result.df1 = lambda.sum() * lambda.sum() / lambda.squaredNorm();
    result.p = weighted_sum_tail(result.statistic, {lambda.begin(), lambda.end()}, SumMethod::satterthwaite);
    return result;
}

}  // namespace cifra
