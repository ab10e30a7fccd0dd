#include "sampling/sample_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <string>
#include <utility>

#include "engine/design_columns.h"
#include "engine/random.h"
#include "sampling/stages/allocate.h"

namespace cifra {

namespace {

namespace names = design_columns;
constexpr std::uint16_t person_stage = 3;  // of the streams of selection numbers

// For every row the drawn unit of every stage.
class Rows {
public:
    Rows(const Frame& frame, const std::vector<DrawnStage>& stages) : frame_(frame), stages_(stages) {
        units_.resize(stages.size());
        for (std::size_t row = 0; row < stages.back().size(); ++row) units_.back().push_back(row);
        for (std::size_t s = stages.size() - 1; s > 0; --s)
            for (const std::size_t unit : units_[s]) units_[s - 1].push_back(stages[s][unit].parent);
    }

    std::size_t count() const { return units_.back().size(); }
    const DrawnUnit& unit(std::size_t stage, std::size_t row) const { return stages_[stage][units_[stage][row]]; }

    Column ids(std::size_t stage) const {
        return texts([&](std::size_t row) { return frame_.levels[stage].id(unit(stage, row).position); });
    }
    Column texts(const std::function<std::string(std::size_t row)>& text) const {
        TextColumnBuilder builder;
        builder.reserve(count());
        for (std::size_t row = 0; row < count(); ++row) builder.add(text(row));
        return builder.finish();
    }
    Column numbers(const std::function<double(std::size_t row)>& number) const {
        std::vector<double> values;
        for (std::size_t row = 0; row < count(); ++row) values.push_back(number(row));
        return Column::of_numbers(std::move(values));
    }
    Column selected(std::size_t stage) const {
        return numbers([&](std::size_t row) { return static_cast<double>(unit(stage, row).selected); });
    }
    Column listed(std::size_t stage) const {
        return numbers([&](std::size_t row) { return static_cast<double>(unit(stage, row).listed); });
    }
    Column probabilities(std::size_t stage) const {
        return numbers([&](std::size_t row) { return unit(stage, row).probability; });
    }
    // Given the unit of the first stage.
    double later_probability(std::size_t row) const {
        double product = 1;
        for (std::size_t s = 1; s < stages_.size(); ++s) product *= unit(s, row).probability;
        return product;
    }
    double weight(std::size_t row) const { return 1 / (unit(0, row).probability * later_probability(row)); }

