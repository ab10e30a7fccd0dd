// Sums of auxiliaries put together from the categories and numbers of an answer, against those of units in memory.
#include "estimation/pass/warehouse_auxiliaries.h"

#include <gtest/gtest.h>

#include "engine/random.h"

namespace cifra {
namespace {

struct Units {
    Controls controls;
    std::vector<double> v;
};

// Two margins with numbers before, between and behind them; some units lie outside a margin.
Units units() {
    Stream chance({.seed = 5, .unit = stable_hash("auxiliaries")});
    std::vector<Control> all(5);
    for (std::size_t c = 0; c < all.size(); ++c) {
        const bool margin = c % 2 == 1;
        for (std::size_t j = 0; j < (margin ? c + 1 : 1); ++j) {
            all[c].names.push_back(std::to_string(c) + "=" + std::to_string(j));
            all[c].totals.push_back(0);
        }
    }
    Units result;
    for (std::size_t unit = 0; unit < 50; ++unit) {
        result.v.push_back(chance.uniform());
        for (std::size_t c = 0; c < all.size(); ++c)
            if (c % 2 == 0)
                all[c].value.push_back(chance.uniform() - 0.5);
            else
                all[c].category.push_back(chance.bernoulli(0.1) ? no_category
                                                                : static_cast<std::uint32_t>(chance.below(c + 1)));
    }
    for (Control& control : all) result.controls.add(std::move(control));
    return result;
}

WarehouseAuxiliaries as_sql(const Controls& controls) {
    WarehouseAuxiliaries x;
    for (const Control& control : controls.all())
        x.add({.value = "x", .categories = {}, .margin = control.margin()}, control.names.size());
    return x;
}

// What a server would send if every unit were a group of its own.
Table answer(const Units& units) {
    std::vector<std::vector<double>> columns;
    const auto column = [&](const auto& value) {
        columns.emplace_back();
        for (std::size_t unit = 0; unit < units.v.size(); ++unit) columns.back().push_back(value(unit));
    };
    std::vector<const Control*> numbers;
    for (const Control& control : units.controls.all()) {
        if (!control.margin()) numbers.push_back(&control);
        if (control.margin())
            column([&](std::size_t u) { return control.category[u] == no_category ? -1.0 : control.category[u]; });
    }
    column([&](std::size_t u) { return units.v[u]; });
    for (const Control* a : numbers) column([&](std::size_t u) { return units.v[u] * a->value[u]; });
    for (std::size_t l = 0; l < numbers.size(); ++l)
        for (std::size_t k = 0; k <= l; ++k)
            column([&](std::size_t u) { return units.v[u] * numbers[k]->value[u] * numbers[l]->value[u]; });
    Table table;
    for (std::size_t c = 0; c < columns.size(); ++c)
        table.set(std::to_string(c), Column::of_numbers(std::move(columns[c])));
    return table;
}

TEST(WarehouseAuxiliaries, SumsAreThoseOfUnitsInMemory) {
    const Units sample = units();
    const WarehouseAuxiliaries x = as_sql(sample.controls);
    const Table sums = answer(sample);
    ASSERT_EQ(x.columns, 9U);
    ASSERT_EQ(x.numbers(), 3U);
    EXPECT_TRUE(linear_total(x, sums, 0, 2).isApprox(weighted_totals(sample.controls, sample.v), 1e-14));
    EXPECT_TRUE(square_total(x, sums, 0, 2).isApprox(weighted_products(sample.controls, sample.v), 1e-14));
}

}  // namespace
}  // namespace cifra
