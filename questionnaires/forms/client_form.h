// The interview as a data-collection client holds it: groups, repeats, questions and calculated values in their order,
// with every condition in XPath. One form is written in two formats, form_xform.h and form_xlsform.h.
//
// Conditions name other items as `${name}`; names are unique in the whole form, and the questions of the instrument
// keep theirs. What the form adds to them:
//   household, interview_date, outcome       keys and outcome of the interview (questionnaires/README.md)
//   selection_number                         of the dwelling, from the sample: who is selected
//   <module>_intro                           the words that introduce a module
//   <module>_start                           of roster and incident form: from here on the number of repeats is frozen,
//                                            since clients drop the last ones when the number falls
//   line, is_eligible                        in each roster line
//   persons, eligible, eligible_lines, selected_line, selected_<question>, person_outcome
//                                            after the roster; selected_line is 1 + floor(u * eligible) of the eligible
//   persons_start, interviewed_lines, interviewed_count, person_interview, person_number, person_line
//                                            where all are interviewed: the repeat `person_interview` holds, for each
//                                            of the lines frozen at persons_start, person_number (1, 2, ...), her
//                                            selected_line, selected_<question>, person_outcome, the groups of the
//                                            persons' modules and a repeat of incident forms with her person_line and
//                                            person_crime; <module>_kept instances of these, at least one
//   <crime>_forms, <crime>_end               incident forms of each crime, and cumulated: the repeat's instances of a
//                                            crime are those up to its `_end`
//   crime, ordinal, times, series, described in each incident form; described is 2 where the first form of the crime
//                                            stands for a series: the repeat cannot shrink, its questions are not asked
//   <question>_confirm, <question>_inform    where a soft constraint fails: the interviewer confirms the answer, or
//                                            reads the note
//   <question>_each                          in each instance of a repeat, what a computed question aggregates
//   said_<name>, period_month, period_year   what texts say of an answer, and of a period that ends with the interview
//                                            and the last month of that period
//
// A computed question is a calculated item (client_computed.h). Texts are those of the module's mode.
//
// Every question is required where it is relevant. Don't know and refused are codes among the choices, of numbers and
// texts codes to be typed, which the hint names.
//
// Faults: export-untranslatable (error) where a condition has no XPath (xpath.h), where the series condition reads a
// question that is not confined to the first form of a crime (the form would depend on itself), or where a code of
// don't know is no date (warning: the date is then typed as text). export-limit (note) for what clients measure
// otherwise, for personal data, which neither format marks, and for a module of the household that the form asks
// earlier than the instrument, because it stands between those of persons who are all interviewed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "questionnaires/instrument.h"

namespace cifra {

enum class ItemKind : std::uint8_t {
    group,
    repeat,
    select_one,
    select_multiple,
    integer,
    decimal,
    text,
    date,
    today,
    note,
    acknowledge,
    calculate
};

struct FormItem {
    ItemKind kind = ItemKind::calculate;
    std::string name;
    Labels label, hint;         // texts; ${name} in them is the value of another item
    std::string list;           // of choices
    std::string choice_filter;  // which of them are offered; `name` is the choice's code
    std::string relevant;       // "" always
    std::string constraint;     // "." is the item's own value
    Labels message;             // of the constraint
    std::string calculation;
    std::string count;  // repeat: name of the item that says how many
    std::string appearance;
    bool required = false, read_only = false;
    std::vector<FormItem> items;        // of a group or repeat
    std::optional<std::size_t> module;  // whose group it is; its name is not always the module's (client_names.h)
};

struct ChoiceList {
    std::string name;
    std::vector<Code> codes;
};

struct ClientForm {
    std::string id, version, title;
    std::vector<std::string> languages;  // tags, the first is the default
    std::vector<ChoiceList> lists;
    std::vector<FormItem> items;
};

// The repeat in which each person is interviewed, where all are.
inline constexpr std::string_view persons_repeat = "person_interview";

ClientForm client_form(const Instrument& instrument, Diagnostics& faults);

// "Español (es)": the name that XForm clients show; the tag alone for a language whose own name is not known here.
std::string language_name(const std::string& tag);

}  // namespace cifra
