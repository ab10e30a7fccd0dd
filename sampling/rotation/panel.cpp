#include "sampling/rotation/panel.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "engine/design_columns.h"
#include "engine/random.h"

namespace cifra {

namespace {

namespace names = design_columns;

constexpr std::uint16_t month_stage = 13, person_stage = 3;  // of the draw's selection number

// What is known of a dwelling or a PSU from the waves before. Groups count from 1 here, 0 is none.
struct Memory {
    std::size_t group = 0, wave = 0, visits = 0;
};

struct Slot {
    std::size_t place = 0, group = 0, turn = 0;  // on the circle; 0 in all waves; the turn in which months are dealt
};

struct Visit {
    std::size_t wave = 0, month = 0, panel = 0, visit = 0;
    std::size_t stratum = 0, psu = 0, row = 0;  // row of the frame, or of the births
    double n_psu = 0, pi_1 = 0, n_dwelling = 0;
    bool bounded = false, kept = false, birth = false, dead = false, in_other = false, expected_in_other = false;
};

struct State {
    std::vector<Memory> places;
    Memory psu;
    std::size_t exhausted = 0;  // wave, 0: not yet
    std::size_t turns = 0;      // of the PSUs before it in its stratum
};

using WaveOf = std::unordered_map<std::string, std::size_t>;

bool is_in(const std::vector<bool>& pattern, std::size_t wave, std::size_t group) {
    const std::size_t last = wave + pattern.size() - 1;
    return group >= wave && group <= last && pattern[last - group];
}

std::vector<Slot> slots_of(const PanelPlan& plan, const PanelPsu& psu, std::size_t wave) {
    std::vector<Slot> slots;
    const std::size_t listed = psu.dwellings.size(), circle = listed - psu.permanent;
    for (std::size_t q = 0; q < psu.permanent; ++q) slots.push_back({(psu.start + q) % listed, 0, q});
    const std::vector<bool>& pattern = plan.pattern.dwellings;
    const bool lasting = pattern.size() > 1;
    for (std::size_t group = wave; group < wave + pattern.size(); ++group) {
        if (!is_in(pattern, wave, group)) continue;
        for (std::size_t k = 0; k < psu.take; ++k) {
            const std::size_t q = (group - 1) * psu.take + k;
            slots.push_back(
                {(psu.start + psu.permanent + q % circle) % listed, group, lasting ? q : psu.permanent + k});
        }
    }
    return slots;
}

double wave_of(const Table& table, std::size_t row) {
    const Column* waves = table.find("wave");
    return waves && waves->present(row) ? waves->number(row) : 1;
}

class Planner {
public:
    Planner(const PanelPlan& plan, const PanelFiles& files, const std::vector<PanelStratum>& strata, std::uint64_t seed)
        : plan_(plan), files_(files), strata_(strata), births_(files.births.rows()) {
        for (std::size_t h = 0; h < strata.size(); ++h) {
            Stream stream({seed, Purpose::selection, month_stage, stable_hash(strata[h].id)});
            starts_.push_back(stream.below(plan.months));
            states_.emplace_back(strata[h].psus.size());
            std::size_t turns = 0;
            for (std::size_t i = 0; i < strata[h].psus.size(); ++i) {
                const PanelPsu& psu = strata[h].psus[i];
                states_[h][i].places.resize(psu.dwellings.size());
                states_[h][i].turns = std::exchange(
                    turns, turns + (plan.month_of_psu ? 1 : psu.permanent + psu.take * plan.pattern.visits()));
            }
        }
        for (std::size_t row = 0; row < files.deaths.rows(); ++row)
            deaths_[files.deaths.at(names::dwelling).text(row)] = static_cast<std::size_t>(wave_of(files.deaths, row));
        for (std::size_t row = 0; row < files.other.rows(); ++row)
            other_.insert(files.other.at(names::dwelling).text(row));
    }

    void add_wave(std::size_t wave) {
        for (std::size_t h = 0; h < strata_.size(); ++h)
            plan_.pattern.psus.empty() ? add_all(wave, h) : add_rotating(wave, h);
    }

    std::vector<Visit> visits;
    const std::vector<std::vector<State>>& states() const { return states_; }
    std::size_t exhausted_strata() const { return exhausted_strata_.size(); }

private:
    void add_all(std::size_t wave, std::size_t h) {
        for (std::size_t i = 0; i < strata_[h].psus.size(); ++i) {
            const PanelPsu& psu = strata_[h].psus[i];
            const PsuDesign& now = design_in(psu, wave);
            if (now.pi_1 > 0) add_psu({wave, 0, 0, 0, h, i, 0, now.n_psu, now.pi_1}, false);
        }
    }

