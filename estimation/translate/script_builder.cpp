#include "estimation/translate/script_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "estimation/translate/data_steps.h"
#include "estimation/variance/design_key.h"

namespace cifra {

namespace {

using Kind = StatisticKind;

// An estimate of the table by its indicator, over all records or those of one part.
struct Part {
    const Indicator* indicator = nullptr;
    std::string name, domain;  // of the item; of the part
    std::optional<Expr> where;
};

// Items of one data set and weight: they share a design.
struct Items {
    std::size_t level = 0;
    std::string weight;
    std::vector<EstimateStep> estimates;
};

class Builder {
public:
    Builder(const TablePlan& table, const TabulationPlan& plan, const YamlValue& design_file, const SurveyData& data,
            Diagnostics& faults)
        : table_(table), plan_(plan), data_(data), faults_(faults), variables_(design_file, data, script_.steps) {
        Diagnostics ignored;
        design_ = read_design_plan(*design_file.find("design"), data.hierarchy[0].name, ignored);
        script_.title = table.id;
        remark_on_file(design_file);
        remark_on_design();
    }

    Script build() {
        for (const std::size_t i : table_.indicators) {
            const Indicator& indicator = plan_.indicators[i];
            const auto known = variables_.known();
            const auto items = items_;
            const std::size_t steps = script_.steps.size();
            try {
                for (const Part& part : parts_of(indicator)) add(part);
            } catch (const Untranslatable& reason) {
                variables_.forget(known);
                items_ = items;
                script_.steps.resize(steps);
                remark(fmt::format("indicator '{}' is left out: {}", indicator.id, reason.what()));
            }
        }
        for (const Items& items : items_) declare(items);
        variables_.finish();
        return std::move(script_);
    }

private:
    void remark(const std::string& text) {
        script_.steps.emplace_back(RemarkStep{text});
        faults_.warning(table_.where, "no-equivalent", text, "compare these with care, or not at all");
    }

    void remark_on_file(const YamlValue& file) {
        if (design_.chain)
            remark("standard errors of cifra know the steps that made the weights ('chain'); these take them as given");
        if (file.find("calibration"))
            remark("standard errors of cifra are those of calibration residuals; these take the weights as given");
        if (file.find("weight_sets")) remark("weight sets bound to domains are not written: one weight serves all");
        if (file.find("impute")) remark("imputation is not written: imputed items count as missing here");
        if (!table_.counting_rules.empty()) remark("'counting_rules' is not written: each level's own rule is used");
    }

    void remark_on_design() {
        const DesignColumns& columns = design_.columns;
        if (columns.unequal.method != UnequalMethod::none)
            remark("unequal probabilities without replacement are not written: PSUs count as drawn with replacement");
        if (columns.successive.used) remark("successive differences are not written: PSUs count as independent");
        if (columns.phase.used()) remark("the second phase is not written");
        if (columns.lonely == LonelyPsu::collapse) remark("collapsed strata are not written");
        if (columns.domain_lonely != DomainLonely::none) remark("'domain_lonely' is not written");
        if (design_.replicates && data_.replicates.made)
            remark(
                "replicate weights are made by cifra: 'cifra weight' writes them to a file with code that declares it");
    }

    std::vector<Part> parts_of(const Indicator& indicator) {
        std::vector<Part> parts;
        if (table_.numerator_by.empty() || table_.total)
            parts.push_back({&indicator, indicator.id, "", indicator.where});
        if (table_.numerator_by.empty()) return parts;
        if (table_.numerator_by.size() > 1) throw Untranslatable("several variables under 'numerator_by'");
        const std::string& variable = table_.numerator_by.front();
        const bool number = data_.hierarchy.column(indicator.of, variable).is_number();
        for (const std::string& code : codes_of(indicator, variable)) {
            const std::string own = fmt::format("{} is {}", variable, number ? code : "\"" + code + "\"");
            const std::string text = indicator.where ? fmt::format("({}) and {}", indicator.where->source(), own) : own;
            parts.push_back({&indicator, fmt::format("{}_{}", indicator.id, parts.size()),
                             fmt::format("{}={}", variable, code), variables_.parse(indicator.of, text)});
        }
        return parts;
    }

