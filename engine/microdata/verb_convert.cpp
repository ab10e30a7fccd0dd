#include "engine/microdata/verb_convert.h"

#include <fmt/format.h>

#include "engine/microdata/columnar_convert.h"

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

// The stamp of its sources is the file's own receipt: a manifest would read all of them once more.
void run_convert(Context& context) {
    const std::vector<std::filesystem::path> files = input_files(context.options);
    const std::filesystem::path out = output_file(context.options);
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
        .summary = "CSV files as one columnar file, from which estimates are made many times faster",
        .manual =
            "Writes persons.csv.cifra beside persons.csv. It holds every cell of the CSV file, and its size, time and\n"
            "digest: where the CSV file has changed since, the columnar file is not used. Several files with one\n"
            "header, the shards of one table, make one columnar file.\n\n"
            "Examples: cifra convert persons.csv\n"
            "          cifra convert part1.csv.gz part2.csv.gz --out persons.cifra --decimal-comma",
        .reads = "CSV files, plain, gzip or zstd",
        .writes = "FILE.cifra beside the CSV file, or the file named by --out",
        .options = {{"separator", "',' ';' or 'tab' (default: as the header shows)", false},
                    {"decimal-comma", "1,5 is one and a half", true}},
        .run = run_convert,
        .several_inputs = true,
        .out = "the columnar file to write; needed where there are several CSV files"};
}

}  // namespace cifra
