#include "estimation/tabulate.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>
#include <set>

#include "engine/parallel.h"
#include "estimation/statistics.h"
#include "estimation/table_sections.h"

namespace cifra {

namespace {

// ---- reading the plan

std::vector<std::vector<std::string>> read_breakdowns(const YamlValue* by, bool total, Diagnostics& faults) {
    std::vector<std::vector<std::string>> breakdowns;
    if (total) breakdowns.emplace_back();
    if (!by) return breakdowns;
    if (by->is_scalar())
        breakdowns.push_back({by->scalar});
    else if (!by->is_list())
        faults.error(by->where, "wrong-type", "'by' must be a list of breakdowns",
                     "for example [region, [region, sex]]");
    for (const YamlValue& entry : by->items) breakdowns.push_back(texts_of(entry, faults, "a breakdown"));
    return breakdowns;
}

void check_variables(const SurveyData& data, std::size_t level, const std::vector<std::string>& names,
                     const Location& where, Diagnostics& faults) {
    for (const std::string& name : names)
        if (level != no_level && !data.hierarchy.knows(level, name))
            faults.error(where, "unknown-name",
                         fmt::format("'{}' is not a variable of level '{}' or above", name, data.hierarchy[level].name),
                         suggestion(name, data.hierarchy.schema(level).names()));
}

class PlanReader {
public:
    PlanReader(const SurveyData& data, Diagnostics& faults) : data_(data), faults_(faults) {}

    TabulationPlan read(const YamlValue& value) {
        Fields fields(value, faults_, "the table file");
        plan_.level = fields.number("level", 0.95);
        if (!(plan_.level > 0 && plan_.level < 1))
            faults_.error(value.where, "out-of-range", "'level' must lie between 0 and 1", "for example 0.95");
        plan_.period = fields.text("period");
        read_quality(fields.get("quality"));
        if (const YamlValue* indicators = fields.require("indicators"))
            for (const auto& [id, entry] : indicators->entries)
                plan_.indicators.push_back(read_indicator(id, entry, data_.hierarchy, faults_));
        if (const YamlValue* tables = fields.require("tables"))
            for (const YamlValue& entry : tables->items) read_table(entry);
        for (const char* text : {"title", "subtitle", "source", "note"}) fields.get(text);
        for (const TableSection& section : table_sections())
            if (const YamlValue* part = fields.get(section.key))
                plan_.jobs.emplace_back(section.file, section.read(*part, data_, {plan_.level, 0}, faults_));
        fields.finish();
        return std::move(plan_);
    }

private:
    void read_quality(const YamlValue* value) {
        if (!value) return;
        if (value->is_map()) {
            plan_.quality = read_quality_rules(*value, faults_);
            return;
        }
        const std::string name = text_of(*value, faults_, "'quality'");
        if (auto rules = shipped_quality_rules(name))
            plan_.quality = std::move(*rules);
        else
            faults_.error(value->where, "unknown-choice", fmt::format("there is no quality rule set '{}'", name),
                          fmt::format("one of: {}", fmt::join(shipped_quality_rules(), ", ")));
    }

    void read_table(const YamlValue& value) {
        Fields fields(value, faults_, "a table");
        TablePlan table;
        table.where = value.where;
        table.id = fields.required_text("id");
        table.total = fields.boolean("total", true);
        table.breakdowns = read_breakdowns(fields.get("by"), table.total, faults_);
        table.numerator_by = fields.texts("numerator_by");
        for (const std::string& id : fields.texts("indicators")) add_indicator(table, id, value.where);
        if (table.indicators.empty() && !faults_.has_errors())
            faults_.error(value.where, "missing-key", "a table needs at least one indicator",
                          "add 'indicators: [...]'");
        for (const char* text : {"title", "subtitle", "population", "note"}) fields.get(text);
        fields.finish();
        plan_.tables.push_back(std::move(table));
    }

    void add_indicator(TablePlan& table, const std::string& id, const Location& where) {
        const auto found = std::find_if(plan_.indicators.begin(), plan_.indicators.end(),
                                        [&](const Indicator& i) { return i.id == id; });
        if (found == plan_.indicators.end()) {
            std::vector<std::string> known;
            for (const Indicator& indicator : plan_.indicators) known.push_back(indicator.id);
            faults_.error(where, "unknown-indicator", fmt::format("there is no indicator '{}'", id),
                          suggestion(id, known));
            return;
        }
        table.indicators.push_back(static_cast<std::size_t>(found - plan_.indicators.begin()));
        if (found->of == no_level) return;
        for (const auto& variables : table.breakdowns) check_variables(data_, found->base(), variables, where, faults_);
        check_variables(data_, found->of, table.numerator_by, where, faults_);
        if (!table.numerator_by.empty() && found->per == no_level)
            faults_.error(where, "numerator-by",
                          fmt::format("indicator '{}' has no units of its own to stay whole under numerator_by", id),
                          "use 'by': numerator_by is for prevalence, incidence and concentration");
    }

