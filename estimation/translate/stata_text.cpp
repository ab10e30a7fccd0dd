#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "estimation/translate/expression_text.h"
#include "estimation/translate/texts.h"

namespace cifra {

namespace {

std::string word(const std::string& name) { return name_text(name, Dialect::stata); }

std::string words(const std::vector<std::string>& names) {
    std::vector<std::string> all;
    for (const std::string& name : names) all.push_back(word(name));
    return fmt::format("{}", fmt::join(all, " "));
}

class StataWriter {
public:
    explicit StataWriter(std::set<std::string>& remarks) : remarks_(remarks) {}

    std::string operator()(const ReadStep& step) {
        std::vector<std::string> used, numbers;
        std::string missing;
        for (const ScriptColumn& column : step.columns) {
            if (!column.used) continue;
            used.push_back(column.name);
            if (column.type == ColumnType::number) numbers.push_back(column.name);
            for (const std::string& code : column.missing)
                missing += fmt::format("replace {0} = \"\" if {0} == {1}\n", word(column.name),
                                       quoted_text(code, Dialect::stata));
        }
        std::string text = fmt::format("\nframe create {0}\nframe change {0}\n", word(step.data));
        current_ = step.data;
        text += import(step.files.front());
        for (std::size_t f = 1; f < step.files.size(); ++f)
            text += fmt::format("tempfile before\nsave `before'\n{}append using `before'\n", import(step.files[f]));
        text += fmt::format("keep {}\n{}", words(used), missing);
        return numbers.empty() ? text : text + fmt::format("destring {}, replace\n", words(numbers));
    }
    std::string operator()(const KeepStep& step) {
        return go(step.data) + fmt::format("keep if {}\n", truth(step.condition));
    }
    // Rows above have a number of their own, by which records below find them.
    std::string operator()(const LinkStep& step) {
        std::string text;
        if (numbered_.insert(step.above).second) text = go(step.above) + fmt::format("generate double own_row = _n\n");
        text += go(step.data) + fmt::format("frlink m:1 {}, frame({} {}) generate(to_{})\n", words(step.by),
                                            word(step.above), words(step.above_by), word(step.above));
        return text + fmt::format("frget row_{0} = own_row, from(to_{0})\n", word(step.above));
    }
    std::string operator()(const CarryStep& step) {
        return go(step.data) +
               fmt::format("frget {} = {}, from(to_{})\n", word(step.name), word(step.variable), word(step.above));
    }
    std::string operator()(const DeriveStep& step) {
        const char* type = step.value.type() == Type::text ? "strL" : "double";
        return go(step.data) + fmt::format("generate {} {} = {}\n", type, word(step.name), value(step.value));
    }
    std::string operator()(const GroupStep& step) {
        std::string text = go(step.data) + fmt::format("generate strL {} = \"\"\n", word(step.name));
        for (const auto& [name, condition] : step.groups)
            text += fmt::format("replace {0} = {1} if {0} == \"\" & {2}\n", word(step.name),
                                quoted_text(name, Dialect::stata), truth(condition));
        return text;
    }
    std::string operator()(const SumStep& step) {
        std::vector<std::string> factors;
        if (step.condition) factors.push_back(truth(*step.condition));
        if (step.value)
            factors.push_back(fmt::format("cond({0}, 0, {1})", missing_text(*step.value, Dialect::stata, remarks_),
                                          value(*step.value)));
        if (!step.times.empty()) factors.push_back(word(step.times));
        if (factors.empty()) factors.emplace_back("1");
        const std::string name = word(step.name), row = "row_" + word(step.data);
        std::string text = go(step.below) + fmt::format("frame put *, into(below)\nframe change below\n");
        text += fmt::format("generate double {0} = {1}\ncollapse (sum) {0}, by({2})\n", name, fmt::join(factors, " * "),
                            row);
        current_.clear();
        text += go(step.data) + fmt::format(
                                    "frlink 1:1 own_row, frame(below {1}) generate(to_below)\n"
                                    "frget {0}, from(to_below)\nreplace {0} = 0 if missing({0})\n"
                                    "drop to_below\nframe drop below\n",
                                    name, row);
        if (step.any) text += fmt::format("replace {0} = {0} > 0\n", name);
        if (!step.divisor.empty())
            text += fmt::format("replace {0} = cond({1} > 0, {0} / {1}, 0)\n", name, word(step.divisor));
        return text;
    }
    std::string operator()(const CountStep& step) {
        const std::string name = word(step.name);
        const std::string count = step.count ? value(*step.count) : "1";
        std::string text = go(step.data) + fmt::format("generate double {} = {}\n", name, count);
        std::string unknown = fmt::format("missing({})", name);
        for (const double code : step.unknown) unknown += fmt::format(" | {} == {}", name, shortest(code));
        if (step.unknown_as) text += fmt::format("generate byte count_unknown = {}\n", unknown);
        if (step.cap) text += fmt::format("replace {0} = min({0}, {1})\n", name, shortest(*step.cap));
        if (step.unknown_as)
            text +=
                fmt::format("replace {} = {} if count_unknown\ndrop count_unknown\n", name, shortest(*step.unknown_as));
        if (step.series) text += fmt::format("replace {} = 1 if !({})\n", name, truth(*step.series));
        return text;
    }
    std::string operator()(const ProductStep& step) {
        return go(step.data) +
               fmt::format("generate double {} = {} * {}\n", word(step.name), word(step.first), word(step.second));
    }
    std::string operator()(const ItemStep& step) {
        std::string inside = step.where ? truth(*step.where) : "1";
        for (const Expr& item : step.present)
            inside += fmt::format(" & !{}", missing_text(item, Dialect::stata, remarks_));
        items_[step.data].push_back("in_" + step.name);
        std::string text = go(step.data) + fmt::format("generate byte in_{} = {}\n", word(step.name), inside);
        text += part(step, "num", step.numerator, step.numerator_variable, step.scale, step.missing_counts);
        if (step.denominator || !step.denominator_variable.empty())
            text += part(step, "den", step.denominator, step.denominator_variable, 1 / step.denominator_scale, false);
        return text;
    }
    std::string operator()(const UnitsStep& step) {
        if (!with_units_.insert(step.data).second) return {};
        std::string text = "* Every unit of the design, outside all domains: no PSU is lost.\n";
        text += go(step.design_data);
        text += fmt::format(
            "frame put {}, into(units)\nframe units: duplicates drop\ntempfile units\n"
            "frame units: save `units', replace\nframe drop units\n",
            words(step.columns));
        text += go(step.data);
        return text + "append using `units'\n";
    }
    std::string operator()(const DesignStep& step) {
        std::string text = go(step.data);
        const std::string weight = word(step.weight);
        // Rows without a positive weight may be left out, and their PSUs with them.
        text += fmt::format(
            "foreach variable in {1} {{\n    replace `variable' = 0 if missing({0}) | {0} <= 0\n}}\n"
            "replace {0} = 1 if missing({0}) | {0} <= 0\n",
            weight, words(items_[step.data]));
        if (step.replicates) return text + replicates(step, weight);
        const DesignColumns& columns = step.columns;
        std::vector<std::string> ids = columns.psu, fpc = columns.fpc;
        std::string strata = columns.strata;
        if (!columns.certainty.empty()) text += certainty(columns, ids, strata, fpc);
        if (columns.ultimate_cluster && fpc.size() > 1) fpc.resize(1);
        ids.resize(std::min(ids.size(), columns.ultimate_cluster ? 1 : fpc.size() + 1));
        return text + svyset(ids, strata, fpc, weight, columns.lonely);
    }
    std::string operator()(const EstimateStep& step) {
        std::string text = fmt::format("* {}: {}\n", step.indicator, domain_text(step));
        if (step.statistic == ScriptStatistic::quantile) {
            remarks_.insert("quantiles: Stata has no estimator of them under svy");
            return text + "* NOTE: quantiles: Stata has no estimator of them under svy\n";
        }
        std::string over;
        if (!step.by.empty()) {
            text += fmt::format("capture drop domain\negen domain = group({}), label\n", words(step.by));
            over = ", over(domain)";
        }
        const std::string name = word(step.name);
        const std::string what = step.statistic == ScriptStatistic::total  ? fmt::format("total num_{}", name)
                                 : step.statistic == ScriptStatistic::mean ? fmt::format("mean num_{}", name)
                                                                           : fmt::format("ratio num_{0}/den_{0}", name);
        return text + fmt::format("svy, subpop(in_{}): {}{}\n", name, what, over);
    }
    std::string operator()(const RemarkStep& step) { return fmt::format("* NOTE: {}\n", step.text); }

private:
    // Options stand behind the last stage.
    std::string svyset(const std::vector<std::string>& ids, const std::string& strata,
                       const std::vector<std::string>& fpc, const std::string& weight, LonelyPsu rule) {
        std::string first = strata.empty() ? "" : fmt::format(" strata({})", word(strata));
        if (!fpc.empty()) first += fmt::format(" fpc({})", word(fpc[0]));
        std::vector<std::string> stages = {fmt::format("{} [pweight={}]{}{}", ids.empty() ? "_n" : word(ids[0]), weight,
                                                       first.empty() ? "" : ",", first)};
        for (std::size_t stage = 1; stage < ids.size(); ++stage)
            stages.push_back(stage < fpc.size() ? fmt::format("{}, fpc({})", word(ids[stage]), word(fpc[stage]))
                                                : word(ids[stage]));
        const bool has_options = stages.back().find(',') != std::string::npos;
        return fmt::format("svyset {}{} vce(linearized) singleunit({})\n", fmt::join(stages, " || "),
                           has_options ? "" : ",", single_unit(rule));
    }

