#include "estimation/pass/block_columns.h"

namespace cifra {

RowMask both_of(const RowMask& a, const std::vector<std::uint8_t>& b, std::vector<std::uint8_t>& room) {
    if (a.all) return mask_of(b);
    room = b;
    for (std::size_t row = 0; row < a.rows; ++row) room[row] &= a.in[row];
    return mask_of(room);
}

void ColumnSums::add_universe(std::size_t rows, std::size_t weight_sum, std::size_t largest, const RowMask& mask,
                              const std::vector<double>& weight) {
    double *n = whole(rows).value.data(), *most = whole(largest).value.data();
    double *total = whole(weight_sum).value.data(), *error = whole(weight_sum).error.data();
    const std::uint32_t *slot = places(rows).data(), *cell = places(largest).data();
    for_each_row(mask, [&](std::size_t row) {
        if (slot[row] == no_cell) return;
        n[slot[row]] += 1;
        add_compensated(weight[row], total[slot[row]], error[slot[row]]);
        most[cell[row]] = std::max(most[cell[row]], weight[row]);
    });
}

// Most items are 0 in most rows: a comparison costs less than an addition there.
void ColumnSums::add_products(std::size_t c, const RowMask& mask, const std::vector<double>& a,
                              const std::vector<double>& b) {
    double* error = whole(c).error.data();
    apply(c, mask, [&](double& to, std::uint32_t place, std::size_t row) {
        if (a[row] != 0) add_product_compensated(a[row], b[row], to, error[place]);
    });
}

RowMask BlockValues::universe(std::size_t level, const std::optional<Expr>& where) {
    const auto [found, added] = universes_.try_emplace({level, where ? where->source() : ""});
    if (!added) return found->second.mask;
    const std::vector<double>& weight = levels_[level].weight;
    Universe& universe = found->second;
    universe.mask = {nullptr, weight.size(), true};
    if (!where && std::all_of(weight.begin(), weight.end(), [](double w) { return w > 0; })) return universe.mask;
    universe.in = where ? levels_.filter(level, *where) : std::vector<std::uint8_t>(weight.size(), 1);
    for (std::size_t row = 0; row < weight.size(); ++row) universe.in[row] &= weight[row] > 0;
    universe.mask = mask_of(universe.in);
    return universe.mask;
}

const ConditionColumn& BlockValues::condition(std::size_t level, const Expr& expression) {
    const auto [found, added] = conditions_.try_emplace({level, expression.source()});
    if (added)
        found->second =
            evaluate_condition(expression, levels_[level].rows(),
                               [&](std::string_view name) -> const Column& { return levels_.column(level, name); });
    return found->second;
}

const Column& BlockValues::column(std::size_t level, const Expr& expression) {
    const auto [found, added] = columns_.try_emplace({level, expression.source()});
    if (added) found->second = levels_.evaluate(level, expression);
    return found->second;
}

namespace {

// Puts one missing item where its rule says.
void place_missing(const Indicator& indicator, std::size_t row, Missing kind, RowItems& items) {
    MissingRule rule = indicator.missing[kind];
    items.missing[row] = 1;
    items.any_missing = true;
    if (rule == MissingRule::undeclared) {
        ++items.undeclared;
        items.undeclared_kind = kind;
        rule = MissingRule::exclude;
    }
    items.value[row] = rule == MissingRule::numerator ? 1 : 0;
    if (rule != MissingRule::exclude) return;
    items.kept[row] = 0;
    items.any_excluded = true;
}

std::vector<double> numbers_of(const Column* column, std::size_t rows) {
    if (!column) return std::vector<double>(rows, 1);
    return {column->numbers().begin(), column->numbers().end()};
}

}  // namespace

RowItems items_of(BlockValues& values, const Level& level, const Indicator& indicator, const RowMask& universe) {
    const std::optional<Expr>& expression =
        indicator.kind == StatisticKind::proportion ? indicator.having : indicator.value;
    const Column* item = expression ? &values.column(indicator.of, *expression) : nullptr;
    const Column* over = indicator.over ? &values.column(indicator.of, *indicator.over) : nullptr;
    RowItems items;
    items.value = numbers_of(item, level.rows());
    if (over) items.over = numbers_of(over, level.rows());
    const bool gaps = (item && item->any_missing()) || (over && over->any_missing());
    items.universe = universe;
    if (!gaps) return items;
    items.kept = universe.all ? std::vector<std::uint8_t>(level.rows(), 1)
                              : std::vector<std::uint8_t>(universe.in, universe.in + universe.rows);
    items.missing.assign(level.rows(), 0);
    items.universe = mask_of(items.kept);
    for_each_row(universe, [&](std::size_t row) {
        Missing kind = item ? item->missing(row) : Missing::none;
        if (kind == Missing::none && over) kind = over->missing(row);
        if (kind != Missing::none) place_missing(indicator, row, kind, items);
    });
    return items;
}

}  // namespace cifra
