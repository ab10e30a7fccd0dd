#include "sampling/rotation/psu_sample.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "engine/design_columns.h"
#include "sampling/rotation/coordination.h"
#include "sampling/selection/equal.h"
#include "sampling/selection/high_entropy.h"
#include "sampling/selection/inclusion.h"

namespace cifra {

namespace {

namespace names = design_columns;

// A PSU of the frame through the waves.
struct Candidate {
    std::string id;
    double size = 1, number = 0, mark = 0;
    double from = 1, to = std::numeric_limits<double>::infinity();
    double before = 0, mark_before = 0;  // π and mark of the wave before; π 0 where it did not exist
    std::vector<PsuDesign> waves;
};

double optional_number(const Table& table, const char* name, std::size_t row, double standard) {
    const Column* column = table.find(name);
    if (!column || !column->present(row)) return standard;
    return column->is_number() ? column->number(row) : std::nan("");
}

class FrameReader {
public:
    FrameReader(const PsuSamplePlan& plan, const Table& frame, std::uint64_t seed, Diagnostics& faults)
        : plan_(plan), frame_(frame), seed_(seed), faults_(faults) {}

    std::map<std::string, std::vector<Candidate>> strata() {
        std::map<std::string, std::vector<Candidate>> strata;
        std::set<std::string> seen;
        for (std::size_t row = 0; row < frame_.rows(); ++row) {
            Candidate psu = candidate(row);
            if (psu.id.empty())
                fault(row, "missing-id", "the PSU has no id", "give every PSU one");
            else if (!seen.insert(psu.id).second)
                fault(row, "duplicate-id", "this PSU is listed before", "keep one of the rows");
            strata[stratum_of(row)].push_back(std::move(psu));
        }
        for (auto& [id, psus] : strata)
            std::sort(psus.begin(), psus.end(), [](const Candidate& a, const Candidate& b) { return a.id < b.id; });
        check_counts(strata);
        return strata;
    }

private:
    void fault(std::size_t row, const char* code, const char* what, const char* hint) {
        faults_.error({frame_.source, row < frame_.lines.size() ? frame_.lines[row] : 0, 0}, code, what, hint);
    }

    Candidate candidate(std::size_t row) {
        Candidate psu;
        psu.id = frame_.at(names::psu).text(row);
        psu.number = permanent_numbers(std::vector<std::string>{psu.id}, seed_).front();
        if (!plan_.size.empty()) psu.size = optional_number(frame_, plan_.size.c_str(), row, std::nan(""));
        if (!(psu.size > 0 && std::isfinite(psu.size)))
            fault(row, "bad-size", "the measure of size is not a number above 0", "correct it, or drop the PSU");
        psu.from = optional_number(frame_, "from_wave", row, psu.from);
        psu.to = optional_number(frame_, "to_wave", row, psu.to);
        if (!(psu.from >= 1 && psu.to >= psu.from))
            fault(row, "bad-wave", "'from_wave' and 'to_wave' are not waves in order", "count waves from 1");
        const auto& column = plan_.start_column;
        psu.mark = column.empty() ? plan_.start : optional_number(frame_, column.c_str(), row, std::nan(""));
        if (!(psu.mark >= 0 && psu.mark <= 1))
            fault(row, "bad-start", "the start lies outside 0 to 1", "give the probability in the other sample");
        psu.mark = psu.mark >= 1 ? 0 : psu.mark;
        return psu;
    }

    std::string stratum_of(std::size_t row) const {
        std::string id;
        for (const std::string& name : plan_.strata) id += (id.empty() ? "" : "|") + frame_.at(name).text(row);
        return plan_.strata.empty() ? "all" : id;
    }

    void check_counts(const std::map<std::string, std::vector<Candidate>>& strata) {
        if (plan_.count.by_stratum.empty()) return;
        for (const auto& [id, n] : plan_.count.by_stratum)
            if (!strata.contains(id))
                faults_.error(plan_.where, "unknown-stratum", fmt::format("the frame has no stratum '{}'", id),
                              "correct its name");
        for (const auto& [id, psus] : strata)
            if (!plan_.count.by_stratum.contains(id))
                faults_.error(plan_.where, "missing-stratum",
                              fmt::format("'n_per_stratum' says nothing of stratum '{}'", id), "add it");
    }

