#include "sampling/rotation/panel_psus.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>
#include <unordered_map>

#include "engine/design_columns.h"
#include "engine/random.h"
#include "sampling/rotation/coordination.h"
#include "sampling/rotation/psu_sample.h"

namespace cifra {

namespace {

namespace names = design_columns;

constexpr std::uint16_t psu_stage = 11, birth_stage = 12;

using RowsOfPsu = std::unordered_map<std::string, std::vector<std::size_t>>;

RowsOfPsu rows_of_psus(const Table& table) {
    RowsOfPsu rows;
    if (table.width() == 0) return rows;
    const Column& psus = table.at(names::psu);
    for (std::size_t row = 0; row < table.rows(); ++row) rows[psus.text(row)].push_back(row);
    return rows;
}

Location place(const Table& table, std::size_t row) {
    return {table.source, row < table.lines.size() ? table.lines[row] : 0, 0};
}

void check_ids(const Table& table, std::set<std::string>& seen, Diagnostics& faults) {
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const std::string& id = table.at(names::dwelling).text(row);
        if (id.empty() || table.at(names::psu).text(row).empty())
            faults.error(place(table, row), "missing-id", "a dwelling needs its id and that of its PSU",
                         "fill them in");
        else if (!seen.insert(id).second)
            faults.error(place(table, row), "duplicate-id", "this dwelling is listed before", "keep one of the rows");
    }
}

void check_deaths(const Table& deaths, const std::set<std::string>& ids, Diagnostics& faults) {
    for (std::size_t row = 0; row < deaths.rows(); ++row)
        if (!ids.contains(deaths.at(names::dwelling).text(row)))
            faults.error(place(deaths, row), "unknown-dwelling", "a death that neither frame nor births list",
                         "correct the id of the dwelling");
}

void check_sample(const Table& sample, Diagnostics& faults) {
    const Column& probability = sample.at(names::psu_probability);
    for (std::size_t row = 0; row < sample.rows(); ++row)
        if (!(probability.number(row) > 0 && probability.number(row) <= 1))
            faults.error(place(sample, row), "bad-probability", "'pi_1' must lie above 0 and at most at 1",
                         "use the sample as `draw` wrote it");
}

void check_births(const PanelFiles& files, const RowsOfPsu& frame, Diagnostics& faults) {
    for (std::size_t row = 0; row < files.births.rows(); ++row)
        if (!frame.contains(files.births.at(names::psu).text(row)))
            faults.error(place(files.births, row), "unknown-psu", "a birth in a PSU that the frame does not list",
                         "give it to a PSU of the frame; a new PSU needs a draw of its own");
}

std::set<std::string> ids_of(const Table& table) {
    std::set<std::string> ids;
    for (std::size_t row = 0; row < table.rows(); ++row) ids.insert(table.at(names::dwelling).text(row));
    return ids;
}

// In order of permanent number, ties by id.
std::vector<std::size_t> in_random_order(const Column& ids, const std::vector<std::size_t>& rows, std::uint64_t seed) {
    std::vector<std::string> texts;
    for (const std::size_t row : rows) texts.push_back(ids.text(row));
    const std::vector<double> numbers = permanent_numbers(texts, seed);
    std::vector<std::size_t> order(rows.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return std::tie(numbers[a], texts[a]) < std::tie(numbers[b], texts[b]);
    });
    for (std::size_t& i : order) i = rows[i];
    return order;
}

// Fewer dwellings than the groups in the field and at rest need: all parts shrink at one rate.
void set_takes(const PanelPlan& plan, PanelPsu& psu) {
    const std::size_t wanted = plan.permanent + plan.take * plan.pattern.dwellings.size();
    const std::size_t listed = std::min(psu.dwellings.size(), wanted);
    psu.take = plan.take * listed / wanted;
    psu.permanent = plan.permanent * listed / wanted;
}

