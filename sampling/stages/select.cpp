#include "sampling/stages/select.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/random.h"
#include "sampling/selection/inclusion.h"
#include "sampling/selection/order.h"

namespace cifra {

namespace {

constexpr std::size_t listed = 20;

bool cell_before(const Column& column, std::size_t a, std::size_t b) {
    return column.is_number() ? column.number(a) < column.number(b) : column.text(a) < column.text(b);
}

void sort_by_chance(const FrameLevel& level, std::vector<std::size_t>& units, const StageChance& chance) {
    std::vector<std::pair<double, std::size_t>> keyed;
    for (const std::size_t unit : units)
        keyed.emplace_back(uniform({chance.seed, Purpose::order, chance.stage, stable_hash(level.id(unit))}, 0), unit);
    std::sort(keyed.begin(), keyed.end());
    std::transform(keyed.begin(), keyed.end(), units.begin(), [](const auto& each) { return each.second; });
}

std::vector<std::size_t> rows_of(const FrameLevel& level, std::span<const std::size_t> units) {
    std::vector<std::size_t> rows;
    for (const std::size_t unit : units) rows.push_back(level.units[unit].row);
    return rows;
}

std::vector<std::size_t> serpentine(const std::vector<std::string>& columns, const FrameLevel& level,
                                    const std::vector<std::size_t>& units) {
    const std::vector<std::size_t> rows = rows_of(level, units);
    Table sorted;
    for (const std::string& name : columns) sorted.set(name, level.table.at(name).pick(rows));
    std::vector<std::size_t> result;
    for (const std::size_t i : serpentine_order(sorted, columns)) result.push_back(units[i]);
    return result;
}

std::vector<double> sizes_of(const StagePlan& stage, const FrameLevel& level, std::span<const std::size_t> units) {
    std::vector<double> sizes;
    if (stage.size.empty()) return sizes;
    const Column& column = level.table.at(stage.size);
    for (const std::size_t unit : units) sizes.push_back(column.number(level.units[unit].row));
    return sizes;
}

UnitMatrix auxiliary_of(const StagePlan& stage, const FrameLevel& level, std::span<const std::size_t> units) {
    UnitMatrix values(static_cast<Eigen::Index>(units.size()), static_cast<Eigen::Index>(stage.auxiliary.size()));
    for (std::size_t c = 0; c < stage.auxiliary.size(); ++c) {
        const Column& column = level.table.at(stage.auxiliary[c]);
        for (std::size_t i = 0; i < units.size(); ++i)
            values(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(c)) =
                column.number(level.units[units[i]].row);
    }
    return values;
}

void report_certain(const FrameLevel& level, std::span<const std::size_t> units, std::span<const double> probability,
                    Diagnostics& faults) {
    for (std::size_t i = 0; i < units.size() && faults.error_count() < listed; ++i)
        if (probability[i] == 1)
            faults.error(
                level.place(units[i]), "certain-unit",
                fmt::format("the {} is so large that it is certain, which the plan forbids", level.unit),
                fmt::format("split it, select fewer {}s in its stratum, or write 'certainty: allow'", level.unit));
}

// π aimed at. Random groups have none of their own: equal ones tell whether all units are taken.
std::vector<double> targets_of(const StagePlan& stage, std::size_t count, std::span<const double> sizes,
                               const GroupTarget& target) {
    if (target.rate > 0) return std::vector<double>(count, target.rate);
    if (sizes.empty() || in_random_groups(stage))
        return std::vector<double>(count, static_cast<double>(target.n) / static_cast<double>(count));
    return inclusion_by_size(sizes, target.n).probability;
}

// r N, rounded up with the probability of its fraction.
std::uint64_t rounded_at_random(double expected, Stream& stream) {
    const double whole = std::floor(expected);
    return static_cast<std::uint64_t>(whole) + (stream.uniform() < expected - whole ? 1 : 0);
}

// π_kl of what was selected, in that order.
Eigen::MatrixXd joint_of(const StagePlan& stage, const Population& population,
                         const std::vector<SelectedUnit>& selected) {
    std::vector<std::size_t> units;
    for (const SelectedUnit& each : selected) units.push_back(each.unit);
    return stage.method->joint(population, units);
}

}  // namespace

std::vector<std::size_t> list_order(const Ordering& ordering, const FrameLevel& level, std::vector<std::size_t> units,
                                    const StageChance& chance) {
    if (ordering.kind == UnitOrder::file)
        std::sort(units.begin(), units.end(),
                  [&](std::size_t a, std::size_t b) { return level.units[a].row < level.units[b].row; });
    if (ordering.kind == UnitOrder::random) sort_by_chance(level, units, chance);
    if (ordering.kind == UnitOrder::serpentine) return serpentine(ordering.columns, level, units);
    for (auto name = ordering.columns.rbegin(); name != ordering.columns.rend(); ++name) {
        const Column& column = level.table.at(*name);
        std::stable_sort(units.begin(), units.end(), [&](std::size_t a, std::size_t b) {
            return cell_before(column, level.units[a].row, level.units[b].row);
        });
    }
    return units;
}

GroupSelection select_units(const StagePlan& stage, const FrameLevel& level, std::vector<std::size_t> units,
                            const std::string& group, const GroupTarget& target, const StageChance& chance, bool joint,
                            Diagnostics& faults) {
    GroupSelection result;
    GroupTarget aim = target;
    if (stage.subsample && units.size() > stage.subsample->over) result.kept = stage.subsample->keep;
    aim.rate *= result.kept;
    Stream stream({chance.seed, Purpose::selection, chance.stage, stable_hash(group)});
    if (aim.rate > 0) aim.n = rounded_at_random(aim.rate * static_cast<double>(units.size()), stream);
    if (aim.n == 0 && aim.rate == 0) return result;
    units = list_order(stage.order, level, std::move(units), chance);
    const std::vector<double> sizes = sizes_of(stage, level, units);
    const std::vector<double> probability = targets_of(stage, units.size(), sizes, aim);
    if (stage.forbid_certainty && aim.n < units.size()) report_certain(level, units, probability, faults);
    const UnitMatrix auxiliary = auxiliary_of(stage, level, units);
    const Population population{probability, sizes, aim.n, &auxiliary};
    const std::vector<SelectedUnit> selected = stage.method->select(population, stream);
    for (const SelectedUnit& each : selected)
        result.units.push_back(
            {units[each.unit], each.probability, probability[each.unit] == 1, each.group_units, each.group_size});
    if (joint) result.joint = joint_of(stage, population, selected);
    return result;
}

}  // namespace cifra