    // Those of the records that the indicator is about.
    std::set<std::string> codes_of(const Indicator& indicator, const std::string& variable) const {
        const Column& column = data_.hierarchy.column(indicator.of, variable);
        std::vector<std::uint8_t> inside(column.size(), 1);
        if (indicator.where) inside = data_.hierarchy.filter(indicator.of, *indicator.where);
        std::set<std::string> codes;
        for (std::size_t row = 0; row < column.size(); ++row)
            if (inside[row] && column.present(row)) codes.insert(column.cell(row));
        return codes;
    }

    void add(const Part& part) {
        const Indicator& indicator = *part.indicator;
        const std::size_t level = indicator.base();
        if (indicator.bounding) throw Untranslatable("a bounding factor");
        if (!indicator.victim_key.empty()) throw Untranslatable("victims by 'victim_key'");
        for (const auto& by : table_.breakdowns)
            for (const std::string& variable : by) variables_.need(level, variable);
        ItemStep item{variables_.name(level), part.name, {}, {}, indicator.scale, {}, "", false, {}, "", 1};
        EstimateStep estimate{item.data, part.name, indicator.id, part.domain, ScriptStatistic::mean, {}, {}};
        const bool over_units = indicator.per != no_level;
        over_units ? rate(part, item, estimate) : statistic(part, item, estimate);
        const std::string weight =
            over_units ? variables_.record_weight(level) : variables_.analysis_weight(level, indicator.counting);
        script_.steps.emplace_back(std::move(item));
        if (estimate.probabilities.empty()) return ask(items_of(level, weight), estimate);
        for (const double probability : indicator.probabilities) {
            estimate.probabilities = {probability};
            if (indicator.probabilities.size() > 1) estimate.domain = "quantile=" + shortest(probability);
            ask(items_of(level, weight), estimate);
        }
    }

    void ask(Items& items, EstimateStep estimate) const {
        for (const auto& by : table_.breakdowns) {
            estimate.by = by;
            items.estimates.push_back(estimate);
        }
    }

    // Of records: total, mean, proportion, ratio, quantile.
    void statistic(const Part& part, ItemStep& item, EstimateStep& estimate) {
        const Indicator& indicator = *part.indicator;
        const std::size_t level = indicator.of;
        variables_.need(level, part.where);
        item.where = part.where;
        item.numerator = indicator.kind == Kind::proportion ? indicator.having : indicator.value;
        variables_.need(level, item.numerator);
        const MissingRule rule = missing_rule(indicator);
        if (item.numerator && rule != MissingRule::zero && rule != MissingRule::numerator)
            item.present.push_back(*item.numerator);
        item.missing_counts = rule == MissingRule::numerator;
        switch (indicator.kind) {
            case Kind::total:
                estimate.statistic = ScriptStatistic::total;
                break;
            case Kind::mean:
            case Kind::proportion:
                break;
            case Kind::ratio:
                variables_.need(level, indicator.over);
                item.denominator = indicator.over;
                if (rule != MissingRule::zero) item.present.push_back(*indicator.over);
                estimate.statistic = ScriptStatistic::ratio;
                break;
            case Kind::quantile:
                if (indicator.rule != "math" || indicator.interval_name != "mean")
                    throw Untranslatable("quantiles by another rule or interval than the default");
                estimate.statistic = ScriptStatistic::quantile;
                estimate.probabilities = indicator.probabilities;
                break;
            default:
                throw Untranslatable(fmt::format("statistic '{}' has no counterpart",
                                                 statistic_names()[static_cast<std::size_t>(indicator.kind)]));
        }
    }

    static MissingRule missing_rule(const Indicator& indicator) {
        const auto& rules = indicator.missing.of_kind;
        if (std::any_of(rules.begin() + 2, rules.end(), [&](MissingRule rule) { return rule != rules[1]; }))
            throw Untranslatable("another rule for each kind of missing");
        return rules[1];
    }

