#include "estimation/finish_cells.h"

#include <algorithm>
#include <cmath>

namespace cifra {

namespace {

// The sums of one estimate: those of its cell, its part, and the whole, in the order of the terms.
class CellView {
public:
    CellView(const TaskSums& sums, const TermShape& terms, std::size_t cell, std::size_t part)
        : terms_(terms), cell_(sums.cells[cell]), part_(cell_.parts[part]), whole_(sums.whole), at_(part) {}

    const CellSum& sum(std::size_t s) const {
        const bool shared = s < terms_.shared_sums;
        const std::size_t own = s - terms_.shared_sums;
        if (terms_.whole[s]) return shared ? whole_.shared[s] : whole_.parts[at_].own[own];
        return shared ? cell_.shared[s] : part_.own[own];
    }

    const CellCounts& universe() const { return terms_.universe_is_entries ? part_.counts : cell_.counts; }
    double cases() const { return !terms_.has_entries ? cell_.counts.cases : part_.counts.cases; }
    double missing_share() const { return cell_.counted > 0 ? cell_.missing / cell_.counted : 0; }

    std::vector<double> totals() const {
        std::vector<double> totals;
        for (std::size_t s = 0; s < terms_.sums(); ++s) totals.push_back(cifra::sum(sum(s).by_unit));
        for (const Factor& factor : terms_.factors) totals.push_back(factor.value);
        return totals;
    }

    std::vector<double> totals_of_replicate(std::size_t r) const {
        std::vector<double> totals;
        for (std::size_t s = 0; s < terms_.sums(); ++s)
            totals.push_back(sum(s).by_replicate.empty() ? 0 : sum(s).by_replicate[r]);
        for (const Factor& factor : terms_.factors) totals.push_back(factor.value);
        return totals;
    }

