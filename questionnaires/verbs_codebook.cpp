#include <fmt/format.h>
#include <algorithm>

#include "engine/csv.h"
#include "questionnaires/archive/codebook_pages.h"
#include "questionnaires/archive/ddi.h"
#include "questionnaires/archive/label_scripts.h"
#include "questionnaires/assignment.h"
#include "questionnaires/verbs.h"

namespace cifra {
namespace {

using Files = std::vector<std::pair<std::string, std::string>>;  // name, content

// Texts of each language in a file of its own.
template <class Write>
Files by_language(const Assignment& assignment, const std::string& stem, const std::string& ending,
                  const Write& write) {
    Files files;
    for (const std::string& language : assignment.languages)
        files.emplace_back(fmt::format("{}_{}.{}", stem, language, ending), write(assignment.instrument, language));
    return files;
}

Files files_of(const Assignment& assignment, const std::string& format) {
    if (format == "ddi") return {{"codebook.xml", ddi_codebook(assignment.instrument)}};
    if (format == "html") return by_language(assignment, "codebook", "html", codebook_html);
    if (format == "spss") return by_language(assignment, "labels", "sps", spss_script);
    if (format == "stata") return by_language(assignment, "labels", "do", stata_script);
    if (format == "r") return by_language(assignment, "labels", "R", r_script);
    return by_language(assignment, "codebook", "csv", [](const Instrument& instrument, const std::string& language) {
        return to_csv(codebook_table(instrument, language));
    });
}

void run_codebook(Context& context) {
    static const std::vector<std::string> formats = {"html", "csv", "ddi", "spss", "stata", "r"};
    const Assignment assignment = read_assignment(context);
    const std::string chosen = context.options.value("format", "html");
    if (chosen != "all" && std::find(formats.begin(), formats.end(), chosen) == formats.end())
        fail_input({}, "unknown-choice", fmt::format("there is no format '{}'", chosen),
                   "known: all, " + fmt::format("{}", fmt::join(formats, ", ")));
    Outputs files(assignment.out);
    std::vector<std::string> names;
    for (const std::string& format : formats) {
        if (chosen != "all" && chosen != format) continue;
        for (const auto& [name, content] : files_of(assignment, format)) {
            files.write(name, content);
            names.push_back(name);
        }
    }
    context.commit(files, names);
    for (const std::string& name : names) context.say((assignment.out / name).string());
}

}  // namespace

Verb codebook_verb() {
    Verb verb;
    verb.name = "codebook";
    verb.summary = "describe the coded files for readers, archives and statistical programs";
    verb.manual =
        "Writes what every column of the files of 'cifra code' means: a page (html), a table (csv), DDI-Codebook 2.5\n"
        "for data archives (ddi), or a script that reads and labels the files in SPSS, Stata or R.\n\n"
        "  cifra codebook study.yaml --format ddi\n  cifra codebook library:victimization_core --format all --out "
        "archive";
    verb.reads = "study.yaml, or an instrument";
    verb.writes = "codebook_LANGUAGE.html, codebook_LANGUAGE.csv, codebook.xml, labels_LANGUAGE.sps, .do, .R";
    verb.options = {{"format", "html (default), csv, ddi, spss, stata, r or all", false}};
    verb.run = run_codebook;
    return verb;
}

}  // namespace cifra
