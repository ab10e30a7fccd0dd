#include "estimation/pass/streamed_survey.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "engine/microdata/microdata.h"
#include "estimation/level_file.h"
#include "estimation/level_steps.h"
#include "estimation/pass/held_levels.h"
#include "estimation/pass/pass_plan.h"
#include "estimation/pass/pass_run.h"
#include "estimation/pass/streamed_parts.h"
#include "estimation/variance/design_cells.h"
#include "estimation/variance/design_key.h"

namespace cifra {

namespace {

bool any_scalar(const YamlValue& value, const std::vector<const char*>& keys) {
    for (const auto& [key, item] : value.entries) {
        if (std::find(keys.begin(), keys.end(), key) != keys.end()) return true;
        if (any_scalar(item, keys)) return true;
    }
    return std::any_of(value.items.begin(), value.items.end(),
                       [&](const YamlValue& item) { return any_scalar(item, keys); });
}

// What in the design file asks for all rows at once.
std::string asks_for_memory(const YamlValue& file) {
    for (const char* key : {"impute", "weight_sets", "calibration"})
        if (file.find(key)) return std::string("'") + key + "'";
    const YamlValue *design = file.find("design"), *counting = file.find("counting"), *derive = file.find("derive");
    if (design)
        for (const char* key : {"replicates", "phase2", "joint"})
            if (design->find(key)) return std::string("'") + key + "'";
    if (counting && any_scalar(*counting, {"percentile"})) return "a percentile of all records";
    if (derive && any_scalar(*derive, {"iccs", "key"})) return "a derived variable of several rows";
    return "";
}

std::string asks_for_memory(const DesignPlan& design) {
    if (!design.columns.psu.empty()) return "";
    const DesignColumns& columns = design.columns;
    const bool plain = columns.unequal.method == UnequalMethod::none && !columns.successive.used &&
                       columns.domain_lonely == DomainLonely::none && !columns.satterthwaite &&
                       columns.certainty.empty() && columns.fpc.size() <= 1 &&
                       (columns.lonely == LonelyPsu::fail || columns.lonely == LonelyPsu::certainty);
    return plain ? "" : "rows are PSUs";
}

std::uintmax_t bytes_of(const MicrodataFiles& files) {
    std::uintmax_t bytes = 0;
    std::error_code error;
    for (const auto& file : files) {
        const std::uintmax_t size = std::filesystem::file_size(file, error);
        if (!error) bytes += size;
    }
    return bytes;
}

// Columns of which each combination is a unit of the design, where they are columns of the file.
std::vector<std::string> unit_columns(const DesignColumns& columns, const std::vector<std::string>& known) {
    std::vector<std::string> names = columns.psu;
    const bool one_stage =
        columns.fpc.empty() && columns.unequal.method == UnequalMethod::none && columns.certainty.empty();
    if (one_stage || (columns.ultimate_cluster && columns.fpc.size() <= 1))
        names.resize(std::min<std::size_t>(1, names.size()));
    names.insert(names.end(), columns.fpc.begin(), columns.fpc.end());
    for (const std::string& name :
         {columns.strata, columns.certainty, columns.collapse.by, columns.collapse.order, columns.unequal.probability,
          columns.unequal.population_p2, columns.successive.order})
        names.push_back(name);
    std::vector<std::string> present;
    for (const std::string& name : names)
        if (std::find(known.begin(), known.end(), name) != known.end() &&
            std::find(present.begin(), present.end(), name) == present.end())
            present.push_back(name);
    return present;
}

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
        why = asks_for_memory(file_);
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
        if (const YamlValue* levels = fields.require("data"))
            for (const auto& [name, value] : levels->entries)
                parts_->plans.push_back(read_level_plan(name, value, faults));
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
        std::uintmax_t held = 0;
        for (std::size_t level = 1; level < files.size(); ++level) held += bytes_of(files[level].files);
        if (held > bytes_of(files.front().files)) return "files below larger than the topmost";
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
        Table table = read_rows(file.files, file.csv, faults_);
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
            const auto rows = open_rows(parts_->file.files, parts_->file.csv, faults_, parts_->piece_bytes);
            if (!rows) return "";
            const auto piece = rows->next(of_rows);
            RowBlock block = piece ? rows->read(*piece) : RowBlock{};
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
