#include "estimation/weighting/chain_key.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <utility>

#include "engine/study.h"
#include "estimation/weighting/chain_residuals.h"

namespace cifra {

namespace {

constexpr double tolerance = 1e-9;

// Finds the chain's units in the levels of the survey.
class Placer {
public:
    Placer(const ChainKey& key, const WeightingResult& weighed, SurveyData& data, Diagnostics& faults)
        : key_(key), units_(weighed.units), chain_(weighed.chain), data_(data), faults_(faults) {}

    void place() {
        const std::size_t households = level_of(key_.households.empty() ? design_level() : key_.households);
        if (households == no_level) return;
        const std::vector<std::size_t> dwelling = dwellings_of(households);
        if (faults_.has_errors()) return;
        find_design_units(households, dwelling);
        add(households, false, dwelling, chain_.household_weights());
        if (!chain_.weighs_persons() || faults_.has_errors()) return;
        if (key_.persons.empty()) {
            faults_.error(key_.where, "missing-key",
                          "the chain weighs persons, and 'persons' does not name their level", "add 'persons: LEVEL'");
            return;
        }
        const std::size_t persons = level_of(key_.persons);
        if (persons == no_level) return;
        if (!data_.hierarchy.is_above(households, persons) || persons == households) {
            faults_.error(
                key_.where, "unknown-level",
                fmt::format("level '{}' does not lie below '{}'", key_.persons, data_.hierarchy[households].name),
                "chain: {households: UPPER, persons: LOWER}");
            return;
        }
        add(persons, true, persons_of(persons, households, dwelling), chain_.final_weights());
    }

private:
    std::string design_level() const { return data_.hierarchy[data_.design_level].name; }

    std::size_t level_of(const std::string& name) {
        const std::size_t level = data_.hierarchy.find(name);
        if (level == no_level)
            faults_.error(key_.where, "unknown-level", fmt::format("there is no level '{}'", name),
                          suggestion(name, data_.hierarchy.names()));
        else if (data_.hierarchy[level].unit_of_row.size() != data_.hierarchy[level].rows())
            faults_.error(key_.where, "level-outside-design",
                          fmt::format("level '{}' was not placed in the design", name),
                          "the chain's levels are the design's or below it");
        else
            return level;
        return no_level;
    }

    void mismatch(const Level& level, std::size_t row, const std::string& what) {
        const auto& lines = level.table.lines;
        faults_.error({level.table.source, row < lines.size() ? lines[row] : 0, 0}, "chain-mismatch", what,
                      "weigh again with the same plan and files, and let the level's weight be the column it writes");
    }

    // Dwelling of the chain of each row; a dwelling may have several households or none.
    std::vector<std::size_t> dwellings_of(std::size_t level) {
        const std::string& unit = key_.files.plan.unit;
        std::vector<std::size_t> result;
        if (!data_.hierarchy.knows(level, unit)) {
            faults_.error(key_.where, "missing-column",
                          fmt::format("level '{}' has no column '{}'", data_.hierarchy[level].name, unit),
                          suggestion(unit, data_.hierarchy.schema(level).names()));
            return result;
        }
        const Column of_chain = units_.levels.column(dwelling_level, unit).as_text(),
                     of_rows = data_.hierarchy.column(level, unit).as_text();
        std::map<std::string_view, std::size_t> index;
        for (std::size_t k = 0; k < of_chain.size(); ++k) index.emplace(of_chain.text(k), k);
        for (std::size_t row = 0; row < of_rows.size(); ++row) {
            const auto found = of_rows.present(row) ? index.find(of_rows.text(row)) : index.end();
            result.push_back(found == index.end() ? Column::npos : found->second);
        }
        return result;
    }

    void find_design_units(std::size_t level, const std::vector<std::size_t>& dwelling) {
        constexpr auto unknown = static_cast<std::uint32_t>(-1);
        design_unit_.assign(chain_.base.size(), unknown);
        for (std::size_t row = 0; row < dwelling.size(); ++row)
            if (dwelling[row] != Column::npos) design_unit_[dwelling[row]] = data_.hierarchy[level].unit_of_row[row];
        const auto lost = std::count(design_unit_.begin(), design_unit_.end(), unknown);
        if (lost > 0)
            faults_.error(key_.where, "chain-mismatch",
                          fmt::format("{} of {} dwellings of the chain are not in level '{}'", lost,
                                      design_unit_.size(), data_.hierarchy[level].name),
                          "take the file of all drawn dwellings, weights.csv: nonrespondents too have variance");
    }

