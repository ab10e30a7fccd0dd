#include "questionnaires/response_tables.h"

#include <fmt/format.h>
#include <algorithm>

#include "engine/iccs.h"

namespace cifra {
namespace {

Column texts(const std::vector<std::string>& values) {
    std::vector<Missing> missing;
    for (const std::string& value : values) missing.push_back(value.empty() ? Missing::system : Missing::none);
    return Column::of_texts(values, missing);
}

// One file being put together: rows of an answer table, and columns of our own.
struct Sheet {
    const Table* source = nullptr;
    std::vector<std::size_t> rows;
    std::map<std::string, std::vector<std::string>> added;
    std::set<std::pair<std::size_t, std::string>> not_reached{};  // row of `source`, question
};

Column picked(const Sheet& sheet, const std::string& name) {
    if (const Column* column = sheet.source->find(name)) return column->pick(sheet.rows);
    return texts(std::vector<std::string>(sheet.rows.size()));
}

// The answers of a question, and the code of those that were not reached.
Column answers_of(const Sheet& sheet, const Question& question) {
    if (sheet.not_reached.empty() || !has_not_reached_code(question)) return picked(sheet, question.name);
    std::vector<std::string> values;
    for (const std::size_t row : sheet.rows)
        values.push_back(sheet.not_reached.contains({row, question.name}) ? std::string(not_reached_code)
                                                                          : cell(*sheet.source, question.name, row));
    return texts(values);
}

std::string mention_cell(const Question& question, const std::string& answer, const std::string& code) {
    if (answer.empty() || answer == question.dont_know || answer == question.refused || answer == not_reached_code)
        return answer;
    return mention(Value::of(answer), code).text;
}

void add_mentions(Table& table, const Question& question) {
    const Column answers = table.at(question.name);
    for (const Code& code : question.codes) {
        std::vector<std::string> values;
        for (std::size_t row = 0; row < table.rows(); ++row)
            values.push_back(mention_cell(question, answers.present(row) ? answers.text(row) : "", code.code));
        table.set(question.name + "_" + code.code, texts(values));
    }
}

// A computed value as a cell: a truth is 1 yes, 2 no.
std::string computed_cell(const Walk& walk, const Place& place) {
    const auto found = walk.computed.find(place);
    if (found == walk.computed.end() || !found->second.present()) return {};
    const Value& value = found->second;
    if (value.type == Type::truth) return value.number != 0 ? "1" : "2";
    return value.type == Type::number ? shortest(value.number) : value.text;
}

// One more row of the computed questions of a unit; without a walk its cells are empty.
void add_computed(Sheet& sheet, const Instrument& instrument, Unit unit, const Walk* walk, Place place) {
    for (std::uint32_t q = 0; q < instrument.questions.size(); ++q) {
        const Question& question = instrument.questions[q];
        if (question.unit != unit || !question.computed) continue;
        place.question = q;
        sheet.added[question.name].push_back(walk ? computed_cell(*walk, place) : "");
    }
}

Column computed_column(const Sheet& sheet, const Question& question) {
    const auto added = sheet.added.find(question.name);
    return texts(added == sheet.added.end() ? std::vector<std::string>() : added->second);
}

Table finish(const Sheet& sheet, const Instrument& instrument, Unit unit, const std::vector<std::string>& keys,
             const std::vector<std::string>& derived) {
    Table table;
    for (const std::string& key : keys) table.set(key, picked(sheet, key));
    for (const std::string& name : derived) table.set(name, texts(sheet.added.at(name)));
    for (const Question& question : instrument.questions) {
        if (question.unit != unit) continue;
        table.set(question.name, question.computed ? computed_column(sheet, question) : answers_of(sheet, question));
        if (question.type == QuestionType::multiple) add_mentions(table, question);
    }
    return table;
}

// Where each question that was not reached has its cell, of the questions of a unit.
void mark_not_reached(Sheet& sheet, const Instrument& instrument, Unit unit, const GroupedRows& groups,
                      const std::vector<CheckedHousehold>& checked) {
    for (std::size_t h = 0; h < checked.size(); ++h)
        for (const Place& place : checked[h].not_reached) {
            const Question& question = instrument.questions[place.question];
            const HouseholdRows& rows = groups.complete[h];
            if (question.unit != unit) continue;
            if (unit == Unit::household) sheet.not_reached.emplace(rows.row, question.name);
            if (unit == Unit::roster) sheet.not_reached.emplace(rows.roster.at(place.line), question.name);
            if (const auto row = rows.person_row(place.line); unit == Unit::person && row)
                sheet.not_reached.emplace(*row, question.name);
            if (unit == Unit::incident)
                sheet.not_reached.emplace(rows.incidents.at({place.line, place.crime, place.ordinal}), question.name);
        }
}

Table household_table(const Instrument& instrument, const AnswerTables& answers, const GroupedRows& groups,
                      const std::vector<CheckedHousehold>& checked) {
    std::map<std::size_t, const Walk*> walks;
    for (std::size_t h = 0; h < checked.size(); ++h) walks[groups.complete[h].row] = &checked[h].walk;
    for (const std::size_t row : groups.incomplete) walks[row] = nullptr;
    Sheet sheet{&answers.household, {}, {{"persons", {}}, {"eligible", {}}}};
    for (const auto& [row, walk] : walks) {
        sheet.rows.push_back(row);
        add_computed(sheet, instrument, Unit::household, walk, {});
        sheet.added["persons"].push_back(walk ? fmt::format("{}", walk->persons) : "");
        sheet.added["eligible"].push_back(walk ? fmt::format("{}", walk->eligible) : "");
    }
    mark_not_reached(sheet, instrument, Unit::household, groups, checked);
    return finish(sheet, instrument, Unit::household, {"household", "outcome", "interview_date"},
                  {"persons", "eligible"});
}

Table roster_table(const Instrument& instrument, const AnswerTables& answers, const GroupedRows& groups,
                   const std::vector<CheckedHousehold>& checked) {
    Sheet sheet{&answers.roster, {}, {}};
    for (std::size_t h = 0; h < groups.complete.size(); ++h)
        for (const auto& [line, row] : groups.complete[h].roster) {
            sheet.rows.push_back(row);
            add_computed(sheet, instrument, Unit::roster, &checked[h].walk, {0, line, 0, 0});
        }
    mark_not_reached(sheet, instrument, Unit::roster, groups, checked);
    return finish(sheet, instrument, Unit::roster, {"household", "line"}, {});
}

std::vector<const Question*> roster_questions(const Instrument& instrument) {
    std::vector<const Question*> questions;
    for (const Question& question : instrument.questions)
        if (question.unit == Unit::roster) questions.push_back(&question);
    return questions;
}

// The roster's answers of a person.
void add_roster_answers(Sheet& sheet, const Instrument& instrument, const AnswerTables& answers,
                        const HouseholdRows& household, const Walk& walk, std::uint32_t line) {
    const auto row = household.roster.find(line);
    for (const Question* question : roster_questions(instrument)) {
        const auto index = static_cast<std::uint32_t>(question - instrument.questions.data());
        std::string text;
        if (row != household.roster.end())
            text = question->computed ? computed_cell(walk, {index, line, 0, 0})
                                      : cell(answers.roster, question->name, row->second);
        sheet.added[question->name].push_back(std::move(text));
    }
}

Table person_table(const Instrument& instrument, const AnswerTables& answers, const GroupedRows& groups,
                   const std::vector<CheckedHousehold>& checked) {
    Sheet sheet{&answers.person, {}, {}};
    std::vector<std::string> derived = {"outcome", "eligible", "pi_3"};
    const auto roster = roster_questions(instrument);
    for (const Question* question : roster) derived.push_back(question->name);
    for (const std::string& name : derived) sheet.added[name] = {};
    const bool all = instrument.roster && instrument.roster->all;
    for (std::size_t h = 0; h < groups.complete.size(); ++h) {
        const HouseholdRows& household = groups.complete[h];
        const std::uint32_t eligible = checked[h].walk.eligible;
        for (const auto& [line, row] : household.persons) {
            sheet.rows.push_back(row);
            sheet.added["outcome"].push_back(household.silent.contains(line) ? cell(answers.person, "outcome", row)
                                                                             : "1");
            sheet.added["eligible"].push_back(fmt::format("{}", eligible));
            sheet.added["pi_3"].push_back(eligible ? shortest(all ? 1.0 : 1.0 / eligible) : "");
            add_roster_answers(sheet, instrument, answers, household, checked[h].walk, line);
            add_computed(sheet, instrument, Unit::person, &checked[h].walk, {0, all ? line : 0, 0, 0});
        }
    }
    mark_not_reached(sheet, instrument, Unit::person, groups, checked);
    Table table = finish(sheet, instrument, Unit::person, {"household", "line"}, derived);
    for (const Question* question : roster)
        if (question->type == QuestionType::multiple) add_mentions(table, *question);
    return table;
}

void add_coded(Sheet& sheet, const Coded& coded) {
    sheet.added["offence"].push_back(coded.offence);
    sheet.added["iccs"].push_back(coded.iccs);
    sheet.added["secondary_offences"].push_back(fmt::format("{}", fmt::join(coded.secondary_offences, " ")));
    sheet.added["secondary_iccs"].push_back(fmt::format("{}", fmt::join(coded.secondary_iccs, " ")));
}

Table incident_table(const Instrument& instrument, const AnswerTables& answers, const GroupedRows& groups,
                     const std::vector<CheckedHousehold>& checked) {
    std::vector<std::string> derived = {"victim_unit", "offence", "iccs", "times", "series", "series_count", "status"};
    if (!instrument.coding.hierarchy.empty())
        derived.insert(derived.begin() + 3, {"secondary_offences", "secondary_iccs"});
    Sheet sheet{&answers.incident, {}, {}};
    for (const std::string& name : derived) sheet.added[name] = {};
    for (std::size_t h = 0; h < groups.complete.size(); ++h) {
        std::map<std::pair<std::uint32_t, std::uint32_t>, std::optional<double>> times;
        for (const Announced& crime : checked[h].walk.announced) times[{crime.line, crime.crime}] = crime.times;
        for (const auto& [key, row] : groups.complete[h].incidents) {
            const auto coded = checked[h].coded.find(key);
            const auto series = checked[h].walk.series.find(key);
            const bool is_series = series != checked[h].walk.series.end() && series->second;
            const std::string count = times[{key.line, key.crime}] ? shortest(*times[{key.line, key.crime}]) : "";
            const auto unit = instrument.crimes[key.crime].unit;
            sheet.rows.push_back(row);
            add_computed(sheet, instrument, Unit::incident, &checked[h].walk, {0, key.line, key.crime, key.ordinal});
            sheet.added["victim_unit"].push_back(unit ? std::string(to_text(*unit)) : "");
            add_coded(sheet, coded == checked[h].coded.end() ? Coded{} : coded->second);
            sheet.added["times"].push_back(count);
            sheet.added["series"].push_back(is_series ? "1" : "2");
            sheet.added["series_count"].push_back(is_series ? count : "");
            sheet.added["status"].push_back(checked[h].outside_period.contains(key) ? "2"
                                            : checked[h].told_already.contains(key) ? "3"
                                                                                    : "1");
        }
    }
    mark_not_reached(sheet, instrument, Unit::incident, groups, checked);
    return finish(sheet, instrument, Unit::incident, {"household", "line", "crime", "ordinal"}, derived);
}

void drop_question(Table& table, const Question& question) {
    table.remove(question.name);
    for (const Code& code : question.codes) table.remove(question.name + "_" + code.code);
}

using Categories = std::vector<std::pair<std::string, Labels>>;

Variable variable(std::string name, ColumnType type, Labels label, Categories categories = {}) {
    return {std::move(name), type, std::move(label), std::move(categories), {}, Missing::not_asked, {}};
}

Categories categories_of(const std::vector<Code>& codes) {
    Categories categories;
    for (const Code& code : codes) categories.emplace_back(code.code, code.label);
    return categories;
}

Labels filled(const Instrument& instrument, const Labels& labels) {
    Labels result;
    for (const auto& [language, text] : labels)
        result[language] = say(instrument, labels, language.empty() ? instrument.languages.front() : language);
    return result;
}

void declare_missing(Variable& variable, const Question& question) {
    if (!question.dont_know.empty()) variable.missing[question.dont_know] = Missing::dont_know;
    if (!question.refused.empty()) variable.missing[question.refused] = Missing::refused;
    if (has_not_reached_code(question)) variable.missing[std::string(not_reached_code)] = Missing::not_reached;
}

Categories yes_no() { return {{"1", {{"en", "Yes"}, {"es", "Sí"}}}, {"2", {{"en", "No"}, {"es", "No"}}}}; }

void add_question(Codebook& codebook, const Instrument& instrument, const Question& question) {
    const bool number = value_type(question) == Type::number;
    const Labels text = filled(instrument, question.label.empty() ? question.text : question.label);
    Variable own = variable(question.name, number ? ColumnType::number : ColumnType::text, text);
    declare_missing(own, question);
    if (question.type == QuestionType::single) own.categories = categories_of(question.codes);
    if (value_type(question) == Type::truth) own.categories = yes_no();
    codebook.variables.push_back(own);
    if (question.type != QuestionType::multiple) return;
    static const Labels yes = {{"en", "Mentioned"}, {"es", "Mencionada"}},
                        no = {{"en", "Not mentioned"}, {"es", "No mencionada"}};
    for (const Code& code : question.codes) {
        Variable mentioned =
            variable(question.name + "_" + code.code, ColumnType::text, code.label, {{"1", yes}, {"2", no}});
        declare_missing(mentioned, question);
        codebook.variables.push_back(std::move(mentioned));
    }
}

Categories outcomes() {
    return {{"1", {{"en", "Complete"}, {"es", "Completa"}}},
            {"2", {{"en", "Refusal"}, {"es", "Rechazo"}}},
            {"3", {{"en", "No contact"}, {"es", "Sin contacto"}}},
            {"4", {{"en", "Ineligible"}, {"es", "No elegible"}}},
            {"5", {{"en", "Broken off"}, {"es", "Interrumpida"}}}};
}

Categories offence_categories(const Instrument& instrument) {
    if (!instrument.offences.empty()) return categories_of(instrument.offences);
    Categories categories;
    for (const Crime& crime : instrument.crimes) categories.emplace_back(crime.offence, crime.label);
    return categories;
}

Categories iccs_categories(const Instrument& instrument) {
    std::map<std::string, Labels> codes;
    const auto add = [&](const std::string& code) {
        if (const IccsCode* known = find_iccs(code)) codes[code] = {{"en", known->title_en}, {"es", known->title_es}};
    };
    for (const Crime& crime : instrument.crimes) add(crime.iccs);
    for (const CodingRule& rule : instrument.coding.rules) add(rule.iccs);
    return {codes.begin(), codes.end()};
}

}  // namespace

Responses coded_tables(const Instrument& instrument, const AnswerTables& answers, const GroupedRows& groups,
                       const std::vector<CheckedHousehold>& checked, bool with_pii) {
    Responses result;
    result.household = household_table(instrument, answers, groups, checked);
    result.roster = roster_table(instrument, answers, groups, checked);
    result.person = person_table(instrument, answers, groups, checked);
    result.incident = incident_table(instrument, answers, groups, checked);
    if (!with_pii)
        for (const Question& question : instrument.questions)
            if (question.pii)
                for (Table* table : {&result.household, &result.roster, &result.person, &result.incident})
                    drop_question(*table, question);
    return result;
}

Codebook response_codebook(const Instrument& instrument, bool with_pii) {
    const auto label = [](const char* en, const char* es) { return Labels{{"en", en}, {"es", es}}; };
    Categories crimes;
    for (const Crime& crime : instrument.crimes) crimes.emplace_back(crime.id, crime.label);
    Codebook codebook;
    codebook.variables = {
        variable("household", ColumnType::text, label("Household", "Hogar")),
        variable("line", ColumnType::text, label("Line of the roster", "Renglón de la lista")),
        variable("outcome", ColumnType::text, label("Outcome", "Resultado"), outcomes()),
        variable("interview_date", ColumnType::text, label("Date of the interview", "Fecha de la entrevista")),
        variable("persons", ColumnType::number, label("Persons in the household", "Personas en el hogar")),
        variable("eligible", ColumnType::number, label("Eligible persons", "Personas elegibles")),
        variable("pi_3", ColumnType::number,
                 label("Probability of selection of the person", "Probabilidad de selección de la persona")),
        variable("crime", ColumnType::text, label("Crime of the screener", "Delito del tamiz"), crimes),
        variable("ordinal", ColumnType::number, label("Ordinal of the incident", "Número del incidente")),
        variable("victim_unit", ColumnType::text, label("Victim", "Víctima"),
                 {{"household", label("Household", "Hogar")}, {"person", label("Person", "Persona")}}),
        variable("offence", ColumnType::text, label("Offence", "Delito"), offence_categories(instrument)),
        variable("iccs", ColumnType::text, label("ICCS code", "Código ICCS"), iccs_categories(instrument)),
        variable("times", ColumnType::number, label("Times the crime happened", "Veces que ocurrió el delito")),
        variable("series", ColumnType::text, label("Series of incidents", "Serie de incidentes"), yes_no()),
        variable("series_count", ColumnType::number, label("Incidents in the series", "Incidentes de la serie")),
        variable("status", ColumnType::text, label("Incident in scope", "Incidente dentro del alcance"),
                 {{"1", label("In the reference period", "En el periodo de referencia")},
                  {"2", label("Outside the reference period", "Fuera del periodo de referencia")},
                  {"3", label("Told already", "Ya relatado")}})};
    if (!instrument.coding.hierarchy.empty()) {
        codebook.variables.push_back(
            variable("secondary_offences", ColumnType::text, label("Secondary offences", "Delitos secundarios")));
        codebook.variables.push_back(
            variable("secondary_iccs", ColumnType::text,
                     label("ICCS codes of the secondary offences", "Códigos ICCS de los delitos secundarios")));
    }
    for (const Question& question : instrument.questions)
        if (with_pii || !question.pii) add_question(codebook, instrument, question);
    return codebook;
}

}  // namespace cifra
