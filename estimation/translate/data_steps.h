// The variables of a script: which steps make a name known in the data set of a level. Internal to `script_builder`.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "estimation/level_plan.h"
#include "estimation/survey_data.h"
#include "estimation/translate/script.h"

namespace cifra {

// What has no counterpart elsewhere; what() says it.
class Untranslatable : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

class DataSteps {
public:
    // `steps` receives them.
    DataSteps(const YamlValue& design_file, const SurveyData& data, std::vector<ScriptStep>& steps);

    // Makes the variable known in the data set of the level, and all it is made from. Throws Untranslatable.
    void need(std::size_t level, const std::string& name);
    void need(std::size_t level, const Expr& expression);
    void need(std::size_t level, const std::optional<Expr>& expression);

    // The variable that holds the number of the row of `above`.
    std::string row_of(std::size_t level, std::size_t above);
    // The variables that hold the weight of a record, alone and times what it counts by a rule ("": the level's own).
    std::string record_weight(std::size_t level);
    std::string analysis_weight(std::size_t level, const std::string& rule);

    // Marks the columns that are read. Call last.
    void finish();

    // What is known by now, to go back to where something turned out to be untranslatable.
    struct Known {
        std::set<std::pair<std::size_t, std::string>> names;
        std::map<std::size_t, std::size_t> read_at;            // level → its ReadStep
        std::map<std::size_t, std::set<std::string>> columns;  // used, by level
    };
    const Known& known() const { return known_; }
    void forget(Known known) { known_ = std::move(known); }

    const std::string& name(std::size_t level) const { return data_.hierarchy[level].name; }
    // Parsed as an expression of the level.
    Expr parse(std::size_t level, const std::string& text, const Location& where = {}) const;

private:
    void open(std::size_t level);
    void derive(std::size_t level, const std::string& name, const YamlValue& value);
    void derive_groups(std::size_t level, const std::string& name, const YamlValue& groups);
    bool derive_sum(std::size_t level, const std::string& name, const YamlValue& value);
    void carry(std::size_t level, const std::string& variable, const std::string& name);
    const YamlValue* derived(std::size_t level, const std::string& name) const;
    std::string times(std::size_t level, const std::string& rule);
    bool once(std::size_t level, const std::string& name) { return known_.names.emplace(level, name).second; }

    const SurveyData& data_;
    std::vector<ScriptStep>& steps_;
    Diagnostics ignored_;
    std::vector<LevelPlan> plans_;
    const YamlValue *derive_ = nullptr, *counting_ = nullptr;
    Known known_;
};

}  // namespace cifra
