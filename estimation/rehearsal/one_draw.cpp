#include "estimation/rehearsal/one_draw.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

#include "engine/design_columns.h"
#include "engine/random.h"
#include "estimation/tabulate.h"
#include "sampling/draw.h"

namespace cifra {

namespace {

namespace c = design_columns;

double number_at(const Table& table, const char* column, std::size_t row) {
    const Column& cells = table.at(column);
    return cells.present(row) ? cells.number(row) : std::numeric_limits<double>::quiet_NaN();
}

std::vector<std::pair<EstimateKey, CellResult>> cells_of(const Table& estimates) {
    std::vector<std::pair<EstimateKey, CellResult>> cells;
    for (std::size_t row = 0; row < estimates.rows(); ++row)
        cells.push_back(
            {{estimates.at("table").text(row), estimates.at("indicator").text(row), estimates.at("domain").text(row)},
             {number_at(estimates, "estimate", row), number_at(estimates, "se", row),
              number_at(estimates, "lower", row), number_at(estimates, "upper", row), number_at(estimates, "n", row),
              number_at(estimates, "n_cases", row)}});
    return cells;
}

// `inputs`, where given, receives the files read.
Table estimates_of(const RehearsalStage& stage, const YamlValue& design, const TablesInMemory& tables,
                   std::vector<std::filesystem::path>* inputs = nullptr) {
    Diagnostics faults;
    SurveyDataOptions options{stage.plan->directory, stage.chain.out, stage.mentioned, 1};
    options.tables = &tables;
    options.weighting = stage.weighting;
    options.weighting_directory = stage.chain.benchmarks;
    const SurveyData data = read_survey_data(design, options, faults);
    faults.throw_if_errors();
    const TabulationPlan plan = read_tabulation_plan(stage.plan->tables, data, faults);
    faults.throw_if_errors();
    Table result = tabulate(data, plan, {1}, faults);
    faults.throw_if_errors();
    for (std::size_t i = 0; inputs && i < data.inputs.size(); ++i)
        if (!tables.contains(data.inputs[i])) inputs->push_back(data.inputs[i]);
    return result;
}

// Adds weights.csv, and weights_persons.csv where all persons are weighed.
void add_weights(const RehearsalStage& stage, TablesInMemory& tables) {
    Diagnostics faults;
    std::vector<std::filesystem::path> read;
    const WeightingInputs inputs = read_inputs(stage.chain, &tables, read, faults);
    faults.throw_if_errors();
    const WeightingResult weighed = weigh(stage.chain.plan, inputs, faults);
    faults.throw_if_errors();
    tables[stage.chain.out / "weights.csv"] = weights_table(stage.chain.plan, inputs, weighed);
    if (auto persons = person_weights_table(stage.chain.plan, inputs, weighed))
        tables[stage.chain.out / "weights_persons.csv"] = std::move(*persons);
}

// PSUs go to interviewers in the order of the sample, each to the one with the fewest dwellings so far.
double largest_load(const std::vector<double>& dwellings_of_psu, std::uint64_t interviewers) {
    if (interviewers == 0) return std::numeric_limits<double>::quiet_NaN();
    std::vector<double> load(interviewers, 0.0);
    for (const double dwellings : dwellings_of_psu) *std::min_element(load.begin(), load.end()) += dwellings;
    return *std::max_element(load.begin(), load.end());
}

Workload work_of(const RehearsalStage& stage, const TablesInMemory& tables) {
    const Table& sample = tables.at(stage.chain.out / "sample.csv");
    const auto persons = tables.find(stage.chain.out / "person.csv");
    const WeightingPlan& weighting = stage.chain.plan;
    std::map<std::string, double> interviews_of;  // by household
    if (persons != tables.end()) {
        const Column households = persons->second.at("household").as_text();
        for (std::size_t row = 0; row < households.size(); ++row) ++interviews_of[households.text(row)];
    } else {
        const Table& households = tables.at(stage.chain.out / "household.csv");
        const auto& codes = weighting.outcomes.respondent;
        for (std::size_t row = 0; row < households.rows(); ++row)
            if (std::find(codes.begin(), codes.end(), households.at(weighting.outcome).cell(row)) != codes.end())
                ++interviews_of[households.at("household").cell(row)];
    }
    std::vector<double> dwellings, interviews;
    std::map<std::pair<std::string, std::string>, std::size_t> number;
    for (std::size_t row = 0; row < sample.rows(); ++row) {
        const auto [psu, fresh] =
            number.try_emplace({sample.at(c::stratum).cell(row), sample.at(c::psu).cell(row)}, number.size());
        if (fresh) dwellings.push_back(0), interviews.push_back(0);
        ++dwellings[psu->second];
        const auto found = interviews_of.find(sample.at(weighting.unit).cell(row));
        if (found != interviews_of.end()) interviews[psu->second] += found->second;
    }
    Workload work;
    work.psus = static_cast<double>(dwellings.size());
    work.dwellings = static_cast<double>(sample.rows());
    for (const double count : interviews) work.interviews += count;
    work.cost = stage.plan->fixed_cost + stage.plan->psu_cost * work.psus + stage.plan->dwelling_cost * work.dwellings +
                stage.plan->interview_cost * work.interviews;
    work.most_in_psu = *std::max_element(interviews.begin(), interviews.end());
    work.least_in_psu = *std::min_element(interviews.begin(), interviews.end());
    work.largest_load = largest_load(dwellings, stage.plan->interviewers);
    return work;
}

// Every unit of the frame, with the columns that a sample has.
Table whole_frame(const DrawPlan& plan, const Frame& frame) {
    DrawPlan all;
    all.keep = plan.keep;
    all.where = plan.where;
    for (const StagePlan& stage : plan.stages) {
        StagePlan whole;
        whole.unit = stage.unit;
        whole.within = stage.within;
        whole.strata = stage.strata;
        whole.method = find_selection_method("srs");
        whole.where = stage.where;
        all.stages.push_back(std::move(whole));
    }
    Table sample = draw_sample(all, frame, 0).sample;
    const Column one = Column::of_numbers(std::vector<double>(sample.rows(), 1.0));
    if (in_random_groups(plan.stages.front())) {
        sample.set(c::group_units, one);
        sample.set(c::group_size, one);
    }
    return sample;
}

// The design of a census: no chain, no replicates, no calibration; one weight each. Every unit is certain, so that none
// is told apart as such.
YamlValue design_of_census(const YamlValue& design) {
    const auto without = [](YamlValue map, const std::vector<std::string>& keys) {
        for (std::size_t i = map.entries.size(); i-- > 0;)
            if (std::find(keys.begin(), keys.end(), map.entries[i].first) != keys.end()) {
                map.entries.erase(map.entries.begin() + static_cast<std::ptrdiff_t>(i));
                map.key_places.erase(map.key_places.begin() + static_cast<std::ptrdiff_t>(i));
            }
        return map;
    };
    YamlValue result = without(design, {"calibration"});
    for (auto& [key, value] : result.entries)
        if (key == "design") value = without(value, {"chain", "replicates", "certainty"});
    return result;
}

}  // namespace

RehearsedDraw rehearse_once(const RehearsalStage& stage, std::uint64_t seed, std::uint64_t draw) {
    const std::uint64_t own = stable_hash(fmt::format("{}:{}", seed, draw));
    RehearsedDraw result;
    try {
        const DrawnSample drawn = draw_sample(*stage.draw, *stage.frame, own, stage.allocation);
        TablesInMemory tables = stage.population->fieldwork(drawn.sample, own);
        tables.insert(stage.benchmarks.begin(), stage.benchmarks.end());
        result.work = work_of(stage, tables);
        add_weights(stage, tables);
        result.cells = cells_of(estimates_of(stage, stage.plan->design, tables));
    } catch (const Refusal& refusal) {
        result.failure = refusal.what();
    }
    return result;
}

TrueValues true_values(const RehearsalStage& stage) {
    const TablesInMemory tables = stage.population->census(whole_frame(*stage.draw, *stage.frame));
    TrueValues truth;
    truth.cells = cells_of(estimates_of(stage, design_of_census(stage.plan->design), tables, &truth.inputs));
    return truth;
}

}  // namespace cifra
