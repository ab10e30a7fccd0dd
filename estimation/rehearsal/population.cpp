#include "estimation/rehearsal/population.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/csv.h"
#include "engine/design_columns.h"
#include "engine/random.h"
#include "estimation/hierarchy.h"
#include "sampling/household.h"
#include "sampling/household/person_methods.h"

namespace cifra {

namespace {

constexpr std::uint16_t household_stage = 2, person_stage = 3;  // of responses
constexpr std::uint16_t contact_stage = 4, birthday_stage = 5;  // of selections
constexpr std::size_t most_faults = 20;

Location place(const Table& table, std::size_t row) {
    return {table.source, row < table.lines.size() ? table.lines[row] : 0, 0};
}

Table read_file(const std::filesystem::path& file, Diagnostics& faults) {
    if (file.empty()) return {};
    CsvOptions options;
    options.types["household"] = ColumnType::text;
    Table table = read_csv(file, options, faults);
    table.source = file.string();
    return table;
}

bool has_columns(const Table& table, const std::vector<std::string>& names, Diagnostics& faults) {
    bool complete = true;
    for (const std::string& name : names) {
        if (name.empty() || table.has(name)) continue;
        complete = false;
        faults.error({table.source, 1, 0}, "missing-column", fmt::format("there is no column '{}'", name),
                     suggestion(name, table.names()));
    }
    return complete;
}

bool holds(const std::vector<std::string>& codes, const std::string& code) {
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

// Values of an expression over the rows of a level.
std::vector<double> probabilities(const Hierarchy& levels, std::size_t level, const YamlValue& value,
                                  Diagnostics& faults) {
    const auto expression =
        parse_expression(text_of(value, faults, "'response'"), value.where, levels.schema(level), faults, Type::number);
    if (!expression) return {};
    const Column column = levels.evaluate(level, *expression);
    std::vector<double> result(column.size());
    for (std::size_t row = 0; row < result.size(); ++row) {
        result[row] = column.present(row) ? column.number(row) : -1;
        if (result[row] >= 0 && result[row] <= 1) continue;
        faults.error(value.where, "bad-probability", "the probability of response is missing or outside 0 to 1",
                     "let the expression give a number from 0 to 1 for every row");
        return {};
    }
    return result;
}

std::vector<std::uint8_t> marks(const Hierarchy& levels, std::size_t level, const std::string& text,
                                const Location& where, Diagnostics& faults) {
    const auto condition = parse_expression(text, where, levels.schema(level), faults, Type::truth);
    return condition ? levels.filter(level, *condition) : std::vector<std::uint8_t>{};
}

// Of the file of persons.
std::vector<std::string> numbering_columns(const PersonPlan& plan) {
    std::vector<std::string> names = {"household", "line"};
    for (const std::string& name : plan.numbered) names.push_back(name.starts_with('-') ? name.substr(1) : name);
    return names;
}

}  // namespace

KnownPopulation KnownPopulation::read(const RehearsalPlan& plan, const WeightingPlan& weighting,
                                      const PersonPlan& person, const std::filesystem::path& out, Diagnostics& faults) {
    KnownPopulation result;
    result.weighting_ = weighting;
    result.person_plan_ = person;
    result.out_ = out;
    result.household_table_ = read_file(plan.households, faults);
    result.person_table_ = read_file(plan.persons, faults);
    result.incident_table_ = read_file(plan.incidents, faults);
    if (faults.has_errors()) return result;
    if (!has_columns(result.household_table_, {"household", plan.outcome}, faults)) return result;
    const Column ids = result.household_table_.at("household").as_text();
    for (std::size_t row = 0; row < ids.size(); ++row) {
        result.household_id_.push_back(ids.text(row));
        if (!result.household_row_.try_emplace(ids.text(row), row).second)
            faults.error(place(result.household_table_, row), "duplicate-id",
                         "this household stands on an earlier line too", "keep one row for each");
        if (faults.error_count() > most_faults) return result;
    }
    result.index_persons(faults);
    if (!faults.has_errors()) result.index_incidents(plan, faults);
    if (!faults.has_errors()) result.read_outcomes(plan, faults);
    if (!faults.has_errors()) result.read_birthdays(faults);
    return result;
}

void KnownPopulation::index_persons(Diagnostics& faults) {
    persons_of_.resize(household_id_.size());
    if (person_table_.width() == 0 || !has_columns(person_table_, numbering_columns(person_plan_), faults)) return;
    const Column ids = person_table_.at("household").as_text();
    const Column& lines = person_table_.at("line");
    for (std::size_t row = 0; row < ids.size(); ++row) {
        const auto found = household_row_.find(ids.text(row));
        if (found != household_row_.end()) {
            persons_of_[found->second].push_back(row);
            continue;
        }
        faults.error(place(person_table_, row), "orphan-person", "this person's household is not in the household file",
                     "correct the id, or add the household");
        if (faults.error_count() > most_faults) return;
    }
    for (auto& rows : persons_of_)
        std::stable_sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) {
            return lines.is_number() ? lines.number(a) < lines.number(b) : lines.text(a) < lines.text(b);
        });
}

