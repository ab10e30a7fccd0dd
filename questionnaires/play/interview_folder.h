// A folder of interviews held in the terminal: one file each (interview_file.h), `interview_ID.txt`, and the answer
// files of those that are finished.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>

#include "questionnaires/play/dialogue.h"
#include "questionnaires/responses.h"

namespace cifra {

struct SittingOptions {
    std::filesystem::path folder;
    std::string household = "1";             // letters, digits, '-', '_' and '.'
    std::string date;                        // of a new interview; "" asks for it first
    std::optional<double> selection_number;  // of a new interview; default: drawn from seed and household
    std::uint64_t seed = 1;
    std::string language;
    bool terminal = false;
};

// Begins the interview of a household, or goes on with it. Faults: bad-household, not-a-date, out-of-range (the
// selection number), and those of reading and replaying the file. Nothing when there are errors or no date was given.
std::optional<DialogueEnd> sit_down(const Instrument& instrument, const SittingOptions& options, std::istream& in,
                                    std::ostream& out, Diagnostics& faults);

struct CollectedInterviews {
    AnswerTables answers;  // of the finished interviews, by file name
    std::size_t finished = 0, unfinished = 0;
};
CollectedInterviews collect_interviews(const Instrument& instrument, const std::filesystem::path& folder,
                                       Diagnostics& faults);

}  // namespace cifra
