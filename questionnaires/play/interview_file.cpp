#include "questionnaires/play/interview_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <sstream>
#include <utility>

#include "engine/table.h"
#include "questionnaires/play/place_names.h"

namespace cifra {
namespace {

constexpr const char* first_line = "cifra-interview\t1";

// The fields of a line: the word, what follows it, and the rest whatever it holds.
std::array<std::string, 3> fields_of(const std::string& line) {
    const std::size_t first = line.find('\t');
    if (first == std::string::npos) return {line, "", ""};
    const std::size_t second = line.find('\t', first + 1);
    if (second == std::string::npos) return {line.substr(0, first), line.substr(first + 1), ""};
    return {line.substr(0, first), line.substr(first + 1, second - first - 1), line.substr(second + 1)};
}

bool take_head(InterviewRecord& record, const std::array<std::string, 3>& fields) {
    if (fields[0] == "instrument") {
        record.instrument = fields[1];
        record.version = fields[2];
    } else if (fields[0] == "household") {
        record.household = fields[1];
    } else if (fields[0] == "date") {
        record.date = fields[1];
    } else if (fields[0] == "selection") {
        record.selection_number = parse_number(fields[1]).value_or(0);
    } else {
        return false;
    }
    return true;
}

void take_line(InterviewRecord& record, const std::string& line, const Location& where, Diagnostics& faults) {
    const auto fields = fields_of(line);
    if (fields[0] == "answer" || fields[0] == "confirmed")
        record.answers.push_back({fields[1], fields[2], fields[0] == "confirmed", where.line});
    else if (!take_head(record, fields))
        faults.error(where, "bad-line", "this is no line of an interview", "restore the file as the program wrote it");
}

bool is_complete(const InterviewRecord& record) {
    return !record.instrument.empty() && !record.household.empty() && is_date(record.date) &&
           record.selection_number > 0 && record.selection_number < 1;
}

}  // namespace

InterviewRecord read_interview(const std::filesystem::path& file, Diagnostics& faults) {
    InterviewRecord record;
    std::ifstream stream(file, std::ios::binary);
    std::stringstream content;
    if (!stream || !(content << stream.rdbuf())) {
        faults.error({file.string(), 0, 0}, "cannot-read", "the interview cannot be read", "check the path");
        return record;
    }
    const std::string text = content.str();
    std::size_t number = 0;
    for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', record.whole_bytes)) {
        const std::string line = text.substr(record.whole_bytes, end - record.whole_bytes);
        record.whole_bytes = end + 1;
        if (++number > 1) take_line(record, line, {file.string(), number, 0}, faults);
        if (number == 1 && line != first_line) break;
    }
    if (!is_complete(record))
        faults.error({file.string(), 1, 0}, "not-an-interview", "this is no interview, or its first lines are missing",
                     "name another household, or move the file away");
    return record;
}

Interview replay(const Instrument& instrument, const InterviewRecord& record, const std::filesystem::path& file,
                 Diagnostics& faults) {
    Interview interview(instrument, record.selection_number);
    if (record.instrument != instrument.name) {
        faults.error({file.string(), 2, 0}, "other-instrument",
                     fmt::format("the interview was begun with '{}', not '{}'", record.instrument, instrument.name),
                     "go on with the instrument it was begun with");
        return interview;
    }
    for (const GivenAnswer& given : record.answers) {
        const auto place = find_place(instrument, given.place);
        if (!place || !interview.answer(*place, given.text, given.confirmed).accepted)
            faults.warning({file.string(), given.line, 0}, "answer-not-kept",
                           fmt::format("the instrument no longer takes this answer of '{}'", given.place),
                           "the question is asked again where it is on the path");
    }
    return interview;
}

InterviewLog::InterviewLog(std::filesystem::path file, int descriptor)
    : file_(std::move(file)), descriptor_(descriptor) {
    if (descriptor_ < 0) throw Refusal(fmt::format("cannot write {}", file_.string()));
}

InterviewLog::InterviewLog(InterviewLog&& other) noexcept
    : file_(std::move(other.file_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

InterviewLog::~InterviewLog() {
    if (descriptor_ >= 0) close(descriptor_);
}

InterviewLog InterviewLog::begin(const std::filesystem::path& file, const InterviewRecord& record) {
    constexpr mode_t owner_only = 0600;
    InterviewLog log(file, open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, owner_only));
    log.write(fmt::format("{}\ninstrument\t{}\t{}\nhousehold\t{}\nselection\t{}\ndate\t{}\n", first_line,
                          record.instrument, record.version, record.household, shortest(record.selection_number),
                          record.date));
    return log;
}

InterviewLog InterviewLog::resume(const std::filesystem::path& file, const InterviewRecord& record) {
    InterviewLog log(file, open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    if (ftruncate(log.descriptor_, static_cast<off_t>(record.whole_bytes)) != 0)
        throw Refusal(fmt::format("cannot write {}", file.string()));
    return log;
}

void InterviewLog::add(const GivenAnswer& answer) {
    write(fmt::format("{}\t{}\t{}\n", answer.confirmed ? "confirmed" : "answer", answer.place, answer.text));
}

void InterviewLog::write(const std::string& text) {
    std::size_t done = 0;
    while (done < text.size()) {
        const ssize_t written = ::write(descriptor_, text.data() + done, text.size() - done);
        if (written <= 0) throw Refusal(fmt::format("cannot write {}", file_.string()));
        done += static_cast<std::size_t>(written);
    }
    if (fsync(descriptor_) != 0) throw Refusal(fmt::format("cannot write {}", file_.string()));
}

}  // namespace cifra
