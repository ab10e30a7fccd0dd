// An interview as a file to which every answer is added as it is given, so that nothing but the answer being written
// is lost when the machine stops.
//
// Text in UTF-8, one record a line, fields apart by one tab:
//   cifra-interview  1                          kind and version of the file: the first line
//   instrument       NAME  VERSION
//   household        ID
//   selection        NUMBER                     in (0, 1): selects one of the eligible
//   date             YYYY-MM-DD
//   answer           PLACE  TEXT                an answer, or another one at a place answered before
//   confirmed        PLACE  TEXT                the same, given in spite of a soft check
// TEXT is the rest of the line. What an answer retracted is not written: reading gives the answers again, in order.
// A last line without its end was being written when the machine stopped, and is left out.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "questionnaires/interview.h"

namespace cifra {

struct GivenAnswer {
    std::string place, text;
    bool confirmed = false;
    std::size_t line = 0;  // of the file
};

struct InterviewRecord {
    std::string instrument, version, household, date;
    double selection_number = 0.5;
    std::vector<GivenAnswer> answers;
    std::size_t whole_bytes = 0;  // up to the end of the last whole line
};

// Faults: cannot-read, not-an-interview (first line, or heads missing or invalid), bad-line.
InterviewRecord read_interview(const std::filesystem::path& file, Diagnostics& faults);

// The interview with the record's answers given again. An answer that the instrument no longer accepts is left out
// with the warning answer-not-kept; another instrument is the fault other-instrument.
Interview replay(const Instrument& instrument, const InterviewRecord& record, const std::filesystem::path& file,
                 Diagnostics& faults);

// Adds to a file; each call returns after the line is on the disk. Throws Refusal when it cannot be written.
class InterviewLog {
public:
    // A new file, readable by its owner only, with the heads of `record`. There must be none of that name.
    static InterviewLog begin(const std::filesystem::path& file, const InterviewRecord& record);
    // Goes on after the last whole line of the file that `record` was read from.
    static InterviewLog resume(const std::filesystem::path& file, const InterviewRecord& record);
    InterviewLog(InterviewLog&& other) noexcept;
    InterviewLog& operator=(InterviewLog&&) = delete;
    ~InterviewLog();
    void add(const GivenAnswer& answer);

private:
    InterviewLog(std::filesystem::path file, int descriptor);
    void write(const std::string& text);
    std::filesystem::path file_;
    int descriptor_ = -1;
};

}  // namespace cifra