void KnownPopulation::index_incidents(const RehearsalPlan& plan, Diagnostics& faults) {
    incidents_of_.resize(household_id_.size());
    if (incident_table_.width() == 0 || !has_columns(incident_table_, {"household"}, faults)) return;
    of_household_.assign(incident_table_.rows(), 0);
    if (plan.of_household) {
        Hierarchy levels;
        Level incidents;
        incidents.name = "incidents";
        incidents.table = incident_table_;
        levels.add(std::move(incidents));
        of_household_ =
            marks(levels, 0, text_of(*plan.of_household, faults, "a condition"), plan.of_household->where, faults);
        if (faults.has_errors()) return;
    }
    const Column ids = incident_table_.at("household").as_text();
    const Column* lines = incident_table_.find("line");
    person_of_incident_.assign(incident_table_.rows(), Column::npos);
    for (std::size_t row = 0; row < ids.size(); ++row) {
        const auto found = household_row_.find(ids.text(row));
        if (found == household_row_.end()) {
            faults.error(place(incident_table_, row), "orphan-incident",
                         "this incident's household is not in the household file", "correct the id");
            if (faults.error_count() > most_faults) return;
            continue;
        }
        incidents_of_[found->second].push_back(row);
        if (of_household_[row] || !lines) continue;
        for (const std::size_t person : persons_of_[found->second])
            if (person_table_.at("line").cell(person) == lines->cell(row)) person_of_incident_[row] = person;
    }
}

void KnownPopulation::read_outcomes(const RehearsalPlan& plan, Diagnostics& faults) {
    Hierarchy levels;
    Level households, persons;
    households.name = "households";
    households.table = household_table_;
    if (plan.outcome.empty())
        household_table_.set(weighting_.outcome, Column::of_texts(std::vector<std::string>(
                                                     household_table_.rows(), weighting_.outcomes.respondent.front())));
    else if (plan.outcome != weighting_.outcome)
        household_table_.set(weighting_.outcome, household_table_.at(plan.outcome));
    levels.add(std::move(households));
    eligible_.assign(person_table_.rows(), 1);
    if (person_table_.width() > 0) {
        persons.name = "persons";
        persons.parent = 0;
        persons.table = person_table_;
        persons.parent_row.resize(person_table_.rows());
        for (std::size_t household = 0; household < persons_of_.size(); ++household)
            for (const std::size_t row : persons_of_[household]) persons.parent_row[row] = household;
        levels.add(std::move(persons));
        if (plan.eligible)
            eligible_ = marks(levels, 1, text_of(*plan.eligible, faults, "a condition"), plan.eligible->where, faults);
        else if (person_plan_.stated)
            eligible_ = marks(levels, 1, person_plan_.eligible, person_plan_.eligible_at, faults);
        if (plan.person_response) person_response_ = probabilities(levels, 1, *plan.person_response, faults);
        if (!plan.person_outcome.empty() && has_columns(person_table_, {plan.person_outcome}, faults) &&
            person_response_.empty())
            for (std::size_t row = 0; row < person_table_.rows(); ++row)
                person_response_.push_back(
                    holds(weighting_.person_outcomes.respondent, person_table_.at(plan.person_outcome).cell(row)));
    }
    if (plan.household_response) household_response_ = probabilities(levels, 0, *plan.household_response, faults);
}

