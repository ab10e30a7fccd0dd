// The audit log that ODK Collect can keep beside an interview: how long each question was on the screen.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace cifra {

// Minutes spent on questions: the sum of end − start (milliseconds) of the rows whose event is `question`, of the CSV
// `event,node,start,end`. Nothing where the text is no such log.
std::optional<double> active_minutes(const std::string& csv);
// Of `audit.csv` in the folder of an instance; nothing where there is none, or it is larger than 16 MiB.
std::optional<double> active_minutes_beside(const std::filesystem::path& instance);

}  // namespace cifra
