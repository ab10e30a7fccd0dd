#include "estimation/pass/streamed_survey.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "engine/microdata/microdata.h"
#include "estimation/level_file.h"
#include "estimation/level_steps.h"
#include "estimation/pass/held_levels.h"
#include "estimation/pass/pass_limits.h"
#include "estimation/pass/pass_plan.h"
#include "estimation/pass/pass_run.h"
#include "estimation/pass/streamed_parts.h"
#include "estimation/variance/design_cells.h"
#include "estimation/variance/design_key.h"

namespace cifra {

namespace {

class Opener {
public:
    Opener(const YamlValue& design_file, const SurveyDataOptions& options, const ColumnTypes& types,
           Diagnostics& faults)
        : file_(design_file),
          options_(options),
          types_(types),
          faults_(faults),
          parts_(std::make_unique<StreamedParts>()) {}

    // nullptr with a reason, or with faults of the files.
    std::unique_ptr<StreamedParts> open(std::string& why) {
        why = file_.find("calibration") ? "'calibration'" : asks_for_memory(file_);
        if (why.empty()) why = read_plans();
        if (why.empty()) why = open_files();
        if (why.empty() && !faults_.has_errors()) why = make_prototype();
        return why.empty() && !faults_.has_errors() ? std::move(parts_) : nullptr;
    }

private:
    // Faults of the design file are told by the reading into memory, which stops at them before it reads any file.
    std::string read_plans() {
        Diagnostics faults;
        Fields fields(file_, faults, "the design file");
        if (const YamlValue* levels = fields.require("data")) parts_->plans = read_level_plans(*levels, faults);
        if (parts_->plans.empty()) return "no level";
        if (const YamlValue* design = fields.require("design"))
            parts_->design = read_design_plan(*design, parts_->plans.front().name, faults);
        parts_->counting = fields.get("counting");
        parts_->derive = fields.get("derive");
        fields.finish();
        if (faults.has_errors()) return "faults of the design file";
        std::set<std::string> above = {parts_->plans.front().name};
        for (std::size_t level = 1; level < parts_->plans.size(); ++level) {
            if (!above.contains(parts_->plans[level].parent)) return "several files without a parent";
            above.insert(parts_->plans[level].name);
        }
        if (parts_->design.level != parts_->plans.front().name) return "a design below the topmost file";
        return asks_for_memory(parts_->design);
    }

    std::string open_files() {
        std::vector<std::string> mentioned = mentioned_names(file_);
        mentioned.insert(mentioned.end(), options_.mentioned.begin(), options_.mentioned.end());
        std::vector<LevelFile> files;
        for (const LevelPlan& plan : parts_->plans)
            files.push_back(level_file(plan, parts_->plans, parts_->design, mentioned, options_, faults_));
        for (const auto& [name, type] : types_) files.front().csv.types[name] = type;
        std::vector<Table> tables(files.size());
        for (std::size_t level = 0; level < files.size(); ++level) {
            note_file(files[level], parts_->prototype);
            if (level > 0) tables[level] = held_table(files[level], level);
        }
        parts_->file = std::move(files.front());
        if (!faults_.has_errors()) parts_->held = HeldLevels(parts_->plans, std::move(tables), faults_);
        return "";
    }

    Table held_table(const LevelFile& file, std::size_t level) {
        Table table = read_level(file, parts_->prototype, faults_);
        if (parts_->plans[level].codebook.empty()) return table;
        return apply_codebook(std::move(table), file.codebook, faults_);
    }

    // The first rows, made ready as any block. Faults of rows are those of the pass, which tells them; those of the
    // design file are told now, unless a column is another than its first cells say.
    std::string make_prototype() {
        parts_->directory = options_.directory;
        parts_->piece_bytes = options_.piece_bytes;
        for (bool again = true; again;) {
            Diagnostics of_rows, of_steps;
            parts_->opened = open_level(parts_->file, parts_->piece_bytes, faults_);
            if (!parts_->opened) return "";
            parts_->first = parts_->opened->next(of_rows);
            RowBlock block = parts_->first ? parts_->opened->read(*parts_->first) : RowBlock{};
            if (block.table.rows() == 0) return "no rows";
            make_block(*parts_, std::move(block.table), parts_->prototype, of_steps);
            Diagnostics of_plan;
            for (const Diagnostic& fault : of_steps.items())
                if (fault.severity == Severity::error && fault.where.file == file_.where.file) of_plan.add(fault);
            again = of_plan.has_errors() && learn_types();
            if (!again) faults_.append(of_plan);
        }
        finish_prototype();
        return "";
    }

