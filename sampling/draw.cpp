#include "sampling/draw.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <tuple>

#include "engine/design_columns.h"
#include "engine/random.h"
#include "sampling/selection/equal.h"
#include "sampling/selection/inclusion.h"
#include "sampling/selection/unequal.h"

namespace cifra {

namespace {

constexpr std::uint16_t psu_stage = 1, dwelling_stage = 2, person_stage = 3;

struct DrawnPsu {
    std::size_t psu = 0;
    double probability = 1;
    bool certain = false;
};

struct SampleRows {
    std::vector<std::size_t> psu, dwelling;  // positions in the frame
    std::vector<double> n_psu, N_psu, n_dwelling, N_dwelling, pi_1, pi_2, certainty, weight, number;
};

struct StratumRows {
    std::vector<std::string> stratum;
    std::vector<double> N_psu, n_psu, certainty, N_dwelling, size, allocated, dwellings, sum_weights, pi_min, pi_max;
};

bool cell_before(const Column& column, std::size_t a, std::size_t b) {
    return column.is_number() ? column.number(a) < column.number(b) : column.text(a) < column.text(b);
}

// Positions first .. first + count of `units` (FramePsu or FrameDwelling, which stand in order of id), in the plan's
// order.
template <class Unit>
std::vector<std::size_t> ordered(const std::vector<Unit>& units, std::size_t first, std::size_t count,
                                 const Table& table, const Ordering& ordering, const Draw& chance) {
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), first);
    if (ordering.kind == UnitOrder::file)
        std::sort(order.begin(), order.end(),
                  [&](std::size_t a, std::size_t b) { return units[a].row < units[b].row; });
    if (ordering.kind == UnitOrder::random) {
        std::vector<double> keys(count);
        for (std::size_t i = 0; i < count; ++i)
            keys[i] = uniform({chance.seed, chance.purpose, chance.stage, stable_hash(units[first + i].id)}, 0);
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return keys[a - first] < keys[b - first]; });
    }
    for (auto name = ordering.columns.rbegin(); name != ordering.columns.rend(); ++name) {
        const Column& column = table.at(*name);
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return cell_before(column, units[a].row, units[b].row); });
    }
    return order;
}

std::vector<DrawnPsu> draw_psus(const DrawPlan& plan, const Frame& frame, const FrameStratum& stratum, std::uint64_t n,
                                std::uint64_t seed) {
    const std::vector<std::size_t> order = ordered(frame.psus, stratum.first, stratum.count, frame.psu_table,
                                                   plan.psu_order, {seed, Purpose::order, psu_stage, 0});
    std::vector<double> sizes;
    for (const std::size_t psu : order) sizes.push_back(frame.psus[psu].size);
    const Inclusion inclusion = inclusion_by_size(sizes, n);
    if (plan.forbid_certainty && inclusion.certain_count > 0)
        throw Refusal(
            fmt::format("stratum '{}': {} of its PSUs are so large that they are certain, which the plan forbids; "
                        "draw fewer PSUs there, split the large ones, or write 'certainty: allow'",
                        stratum.id, inclusion.certain_count));
    Stream stream({seed, Purpose::selection, psu_stage, stable_hash(stratum.id)});
    std::vector<DrawnPsu> drawn;
    for (const std::size_t i : pps_systematic(inclusion.probability, stream))
        drawn.push_back({order[i], inclusion.probability[i], inclusion.certain[i]});
    return drawn;
}

