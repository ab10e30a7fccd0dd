#include "questionnaires/responses.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include "engine/csv.h"
#include "engine/design_columns.h"
#include "questionnaires/response_records.h"
#include "questionnaires/response_tables.h"

namespace cifra {
namespace {

const std::vector<std::string>& keys_of(Unit unit) {
    static const std::map<Unit, std::vector<std::string>> keys = {
        {Unit::household, {"household", "outcome", "interview_date"}},
        {Unit::roster, {"household", "line"}},
        {Unit::person, {"household", "line"}},
        {Unit::incident, {"household", "line", "crime", "ordinal"}}};
    return keys.at(unit);
}

void check_columns(const std::filesystem::path& file, Unit unit, const Instrument& instrument, Diagnostics& faults) {
    std::set<std::string> known(keys_of(unit).begin(), keys_of(unit).end());
    for (const Question& question : instrument.questions)
        if (question.unit == unit && !question.computed) known.insert(question.name);
    const std::vector<std::string> header = csv_header(file, {}, faults);
    if (header.empty()) return;
    for (const std::string& column : header)
        if (!known.contains(column) && column != "outcome")
            faults.warning({file.string(), 1, 0}, "unknown-column", fmt::format("no question is named '{}'", column),
                           "it is left out");
    for (const std::string& column : known)
        if (std::find(header.begin(), header.end(), column) == header.end())
            faults.error({file.string(), 1, 0}, "missing-column", fmt::format("there is no column '{}'", column),
                         "add it; leave the cell empty where the question was not asked");
}

bool has_file(Unit unit, const Instrument& instrument) {
    return unit == Unit::household || std::any_of(instrument.modules.begin(), instrument.modules.end(),
                                                  [&](const Module& module) { return module.unit == unit; });
}

std::string question_message(const std::string& rule) {
    static const std::map<std::string, std::string> texts = {
        {"unknown-code", "this is not a code of the question"},
        {"repeated-code", "codes must be different and joined by one blank"},
        {"exclusive-code", "a code that stands alone is given with another"},
        {"not-a-number", "this is not a whole number"},
        {"out-of-range", "the number is outside the question's range"},
        {"outside-period", "the month is not in the reference period"},
        {"not-a-date", "this is not a date YYYY-MM-DD"},
        {"too-long", "the text is too long or has a line end"},
        {"asked-but-empty", "the question is on the path but has no answer"},
        {"answered-off-route", "the question is not on the path but has an answer"}};
    return texts.at(rule);
}

// The cells of a block by question.
class AnswerCells {
public:
    AnswerCells(const Instrument& instrument, const AnswerTables& tables) {
        for (const Question& question : instrument.questions)
            columns_.push_back(question.computed ? nullptr : tables.of(question.unit).find(question.name));
    }
    bool answered(std::size_t question, std::size_t row) const {
        return columns_[question] && columns_[question]->present(row) && !columns_[question]->text(row).empty();
    }
    const std::string& text(std::size_t question, std::size_t row) const { return columns_[question]->text(row); }

private:
    std::vector<const Column*> columns_;  // nullptr where a file has none
};

class HouseholdCheck {
public:
    HouseholdCheck(const Instrument& instrument, const AnswerTables& tables, const AnswerCells& cells,
                   const ResponseOptions& options, const HouseholdRows& rows, ViolationList& violations)
        : instrument_(instrument),
          tables_(tables),
          cells_(cells),
          options_(options),
          rows_(rows),
          violations_(violations) {}

    CheckedHousehold run() {
        Records records;
        for (const auto& [line, row] : rows_.persons) records.persons.push_back(line);
        for (const auto& [line, row] : rows_.roster) records.lines.push_back(line);
        for (const auto& [key, row] : rows_.incidents) records.incidents.push_back(key);
        const Coding& coding = options_.coding.rules.empty() ? instrument_.coding : options_.coding;
        CheckedHousehold result;
        const std::string date = cell(tables_.household, "interview_date", rows_.row);
        WalkOptions walking{.silent = rows_.silent,
                            .records = &records,
                            .after_form = {},
                            .interview_date = is_date(date) ? date : std::string()};
        walking.after_form = [&](const IncidentKey& key, const Board& board) {
            result.coded[key] = code_incident(instrument_, coding, key.crime, board);
        };
        const Answerer answerer = [&](const Place& place, const Question&, const Board&) -> std::optional<std::string> {
            const auto row = row_of(place);
            if (!row || !cells_.answered(place.question, *row)) return std::nullopt;
            return cells_.text(place.question, *row);
        };
        result.walk = walk(instrument_, answerer, walking);
        check_visits(result);
        find_told_already(result);
        check_roster(result.walk);
        check_selection(result.walk);
        check_incidents(result.walk);
        check_date();
        result.walk.visits.clear();
        return result;
    }

private:
    std::optional<std::size_t> row_of(const Place& place) const {
        const Unit unit = instrument_.questions[place.question].unit;
        if (unit == Unit::household) return rows_.row;
        if (unit == Unit::person) return rows_.person_row(place.line);
        if (unit == Unit::roster) return rows_.roster.at(place.line);
        return rows_.incidents.at({place.line, place.crime, place.ordinal});
    }

