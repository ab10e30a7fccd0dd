#include "questionnaires/returns/audit.h"

#include <fstream>
#include <iterator>

#include "engine/csv.h"

namespace cifra {

std::optional<double> active_minutes(const std::string& csv) {
    Diagnostics faults;
    CsvOptions options;
    options.separator = ',';
    options.columns = {"event", "start", "end"};
    for (const std::string& column : options.columns) options.types[column] = ColumnType::text;
    const Table log = parse_csv(csv, "audit.csv", options, faults);
    if (faults.has_errors()) return std::nullopt;
    double milliseconds = 0;
    for (std::size_t row = 0; row < log.rows(); ++row) {
        const auto start = parse_number(log.at("start").cell(row)), end = parse_number(log.at("end").cell(row));
        if (log.at("event").cell(row) == "question" && start && end && *end > *start) milliseconds += *end - *start;
    }
    return milliseconds / 60000;
}

std::optional<double> active_minutes_beside(const std::filesystem::path& instance) {
    constexpr std::uintmax_t most_bytes = std::uintmax_t{16} << 20;
    const std::filesystem::path file = instance.parent_path() / "audit.csv";
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    if (error || size > most_bytes) return std::nullopt;
    std::ifstream stream(file, std::ios::binary);
    return active_minutes({std::istreambuf_iterator<char>(stream), {}});
}

}  // namespace cifra
