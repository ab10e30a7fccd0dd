#include "questionnaires/returns/answer_rows.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>

#include "questionnaires/response_records.h"

namespace cifra {
namespace {

constexpr std::array<Unit, 4> units = {Unit::household, Unit::roster, Unit::person, Unit::incident};
constexpr std::size_t rows_of_a_block = 2000;

std::vector<std::string> columns_of(const ReturnShape& shape, Unit unit) {
    static const std::vector<std::vector<std::string>> keys = {{"household", "outcome", "interview_date"},
                                                               {"household", "line"},
                                                               {"household", "line", "outcome"},
                                                               {"household", "line", "crime", "ordinal"}};
    std::vector<std::string> columns = keys[static_cast<std::size_t>(unit)];
    for (const std::uint32_t q : shape.questions(unit)) columns.push_back(shape.instrument().questions[q].name);
    return columns;
}

std::vector<std::string> keys_of(const ReturnedRecord& record, const Submission& submission,
                                 const Instrument& instrument) {
    const AboutInterview& about = submission.about;
    const auto line = record.line > 0 ? fmt::format("{}", record.line) : about.selected;
    switch (record.unit) {
        case Unit::household:
            return {about.household, about.outcome, about.date};
        case Unit::roster:
            return {about.household, line};
        case Unit::person:
            return {about.household, line, record.outcome.empty() ? about.person_outcome : record.outcome};
        default:
            return {about.household, line, instrument.crimes[record.crime].id, fmt::format("{}", record.ordinal)};
    }
}

bool answered(const ReturnedRecord& record) {
    return std::any_of(record.cells.begin(), record.cells.end(),
                       [](const auto& cell) { return cell && !cell->empty(); });
}

// Nobody was selected, or the client's form holds the groups of a person who was not asked.
bool is_no_person(const ReturnedRecord& record, const Submission& submission) {
    if (record.unit != Unit::person || record.line > 0 || answered(record)) return false;
    return submission.about.selected.empty() || submission.about.selected == "0";
}

}  // namespace

RowWriter::RowWriter(std::vector<std::string> columns) : columns_(std::move(columns)), builders_(columns_.size()) {}

void RowWriter::add(const std::vector<std::string>& cells) {
    for (std::size_t c = 0; c < builders_.size(); ++c) {
        if (cells[c].empty())
            builders_[c].add_missing(Missing::system);
        else
            builders_[c].add(cells[c]);
    }
    if (++rows_ == rows_of_a_block) flush();
}

void RowWriter::flush() {
    Table block;
    for (std::size_t c = 0; c < columns_.size(); ++c) block.set(columns_[c], builders_[c].finish());
    text_.add(block);
    builders_ = std::vector<TextColumnBuilder>(columns_.size());
    rows_ = 0;
}

void RowWriter::write(Outputs& files, const std::string& name) {
    flush();
    text_.write(files, name);
}

AnswerRows::AnswerRows(const ReturnShape& shape)
    : shape_(shape), screener_({"household", "line", "crime", "victim_unit", "happened", "times", "incidents"}) {
    for (const Unit unit : units) writers_.emplace_back(columns_of(shape, unit));
}

void AnswerRows::add(const Submission& submission) {
    for (const ReturnedRecord& record : submission.records) {
        if (is_no_person(record, submission)) continue;
        std::vector<std::string> cells = keys_of(record, submission, shape_.instrument());
        for (const auto& cell : record.cells) cells.push_back(cell.value_or(""));
        writers_[static_cast<std::size_t>(record.unit)].add(cells);
    }
    for (const ReturnedRecord& record : submission.records)
        if (record.unit == Unit::household || record.unit == Unit::person) add_screener(record, submission);
}

void AnswerRows::add_screener(const ReturnedRecord& record, const Submission& submission) {
    const Instrument& instrument = shape_.instrument();
    const std::string line = record.line > 0 ? fmt::format("{}", record.line) : submission.about.selected;
    const auto& questions = shape_.questions(record.unit);
    const auto said = [&](std::size_t crime, ScreenerPart part) -> std::optional<std::string> {
        const auto question = instrument.screener(crime, part);
        const auto cell = std::find(questions.begin(), questions.end(), question.value_or(instrument.questions.size()));
        return cell == questions.end() ? std::nullopt
                                       : record.cells[static_cast<std::size_t>(cell - questions.begin())];
    };
    for (std::uint32_t c = 0; c < instrument.crimes.size(); ++c) {
        const auto happened = said(c, ScreenerPart::happened);
        if (!happened) continue;
        const auto forms = std::count_if(submission.records.begin(), submission.records.end(), [&](const auto& form) {
            return form.unit == Unit::incident && form.crime == c && (record.line == 0 || form.line == record.line);
        });
        screener_.add({submission.about.household, line, instrument.crimes[c].id, std::string(to_text(record.unit)),
                       *happened, said(c, ScreenerPart::count).value_or(""), fmt::format("{}", forms)});
    }
}

std::vector<std::string> AnswerRows::write(Outputs& files) {
    std::vector<std::string> names;
    for (const Unit unit : units) {
        names.push_back(file_name(unit));
        writers_[static_cast<std::size_t>(unit)].write(files, names.back());
    }
    screener_.write(files, "screener.csv");
    names.emplace_back("screener.csv");
    return names;
}

}  // namespace cifra
