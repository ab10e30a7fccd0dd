#include "questionnaires/forms/client_texts.h"

#include <fmt/format.h>

#include "questionnaires/forms/client_words.h"
#include "questionnaires/forms/form_paths.h"

namespace cifra {
namespace {

using Kind = Fill::Kind;

// The text with its two years as they follow from the year of the last month.
std::string with_years(const std::string& text, int last, int first, const std::string& year) {
    std::vector<std::string> parts;
    const auto words = [&](const std::string& some) {
        if (!some.empty()) parts.push_back(xpath_text(some));
    };
    std::size_t begin = 0;
    for (std::size_t at = 0; at + 4 <= text.size(); ++at) {
        const std::string here = text.substr(at, 4);
        if (here != std::to_string(last) && here != std::to_string(first)) continue;
        words(text.substr(begin, at - begin));
        parts.push_back(here == std::to_string(last) ? year : fmt::format("({} - {})", year, last - first));
        begin = at + 4;
        at += 3;
    }
    words(text.substr(begin));
    return fmt::format("concat({})", fmt::join(parts, ", "));
}

// A text with references as an expression.
std::string spoken(const std::string& text) {
    std::vector<std::string> parts;
    for_each_reference(
        text, [&](const std::string& plain) { parts.push_back(xpath_text(plain)); },
        [&](const std::string& name) { parts.push_back("${" + name + "}"); });
    return parts.size() == 1 ? parts.front() : fmt::format("concat('', {})", fmt::join(parts, ", "));
}

// Codes and their labels, as expressions.
using SpokenCodes = std::vector<std::pair<std::string, std::string>>;

std::string one_label(const std::string& answer, const SpokenCodes& codes) {
    std::string text = "''";
    for (std::size_t k = codes.size(); k-- > 0;)
        text = fmt::format("if({} = {}, {}, {})", answer, codes[k].first, codes[k].second, text);
    return text;
}

std::string all_labels(const std::string& answer, const SpokenCodes& codes) {
    std::string labels = "''";
    for (const auto& [code, label] : codes)
        labels += fmt::format(", if(selected({}, {}), concat(', ', {}), '')", answer, code, label);
    return fmt::format("substr(concat({}), 2)", labels);
}

}  // namespace

FormTexts::FormTexts(const Instrument& instrument, FormNames& names)
    : instrument_(instrument), names_(names), languages_(instrument.languages) {
    if (languages_.empty()) languages_.emplace_back("en");
}

Labels FormTexts::word(std::string_view key, const std::vector<std::string>& values) const {
    return client_words(key, languages_, values);
}

Labels FormTexts::said(const Labels& labels, Unit reader) {
    Labels texts;
    if (labels.empty()) return texts;
    for (const std::string& language : languages_) {
        std::string& text = texts[language];
        for (const Fill& fill : fills_of(label_in(labels, language, ""))) text += filled(fill, language, reader);
    }
    return texts;
}

std::vector<FormItem> FormTexts::take_calculated(Unit place) { return std::exchange(waiting_[place], {}); }

std::string FormTexts::calculated(Unit place, const std::string& wanted, const std::string& calculation) {
    const auto [found, is_new] = known_.try_emplace({place, calculation});
    if (is_new) {
        found->second = names_.fresh(wanted);
        FormItem item;
        item.name = found->second;
        item.calculation = calculation;
        waiting_[place].push_back(std::move(item));
    }
    return "${" + found->second + "}";
}

std::string FormTexts::filled(const Fill& fill, const std::string& language, Unit reader) {
    switch (fill.kind) {
        case Kind::words:
        case Kind::broken:
            return fill.text;
        case Kind::period:
            return period(instrument_.period, "said_period_" + language, language);
        case Kind::long_period:
            return period(long_period(instrument_.period), "said_long_period_" + language, language);
        default:
            return answer(fill, language, reader);
    }
}

// Where what a text reads is calculated: in the repeat that holds both, else once. Person: the repeat of all persons.
Unit FormTexts::place_of(Unit entry, Unit reader) const {
    if (entry == reader && (reader == Unit::roster || reader == Unit::incident)) return reader;
    const bool everyone = instrument_.roster && instrument_.roster->all;
    return everyone && entry != Unit::household && reader >= Unit::person ? Unit::person : Unit::household;
}

std::string FormTexts::answer(const Fill& fill, const std::string& language, Unit reader) {
    const Name& entry = instrument_.names[instrument_.name_index.find(fill.text)->second];
    const XPathName name = names_.seen_from(reader)(fill.text);
    std::vector<std::string> present = {name.path + " != ''"};
    for (const std::string& code : {name.dont_know, name.refused})
        if (!code.empty()) present.push_back(fmt::format("{} != {}", name.path, xpath_text(code)));
    const std::string is_known = xpath_all(present);
    std::string said = fmt::format("if({}, {}, '…')", is_known, label(fill, language, name));
    if (fill.kind == Kind::plural)
        said = fmt::format("if({} = 1, {}, {})", name.path, xpath_text(fill.one), xpath_text(fill.other));
    return calculated(place_of(entry.unit, reader), "said_" + fill.text, said);
}

// The answer itself, or the labels of its codes, in the order of the list. Labels are written out: what clients call
// jr:choice-name follows the language of the moment in some, and breaks at a quote in others.
std::string FormTexts::label(const Fill& fill, const std::string& language, const XPathName& name) {
    if (!name.mention.empty())
        return fmt::format("if(selected({}, {}), '1', '2')", name.path, xpath_text(name.mention));
    if (fill.kind != Kind::label) return name.path;
    const Question* question = instrument_.find(fill.text);
    SpokenCodes codes;
    const auto add = [&](const std::string& code, const Labels& label) {
        codes.emplace_back(xpath_text(code), spoken(said(label, Unit::household).at(language)));
    };
    if (question)
        for (const Code& code : question->codes) add(code.code, code.label);
    else
        for (const Crime& crime : instrument_.crimes) add(crime.id, crime.label);
    const bool several = question && question->type == QuestionType::multiple;
    return several ? all_labels(name.path, codes) : one_label(name.path, codes);
}

std::string FormTexts::last_month() {
    const std::string month = "number(substr(${interview_date}, 5, 7))";
    return calculated(Unit::household, "period_month", fmt::format("if({0} = 1, 12, {0} - 1)", month));
}

std::string FormTexts::last_year() {
    const std::string month = "number(substr(${interview_date}, 5, 7))";
    return calculated(Unit::household, "period_year",
                      fmt::format("number(substr(${{interview_date}}, 0, 4)) - if({} = 1, 1, 0)", month));
}

// Of a period that ends with the interview, what period_text says for each of the twelve last months.
std::string FormTexts::period(const Period& period, const std::string& wanted, const std::string& language) {
    if (!period.to_interview) return period_text(period, language);
    const std::string month = last_month(), year = last_year();
    std::string said = "''";
    for (int last = 12; last > 0; --last) {
        Period one = period;
        one.to_interview = false;
        one.year = 5000;
        one.month = last;
        said = fmt::format("if({} = {}, {}, {})", month, last,
                           with_years(period_text(one, language), one.year, first_month(one).year, year), said);
    }
    return calculated(Unit::household, wanted, said);
}

}  // namespace cifra
