// One answer: the text of a code, a number, a month, a date or words, against its question.
#pragma once

#include <string>

#include "engine/evaluate.h"
#include "questionnaires/instrument.h"

namespace cifra {

// The value that expressions see (missing of its kind for don't know and refused), or the rule that the text breaks:
//   unknown-code     single, multiple: not a code of the list
//   repeated-code    multiple: a code stands twice, or blanks do not separate the codes one by one
//   exclusive-code   multiple: don't know, refused or an exclusive code beside another
//   not-a-number     integer, money, month: not a plain whole number
//   out-of-range     integer, money: outside the question's range
//   outside-period   month: not in the reference period
//   not-a-date       date: not YYYY-MM-DD of the calendar
//   too-long         text: longer than the question's limit, or with a line end
struct ParsedAnswer {
    Value value;
    std::string broken;  // "" if the answer is valid
};
ParsedAnswer parse_answer(const Question& question, const std::string& text, const Period& period);

// "1" if `code` is among the answers of a multiple question, "2" if not; missing as the answer is missing.
Value mention(const Value& answers, const std::string& code);

bool is_date(const std::string& text);  // YYYY-MM-DD of the Gregorian calendar
int days_in_month(int year, int month);

// The codes of a multiple answer.
std::vector<std::string> split_codes(const std::string& text);

}  // namespace cifra
