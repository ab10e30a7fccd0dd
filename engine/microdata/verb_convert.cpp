#include "engine/microdata/verb_convert.h"

#include <fmt/format.h>

#include "engine/microdata/columnar_convert.h"
#include "engine/statfile/convert_table.h"
#include "engine/statfile/stat_format.h"
#include "engine/yaml.h"

namespace cifra {

namespace {

char separator_option(const Options& options) {
    const std::string given = options.value("separator");
    if (given == "tab" || given == "\\t") return '\t';
    if (given.empty() || given == "," || given == ";" || given == "\t") return given.empty() ? '\0' : given[0];
    fail_input({}, "unknown-separator", "the separator is ',' ';' or 'tab'", "leave it out, and the header shows it");
}

std::vector<std::filesystem::path> input_files(const Options& options) {
    if (options.input.empty())
        fail_input({}, "no-input", "no CSV file was given", "name it: cifra convert persons.csv");
    std::vector<std::filesystem::path> files = {options.input};
    files.insert(files.end(), options.more_inputs.begin(), options.more_inputs.end());
    return files;
}

std::filesystem::path output_file(const Options& options) {
    if (options.out) return *options.out;
    if (!options.more_inputs.empty())
        fail_input({}, "missing-option", "several files make one, which needs a name",
                   "give it: cifra convert a.csv b.csv --out both.cifra");
    return options.input.string() + ".cifra";
}

void refuse_same_file(const std::vector<std::filesystem::path>& files, const std::filesystem::path& out) {
    std::error_code error;
    for (const auto& file : files)
        if (std::filesystem::equivalent(file, out, error))
            fail_input({file.string(), 0, 0}, "same-file", "the file would be written over itself",
                       "give another --out");
}

Codebook codebook_file(const std::string& file, Diagnostics& faults) {
    if (file.empty()) return {};
    const YamlValue value = read_yaml(file, faults);
    const YamlValue* variables = value.find("variables");
    return variables ? read_codebook(*variables, faults) : Codebook{};
}

void write_files(const std::filesystem::path& out, const WrittenFile& written, Context& context) {
    const std::string codebook = context.options.value("write-codebook");
    Outputs files(".");
    files.write(std::filesystem::absolute(out).string(), written.bytes);
    if (!codebook.empty()) files.write(std::filesystem::absolute(codebook).string(), to_yaml(written.codebook));
    if (!context.options.dry_run) files.commit();
}

// Files of one program as those of another.
void convert_labelled(const std::vector<std::filesystem::path>& files, const std::filesystem::path& out,
                      Context& context) {
    refuse_same_file(files, out);
    CsvOptions csv;
    csv.separator = separator_option(context.options);
    csv.decimal_comma = context.options.has("decimal-comma");
    Diagnostics faults;
    const Codebook codebook = codebook_file(context.options.value("codebook"), faults);
    faults.throw_if_errors();
    const LabelledTable read = read_labelled(files, csv, context.options.value("encoding"), codebook, faults);
    faults.throw_if_errors();
    const WrittenFile written = write_labelled(read, out, context.options.language, faults);
    faults.throw_if_errors();
    for (const Diagnostic& warning : faults.items()) context.report(warning);
    write_files(out, written, context);
    context.say(fmt::format("{} rows, {} columns: {} bytes in {}", read.table.rows(), read.table.width(),
                            written.bytes.size(), out.string()));
}

void refuse_columnar_of(const std::vector<std::filesystem::path>& files) {
    for (const auto& file : files)
        if (stat_format(file) || file.extension() == ".xlsx")
            fail_input({file.string(), 0, 0}, "cannot-convert", "a columnar file is made of CSV files",
                       "make one first: --out FILE.csv");
}

// The stamp of its sources is the file's own receipt: a manifest would read all of them once more.
void run_convert(Context& context) {
    const std::vector<std::filesystem::path> files = input_files(context.options);
    const std::filesystem::path out = output_file(context.options);
    if (can_write(out)) return convert_labelled(files, out, context);
    if (stat_format(out))
        fail_input({}, "cannot-write-format", "files of this kind are read only", "write .sav, .dta, .xpt or .csv");
    refuse_columnar_of(files);
    ConvertOptions options;
    options.separator = separator_option(context.options);
    options.decimal_comma = context.options.has("decimal-comma");
    options.write = !context.options.dry_run;
    options.threads = context.options.threads.value_or(0);
    options.progress = [&](double share) { context.progress("converting", share); };
    Diagnostics faults;
    const auto made = convert_csv(files, out, options, faults);
    faults.throw_if_errors();
    context.say(fmt::format("{} rows, {} columns: {} bytes of CSV -> {} bytes in {}", made->rows, made->columns,
                            made->bytes_before, made->bytes_after, out.string()));
}

}  // namespace

Verb convert_verb() {
    return {
        .name = "convert",
        .summary = "files of SPSS, Stata, SAS, dBASE, Excel and CSV as one another; CSV files as one columnar file",
        .manual =
            "With --out FILE.csv, .sav, .dta or .xpt: reads .csv (plain, gzip, zstd), .cifra, .sav, .zsav, .por,\n"
            ".dta, .sas7bdat, .xpt, .dbf and .xlsx (the first sheet) by their endings, and writes the same rows\n"
            "with labels and missing codes. What the target cannot hold is told, as a warning or a fault.\n\n"
            "Examples: cifra convert persons.sav --out persons.csv --write-codebook persons.yaml\n"
            "          cifra convert persons.csv --codebook persons.yaml --out persons.dta\n"
            "          cifra convert TPER.DBF --encoding cp850 --out persons.csv\n\n"
            "Else: writes persons.csv.cifra beside persons.csv, from which estimates are made many times faster. It\n"
            "holds every cell of the CSV file, and its size, time and digest: where the CSV file has changed since,\n"
            "the columnar file is not used. Several files with one header, the shards of one table, make one\n"
            "columnar file.\n\n"
            "Examples: cifra convert persons.csv\n"
            "          cifra convert part1.csv.gz part2.csv.gz --out persons.cifra --decimal-comma",
        .reads = "CSV, columnar, SPSS, Stata, SAS, dBASE or Excel files",
        .writes = "FILE.cifra beside the CSV file, or the file named by --out",
        .options = {{"separator", "',' ';' or 'tab' (default: as the header shows)", false},
                    {"decimal-comma", "1,5 is one and a half", true},
                    {"codebook", "types, labels and missing codes (YAML), in place of those of the file", false},
                    {"write-codebook", "file for the labels and missing codes of what was written (YAML)", false},
                    {"encoding", "of the texts of a .dta, .sav, .sas7bdat, .xpt or .dbf that states it wrongly",
                     false}},
        .run = run_convert,
        .several_inputs = true,
        .out = "the file to write, its kind told by its ending; needed where there are several files"};
}

}  // namespace cifra
