#include "estimation/statistics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "estimation/variance.h"

namespace cifra {

namespace {

void add_to(SparseColumn& column, std::uint32_t unit, double value) {
    if (value == 0) return;
    if (column.unit.empty() || column.unit.back() != unit) {
        column.unit.push_back(unit);
        column.total.push_back(0);
    }
    column.total.back() += value;
}

void add_row(CellTotals& cell, std::uint32_t unit, double w, double a, double b) {
    add_to(cell.numerator, unit, a);
    add_to(cell.denominator, unit, b);
    if (cell.active.empty() || cell.active.back() != unit) cell.active.push_back(unit);
    cell.n += 1;
    cell.w += w;
    cell.a += a;
    cell.aa += a * a / w;
    cell.ab += a * b / w;
    cell.bb += b * b / w;
}

// Value and linearized unit totals of one cell.
struct Linearized {
    double value = missing_number;
    SparseColumn z;
};

Linearized linearize(const CellTotals& cell, bool ratio, double scale) {
    const double a = sum(cell.numerator);
    if (!ratio) return {scale * a, combine(scale, cell.numerator, 0, {})};
    const double b = sum(cell.denominator);
    if (b == 0) return {};
    const double r = a / b;
    return {scale * r, combine(scale / b, cell.numerator, -scale * r / b, cell.denominator)};
}

// Sets the values and gives back the linearized columns.
std::vector<SparseColumn> linearize_all(const std::vector<CellTotals>& totals, bool ratio, Estimate& result) {
    std::vector<SparseColumn> z;
    result.values.resize(static_cast<Eigen::Index>(totals.size()));
    for (std::size_t c = 0; c < totals.size(); ++c) {
        Linearized cell = linearize(totals[c], ratio, result.scale);
        result.values(static_cast<Eigen::Index>(c)) = cell.value;
        z.push_back(std::move(cell.z));
    }
    return z;
}

// A difference of sums that should be zero leaves rounding behind.
double unless_rounding(double spread, double of) { return spread > 1e-12 * of ? spread : 0; }

double srs_variance(const CellTotals& cell, bool ratio, double scale) {
    if (cell.n < 2) return 0;
    if (!ratio)
        return scale * scale * cell.w * unless_rounding(cell.aa - cell.a * cell.a / cell.w, cell.aa) / (cell.n - 1);
    const double b = sum(cell.denominator), r = sum(cell.numerator) / b;
    const double squares = unless_rounding(cell.aa - 2 * r * cell.ab + r * r * cell.bb, cell.aa);
    return scale * scale * cell.w * squares / ((cell.n - 1) * b * b);
}

double design_effect(double variance, const CellTotals& cell, bool ratio, double scale) {
    const double srs = srs_variance(cell, ratio, scale);
    return srs > 0 && variance > 0 ? variance / srs : missing_number;
}

bool all_known(const Hierarchy& hierarchy, std::size_t level, const std::vector<std::string>& names) {
    return std::all_of(names.begin(), names.end(),
                       [&](const std::string& name) { return hierarchy.knows(level, name); });
}

std::vector<std::uint32_t> distinct_psus(const std::vector<std::uint32_t>& units,
                                         const std::vector<std::uint32_t>& psu_of) {
    std::vector<std::uint32_t> psus;
    for (const std::uint32_t unit : units)
        if (psus.empty() || psus.back() != psu_of[unit]) psus.push_back(psu_of[unit]);
    return psus;
}

// Degrees of freedom of totals. A total has no denominator: its variance comes from all PSUs with respondents of the
// strata in which the domain was sampled, those without a member being zeros of the total.
class TotalUniverse {
public:
    TotalUniverse(const SurveyData& data, const std::vector<std::string>& by)
        : stratum_of_(data.design.stages.front().group) {
        const Hierarchy& hierarchy = data.hierarchy;
        const Level& level = hierarchy[data.design_level];
        const Cells cells = cells_of(hierarchy, data.design_level,
                                     all_known(hierarchy, data.design_level, by) ? by : std::vector<std::string>{});
        const std::vector<std::uint32_t> psu_of = psu_of_unit(data.design);
        std::set<std::uint32_t> active;
        for (std::size_t row = 0; row < level.rows(); ++row) {
            if (level.weight[row] == 0) continue;
            const std::uint32_t psu = psu_of[level.unit_of_row[row]];
            active.insert(psu);
            if (cells.of_row[row] != no_cell) strata_[cells.names[cells.of_row[row]]].insert(stratum_of_[psu]);
        }
        active_.assign(active.begin(), active.end());
    }