void draw_dwellings(const DrawPlan& plan, const Frame& frame, const DrawnPsu& drawn, std::uint64_t n_psu,
                    std::uint64_t seed, SampleRows& rows) {
    const FramePsu& psu = frame.psus[drawn.psu];
    const std::vector<std::size_t> order = ordered(frame.dwellings, psu.first, psu.count, frame.dwelling_table,
                                                   plan.dwelling_order, {seed, Purpose::order, dwelling_stage, 0});
    const std::uint64_t take = std::min<std::uint64_t>(plan.take, psu.count);
    const double pi_2 = static_cast<double>(take) / static_cast<double>(psu.count);
    Stream stream({seed, Purpose::selection, dwelling_stage, stable_hash(psu.id)});
    for (const std::size_t i : systematic(psu.count, take, stream)) {
        const FrameDwelling& dwelling = frame.dwellings[order[i]];
        rows.psu.push_back(drawn.psu);
        rows.dwelling.push_back(order[i]);
        rows.n_psu.push_back(static_cast<double>(n_psu));
        rows.N_psu.push_back(static_cast<double>(frame.strata[psu.stratum].count));
        rows.n_dwelling.push_back(static_cast<double>(take));
        rows.N_dwelling.push_back(static_cast<double>(psu.count));
        rows.pi_1.push_back(drawn.probability);
        rows.pi_2.push_back(pi_2);
        rows.certainty.push_back(drawn.certain ? 1 : 0);
        rows.weight.push_back(1 / (drawn.probability * pi_2));
        rows.number.push_back(uniform({seed, Purpose::household, person_stage, stable_hash(dwelling.id)}, 0));
    }
}

void describe_stratum(const Frame& frame, const FrameStratum& stratum, const std::vector<DrawnPsu>& drawn,
                      std::uint64_t take, std::span<const double> weights, StratumRows& rows) {
    double dwellings = 0, low = 1, high = 0, certain = 0;
    for (std::size_t i = 0; i < stratum.count; ++i)
        dwellings += static_cast<double>(frame.psus[stratum.first + i].count);
    for (const DrawnPsu& psu : drawn) {
        low = std::min(low, psu.probability);
        high = std::max(high, psu.probability);
        certain += psu.certain ? 1 : 0;
    }
    rows.stratum.push_back(stratum.id);
    rows.N_psu.push_back(static_cast<double>(stratum.count));
    rows.n_psu.push_back(static_cast<double>(drawn.size()));
    rows.certainty.push_back(certain);
    rows.N_dwelling.push_back(dwellings);
    rows.size.push_back(stratum.size);
    rows.allocated.push_back(static_cast<double>(drawn.size() * take));
    rows.dwellings.push_back(static_cast<double>(weights.size()));
    rows.sum_weights.push_back(std::accumulate(weights.begin(), weights.end(), 0.0));
    rows.pi_min.push_back(low);
    rows.pi_max.push_back(high);
}

// A column of the frame for the drawn units: from the PSU file if it has it, else from the dwelling file.
Column kept_column(const Frame& frame, const SampleRows& rows, const std::string& name) {
    std::vector<std::size_t> picked;
    const Column* column = frame.psu_table.find(name);
    for (std::size_t i = 0; i < rows.psu.size(); ++i)
        picked.push_back(column ? frame.psus[rows.psu[i]].row : frame.dwellings[rows.dwelling[i]].row);
    return (column ? *column : frame.dwelling_table.at(name)).pick(picked);
}

Table sample_table(const DrawPlan& plan, const Frame& frame, const SampleRows& rows) {
    TextColumnBuilder strata, psus, dwellings;
    for (std::size_t i = 0; i < rows.psu.size(); ++i) {
        const FramePsu& psu = frame.psus[rows.psu[i]];
        strata.add(frame.strata[psu.stratum].id);
        psus.add(psu.id);
        dwellings.add(frame.dwellings[rows.dwelling[i]].id);
    }
    namespace names = design_columns;
    Table table;
    table.set(names::stratum, strata.finish());
    table.set(names::psu, psus.finish());
    table.set(names::dwelling, dwellings.finish());
    const std::pair<const char*, const std::vector<double>*> numbers[] = {
        {names::psu_count, &rows.n_psu},           {names::psu_population, &rows.N_psu},
        {names::dwelling_count, &rows.n_dwelling}, {names::dwelling_population, &rows.N_dwelling},
        {names::psu_probability, &rows.pi_1},      {names::dwelling_probability, &rows.pi_2},
        {names::certainty, &rows.certainty},       {names::base_weight, &rows.weight},
        {names::selection_number, &rows.number}};
    for (const auto& [name, values] : numbers) table.set(name, Column::of_numbers(*values));
    for (const std::string& name : plan.keep)
        if (!table.has(name)) table.set(name, kept_column(frame, rows, name));
    return table;
}