    // Makes the data set of a level the current one.
    std::string go(const std::string& data) {
        if (current_ == data) return {};
        current_ = data;
        return fmt::format("frame change {}\n", word(data));
    }
    static std::string import(const std::string& file) {
        return fmt::format("import delimited using \"{}\", varnames(1) case(preserve) stringcols(_all) clear\n", file);
    }
    std::string value(const Expr& expression) { return value_text(expression, Dialect::stata, remarks_); }
    std::string truth(const Expr& expression) { return truth_text(expression, Dialect::stata, remarks_); }

    std::string part(const ItemStep& step, const char* kind, const std::optional<Expr>& expression,
                     const std::string& variable, double scale, bool missing_counts) {
        std::string item = variable.empty() ? "1" : word(variable);
        if (expression)
            item = fmt::format("cond({}, {}, {})", missing_text(*expression, Dialect::stata, remarks_),
                               missing_counts ? 1 : 0, value(*expression));
        if (scale != 1) item = fmt::format("{} * {}", shortest(scale), item);
        items_[step.data].push_back(fmt::format("{}_{}", kind, step.name));
        return fmt::format("generate double {0}_{1} = cond(in_{1}, {2}, 0)\n", kind, word(step.name), item);
    }

    std::string certainty(const DesignColumns& columns, std::vector<std::string>& ids, std::string& strata,
                          std::vector<std::string>& fpc) {
        if (!fpc.empty()) {
            remarks_.insert("fpc of PSUs taken with certainty are not written for Stata");
            fpc.clear();
        }
        const std::string sure = word(columns.certainty), psu = word(columns.psu.at(0));
        const std::string stratum = strata.empty() ? "1" : word(strata);
        ids = {"design_psu"};
        strata = "design_stratum";
        return fmt::format(
            "egen stratum_code = group({0})\negen psu_code = group({0} {1})\negen unit_code = group({0} {1} {2})\n"
            "generate double design_stratum = cond({3} == 1, -psu_code, stratum_code)\n"
            "generate double design_psu = cond({3} == 1, unit_code, psu_code)\n",
            stratum, psu, word(columns.psu.at(1)), sure);
    }

