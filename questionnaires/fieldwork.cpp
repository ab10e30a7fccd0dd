#include "questionnaires/fieldwork.h"

#include <fmt/format.h>
#include <algorithm>
#include <set>

#include "engine/design_columns.h"
#include "engine/random.h"
#include "questionnaires/answer_sheets.h"
#include "questionnaires/respondent.h"
#include "questionnaires/response_records.h"

namespace cifra {
namespace {

// The truth of one household: rows of its persons by line and of its incidents.
struct HouseholdTruth {
    std::size_t row = 0;
    std::map<std::uint32_t, std::size_t> persons;
    std::map<std::string, std::vector<std::pair<std::uint32_t, std::size_t>>> incidents;  // crime -> (line, row)
};

bool require(const Table& table, const std::vector<std::string>& columns, Diagnostics& faults) {
    bool complete = true;
    for (const std::string& column : columns) {
        if (table.has(column)) continue;
        faults.error({table.source, 1, 0}, "missing-column", fmt::format("there is no column '{}'", column), "add it");
        complete = false;
    }
    return complete;
}

std::uint32_t line_of(const Table& table, std::size_t row) {
    return static_cast<std::uint32_t>(parse_number(cell(table, "line", row)).value_or(0));
}

std::map<std::string, HouseholdTruth> gather(const Truth& truth, const std::set<std::string>& drawn) {
    std::map<std::string, HouseholdTruth> households;
    const auto owner = [&](const Table& table, std::size_t row) -> HouseholdTruth* {
        const auto found = households.find(cell(table, "household", row));
        return found == households.end() ? nullptr : &found->second;
    };
    for (std::size_t row = 0; row < truth.households.rows(); ++row)
        if (const std::string id = cell(truth.households, "household", row); drawn.contains(id))
            households[id].row = row;
    for (std::size_t row = 0; row < truth.persons.rows(); ++row)
        if (HouseholdTruth* household = owner(truth.persons, row))
            household->persons[line_of(truth.persons, row)] = row;
    for (std::size_t row = 0; row < truth.incidents.rows(); ++row)
        if (HouseholdTruth* household = owner(truth.incidents, row))
            household->incidents[cell(truth.incidents, "crime", row)].emplace_back(line_of(truth.incidents, row), row);
    return households;
}

class TruthOfHousehold {
public:
    TruthOfHousehold(const Instrument& instrument, const Truth& truth, const HouseholdTruth& household,
                     const FieldworkOptions& options)
        : instrument_(instrument), truth_(truth), household_(household), options_(options) {}

    std::optional<std::string> operator()(const Place& place, const Question& question, std::uint32_t selected) const {
        const auto fixed = options_.answers.find(question.name);
        if (fixed != options_.answers.end()) return fixed->second;
        if (question.part != ScreenerPart::none) return screened(question, selected);
        if (auto known = recorded(place, question, selected)) return known;
        if (instrument_.roster && question.name == instrument_.roster->count)
            return fmt::format("{}", household_.persons.size());
        if (question.privacy && !question.codes.empty()) return question.codes.front().code;
        return std::nullopt;
    }

private:
    std::vector<std::size_t> incidents(std::size_t crime, std::uint32_t selected) const {
        std::vector<std::size_t> rows;
        const auto found = household_.incidents.find(instrument_.crimes[crime].id);
        if (found == household_.incidents.end()) return rows;
        for (const auto& [line, row] : found->second)
            if (instrument_.crimes[crime].unit == Unit::household || line == selected) rows.push_back(row);
        return rows;
    }

    std::optional<std::string> screened(const Question& question, std::uint32_t selected) const {
        const std::size_t count = incidents(question.crime, selected).size();
        if (question.part == ScreenerPart::wide && count == 0) return std::nullopt;
        if (question.part == ScreenerPart::count) return fmt::format("{}", count);
        return question.codes[count > 0 ? 0 : 1].code;
    }

    std::optional<std::string> recorded(const Place& place, const Question& question, std::uint32_t selected) const {
        if (question.unit == Unit::household) return nonempty(cell(truth_.households, question.name, household_.row));
        if (question.unit == Unit::incident) {
            const auto rows = incidents(place.crime, selected);
            return place.ordinal > rows.size()
                       ? std::nullopt
                       : nonempty(cell(truth_.incidents, question.name, rows[place.ordinal - 1]));
        }
        const auto person = household_.persons.find(question.unit == Unit::roster ? place.line : selected);
        return person == household_.persons.end() ? std::nullopt
                                                  : nonempty(cell(truth_.persons, question.name, person->second));
    }

    static std::optional<std::string> nonempty(std::string text) {
        return text.empty() ? std::nullopt : std::optional(std::move(text));
    }