    const PsuSamplePlan& plan_;
    const Table& frame_;
    std::uint64_t seed_;
    Diagnostics& faults_;
};

struct Drawn {
    std::vector<std::size_t> units;
    std::vector<double> probability;  // of all
};

// The true π of a Pareto sample in place of those aimed at; certain units keep theirs.
std::vector<double> true_pareto(const std::vector<double>& aimed) {
    std::vector<double> open, result = aimed;
    for (const double pi : aimed)
        if (pi < 1) open.push_back(pi);
    if (open.empty()) return result;
    const std::vector<double> truth = inclusion_probabilities(pareto_design(open));
    std::size_t next = 0;
    for (double& pi : result)
        if (pi < 1) pi = truth[next++];
    return result;
}

Drawn draw_wave(PsuMethod method, const std::vector<double>& sizes, std::uint64_t n, const std::vector<double>& v) {
    n = std::min<std::uint64_t>(n, sizes.size());
    if (method == PsuMethod::srs) {
        const double pi = static_cast<double>(n) / static_cast<double>(sizes.size());
        return {smallest_numbers(v, n), std::vector<double>(sizes.size(), pi)};
    }
    const std::vector<double> aimed = inclusion_by_size(sizes, n).probability;
    if (method == PsuMethod::poisson) return {poisson_by_numbers(aimed, v), aimed};
    return {pareto(aimed, v), true_pareto(aimed)};
}

double common_part(const Candidate& psu, double now) {
    const double before[] = {psu.before}, after[] = {now};
    return psu.before > 0 ? expected_overlap(before, psu.mark_before, after, psu.mark) : 0;
}

// One wave of a stratum: who is drawn, and where the marks stand after it. The expected number kept.
double add_wave(const PsuSamplePlan& plan, std::uint64_t n, std::size_t wave, std::vector<Candidate>& psus) {
    std::vector<std::size_t> there;
    std::vector<double> sizes, v;
    for (std::size_t k = 0; k < psus.size(); ++k) {
        psus[k].waves.emplace_back(PsuDesign{0, 0, 0, false});
        const auto now = static_cast<double>(wave);
        if (psus[k].from > now || psus[k].to < now) {
            psus[k].before = 0;
            continue;
        }
        there.push_back(k);
        sizes.push_back(psus[k].size);
        v.push_back(shifted_numbers({&psus[k].number, 1}, psus[k].mark).front());
    }
    if (there.empty()) return 0;
    const Drawn drawn = draw_wave(plan.method, sizes, n, v);
    for (const std::size_t i : drawn.units)
        psus[there[i]].waves.back() = {static_cast<double>(drawn.units.size()), static_cast<double>(there.size()),
                                       drawn.probability[i], drawn.probability[i] == 1};
    double expected = 0;
    for (std::size_t i = 0; i < there.size(); ++i) {
        Candidate& psu = psus[there[i]];
        expected += common_part(psu, drawn.probability[i]);
        psu.before = drawn.probability[i];
        psu.mark_before = psu.mark;
        psu.mark = std::fmod(psu.mark + plan.rotation * drawn.probability[i], 1.0);
    }
    return expected;
}

PanelPsu panel_psu(Candidate psu) {
    PanelPsu result;
    result.id = std::move(psu.id);
    result.waves = std::move(psu.waves);
    return result;
}

bool is_drawn(const Candidate& psu) {
    return std::any_of(psu.waves.begin(), psu.waves.end(), [](const PsuDesign& wave) { return wave.pi_1 > 0; });
}

void warn_of_empty(const PsuSamplePlan& plan, const PanelStratum& stratum, const std::vector<Candidate>& psus,
                   std::size_t waves, Diagnostics& faults) {
    for (std::size_t w = 0; w < waves; ++w) {
        const auto now = static_cast<double>(w + 1);
        const bool there = std::any_of(psus.begin(), psus.end(),
                                       [&](const Candidate& psu) { return psu.from <= now && psu.to >= now; });
        const bool drawn = std::any_of(stratum.psus.begin(), stratum.psus.end(),
                                       [&](const PanelPsu& psu) { return psu.waves[w].pi_1 > 0; });
        if (there && !drawn)
            faults.warning(plan.where, "empty-stratum",
                           fmt::format("no PSU of stratum '{}' is drawn in wave {}", stratum.id, w + 1),
                           "take srs or pareto, which draw a fixed number, or draw more");
    }
}

}  // namespace

std::vector<PanelStratum> draw_psus(const PsuSamplePlan& plan, const Table& frame, std::size_t waves,
                                    std::uint64_t seed, Diagnostics& faults) {
    std::vector<PanelStratum> result;
    auto strata = FrameReader(plan, frame, seed, faults).strata();
    if (faults.has_errors()) return result;
    for (auto& [id, psus] : strata) {
        PanelStratum stratum;
        stratum.id = id;
        const auto& map = plan.count.by_stratum;
        const std::uint64_t n = map.empty() ? plan.count.n : map.at(id);
        for (std::size_t wave = 1; wave <= waves; ++wave)
            stratum.expected_kept.push_back(add_wave(plan, n, wave, psus));
        for (const Candidate& psu : psus)
            if (is_drawn(psu)) stratum.psus.push_back(panel_psu(psu));
        warn_of_empty(plan, stratum, psus, waves, faults);
        result.push_back(std::move(stratum));
    }
    return result;
}

}  // namespace cifra