bool KnownPopulation::in_scope(std::size_t household) const {
    return !holds(weighting_.outcomes.ineligible, household_table_.at(weighting_.outcome).cell(household));
}

std::string KnownPopulation::household_outcome(std::size_t household, std::uint64_t seed) const {
    const std::string known = household_table_.at(weighting_.outcome).cell(household);
    if (household_response_.empty() || !in_scope(household)) return known;
    const double u = uniform({seed, Purpose::nonresponse, household_stage, stable_hash(household_id_[household])}, 0);
    if (u < household_response_[household]) return weighting_.outcomes.respondent.front();
    return holds(weighting_.outcomes.respondent, known) ? "2" : known;
}

bool KnownPopulation::person_responds(std::size_t household, std::size_t person, std::uint64_t seed) const {
    if (person_response_.empty()) return true;
    const std::string id = household_id_[household] + "/" + person_table_.at("line").cell(person);
    return uniform({seed, Purpose::nonresponse, person_stage, stable_hash(id)}, 0) < person_response_[person];
}

std::vector<std::size_t> KnownPopulation::eligible_persons(std::size_t household) const {
    std::vector<std::size_t> result;
    for (const std::size_t person : persons_of_[household])
        if (eligible_[person]) result.push_back(person);
    return result;
}

void KnownPopulation::read_birthdays(Diagnostics& faults) {
    if (!by_birthday(person_plan_) || !person_table_.has("birthday")) return;
    for (std::size_t row = 0; row < person_table_.rows() && faults.error_count() <= most_faults; ++row)
        birthday_.push_back(birthday_of(person_table_, row, faults));
}

int KnownPopulation::birthday(std::size_t household, std::size_t person, std::uint64_t seed) const {
    if (!birthday_.empty()) return birthday_[person];
    const std::string id = household_id_[household] + "/" + person_table_.at("line").cell(person);
    return day_by_chance(uniform({seed, Purpose::household, birthday_stage, stable_hash(id)}, 0));
}

std::size_t KnownPopulation::selected_person(std::size_t household, std::vector<std::size_t> eligible,
                                             double selection_number, std::uint64_t seed, double& probability) const {
    number_persons(person_plan_, person_table_, eligible);
    PersonSelection chosen;
    if (by_birthday(person_plan_)) {
        const std::uint64_t id = stable_hash(household_id_[household]);
        const int contact = person_plan_.date > 0
                                ? person_plan_.date
                                : day_by_chance(uniform({seed, Purpose::household, contact_stage, id}, 0));
        std::vector<int> birthdays;
        for (const std::size_t person : eligible) birthdays.push_back(birthday(household, person, seed));
        chosen = birthday_person(birthdays, contact, person_plan_.method == PersonMethod::next_birthday);
    } else {
        Diagnostics none;  // faults are those of birthdays
        chosen = choose_person(person_plan_, person_table_, eligible, selection_number, none);
    }
    probability = chosen.probability;
    return eligible[*chosen.person];
}

void KnownPopulation::ask_person(std::size_t person, double eligible, double probability, bool responds,
                                 Asked& asked) const {
    asked.person.push_back(person);
    asked.eligible_of_person.push_back(eligible);
    asked.probability.push_back(probability);
    asked.person_outcome.push_back(responds ? weighting_.person_outcomes.respondent.front() : "2");
}

void KnownPopulation::ask(std::size_t household, double selection_number, std::uint64_t seed, Asked& asked) const {
    const std::string outcome = household_outcome(household, seed);
    std::vector<std::size_t> persons = eligible_persons(household);
    asked.household.push_back(household);
    asked.outcome.push_back(outcome);
    asked.eligible.push_back(static_cast<double>(persons.size()));
    if (!holds(weighting_.outcomes.respondent, outcome)) return;
    const auto eligible = static_cast<double>(persons.size());
    double probability = 1;
    if (person_plan_.method == PersonMethod::none) persons.clear();
    const bool one = person_plan_.stated ? person_plan_.method != PersonMethod::all : weighting_.selects_one_person();
    if (one && !persons.empty()) persons = {selected_person(household, persons, selection_number, seed, probability)};
    std::vector<std::size_t> answering;
    for (const std::size_t person : persons) {
        const bool responds = person_responds(household, person, seed);
        if (responds) answering.push_back(person);
        // Of several each has a row, with its outcome; the one selected has none if it does not answer.
        if (responds || !weighting_.selects_one_person()) ask_person(person, eligible, probability, responds, asked);
    }
    add_incidents(household, answering, asked);
}

