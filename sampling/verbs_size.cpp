#include "sampling/verbs_size.h"

#include <fmt/format.h>

#include "engine/csv.h"
#include "sampling/job.h"
#include "sampling/size_curve.h"
#include "sampling/size_table.h"

namespace cifra {

namespace {

bool has_cells(const Column& column) {
    for (std::size_t row = 0; row < column.size(); ++row)
        if (!column.cell(row).empty()) return true;
    return false;
}

// The columns a reader looks at first; the file has all of them.
Table in_short(const Table& table) {
    Table result;
    for (const char* name :
         {"target", "domain", "requirement", "deff", "completed", "issued", "psus", "cost", "cv", "cv_at_largest"})
        if (has_cells(table.at(name))) result.set(name, table.at(name));
    return result;
}

void run_size(Context& context) {
    const Job job = find_job(context, "sampling", true);
    const SamplePlan plan = plan_of(job);
    if (!plan.size) missing_part(job, "size", "add 'size:' with its list of targets");
    const Table table = size_table(*plan.size);
    const std::vector<SizeCurve> curves = size_curves(*plan.size);
    Outputs files(job.out);
    std::vector<std::string> names;
    const auto write = [&](const char* name, const std::string& bytes) {
        names.emplace_back(name);
        files.write(name, bytes);
    };
    write("size.csv", to_csv(table));
    write("size_curve.csv", to_csv(size_curve_table(curves)));
    if (const std::string plot = size_curve_plot(curves, job.language); !plot.empty()) write("size_curve.svg", plot);
    context.commit(files, names);
    say_table(context, in_short(table), 50);
    context.say(fmt::format("the largest target asks for {} dwellings to issue", largest_issued(*plan.size)));
}

}  // namespace

Verb size_verb() {
    return {"size",
            "how many interviews the targets of precision need",
            "Needs the key 'size' of the section 'sampling' (or --plan FILE): targets with a CV, a margin, a relative "
            "error, a power,\n"
            "or the other way round a number of dwellings or a budget.\n"
            "Makes size.csv, one row a target and domain, and the CV of every target against the cost, as "
            "size_curve.csv and\n"
            "size_curve.svg. Example: cifra size study.yaml",
            "study.yaml [sampling: size]",
            "size.csv, size_curve.csv, size_curve.svg",
            {plan_option()},
            run_size,
            [](const Study& study) { return has_section(study, "sampling", "size"); }};
}

}  // namespace cifra
