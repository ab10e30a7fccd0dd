// Part of `fieldwork`: answers of interviews as the rows of the four answer files.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "questionnaires/responses.h"

namespace cifra {

using PersonOutcomes = std::map<std::uint32_t, std::string>;  // roster line -> outcome; others answered

class AnswerSheets {
public:
    explicit AnswerSheets(const Instrument& instrument);
    // The row of a dwelling without an interview.
    void add_outcome(const std::string& household, const std::string& outcome);
    void add_interview(const std::string& household, const std::string& date, const Answers& answers, const Walk& walk,
                       const PersonOutcomes& outcomes = {});
    AnswerTables finish() const;

private:
    struct Sheet {
        std::vector<std::string> columns;
        std::vector<std::uint32_t> questions;
        std::vector<std::vector<std::string>> rows;
        Table finish() const;
    };
    std::vector<std::string> cells(Unit unit, std::vector<std::string> keys, const Answers& answers, Place place) const;
    Sheet& sheet(Unit unit) { return sheets_[static_cast<std::size_t>(unit)]; }
    const Instrument& instrument_;
    std::vector<Sheet> sheets_;
};

}  // namespace cifra
