#include <fmt/format.h>

#include "engine/parallel.h"
#include "questionnaires/assignment.h"
#include "questionnaires/returns/audit.h"
#include "questionnaires/returns/export_tables.h"
#include "questionnaires/returns/instance.h"
#include "questionnaires/returns/receipt.h"
#include "questionnaires/verbs.h"

namespace cifra {
namespace {

std::filesystem::path folder_of(const Assignment& assignment, const Context& context, Diagnostics& faults) {
    std::filesystem::path folder = assignment.out / "returns";
    const Section section = section_of(assignment, "returns", faults);
    if (section.present()) {
        Fields fields(section.value, faults, "'returns'");
        if (fields.has("folder")) folder = resolve(section.directory, fields.text("folder"));
        fields.finish();
    }
    if (context.options.has("returns")) folder = context.options.value("returns");
    if (!std::filesystem::is_directory(folder))
        faults.error({folder.string(), 0, 0}, "cannot-read", "there is no such folder",
                     "name the folder of what came back: --returns FOLDER");
    return folder;
}

// What is done with each interview, from whatever source.
struct Reception {
    Receipt receipt;
    AnswerRows answers;
    explicit Reception(const ReturnShape& shape) : receipt(shape), answers(shape) {}
    void take(const Submission& submission, std::optional<double> active = std::nullopt) {
        if (receipt.take(submission, active)) answers.add(submission);
    }
};

struct ReadInstance {
    Submission submission;
    std::optional<double> active_minutes;
};

void load_instances(Context& context, const std::filesystem::path& folder,
                    const std::vector<std::filesystem::path>& files, const ReturnShape& shape, int threads,
                    Reception& reception) {
    constexpr std::size_t block = 256;
    for (std::size_t from = 0; from < files.size(); from += block) {
        const std::size_t count = std::min(block, files.size() - from);
        const auto read = [&](std::size_t i) {
            const std::filesystem::path& file = files[from + i];
            return ReadInstance{read_instance_file(file, file.lexically_relative(folder).string(), shape),
                                active_minutes_beside(file)};
        };
        for (const ReadInstance& one : map_shards<ReadInstance>(count, threads, read))
            reception.take(one.submission, one.active_minutes);
        context.progress("load", static_cast<double>(from + count) / static_cast<double>(files.size()));
    }
    context.inputs.insert(context.inputs.end(), files.begin(), files.end());
}

void load_tables(Context& context, const std::filesystem::path& folder, const ReturnShape& shape, Reception& reception,
                 Diagnostics& faults) {
    ExportTables tables(folder, shape, faults);
    faults.throw_if_errors();
    context.inputs.insert(context.inputs.end(), tables.files().begin(), tables.files().end());
    while (const auto submission = tables.next(faults)) {
        reception.take(*submission);
        context.progress("load", tables.share());
    }
    for (const SubmissionFinding& orphan : tables.take_orphans()) reception.receipt.add(orphan);
    faults.throw_if_errors();
}

void run_load(Context& context) {
    const Assignment assignment = read_assignment(context);
    Diagnostics faults;
    const std::filesystem::path folder = folder_of(assignment, context, faults);
    faults.throw_if_errors();
    const int threads = context.options.threads.value_or(assignment.study ? assignment.study->threads : 0);
    const ReturnShape shape(assignment.instrument);
    Reception reception(shape);
    if (const auto files = instance_files(folder); !files.empty())
        load_instances(context, folder, files, shape, threads, reception);
    else
        load_tables(context, folder, shape, reception, faults);
    Outputs files(assignment.out);
    std::vector<std::string> names = reception.answers.write(files);
    for (std::string& name : reception.receipt.write(files)) names.push_back(std::move(name));
    context.commit(files, names);
    context.say(fmt::format("{} interviews accepted, {} set aside, {} errors; see submissions.csv and findings.csv",
                            reception.receipt.accepted(), reception.receipt.set_aside(), reception.receipt.errors()));
}

}  // namespace

Verb load_verb() {
    Verb verb;
    verb.name = "load";
    verb.summary = "take interviews back from the field's clients";
    verb.manual =
        "Reads what ODK, KoboToolbox or Survey Solutions sent back - XML instances anywhere below a folder, or the\n"
        "tables of an export - and writes the answer files that 'cifra code' checks. What cannot be used is set aside\n"
        "with a reason in submissions.csv and findings.csv; nothing is repaired.\n\n"
        "  cifra load study.yaml\n  cifra load library:victimization_core --returns instances --out answers";
    verb.reads = "the instrument, *.xml instances or *.csv and *.tab tables";
    verb.writes =
        "answers_household.csv, answers_roster.csv, answers_person.csv, answers_incident.csv, screener.csv, "
        "submissions.csv, interviewers.csv, findings.csv";
    verb.options = {{"returns", "folder of what came back (default: returns in the out folder)", false}};
    verb.run = run_load;
    verb.applies = [](const Study& study) { return study.root.find("returns") != nullptr; };
    return verb;
}

}  // namespace cifra