    Column kept(const std::string& name) const {
        std::size_t s = 0;
        while (!frame_.levels[s].table.has(name)) ++s;
        std::vector<std::size_t> picked;
        for (std::size_t row = 0; row < count(); ++row)
            picked.push_back(frame_.levels[s].units[unit(s, row).position].row);
        return frame_.levels[s].table.at(name).pick(picked);
    }

private:
    const Frame& frame_;
    const std::vector<DrawnStage>& stages_;
    std::vector<std::vector<std::size_t>> units_;
};

void set_design(Table& table, const Rows& rows, std::size_t last) {
    const Column one = rows.numbers([](std::size_t) { return 1.0; });
    table.set(names::psu_count, rows.selected(0));
    table.set(names::psu_population, rows.listed(0));
    table.set(names::dwelling_count, last > 0 ? rows.selected(last) : one);
    table.set(names::dwelling_population, last > 0 ? rows.listed(last) : one);
    table.set(names::psu_probability, rows.probabilities(0));
    table.set(names::dwelling_probability, rows.numbers([&](std::size_t row) { return rows.later_probability(row); }));
    table.set(names::certainty, rows.numbers([&](std::size_t row) { return rows.unit(0, row).certain ? 1.0 : 0.0; }));
    table.set(names::base_weight, rows.numbers([&](std::size_t row) { return rows.weight(row); }));
}

// What the variance of Rao, Hartley and Cochran needs (selection/random_groups.h).
void set_random_groups(Table& table, const Rows& rows) {
    table.set(names::group_units, rows.numbers([&](std::size_t row) { return rows.unit(0, row).group_units; }));
    table.set(names::group_size, rows.numbers([&](std::size_t row) { return rows.unit(0, row).group_size; }));
}

void set_further_stages(Table& table, const DrawPlan& plan, const Frame& frame, const Rows& rows) {
    const std::size_t last = plan.stages.size() - 1;
    for (std::size_t s = 1; s < last; ++s) {
        const std::string& unit = plan.stages[s].unit;
        table.set(unit, rows.ids(s));
        table.set("n_" + unit, rows.selected(s));
        table.set("N_" + unit, rows.listed(s));
        table.set("pi_" + unit, rows.probabilities(s));
    }
    if (last > 1) table.set("pi_dwelling", rows.probabilities(last));
    bool subsample = false;
    for (std::size_t s = 0; s <= last; ++s) {
        subsample = subsample || plan.stages[s].subsample;
        if (s > 0 && !plan.stages[s].strata.empty())
            table.set("stratum_" + plan.stages[s].unit,
                      rows.texts([&](std::size_t row) { return frame.levels[s].stratum(rows.unit(s, row).position); }));
    }
    if (subsample) table.set("subsample", rows.numbers([&](std::size_t row) { return rows.unit(last, row).kept; }));
}

// The sums of one stratum.
struct StratumSums {
    double units = 0, certain = 0, last_units = 0, weights = 0, low = 1, high = 0;
    std::vector<double> between;  // drawn units of the stages between
};

std::vector<StratumSums> sums_of(std::size_t strata, const std::vector<DrawnStage>& stages) {
    std::vector<StratumSums> sums(strata);
    for (const DrawnUnit& unit : stages.front()) {
        StratumSums& stratum = sums[unit.stratum];
        ++stratum.units;
        stratum.certain += unit.certain ? 1 : 0;
        stratum.low = std::min(stratum.low, unit.probability);
        stratum.high = std::max(stratum.high, unit.probability);
    }
    for (StratumSums& stratum : sums) stratum.between.assign(stages.size(), 0);
    for (std::size_t s = 1; s < stages.size(); ++s)
        for (const DrawnUnit& unit : stages[s]) ++sums[unit.stratum].between[s];
    for (const DrawnUnit& unit : stages.back()) {
        ++sums[unit.stratum].last_units;
        sums[unit.stratum].weights += 1 / unit.overall;
    }
    return sums;
}

bool all_takes_fixed(const DrawPlan& plan) {
    return std::all_of(plan.stages.begin() + 1, plan.stages.end(), [](const StagePlan& stage) {
        return stage.count.kind == CountKind::per_stratum && stage.strata.empty();
    });
}

}  // namespace

Table sample_table(const DrawPlan& plan, const Frame& frame, std::span<const FrameStratum> strata,
                   const std::vector<DrawnStage>& stages, std::uint64_t seed) {
    const Rows rows(frame, stages);
    const std::size_t last = stages.size() - 1;
    Table table;
    table.set(names::stratum, rows.texts([&](std::size_t row) { return strata[rows.unit(0, row).stratum].id; }));
    table.set(names::psu, rows.ids(0));
    table.set(names::dwelling, rows.ids(last));
    set_design(table, rows, last);
    table.set(names::selection_number, rows.numbers([&](std::size_t row) {
        const std::string& id = frame.levels[last].id(rows.unit(last, row).position);
        return uniform({seed, Purpose::household, person_stage, stable_hash(id)}, 0);
    }));
    if (in_random_groups(plan.stages.front())) set_random_groups(table, rows);
    set_further_stages(table, plan, frame, rows);
    for (const std::string& name : plan.keep)
        if (!table.has(name)) table.set(name, rows.kept(name));
    return table;
}

Table strata_table(const DrawPlan& plan, std::span<const FrameStratum> strata, const std::vector<DrawnStage>& stages) {
    const std::vector<StratumSums> sums = sums_of(strata.size(), stages);
    const auto column = [&](const std::function<double(const FrameStratum&, const StratumSums&)>& value) {
        std::vector<double> values;
        for (std::size_t h = 0; h < strata.size(); ++h) values.push_back(value(strata[h], sums[h]));
        return Column::of_numbers(std::move(values));
    };
    std::vector<std::string> ids;
    for (const FrameStratum& stratum : strata) ids.push_back(stratum.id);
    const auto take = static_cast<double>(product_of_takes(plan.stages));
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    Table table;
    table.set("stratum", Column::of_texts(ids));
    table.set("N_psu", column([](const auto& h, const auto&) { return static_cast<double>(h.units.size()); }));
    table.set("n_psu", column([](const auto&, const auto& sum) { return sum.units; }));
    table.set("certainty", column([](const auto&, const auto& sum) { return sum.certain; }));
    table.set("N_dwelling", column([](const auto& h, const auto&) { return static_cast<double>(h.last_units); }));
    table.set("size", column([](const auto& h, const auto&) { return h.size; }));
    table.set("allocated", column([&](const auto&, const auto& sum) { return take > 0 ? sum.units * take : unknown; }));
    table.set("dwellings", column([](const auto&, const auto& sum) { return sum.last_units; }));
    table.set("sum_weights", column([](const auto&, const auto& sum) { return sum.weights; }));
    table.set("pi_min", column([](const auto&, const auto& sum) { return sum.low; }));
    table.set("pi_max", column([](const auto&, const auto& sum) { return sum.high; }));
    for (std::size_t s = 1; s + 1 < stages.size(); ++s)
        table.set("n_" + plan.stages[s].unit, column([&](const auto&, const auto& sum) { return sum.between[s]; }));
    return table;
}

Diagnostics notes_on(const DrawPlan& plan, const Table& strata) {
    Diagnostics notes;
    double certain = 0, missing = 0;
    std::size_t with_certain = 0;
    for (std::size_t h = 0; h < strata.rows(); ++h) {
        const auto value = [&](const char* name) { return strata.at(name).number(h); };
        certain += value("certainty");
        with_certain += value("certainty") > 0 ? 1 : 0;
        missing += value("allocated") - value("dwellings");
        if (value("n_psu") == 1 && value("N_psu") > 1)
            notes.warning(
                plan.where, "lonely-psu",
                fmt::format("stratum '{}' has a single drawn PSU of {}", strata.at("stratum").text(h), value("N_psu")),
                "draw at least two, or merge the stratum: its variance cannot be estimated");
    }
    if (certain > 0)
        notes.note(plan.where, "certainty",
                   fmt::format("{} PSUs in {} strata are taken with certainty", certain, with_certain));
    if (missing > 0 && all_takes_fixed(plan))
        notes.warning(plan.where, "short-psu",
                      fmt::format("PSUs with fewer dwellings than 'take' leave the sample {} dwellings short", missing),
                      "join small PSUs before the draw, or raise the number of PSUs");
    return notes;
}

}  // namespace cifra