// Where the other sample lies in the PSU. By the same numbers it is an arc of the circle of dwellings: one place of it
// follows one outside.
void find_other(const std::set<std::string>& other, const Column& ids, PanelPsu& psu) {
    const std::size_t listed = psu.dwellings.size();
    std::vector<bool> inside(listed);
    std::size_t beginnings = 0;
    for (std::size_t i = 0; i < listed; ++i) inside[i] = other.contains(ids.text(psu.dwellings[i]));
    for (std::size_t i = 0; i < listed; ++i) {
        psu.other += inside[i];
        if (!inside[i] || inside[(i + listed - 1) % listed]) continue;
        psu.other_start = i;
        ++beginnings;
    }
    psu.other_is_arc = beginnings <= 1;
}

// First place of the panel: behind the other sample, or as far into it as leaves the wanted share of the smaller one.
std::size_t start_of(const PanelPlan& plan, const PanelPsu& psu) {
    std::size_t kept = 0;
    if (plan.coordination.kind == CoordinationKind::positive) {
        const std::size_t wave = psu.permanent + psu.take * plan.pattern.visits();
        kept = static_cast<std::size_t>(
            std::lround(plan.coordination.share * static_cast<double>(std::min(psu.other, wave))));
    }
    return (psu.other_start + psu.other - kept) % psu.dwellings.size();
}

void add_births(const Table& births, const std::vector<std::size_t>& rows, std::uint64_t seed, PanelPsu& psu) {
    const auto listed = psu.dwellings.size();
    for (const std::size_t row : rows) {
        const std::string& id = births.at(names::dwelling).text(row);
        const double number = uniform({seed, Purpose::selection, birth_stage, stable_hash(id)}, 0);
        psu.births.emplace(static_cast<std::size_t>(number * static_cast<double>(listed)), row);
    }
}

const std::vector<std::size_t>& rows_in(const RowsOfPsu& rows, const std::string& psu) {
    static const std::vector<std::size_t> none;
    const auto found = rows.find(psu);
    return found == rows.end() ? none : found->second;
}

// In random order by id, the certain ones first.
void order_psus(PanelStratum& stratum, std::uint64_t seed) {
    const auto key = [&](const PanelPsu& psu) {
        return std::tuple(!psu.master.certain, uniform({seed, Purpose::order, psu_stage, stable_hash(psu.id)}, 0),
                          psu.id);
    };
    std::sort(stratum.psus.begin(), stratum.psus.end(),
              [&](const PanelPsu& a, const PanelPsu& b) { return key(a) < key(b); });
    std::size_t rank = 0;
    for (PanelPsu& psu : stratum.psus)
        if (!psu.master.certain) psu.rank = rank++;
}

void check_takes(const PanelPlan& plan, const std::vector<PanelStratum>& strata, Diagnostics& faults) {
    const std::size_t groups = plan.pattern.dwellings.size();
    std::size_t empty = 0, little = 0, smallest = static_cast<std::size_t>(-1);
    for (const PanelStratum& stratum : strata)
        for (const PanelPsu& psu : stratum.psus) {
            empty += (plan.take > 0 && psu.take == 0) || (plan.permanent > 0 && psu.permanent == 0);
            little += psu.take < plan.take || psu.permanent < plan.permanent;
            smallest = std::min(smallest, psu.dwellings.size());
        }
    if (empty > 0)
        faults.error(plan.where, "more-visits-than-dwellings",
                     fmt::format("{} PSUs list fewer dwellings than the pattern needs, {} groups in the field and at "
                                 "rest; the smallest lists {}",
                                 empty, groups + (plan.permanent > 0), smallest),
                     "join small PSUs before the draw, or shorten the pattern");
    else if (little > 0)
        faults.warning(plan.where, "short-psu",
                       fmt::format("{} PSUs list too few dwellings for 'take' and give fewer", little),
                       "join small PSUs before the draw, or lower 'take'");
}

void check_psus(const PanelPlan& plan, const std::vector<PanelStratum>& strata, Diagnostics& faults) {
    const std::size_t needed = plan.pattern.psus.size() * std::max<std::size_t>(plan.psus, 1);
    std::size_t few = 0;
    for (const PanelStratum& stratum : strata) few += stratum.rotating > 0 && stratum.rotating < needed;
    if (few > 0)
        faults.error(plan.where, "too-few-psus",
                     fmt::format("{} strata have fewer than the {} PSUs that the rotation of PSUs needs", few, needed),
                     "draw a larger master sample, or merge the strata");
}

