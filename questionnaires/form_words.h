// Part of `form_html`: question numbers, conditions in words, and where to go on after an answer.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "questionnaires/instrument.h"

namespace cifra {

// A word of the form in a language; English where the language is not known (en, es, pt and fr are).
std::string form_word(const std::string& key, const std::string& language);

// "1", "2", ... in the order of the form; a screener's count has the number of its crime and a "b" (with a long
// period the question after it an "a"), a computed question its name.
std::vector<std::string> question_numbers(const Instrument& instrument);

// The condition with question numbers, labels of answers and of computed questions: "4 = Yes and crime: Robbery".
std::string condition_words(const Condition& condition, const Instrument& instrument,
                            const std::vector<std::string>& numbers, const std::string& language);

// The question of the module asked after `question` when its answer is `code`, if those between are certainly skipped:
// index of the target, or the module's end. Nothing when it is the next one, or when other answers decide.
std::optional<std::size_t> go_to(const Instrument& instrument, std::size_t question, const std::string& code);

}  // namespace cifra
