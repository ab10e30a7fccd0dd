// Part of `dialogue`: what the terminal itself says, in English and Spanish.
#pragma once

#include <string>

namespace cifra {

// A word or sentence of the terminal; English where the language is not known (en and es are).
std::string play_word(const std::string& key, const std::string& language);

// What is wrong with an answer that breaks this rule of parse_answer (answer.h), and what to do.
std::string rule_words(const std::string& rule, const std::string& language);

}  // namespace cifra
