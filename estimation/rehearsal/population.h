// Everybody's answers, and the files that fieldwork would bring back from a drawn sample of them.
//
// A household answers with its probability, a person of it with its own, by numbers of (seed of the draw, id), apart
// from the numbers of the selection; without a probability what the outcome columns say.
//
// Of the eligible one person is asked, all or none, by the key `person:` of the sample plan (sampling/household.h) and
// the dwelling's selection number, as in the field; without that key by full roster, or all where `weighting` takes
// all. The birthday methods take the birthdays of the file; where it has none every draw makes them, uniform over the
// days of a year: the model under which 1 / eligible is right. Without a date in the plan every household has a day of
// contact of its own, by chance.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/table.h"
#include "estimation/rehearsal/rehearsal_plan.h"
#include "engine/tables_in_memory.h"
#include "estimation/weighting/plan.h"
#include "sampling/household/person_plan.h"

namespace cifra {

class KnownPopulation {
public:
    // Reads the files of the plan. Faults: those of csv.h; missing-column (household, line), duplicate-id,
    // orphan-person, orphan-incident, bad-probability (outside 0 to 1), those of the expressions.
    // bad-birthday. `out`: the folder of results, where the files of a draw are said to lie.
    static KnownPopulation read(const RehearsalPlan& plan, const WeightingPlan& weighting, const PersonPlan& person,
                                const std::filesystem::path& out, Diagnostics& faults);

    // household.csv, person.csv, incident.csv of a sample whose dwellings are in the column of `weighting.unit`.
    TablesInMemory fieldwork(const Table& sample, std::uint64_t seed) const;

    // The same of all dwellings of `frame`, all eligible persons asked and answering, and the weights: 1 for households
    // in scope and their eligible persons. weights.csv, weights_persons.csv, person.csv, incident.csv.
    TablesInMemory census(const Table& frame) const;

    std::size_t households() const { return household_id_.size(); }

private:
    struct Asked {
        std::vector<std::size_t> household, person, incident;  // rows of the population
        std::vector<std::string> outcome, person_outcome;      // of the rows
        std::vector<double> eligible, eligible_of_person;      // how many, by household asked and by person asked
        std::vector<double> probability;                       // pi_3 of persons
    };
    void index_persons(Diagnostics& faults);
    void index_incidents(const RehearsalPlan& plan, Diagnostics& faults);
    void read_outcomes(const RehearsalPlan& plan, Diagnostics& faults);
    void read_birthdays(Diagnostics& faults);
    bool in_scope(std::size_t household) const;
    std::string household_outcome(std::size_t household, std::uint64_t seed) const;
    bool person_responds(std::size_t household, std::size_t person, std::uint64_t seed) const;
    std::vector<std::size_t> eligible_persons(std::size_t household) const;
    void ask(std::size_t household, double selection_number, std::uint64_t seed, Asked& asked) const;
    int birthday(std::size_t household, std::size_t person, std::uint64_t seed) const;
    std::size_t selected_person(std::size_t household, std::vector<std::size_t> eligible, double selection_number,
                                std::uint64_t seed, double& probability) const;
    void ask_person(std::size_t person, double eligible, double probability, bool responds, Asked& asked) const;
    void add_incidents(std::size_t household, const std::vector<std::size_t>& persons, Asked& asked) const;
    TablesInMemory files(const Asked& asked) const;

    WeightingPlan weighting_;
    PersonPlan person_plan_;
    std::filesystem::path out_;
    Table household_table_, person_table_, incident_table_;
    std::map<std::string, std::size_t, std::less<>> household_row_;
    std::vector<std::string> household_id_;
    std::vector<std::vector<std::size_t>> persons_of_, incidents_of_;  // of households, persons in order of line
    std::vector<std::size_t> person_of_incident_;                      // npos: of the household, or none
    std::vector<std::uint8_t> eligible_, of_household_;                // of persons, of incidents
    std::vector<int> birthday_;                                        // of persons, month * 100 + day; empty: none
    std::vector<double> household_response_, person_response_;         // empty: by outcome
};

}  // namespace cifra
