#include "questionnaires/answer_sheets.h"

#include <fmt/format.h>

namespace cifra {

AnswerSheets::AnswerSheets(const Instrument& instrument) : instrument_(instrument), sheets_(4) {
    sheet(Unit::household).columns = {"household", "outcome", "interview_date"};
    sheet(Unit::roster).columns = {"household", "line"};
    sheet(Unit::person).columns = {"household", "line", "outcome"};
    sheet(Unit::incident).columns = {"household", "line", "crime", "ordinal"};
    for (std::uint32_t q = 0; q < instrument.questions.size(); ++q) {
        if (instrument.questions[q].computed) continue;
        Sheet& own = sheet(instrument.questions[q].unit);
        own.columns.push_back(instrument.questions[q].name);
        own.questions.push_back(q);
    }
}

std::vector<std::string> AnswerSheets::cells(Unit unit, std::vector<std::string> keys, const Answers& answers,
                                             Place place) const {
    for (const std::uint32_t q : sheets_[static_cast<std::size_t>(unit)].questions) {
        place.question = q;
        const auto found = answers.find(place);
        keys.push_back(found == answers.end() ? "" : found->second);
    }
    return keys;
}

void AnswerSheets::add_outcome(const std::string& household, const std::string& outcome) {
    sheet(Unit::household).rows.push_back(cells(Unit::household, {household, outcome, ""}, {}, {}));
}

void AnswerSheets::add_interview(const std::string& household, const std::string& date, const Answers& answers,
                                 const Walk& walk, const PersonOutcomes& outcomes) {
    sheet(Unit::household).rows.push_back(cells(Unit::household, {household, "1", date}, answers, {}));
    for (std::uint32_t line = 1; line <= walk.persons; ++line)
        sheet(Unit::roster)
            .rows.push_back(cells(Unit::roster, {household, fmt::format("{}", line)}, answers, {0, line, 0, 0}));
    const bool all = instrument_.roster && instrument_.roster->all;
    for (const std::uint32_t line : walk.interviewed) {
        const auto outcome = outcomes.find(line);
        sheet(Unit::person)
            .rows.push_back(cells(
                Unit::person, {household, fmt::format("{}", line), outcome == outcomes.end() ? "1" : outcome->second},
                answers, {0, all ? line : 0, 0, 0}));
    }
    for (const auto& [key, series] : walk.series)
        sheet(Unit::incident)
            .rows.push_back(cells(Unit::incident,
                                  {household, fmt::format("{}", all ? key.line : walk.selected),
                                   instrument_.crimes[key.crime].id, fmt::format("{}", key.ordinal)},
                                  answers, {0, key.line, key.crime, key.ordinal}));
}

Table AnswerSheets::Sheet::finish() const {
    Table table;
    for (std::size_t c = 0; c < columns.size(); ++c) {
        std::vector<std::string> values;
        std::vector<Missing> missing;
        for (const auto& row : rows) {
            values.push_back(row[c]);
            missing.push_back(row[c].empty() ? Missing::system : Missing::none);
        }
        table.set(columns[c], Column::of_texts(values, missing));
    }
    return table;
}

AnswerTables AnswerSheets::finish() const {
    return {sheets_[0].finish(), sheets_[1].finish(), sheets_[2].finish(), sheets_[3].finish()};
}

}  // namespace cifra
