#include "estimation/pass/pass_run.h"

#include <fmt/format.h>

#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <set>
#include <thread>

#include "engine/microdata/microdata.h"
#include "engine/microdata/row_lines.h"
#include "estimation/level_steps.h"
#include "estimation/pass/element_estimates.h"
#include "estimation/pass/pass_estimates.h"
#include "estimation/pass/pass_sums.h"
#include "estimation/pass/passed_estimates.h"

namespace cifra {

namespace {

constexpr std::size_t most_faults = 100;

// One block, read and summed.
struct BlockOutcome {
    std::unique_ptr<RowPiece> piece;
    double share = 0;  // of the source, read with this piece
    RowBlock rows;     // without its table
    std::string file;
    Diagnostics faults;            // of the steps after reading
    std::vector<KeyClaim> claims;  // of records held in memory
    BlockResult sums;
    std::vector<std::uint32_t> line_of_unit;  // in the piece
    bool summed = false;
};

// Reads a source on several threads, works on each block, and hands the outcomes over in the order of the file.
class OrderedBlocks {
public:
    using Work = std::function<BlockOutcome(std::unique_ptr<RowPiece>)>;
    using Take = std::function<void(BlockOutcome)>;

    // `first`: a piece that was taken already, or nullptr.
    OrderedBlocks(RowSource& source, std::unique_ptr<RowPiece> first, Work work, Take take)
        : source_(source), first_(std::move(first)), work_(std::move(work)), take_(std::move(take)) {}

    void run(int threads, Diagnostics& faults) {
        const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
        workers_ = threads > 0 ? static_cast<std::size_t>(threads) : cores;
        {
            std::vector<std::jthread> pool;
            for (std::size_t i = 1; i < workers_; ++i) pool.emplace_back([&] { loop(faults); });
            loop(faults);
        }
        if (failure_) std::rethrow_exception(failure_);
    }

private:
    std::unique_ptr<RowPiece> next(double& share, Diagnostics& faults) {
        const std::lock_guard lock(reading_);
        if (failed_) return nullptr;
        auto piece = first_ ? std::move(first_) : source_.next(faults);
        share = source_.share();
        return piece;
    }

    void loop(Diagnostics& faults) {
        try {
            double share = 0;
            while (auto piece = next(share, faults)) {
                const std::size_t index = piece->index;
                BlockOutcome outcome = work_(std::move(piece));
                outcome.share = share;
                hand_over(index, std::move(outcome));
            }
        } catch (...) {
            const std::lock_guard lock(taking_);
            if (!failure_) failure_ = std::current_exception();
            failed_ = true;
            turn_.notify_all();
        }
    }

    // A block that is far ahead of the one whose turn it is waits, so that few are kept.
    void hand_over(std::size_t index, BlockOutcome outcome) {
        std::unique_lock lock(taking_);
        turn_.wait(lock, [&] { return failed_ || index < taken_ + 2 * workers_; });
        if (failed_) return;
        waiting_.emplace(index, std::move(outcome));
        for (auto first = waiting_.find(taken_); first != waiting_.end(); first = waiting_.find(taken_)) {
            take_(std::move(first->second));
            waiting_.erase(first);
            ++taken_;
        }
        turn_.notify_all();
    }

    RowSource& source_;
    std::unique_ptr<RowPiece> first_;
    Work work_;
    Take take_;
    std::size_t workers_ = 1, taken_ = 0;
    std::mutex reading_, taking_;
    std::condition_variable turn_;
    std::map<std::size_t, BlockOutcome> waiting_;
    std::atomic<bool> failed_{false};
    std::exception_ptr failure_;
};

class Run {
public:
    Run(StreamedParts& parts, const PassPlan& plan, const PassOptions& options, Diagnostics& faults)
        : parts_(parts), plan_(plan), options_(options), faults_(faults), sums_(plan) {}

    // Columns of another type than they seemed; else the sums are whole unless there are faults.
    ColumnTypes read() {
        const auto source =
            parts_.first ? std::move(parts_.opened) : open_level(parts_.file, parts_.piece_bytes, faults_);
        if (!source) return {};
        parts_.held.release();
        Diagnostics of_source;
        OrderedBlocks blocks(
            *source, std::move(parts_.first),
            [&](std::unique_ptr<RowPiece> piece) { return work(*source, std::move(piece)); },
            [&](BlockOutcome outcome) {
                const double share = outcome.share;
                take(std::move(outcome));
                options_.progress(share);
            });
        blocks.run(options_.threads, of_source);
        note_digests(*source);
        of_reading_.append(of_source);
        report();
        return late_;
    }

