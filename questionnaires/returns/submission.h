// One interview as a client of the field sent it back, whatever the client: every answer at the place where it was
// given, and what is known of the interview itself. Nothing is judged here but whether it can be placed.
//
// Answers are found by name within their group, never by position: a question stands in the group or repeat of its
// module. A name that is absent was not asked; one without a text was asked and left blank.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "questionnaires/instrument.h"

namespace cifra {

// A fault of what came back, or something to know of it. Rules:
//   unreadable         no well-formed XML in UTF-8, a document type declaration, or larger than the bounds
//   wrong-form         the form is another instrument
//   other-version      (warning) the form is another version of this instrument
//   missing-key        the interview, or a record of it, says not which one it is
//   unknown-crime, bad-line      an incident of no crime; a line or ordinal that is not 1, 2, 3, ...
//   duplicate-key      a line or an incident stands twice; a group that is none twice
//   too-many-repeats   more roster lines or incidents than the instrument allows: the interview is set aside
//   unknown-name       (warning) an element or column that is no question, once in all
//   not-a-text         an answer holds elements, not a text
//   left-blank         (note) the question was asked and left without an answer
//   not-reached        (note) the interview was broken off before the question
//   same-instance, same-household, orphan-record  (receipt.h)
struct SubmissionFinding {
    std::string file;
    std::size_t line = 0;  // of a table; 0: the file as a whole
    std::string record;    // key of the interview
    std::string question;  // or the name at fault
    std::string rule, severity, message;
};

// What a client says of the interview beside its answers, by the names that an XForm gives them.
struct AboutInterview {
    std::string form, version;
    std::string household, outcome, person_outcome, date;  // codes and date as in the answer files
    std::string selected;                                  // roster line of the person interviewed, of the first one
    std::string start, end;                                // date-times of the device's clock
    std::string device, interviewer;
};

// Answers of one record: of the household, of a roster line, of the person, of an incident.
struct ReturnedRecord {
    Unit unit = Unit::household;
    std::uint32_t line = 0, crime = 0, ordinal = 0;
    std::vector<std::optional<std::string>> cells;  // one per question of the unit, in order; nothing: not asked
    std::string outcome;                            // of one of several persons; else that of the interview
};

struct Submission {
    std::string file;
    std::size_t line = 0;  // of the main table; 0 where the interview has a file of its own
    std::string key;       // instanceID, KEY or interview__key
    AboutInterview about;
    std::vector<ReturnedRecord> records;
    std::vector<SubmissionFinding> findings;
    bool readable = true;  // false: set aside, its records are not to be used
};

// Where the names of an instrument's returns belong; built once.
class ReturnShape {
public:
    explicit ReturnShape(const Instrument& instrument);
    const Instrument& instrument() const { return *instrument_; }

    // The module whose group has this name, or nothing.
    std::optional<std::size_t> module(std::string_view group) const;
    // The question's place among those of its unit, if it belongs to the module or, without one, to the unit.
    std::optional<std::size_t> cell_in_module(std::size_t module, std::string_view name) const;
    std::optional<std::size_t> cell_in_unit(Unit unit, std::string_view name) const;
    // The questions of a unit in order.
    const std::vector<std::uint32_t>& questions(Unit unit) const;
    std::size_t most_lines() const;
    std::size_t most_incidents() const;
    // Whether the name is one that the exported form adds to the questions (forms/client_form.h).
    bool is_of_form(std::string_view name) const { return of_form_.contains(name); }
    // Everyone eligible is interviewed: persons are records of their own, with a line.
    bool everyone() const;

private:
    const Instrument* instrument_;
    std::vector<std::vector<std::uint32_t>> questions_;              // by unit
    std::map<std::string, std::uint32_t, std::less<>> question_of_;  // name -> question
    std::vector<std::size_t> cell_of_;                               // question -> place in its unit
    std::set<std::string, std::less<>> of_form_;
    std::map<std::string, std::size_t, std::less<>> module_of_;  // group -> module
};

// Puts a value of the interview into `about` by the client's name for it ("start", "deviceid", "username",
// "household"); false when the name is none of these.
bool set_about(AboutInterview& about, std::string_view name, const std::string& text);

// Names that clients add to every submission, of no use here.
bool is_client_name(std::string_view name);

// A record of an interview being put together: its keys, then whether it can be placed.
class RecordKeys {
public:
    explicit RecordKeys(Unit unit) : unit_(unit) {}
    // Takes `line` or `person_line`, `crime`, `ordinal` or `described` (2: a form that a series stands for), of one of
    // several persons `selected_line` and `person_outcome`; false when the name is none of these.
    bool take(std::string_view name, const std::string& text);
    // Sets line, crime and ordinal of a roster line or an incident, line and outcome of a person; a roster line without
    // one is the `nth`. Faults go to the submission's findings, and the record is then not used.
    bool place(ReturnedRecord& record, std::uint32_t nth, const ReturnShape& shape, Submission& submission) const;

private:
    Unit unit_;
    std::string line_, crime_, ordinal_, outcome_;
    bool described_ = true;
};

void add_finding(Submission& submission, std::string question, std::string rule, std::string message,
                 std::string severity = "error");

// What every reader does at the end: dates and outcomes by default, form and version, records that stand twice, blanks.
void finish_submission(Submission& submission, const ReturnShape& shape);

}  // namespace cifra
