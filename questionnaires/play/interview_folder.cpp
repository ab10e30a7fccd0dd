#include "questionnaires/play/interview_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <istream>
#include <ostream>
#include <set>

#include "engine/random.h"
#include "questionnaires/answer_sheets.h"
#include "questionnaires/play/words.h"

namespace cifra {
namespace {

constexpr const char *prefix = "interview_", *suffix = ".txt";

bool is_file_part(const std::string& id) {
    return !id.empty() && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
               c == '.';
    });
}

void check_options(const SittingOptions& options, Diagnostics& faults) {
    if (!is_file_part(options.household))
        faults.error({}, "bad-household", "the household's id cannot be part of a file name",
                     "use letters, digits, '-', '_' and '.'");
    if (!options.date.empty() && !is_date(options.date))
        faults.error({}, "not-a-date", "the date of the interview is no date", "write it as 2026-02-01");
    if (const auto number = options.selection_number; number && !(*number > 0 && *number < 1))
        faults.error({}, "out-of-range", "the selection number must lie between 0 and 1",
                     "take that of the sample, or leave it out");
}

// The date typed at the beginning, or "" at the end of the input.
std::string ask_date(const std::string& language, std::istream& in, std::ostream& out) {
    std::string date;
    while (true) {
        out << play_word("interview-date", language) << "> " << std::flush;
        if (!std::getline(in, date)) return "";
        if (is_date(date)) return date;
        out << "  ! " << rule_words("not-a-date", language) << "\n";
    }
}

InterviewRecord new_record(const Instrument& instrument, const SittingOptions& options, std::string date) {
    InterviewRecord record;
    record.instrument = instrument.name;
    record.version = instrument.version;
    record.household = options.household;
    record.date = std::move(date);
    record.selection_number = options.selection_number.value_or(
        uniform({options.seed, Purpose::household, 0, stable_hash(options.household)}, 0));
    return record;
}

}  // namespace

std::optional<DialogueEnd> sit_down(const Instrument& instrument, const SittingOptions& options, std::istream& in,
                                    std::ostream& out, Diagnostics& faults) {
    check_options(options, faults);
    if (faults.has_errors()) return std::nullopt;
    const std::filesystem::path file = options.folder / (prefix + options.household + suffix);
    const bool begun = std::filesystem::exists(file);
    InterviewRecord record;
    if (begun) {
        record = read_interview(file, faults);
    } else {
        const std::string date = options.date.empty() ? ask_date(options.language, in, out) : options.date;
        if (date.empty()) return std::nullopt;
        record = new_record(instrument, options, date);
    }
    if (faults.has_errors()) return std::nullopt;
    Instrument held = instrument;  // its months are those before this interview
    held.period = dated(instrument.period, record.date);
    Interview interview = replay(held, record, file, faults);
    if (faults.has_errors()) return std::nullopt;
    std::filesystem::create_directories(options.folder);
    InterviewLog log = begun ? InterviewLog::resume(file, record) : InterviewLog::begin(file, record);
    return hold_dialogue(held, interview, {options.language, options.terminal, file.string()}, in, out,
                         [&](const GivenAnswer& answer) { log.add(answer); });
}

CollectedInterviews collect_interviews(const Instrument& instrument, const std::filesystem::path& folder,
                                       Diagnostics& faults) {
    std::set<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with(prefix) && name.ends_with(suffix)) files.insert(entry.path());
    }
    CollectedInterviews collected;
    AnswerSheets sheets(instrument);
    for (const std::filesystem::path& file : files) {
        Diagnostics own;
        const InterviewRecord record = read_interview(file, own);
        const Interview interview = replay(instrument, record, file, own);
        const bool whole = !own.has_errors() && interview.finished();
        if (whole) sheets.add_interview(record.household, record.date, interview.answers(), interview.state());
        ++(whole ? collected.finished : collected.unfinished);
        for (const Diagnostic& item : own.items()) faults.add(item);
    }
    collected.answers = sheets.finish();
    return collected;
}

}  // namespace cifra