    std::uint32_t place_line(std::uint32_t line) const {
        return instrument_.roster && instrument_.roster->all ? line : 0;
    }

    // Every record of the household to which the question belongs, in order.
    template <class Take>
    void each_record(std::uint32_t question, const Take& take) const {
        const Unit unit = instrument_.questions[question].unit;
        if (unit == Unit::household) take(Place{question, 0, 0, 0}, rows_.row);
        if (unit == Unit::person)
            for (const auto& [line, row] : rows_.persons) take(Place{question, place_line(line), 0, 0}, row);
        if (unit == Unit::roster)
            for (const auto& [line, row] : rows_.roster) take(Place{question, line, 0, 0}, row);
        if (unit == Unit::incident)
            for (const auto& [key, row] : rows_.incidents) take(Place{question, key.line, key.crime, key.ordinal}, row);
    }

    void add(const Place& place, const std::string& rule, const std::string& message, bool hard = true) {
        const Question& question = instrument_.questions[place.question];
        if (const auto row = row_of(place)) violations_.add(question.unit, *row, question.name, rule, message, hard);
    }

    // How many visits there were until an interview broken off had its last answer; else all.
    std::size_t reached(const Walk& walked) const {
        std::size_t visits = walked.visits.size();
        while (rows_.broken_off && visits > 0 && !walked.visits[visits - 1].answered) --visits;
        return visits;
    }

    void check_visits(CheckedHousehold& result) {
        const Walk& walked = result.walk;
        const std::size_t reached = this->reached(walked);
        std::size_t on_route = 0;
        for (std::size_t v = 0; v < walked.visits.size(); ++v) {
            const Visit& visit = walked.visits[v];
            on_route += visit.answered;
            if (visit.relevance == Relevance::on && !visit.answered && v >= reached)
                result.not_reached.insert(visit.place);
            else if (visit.relevance == Relevance::on && !visit.answered)
                add(visit.place, "asked-but-empty", question_message("asked-but-empty"));
            if (visit.broken == "outside-period" && visit.place.ordinal > 0)
                result.outside_period.insert({visit.place.line, visit.place.crime, visit.place.ordinal});
            if (!visit.broken.empty()) add(visit.place, visit.broken, question_message(visit.broken));
            for (const std::size_t c : visit.broken_constraints) constraint(visit.place, c);
        }
        check_off_route(walked, on_route);
    }

    // The first answer of such a question is yes.
    void find_told_already(CheckedHousehold& result) const {
        for (std::size_t q = 0; q < instrument_.questions.size(); ++q) {
            const Question& question = instrument_.questions[q];
            if (question.unit != Unit::incident || question.codes.empty()) continue;
            if (!question.duplicate && question.name != instrument_.bounding.duplicate.id) continue;
            for (const auto& [key, row] : rows_.incidents)
                if (cells_.answered(q, row) && cells_.text(q, row) == question.codes.front().code)
                    result.told_already.insert(key);
        }
    }

    // What is answered more often than the walk met it was answered somewhere else too.
    void check_off_route(const Walk& walked, std::size_t on_route) {
        std::size_t answered = 0;
        for (std::uint32_t q = 0; q < instrument_.questions.size(); ++q)
            each_record(q, [&](const Place&, std::size_t row) { answered += cells_.answered(q, row); });
        if (answered == on_route) return;
        std::set<Place> allowed;
        for (const Visit& visit : walked.visits)
            if (visit.relevance != Relevance::off) allowed.insert(visit.place);
        for (std::uint32_t q = 0; q < instrument_.questions.size(); ++q)
            each_record(q, [&](const Place& place, std::size_t row) {
                if (cells_.answered(q, row) && !allowed.contains(place))
                    add(place, "answered-off-route", question_message("answered-off-route"));
            });
    }

