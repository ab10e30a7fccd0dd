#include "engine/statfile/convert_table.h"

#include <algorithm>
#include <sstream>
#include <utility>

#include "engine/microdata/csv_rows.h"
#include "engine/microdata/microdata.h"
#include "engine/microdata/whole_rows.h"
#include "engine/statfile/stat_format.h"
#include "engine/statfile/stat_rows.h"
#include "engine/statfile/stat_write.h"

namespace cifra {

namespace {

bool is_csv(const std::filesystem::path& file) { return file.extension() == ".csv"; }

Codebook merged(Codebook own, const Codebook& given) {
    for (const Variable& variable : given.variables) {
        const auto same = std::find_if(own.variables.begin(), own.variables.end(),
                                       [&](const Variable& other) { return other.name == variable.name; });
        if (same == own.variables.end())
            own.variables.push_back(variable);
        else
            *same = variable;
    }
    return own;
}

}  // namespace

LabelledTable read_labelled(const std::vector<std::filesystem::path>& files, CsvOptions csv,
                            const std::string& encoding, const Codebook& codebook, Diagnostics& faults) {
    for (const Variable& variable : codebook.variables) csv.types[variable.name] = variable.type;
    if (!stat_format(files.front())) {
        Table table = read_rows(files, csv, faults);
        return {apply_codebook(std::move(table), codebook, faults), codebook};
    }
    const StatOptions options{encoding, missing_kinds(codebook)};
    const auto open = [&](const CsvOptions& typed, Diagnostics& found) {
        return open_stat_rows(files, typed, options, found, csv_piece_bytes);
    };
    Table table = read_whole(open, csv, files.front().string(), faults);
    if (faults.has_errors()) return {};
    Diagnostics told;
    const auto own = stat_codebook(files.front(), options, told);
    return {apply_codebook(std::move(table), codebook, faults), merged(own.value_or(Codebook{}), codebook)};
}

bool can_write(const std::filesystem::path& file) {
    const auto format = stat_format(file);
    return is_csv(file) || format == StatFormat::sav || format == StatFormat::dta || format == StatFormat::xpt;
}

WrittenFile write_labelled(const LabelledTable& from, const std::filesystem::path& file, const std::string& language,
                           Diagnostics& faults) {
    const WriteRequest request{from.table, from.codebook, language, file.string()};
    if (const auto format = stat_format(file)) {
        std::ostringstream bytes;
        const auto variables = write_stat(request, *format, bytes, faults);
        return {std::move(bytes).str(), coded_codebook(variables, from.codebook)};
    }
    WriteTarget csv;
    csv.name = "CSV";
    const auto variables = written_variables(request, csv, faults);
    return {to_csv(coded_table(variables)), coded_codebook(variables, from.codebook)};
}

}  // namespace cifra
