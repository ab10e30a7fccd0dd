#include "sampling/draw_verb.h"

#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <vector>

#include "engine/csv.h"
#include "engine/study.h"
#include "sampling/draw_files.h"
#include "sampling/field/listing.h"
#include "sampling/field/workbook.h"
#include "sampling/job.h"
#include "sampling/protocol.h"

namespace cifra {

namespace {

// A file named on the command line, else in the plan, else written by synthesize; "" where there is none.
std::filesystem::path frame_file(const Context& context, const Job& job, const FramePlan& plan,
                                 const std::string& unit) {
    if (context.options.has("frame-" + unit)) return context.options.value("frame-" + unit);
    const auto named = plan.files.find(unit);
    if (named != plan.files.end()) return resolve(job.directory, named->second, job.out);
    const bool made_up = unit == "psu" || unit == "dwelling";
    return made_up ? job.out / "country" / fmt::format("frame_{}.csv", unit) : std::filesystem::path();
}

std::vector<DrawFile> draw_files(const Context& context, const Job& job, const SamplePlan& plan) {
    std::vector<DrawFile> files;
    Diagnostics faults;
    for (const StagePlan& stage : plan.draw->stages) {
        files.push_back({stage.unit, frame_file(context, job, plan.frame, stage.unit)});
        if (files.back().path.empty())
            faults.error(stage.where, "missing-key", fmt::format("there is no frame of the unit '{}'", stage.unit),
                         fmt::format("name its file: 'frame: {{{}: {}s.csv}}'", stage.unit, stage.unit));
    }
    faults.throw_if_errors();
    const bool stage_of_persons = plan.draw->stages.back().unit == "person";
    const std::filesystem::path persons = frame_file(context, job, plan.frame, "person");
    if (!persons.empty() && !stage_of_persons) files.push_back({"person", persons});
    const std::string& means = plan.draw->stages.front().allocation.means_file;
    if (!means.empty()) files.push_back({"means", resolve(job.directory, means, job.out)});
    return files;
}

DrawRequest request_of(Context& context, const Job& job) {
    DrawRequest request{job.plan, plan_of(job), job.seed, {}};
    if (!request.plan.draw) missing_part(job, "draw", "add 'draw:' with the number of dwellings or PSUs");
    request.files = draw_files(context, job, request.plan);
    for (const DrawFile& file : request.files) context.inputs.push_back(file.path);
    return request;
}

class DrawOutputs {
public:
    explicit DrawOutputs(const std::filesystem::path& out) : files_(out) {}
    void write(const std::string& name, std::string_view bytes) {
        files_.write(name, bytes);
        names_.push_back(name);
    }
    void write_table(const std::string& name, const Table& table) {
        if (table.width() > 0) write(name, to_csv(table, digits17));
    }
    void commit(Context& context) { context.commit(files_, names_); }

private:
    Outputs files_;
    std::vector<std::string> names_;
};

void write_field_documents(DrawOutputs& files, const DrawPlan& plan, const DrawnSample& drawn) {
    if (!plan.field) return;
    const Listing listing = make_listing(plan, drawn);
    files.write("field/listings.csv", to_csv(listing.table));
    files.write("field/assignments.xlsx", workbook_bytes(listing));
}

void verify(Context& context) {
    const std::filesystem::path file = context.options.value("verify");
    context.inputs.push_back(file);
    Diagnostics faults;
    const DrawProtocol protocol = read_protocol(file, faults);
    faults.throw_if_errors();
    for (const DrawFile& input : protocol.request.files) context.inputs.push_back(input.path);
    verify_protocol(protocol, file, faults);
    faults.throw_if_errors();
    report_all(context, faults);
    context.say(fmt::format("the draw is repeated to the byte: sample.csv has XXH3-128 {}", protocol.sample_xxh3_128));
}

void run_draw(Context& context) {
    if (context.options.has("verify")) return verify(context);
    const Job job = find_job(context, "sampling", true);
    const DrawRequest request = request_of(context, job);
    const DrawResult result = carry_out(request);
    const DrawnSample& drawn = result.drawn;
    const std::string sample = sample_bytes(drawn.sample);
    DrawOutputs files(job.out);
    files.write("sample.csv", sample);
    files.write_table("sample_strata.csv", drawn.strata);
    files.write_table("sample_reserves.csv", drawn.reserves);
    files.write_table("joint.csv", drawn.joint);
    files.write_table("sample_cut.csv", drawn.cut);
    const DrawReceipt receipt = draw_receipt(request, sample, job.out);
    files.write("draw_protocol.json", protocol_json(request, drawn, receipt));
    files.write("draw_protocol.txt", protocol_text(request, drawn, receipt));
    write_field_documents(files, *request.plan.draw, drawn);
    files.commit(context);
    report_all(context, result.notes);
    say_table(context, drawn.strata, 50);
    context.say(
        fmt::format("{} {}s drawn of {}", drawn.sample.rows(), request.plan.draw->stages.back().unit, result.listed));
}

}  // namespace

Verb draw_verb() {
    return {
        "draw",
        "draw a sample by stages",
        "Needs the key 'draw' of the section 'sampling' (or --plan FILE) and the frame: a file for the units of every "
        "stage, by default\n"
        "those of PSUs and dwellings that 'synthesize' wrote. Makes sample.csv (one row a dwelling, with "
        "probabilities, "
        "base weight and\n"
        "design columns), sample_strata.csv (the report by stratum), draw_protocol.json and .txt, and as the plan asks "
        "sample_reserves.csv,\n"
        "joint.csv, field/listings.csv and field/assignments.xlsx. With --verify FILE it draws again from a protocol "
        "and "
        "compares.\n"
        "Example: cifra draw --plan plan.yaml --frame-psu psus.csv --frame-dwelling dwellings.csv --seed 7 --out out",
        "study.yaml [sampling: draw], frame_psu.csv, frame_dwelling.csv",
        "sample.csv, sample_strata.csv, draw_protocol.json",
        {plan_option(),
         {"frame-psu", "CSV file of the PSUs", false},
         {"frame-dwelling", "CSV file of the dwellings", false},
         {"frame-person", "CSV file of the persons (household, line, age), to select the adult already now", false},
         {"verify", "draw_protocol.json: draw again from it and compare", false}},
        run_draw,
        [](const Study& study) { return has_section(study, "sampling", "draw"); }};
}

}  // namespace cifra