    const SurveyData& data_;
    Diagnostics& faults_;
    TabulationPlan plan_;
};

// ---- estimating

// One call of estimate(): an indicator in one breakdown, for one cell of its records at most.
struct Task {
    const TablePlan* table = nullptr;
    const Indicator* indicator = nullptr;
    const std::vector<std::string>* by = nullptr;
    const Cells* record_cells = nullptr;
    std::uint32_t record_cell = 0;
};

std::vector<Task> tasks_of(const SurveyData& data, const TabulationPlan& plan,
                           std::map<std::pair<std::size_t, std::string>, Cells>& record_cells) {
    std::vector<Task> tasks;
    for (const TablePlan& table : plan.tables)
        for (const std::size_t at : table.indicators) {
            const Indicator& indicator = plan.indicators[at];
            const Cells* cells = nullptr;
            if (!table.numerator_by.empty()) {
                const auto key = std::make_pair(indicator.of, fmt::format("{}", fmt::join(table.numerator_by, ";")));
                if (!record_cells.contains(key))
                    record_cells[key] = cells_of(data.hierarchy, indicator.of, table.numerator_by);
                cells = &record_cells[key];
            }
            for (const auto& by : table.breakdowns) {
                if (!cells || table.total) tasks.push_back({&table, &indicator, &by, nullptr, 0});
                for (std::uint32_t cell = 0; cells && cell < cells->names.size(); ++cell)
                    tasks.push_back({&table, &indicator, &by, cells, cell});
            }
        }
    return tasks;
}

// Inherited columns are made before the threads start: afterwards the hierarchy is only read.
void warm_up(const SurveyData& data, const std::vector<Task>& tasks) {
    const auto touch = [&](std::size_t level, const std::optional<Expr>& expression) {
        if (!expression || level == no_level) return;
        for (const std::string& name : expression->names()) data.hierarchy.column(level, name);
    };
    for (const Task& task : tasks) {
        const Indicator& indicator = *task.indicator;
        for (const auto* expression : {&indicator.where, &indicator.having, &indicator.value, &indicator.over})
            touch(indicator.of, *expression);
        touch(indicator.per, indicator.among);
        for (const std::string& name : *task.by) {
            data.hierarchy.column(indicator.base(), name);
            if (data.hierarchy.knows(data.design_level, name)) data.hierarchy.column(data.design_level, name);
        }
        for (const std::string& name : indicator.victim_key) data.hierarchy.column(indicator.per, name);
    }
}

// ---- writing rows

std::string variance_method(const SurveyDesign& design) {
    std::string method = design.without_replacement
                             ? fmt::format("linearized, without replacement, {} stage{}", design.stages.size(),
                                           design.stages.size() == 1 ? "" : "s")
                             : "linearized, ultimate clusters with replacement";
    if (design.lonely != LonelyPsu::fail)
        method += ", lonely_psu=" + lonely_psu_names()[static_cast<std::size_t>(design.lonely)];
    return method;
}

std::string quality_kind(const Indicator& indicator) {
    switch (indicator.kind) {
        case StatisticKind::total:
            return "total";
        case StatisticKind::mean:
        case StatisticKind::ratio:
            return "mean";
        case StatisticKind::proportion:
        case StatisticKind::prevalence:
            return "proportion";
        default:
            return "rate";
    }
}

class Rows {
public:
    Rows(const SurveyData& data, const TabulationPlan& plan)
        : data_(data), plan_(plan), method_(variance_method(data.design)) {}

    void add(const Task& task, const Estimate& estimate) {
        const std::vector<Interval> intervals = confint(estimate, plan_.level, task.indicator->interval);
        const Eigen::VectorXd errors = se(estimate), cvs = cv(estimate);
        for (std::size_t i = 0; i < estimate.size(); ++i) {
            const auto at = static_cast<Eigen::Index>(i);
            text("table", task.table->id);
            text("indicator", task.indicator->id);
            text("domain", domain_of(task, estimate.names[i]));
            text("period", plan_.period);
            number("estimate", estimate.values(at));
            number("se", errors(at));
            number("cv", cvs(at));
            number("lower", intervals[i].lower);
            number("upper", intervals[i].upper);
            number("level", plan_.level);
            text("interval", std::string(to_text(intervals[i].kind)));
            number("df", estimate.df[i]);
            number("deff", estimate.deff[i]);
            number("n", estimate.n[i]);
            number("n_cases", estimate.cases[i]);
            number("n_eff", estimate.n[i] / estimate.deff[i]);
            text("weight_set", data_.hierarchy[task.indicator->base()].weight_name);
            text("variance_method", method_);
            text("quality", quality_of(task, estimate, i, errors(at), cvs(at), intervals[i]));
            text("notices", notices_of(estimate, i));
        }
    }