    // sum over rows of s_i s_j / w
    double product(std::size_t i, std::size_t j) const {
        const std::size_t k = terms_.sums();
        if (std::max(i, j) < terms_.shared_sums) return cell_.counts.products[i * k + j];
        const auto& products = !terms_.has_entries ? cell_.counts.products : part_.counts.products;
        return j >= terms_.shared_sums ? products[i * k + j] : products[j * k + i];
    }

private:
    const TermShape& terms_;
    const CellSums& cell_;
    const PartSums& part_;
    const CellSums& whole_;
    std::size_t at_;
};

SparseColumn linearized(const CellView& cell, const TermShape& terms, const std::vector<double>& gradient, double scale,
                        const Residuals* residuals) {
    SparseColumn z;
    std::vector<double> products;
    for (std::size_t s = 0; s < terms.sums(); ++s)
        z = s == 0 ? combine(scale * gradient[0], cell.sum(0).by_unit, 0, {})
                   : combine(1, z, scale * gradient[s], cell.sum(s).by_unit);
    for (std::size_t s = 0; s < terms.sums() && residuals; ++s) {
        const std::vector<double>& of_sum = cell.sum(s).products;
        products.resize(std::max(products.size(), of_sum.size()), 0.0);
        for (std::size_t j = 0; j < of_sum.size(); ++j) products[j] += scale * gradient[s] * of_sum[j];
    }
    return residuals ? swept(*residuals, z, products) : z;
}

std::vector<double> values_of_replicates(const CellView& cell, const TermShape& terms, const Replicates& replicates) {
    std::vector<double> values;
    for (std::size_t r = 0; r < replicates.count(); ++r)
        values.push_back(terms.formula.value(cell.totals_of_replicate(r)));
    return values;
}

// Variance of log(p / (1 - p)); NaN where p or a replicate of it does not lie inside (0, 1).
double logit_variance(const Replicates& replicates, double p, std::vector<double> values) {
    const auto logit = [](double x) { return std::log(x / (1 - x)); };
    for (double& value : values) value = logit(value);
    double variance = 0;
    for (const double z : replicate_deviations(replicates, logit(p), values).total) variance += z * z;
    return std::isfinite(variance) ? variance : missing_number;
}

// Fills the linearized column, from the gradient or from the replicates.
void add_deviations(const CellView& cell, const TermShape& terms, const Formula::Point& point,
                    const Replicates* replicates, const Residuals* residuals, Estimate& result) {
    const bool known = std::isfinite(point.value);
    if (!replicates) {
        result.linearized.push_back(known ? linearized(cell, terms, point.gradient, result.scale, residuals)
                                          : SparseColumn{});
        return;
    }
    const std::vector<double> values =
        known ? values_of_replicates(cell, terms, *replicates) : std::vector<double>(replicates->count(), 0.0);
    result.linearized.push_back(combine(result.scale, replicate_deviations(*replicates, point.value, values), 0, {}));
    result.logit_variance.push_back(logit_variance(*replicates, point.value, values));
}

// A difference of sums that should be zero leaves rounding behind.
double unless_rounding(double spread, double of) { return spread > 1e-12 * of ? spread : 0; }

double srs_variance(const CellView& cell, const TermShape& terms, double scale) {
    const CellCounts& universe = cell.universe();
    if (universe.n < 2 || !terms.factors.empty()) return 0;
    if (terms.any_whole()) return 0;
    const std::vector<double> totals = cell.totals();
    const std::vector<double> gradient = terms.formula.at(totals).gradient;
    double squares = 0, largest = 0, sum = 0;
    for (std::size_t i = 0; i < terms.sums(); ++i) {
        sum += gradient[i] * totals[i];
        for (std::size_t j = 0; j < terms.sums(); ++j) {
            const double part = gradient[i] * gradient[j] * cell.product(i, j);
            squares += part;
            largest = std::max(largest, std::abs(part));
        }
    }
    const double spread = unless_rounding(squares - sum * sum / universe.w, largest);
    return scale * scale * universe.w * spread / (universe.n - 1);
}

template <class Visit>
void for_each_estimate(const TaskSums& sums, const TermShape& terms, std::size_t first_part, const Visit& visit) {
    for (std::size_t part = first_part; part < terms.parts.size(); ++part)
        for (std::size_t cell = 0; cell < sums.cells.size(); ++cell)
            visit(CellView(sums, terms, cell, part), cell, part);
}

std::string joined_name(const std::string& cell, const std::string& part) {
    if (cell.empty() || part.empty()) return cell + part;
    return cell + ";" + part;
}

}  // namespace

Estimate finish_cells(const TaskSums& sums, const TermShape& terms, const Cells& cells, double scale,
                      std::size_t first_part, const Replicates* replicates, const Residuals* residuals,
                      std::vector<std::vector<std::uint32_t>>& active_units) {
    Estimate result;
    result.scale = scale;
    std::vector<double> values;
    for_each_estimate(sums, terms, first_part, [&](const CellView& cell, std::size_t c, std::size_t part) {
        result.names.push_back(joined_name(cells.names[c], terms.parts[part]));
        const Formula::Point point = terms.formula.at(cell.totals());
        const double value = scale * point.value;
        values.push_back(value);
        const bool known = std::isfinite(value);
        add_deviations(cell, terms, point, replicates, residuals, result);
        double external = 0;
        for (std::size_t f = 0; f < terms.factors.size() && known; ++f)
            external += scale * point.gradient[terms.sums() + f] * terms.factors[f].se;
        result.external_error.push_back(external);
        const CellCounts& universe = cell.universe();
        result.n.push_back(universe.n);
        result.population.push_back(universe.w);
        result.cases.push_back(cell.cases());
        const bool total = terms.sums() == 1;
        result.ceiling.push_back(total ? universe.w * scale : scale);
        // Of a count one unit; of a rate one unit over the sum of the denominator, its first sum.
        const double largest = total ? universe.largest : universe.largest / cifra::sum(cell.sum(0).by_unit);
        result.largest_case.push_back(terms.counts_cases && largest > 0 ? scale * largest : missing_number);
        result.missing_share.push_back(cell.missing_share());
        active_units.push_back(universe.active);
    });
    result.values = Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()));
    return result;
}

void set_design_effects(const TaskSums& sums, const TermShape& terms, std::size_t first_part, Estimate& estimate) {
    std::size_t i = 0;
    for_each_estimate(sums, terms, first_part, [&](const CellView& cell, std::size_t, std::size_t) {
        const double variance = variance_of(estimate, i), srs = srs_variance(cell, terms, estimate.scale);
        ++i;
        estimate.deff.push_back(srs > 0 && variance > 0 ? variance / srs : missing_number);
    });
}

}  // namespace cifra
