#include "estimation/records/flow_caseload.h"

#include <fmt/format.h>

#include "engine/crosswalk/report_table.h"
#include "engine/csv.h"

namespace cifra {

namespace {

constexpr double days_of_a_year = 365;
constexpr const char* measures[] = {"pending_start", "incoming", "resolved"};

}  // namespace

Table caseload_table(const std::filesystem::path& file, Diagnostics& faults) {
    CsvOptions options;
    options.columns = {"institution", "year"};
    options.columns.insert(options.columns.end(), std::begin(measures), std::end(measures));
    options.optional_columns = {"pending_end"};
    for (const std::string& column : options.columns) options.types[column] = ColumnType::number;
    options.types["institution"] = ColumnType::text;
    options.types["pending_end"] = ColumnType::number;
    const Table table = read_csv(file, options, faults);
    ReportTable result({"institution"}, {"year", "pending_start", "incoming", "resolved", "pending_end", "clearance",
                                         "pending_ratio", "congestion", "duration_days"});
    if (faults.has_errors()) return result.finish();
    for (std::size_t k = 0; k < table.rows(); ++k) {
        const Location place{table.source, table.lines[k], 0};
        const auto number = [&](const char* name) { return table.at(name).present(k) ? table.at(name).number(k) : -1; };
        const double start = number("pending_start"), in = number("incoming"), out = number("resolved");
        const double end = start + in - out;
        if (start < 0 || in < 0 || out < 0 || end < 0)
            faults.error(place, "negative-count", "a count is missing or below 0, or more was resolved than there was",
                         "pending_start + incoming - resolved is what is pending at the end");
        else if (table.has("pending_end") && table.at("pending_end").present(k) && number("pending_end") != end)
            faults.error(place, "caseload-does-not-add-up", "'pending_end' is not pending_start + incoming - resolved",
                         "correct the counts, or leave the cell empty: it is worked out");
        result.add({table.at("institution").text(k)},
                   {number("year"), start, in, out, end, share_of(out, in), share_of(end, out),
                    share_of(start + in, out), days_of_a_year * share_of(end, out)});
    }
    return result.finish();
}

}  // namespace cifra