    // Cells that exist below the design's level only count the whole design.
    std::vector<std::uint32_t> psus(const std::string& cell) const {
        const auto strata = strata_.find(cell);
        if (strata == strata_.end()) return active_;
        std::vector<std::uint32_t> psus;
        for (const std::uint32_t psu : active_)
            if (strata->second.contains(stratum_of_[psu])) psus.push_back(psu);
        return psus;
    }

private:
    const std::vector<std::uint32_t>& stratum_of_;
    std::vector<std::uint32_t> active_;
    std::map<std::string, std::set<std::uint32_t>> strata_;
};

Eigen::MatrixXd covariance_of(const SurveyDesign& design, const std::vector<SparseColumn>& z, bool full) {
    if (full) return covariance(design, z);
    return variances(design, z).asDiagonal();
}

void describe_cells(const std::vector<CellTotals>& cells, Estimate& result) {
    for (const CellTotals& cell : cells) {
        result.n.push_back(cell.n);
        result.cases.push_back(cell.cases);
        result.ceiling.push_back(cell.w * result.scale);
        result.missing_share.push_back(cell.w + cell.missing > 0 ? cell.missing / std::max(cell.w, cell.missing) : 0);
    }
}

// SE is missing without degrees of freedom, and where an estimate at the bound of its range shows no variance.
void withhold_unknown_variance(Estimate& result) {
    for (std::size_t i = 0; i < result.size(); ++i) {
        const auto at = static_cast<Eigen::Index>(i);
        const double value = result.values(at);
        const bool bound = result.range != ParameterRange::real &&
                           (value == 0 || (result.range == ParameterRange::proportion && value == result.scale));
        if (result.df[i] > 0 && !bound && result.covariance(at, at) >= 0 && std::isfinite(value)) continue;
        result.covariance.row(at).setConstant(missing_number);
        result.covariance.col(at).setConstant(missing_number);
    }
}

}  // namespace

std::vector<CellTotals> accumulate_cells(const Level& base, const std::vector<std::uint32_t>& order, const Terms& terms,
                                         const Cells& cells) {
    std::vector<CellTotals> result(cells.names.size());
    for (const std::uint32_t row : order) {
        const std::uint32_t c = cells.of_row[row];
        if (c == no_cell) continue;
        CellTotals& cell = result[c];
        if (!terms.missing_weight.empty()) cell.missing += terms.missing_weight[row];
        cell.cases += terms.cases[row];
        if (terms.universe[row])
            add_row(cell, base.unit_of_row[row], base.weight[row], terms.numerator[row],
                    terms.denominator.empty() ? 0 : terms.denominator[row]);
    }
    return result;
}

Estimate estimate(const SurveyData& data, const Indicator& indicator, const std::vector<std::string>& by,
                  const EstimateOptions& options, Diagnostics& faults) {
    const Level& base = data.hierarchy[indicator.base()];
    const Terms terms = terms_of(data.hierarchy, indicator, options.only, faults);
    if (faults.has_errors()) return {};
    const bool ratio = !terms.denominator.empty();
    const Cells cells = cells_of(data.hierarchy, indicator.base(), by);
    const std::vector<CellTotals> totals =
        accumulate_cells(base, rows_by_unit(base.unit_of_row, data.design.units()), terms, cells);

    Estimate result;
    result.names = cells.names;
    result.range = indicator.range();
    result.scale = indicator.scale;
    result.stratum_of_psu = data.design.stages.front().group;
    describe_cells(totals, result);
    const std::vector<SparseColumn> z = linearize_all(totals, ratio, result);
    result.covariance = covariance_of(data.design, z, options.full_covariance);
    const std::vector<std::uint32_t> psu_of = psu_of_unit(data.design);
    const std::optional<TotalUniverse> universe =
        ratio ? std::nullopt : std::optional<TotalUniverse>(std::in_place, data, by);
    for (std::size_t c = 0; c < totals.size(); ++c) {
        result.active.push_back(ratio ? distinct_psus(totals[c].active, psu_of) : universe->psus(cells.names[c]));
        result.df.push_back(degrees_of_freedom(data.design, result.active.back()));
        result.deff.push_back(
            design_effect(result.covariance(static_cast<Eigen::Index>(c), static_cast<Eigen::Index>(c)), totals[c],
                          ratio, indicator.scale));
    }
    withhold_unknown_variance(result);
    result.notices = data.design.notices;
    return result;
}

}  // namespace cifra
