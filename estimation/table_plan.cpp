#include "estimation/table_plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "engine/table.h"
#include "estimation/library.h"

namespace cifra {

namespace {

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

// Every crossing of fewer of the variables, smaller ones first, none twice.
std::vector<std::vector<std::string>> with_margins(const std::vector<std::vector<std::string>>& breakdowns) {
    std::vector<std::vector<std::string>> result;
    const auto add = [&](const std::vector<std::string>& variables) {
        if (std::find(result.begin(), result.end(), variables) == result.end()) result.push_back(variables);
    };
    for (const auto& variables : breakdowns) {
        const std::size_t subsets = std::size_t{1} << variables.size();
        for (std::size_t size = 0; size <= variables.size(); ++size)
            for (std::size_t subset = 0; subset < subsets; ++subset) {
                std::vector<std::string> picked;
                for (std::size_t v = 0; v < variables.size(); ++v)
                    if (subset >> v & 1U) picked.push_back(variables[v]);
                if (picked.size() == size) add(picked);
            }
    }
    return result;
}

constexpr std::size_t most_crossed = 8;

class PlanReader {
public:
    PlanReader(const SurveyData& data, Diagnostics& faults) : data_(data), faults_(faults) {}

    TabulationPlan read(const YamlValue& value) {
        Fields fields(value, faults_, "the table file");
        plan_.level = fields.number("level", 0.95);
        if (!(plan_.level > 0 && plan_.level < 1))
            faults_.error(fields.get("level")->where, "out-of-range", "'level' must lie between 0 and 1",
                          "for example 0.95");
        plan_.period = fields.text("period");
        plan_.deff_without_replacement = fields.choice("deff", {"with_replacement", "without_replacement"},
                                                       "with_replacement") == "without_replacement";
        read_quality(fields.get("quality"));
        fields.get("indicators");
        plan_.indicators = read_indicators(value, data_, faults_);
        if (const YamlValue* tables = fields.get("tables")) read_tables(*tables);
        plan_.comparisons = read_comparisons(fields.get("comparisons"), plan_.indicators, data_, faults_);
        plan_.changes = read_changes(fields.get("changes"), fields.get("waves"), value, plan_.period, data_, faults_);
        for (const char* text : {"title", "subtitle", "source", "note", "methods"}) fields.get(text);
        for (const TableSection& section : table_sections())
            if (const YamlValue* part = fields.get(section.key))
                plan_.jobs.emplace_back(section.file, section.read(*part, data_, {plan_.level, 0}, faults_));
        fields.finish();
        need_something(value);
        return std::move(plan_);
    }

private:
    void need_something(const YamlValue& value) {
        const bool nothing = plan_.tables.empty() && plan_.comparisons.empty() && plan_.changes.empty();
        if (nothing && plan_.jobs.empty() && !faults_.has_errors())
            faults_.error(value.where, "missing-key", "the table file asks for nothing",
                          "add 'tables:', with 'indicators:'");
        if (!value.find("indicators") && !nothing)
            faults_.error(value.where, "missing-key", "the table file needs 'indicators'", "add 'indicators: {...}'");
    }

    void read_quality(const YamlValue* value) {
        if (!value) return;
        if (auto rules = read_quality_key(*value, faults_)) plan_.quality = std::move(*rules);
    }

    void read_tables(const YamlValue& value) {
        if (!value.is_list())
            faults_.error(value.where, "wrong-type", "'tables' must be a list",
                          "write '- {id: rates, indicators: [...]}' lines under it");
        for (const YamlValue& entry : value.items) read_table(entry);
    }

    // Rows of two tables of one name could not be told apart.
    void refuse_double_id(const TablePlan& table) {
        const auto same = [&](const TablePlan& other) { return other.id == table.id; };
        if (!table.id.empty() && std::ranges::any_of(plan_.tables, same))
            faults_.error(table.where, "duplicate-table", fmt::format("the table '{}' stands twice", table.id),
                          "give each table an id of its own");
    }

    void read_table(const YamlValue& value) {
        Fields fields(value, faults_, "a table");
        TablePlan table;
        table.where = value.where;
        table.id = fields.required_text("id");
        table.total = fields.boolean("total", true);
        table.covariance = fields.boolean("covariance", false);
        table.breakdowns = read_breakdowns(fields.get("by"), table.total, faults_);
        if (fields.boolean("margins", false)) add_margins(table);
        table.numerator_by = fields.texts("numerator_by");
        table.counting_rules = fields.texts("counting_rules");
        for (const std::string& id : fields.texts("indicators")) add_indicator(table, id, value.where);
        if (const YamlValue* shares = fields.get("shares")) read_shares(*shares, table);
        if (table.indicators.empty() && !faults_.has_errors())
            faults_.error(value.where, "missing-key", "a table needs at least one indicator",
                          "add 'indicators: [...]'");
        for (const char* text : {"title", "subtitle", "population", "note", "across"}) fields.get(text);
        fields.finish();
        refuse_double_id(table);
        plan_.tables.push_back(std::move(table));
    }

