// From the tables of the levels to levels ready for estimation: filtered, linked, counted, with derived variables and
// weights. The same steps are made on whole files (survey_data.h) and on blocks of rows (pass/streamed_survey.h).
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/expression.h"
#include "engine/yaml.h"
#include "estimation/level_plan.h"
#include "estimation/survey_data.h"
#include "estimation/variance/design_key.h"

namespace cifra {

// The parts of the design file that the steps follow.
struct LevelParts {
    const std::vector<LevelPlan>& plans;
    const DesignPlan& design;
    const YamlValue* counting = nullptr;
    const YamlValue* derive = nullptr;
    std::filesystem::path directory;  // of tables of caps
};

class LevelSteps {
public:
    // `data.hierarchy` holds the levels in the order of the plans, tables and parent rows set.
    LevelSteps(const LevelParts& parts, SurveyData& data, Diagnostics& faults)
        : parts_(parts), data_(data), hierarchy_(data.hierarchy), faults_(faults) {}

    // Filters, counting rules, derived variables. Faults: filter-above, orphan-records, unknown-rule, those of
    // counting.h and derive.h.
    void finish_levels();

    // Weights of every level. Faults: bad-weight, weightless-parent.
    void set_weights();

private:
    void finish_level(std::size_t index);
    bool has_children(std::size_t index) const;
    void refuse_orphans(std::size_t index);
    void count_records(std::size_t index);
    std::optional<Expr> parse_at(std::size_t level, const YamlValue& value, Type type);
    void set_weight(std::size_t index);
    void inherit_weight(std::size_t index);
    void refuse_weightless_parents(std::size_t index);

    LevelParts parts_;
    SurveyData& data_;
    Hierarchy& hierarchy_;
    Diagnostics& faults_;
};

// Values of a weight expression, finite and from 0; nothing, with the fault bad-weight, counted, where they are not.
std::optional<std::vector<double>> weights_at(const Hierarchy& hierarchy, std::size_t level, const YamlValue& value,
                                              Diagnostics& faults);

}  // namespace cifra
