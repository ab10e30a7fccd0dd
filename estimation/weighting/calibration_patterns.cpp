#include "estimation/weighting/calibration_patterns.h"

#include <numeric>

#include "engine/parallel.h"
#include "engine/summation.h"
#include "estimation/numbering.h"

namespace cifra {

namespace {

// Distinct numbers of units, and the first unit of each.
struct Numbers {
    std::vector<std::uint32_t> of_unit;
    std::vector<std::uint32_t> first;
};

Numbers one_number(std::size_t units) {
    return {std::vector<std::uint32_t>(units, 0), std::vector<std::uint32_t>(units > 0 ? 1 : 0, 0)};
}

// Numbers of the pairs (number, key(unit)), keys below `keys`. False as soon as more than half of the units, and of
// the first few thousand, differ: nothing is gained then, and `numbers` is void.
template <class KeyOf>
bool cross(Numbers& numbers, std::uint64_t keys, bool always, const KeyOf& key_of_unit) {
    constexpr std::size_t few = 2048;
    Numbering pairs;
    numbers.first.clear();
    for (std::uint32_t unit = 0; unit < numbers.of_unit.size(); ++unit) {
        std::uint32_t& number = numbers.of_unit[unit];
        number = pairs.of(number * keys + key_of_unit(unit));
        if (number != numbers.first.size()) continue;
        numbers.first.push_back(unit);
        if (!always && numbers.first.size() > few + unit / 2) return false;
    }
    return true;
}

void cross_margins(Numbers& numbers, const Controls& controls) {
    for (const Control& control : controls.all())
        if (control.margin())
            cross(numbers, control.names.size() + 1, true,
                  [&](std::uint32_t unit) { return std::uint64_t{control.category[unit] + 1}; });  // none is 0
}

bool cross_values(Numbers& numbers, std::span<const double> values) {
    Numbers distinct = one_number(values.size());
    return cross(distinct, 1, false, [&](std::uint32_t unit) { return key_of(values[unit]); }) &&
           cross(numbers, distinct.first.size(), false, [&](std::uint32_t unit) { return distinct.of_unit[unit]; });
}

Numbers each_its_own(std::size_t units) {
    Numbers numbers{std::vector<std::uint32_t>(units), std::vector<std::uint32_t>(units)};
    std::iota(numbers.of_unit.begin(), numbers.of_unit.end(), 0U);
    std::iota(numbers.first.begin(), numbers.first.end(), 0U);
    return numbers;
}

Numbers unit_patterns(const Numbers& groups, const Controls& controls, std::span<const double> variances,
                      bool each_unit) {
    const std::size_t units = groups.of_unit.size();
    if (each_unit) return each_its_own(units);
    Numbers numbers = groups;
    for (const Control& control : controls.all())
        if (!control.margin() && !cross_values(numbers, control.value)) return each_its_own(units);
    if (!variances.empty() && !cross_values(numbers, variances)) return each_its_own(units);
    return numbers;
}

void add_group(CalibrationPatterns& result, const Controls& controls, std::uint32_t unit) {
    for (std::size_t c = 0; c < controls.all().size(); ++c) {
        const Control& control = controls.all()[c];
        if (!control.margin()) continue;
        const std::uint32_t category = control.category[unit];
        result.category.push_back(
            static_cast<std::uint32_t>(category == no_category ? controls.columns() : controls.first(c) + category));
    }
}

void add_pattern(CalibrationPatterns& result, const Controls& controls, std::span<const double> variances,
                 std::uint32_t unit) {
    for (const Control& control : controls.all())
        if (!control.margin()) result.number.push_back(control.value[unit]);
    if (!variances.empty()) result.variance.push_back(variances[unit]);
}

// Patterns in the order of their groups: where each begins, then by their first units.
std::vector<std::uint32_t> by_group(const Numbers& groups, const Numbers& patterns, std::vector<std::uint32_t>& end) {
    end.assign(groups.first.size(), 0);
    for (const std::uint32_t unit : patterns.first) ++end[groups.of_unit[unit]];
    std::exclusive_scan(end.begin(), end.end(), end.begin(), 0U);
    std::vector<std::uint32_t> order(patterns.first.size());
    for (std::uint32_t pattern = 0; pattern < order.size(); ++pattern)
        order[end[groups.of_unit[patterns.first[pattern]]]++] = pattern;
    return order;
}

}  // namespace

CalibrationPatterns calibration_patterns(const Controls& controls, std::span<const double> variances, std::size_t units,
                                         bool each_unit) {
    CalibrationPatterns result;
    result.columns = controls.columns();
    for (std::size_t c = 0; c < controls.all().size(); ++c)
        if (controls.all()[c].margin())
            ++result.margins;
        else
            result.number_columns.push_back(controls.first(c));
    Numbers groups = one_number(units);
    cross_margins(groups, controls);
    Numbers patterns = unit_patterns(groups, controls, variances, each_unit);
    std::vector<std::uint32_t> end, place(patterns.first.size());
    const std::vector<std::uint32_t> order = by_group(groups, patterns, end);
    std::uint32_t at = 0;
    for (std::size_t group = 0; group < end.size(); ++group)
        for (std::size_t size = 0; at < end[group]; ++at, size = (size + 1) % rows_per_shard) {
            if (size == 0) {
                result.begin.push_back(at);
                add_group(result, controls, groups.first[group]);
            }
            add_pattern(result, controls, variances, patterns.first[order[at]]);
            place[order[at]] = at;
        }
    result.begin.push_back(at);
    result.of_unit = std::move(patterns.of_unit);
    for (std::uint32_t& pattern : result.of_unit) pattern = place[pattern];
    return result;
}

std::vector<double> sums_by_pattern(const CalibrationPatterns& patterns, std::span<const double> d) {
    if (patterns.size() == d.size()) {
        std::vector<double> result(d.size());
        for (std::size_t unit = 0; unit < d.size(); ++unit) result[patterns.of_unit[unit]] = d[unit];
        return result;
    }
    std::vector<CompensatedSum> sums(patterns.size());
    for (std::size_t unit = 0; unit < d.size(); ++unit) sums[patterns.of_unit[unit]].add(d[unit]);
    std::vector<double> result;
    for (const CompensatedSum& sum : sums) result.push_back(sum.value());
    return result;
}

}  // namespace cifra