    Table finish() {
        static const std::vector<std::string> order = {
            "table",   "indicator", "domain",     "period",          "estimate", "se",     "cv",
            "lower",   "upper",     "level",      "interval",        "df",       "deff",   "n",
            "n_cases", "n_eff",     "weight_set", "variance_method", "quality",  "notices"};
        Table table;
        for (const std::string& name : order) {
            if (numbers_.contains(name))
                table.set(name, Column::of_numbers(std::move(numbers_[name])));
            else
                table.set(name, Column::of_texts(texts_[name]));
        }
        return table;
    }

private:
    static std::string domain_of(const Task& task, const std::string& cell) {
        if (!task.record_cells) return cell;
        const std::string& own = task.record_cells->names[task.record_cell];
        return cell.empty() ? own : cell + ";" + own;
    }

    std::string quality_of(const Task& task, const Estimate& estimate, std::size_t i, double error, double variation,
                           const Interval& limits) const {
        if (plan_.quality.id.empty()) return "";
        const double unit = estimate.range == ParameterRange::proportion ? estimate.scale : 1;
        QualityMeasures measures;
        measures.estimate = estimate.values(static_cast<Eigen::Index>(i)) / unit;
        measures.se = error / unit;
        measures.cv = variation;
        measures.lower = limits.lower / unit;
        measures.upper = limits.upper / unit;
        measures.df = estimate.df[i];
        measures.deff = estimate.deff[i];
        measures.n = estimate.n[i];
        measures.n_cases = estimate.cases[i];
        measures.n_eff = estimate.n[i] / estimate.deff[i];
        measures.kind = quality_kind(*task.indicator);
        return quality_cell(plan_.quality, assess(plan_.quality, measures));
    }

    static std::string notices_of(const Estimate& estimate, std::size_t i) {
        std::vector<std::string> notices;
        if (!std::isfinite(estimate.values(static_cast<Eigen::Index>(i))))
            notices.push_back("empty domain");
        else if (estimate.df[i] <= 0)
            notices.push_back("no degrees of freedom: the standard error cannot be estimated");
        if (estimate.missing_share[i] > 0)
            notices.push_back(fmt::format("item missing for {:.2f} % of the weight", 100 * estimate.missing_share[i]));
        if (!estimate.notices.empty()) notices.push_back(fmt::format("{} strata collapsed", estimate.notices.size()));
        return fmt::format("{}", fmt::join(notices, "; "));
    }

    void text(const char* name, std::string value) { texts_[name].push_back(std::move(value)); }
    void number(const char* name, double value) {
        numbers_[name].push_back(std::isfinite(value) ? value : missing_number);
    }

    const SurveyData& data_;
    const TabulationPlan& plan_;
    std::string method_;
    std::map<std::string, std::vector<std::string>> texts_;
    std::map<std::string, std::vector<double>> numbers_;
};

}  // namespace

TabulationPlan read_tabulation_plan(const YamlValue& value, const SurveyData& data, Diagnostics& faults) {
    return PlanReader(data, faults).read(value);
}

Table tabulate(const SurveyData& data, const TabulationPlan& plan, const TabulationOptions& options,
               Diagnostics& faults) {
    std::map<std::pair<std::size_t, std::string>, Cells> record_cells;
    const std::vector<Task> tasks = tasks_of(data, plan, record_cells);
    warm_up(data, tasks);
    std::mutex guard;
    std::size_t done = 0;
    struct Result {
        Estimate estimate;
        Diagnostics faults;
    };
    const auto results = map_shards<Result>(tasks.size(), options.threads, [&](std::size_t i) {
        Result result;
        EstimateOptions how{.full_covariance = false, .only = {}};
        if (tasks[i].record_cells) how.only = {&tasks[i].record_cells->of_row, tasks[i].record_cell};
        result.estimate = estimate(data, *tasks[i].indicator, *tasks[i].by, how, result.faults);
        const std::lock_guard lock(guard);
        options.progress(static_cast<double>(++done) / static_cast<double>(tasks.size()));
        return result;
    });
    Rows rows(data, plan);
    std::set<std::string> said;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        for (const Diagnostic& fault : results[i].faults.items())
            if (said.insert(fault.message).second) faults.add(fault);
        if (!results[i].faults.has_errors()) rows.add(tasks[i], results[i].estimate);
    }
    return rows.finish();
}

}  // namespace cifra
