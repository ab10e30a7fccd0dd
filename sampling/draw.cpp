#include "sampling/draw.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "engine/random.h"
#include "sampling/household.h"
#include "sampling/sample_table.h"
#include "sampling/stages/drawn_unit.h"
#include "sampling/stages/select.h"

namespace cifra {

namespace {

constexpr std::size_t listed = 20;
constexpr std::uint16_t reserve_order = 100;  // stages of streams that order reserves

// Joint probabilities of the pairs drawn in a stratum, as they go into a file.
struct JointPairs {
    std::vector<std::string> stratum, first, second;
    std::vector<double> probability;
};

class StagedDraw {
public:
    StagedDraw(const DrawPlan& plan, const Frame& frame, std::uint64_t seed, const AllocationInput& input)
        : plan_(plan),
          frame_(frame),
          seed_(seed),
          strata_(first_stage_strata(frame, plan.stages.front())),
          counts_(first_stage_counts(plan.stages, frame, strata_, input)) {}

    DrawnSample draw() {
        first_stage();
        faults_.throw_if_errors();
        while (stages_.size() < plan_.stages.size()) next_stage();
        faults_.throw_if_errors();
        DrawnSample drawn;
        drawn.sample = sample_table(plan_, frame_, strata_, stages_, seed_);
        drawn.strata = strata_table(plan_, strata_, stages_);
        drawn.cut = frame_.cut.report;
        drawn.notes = notes_on(plan_, drawn.strata);
        if (empty_ > 0)
            drawn.notes.warning(
                plan_.where, "empty-units",
                fmt::format("{} selected units gave no unit of the stage below and are not in the sample", empty_),
                "raise the rate, or declare them in the design: variances count drawn units");
        add_person_method(drawn.sample, plan_.person, drawn.notes);
        if (plan_.reserves) drawn.reserves = reserves(drawn.notes);
        if (plan_.joint) drawn.joint = joint_table();
        return drawn;
    }

private:
    StageChance chance() const { return {seed_, static_cast<std::uint16_t>(stages_.size() + 1)}; }

    void first_stage() {
        const StagePlan& stage = plan_.stages.front();
        DrawnStage drawn;
        for (std::size_t h = 0; h < strata_.size(); ++h) {
            const FrameStratum& stratum = strata_[h];
            const GroupTarget target{counts_.empty() ? 0 : counts_[h], counts_.empty() ? stage.count.rate : 0};
            const GroupSelection group = select_units(stage, frame_.levels.front(), stratum.units, stratum.id, target,
                                                      chance(), plan_.joint, faults_);
            for (const GroupSelection::Unit& unit : group.units)
                drawn.push_back({unit.position, 0, h, unit.probability, unit.probability, unit.certain, group.kept,
                                 group.units.size(), stratum.units.size(), unit.group_units, unit.group_size});
            if (plan_.joint) note_joint(stratum, group);
        }
        stages_.push_back(std::move(drawn));
    }

    void next_stage() {
        const std::size_t s = stages_.size();
        DrawnStage drawn;
        for (std::size_t a = 0; a < stages_.back().size(); ++a) {
            const FrameUnit& unit = frame_.levels[s - 1].units[stages_.back()[a].position];
            const std::size_t before = drawn.size();
            select_within(a, drawn);
            empty_ += drawn.size() == before ? 1 : 0;
            for (std::size_t i = before; i < drawn.size(); ++i) {
                drawn[i].selected = drawn.size() - before;
                drawn[i].listed = unit.count;
            }
        }
        stages_.push_back(std::move(drawn));
    }

    // The units of a selected one by the stage's strata, in order of id.
    std::map<std::string, std::vector<std::size_t>> groups_of(const FrameUnit& unit, const std::string& id) const {
        const std::size_t s = stages_.size();
        std::map<std::string, std::vector<std::size_t>> groups;
        std::vector<std::size_t> all(unit.count);
        std::iota(all.begin(), all.end(), std::size_t{unit.first});
        if (plan_.stages[s].strata.empty())
            groups[id] = std::move(all);
        else
            for (const std::size_t position : all)
                groups[id + "|" + frame_.levels[s].stratum(position)].push_back(position);
        return groups;
    }

    void select_within(std::size_t above, DrawnStage& drawn) {
        const std::size_t s = stages_.size();
        const DrawnUnit& parent = stages_.back()[above];
        const FrameLevel& level = frame_.levels[s];
        for (auto& [id, units] :
             groups_of(frame_.levels[s - 1].units[parent.position], frame_.levels[s - 1].id(parent.position))) {
            const GroupTarget target = target_of(parent, level.stratum(units.front()), units.size());
            const GroupSelection group =
                select_units(plan_.stages[s], level, std::move(units), id, target, chance(), false, faults_);
            for (const GroupSelection::Unit& unit : group.units)
                drawn.push_back({unit.position, above, parent.stratum, unit.probability,
                                 parent.overall * unit.probability, unit.certain, parent.kept * group.kept, 0, 0});
        }
    }

