// A survey instrument as values: code lists, crimes, modules and questions, in the order in which they are asked.
//
// The order of the file is the route. A question belongs to a *unit*: the household, each person of the roster, the
// selected person, or each incident reported. `ask_if` (of a module or of a question) is the only branch; `require`
// and `confirm` are constraints on an answer. A module with a `screener` holds, for every crime whose victim is the
// module's unit, a yes/no question named as the crime and a count named `<crime>_count`; the incident form is asked
// once for each incident those counts announce, up to a cap. The YAML is described in questionnaires/README.md.
//
// An answer is the text of a code or number. Don't know and refused are answers with codes of their own: 8 and 9 where
// the answers have one digit, 98 and 99 where they have two, and so on, or the codes that the question declares.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/expression.h"
#include "engine/yaml.h"

namespace cifra {

enum class Unit : std::uint8_t { household, roster, person, incident };
// A computed question is never asked: its value follows from earlier answers.
enum class QuestionType : std::uint8_t { single, multiple, integer, money, date, month, text, computed };
// Who reads the question: the interviewer, the respondent alone, or nobody, because it is printed.
enum class Mode : std::uint8_t { interviewer, self, paper };

std::string_view to_text(Unit unit);
std::string_view to_text(QuestionType type);
std::string_view to_text(Mode mode);

// A text in each language, with its place.
struct Texts : Labels {
    using Labels::Labels;
    Texts() = default;
    Texts(Labels labels, Location place = {}) : Labels(std::move(labels)), where(std::move(place)) {}
    Location where;
};

// An expression with its place. `expr` is empty where there is no condition, or where it has a fault.
struct Condition {
    std::string text;
    Location where;
    Expr expr;
    bool given() const { return !text.empty(); }
};

struct Constraint {
    Condition that;
    bool hard = true;     // require: an error when false; confirm: a warning
    Texts say;            // what to tell the interviewer
    bool inform = false;  // inform: said when false, and nothing need be confirmed
};

struct Code {
    std::string code;
    Texts label;
    Location where;
};

struct CodeList {
    std::string name;
    std::vector<Code> codes;
    Location where;
};

// The id of something else, and where it is named.
struct Reference {
    std::string id;
    Location where;
};

struct Crime {
    std::string id;
    std::optional<Unit> unit;   // whose victimization it is: household or person
    std::string iccs, offence;  // offence: national code by default, the id unless given
    Texts label, cue, note;
    Condition ask_if;
    bool sensitive = false;
    Location where, iccs_where, offence_where;
    std::vector<Reference> indicators;
};

// `wide`: whether it happened in the long period, asked before whether it did in the reference period.
enum class ScreenerPart : std::uint8_t { none, happened, count, wide };

enum class Aggregate : std::uint8_t { none, count, sum, min, max, any, all };

// The value of a computed question: of an expression, or an aggregate of it over the roster's lines or the incidents.
// count: how many are true; sum, min, max: of those that are not missing (a sum of nothing is 0, an extreme of nothing
// is missing); any, all: missing counts as false. `where` chooses the lines or incidents.
struct Computation {
    Condition value;
    Aggregate aggregate = Aggregate::none;
    Unit over = Unit::roster;
    Condition where;
    Type type = Type::text;  // of the result
};

struct Wording {
    Texts text, note;
};

struct Question {
    std::string name;
    QuestionType type = QuestionType::single;
    Unit unit = Unit::household;
    std::size_t module = 0;
    Texts text, note;
    std::vector<Code> codes;             // single, multiple
    std::string code_list;               // name of their list; "" if written at the question
    std::vector<std::string> exclusive;  // multiple: codes that stand alone
    std::optional<double> low, high;     // integer, money: least and greatest answer
    std::size_t max_length = 200;        // text: most bytes
    std::string dont_know, refused;      // "" where not offered
    Condition ask_if;
    std::vector<Constraint> constraints;
    bool sensitive = false;
    bool privacy = false;                     // asks whether anyone can hear
    bool consent = false, duplicate = false;  // asks for consent; whether the incident has been told already
    ScreenerPart part = ScreenerPart::none;
    std::size_t crime = 0;  // of a screener question: index into crimes
    Location where, range_where, exclusive_where, missing_where;
    Texts label;          // of the variable, for codebooks
    bool pii = false;     // identifies persons: left out of coded microdata
    Wording self, paper;  // what replaces text and note in that mode
    std::optional<Computation> computed;
    std::vector<Reference> indicators;
    std::optional<bool> card;  // whether its answers stand on a show card (show_cards.h); nothing: not said
};

// The type that a question's answer has in expressions: number for integer, money and month; of a computed question
// that of its expression; else text.
Type value_type(const Question& question);
// What the question says in a mode.
Wording wording(const Question& question, Mode mode);

struct Module {
    std::string id;
    Unit unit = Unit::household;
    Texts title, intro;
    Condition ask_if;
    bool sensitive = false;
    bool screener = false;
    std::size_t begin = 0, end = 0;  // its questions
    Location where;
    Mode mode = Mode::interviewer;  // self: the respondent answers alone
};

// The people of the household: one line each, `count` lines. Of the eligible one is selected, or all are interviewed.
struct Roster {
    std::size_t module = 0;
    std::string count;  // household question that says how many lines
    std::optional<std::int64_t> max;
    Condition eligible;
    bool all = false;  // everyone eligible is interviewed; else one of them
    Location where, count_where;
};

// One form per incident, the most recent of a crime first, at most `max` per crime (and person, where all are
// interviewed: with each, those of household crimes with the first). Where `series` is true on the first form of a
// crime, that form stands for all its incidents and no other follows.
struct IncidentLoop {
    std::size_t module = 0;
    std::optional<std::int64_t> max;
    Condition series;
    Location where;
};

// The reference period: `months` months, the last one `year`-`month`, or the last full month before the interview.
struct Period {
    int months = 12, year = 2000, month = 12;
    Location where;
    bool to_interview = false;  // `year` and `month` are not known before the interview
    int long_months = 0;        // of the long period, which ends with the reference period; 0: there is none
};
struct YearMonth {
    int year = 0, month = 0;
};
YearMonth first_month(const Period& period);
// The period of an interview on `date` (YYYY-MM-DD); without a date it stays as it is.
Period dated(Period period, const std::string& date);
// The long period as a period.
Period long_period(const Period& period);
// True if a calendar month (1-12) lies in the period; periods have at most 12 months. A period that waits for its
// interview holds every month.
bool in_period(const Period& period, int month);
// "between January and December 2025" without "between": "January to December 2025", "enero a diciembre de 2025"; of a
// period that waits for its interview "the last 12 full months".
std::string period_text(const Period& period, const std::string& language);
// The name of a calendar month in English, Spanish, French or Portuguese, else its number.
std::string month_name(int month, const std::string& language);

// If the condition holds for an incident, its offence and ICCS code.
struct CodingRule {
    Condition condition;
    std::string offence, iccs;
    Location where, iccs_where, offence_where;
};

// How incidents become offences (coding.h). Rules in order; `hierarchy`: offences, the gravest first, or none.
struct Coding {
    std::vector<CodingRule> rules;
    std::vector<Reference> hierarchy;
};

// How telescoping into the reference period is held off. landmark: `event` is a question asked before the screeners
// that recalls an event at the start of the period. previous_wave: `duplicate` is the question of the incident form
// that asks whether the incident was told in the last interview.
struct RecallBounding {
    enum class Method : std::uint8_t { none, landmark, previous_wave };
    Method method = Method::none;
    Reference event, duplicate;
};

// What protects the respondent of sensitive questions; `lints.h` holds the instrument to it.
struct SafetyProfile {
    bool given = false;
    Reference privacy;   // question that asks whether anyone can hear
    Reference exit;      // module to which the interview turns when somebody comes in
    Texts distress;      // what is said to a person in distress
    Reference referral;  // question or module at which services of help are handed over
    std::optional<std::int64_t> min_age;
    bool one_per_household = false, no_proxy = false;
    Location where;
};

// An indicator that the instrument is to measure: a share of the universe, or a count, by unit.
struct MeasuredIndicator {
    std::string id;
    Unit unit = Unit::household;
    Condition numerator, universe;
    std::string iccs, use;
    Location where, iccs_where;
};

// A test beside the instrument: after these answers, what is asked, what has which value, what is refused. Places are
// written as in play/place_names.h.
struct PlaceValue {
    std::string place, value;
    Location where;
};
struct InstrumentTest {
    std::string name, date;                // of the interview
    std::optional<std::int64_t> selected;  // line of the person selected
    std::vector<PlaceValue> given, asked, not_asked, values, refused;
    Location where, selected_where;
};

// Findings that are judged and allowed between two lines of a file.
struct Allowance {
    std::vector<Reference> ids;
    std::string because;
    std::string file;
    std::size_t first_line = 0, last_line = 0;  // 0: the whole file
};

// A name that expressions may use. Questions give their name; multiple questions also `name_code`, "1" where the code
// was mentioned and "2" where not. Given by the engine: `line` (roster and later), `persons` and `eligible` (after the
// roster), and in the incident form `crime`, `ordinal` and `times` (how often the screener says it happened).
struct Name {
    std::string name;
    Type type = Type::text;
    Unit unit = Unit::household;
    std::size_t position = 0;  // index of the question after which it is known
    std::optional<std::size_t> question;
    std::string code;  // of `name_code`
};

// For a lookup by std::string_view without a copy.
struct TextHash {
    using is_transparent = void;  // NOLINT(readability-identifier-naming): the name of the standard
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

struct Instrument {
    std::string name, version;
    Texts title;
    std::vector<std::string> languages;  // the first is the source language
    Period period;
    std::vector<CodeList> code_lists;
    std::vector<Code> offences;
    std::vector<Crime> crimes;
    std::vector<Module> modules;
    std::vector<Question> questions;  // all of them, in the order of the file
    std::optional<Roster> roster;
    std::optional<IncidentLoop> incidents;
    Coding coding;
    YamlValue burden;  // what it says of its length (play/burden.h); null where it says nothing
    std::vector<Name> names;
    std::unordered_map<std::string, std::size_t, TextHash, std::equal_to<>> name_index;
    std::vector<std::vector<std::size_t>>
        names_of;        // by question: its own name, and one per code of a multiple question
    std::string source;  // file or library name
    std::vector<Mode> modes = {Mode::interviewer};
    std::optional<std::int64_t> cards_from;  // so many answers, or more, stand on a show card
    std::vector<MeasuredIndicator> indicators;
    RecallBounding bounding;
    SafetyProfile safety;
    std::vector<InstrumentTest> tests;
    std::vector<Allowance> allowances;