    void add_rotating(std::size_t wave, std::size_t h) {
        const PanelStratum& stratum = strata_[h];
        const std::vector<bool>& pattern = plan_.pattern.psus;
        const std::size_t groups = pattern.size() + plan_.waves - 1, certain = stratum.psus.size() - stratum.rotating;
        const std::size_t size = plan_.psus ? plan_.psus : std::max<std::size_t>(stratum.rotating / groups, 1);
        const auto in = size * static_cast<std::size_t>(std::count(pattern.begin(), pattern.end(), true));
        const std::size_t rotating = stratum.rotating == 0 ? 0 : in;
        const auto n = static_cast<double>(certain + rotating);
        for (std::size_t i = 0; i < certain; ++i)
            add_psu({wave, 0, 0, 0, h, i, 0, n, stratum.psus[i].master.pi_1}, true);
        if (rotating == 0) return;
        const double share = static_cast<double>(rotating) / static_cast<double>(stratum.rotating);
        for (std::size_t group = wave; group < wave + pattern.size(); ++group) {
            if (!is_in(pattern, wave, group)) continue;
            for (std::size_t k = 0; k < size; ++k) {
                const std::size_t i = certain + ((group - 1) * size + k) % stratum.rotating;
                Memory& memory = states_[h][i].psu;
                if (memory.group != 0 && memory.group != group) exhausted_strata_.insert(h);
                memory.group = group;
                add_psu({wave, 0, group, 0, h, i, 0, n, stratum.psus[i].master.pi_1 * share}, true);
            }
        }
    }

    // `visit` holds the wave, the PSU, its group and its design.
    void add_psu(Visit visit, bool group_of_psu) {
        const PanelPsu& psu = strata_[visit.stratum].psus[visit.psu];
        const std::vector<Slot> slots = slots_of(plan_, psu, visit.wave);
        visit.n_dwelling = static_cast<double>(slots.size());
        State& state = states_[visit.stratum][visit.psu];
        for (const Slot& slot : slots) {
            if (!group_of_psu) visit.panel = slot.group;
            visit.month = month_of(visit, state, slot);
            const auto listed = psu.dwellings.size();
            visit.expected_in_other = (slot.place + listed - psu.other_start) % listed < psu.other;
            visit.row = psu.dwellings[slot.place];
            visit.birth = false;
            if (add(visit, state.places[slot.place], slot.group + 1) && state.exhausted == 0)
                state.exhausted = visit.wave;
            add_births(visit, psu, slot);
        }
    }

    void add_births(Visit visit, const PanelPsu& psu, const Slot& slot) {
        visit.birth = true;
        visit.expected_in_other = false;
        const auto [first, last] = psu.births.equal_range(slot.place);
        for (auto birth = first; birth != last; ++birth) {
            visit.row = birth->second;
            if (wave_of(files_.births, visit.row) <= static_cast<double>(visit.wave))
                add(visit, births_[visit.row], slot.group + 1);
        }
    }

    std::size_t month_of(const Visit& visit, const State& state, const Slot& slot) const {
        const std::size_t turn = starts_[visit.stratum] + state.turns + (plan_.month_of_psu ? 0 : slot.turn);
        return (visit.wave - 1) * plan_.pattern.interval + turn % plan_.months + 1;
    }

    // Whether the dwelling comes back in another group than before.
    bool add(Visit visit, Memory& memory, std::size_t group) {
        const bool back = memory.group != 0 && memory.group != group;
        const bool adjacent = memory.group != 0 && memory.wave + 1 == visit.wave;
        if (memory.group != group) memory.visits = 0;
        memory = {group, visit.wave, memory.visits + 1};
        visit.visit = memory.visits;
        visit.bounded = adjacent && !back;
        visit.kept = adjacent;
        const Table& table = visit.birth ? files_.births : files_.dwellings;
        const std::string& id = table.at(names::dwelling).text(visit.row);
        const auto death = deaths_.find(id);
        visit.dead = death != deaths_.end() && death->second <= visit.wave;
        visit.in_other = other_.contains(id);
        visits.push_back(visit);
        return back;
    }

