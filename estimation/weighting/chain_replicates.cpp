#include "estimation/weighting/chain_replicates.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/constants/constants.hpp>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

#include "engine/csv.h"
#include "engine/design_columns.h"
#include "engine/parallel.h"
#include "engine/summation.h"
#include "estimation/variance.h"
#include "estimation/variance/design_key.h"

namespace cifra {

namespace {

constexpr double most_failures = 0.1;  // of a bootstrap's replicates

DesignColumns columns_of(const WeightingPlan& plan, const Table& sample, Diagnostics& faults) {
    if (!plan.design.is_null()) return read_design_plan(plan.design, "sample", faults).columns;
    namespace c = design_columns;
    DesignColumns columns;
    columns.strata = c::stratum;
    columns.psu = {c::psu, plan.unit};
    if (sample.has(c::certainty)) columns.certainty = c::certainty;
    return columns;
}

// The weights of one replicate, or why they cannot be made.
struct Outcome {
    FinalWeights weights;
    std::string failure;
};

// Σ_r c_r (R η_r)(R η_r)' = R R' = V(T): source i moves the controls of replicate r by R_i cos(π i (r + 1/2) / R)
// √(2/R) / √c_r, cosines orthogonal over r. `first` counts the sources of the steps before.
Eigen::VectorXd shift_of_controls(const Eigen::MatrixXd& sources, const ReplicateFactors& factors, std::size_t r,
                                  std::size_t first) {
    const auto count = static_cast<double>(factors.count());
    Eigen::VectorXd shift = Eigen::VectorXd::Zero(sources.rows());
    for (Eigen::Index i = 0; i < sources.cols(); ++i) {
        const double order = static_cast<double>(first) + static_cast<double>(i) + 1;
        if (!(order < count))
            throw Refusal(fmt::format("{} replicates cannot carry the variance of more controls", factors.count()));
        shift += sources.col(i) *
                 (std::cos(boost::math::constants::pi<double>() * order * (static_cast<double>(r) + 0.5) / count) *
                  std::sqrt(2 / count / factors.coefficients()[r]));
    }
    return shift;
}

Outcome outcome_of(const WeightingChain& chain, const ChainDesign& design, std::size_t r) {
    std::vector<double> by_unit(design.factors->units());
    design.factors->of(r, by_unit);
    Weights base = chain.base;
    for (std::size_t k = 0; k < base.size(); ++k) base[k] *= by_unit[design.unit[k]];
    try {
        std::size_t first = 0;
        const auto shift = [&](const Eigen::MatrixXd& sources) {
            const auto before = std::exchange(first, first + static_cast<std::size_t>(sources.cols()));
            return shift_of_controls(sources, *design.factors, r, before);
        };
        return {take_steps(chain, std::move(base), shift), {}};
    } catch (const Refusal& refusal) {
        return {{}, fmt::format("replicate {}: {}", r + 1, refusal.what())};
    }
}

void check_failures(const ReplicatedChain& result, const ReplicateFactors& factors) {
    if (result.failures.empty()) return;
    const auto share = static_cast<double>(result.failures.size()) / static_cast<double>(factors.count());
    if (!is_bootstrap(factors.plan().method) || share > most_failures)
        throw Refusal(fmt::format("{} of {} replicates cannot take all steps, the first of them: {}",
                                  result.failures.size(), factors.count(), result.failures.front()));
}

// ---- files

constexpr std::size_t at_once = std::size_t{1} << 22;  // numbers of a block

// `row`: of each unit in its file, npos without one.
void write_replicates(const Table& ids, const std::string& weight_name, const Weights& weights,
                      const std::vector<std::size_t>& row, const ReplicateWeights& replicates, std::ostream& csv) {
    std::vector<std::size_t> unit(ids.rows(), Column::npos);
    for (std::size_t k = 0; k < row.size(); ++k)
        if (row[k] != Column::npos) unit[row[k]] = k;
    const std::size_t rows = std::max<std::size_t>(1, at_once / (replicates.size() + 1));
    for (std::size_t begin = 0; begin < unit.size(); begin += rows) {
        std::vector<std::size_t> numbers(std::min(rows, unit.size() - begin));
        std::iota(numbers.begin(), numbers.end(), begin);
        Table block = ids.pick(numbers);
        const auto add = [&](const std::string& name, const Weights& w) {
            std::vector<double> values;
            for (const std::size_t n : numbers) values.push_back(unit[n] == Column::npos ? 0 : w[unit[n]]);
            block.set(name, Column::of_numbers(std::move(values)));
        };
        add(weight_name, weights);
        for (std::size_t r = 0; r < replicates.size(); ++r) add(fmt::format("rw_{}", r + 1), replicates[r]);
        const std::string text = to_csv(block);
        csv << (begin == 0 ? text : text.substr(text.find('\n') + 1));
    }
}

// ---- comparison

double total_of(const std::vector<std::size_t>& units, const Weights& w) {
    CompensatedSum sum;
    for (const std::size_t k : units) sum.add(w[k]);
    return sum.value();
}

// Differences of rounding of a known total are none.
double settled(double error, double total) { return error > 1e-9 * std::abs(total) ? error : 0; }

}  // namespace

std::optional<ChainDesign> chain_design(const WeightingPlan& plan, const WeightingInputs& inputs,
                                        const WeightingUnits& units, std::uint64_t seed, Diagnostics& faults) {
    if (!plan.replicates && plan.compare.empty()) return std::nullopt;
    const std::size_t before = faults.error_count();
    const DesignColumns columns = columns_of(plan, inputs.sample, faults);
    if (faults.error_count() > before) return std::nullopt;
    DeclaredDesign declared = declare_design(inputs.sample, columns, faults);
    if (faults.error_count() > before) return std::nullopt;
    ChainDesign result;
    for (const std::size_t row : units.file_row) result.unit.push_back(declared.unit_of_row[row]);
    result.design = std::move(declared.design);
    if (plan.replicates) {
        ReplicationPlan replication = *plan.replicates;
        if (!plan.replicates_seeded) replication.seed = seed;
        result.factors = ReplicateFactors::make(replication, result.design, plan.replicates_at, faults);
    }
    if (faults.error_count() > before) return std::nullopt;
    return result;
}

ReplicatedChain replicate_chain(const WeightingChain& chain, const ChainDesign& design, int threads,
                                const std::function<void(const FinalWeights&)>& visit,
                                const std::function<void(double)>& progress) {
    constexpr std::size_t together = 16;  // bounds what is held
    ReplicatedChain result;
    const std::size_t count = design.factors->count();
    for (std::size_t first = 0; first < count; first += together) {
        const auto outcomes = map_shards<Outcome>(std::min(together, count - first), threads,
                                                  [&](std::size_t i) { return outcome_of(chain, design, first + i); });
        for (std::size_t i = 0; i < outcomes.size(); ++i) {
            if (!outcomes[i].failure.empty()) {
                result.failures.push_back(outcomes[i].failure);
                continue;
            }
            result.coefficients.push_back(design.factors->coefficients()[first + i]);
            visit(outcomes[i].weights);
        }
        progress(static_cast<double>(std::min(first + together, count)) / static_cast<double>(count));
    }
    check_failures(result, *design.factors);
    const double left =
        static_cast<double>(count) / static_cast<double>(std::max<std::size_t>(result.coefficients.size(), 1));
    for (double& coefficient : result.coefficients) coefficient *= left;
    return result;
}

ErrorComparison::ErrorComparison(const WeightingPlan& plan, const WeightingUnits& units, const WeightingChain& chain,
                                 Diagnostics& faults)
    : chain_(chain) {
    for (const std::string& variable : plan.compare) add_variable(plan, variable, units, faults);
}

void ErrorComparison::add_variable(const WeightingPlan& plan, const std::string& variable, const WeightingUnits& units,
                                   Diagnostics& faults) {
    const std::size_t last = chain_.weighs_persons() ? person_level : dwelling_level;
    if (!units.levels.knows(last, variable)) {
        faults.error(plan.where, "unknown-variable", fmt::format("no file and no group has '{}'", variable),
                     suggestion(variable, units.levels.schema(last).names()));
        return;
    }
    for (std::size_t level = dwelling_level; level <= last; ++level) {
        if (!units.levels.knows(level, variable)) continue;
        const Column& column = units.levels.column(level, variable);
        std::map<std::string, std::vector<std::size_t>> members;
        for (std::size_t k = 0; k < column.size(); ++k)
            if (column.present(k)) members[column.cell(k)].push_back(k);
        for (auto& [code, rows] : members)
            categories_.push_back({variable, code, level == person_level, std::move(rows), {}});
    }
}

void ErrorComparison::add(const FinalWeights& replicate) {
    for (Category& category : categories_)
        category.replicates.push_back(
            total_of(category.units, category.persons ? replicate.person : replicate.household));
}

double ErrorComparison::linearized_error(const Category& category, const ChainDesign& design) const {
    const Weights& w = category.persons ? chain_.final_weights() : chain_.household_weights();
    Weights a(w.size(), 0.0);
    for (const std::size_t k : category.units) a[k] = w[k];
    const auto [z, sources] = linearized(chain_, std::move(a), category.persons);
    std::vector<double> sums(design.design.units(), 0.0), sizes(sums.size(), 0.0);
    for (std::size_t k = 0; k < z.size(); ++k) sums[design.unit[k]] += z[k], sizes[design.unit[k]] += std::abs(z[k]);
    SparseColumn column;
    for (std::uint32_t unit = 0; unit < sums.size(); ++unit) {
        column.unit.push_back(unit);
        column.total.push_back(std::abs(sums[unit]) > 1e-12 * sizes[unit] ? sums[unit] : 0);
    }
    double variance = variances(design.design, {column})(0);
    for (const double source : sources) variance += source * source;
    return std::sqrt(variance);
}

Table ErrorComparison::table(const ChainDesign& design, std::span<const double> coefficients) const {
    std::vector<std::string> variables, codes, weights;
    std::vector<double> n, totals, linear, replicated, ratios;
    for (const Category& category : categories_) {
        const Weights& w = category.persons ? chain_.final_weights() : chain_.household_weights();
        variables.push_back(category.variable);
        codes.push_back(category.code);
        weights.emplace_back(category.persons ? "person" : "household");
        n.push_back(static_cast<double>(
            std::count_if(category.units.begin(), category.units.end(), [&](std::size_t k) { return w[k] > 0; })));
        totals.push_back(total_of(category.units, w));
        linear.push_back(settled(linearized_error(category, design), totals.back()));
        double variance = coefficients.empty() ? std::numeric_limits<double>::quiet_NaN() : 0;
        for (std::size_t r = 0; r < coefficients.size(); ++r)
            variance += coefficients[r] * std::pow(category.replicates[r] - totals.back(), 2);
        replicated.push_back(coefficients.empty() ? variance : settled(std::sqrt(variance), totals.back()));
        ratios.push_back(replicated.back() / linear.back());
    }
    Table table;
    table.set("variable", Column::of_texts(variables));
    table.set("category", Column::of_texts(codes));
    table.set("weight", Column::of_texts(weights));
    table.set("n", Column::of_numbers(std::move(n)));
    table.set("total", Column::of_numbers(std::move(totals)));
    table.set("se_linearized", Column::of_numbers(std::move(linear)));
    table.set("se_replicates", Column::of_numbers(std::move(replicated)));
    table.set("ratio", Column::of_numbers(std::move(ratios)));
    return table;
}

void write_household_replicates(const WeightingInputs& inputs, const WeightingPlan& plan, const WeightingResult& result,
                                const ReplicateWeights& replicates, std::ostream& csv) {
    Table ids;
    ids.set(plan.unit, inputs.sample.at(plan.unit));
    write_replicates(ids, "household_weight", result.chain.household_weights(), result.units.file_row, replicates, csv);
}

void write_person_replicates(const WeightingInputs& inputs, const WeightingResult& result,
                             const ReplicateWeights& replicates, std::ostream& csv) {
    Table ids;
    ids.set("household", inputs.person->at("household"));
    if (inputs.person->has("line")) ids.set("line", inputs.person->at("line"));
    write_replicates(ids, "person_weight", result.chain.final_weights(), result.units.person_row, replicates, csv);
}

}  // namespace cifra