    std::vector<std::size_t> persons_of(std::size_t level, std::size_t households,
                                        const std::vector<std::size_t>& dwelling) {
        const bool several = units_.levels[person_level].table.has("line");
        std::vector<std::size_t> result;
        if (several && !data_.hierarchy.knows(level, "line")) {
            faults_.error(key_.where, "missing-column",
                          fmt::format("level '{}' has no column 'line'", data_.hierarchy[level].name),
                          "the line of a person in its household, as in the person file of the chain");
            return std::vector<std::size_t>(data_.hierarchy[level].rows(), Column::npos);
        }
        std::map<std::pair<std::size_t, std::string>, std::size_t> index;
        const auto line = [&](const Column* column, std::size_t row) {
            return column && column->present(row) ? column->cell(row) : std::string();
        };
        const Column* of_chain = several ? &units_.levels.column(person_level, "line") : nullptr;
        for (std::size_t k = 0; k < units_.dwelling.size(); ++k)
            index.emplace(std::make_pair(units_.dwelling[k], line(of_chain, k)), k);
        const Column* of_rows = several ? &data_.hierarchy.column(level, "line") : nullptr;
        const std::vector<std::size_t> above = data_.hierarchy.ancestor_rows(level, households);
        for (std::size_t row = 0; row < above.size(); ++row) {
            const auto found = index.find({dwelling[above[row]], line(of_rows, row)});
            result.push_back(found == index.end() ? Column::npos : found->second);
        }
        return result;
    }

    void add(std::size_t at, bool of_persons, const std::vector<std::size_t>& unit, const Weights& weights) {
        const Level& level = data_.hierarchy[at];
        std::vector<std::uint8_t> seen(weights.size(), 0);
        for (std::size_t row = 0; row < unit.size() && !faults_.has_errors(); ++row) {
            const double made = unit[row] == Column::npos ? 0 : weights[unit[row]];
            if (std::abs(level.weight[row] - made) > tolerance * std::max(level.weight[row], made))
                mismatch(level, row, fmt::format("the weight of this row of '{}' is not the chain's", level.name));
            else if (made > 0 && std::exchange(seen[unit[row]], 1))
                mismatch(level, row, fmt::format("this row of '{}' stands for a unit that came before", level.name));
        }
        if (faults_.has_errors()) return;
        data_.residuals.push_back(
            chain_residuals(chain_, of_persons, key_.of_response, {at, unit, design_unit_, data_.design.units()}));
    }

    const ChainKey& key_;
    const WeightingUnits& units_;
    const WeightingChain& chain_;
    SurveyData& data_;
    Diagnostics& faults_;
    std::vector<std::uint32_t> design_unit_;  // of dwellings
};

void refuse_conflicts(const ChainKey& key, const SurveyData& data, Diagnostics& faults) {
    const auto conflict = [&](const char* what, const char* remedy) {
        faults.error(key.where, "chain-conflict", fmt::format("'chain' does not go with {}", what), remedy);
    };
    if (!data.residuals.empty()) conflict("'calibration'", "make the calibration a step of the chain");
    if (!data.replicates.empty()) conflict("replicate weights", "keep one of the two: both know the chain");
    if (!data.weight_sets.empty()) conflict("weight sets", "keep one of the two");
    if (data.design.second_phase) conflict("two phases", "keep one of the two");
}

}  // namespace

ChainKey read_chain_key(const YamlValue& value, const SurveyDataOptions& options, Diagnostics& faults) {
    ChainKey key;
    key.where = value.where;
    key.tables = options.tables;
    Fields fields(value, faults, "'chain'");
    key.households = fields.text("households");
    key.persons = fields.text("persons");
    key.of_response = fields.choice("response", {"fixed", "estimated"}, "fixed") == "estimated";
    const std::string plan = fields.text("plan");
    fields.finish();
    YamlValue section = options.weighting;
    std::filesystem::path directory = options.weighting_directory;
    if (!plan.empty()) {
        const std::filesystem::path file = resolve(options.directory, plan, options.out);
        section = read_yaml(file, faults);
        if (const YamlValue* inside = section.find("weighting")) section = YamlValue(*inside);
        directory = file.parent_path();
        key.inputs.push_back(file);
    }
    if (section.is_null() && !faults.has_errors())
        faults.error(key.where, "missing-weighting", "there is no weighting plan to follow",
                     "run within the study that has the section 'weighting', or add 'plan: FILE'");
    if (faults.has_errors()) return key;
    key.files = chain_files(section, directory, options.out, faults);
    key.mentioned = {key.files.plan.unit, "line"};
    return key;
}

void account_for_chain(const ChainKey& key, SurveyData& data, Diagnostics& faults) {
    refuse_conflicts(key, data, faults);
    if (faults.has_errors()) return;
    data.inputs.insert(data.inputs.end(), key.inputs.begin(), key.inputs.end());
    const WeightingInputs inputs = read_inputs(key.files, key.tables, data.inputs, faults);
    if (faults.has_errors()) return;
    const WeightingResult weighed = weigh(key.files.plan, inputs, faults);
    if (faults.has_errors()) return;
    Placer(key, weighed, data, faults).place();
    data.residuals_note = key.of_response ? ", residuals of the weighting chain, response estimated"
                                          : ", residuals of the weighting chain";
}

}  // namespace cifra