void KnownPopulation::add_incidents(std::size_t household, const std::vector<std::size_t>& persons,
                                    Asked& asked) const {
    for (const std::size_t incident : incidents_of_[household])
        if (of_household_[incident] ||
            std::find(persons.begin(), persons.end(), person_of_incident_[incident]) != persons.end())
            asked.incident.push_back(incident);
}

TablesInMemory KnownPopulation::files(const Asked& asked) const {
    TablesInMemory result;
    Table households = household_table_.pick(asked.household);
    households.set(weighting_.outcome, Column::of_texts(asked.outcome));
    households.set(weighting_.eligible, Column::of_numbers(asked.eligible));
    result[out_ / "household.csv"] = std::move(households);
    if (person_table_.width() > 0) {
        Table persons = person_table_.pick(asked.person);
        persons.set(weighting_.eligible, Column::of_numbers(asked.eligible_of_person));
        if (person_plan_.stated) persons.set(design_columns::person_probability, Column::of_numbers(asked.probability));
        if (!weighting_.selects_one_person())
            persons.set(weighting_.person_outcome, Column::of_texts(asked.person_outcome));
        result[out_ / "person.csv"] = std::move(persons);
    }
    if (incident_table_.width() > 0) result[out_ / "incident.csv"] = incident_table_.pick(asked.incident);
    for (auto& [file, table] : result) table.source = file.string();
    return result;
}

TablesInMemory KnownPopulation::fieldwork(const Table& sample, std::uint64_t seed) const {
    Asked asked;
    const Column ids = sample.at(weighting_.unit).as_text();
    const Column* numbers = sample.find(design_columns::selection_number);
    for (std::size_t row = 0; row < ids.size(); ++row) {
        const auto found = household_row_.find(ids.text(row));
        if (found == household_row_.end()) continue;  // nobody lives there
        ask(found->second, numbers ? numbers->number(row) : 0.5, seed, asked);
    }
    TablesInMemory result = files(asked);
    result[out_ / "sample.csv"] = sample;
    return result;
}

TablesInMemory KnownPopulation::census(const Table& frame) const {
    Asked asked;
    std::vector<double> weight;
    std::vector<std::string> outcome;
    const Column ids = frame.at(weighting_.unit).as_text();
    for (std::size_t row = 0; row < ids.size(); ++row) {
        const auto found = household_row_.find(ids.text(row));
        const bool there = found != household_row_.end() && in_scope(found->second);
        weight.push_back(there ? 1 : 0);
        outcome.push_back(there ? weighting_.outcomes.respondent.front() : "");
        if (!there) continue;
        const std::vector<std::size_t> persons = eligible_persons(found->second);
        asked.household.push_back(found->second);
        asked.outcome.push_back(outcome.back());
        asked.eligible.push_back(static_cast<double>(persons.size()));
        for (const std::size_t person : persons) ask_person(person, asked.eligible.back(), 1, true, asked);
        add_incidents(found->second, persons, asked);
    }
    TablesInMemory result = files(asked);
    Table weights = frame;
    weights.set("outcome", Column::of_texts(outcome));
    weights.set("household_weight", Column::of_numbers(weight));
    weights.set("person_weight", Column::of_numbers(weight));
    result[out_ / "weights.csv"] = std::move(weights);
    if (const auto persons = result.find(out_ / "person.csv"); persons != result.end()) {
        Table weighed = persons->second;
        weighed.set("person_weight", Column::of_numbers(std::vector<double>(weighed.rows(), 1.0)));
        result[out_ / "weights_persons.csv"] = std::move(weighed);
    }
    return result;
}

}  // namespace cifra