    void read_shares(const YamlValue& value, TablePlan& table) {
        for (const std::string& name : texts_of(value, faults_, "'shares'")) {
            const auto known = std::find(share_names().begin(), share_names().end(), name);
            if (known == share_names().end())
                faults_.error(value.where, "unknown-choice", fmt::format("'{}' is no share", name),
                              fmt::format("one of: {}", fmt::join(share_names(), ", ")));
            else
                table.shares.push_back(static_cast<ShareOf>(known - share_names().begin()));
        }
        const auto is_total = [&](std::size_t i) { return plan_.indicators[i].kind == StatisticKind::total; };
        if (!faults_.has_errors() && std::none_of(table.indicators.begin(), table.indicators.end(), is_total))
            faults_.error(value.where, "shares-of-no-total", "shares are of totals, and the table has none",
                          "add an indicator of 'statistic: total', or leave 'shares' out");
    }

    void add_margins(TablePlan& table) {
        for (const auto& variables : table.breakdowns)
            if (variables.size() > most_crossed) {
                faults_.error(table.where, "out-of-range",
                              fmt::format("margins of {} crossed variables are too many", variables.size()),
                              fmt::format("cross at most {}", most_crossed));
                return;
            }
        table.breakdowns = with_margins(table.breakdowns);
        if (!table.total) std::erase(table.breakdowns, std::vector<std::string>{});
    }

    void add_indicator(TablePlan& table, const std::string& id, const Location& where) {
        const Indicator* found = find_indicator(plan_.indicators, id, where, faults_);
        if (!found) return;
        table.indicators.push_back(static_cast<std::size_t>(found - plan_.indicators.data()));
        if (found->of == no_level) return;
        for (const auto& variables : table.breakdowns) check_variables(data_, found->base(), variables, where, faults_);
        check_variables(data_, found->of, table.numerator_by, where, faults_);
        if (!table.numerator_by.empty() && found->per == no_level)
            faults_.error(where, "numerator-by",
                          fmt::format("indicator '{}' has no units of its own to stay whole under numerator_by", id),
                          "use 'by': numerator_by is for prevalence, incidence and concentration");
        for (const std::string& rule : table.counting_rules)
            if (!data_.hierarchy[found->of].multiplicity_by_rule.contains(rule))
                faults_.error(where, "unknown-rule",
                              fmt::format("level '{}' does not name the counting rule '{}'",
                                          data_.hierarchy[found->of].name, rule),
                              "list it under 'count:' of the level");
    }

    const SurveyData& data_;
    Diagnostics& faults_;
    TabulationPlan plan_;
};

}  // namespace

const Indicator* TabulationPlan::find(const std::string& id) const {
    const auto found =
        std::find_if(indicators.begin(), indicators.end(), [&](const Indicator& i) { return i.id == id; });
    return found == indicators.end() ? nullptr : &*found;
}

std::vector<Indicator> read_indicators(const YamlValue& table_file, const SurveyData& data, Diagnostics& faults) {
    // A definition that does not expand keeps its id, so that tables that name it are no faults of their own.
    const auto placeholder = [](const std::string& id, const YamlValue& entry) {
        Indicator indicator;
        indicator.id = id;
        indicator.where_defined = entry.where;
        return indicator;
    };
    std::vector<Indicator> indicators;
    if (const YamlValue* map = table_file.find("indicators"))
        for (const auto& [id, entry] : map->entries) {
            const YamlValue expanded = uses_library(entry) ? expand_library(entry, data.hierarchy, faults) : entry;
            if (expanded.is_null()) {
                indicators.push_back(placeholder(id, entry));
                continue;
            }
            indicators.push_back(read_indicator(id, expanded, data.hierarchy, faults));
            check_replicates(data, indicators.back().base(), entry.where, faults);
        }
    return indicators;
}

TabulationPlan read_tabulation_plan(const YamlValue& value, const SurveyData& data, Diagnostics& faults) {
    return PlanReader(data, faults).read(value);
}

}  // namespace cifra