    GroupTarget target_of(const DrawnUnit& parent, const std::string& stratum, std::uint64_t units) {
        const StageCount& count = plan_.stages[stages_.size()].count;
        if (count.kind == CountKind::all) return {units, 0};
        if (count.kind == CountKind::per_stratum) return {std::min(count.n, units), 0};
        if (count.kind == CountKind::by_stratum) return {std::min(count.by_stratum.at(stratum), units), 0};
        if (count.kind == CountKind::rate) return {0, count.rate};
        const double overall =
            count.kind == CountKind::overall_rate ? count.rate : self_weighting_rate(parent.stratum, count.n);
        const double rate = overall / parent.overall;
        if (rate > 1 + 1e-12) report_rate(parent);
        return {0, std::min(rate, 1.0)};
    }

    // n_h · takes / N_h: what an interviewer's constant take comes to on average in the stratum.
    double self_weighting_rate(std::size_t h, std::uint64_t take) const {
        const auto units = static_cast<double>(strata_[h].units.size());
        double n = counts_.empty() ? plan_.stages.front().count.rate * units : static_cast<double>(counts_[h]);
        for (std::size_t s = 1; s + 1 < plan_.stages.size(); ++s) n *= static_cast<double>(plan_.stages[s].count.n);
        return n * static_cast<double>(take) / static_cast<double>(strata_[h].last_units);
    }

    void report_rate(const DrawnUnit& parent) {
        if (faults_.error_count() >= listed) return;
        const FrameLevel& level = frame_.levels[stages_.size() - 1];
        faults_.error(level.place(parent.position), "rate-above-1",
                      fmt::format("the {}'s probability is below the overall rate: all its units would not be enough",
                                  level.unit),
                      "lower the rate, join small units before the draw, or select them with a higher probability");
    }

    void note_joint(const FrameStratum& stratum, const GroupSelection& group) {
        const FrameLevel& level = frame_.levels.front();
        for (std::size_t i = 0; i < group.units.size(); ++i)
            for (std::size_t j = i + 1; j < group.units.size(); ++j) {
                joint_.stratum.push_back(stratum.id);
                joint_.first.push_back(level.id(group.units[i].position));
                joint_.second.push_back(level.id(group.units[j].position));
                joint_.probability.push_back(group.joint(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)));
            }
    }

    Table joint_table() {
        Table table;
        table.set("stratum", Column::of_texts(joint_.stratum));
        table.set("psu", Column::of_texts(joint_.first));
        table.set("psu_2", Column::of_texts(joint_.second));
        table.set("pi_12", Column::of_numbers(std::move(joint_.probability)));
        return table;
    }

    // Units of `parent` that were not selected, by their permanent random numbers.
    std::vector<std::size_t> not_selected(std::size_t parent, std::vector<std::size_t> selected) const {
        const FrameLevel& level = frame_.levels.back();
        const FrameUnit& unit = frame_.levels[stages_.size() - 2].units[stages_[stages_.size() - 2][parent].position];
        std::sort(selected.begin(), selected.end());
        std::vector<std::size_t> rest;
        for (std::size_t i = unit.first; i < std::size_t{unit.first} + unit.count; ++i)
            if (!std::binary_search(selected.begin(), selected.end(), i)) rest.push_back(i);
        return list_order({UnitOrder::random, {}}, level, std::move(rest),
                          {seed_, static_cast<std::uint16_t>(reserve_order + stages_.size())});
    }

    Table reserves(Diagnostics& notes) const {
        DrawnStage held;
        std::vector<double> ranks;
        const DrawnStage& drawn = stages_.back();
        for (std::size_t first = 0, end = 0; first < drawn.size(); first = end) {
            std::vector<std::size_t> selected;
            for (; end < drawn.size() && drawn[end].parent == drawn[first].parent; ++end)
                selected.push_back(drawn[end].position);
            double rank = 0;
            for (const std::size_t position : not_selected(drawn[first].parent, selected)) {
                if (rank == static_cast<double>(*plan_.reserves)) break;
                held.push_back(drawn[first]);
                held.back().position = position;
                ranks.push_back(++rank);
            }
        }
        std::vector<DrawnStage> stages(stages_.begin(), stages_.end() - 1);
        stages.push_back(std::move(held));
        Table table = sample_table(plan_, frame_, strata_, stages, seed_);
        Diagnostics already;
        add_person_method(table, plan_.person, already);
        table.set("reserve_rank", Column::of_numbers(std::move(ranks)));
        notes.warning(plan_.where, "reserves",
                      "a dwelling replaced by a reserve is a deviation from the sample: nonresponse stays nonresponse",
                      "use reserves only as declared, in order of rank, and count the replaced dwellings");
        return table;
    }

    const DrawPlan& plan_;
    const Frame& frame_;
    std::uint64_t seed_;
    std::vector<FrameStratum> strata_;
    std::vector<std::uint64_t> counts_;  // empty: the first stage takes a rate
    std::vector<DrawnStage> stages_;
    std::size_t empty_ = 0;  // selected units without a unit below
    JointPairs joint_;
    Diagnostics faults_;
};

}  // namespace

DrawnSample draw_sample(const DrawPlan& plan, const Frame& frame, std::uint64_t seed, const AllocationInput& input) {
    return StagedDraw(plan, frame, seed, input).draw();
}

}  // namespace cifra