    const Question* find(std::string_view name) const;
    std::optional<std::size_t> crime_index(std::string_view id) const;
    // The screener question of a crime, or nothing when no module asks for it.
    std::optional<std::size_t> screener(std::size_t crime, ScreenerPart part) const;
};

// Text in `language` with the fills replaced (fills.h): periods by their months, answers by a blank to write on.
std::string say(const Instrument& instrument, const Labels& labels, const std::string& language);

// The instrument of a YAML document, with every fault of its form; conditions are parsed and typed (names.h). What
// could be read is returned. `check_instrument` (check.h) looks at the whole.
Instrument read_instrument(const YamlValue& document, Diagnostics& faults);

// {months: 12, ends: 2025-12, long: {months: 60}}, `ends` a month or `interview`; a study may replace the instrument's
// own. Fault: bad-period.
Period read_period(const YamlValue& map, Diagnostics& faults);

// Reads and checks: a path, or `library:NAME` for an instrument shipped with cifra. Relative paths start at
// `directory`.
Instrument load_instrument(const std::string& name, const std::filesystem::path& directory, Diagnostics& faults);

// Names of the instruments shipped with cifra.
std::vector<std::string> library_instruments();

// The rules in a YAML list of {if, offence, iccs} and a list of offences, for an instrument whose names are known.
Coding read_coding(const YamlValue& rules, const YamlValue* hierarchy, const Instrument& instrument,
                   Diagnostics& faults);

}  // namespace cifra
