#include "estimation/weighting/chain_replicates.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/math/constants/constants.hpp>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

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

// ---- comparison

// Units of a level that fall in a category, and the level their weight is of.
struct Category {
    std::string variable, code;
    bool persons = false;
    std::vector<std::size_t> units;
};

std::vector<Category> categories_of(const std::string& variable, const WeightingUnits& units,
                                    const WeightingChain& chain, Diagnostics& faults, const Location& where) {
    std::vector<Category> result;
    const std::size_t last = chain.weighs_persons() ? person_level : dwelling_level;
    if (!units.levels.knows(last, variable)) {
        faults.error(where, "unknown-variable", fmt::format("no file and no group has '{}'", variable),
                     suggestion(variable, units.levels.schema(last).names()));
        return result;
    }
    for (std::size_t level = dwelling_level; level <= last; ++level) {
        if (!units.levels.knows(level, variable)) continue;
        const Column& column = units.levels.column(level, variable);
        std::map<std::string, std::vector<std::size_t>> members;
        for (std::size_t k = 0; k < column.size(); ++k)
            if (column.present(k)) members[column.cell(k)].push_back(k);
        for (auto& [code, rows] : members) result.push_back({variable, code, level == person_level, std::move(rows)});
    }
    return result;
}

double total_of(const Category& category, const Weights& w) {
    CompensatedSum sum;
    for (const std::size_t k : category.units) sum.add(w[k]);
    return sum.value();
}

double linearized_error(const Category& category, const WeightingChain& chain, const ChainDesign& design) {
    const Weights& w = category.persons ? chain.final_weights() : chain.household_weights();
    Weights a(w.size(), 0.0);
    for (const std::size_t k : category.units) a[k] = w[k];
    const auto [z, sources] = linearized(chain, std::move(a), category.persons);
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

double replicate_error(const Category& category, double total, const ReplicateWeights& replicates) {
    double variance = 0;
    const auto& weights = category.persons ? replicates.person : replicates.household;
    for (std::size_t r = 0; r < weights.size(); ++r)
        variance += replicates.replicated.coefficients[r] * std::pow(total_of(category, weights[r]) - total, 2);
    return std::sqrt(variance);
}

// Differences of rounding of a known total are none.
double settled(double error, double total) { return error > 1e-9 * std::abs(total) ? error : 0; }

void add_replicates(Table& table, const std::vector<Weights>& replicates, const std::vector<std::size_t>& row) {
    for (std::size_t r = 0; r < replicates.size(); ++r) {
        std::vector<double> values(table.rows(), 0.0);
        for (std::size_t k = 0; k < row.size(); ++k)
            if (row[k] != Column::npos) values[row[k]] = replicates[r][k];
        table.set(fmt::format("rw_{}", r + 1), Column::of_numbers(std::move(values)));
    }
}

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
    constexpr std::size_t at_once = 16;  // bounds what is held
    ReplicatedChain result;
    const std::size_t count = design.factors->count();
    for (std::size_t first = 0; first < count; first += at_once) {
        const auto outcomes = map_shards<Outcome>(std::min(at_once, count - first), threads,
                                                  [&](std::size_t i) { return outcome_of(chain, design, first + i); });
        for (std::size_t i = 0; i < outcomes.size(); ++i) {
            if (!outcomes[i].failure.empty()) {
                result.failures.push_back(outcomes[i].failure);
                continue;
            }
            result.coefficients.push_back(design.factors->coefficients()[first + i]);
            visit(outcomes[i].weights);
        }
        progress(static_cast<double>(std::min(first + at_once, count)) / static_cast<double>(count));
    }
    check_failures(result, *design.factors);
    const double left =
        static_cast<double>(count) / static_cast<double>(std::max<std::size_t>(result.coefficients.size(), 1));
    for (double& coefficient : result.coefficients) coefficient *= left;
    return result;
}

Table compare_errors(const WeightingPlan& plan, const WeightingUnits& units, const WeightingChain& chain,
                     const ChainDesign& design, const ReplicateWeights* replicates, Diagnostics& faults) {
    std::vector<std::string> variables, codes, weights;
    std::vector<double> n, totals, linear, replicated, ratios;
    for (const std::string& variable : plan.compare)
        for (const Category& category : categories_of(variable, units, chain, faults, plan.where)) {
            const Weights& w = category.persons ? chain.final_weights() : chain.household_weights();
            variables.push_back(variable);
            codes.push_back(category.code);
            weights.emplace_back(category.persons ? "person" : "household");
            n.push_back(static_cast<double>(
                std::count_if(category.units.begin(), category.units.end(), [&](std::size_t k) { return w[k] > 0; })));
            totals.push_back(total_of(category, w));
            linear.push_back(settled(linearized_error(category, chain, design), totals.back()));
            replicated.push_back(replicates
                                     ? settled(replicate_error(category, totals.back(), *replicates), totals.back())
                                     : std::numeric_limits<double>::quiet_NaN());
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

Table household_replicates(const WeightingInputs& inputs, const WeightingPlan& plan, const WeightingResult& result,
                           const ReplicateWeights& replicates) {
    Table table;
    const auto& units = result.units;
    table.set(plan.unit, inputs.sample.at(plan.unit));
    std::vector<double> weight(table.rows(), 0.0);
    for (std::size_t k = 0; k < units.file_row.size(); ++k)
        weight[units.file_row[k]] = result.chain.household_weights()[k];
    table.set("household_weight", Column::of_numbers(std::move(weight)));
    add_replicates(table, replicates.household, units.file_row);
    return table;
}

Table person_replicates(const WeightingInputs& inputs, const WeightingResult& result,
                        const ReplicateWeights& replicates) {
    Table table;
    const auto& units = result.units;
    table.set("household", inputs.person->at("household"));
    if (inputs.person->has("line")) table.set("line", inputs.person->at("line"));
    std::vector<double> weight(table.rows(), 0.0);
    for (std::size_t k = 0; k < units.person_row.size(); ++k)
        if (units.person_row[k] != Column::npos) weight[units.person_row[k]] = result.chain.final_weights()[k];
    table.set("person_weight", Column::of_numbers(std::move(weight)));
    add_replicates(table, replicates.person, units.person_row);
    return table;
}

}  // namespace cifra