void check_other(const PanelPlan& plan, const std::vector<PanelStratum>& strata, Diagnostics& faults) {
    std::size_t apart = 0;
    for (const PanelStratum& stratum : strata)
        for (const PanelPsu& psu : stratum.psus) apart += psu.other_is_arc ? 0 : 1;
    if (apart > 0)
        faults.warning(
            plan.coordination.where, "not-coordinated",
            fmt::format("in {} PSUs the other sample was not made by the permanent numbers of this seed, and "
                        "both meet at random",
                        apart),
            "make both samples with `panel` and one seed");
}

PanelPsu psu_of_row(const Table& sample, std::size_t row) {
    PanelPsu psu;
    psu.id = sample.at(names::psu).text(row);
    psu.master.n_psu = sample.at(names::psu_count).number(row);
    psu.master.N_psu = sample.at(names::psu_population).number(row);
    psu.master.pi_1 = sample.at(names::psu_probability).number(row);
    psu.master.certain = sample.at(names::certainty).number(row) == 1;
    return psu;
}

std::vector<PanelStratum> strata_of(const Table& sample) {
    std::vector<PanelStratum> strata;
    std::unordered_map<std::string, std::size_t> index;
    std::set<std::string> seen;
    for (std::size_t row = 0; row < sample.rows(); ++row) {
        PanelPsu psu = psu_of_row(sample, row);
        if (!seen.insert(psu.id).second) continue;
        const std::string& id = sample.at(names::stratum).text(row);
        const auto [found, is_new] = index.try_emplace(id, strata.size());
        if (is_new) strata.emplace_back().id = id;
        PanelStratum& stratum = strata[found->second];
        stratum.rotating += psu.master.certain ? 0 : 1;
        stratum.psus.push_back(std::move(psu));
    }
    return strata;
}

}  // namespace

const PsuDesign& design_in(const PanelPsu& psu, std::size_t wave) {
    return psu.waves.empty() ? psu.master : psu.waves[wave - 1];
}

std::vector<PanelStratum> panel_strata(const PanelPlan& plan, const PanelFiles& files, std::uint64_t seed,
                                       Diagnostics& faults) {
    std::set<std::string> ids;
    check_ids(files.dwellings, ids, faults);
    check_ids(files.births, ids, faults);
    const RowsOfPsu frame = rows_of_psus(files.dwellings), births = rows_of_psus(files.births);
    const std::set<std::string> other = ids_of(files.other);
    if (!plan.psu_sample) check_sample(files.sample, faults);
    check_births(files, frame, faults);
    check_deaths(files.deaths, ids, faults);
    std::vector<PanelStratum> strata =
        plan.psu_sample ? draw_psus(*plan.psu_sample, files.psus, plan.waves, seed, faults) : strata_of(files.sample);
    for (PanelStratum& stratum : strata) {
        for (PanelPsu& psu : stratum.psus) {
            psu.dwellings = in_random_order(files.dwellings.at(names::dwelling), rows_in(frame, psu.id), seed);
            if (psu.dwellings.empty()) {
                faults.error({files.dwellings.source, 0, 0}, "unknown-psu", "a drawn PSU has no dwelling in the frame",
                             "use the frame from which the sample was drawn");
                return {};
            }
            set_takes(plan, psu);
            find_other(other, files.dwellings.at(names::dwelling), psu);
            psu.start = start_of(plan, psu);
            add_births(files.births, rows_in(births, psu.id), seed, psu);
        }
        if (!plan.pattern.psus.empty()) order_psus(stratum, seed);
    }
    check_takes(plan, strata, faults);
    check_other(plan, strata, faults);
    if (!plan.pattern.psus.empty()) check_psus(plan, strata, faults);
    return strata;
}

}  // namespace cifra
