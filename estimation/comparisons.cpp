#include "estimation/comparisons.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "estimation/domain_text.h"
#include "estimation/statistics.h"

namespace cifra {

std::vector<std::string> CellName::variables() const {
    std::vector<std::string> variables;
    for (const auto& [variable, code] : domain_parts(domain)) variables.push_back(variable.empty() ? code : variable);
    return variables;
}

CellText find_cells(const std::string& text, const std::vector<Indicator>& indicators) {
    CellText result;
    for (std::size_t i = 0; i < text.size();) {
        std::size_t end = end_of_name(text, i);
        const std::string name = text.substr(i, end - i);
        const bool known = std::any_of(indicators.begin(), indicators.end(),
                                       [&](const Indicator& indicator) { return indicator.id == name; });
        const bool bracket = end > i && end < text.size() && text[end] == '[';
        if (!known && !bracket) {
            result.formula += end > i ? name : text.substr(i, 1);
            i = std::max(end, i + 1);
            continue;
        }
        CellName cell{name, ""};
        if (bracket) {
            const std::size_t close = std::min(text.find(']', end), text.size());
            cell.domain = text.substr(end + 1, close - end - 1);
            end = std::min(close + 1, text.size());
        }
        const auto found = std::find(result.cells.begin(), result.cells.end(), cell);
        const auto at = static_cast<std::size_t>(found - result.cells.begin());
        if (found == result.cells.end()) {
            result.cells.push_back(cell);
            result.variables.push_back(fmt::format("cell_{}", result.cells.size()));
        }
        result.formula += result.variables[at];
        i = end;
    }
    return result;
}

namespace {

class ComparisonReader {
public:
    ComparisonReader(const YamlValue& value, const std::vector<Indicator>& indicators, const SurveyData& data,
                     Diagnostics& faults)
        : fields_(value, faults, "a comparison"), indicators_(indicators), data_(data), faults_(faults) {
        plan_.where = value.where;
    }

    ComparisonPlan read() {
        plan_.id = fields_.required_text("id");
        read_cells();
        plan_.equal = fields_.choice("test", {"equal"}, "") == "equal";
        plan_.options = read_comparison_options(fields_, faults_);
        fields_.labels("label");
        fields_.finish();
        return std::move(plan_);
    }

private:
    void read_cells() {
        plan_.indicators = fields_.texts("indicators");
        plan_.by = fields_.texts("by");
        plan_.reference = fields_.text("reference");
        const YamlValue *combine = fields_.get("combine"), *formula = fields_.get("formula");
        const int ways = (plan_.indicators.empty() ? 0 : 1) + (combine ? 1 : 0) + (formula ? 1 : 0);
        if (ways != 1)
            faults_.error(plan_.where, "missing-key",
                          "a comparison is one of 'indicators' with 'by', 'combine', 'formula'",
                          "for example {id: gap, indicators: [prevalence], by: sex}");
        if (combine) read_combination(*combine);
        if (formula) read_formula(text_of(*formula, faults_, "'formula'"), formula->where);
        for (const std::string& id : plan_.indicators)
            if (const Indicator* indicator = find_indicator(indicators_, id, plan_.where, faults_))
                check_variables(data_, indicator->of == no_level ? no_level : indicator->base(), plan_.by, plan_.where,
                                faults_);
        if (!plan_.indicators.empty() && plan_.by.empty())
            faults_.error(plan_.where, "missing-key", "'indicators' are compared over the cells of 'by'",
                          "add 'by: <variable>'");
    }

    void read_combination(const YamlValue& value) {
        std::string text;
        for (const auto& [cell, coefficient] : value.entries) {
            const double number = number_of(coefficient, faults_, "a coefficient");
            text += fmt::format("{}({}) * {}", text.empty() ? "" : " + ", shortest(number), cell);
        }
        if (text.empty())
            faults_.error(value.where, "wrong-type", "'combine' is a map of cells and coefficients",
                          "for example {\"prevalence[sex=F]\": 1, \"prevalence[sex=M]\": -1}");
        else
            read_formula(text, value.where);
    }