    PassSums& sums() { return sums_; }

private:
    void note_digests(const RowSource& source) {
        const std::vector<std::string> digests = source.digests();
        const MicrodataFiles& files = parts_.file.files;
        for (std::size_t f = 0; f < files.size() && digests.size() == files.size(); ++f)
            if (!digests[f].empty()) parts_.prototype.digests[files[f]] = digests[f];
    }

    BlockOutcome work(const RowSource& source, std::unique_ptr<RowPiece> piece) {
        BlockOutcome outcome;
        outcome.rows = source.read(*piece);
        outcome.piece = std::move(piece);
        outcome.file = outcome.rows.table.source;
        if (!outcome.rows.not_numbers.empty() || outcome.rows.faults.has_errors()) stopped_ = true;
        if (!stopped_ && outcome.rows.table.rows() > 0) {
            SurveyData block;
            outcome.claims = make_block(parts_, std::move(outcome.rows.table), block, outcome.faults);
            if (!outcome.faults.has_errors()) sum(block, outcome);
        }
        outcome.rows.table = Table();
        return outcome;
    }

    void sum(const SurveyData& block, BlockOutcome& outcome) const {
        outcome.sums = pass_block(plan_, block.hierarchy, parts_.unit_columns, outcome.faults);
        const std::vector<std::uint32_t>& lines = block.hierarchy[0].table.lines;
        for (const std::uint32_t row : outcome.sums.unit_rows)
            outcome.line_of_unit.push_back(lines.empty() ? 0 : lines[row]);
        outcome.summed = !outcome.faults.has_errors();
    }

    void take(BlockOutcome outcome) {
        const std::uint32_t first_line = lines_.first_line(*outcome.piece, outcome.rows);
        for (const std::string& name : outcome.rows.not_numbers) late_[name] = ColumnType::text;
        gather(outcome.rows.faults, outcome.file, first_line, of_reading_);
        gather(outcome.faults, outcome.file, first_line, of_steps_);
        parts_.held.take(outcome.claims, {outcome.file, first_line, 0});
        if (!outcome.summed) return;
        for (std::uint32_t& line : outcome.line_of_unit) line += first_line;
        merge(sums_, plan_, outcome.sums, outcome.line_of_unit);
    }

    // Warnings of the design file are the same in every block.
    static void gather(Diagnostics& faults, const std::string& file, std::uint32_t first_line, Diagnostics& all) {
        move_lines(faults, file, first_line);
        const auto told = [&](const Diagnostic& fault) {
            return std::any_of(all.items().begin(), all.items().end(), [&](const Diagnostic& other) {
                return other.where == fault.where && other.message == fault.message;
            });
        };
        for (const Diagnostic& fault : faults.items())
            if (all.items().size() < most_faults && !told(fault)) all.add(fault);
    }

    // What memory would tell: faults of reading before those of keys, and these before what is made of the rows. How
    // many blocks went on after a fault of reading is chance, and so are types that are not known yet.
    void report() {
        faults_.append(of_reading_);
        if (!late_.empty() || of_reading_.has_errors()) return;
        parts_.held.refuse_repeated(parts_.plans, faults_);
        if (faults_.has_errors()) return;
        faults_.append(of_steps_);
        refuse_orphans();
    }

    void refuse_orphans() {
        if (faults_.has_errors()) return;
        SurveyData orphans;
        orphans.hierarchy = parts_.held.orphans(parts_.plans, parts_.prototype.hierarchy);
        bool any = false;
        for (std::size_t level = 1; level < orphans.hierarchy.size(); ++level)
            any = any || orphans.hierarchy[level].rows() > 0;
        if (!any) return;
        LevelParts steps{parts_.plans, parts_.design, parts_.counting, nullptr, parts_.directory};
        LevelSteps(steps, orphans, faults_).finish_levels();
    }

