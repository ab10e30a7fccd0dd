// One file of microdata as another: CSV, workbooks, files of SPSS, Stata, SAS and dBASE, by their endings.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "engine/codebook.h"
#include "engine/csv.h"
#include "engine/diagnostics.h"
#include "engine/table.h"

namespace cifra {

struct LabelledTable {
    Table table;  // with kinds of missing
    Codebook codebook;
};

// All rows of the files, with the labels that they hold. Where `codebook` names a variable, its type, labels and
// missing codes are in place of those of the file (".a" and ".A" are the tags of Stata and SAS). Faults: those of
// microdata.h, stat_rows.h and codebook.h. Memory: that of the table.
LabelledTable read_labelled(const std::vector<std::filesystem::path>& files, CsvOptions csv,
                            const std::string& encoding, const Codebook& codebook, Diagnostics& faults);

// True where `write_labelled` writes files of this ending: .csv .sav .dta .xpt
bool can_write(const std::filesystem::path& file);

struct WrittenFile {
    std::string bytes;
    Codebook codebook;  // that turns the codes written back into kinds of missing
};

// The file as bytes. Faults and warnings: those of written_variables.h and stat_write.h.
WrittenFile write_labelled(const LabelledTable& from, const std::filesystem::path& file, const std::string& language,
                           Diagnostics& faults);

}  // namespace cifra
