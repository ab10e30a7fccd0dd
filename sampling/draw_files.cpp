#include "sampling/draw_files.h"

#include <algorithm>
#include <utility>

#include "engine/csv.h"
#include "sampling/household.h"
#include "sampling/targets.h"

namespace cifra {

namespace {

const std::filesystem::path* file_of(const DrawRequest& request, std::string_view role) {
    for (const DrawFile& file : request.files)
        if (file.role == role) return &file.path;
    return nullptr;
}

Frame frame_of(const DrawRequest& request, Diagnostics& notes) {
    std::vector<std::filesystem::path> files;
    for (std::size_t s = 0; s < request.plan.draw->stages.size(); ++s) files.push_back(request.files[s].path);
    Frame frame = read_frame(files, request.plan.draw->stages, notes, request.tables);
    notes.throw_if_errors();
    check_plan(*request.plan.draw, frame, notes);
    notes.throw_if_errors();
    return frame;
}

Table means_of(const DrawRequest& request) {
    Table means;
    const std::filesystem::path* file = file_of(request, "means");
    if (!file) return means;
    Diagnostics faults;
    CsvOptions options;
    options.types = {{"stratum", ColumnType::text}, {"indicator", ColumnType::text}};
    means = read_csv_or_table(*file, options, request.tables, faults);
    means.source = file->string();
    faults.throw_if_errors();
    return means;
}

// Only where a roster is at hand before the interviews: a register of persons, or a rehearsal.
Table with_person(const DrawRequest& request, Table sample) {
    const std::filesystem::path* file = file_of(request, "person");
    const PersonPlan& plan = request.plan.draw->person;
    if (!file || plan.method == PersonMethod::none) return sample;
    Diagnostics faults;
    CsvOptions options;
    options.columns = person_columns(plan);
    options.optional_columns = {"informant"};
    options.types = {{"household", ColumnType::text}, {"line", ColumnType::number}};
    if (std::ranges::count(options.columns, "age") > 0) options.types["age"] = ColumnType::number;
    Table persons = read_csv_or_table(*file, options, request.tables, faults);
    persons.source = file->string();
    faults.throw_if_errors();
    sample = add_selected_person(std::move(sample), persons, plan, faults);
    faults.throw_if_errors();
    return sample;
}

}  // namespace

DrawResult carry_out(const DrawRequest& request) {
    DrawResult result;
    const Frame frame = frame_of(request, result.notes);
    const Table means = means_of(request);
    AllocationInput input;
    input.means = &means;
    if (request.plan.draw->stages.front().count.kind == CountKind::from_size)
        input.last_units = largest_issued(*request.plan.size);
    result.drawn = draw_sample(*request.plan.draw, frame, request.seed, input);
    result.drawn.sample = with_person(request, std::move(result.drawn.sample));
    result.notes.append(result.drawn.notes);
    result.listed = frame.levels.back().units.size();
    return result;
}

std::string sample_bytes(const Table& sample) { return to_csv(sample, digits17); }

}  // namespace cifra