    const Instrument& instrument_;
    const Truth& truth_;
    const HouseholdTruth& household_;
    const FieldworkOptions& options_;
};

// Interviews without a date of their own, where the reference period waits for one.
constexpr std::string_view no_date = "2026-01-01";

// Days of the Gregorian calendar since the year 0.
int day_number(const std::string& date) {
    int year = std::stoi(date.substr(0, 4));
    const int month = std::stoi(date.substr(5, 2)), day = std::stoi(date.substr(8));
    int days = day;
    for (int m = 1; m < month; ++m) days += days_in_month(year, m);
    --year;
    return days + year * 365 + year / 4 - year / 100 + year / 400;
}

std::string date_after(const std::string& date, int days) {
    int year = std::stoi(date.substr(0, 4)), month = std::stoi(date.substr(5, 2)),
        day = std::stoi(date.substr(8)) + days;
    for (int length = days_in_month(year, month); day > length; length = days_in_month(year, month)) {
        day -= length;
        month = month % 12 + 1;
        if (month == 1) ++year;
    }
    return fmt::format("{:04}-{:02}-{:02}", year, month, day);
}

class Field {
public:
    Field(const Instrument& instrument, const Truth& truth, const FieldworkOptions& options)
        : instrument_(instrument), truth_(truth), options_(options), sheets_(instrument) {
        const auto window = fieldwork_window(instrument.period);
        from_ = options.from.empty() ? window.first : options.from;
        const std::string to = options.to.empty() ? (options.from.empty() ? window.second : options.from) : options.to;
        days_ = std::max(1, day_number(to) - day_number(from_) + 1);
    }

    void visit(const std::string& id, double selection_number, const HouseholdTruth& household) {
        ++result_.visited;
        const std::string outcome = cell(truth_.households, "outcome", household.row);
        if (outcome != "1") return sheets_.add_outcome(id, outcome);
        const TruthOfHousehold facts(instrument_, truth_, household, options_);
        RespondentOptions respondent{.seed = options_.seed,
                                     .household = id,
                                     .selection_number = selection_number,
                                     .person_responds = false,
                                     .interview_date = date(id)};
        PersonOutcomes outcomes;
        for (const std::uint32_t line : respond(instrument_, respondent, facts).walk.interviewed)
            if (const std::string outcome = person_outcome(household, line); outcome != "1") outcomes[line] = outcome;
        respondent.person_responds = true;
        for (const auto& [line, outcome] : outcomes) respondent.silent.insert(line);
        const Respondent said = respond(instrument_, respondent, facts);
        sheets_.add_interview(id, respondent.interview_date, said.answers, said.walk, outcomes);
        for (const Place& place : said.rejected) ++result_.rejected[instrument_.questions[place.question].name];
        ++result_.complete;
        result_.persons += said.walk.interviewed.size() - outcomes.size();
    }

    Fieldwork finish() {
        result_.answers = sheets_.finish();
        return std::move(result_);
    }

private:
    std::string person_outcome(const HouseholdTruth& household, std::uint32_t selected) const {
        const auto person = household.persons.find(selected);
        if (person == household.persons.end()) return "1";
        const std::string outcome = cell(truth_.persons, "person_outcome", person->second);
        return outcome.empty() ? "1" : outcome;
    }

    std::string date(const std::string& id) const {
        Stream stream({options_.seed, Purpose::interview, 1, stable_hash(id)});
        return date_after(from_, static_cast<int>(stream.below(static_cast<std::uint64_t>(days_))));
    }

    const Instrument& instrument_;
    const Truth& truth_;
    const FieldworkOptions& options_;
    AnswerSheets sheets_;
    std::string from_;
    int days_ = 1;
    Fieldwork result_;
};

}  // namespace

std::pair<std::string, std::string> fieldwork_window(const Period& waiting) {
    const Period period = dated(waiting, std::string(no_date));
    const int start = period.year * 12 + period.month, end = start + 1;
    return {fmt::format("{:04}-{:02}-01", start / 12, start % 12 + 1),
            fmt::format("{:04}-{:02}-{:02}", end / 12, end % 12 + 1, days_in_month(end / 12, end % 12 + 1))};
}

Fieldwork do_fieldwork(const Instrument& instrument, const Table& sample, const Truth& truth,
                       const FieldworkOptions& options, Diagnostics& faults) {
    bool complete = require(sample, {design_columns::dwelling, design_columns::selection_number}, faults);
    complete &= require(truth.households, {"household", "outcome"}, faults);
    complete &= require(truth.persons, {"household", "line"}, faults);
    complete &= require(truth.incidents, {"household", "line", "crime"}, faults);
    if (!complete) return {};
    std::set<std::string> drawn;
    for (std::size_t row = 0; row < sample.rows(); ++row) drawn.insert(cell(sample, design_columns::dwelling, row));
    const auto households = gather(truth, drawn);
    Field field(instrument, truth, options);
    for (std::size_t row = 0; row < sample.rows(); ++row) {
        const auto household = households.find(cell(sample, design_columns::dwelling, row));
        const auto number = parse_number(cell(sample, design_columns::selection_number, row));
        if (household != households.end() && number)
            field.visit(household->first, *number, household->second);
        else
            faults.error({sample.source, row < sample.lines.size() ? sample.lines[row] : row + 2, 0},
                         "unknown-dwelling", "the dwelling has no facts, or no selection number",
                         "use the country that the sample was drawn from");
    }
    return field.finish();
}

AnswerTables random_answers(const Instrument& instrument, std::size_t households, std::uint64_t seed) {
    AnswerSheets sheets(instrument);
    const std::string date = fieldwork_window(instrument.period).first;
    for (std::size_t h = 1; h <= households; ++h) {
        const std::string id = fmt::format("H{}", h);
        const double selection = uniform({seed, Purpose::household, 0, stable_hash(id)}, 0);
        const Respondent said =
            respond(instrument, {.seed = seed, .household = id, .selection_number = selection, .interview_date = date});
        sheets.add_interview(id, date, said.answers, said.walk);
    }
    return sheets.finish();
}

}  // namespace cifra