Table strata_table(const StratumRows& rows) {
    Table table;
    table.set("stratum", Column::of_texts(rows.stratum));
    const std::pair<const char*, const std::vector<double>*> numbers[] = {
        {"N_psu", &rows.N_psu},         {"n_psu", &rows.n_psu},
        {"certainty", &rows.certainty}, {"N_dwelling", &rows.N_dwelling},
        {"size", &rows.size},           {"allocated", &rows.allocated},
        {"dwellings", &rows.dwellings}, {"sum_weights", &rows.sum_weights},
        {"pi_min", &rows.pi_min},       {"pi_max", &rows.pi_max}};
    for (const auto& [name, values] : numbers) table.set(name, Column::of_numbers(*values));
    return table;
}

Diagnostics notes_on(const StratumRows& rows, const Location& where) {
    Diagnostics notes;
    double certain = 0, missing = 0;
    std::size_t strata = 0;
    for (std::size_t h = 0; h < rows.stratum.size(); ++h) {
        certain += rows.certainty[h];
        strata += rows.certainty[h] > 0;
        missing += rows.allocated[h] - rows.dwellings[h];
        if (rows.n_psu[h] == 1 && rows.N_psu[h] > 1)
            notes.warning(where, "lonely-psu",
                          fmt::format("stratum '{}' has a single drawn PSU of {}", rows.stratum[h], rows.N_psu[h]),
                          "draw at least two, or merge the stratum: its variance cannot be estimated");
    }
    if (certain > 0)
        notes.note(where, "certainty", fmt::format("{} PSUs in {} strata are taken with certainty", certain, strata));
    if (missing > 0)
        notes.warning(where, "short-psu",
                      fmt::format("PSUs with fewer dwellings than 'take' leave the sample {} dwellings short", missing),
                      "join small PSUs before the draw, or raise the number of PSUs");
    return notes;
}

std::uint64_t total_psus(const DrawPlan& plan, std::uint64_t dwellings) {
    if (plan.psus) return *plan.psus;
    const std::uint64_t wanted = plan.from_size ? dwellings : plan.dwellings.value_or(0);
    return (wanted + plan.take - 1) / plan.take;
}

}  // namespace

std::vector<std::uint64_t> allocate_psus(const DrawPlan& plan, const Frame& frame, std::uint64_t dwellings) {
    std::vector<std::uint64_t> counts;
    std::vector<AllocationStratum> strata;
    for (const FrameStratum& stratum : frame.strata) {
        const std::uint64_t most = std::min<std::uint64_t>(plan.maximum.value_or(stratum.count), stratum.count);
        const auto deviation = plan.deviations.find(stratum.id);
        strata.push_back({stratum.size, deviation == plan.deviations.end() ? 1 : deviation->second,
                          std::min(plan.minimum, most), most});
        if (plan.psus_per_stratum) counts.push_back(std::min<std::uint64_t>(*plan.psus_per_stratum, stratum.count));
        if (!plan.psus_by_stratum.empty()) counts.push_back(plan.psus_by_stratum.at(stratum.id));
    }
    return counts.empty() ? allocate(plan.method, strata, total_psus(plan, dwellings)) : counts;
}

DrawnSample draw_sample(const DrawPlan& plan, const Frame& frame, std::uint64_t seed, std::uint64_t dwellings) {
    const std::vector<std::uint64_t> counts = allocate_psus(plan, frame, dwellings);
    SampleRows rows;
    StratumRows summary;
    for (std::size_t h = 0; h < frame.strata.size(); ++h) {
        const std::size_t before = rows.weight.size();
        const std::vector<DrawnPsu> drawn = draw_psus(plan, frame, frame.strata[h], counts[h], seed);
        for (const DrawnPsu& psu : drawn) draw_dwellings(plan, frame, psu, counts[h], seed, rows);
        describe_stratum(frame, frame.strata[h], drawn, plan.take, std::span(rows.weight).subspan(before), summary);
    }
    return {sample_table(plan, frame, rows), strata_table(summary), notes_on(summary, plan.where)};
}

}  // namespace cifra
