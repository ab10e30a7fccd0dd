// Part of `client_form`: texts with their fills. What a text says of an answer or of a period that waits for its
// interview is calculated by items of the form (`said_<name>`), which the text names: both formats can do that.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "questionnaires/fills.h"
#include "questionnaires/forms/client_form.h"
#include "questionnaires/forms/client_names.h"

namespace cifra {

class FormTexts {
public:
    FormTexts(const Instrument& instrument, FormNames& names);

    // In each language, as an item of the unit says it.
    Labels said(const Labels& labels, Unit reader);
    Labels word(std::string_view key, const std::vector<std::string>& values = {}) const;
    const std::vector<std::string>& languages() const { return languages_; }

    // The number (1-12) of the last month of a period that ends with the interview.
    std::string last_month();

    // What has been calculated for the texts of a repeat (person: that of all persons), or of all that is in none
    // (household), since it was last asked for.
    std::vector<FormItem> take_calculated(Unit place);

private:
    Unit place_of(Unit entry, Unit reader) const;
    std::string filled(const Fill& fill, const std::string& language, Unit reader);
    std::string answer(const Fill& fill, const std::string& language, Unit reader);
    std::string label(const Fill& fill, const std::string& language, const XPathName& name);
    std::string period(const Period& period, const std::string& wanted, const std::string& language);
    std::string last_year();
    // ${name} of the item that calculates this; one item for one calculation.
    std::string calculated(Unit place, const std::string& wanted, const std::string& calculation);

    const Instrument& instrument_;
    FormNames& names_;
    std::vector<std::string> languages_;
    std::map<std::pair<Unit, std::string>, std::string> known_;
    std::map<Unit, std::vector<FormItem>> waiting_;
};

}  // namespace cifra
