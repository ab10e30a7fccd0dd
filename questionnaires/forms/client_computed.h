// Part of `client_form`: computed questions as calculated items.
//
// Each holds what the coded files hold: a number or text, "1" or "2" for true and false, a blank where the value is
// missing or the question is not passed. An aggregate is taken from an item of every instance of the repeat
// (`<question>_each`): a number that is to be aggregated; of a condition 1 true, 2 not true; a blank where the instance
// is not chosen or has nothing to give.
#pragma once

#include <string>

#include "questionnaires/forms/client_form.h"
#include "questionnaires/forms/client_names.h"

namespace cifra {

// `gate`: where the module's questions are asked, beside the condition of their group.
FormItem computed_item(const Question& question, const std::string& gate, FormNames& names);

// The item of each instance that the aggregate `question` is taken from. `counts`: where an instance is one.
FormItem each_item(const Question& question, const std::string& counts, FormNames& names);

bool aggregates_over(const Question& question, Unit loop);

}  // namespace cifra