    void read_formula(const std::string& text, const Location& where) {
        const CellText cells = find_cells(text, indicators_);
        plan_.text = text;
        plan_.cells = cells.cells;
        for (const CellName& cell : cells.cells)
            if (const Indicator* indicator = find_indicator(indicators_, cell.indicator, where, faults_))
                check_variables(data_, indicator->of == no_level ? no_level : indicator->base(), cell.variables(),
                                where, faults_);
        if (cells.cells.empty())
            faults_.error(where, "no-cells", "the comparison names no indicator", "for example prevalence[sex=F]");
        else
            plan_.formula = Formula::parse(cells.formula, where, cells.variables, faults_);
    }

    Fields fields_;
    const std::vector<Indicator>& indicators_;
    const SurveyData& data_;
    Diagnostics& faults_;
    ComparisonPlan plan_;
};

// Estimates of every (indicator, breakdown) that the comparisons name.
class EstimateStore {
public:
    explicit EstimateStore(const std::vector<Indicator>& indicators) : indicators_(indicators) {}

    void want(const std::string& id, const std::vector<std::string>& by) {
        if (places_.contains({id, by})) return;
        places_[{id, by}] = requests_.size();
        const auto found = std::find_if(indicators_.begin(), indicators_.end(),
                                        [&](const Indicator& indicator) { return indicator.id == id; });
        requests_.push_back({&*found, by, {}, true});
    }
    void compute(const SurveyData& data, int threads, Diagnostics& faults) {
        EstimateOptions options;
        options.full_covariance = false;
        options.threads = threads;
        if (!requests_.empty()) estimates_ = estimate_all(data, requests_, options, faults);
    }
    const std::vector<EstimateRequest>& requests() const { return requests_; }
    const Estimate& at(const std::string& id, const std::vector<std::string>& by) const {
        return estimates_[places_.at({id, by})];
    }
    // nullptr estimate when the cell is empty of rows.
    CellOfEstimate cell(const CellName& name) const {
        const Estimate& estimate = at(name.indicator, name.variables());
        const auto found = std::find(estimate.names.begin(), estimate.names.end(), name.domain);
        if (found == estimate.names.end()) return {};
        return {&estimate, static_cast<std::size_t>(found - estimate.names.begin())};
    }

private:
    const std::vector<Indicator>& indicators_;
    std::vector<EstimateRequest> requests_;
    std::map<std::pair<std::string, std::vector<std::string>>, std::size_t> places_;
    std::vector<Estimate> estimates_;
};

EstimateStore store_of(const std::vector<ComparisonPlan>& plans, const std::vector<Indicator>& indicators) {
    EstimateStore store(indicators);
    for (const ComparisonPlan& plan : plans) {
        for (const std::string& id : plan.indicators) store.want(id, plan.by);
        for (const CellName& cell : plan.cells) store.want(cell.indicator, cell.variables());
    }
    return store;
}

class Comparer {
public:
    Comparer(const SurveyData& data, const EstimateStore& store, double level, Diagnostics& faults)
        : source_(variance_source(data)), df_(data.replicates.df), store_(store), level_(level), faults_(faults) {}

    std::vector<ComparisonRow> rows_of(const ComparisonPlan& plan) {
        if (plan.formula) return {formula_row(plan)};
        std::vector<ComparisonRow> rows;
        for (const std::string& id : plan.indicators) {
            if (plan.equal)
                rows.push_back(equality_row(plan, id));
            else
                add_pairs(plan, id, rows);
        }
        return rows;
    }

private:
    ComparisonRow start(const ComparisonPlan& plan) const {
        ComparisonRow row;
        row.id = plan.id;
        row.measure = measure_names()[static_cast<std::size_t>(plan.options.measure)];
        return row;
    }

    ComparisonRow formula_row(const ComparisonPlan& plan) {
        ComparisonRow row = start(plan);
        row.measure = "formula";
        row.indicator = plan.text;
        std::vector<CellOfEstimate> cells;
        for (const CellName& name : plan.cells) {
            cells.push_back(store_.cell(name));
            if (!cells.back().estimate) no_such_cell(plan, name);
        }
        if (!faults_.has_errors())
            fill_row(row, Measure::difference, derive_estimate(*plan.formula, cells, source_, df_), missing_number,
                     level_, plan.options.power);
        row.n = missing_number;  // its cells may share records
        return row;
    }

