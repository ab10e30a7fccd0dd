#include "questionnaires/returns/submission.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <tuple>

#include "engine/table.h"
#include "questionnaires/forms/form_paths.h"

namespace cifra {
namespace {

constexpr std::size_t most_lines_without_cap = 100;
constexpr std::string_view broken_off = "5";

using Member = std::string AboutInterview::*;

// The names of ODK and KoboToolbox, and those of the answer files.
constexpr std::array<std::pair<std::string_view, Member>, 17> about_names = {{
    {"FormVersion", &AboutInterview::version},
    {"household", &AboutInterview::household},
    {"outcome", &AboutInterview::outcome},
    {"person_outcome", &AboutInterview::person_outcome},
    {"interview_date", &AboutInterview::date},
    {"today", &AboutInterview::date},
    {"selected", &AboutInterview::selected},
    {"selected_line", &AboutInterview::selected},
    {"start", &AboutInterview::start},
    {"timeStart", &AboutInterview::start},
    {"end", &AboutInterview::end},
    {"timeEnd", &AboutInterview::end},
    {"deviceid", &AboutInterview::device},
    {"deviceID", &AboutInterview::device},
    {"username", &AboutInterview::interviewer},
    {"interviewer", &AboutInterview::interviewer},
    {"responsible", &AboutInterview::interviewer},
}};

std::optional<std::uint32_t> positive(const std::string& text) {
    const auto number = parse_number(text);
    if (!number || *number < 1 || *number > 100000 || *number != std::floor(*number)) return std::nullopt;
    return static_cast<std::uint32_t>(*number);
}

void check_form(Submission& submission, const Instrument& instrument) {
    const AboutInterview& about = submission.about;
    if (!about.form.empty() && about.form != instrument.name) {
        submission.readable = false;
        add_finding(submission, "", "wrong-form", "the form is not that of this instrument");
    } else if (!about.version.empty() && about.version != instrument.version) {
        add_finding(submission, "", "other-version", "the form is another version of the instrument", "warning");
    }
    if (submission.key.empty()) {
        submission.readable = false;
        add_finding(submission, "", "missing-key", "the interview has no instance id");
    }
    if (about.household.empty()) {
        submission.readable = false;
        add_finding(submission, "household", "missing-key", "the interview names no household");
    }
}

void drop_doubles(Submission& submission) {
    std::set<std::tuple<Unit, std::uint32_t, std::uint32_t, std::uint32_t>> seen;
    std::vector<ReturnedRecord> kept;
    for (ReturnedRecord& record : submission.records) {
        if (seen.emplace(record.unit, record.line, record.crime, record.ordinal).second)
            kept.push_back(std::move(record));
        else
            add_finding(submission, std::string(to_text(record.unit)), "duplicate-key",
                        "a record stands twice in the interview; the first is taken");
    }
    submission.records = std::move(kept);
}

void check_size(Submission& submission, const ReturnShape& shape) {
    const auto count = [&](Unit unit) {
        return static_cast<std::size_t>(std::count_if(submission.records.begin(), submission.records.end(),
                                                      [&](const auto& record) { return record.unit == unit; }));
    };
    const std::size_t most_persons = shape.everyone() ? shape.most_lines() : 1;
    if (count(Unit::roster) <= shape.most_lines() && count(Unit::person) <= most_persons &&
        count(Unit::incident) <= shape.most_incidents())
        return;
    submission.readable = false;
    add_finding(submission, "", "too-many-repeats",
                "the interview has more lines, persons or incidents than the form allows");
}

// The last question answered: what is blank after it in an interview that was broken off was not reached.
std::uint32_t last_answered(const Submission& submission, const ReturnShape& shape) {
    std::uint32_t last = 0;
    for (const ReturnedRecord& record : submission.records)
        for (std::size_t c = 0; c < record.cells.size(); ++c)
            if (record.cells[c] && !record.cells[c]->empty()) last = std::max(last, shape.questions(record.unit)[c]);
    return last;
}

void tell_blanks(Submission& submission, const ReturnShape& shape) {
    const bool broken = submission.about.outcome == broken_off;
    const std::uint32_t last = broken ? last_answered(submission, shape) : 0;
    for (const ReturnedRecord& record : submission.records)
        for (std::size_t c = 0; c < record.cells.size(); ++c) {
            if (!record.cells[c] || !record.cells[c]->empty()) continue;
            const std::uint32_t question = shape.questions(record.unit)[c];
            const std::string& name = shape.instrument().questions[question].name;
            if (broken && question > last)
                add_finding(submission, name, "not-reached", "the interview was broken off before this", "note");
            else
                add_finding(submission, name, "left-blank", "asked and left without an answer", "note");
        }
}

}  // namespace

ReturnShape::ReturnShape(const Instrument& instrument)
    : instrument_(&instrument), questions_(4), cell_of_(instrument.questions.size()) {
    for (std::uint32_t q = 0; q < instrument.questions.size(); ++q) {
        if (instrument.questions[q].computed) continue;
        std::vector<std::uint32_t>& own = questions_[static_cast<std::size_t>(instrument.questions[q].unit)];
        question_of_.emplace(instrument.questions[q].name, q);
        cell_of_[q] = own.size();
        own.push_back(q);
    }
    Diagnostics of_export;  // what cannot be exported comes back under other names, if at all
    for_each_item(client_form(instrument, of_export), [this](const FormItem& item, const std::string&) {
        if (!question_of_.contains(item.name)) of_form_.insert(item.name);
        if (item.module) module_of_.emplace(item.name, *item.module);
    });
}

std::optional<std::size_t> ReturnShape::module(std::string_view group) const {
    if (const auto found = module_of_.find(group); found != module_of_.end()) return found->second;
    for (std::size_t m = 0; m < instrument_->modules.size(); ++m)
        if (instrument_->modules[m].id == group) return m;
    return std::nullopt;
}

std::optional<std::size_t> ReturnShape::cell_in_module(std::size_t module, std::string_view name) const {
    const auto found = question_of_.find(name);
    if (found == question_of_.end() || instrument_->questions[found->second].module != module) return std::nullopt;
    return cell_of_[found->second];
}

std::optional<std::size_t> ReturnShape::cell_in_unit(Unit unit, std::string_view name) const {
    const auto found = question_of_.find(name);
    if (found == question_of_.end() || instrument_->questions[found->second].unit != unit) return std::nullopt;
    return cell_of_[found->second];
}

const std::vector<std::uint32_t>& ReturnShape::questions(Unit unit) const {
    return questions_[static_cast<std::size_t>(unit)];
}

std::size_t ReturnShape::most_lines() const {
    if (!instrument_->roster) return 0;
    return instrument_->roster->max ? static_cast<std::size_t>(*instrument_->roster->max) : most_lines_without_cap;
}

std::size_t ReturnShape::most_incidents() const {
    if (!instrument_->incidents) return 0;
    const std::size_t persons = everyone() ? most_lines() : 1;
    return persons * instrument_->crimes.size() * static_cast<std::size_t>(instrument_->incidents->max.value_or(1));
}

bool ReturnShape::everyone() const { return instrument_->roster && instrument_->roster->all; }

bool set_about(AboutInterview& about, std::string_view name, const std::string& text) {
    for (const auto& [known, member] : about_names) {
        if (known != name) continue;
        if ((about.*member).empty()) about.*member = text;
        return true;
    }
    return false;
}

bool is_client_name(std::string_view name) {
    static const std::set<std::string_view> names = {"meta",
                                                     "instanceID",
                                                     "instanceName",
                                                     "audit",
                                                     "formhub",
                                                     "uuid",
                                                     "KEY",
                                                     "PARENT_KEY",
                                                     "SET-OF",
                                                     "SubmissionDate",
                                                     "SubmitterID",
                                                     "SubmitterName",
                                                     "SubmissionId",
                                                     "phonenumber",
                                                     "simserial",
                                                     "subscriberid",
                                                     "email",
                                                     "userID",
                                                     "device",
                                                     "Status",
                                                     "ReviewState",
                                                     "DeviceID",
                                                     "Edits",
                                                     "FormVersion",
                                                     "has__errors",
                                                     "sssys_irnd",
                                                     "interview__id",
                                                     "interview__key",
                                                     "key",
                                                     "AttachmentsPresent",
                                                     "AttachmentsExpected",
                                                     "assignment__id",
                                                     "interview__status"};
    return name.starts_with('_') || names.contains(name) || name.ends_with("__id");
}

bool RecordKeys::take(std::string_view name, const std::string& text) {
    const bool of_person = unit_ == Unit::person && (name == "selected_line" || name == "person_outcome");
    if (name == "line" || name == "person_line" || (of_person && name == "selected_line")) line_ = text;
    if (of_person && name == "person_outcome") outcome_ = text;
    if (name == "crime") crime_ = text;
    if (name == "ordinal") ordinal_ = text;
    if (name == "described") described_ = text != "2";
    return of_person || name == "line" || name == "person_line" || name == "crime" || name == "ordinal" ||
           name == "described";
}

bool RecordKeys::place(ReturnedRecord& record, std::uint32_t nth, const ReturnShape& shape,
                       Submission& submission) const {
    if (!described_) return false;
    const auto fail = [&](const std::string& name, const std::string& rule, const std::string& message) {
        add_finding(submission, name, rule, message);
        return false;
    };
    const auto line = line_.empty() && record.unit == Unit::roster ? std::optional(nth) : positive(line_);
    const bool may_lack_line = record.unit == Unit::incident && !shape.everyone();
    if (!line && !(may_lack_line && line_.empty())) return fail("line", "bad-line", "the line must be 1, 2, 3, ...");
    record.line = line.value_or(0);
    record.outcome = outcome_;
    if (record.unit != Unit::incident) return true;
    const auto crime = shape.instrument().crime_index(crime_);
    if (!crime) return fail("crime", "unknown-crime", "the instrument has no such crime");
    const auto ordinal = positive(ordinal_);
    if (!ordinal) return fail("ordinal", "bad-line", "the ordinal must be 1, 2, 3, ...");
    record.crime = static_cast<std::uint32_t>(*crime);
    record.ordinal = *ordinal;
    return true;
}

void add_finding(Submission& submission, std::string question, std::string rule, std::string message,
                 std::string severity) {
    submission.findings.push_back({submission.file, submission.line, submission.key, std::move(question),
                                   std::move(rule), std::move(severity), std::move(message)});
}

void finish_submission(Submission& submission, const ReturnShape& shape) {
    AboutInterview& about = submission.about;
    if (about.outcome.empty()) about.outcome = "1";
    if (about.person_outcome.empty()) about.person_outcome = "1";
    if (about.date.empty()) about.date = about.start;
    about.date = about.date.substr(0, 10);
    check_form(submission, shape.instrument());
    check_size(submission, shape);
    drop_doubles(submission);
    tell_blanks(submission, shape);
    std::stable_sort(submission.records.begin(), submission.records.end(), [](const auto& a, const auto& b) {
        return std::tie(a.unit, a.line, a.crime, a.ordinal) < std::tie(b.unit, b.line, b.crime, b.ordinal);
    });
    const auto first_person = std::ranges::find(submission.records, Unit::person, &ReturnedRecord::unit);
    if (about.selected.empty() && first_person != submission.records.end() && first_person->line > 0)
        about.selected = fmt::format("{}", first_person->line);
}

}  // namespace cifra