    const char* single_unit(LonelyPsu rule) {
        switch (rule) {
            case LonelyPsu::certainty:
            case LonelyPsu::remove:
                return "certainty";
            case LonelyPsu::adjust:
                return "centered";
            case LonelyPsu::average:
                return "scaled";
            case LonelyPsu::adjust_from_zero:
                remarks_.insert("lonely PSUs: Stata has no 'adjust_from_zero'; their standard errors are missing");
                return "missing";
            default:
                return "missing";
        }
    }

    std::string replicates(const DesignStep& step, const std::string& weight) {
        const ScriptReplicates& replicates = *step.replicates;
        std::string text;
        const bool equal = std::adjacent_find(replicates.coefficients.begin(), replicates.coefficients.end(),
                                              std::not_equal_to<>()) == replicates.coefficients.end();
        if (!equal || !replicates.combined) {
            remarks_.insert("replicates with coefficients of their own, or as factors, are not written for Stata");
            return "* NOTE: replicates with coefficients of their own, or as factors, are not written for Stata\n";
        }
        // V = (1 / R) Σ (θ_r − θ)² of bsrweight is scaled by bsn: V = (bsn / R) Σ.
        const double bsn = replicates.coefficients.front() * static_cast<double>(replicates.coefficients.size());
        return fmt::format("svyset [pweight={}], bsrweight({}) bsn({}) vce(bootstrap) {}dof({})\n", weight,
                           words(replicates.columns), shortest(bsn), replicates.about_mean ? "" : "mse ",
                           shortest(replicates.df));
    }

    std::set<std::string>& remarks_;
    std::string current_;
    std::set<std::string> numbered_, with_units_;
    std::map<std::string, std::vector<std::string>> items_;  // variables of estimates, by data set
};

}  // namespace

std::string stata_text(const Script& script, std::set<std::string>& remarks) {
    StataWriter writer(remarks);
    std::string text = "version 16\nclear frames\n";
    for (const ScriptStep& step : script.steps) text += std::visit(writer, step);
    return text;
}

}  // namespace cifra