    // Of units: prevalence, incidence, concentration.
    void rate(const Part& part, ItemStep& item, EstimateStep& estimate) {
        const Indicator& indicator = *part.indicator;
        const std::size_t level = indicator.per;
        variables_.need(level, indicator.among);
        variables_.need(indicator.of, part.where);
        variables_.row_of(indicator.of, level);
        item.where = indicator.among;
        const std::string any = "any_" + part.name, records = "records_" + part.name;
        if (indicator.kind != Kind::incidence)
            script_.steps.emplace_back(
                SumStep{item.data, any, variables_.name(indicator.of), part.where, {}, "", "", true});
        if (indicator.kind != Kind::prevalence) {
            const std::string times = variables_.analysis_weight(indicator.of, indicator.counting);
            script_.steps.emplace_back(SumStep{item.data,
                                               records,
                                               variables_.name(indicator.of),
                                               part.where,
                                               {},
                                               times,
                                               variables_.record_weight(level),
                                               false});
        }
        item.numerator_variable = indicator.kind == Kind::prevalence ? any : records;
        if (indicator.kind == Kind::concentration) item.denominator_variable = any;
        if (indicator.months_at_risk) {
            variables_.need(level, *indicator.months_at_risk);
            item.denominator = indicator.months_at_risk;
            item.denominator_scale = 12;
        }
        const bool ratio = item.denominator || !item.denominator_variable.empty();
        estimate.statistic = ratio ? ScriptStatistic::ratio : ScriptStatistic::mean;
    }

    Items& items_of(std::size_t level, const std::string& weight) {
        for (Items& items : items_)
            if (items.level == level && items.weight == weight) return items;
        items_.push_back({level, weight, {}});
        return items_.back();
    }

    void declare(const Items& items) {
        DesignStep step{variables_.name(items.level), items.weight, design_.columns, published()};
        std::vector<std::string> names = step.columns.psu;
        for (const std::string& name : {step.columns.strata, step.columns.certainty})
            if (!name.empty()) names.push_back(name);
        names.insert(names.end(), step.columns.fpc.begin(), step.columns.fpc.end());
        if (step.replicates)
            names.insert(names.end(), step.replicates->columns.begin(), step.replicates->columns.end());
        for (const std::string& name : names) {
            variables_.need(data_.design_level, name);
            variables_.need(items.level, name);
        }
        if (items.level != data_.design_level)
            script_.steps.emplace_back(UnitsStep{step.data, variables_.name(data_.design_level), names});
        script_.steps.emplace_back(std::move(step));
        for (const EstimateStep& estimate : items.estimates) script_.steps.emplace_back(estimate);
    }

    std::optional<ScriptReplicates> published() {
        if (!design_.replicates || data_.replicates.made) return std::nullopt;
        Diagnostics ignored;
        ScriptReplicates replicates{
            {}, data_.replicates.method, data_.replicates.coefficients, data_.replicates.about_mean, true,
            0,  data_.replicates.df};
        const std::vector<std::string> patterns = texts_of(*design_.replicates->find("columns"), ignored, "'columns'");
        for (const std::string& name : data_.hierarchy[data_.design_level].table.names())
            if (std::ranges::any_of(patterns, [&](const auto& pattern) { return matches_pattern(name, pattern); }))
                replicates.columns.push_back(name);
        if (const YamlValue* combined = design_.replicates->find("combined"))
            replicates.combined = boolean_of(*combined, ignored, "'combined'");
        if (const YamlValue* fay = design_.replicates->find("fay")) replicates.fay = number_of(*fay, ignored, "'fay'");
        return replicates;
    }

    const TablePlan& table_;
    const TabulationPlan& plan_;
    const SurveyData& data_;
    Diagnostics& faults_;
    Script script_;
    DataSteps variables_;
    DesignPlan design_;
    std::vector<Items> items_;
};

}  // namespace

Script script_of(const TablePlan& table, const TabulationPlan& plan, const YamlValue& design_file,
                 const SurveyData& data, Diagnostics& faults) {
    return Builder(table, plan, design_file, data, faults).build();
}

}  // namespace cifra