    void constraint(const Place& place, std::size_t c) {
        const Constraint& broken = instrument_.questions[place.question].constraints[c];
        const std::string told = say(instrument_, broken.say, options_.language);
        const char* rule = broken.hard ? "require" : broken.inform ? "inform" : "confirm";
        add(place, rule, told.empty() ? "not true: " + broken.that.text : told, broken.hard);
    }

    void check_roster(const Walk& walked) {
        if (!instrument_.roster || !rows_.roster_sound) return;
        const std::string& count = instrument_.roster->count;
        const std::string announced = cell(tables_.household, count, rows_.row);
        if (walked.roster_decided && parse_number(announced) != static_cast<double>(rows_.roster.size()))
            violations_.add(Unit::household, rows_.row, count, "count-mismatch",
                            "the roster has another number of lines");
        std::uint32_t expected = 1;
        for (const auto& [line, row] : rows_.roster)
            if (line != expected++) {
                violations_.add(Unit::roster, row, "line", "broken-sequence", "lines must be 1, 2, 3, ...");
                break;
            }
    }

    void check_selection(const Walk& walked) {
        if (!instrument_.roster || !walked.eligible_decided) return;
        const auto& eligible = walked.eligible_lines;
        const bool all = instrument_.roster->all;
        for (const auto& [line, row] : rows_.persons)
            if (std::find(eligible.begin(), eligible.end(), line) == eligible.end())
                return violations_.add(Unit::person, row, "line", "not-eligible",
                                       "the roster does not make this line eligible");
        if (rows_.broken_off) return;
        if (all ? rows_.persons.size() < eligible.size() : rows_.persons.empty() && !eligible.empty())
            violations_.add(Unit::household, rows_.row, "", "missing-person",
                            all ? "answers_person.csv has fewer rows than persons are eligible"
                                : "somebody is eligible, but answers_person.csv has no row");
        if (!all && !rows_.persons.empty()) check_selected(eligible);
    }

    void check_selected(const std::vector<std::uint32_t>& eligible) {
        const auto number = options_.selection_numbers.find(rows_.id);
        if (number == options_.selection_numbers.end()) return;
        const auto [line, row] = *rows_.persons.begin();
        const auto count = static_cast<std::uint32_t>(eligible.size());
        if (eligible[design_columns::selected_line(number->second, count) - 1] != line)
            violations_.add(Unit::person, row, "line", "wrong-person", "the selection number selects another line");
    }

    // The question that announced the incidents of a crime, for the column of a mismatch.
    const Question& announcer(const Announced& crime) const {
        const auto part = crime.happened ? ScreenerPart::count : ScreenerPart::happened;
        return instrument_.questions[*instrument_.screener(crime.crime, part)];
    }

    void check_incidents(const Walk& walked) {
        if (!rows_.incidents_sound) return;
        for (const Announced& crime : walked.announced) {
            check_ordinals(crime);
            if (!crime.decided || count_forms(crime) == crime.forms) continue;
            const Question& question = announcer(crime);
            const auto row = question.unit == Unit::household ? std::optional(rows_.row) : rows_.person_row(crime.line);
            if (row)
                violations_.add(question.unit, *row, question.name, "count-mismatch",
                                "the number of incident forms is another");
        }
    }

    static bool of(const IncidentKey& key, const Announced& crime) {
        return key.line == crime.line && key.crime == crime.crime;
    }

    void check_ordinals(const Announced& crime) {
        std::uint32_t expected = 0;
        for (const auto& [key, row] : rows_.incidents) {
            if (!of(key, crime) || key.ordinal == ++expected) continue;
            return violations_.add(Unit::incident, row, "ordinal", "broken-sequence",
                                   "ordinals of a crime must be 1, 2, 3, ...");
        }
    }

    std::uint32_t count_forms(const Announced& crime) const {
        return static_cast<std::uint32_t>(std::count_if(rows_.incidents.begin(), rows_.incidents.end(),
                                                        [&](const auto& entry) { return of(entry.first, crime); }));
    }

    void check_date() {
        const std::string date = cell(tables_.household, "interview_date", rows_.row);
        if (date.empty())
            violations_.add(Unit::household, rows_.row, "interview_date", "asked-but-empty",
                            "a complete interview has a date");
        else if (!is_date(date))
            violations_.add(Unit::household, rows_.row, "interview_date", "not-a-date", question_message("not-a-date"));
    }