    void no_such_cell(const ComparisonPlan& plan, const CellName& name) {
        faults_.error(plan.where, "unknown-cell", fmt::format("no record lies in the cell '{}'", name.text()),
                      suggestion(name.domain, store_.at(name.indicator, name.variables()).names));
    }

    ComparisonRow equality_row(const ComparisonPlan& plan, const std::string& id) {
        ComparisonRow row = start(plan);
        row.measure = "equal";
        row.indicator = id;
        row.domain = fmt::format("{}", fmt::join(plan.by, ";"));
        std::vector<CellOfEstimate> cells;
        const Estimate& estimate = store_.at(id, plan.by);
        row.n = 0;
        for (std::size_t cell = 0; cell < estimate.size(); ++cell) {
            cells.push_back({&estimate, cell});
            row.n += estimate.n[cell];
        }
        const WaldTest test = test_equal(cells, source_, df_);
        row.statistic = test.f;
        row.df = test.df1;
        row.df2 = test.df2;
        row.p = test.p;
        if (std::isnan(test.p)) row.notices = "the variance of a part is not known";
        return row;
    }

    void add_pairs(const ComparisonPlan& plan, const std::string& id, std::vector<ComparisonRow>& rows) {
        const Estimate& estimate = store_.at(id, plan.by);
        const auto found = std::find(estimate.names.begin(), estimate.names.end(), plan.reference);
        if (!plan.reference.empty() && found == estimate.names.end()) {
            no_such_cell(plan, {id, plan.reference});
            return;
        }
        for (std::size_t b = 0; b < estimate.size(); ++b) {
            if (!plan.reference.empty() && estimate.names[b] != plan.reference) continue;
            for (std::size_t a = plan.reference.empty() ? b + 1 : 0; a < estimate.size(); ++a)
                if (a != b) rows.push_back(pair_row(plan, id, estimate, a, b));
        }
    }

    ComparisonRow pair_row(const ComparisonPlan& plan, const std::string& id, const Estimate& estimate, std::size_t a,
                           std::size_t b) {
        ComparisonRow row = start(plan);
        row.indicator = id;
        row.domain = estimate.names[a];
        row.reference = estimate.names[b];
        const std::vector<CellOfEstimate> cells = {{&estimate, a}, {&estimate, b}};
        const DerivedEstimate derived = derive_estimate(formula_of(plan.options.measure), cells, source_, df_);
        double log_variance = missing_number;
        if (plan.options.measure != Measure::difference && cells[0].value() > 0 && cells[1].value() > 0) {
            Diagnostics none;
            log_variance =
                derive_estimate(*Formula::parse("log(a / b)", {}, {"a", "b"}, none), cells, source_, df_).variance;
        }
        fill_row(row, plan.options.measure, derived, log_variance, level_, plan.options.power);
        return row;
    }

    VarianceSource source_;
    double df_;
    const EstimateStore& store_;
    double level_;
    Diagnostics& faults_;
};

}  // namespace

std::vector<ComparisonPlan> read_comparisons(const YamlValue* list, const std::vector<Indicator>& indicators,
                                             const SurveyData& data, Diagnostics& faults) {
    std::vector<ComparisonPlan> plans;
    if (!list) return plans;
    for (const YamlValue& entry : list->items)
        plans.push_back(ComparisonReader(entry, indicators, data, faults).read());
    if (!list->is_list())
        faults.error(list->where, "wrong-type", "'comparisons' is a list", "begin each entry with '- id: ...'");
    return plans;
}

std::vector<EstimateRequest> comparison_requests(const std::vector<ComparisonPlan>& plans,
                                                 const std::vector<Indicator>& indicators) {
    return store_of(plans, indicators).requests();
}

Table compare(const SurveyData& data, const std::vector<ComparisonPlan>& plans,
              const std::vector<Indicator>& indicators, double level, int threads, Diagnostics& faults) {
    EstimateStore store = store_of(plans, indicators);
    store.compute(data, threads, faults);
    ComparisonTable table;
    if (!faults.has_errors())
        for (const ComparisonPlan& plan : plans)
            table.add(Comparer(data, store, level, faults).rows_of(plan), plan.options.adjust);
    return table.to_table(level);
}

}  // namespace cifra
