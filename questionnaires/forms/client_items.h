// Part of `client_form`: one question as an item with its choices, constraint and acknowledgements.
#pragma once

#include <string>
#include <vector>

#include "questionnaires/forms/client_form.h"
#include "questionnaires/forms/client_names.h"
#include "questionnaires/forms/client_texts.h"
#include "questionnaires/show_cards.h"

namespace cifra {

class FormItems {
public:
    FormItems(const Instrument& instrument, FormNames& names, FormTexts& texts, Diagnostics& faults)
        : instrument_(instrument), names_(names), texts_(texts), faults_(faults), cards_(show_cards(instrument)) {}

    // The question, what it informs of and its acknowledgements; asked where `gate` holds and its own condition.
    std::vector<FormItem> question(const Question& question, const std::string& gate);
    std::string list_of(const std::string& name, std::vector<Code> codes);
    std::vector<ChoiceList> lists;

private:
    void set_answer(FormItem& item, const Question& question);
    void set_constraint(FormItem& item, const Question& question);
    std::string list_for(const Question& question);
    std::vector<Code> months() const;
    std::string month_filter(const Question& question);
    Labels hint_of(const Question& question, const Texts& note);
    FormItem remark(const Question& question, const Constraint& constraint, const std::string& relevant);
    void limits(const Question& question);

    const Instrument& instrument_;
    FormNames& names_;
    FormTexts& texts_;
    Diagnostics& faults_;
    ShowCards cards_;
};

// A relevance or constraint as the form writes it: "" where it always holds.
std::string unless_always(const std::string& condition);

}  // namespace cifra