    StreamedParts& parts_;
    const PassPlan& plan_;
    const PassOptions& options_;
    Diagnostics& faults_;
    PassSums sums_;
    LineCounter lines_;
    ColumnTypes late_;
    Diagnostics of_reading_, of_steps_;
    std::atomic<bool> stopped_{false};
};

void set_replicates(const YamlValue& value, SurveyData& data, Diagnostics& faults) {
    if (!data.residuals.empty())
        faults.error(value.where, "calibration-conflict", "'replicates' cannot go with 'calibration'",
                     "weights that were calibrated once vary too little in replicates of the design: leave one out");
    else
        data.replicates = make_replicates(value, data.design, data.seed, data.design.notices, faults);
}

// The design of all units that were met, and the estimates under it.
std::vector<Estimate> estimates_of(StreamedParts& parts, const PassPlan& plan, const PassSums& sums,
                                   const PassOptions& options, Diagnostics& faults) {
    SurveyData& data = parts.prototype;
    const Table drawn = drawn_table(sums, parts.unit_columns, data.hierarchy[0].table.source);
    std::vector<std::string> weight_names;
    for (std::size_t level = 0; level < data.hierarchy.size(); ++level)
        weight_names.push_back(data.hierarchy[level].weight_name);
    if (plan.elements) {
        const ElementDesign declared = declare_elements(plan, sums, drawn, parts.design.columns, faults);
        data.design = declared.design;
        return faults.has_errors() ? std::vector<Estimate>{}
                                   : estimates_of_elements(plan, sums, declared, weight_names);
    }
    DesignColumns columns = parts.design.columns;
    // Stages whose units make no difference were not told apart.
    while (columns.psu.size() > 1 && !drawn.has(columns.psu.back())) columns.psu.pop_back();
    DeclaredDesign declared = declare_design(drawn, columns, faults);
    if (faults.has_errors()) return {};
    const std::vector<std::string> notices = std::move(data.design.notices);
    data.design = std::move(declared.design);
    data.design.notices.insert(data.design.notices.end(), notices.begin(), notices.end());
    if (parts.design.replicates) set_replicates(*parts.design.replicates, data, faults);
    if (faults.has_errors()) return {};
    return estimates_of_pass(plan, sums, data.design, data.replicates.made ? &data.replicates : nullptr,
                             declared.unit_of_row, weight_names,
                             data.residuals.empty() ? nullptr : &data.residuals.front(),
                             options.keep_linearized ? KeepLinearized::yes : KeepLinearized::no, options.threads);
}

// Each indicator once, in whatever breakdowns it is asked for.
void refuse_undeclared(const PassPlan& plan, const PassSums& sums, Diagnostics& faults) {
    std::set<const Indicator*> told;
    for (std::size_t t = 0; t < plan.tasks.size(); ++t)
        if (told.insert(plan.tasks[t].indicator).second)
            refuse_undeclared(*plan.tasks[t].indicator, sums.undeclared[t].count, sums.undeclared[t].kind, faults);
}

}  // namespace

ColumnTypes run_pass(StreamedParts& parts, const std::vector<EstimateRequest>& requests, const PassOptions& options,
                     Diagnostics& faults) {
    const bool elements = parts.design.columns.psu.empty();
    const PassPlan plan = plan_pass(parts.prototype.hierarchy, 0, requests, elements, faults);
    if (faults.has_errors()) return {};
    Run run(parts, plan, options, faults);
    const ColumnTypes late = run.read();
    if (!late.empty()) return late;
    if (!faults.has_errors()) finish_pass(parts, requests, plan, run.sums(), options, faults);
    return {};
}

void finish_pass(StreamedParts& parts, const std::vector<EstimateRequest>& requests, const PassPlan& plan,
                 PassSums& sums, const PassOptions& options, Diagnostics& faults) {
    refuse_undeclared(plan, sums, faults);
    if (faults.has_errors()) return;
    // Where rows are PSUs, squares of sums are still to be subtracted from sums of squares.
    if (!plan.elements) round_sums(sums);
    std::vector<Estimate> estimates = estimates_of(parts, plan, sums, options, faults);
    if (faults.has_errors()) return;
    auto passed = std::make_shared<PassedEstimates>();
    for (std::size_t i = 0; i < requests.size(); ++i)
        passed->by_key.emplace(request_key(requests[i]), std::move(estimates[plan.task_of_request[i]]));
    parts.prototype.passed = std::move(passed);
}

ColumnTypes late_types(const StreamedParts& parts, Diagnostics& faults) {
    ColumnTypes late;
    const auto source = open_level(parts.file, parts.piece_bytes, faults);
    while (const auto piece = source ? source->next(faults) : nullptr)
        for (const std::string& name : source->read(*piece).not_numbers) late[name] = ColumnType::text;
    return late;
}

}  // namespace cifra
