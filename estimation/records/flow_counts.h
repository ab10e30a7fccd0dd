// Count tables of institutions: how many offences, persons or prisoners, by year, area, offence, sex and the rest.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "engine/diagnostics.h"

namespace cifra {

// A line of a count table. Texts are "" where the column is absent or the cell empty: of all, or not known.
struct CountRow {
    int year = 0;
    std::string area, iccs, sex, age, citizenship, status;
    double count = 0;
    std::uint32_t line = 0;
    bool operator==(const CountRow&) const = default;
};

// Codes of the files, by column, and what they stand for: {sex: {H: male, M: female}}.
using CountCodes = std::map<std::string, std::map<std::string, std::string>>;

// CSV with the columns year and count; area, iccs, sex, age, citizenship, status where they are. A row counts what no
// other row counts: those of a code and of one under it are added up. Faults: those of csv.h, not-a-year,
// negative-count, unknown-iccs, unknown-code (sex is female or male, age minor or adult, citizenship national or
// foreign, status sentenced or unsentenced), duplicate-row.
std::vector<CountRow> read_counts(const std::filesystem::path& file, const CountCodes& codes, Diagnostics& faults);

// Rows of a year; of an area unless it is "", and of the codes and all below them unless there are none.
struct CountChoice {
    int year = 0;
    std::string area;
    std::vector<std::string> iccs;
};
std::vector<CountRow> chosen(const std::vector<CountRow>& rows, const CountChoice& choice);
double sum_of(const std::vector<CountRow>& rows);

// Whether an offence belongs to these codes.
bool within_any(const std::string& iccs, const std::vector<std::string>& codes);

}  // namespace cifra