    bool learn_types() {
        Diagnostics ignored;
        const ColumnTypes late = late_types(*parts_, ignored);
        for (const auto& [name, type] : late) parts_->file.csv.types[name] = type;
        return !late.empty();
    }

    // They may be derived ones.
    void check_design_columns() {
        const DesignColumns& columns = parts_->design.columns;
        std::vector<std::string> names = columns.psu;
        if (!columns.strata.empty()) names.insert(names.begin(), columns.strata);
        names.insert(names.end(), columns.fpc.begin(), columns.fpc.end());
        for (const std::string& name : names) required_column(parts_->prototype.hierarchy[0].table, name, faults_);
    }

    void finish_prototype() {
        SurveyData& data = parts_->prototype;
        if (!faults_.has_errors()) check_design_columns();
        for (const std::string& name : parts_->file.header)
            if (!data.hierarchy[0].table.has(name)) data.hierarchy.edit(0).unread.push_back(name);
        parts_->unit_columns = unit_columns(parts_->design.columns, data.hierarchy[0].table.names());
        data.design_level = 0;
        data.directory = options_.directory;
        data.out = options_.out;
        data.threads = options_.threads;
        data.seed = options_.seed;
        if (parts_->derive) data.derive = *parts_->derive;
    }

    const YamlValue& file_;
    const SurveyDataOptions& options_;
    const ColumnTypes& types_;
    Diagnostics& faults_;
    std::unique_ptr<StreamedParts> parts_;
};

}  // namespace

std::vector<KeyClaim> make_block(const StreamedParts& parts, Table rows, SurveyData& block, Diagnostics& faults) {
    Level top;
    top.name = parts.plans.front().name;
    top.table = std::move(rows);
    if (!parts.plans.front().codebook.empty())
        top.table = apply_codebook(std::move(top.table), parts.file.codebook, faults);
    block.hierarchy = Hierarchy();
    block.hierarchy.add(std::move(top));
    std::vector<KeyClaim> claims = parts.held.add_records(parts.plans, block.hierarchy);
    LevelSteps steps({parts.plans, parts.design, parts.counting, parts.derive, parts.directory}, block, faults);
    steps.finish_levels();
    if (!faults.has_errors()) steps.set_weights();
    return claims;
}

struct StreamedSurvey::Parts : StreamedParts {};

StreamedSurvey::StreamedSurvey(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
StreamedSurvey::StreamedSurvey(StreamedSurvey&&) noexcept = default;
StreamedSurvey& StreamedSurvey::operator=(StreamedSurvey&&) noexcept = default;
StreamedSurvey::~StreamedSurvey() = default;

std::optional<StreamedSurvey> StreamedSurvey::open(const YamlValue& design_file, const SurveyDataOptions& options,
                                                   const ColumnTypes& types, std::string& why, Diagnostics& faults) {
    auto parts = Opener(design_file, options, types, faults).open(why);
    if (!parts) return std::nullopt;
    auto own = std::make_unique<Parts>();
    static_cast<StreamedParts&>(*own) = std::move(*parts);
    return StreamedSurvey(std::move(own));
}

SurveyData& StreamedSurvey::prototype() { return parts_->prototype; }
const SurveyData& StreamedSurvey::prototype() const { return parts_->prototype; }

std::string StreamedSurvey::cannot_pass(const std::vector<EstimateRequest>& requests, bool keep_linearized) const {
    const bool elements = parts_->design.columns.psu.empty();
    if (elements && keep_linearized) return "rows are PSUs, and covariances are asked for";
    for (const EstimateRequest& request : requests)
        if (const std::string why = cifra::cannot_pass(request, parts_->prototype.hierarchy, elements); !why.empty())
            return "indicator '" + request.indicator->id + "': " + why;
    return requests.empty() ? "no table" : "";
}

ColumnTypes StreamedSurvey::run(const std::vector<EstimateRequest>& requests, const PassOptions& options,
                                Diagnostics& faults) {
    return run_pass(*parts_, requests, options, faults);
}

ColumnTypes StreamedSurvey::check_types() {
    Diagnostics ignored;
    return late_types(*parts_, ignored);
}

}  // namespace cifra