    const Instrument& instrument_;
    const AnswerTables& tables_;
    const AnswerCells& cells_;
    const ResponseOptions& options_;
    const HouseholdRows& rows_;
    ViolationList& violations_;
};

void check_incomplete(const Instrument& instrument, const AnswerTables& tables, std::size_t row,
                      ViolationList& violations) {
    for (const Question& question : instrument.questions)
        if (question.unit == Unit::household && !cell(tables.household, question.name, row).empty())
            violations.add(Unit::household, row, question.name, "answered-off-route",
                           "the interview is not complete, but this is answered");
}

}  // namespace

const Table& AnswerTables::of(Unit unit) const {
    const std::array<const Table*, 4> tables = {&household, &roster, &person, &incident};
    return *tables[static_cast<std::size_t>(unit)];
}

Table& AnswerTables::of(Unit unit) {
    const std::array<Table*, 4> tables = {&household, &roster, &person, &incident};
    return *tables[static_cast<std::size_t>(unit)];
}

AnswerFiles::AnswerFiles(const std::filesystem::path& folder, const Instrument& instrument, Diagnostics& faults,
                         std::size_t households_of_a_block) {
    std::vector<LinkedFile> files;
    for (const Unit unit : {Unit::household, Unit::roster, Unit::person, Unit::incident}) {
        if (!has_file(unit, instrument)) continue;
        units_.push_back(unit);
        names_.push_back(folder / file_name(unit));
        files.push_back({names_.back(), "household", {}});
        check_columns(names_.back(), unit, instrument, faults);
    }
    if (!faults.has_errors()) files_.emplace(std::move(files), households_of_a_block, faults);
}

std::optional<AnswerTables> AnswerFiles::next(Diagnostics& faults) {
    auto block = files_ ? files_->next(faults) : std::nullopt;
    if (!block) return std::nullopt;
    AnswerTables tables;
    for (std::size_t u = 0; u < units_.size(); ++u) tables.of(units_[u]) = std::move((*block)[u]);
    const std::size_t first = households_;
    for (std::size_t row = 0; row < tables.household.rows(); ++row)
        if (std::string id = cell(tables.household, "household", row); files_->seen_before(id, first))
            tables.earlier.insert(std::move(id));
    households_ += tables.household.rows();
    return tables;
}

AnswerTables read_answers(const std::filesystem::path& folder, const Instrument& instrument, Diagnostics& faults) {
    AnswerFiles files(folder, instrument, faults, std::numeric_limits<std::size_t>::max());
    return files.next(faults).value_or(AnswerTables{});
}

std::size_t Responses::hard_violations() const {
    return static_cast<std::size_t>(
        std::count_if(violations.begin(), violations.end(), [](const Violation& v) { return v.hard; }));
}

Responses check_responses(const Instrument& instrument, const AnswerTables& answers, const ResponseOptions& options) {
    ViolationList violations(answers);
    const GroupedRows groups = group_rows(instrument, answers, violations);
    const AnswerCells cells(instrument, answers);
    std::vector<CheckedHousehold> checked;
    for (const HouseholdRows& rows : groups.complete)
        checked.push_back(HouseholdCheck(instrument, answers, cells, options, rows, violations).run());
    for (const std::size_t row : groups.incomplete) check_incomplete(instrument, answers, row, violations);
    Instrument coded = instrument;
    if (!options.coding.rules.empty()) coded.coding = options.coding;
    Responses responses = coded_tables(coded, answers, groups, checked, options.with_pii);
    responses.violations = violations.sorted();
    responses.codebook = response_codebook(coded, options.with_pii);
    return responses;
}

Table violations_table(const std::vector<Violation>& violations) {
    std::vector<std::string> file, column, rule, severity, message;
    std::vector<double> line;
    for (const Violation& violation : violations) {
        file.push_back(violation.file);
        line.push_back(static_cast<double>(violation.line));
        column.push_back(violation.column);
        rule.push_back(violation.rule);
        severity.emplace_back(violation.hard ? "error" : "warning");
        message.push_back(violation.message);
    }
    Table table;
    table.set("file", Column::of_texts(file));
    table.set("line", Column::of_numbers(line));
    table.set("column", Column::of_texts(column));
    table.set("rule", Column::of_texts(rule));
    table.set("severity", Column::of_texts(severity));
    table.set("message", Column::of_texts(message));
    return table;
}

}  // namespace cifra
