#include "estimation/replication/leading_units.h"

#include <fmt/format.h>

#include "engine/random.h"

namespace cifra {

namespace {

class Descent {
public:
    explicit Descent(const SurveyDesign& design) : design_(design) {
        for (const Stage& stage : design.stages) borders_.push_back(group_borders(stage));
        result_.of_unit.assign(design.units(), LeadingUnits::none);
    }

    LeadingUnits run() {
        for (std::uint32_t g = 0; g < design_.stages[0].groups(); ++g) enter(0, g);
        return std::move(result_);
    }

private:
    bool certain(std::size_t stage, std::uint32_t unit, double fraction) const {
        if (stage == 0 && design_.unequal.used()) return design_.unequal.probability[unit] >= 1;
        return fraction >= 1;
    }

    void enter(std::size_t stage, std::uint32_t number) {
        const double fraction = design_.stages[stage].fraction[number];
        std::vector<std::uint32_t> leading;
        for (std::uint32_t unit = borders_[stage][number]; unit < borders_[stage][number + 1]; ++unit) {
            if (!certain(stage, unit, fraction))
                leading.push_back(unit);
            else if (stage + 1 < design_.stages.size())
                enter(stage + 1, unit);
        }
        LeadingUnits::Group group{result_.unit.size(), result_.unit.size() + leading.size(), fraction, stage, number};
        if (leading.size() == 1) result_.lonely.push_back(group_name(design_, group));
        if (leading.size() < 2) return;
        for (const std::uint32_t unit : leading) {
            mark(stage, unit, static_cast<std::uint32_t>(result_.unit.size()));
            result_.unit.push_back(unit);
        }
        result_.groups.push_back(group);
    }

    void mark(std::size_t stage, std::uint32_t unit, std::uint32_t leading) {
        std::uint32_t begin = unit, end = unit + 1;
        for (std::size_t s = stage + 1; s < design_.stages.size(); ++s)
            begin = borders_[s][begin], end = borders_[s][end];
        for (std::uint32_t last = begin; last < end; ++last) result_.of_unit[last] = leading;
    }

    const SurveyDesign& design_;
    std::vector<std::vector<std::uint32_t>> borders_;
    LeadingUnits result_;
};

}  // namespace

double LeadingUnits::degrees_of_freedom() const {
    return static_cast<double>(unit.size()) - static_cast<double>(groups.size());
}

LeadingUnits leading_units(const SurveyDesign& design) { return Descent(design).run(); }

std::string group_name(const SurveyDesign& design, const LeadingUnits::Group& group) {
    std::uint32_t stratum = group.number;
    for (std::size_t s = group.stage; s-- > 0;) stratum = design.stages[s].group[stratum];
    const std::string name = design.strata[stratum].empty() ? "the whole sample" : design.strata[stratum];
    return group.stage == 0 ? name : "units inside " + name;
}

std::vector<std::uint32_t> group_borders(const Stage& stage) {
    std::vector<std::uint32_t> borders(stage.groups() + 1, 0);
    for (const std::uint32_t group : stage.group) ++borders[group + 1];
    for (std::size_t g = 0; g < stage.groups(); ++g) borders[g + 1] += borders[g];
    return borders;
}

std::vector<std::vector<std::uint64_t>> group_keys(const SurveyDesign& design) {
    std::vector<std::vector<std::uint64_t>> keys(design.stages.size());
    for (const std::string& stratum : design.strata) keys[0].push_back(stable_hash(stratum));
    for (std::size_t s = 1; s < keys.size(); ++s) {
        const Stage& above = design.stages[s - 1];
        const std::vector<std::uint32_t> borders = group_borders(above);
        for (std::uint32_t unit = 0; unit < above.units(); ++unit)
            keys[s].push_back(
                stable_hash(fmt::format("{:x}/{}", keys[s - 1][above.group[unit]], unit - borders[above.group[unit]])));
    }
    if (design.unit_of_codes.empty()) return keys;
    for (const auto& [codes, last] : design.unit_of_codes) {
        std::uint32_t unit = last;
        for (std::size_t s = design.stages.size(); s-- > 1;) {
            unit = design.stages[s].group[unit];
            std::string path = codes[0];
            for (std::size_t level = 1; level <= s; ++level) path += '\x1f' + codes[level];
            keys[s][unit] = stable_hash(path);
        }
    }
    return keys;
}

}  // namespace cifra