    const PanelPlan& plan_;
    const PanelFiles& files_;
    const std::vector<PanelStratum>& strata_;
    std::vector<Memory> births_;
    std::vector<std::uint64_t> starts_;
    std::vector<std::vector<State>> states_;
    std::set<std::size_t> exhausted_strata_;
    WaveOf deaths_;
    std::set<std::string> other_;
};

const PanelPsu& psu_of(const std::vector<PanelStratum>& strata, const Visit& visit) {
    return strata[visit.stratum].psus[visit.psu];
}

double pi_2_of(const PanelPsu& psu, const Visit& visit) {
    return visit.n_dwelling / static_cast<double>(psu.dwellings.size());
}

template <class Value>
Column numbers(const std::vector<Visit>& visits, const Value& value) {
    std::vector<double> cells;
    cells.reserve(visits.size());
    for (const Visit& visit : visits) cells.push_back(static_cast<double>(value(visit)));
    return Column::of_numbers(std::move(cells));
}

void set_units(Table& table, const std::vector<Visit>& visits, const std::vector<PanelStratum>& strata,
               const PanelFiles& files) {
    TextColumnBuilder stratum, psu, dwelling;
    for (const Visit& visit : visits) {
        stratum.add(strata[visit.stratum].id);
        psu.add(psu_of(strata, visit).id);
        const Table& table_of_unit = visit.birth ? files.births : files.dwellings;
        dwelling.add(table_of_unit.at(names::dwelling).text(visit.row));
    }
    table.set(names::stratum, stratum.finish());
    table.set(names::psu, psu.finish());
    table.set(names::dwelling, dwelling.finish());
}

void set_design(Table& table, const std::vector<Visit>& visits, const std::vector<PanelStratum>& strata,
                std::uint64_t seed) {
    const auto psu = [&](const Visit& visit) -> const PanelPsu& { return psu_of(strata, visit); };
    const auto pi_2 = [&](const Visit& visit) { return pi_2_of(psu(visit), visit); };
    table.set(names::psu_count, numbers(visits, [](const Visit& v) { return v.n_psu; }));
    table.set(names::psu_population, numbers(visits, [&](const Visit& v) { return design_in(psu(v), v.wave).N_psu; }));
    table.set(names::dwelling_count, numbers(visits, [](const Visit& v) { return v.n_dwelling; }));
    table.set(names::dwelling_population, numbers(visits, [&](const Visit& v) { return psu(v).dwellings.size(); }));
    table.set(names::psu_probability, numbers(visits, [](const Visit& v) { return v.pi_1; }));
    table.set(names::dwelling_probability, numbers(visits, pi_2));
    table.set(names::certainty, numbers(visits, [&](const Visit& v) { return design_in(psu(v), v.wave).certain; }));
    table.set(names::base_weight, numbers(visits, [&](const Visit& v) { return 1 / (v.pi_1 * pi_2(v)); }));
    const Column& ids = table.at(names::dwelling);
    std::vector<double> selection(visits.size());
    for (std::size_t i = 0; i < selection.size(); ++i)
        selection[i] = uniform({seed, Purpose::household, person_stage, stable_hash(ids.text(i))}, 0);
    table.set(names::selection_number, Column::of_numbers(std::move(selection)));
}

Table visits_table(const PanelPlan& plan, const std::vector<Visit>& visits, const std::vector<PanelStratum>& strata,
                   const PanelFiles& files, std::uint64_t seed) {
    Table table;
    table.set("wave", numbers(visits, [](const Visit& v) { return v.wave; }));
    table.set("month", numbers(visits, [](const Visit& v) { return v.month; }));
    table.set("panel", numbers(visits, [](const Visit& v) { return v.panel; }));
    table.set("visit", numbers(visits, [](const Visit& v) { return v.visit; }));
    table.set("bounded", numbers(visits, [](const Visit& v) { return v.bounded; }));
    set_units(table, visits, strata, files);
    set_design(table, visits, strata, seed);
    table.set("birth", numbers(visits, [](const Visit& v) { return v.birth; }));
    table.set("dead", numbers(visits, [](const Visit& v) { return v.dead; }));
    std::vector<std::size_t> rows;
    for (const Visit& visit : visits) rows.push_back(visit.birth ? Column::npos : visit.row);
    for (const std::string& name : plan.keep)
        if (!table.has(name)) table.set(name, files.dwellings.at(name).pick(rows));
    return table;
}

Table waves_table(const PanelPlan& plan, const std::vector<Visit>& visits, const std::vector<PanelStratum>& strata) {
    const std::vector<std::string> columns = {
        "wave",     "psus",        "dwellings",        "births",  "dead",
        "kept",     "sum_weights", "expected_overlap", "overlap", "expected_psus_kept",
        "psus_kept"};
    std::map<std::string, std::vector<double>> cells;
    for (const std::string& name : columns) cells[name].resize(plan.waves);
    std::vector<std::set<std::string>> psus(plan.waves);
    for (std::size_t w = 0; w < plan.waves; ++w) cells["wave"][w] = static_cast<double>(w + 1);
    for (const Visit& visit : visits) {
        const std::size_t w = visit.wave - 1;
        const PanelPsu& psu = psu_of(strata, visit);
        psus[w].insert(psu.id);
        cells["dwellings"][w] += 1;
        cells["births"][w] += visit.birth;
        cells["dead"][w] += visit.dead;
        cells["kept"][w] += visit.kept;
        cells["sum_weights"][w] += 1 / (visit.pi_1 * pi_2_of(psu, visit));
        cells["expected_overlap"][w] += visit.expected_in_other;
        cells["overlap"][w] += visit.in_other;
    }
    for (std::size_t w = 0; w < plan.waves; ++w) cells["psus"][w] = static_cast<double>(psus[w].size());
    for (std::size_t w = 1; w < plan.waves; ++w)
        for (const std::string& id : psus[w]) cells["psus_kept"][w] += static_cast<double>(psus[w - 1].count(id));
    for (const PanelStratum& stratum : strata)
        for (std::size_t w = 0; w < stratum.expected_kept.size(); ++w)
            cells["expected_psus_kept"][w] += stratum.expected_kept[w];
    Table table;
    for (const std::string& name : columns)
        if ((!plan.coordination.file.empty() || !name.ends_with("overlap")) &&
            (plan.psu_sample || !name.ends_with("psus_kept")))
            table.set(name, Column::of_numbers(std::move(cells[name])));
    return table;
}

Table months_table(const std::vector<Visit>& visits, const std::vector<PanelStratum>& strata) {
    struct Count {
        std::set<std::size_t> psus;
        double dwellings = 0;
    };
    std::map<std::tuple<std::size_t, std::size_t, std::size_t>, Count> counts;
    for (const Visit& visit : visits) {
        Count& count = counts[{visit.wave, visit.month, visit.stratum}];
        count.psus.insert(visit.psu);
        count.dwellings += 1;
    }
    std::vector<double> wave, month, psus, dwellings;
    std::vector<std::string> stratum;
    for (const auto& [key, count] : counts) {
        wave.push_back(static_cast<double>(std::get<0>(key)));
        month.push_back(static_cast<double>(std::get<1>(key)));
        stratum.push_back(strata[std::get<2>(key)].id);
        psus.push_back(static_cast<double>(count.psus.size()));
        dwellings.push_back(count.dwellings);
    }
    Table table;
    table.set("wave", Column::of_numbers(std::move(wave)));
    table.set("month", Column::of_numbers(std::move(month)));
    table.set("stratum", Column::of_texts(stratum));
    table.set("psus", Column::of_numbers(std::move(psus)));
    table.set("dwellings", Column::of_numbers(std::move(dwellings)));
    return table;
}

Table psus_table(const std::vector<PanelStratum>& strata, const std::vector<std::vector<State>>& states) {
    std::vector<std::string> stratum, psu;
    std::vector<double> take, permanent, exhausted;
    std::vector<Missing> never;
    for (std::size_t h = 0; h < strata.size(); ++h)
        for (std::size_t i = 0; i < strata[h].psus.size(); ++i) {
            stratum.push_back(strata[h].id);
            psu.push_back(strata[h].psus[i].id);
            take.push_back(static_cast<double>(strata[h].psus[i].take));
            permanent.push_back(static_cast<double>(strata[h].psus[i].permanent));
            exhausted.push_back(static_cast<double>(states[h][i].exhausted));
            never.push_back(states[h][i].exhausted == 0 ? Missing::system : Missing::none);
        }
    Table table;
    table.set("stratum", Column::of_texts(stratum));
    table.set("psu", Column::of_texts(psu));
    table.set("take", Column::of_numbers(std::move(take)));
    table.set("permanent", Column::of_numbers(std::move(permanent)));
    table.set("exhausted", Column::of_numbers(std::move(exhausted), std::move(never)));
    return table;
}

void warn_of_ends(const PanelPlan& plan, const Planner& planner, Diagnostics& faults) {
    std::size_t psus = 0, first = plan.waves;
    for (const std::vector<State>& stratum : planner.states())
        for (const State& state : stratum) {
            if (state.exhausted == 0) continue;
            ++psus;
            first = std::min(first, state.exhausted);
        }
    if (psus > 0)
        faults.warning(plan.where, "exhausted-psu",
                       fmt::format("the lists of {} PSUs end and begin again, the first in wave {}", psus, first),
                       "see the column 'exhausted' of panel_psus.csv; replace those PSUs before that wave");
    if (planner.exhausted_strata() > 0)
        faults.warning(plan.where, "exhausted-stratum",
                       fmt::format("in {} strata PSUs come back in a later group", planner.exhausted_strata()),
                       "draw a larger master sample, or fewer 'psus' to a group");
}

}  // namespace

Panel make_panel(const PanelPlan& plan, const PanelFiles& files, std::uint64_t seed, Diagnostics& faults) {
    const std::vector<PanelStratum> strata = panel_strata(plan, files, seed, faults);
    if (faults.has_errors()) return {};
    Planner planner(plan, files, strata, seed);
    for (std::size_t wave = 1; wave <= plan.waves; ++wave) planner.add_wave(wave);
    warn_of_ends(plan, planner, faults);
    return {visits_table(plan, planner.visits, strata, files, seed), waves_table(plan, planner.visits, strata),
            months_table(planner.visits, strata), psus_table(strata, planner.states())};
}

}  // namespace cifra
