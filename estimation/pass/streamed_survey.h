// A survey whose topmost file is read by blocks and never held in memory.
//
// Files of levels below it are held, by the key of their parent. A block of rows with the records that belong to them
// is a little survey of its own, made ready by the same steps as a whole one (level_steps.h), and a pass adds up its
// sums (block_pass.h). A record has one row above, so it is in one block, whatever the order of the files.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/yaml.h"
#include "estimation/statistics.h"
#include "estimation/survey_data.h"

namespace cifra {

using ColumnTypes = std::map<std::string, ColumnType>;

struct PassOptions {
    bool keep_linearized = false;  // for covariances and comparisons
    int threads = 0;
    std::function<void(double)> progress = [](double) {};  // share of the file; never from two threads at once
};

class StreamedSurvey {
public:
    // Nothing where the survey has to be in memory: `why` says what asks for it. `types`: of columns of the streamed
    // file that were found not to be what they looked like.
    static std::optional<StreamedSurvey> open(const YamlValue& design_file, const SurveyDataOptions& options,
                                              const ColumnTypes& types, std::string& why, Diagnostics& faults);
    StreamedSurvey(StreamedSurvey&&) noexcept;
    StreamedSurvey& operator=(StreamedSurvey&&) noexcept;
    ~StreamedSurvey();

    // The levels with their columns and types and some of their rows: enough to read a table file.
    SurveyData& prototype();
    const SurveyData& prototype() const;

    // Why these requests cannot be made by a pass; "" where they can.
    std::string cannot_pass(const std::vector<EstimateRequest>& requests, bool keep_linearized) const;

    // The pass: reads the file once and makes all estimates, which estimate_all then finds in `prototype().passed`; the
    // design is that of all rows. Gives back columns that are texts although they looked like numbers: then nothing was
    // estimated, and the survey is to be opened again with their types. Faults are those of whole files; where one
    // counts rows, it counts those of a block. Throws Refusal under LonelyPsu::fail.
    ColumnTypes run(const std::vector<EstimateRequest>& requests, const PassOptions& options, Diagnostics& faults);

    // The types alone of all columns, when the table file does not fit those of the first rows.
    ColumnTypes check_types();

private:
    struct Parts;
    explicit StreamedSurvey(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace cifra
