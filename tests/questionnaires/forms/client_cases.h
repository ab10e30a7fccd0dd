// Interviews to be played into an exported form: what our walk says of random respondents, as steps that a client of
// others must follow. The steps are those of engine/program/web/run_cases.mjs.
#pragma once

#include <nlohmann/json.hpp>

#include "questionnaires/forms/client_form.h"
#include "questionnaires/respondent.h"

namespace cifra {

// {name, date, steps}: answers in the order of the walk; now and then a wrong answer first, which the form must refuse
// or ask to confirm; at the end which questions are asked and which are not, what is computed, who is selected, how
// many forms there are, and what the texts with fills say in each language.
nlohmann::json client_case(const Instrument& instrument, const ClientForm& form, const RespondentOptions& options);

// What the respondent says. Where everyone of the household is interviewed it has at most four persons: the engine
// takes minutes for twenty.
Respondent client_answers(const Instrument& instrument, const RespondentOptions& options);

// The `k`-th respondent: they differ in selection, in missing answers and in who takes part.
RespondentOptions client_respondent(const Instrument& instrument, std::size_t k);

// `count` cases of these respondents.
nlohmann::json client_cases(const Instrument& instrument, const ClientForm& form, std::size_t count);

}  // namespace cifra
