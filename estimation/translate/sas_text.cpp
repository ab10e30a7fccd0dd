#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "estimation/translate/expression_text.h"
#include "estimation/translate/texts.h"

namespace cifra {

namespace {

std::string word(const std::string& name) { return name_text(name, Dialect::sas); }

std::string words(const std::vector<std::string>& names, const char* between = " ") {
    std::vector<std::string> all;
    for (const std::string& name : names) all.push_back(word(name));
    return fmt::format("{}", fmt::join(all, between));
}

bool same_in_sas(const std::string& a, const std::string& b) {
    const auto small = [](unsigned char letter) { return std::tolower(letter); };
    return std::ranges::equal(a, b, {}, small, small);
}

// Longest text that a column is read with.
constexpr int text_length = 200;

class SasWriter {
public:
    explicit SasWriter(std::set<std::string>& remarks) : remarks_(remarks) {}

    std::string operator()(const ReadStep& step) {
        std::string input, missing;
        std::vector<std::string> used;
        for (const ScriptColumn& column : step.columns) {
            const bool text = column.type == ColumnType::text;
            if (!column.used) {
                input += " _passed :$1.";
                continue;
            }
            // SAS does not tell capitals from small letters.
            if (std::ranges::any_of(used, [&](const std::string& other) { return same_in_sas(other, column.name); }))
                missing += remark(fmt::format("columns named '{}' in capitals and small letters are one", column.name));
            input += fmt::format(" {}{}", word(column.name), text ? fmt::format(" :${}.", text_length) : "");
            used.push_back(column.name);
            for (const std::string& code : column.missing)
                missing += fmt::format("  if {0} = {1} then call missing({0});\n", word(column.name),
                                       text ? quoted_text(code, Dialect::sas) : code);
        }
        std::vector<std::string> parts;
        std::string text = "\n";
        for (std::size_t f = 0; f < step.files.size(); ++f) {
            parts.push_back(step.files.size() == 1 ? word(step.data) : fmt::format("{}_{}", word(step.data), f + 1));
            text += fmt::format(
                "data {}(keep={});\n  infile {} dsd firstobs=2 truncover lrecl=1000000 encoding='utf-8';\n  "
                "input{};\n{}run;\n",
                parts.back(), words(used), quoted_text(step.files[f], Dialect::sas), input, missing);
        }
        if (parts.size() > 1)
            text += fmt::format("data {};\n  set {};\nrun;\n", word(step.data), fmt::join(parts, " "));
        return text;
    }
    std::string operator()(const KeepStep& step) { return change(step.data, "if " + truth(step.condition)); }
    // Rows above have a number of their own, by which records below find them.
    std::string operator()(const LinkStep& step) {
        std::string text, on;
        if (numbered_.insert(step.above).second) text = change(step.above, "own_row = _n_");
        for (std::size_t k = 0; k < step.by.size(); ++k)
            on += fmt::format("{}a.{} = b.{}", k ? " and " : "", word(step.by[k]), word(step.above_by[k]));
        return text + joined(step.data, fmt::format("b.own_row as row_{}", word(step.above)), word(step.above), on);
    }
    std::string operator()(const CarryStep& step) {
        return joined(step.data, fmt::format("b.{} as {}", word(step.variable), word(step.name)), word(step.above),
                      fmt::format("a.row_{} = b.own_row", word(step.above)));
    }
    std::string operator()(const DeriveStep& step) {
        const std::string length =
            step.value.type() == Type::text ? fmt::format("length {} ${};\n  ", word(step.name), text_length) : "";
        return change(step.data, fmt::format("{}{} = {}", length, word(step.name), value(step.value)));
    }
    std::string operator()(const GroupStep& step) {
        std::string text = fmt::format("length {} ${}", word(step.name), text_length);
        for (std::size_t g = 0; g < step.groups.size(); ++g)
            text += fmt::format(";\n  {}if {} then {} = {}", g ? "else " : "", truth(step.groups[g].second),
                                word(step.name), quoted_text(step.groups[g].first, Dialect::sas));
        return change(step.data, text);
    }
    std::string operator()(const SumStep& step) {
        std::vector<std::string> factors;
        if (step.condition) factors.push_back(truth(*step.condition));
        if (step.value) factors.push_back(fmt::format("coalesce({}, 0)", value(*step.value)));
        if (!step.times.empty()) factors.push_back(word(step.times));
        if (factors.empty()) factors.emplace_back("1");
        const std::string name = word(step.name), row = "row_" + word(step.data);
        std::string text = fmt::format(
            "data below;\n  set {0};\n  {1} = {2};\nrun;\nproc sql;\n  create table sums as select {3}, sum({1}) as "
            "{1} "
            "from below group by {3};\nquit;\n",
            word(step.below), name, fmt::format("{}", fmt::join(factors, " * ")), row);
        text += joined(step.data, fmt::format("coalesce(b.{0}, 0) as {0}", name), "sums",
                       fmt::format("a.own_row = b.{}", row));
        if (step.any) text += change(step.data, fmt::format("{0} = ({0} > 0)", name));
        if (!step.divisor.empty())
            text += change(step.data,
                           fmt::format("if {1} > 0 then {0} = {0} / {1};\n  else {0} = 0", name, word(step.divisor)));
        return text;
    }
    std::string operator()(const CountStep& step) {
        const std::string name = word(step.name);
        std::string unknown = fmt::format("missing({})", name);
        for (const double code : step.unknown) unknown += fmt::format(" or {} = {}", name, shortest(code));
        std::string text = fmt::format("{} = {}", name, step.count ? value(*step.count) : "1");
        if (step.unknown_as) text += fmt::format(";\n  if {} then {} = {}", unknown, name, shortest(*step.unknown_as));
        if (step.cap)
            text += fmt::format(";\n  {}if {} > {} then {} = {}", step.unknown_as ? "else " : "", name,
                                shortest(*step.cap), name, shortest(*step.cap));
        if (step.series) text += fmt::format(";\n  if not {} then {} = 1", truth(*step.series), name);
        return change(step.data, text);
    }
    std::string operator()(const ProductStep& step) {
        return change(step.data, fmt::format("{} = {} * {}", word(step.name), word(step.first), word(step.second)));
    }
    std::string operator()(const ItemStep& step) {
        std::string inside = step.where ? truth(*step.where) : "(1 = 1)";
        for (const Expr& item : step.present)
            inside += fmt::format(" and not {}", missing_text(item, Dialect::sas, remarks_));
        items_[step.data].push_back("in_" + step.name);
        std::string text = fmt::format("in_{} = ({})", word(step.name), inside);
        text += part(step, "num", step.numerator, step.numerator_variable, step.scale, step.missing_counts);
        if (step.denominator || !step.denominator_variable.empty())
            text += part(step, "den", step.denominator, step.denominator_variable, 1 / step.denominator_scale, false);
        return change(step.data, text);
    }
    std::string operator()(const UnitsStep& step) {
        if (!with_units_.insert(step.data).second) return {};
        return fmt::format(
            "/* Every unit of the design, outside all domains: no PSU is lost. */\n"
            "proc sort data={1}(keep={2}) out=units nodupkey;\n  by {2};\nrun;\n"
            "data {0};\n  set {0} units(in=unit_alone);\n  if unit_alone then do;\n    {3} = 0;\n  end;\nrun;\n",
            word(step.data), word(step.design_data), words(step.columns), words(items_[step.data], " = 0;\n    "));
    }
    std::string operator()(const DesignStep& step) {
        design_ = step;
        // SURVEYMEANS leaves rows without a positive weight out, and their PSUs with them.
        std::string text = change(step.data, fmt::format("if not ({0} > 0) then do;\n    {1} = 0;\n    {0} = 1;\n  end",
                                                         word(step.weight), words(items_[step.data], " = 0;\n    ")));
        if (step.columns.fpc.size() > 1) text += remark("SAS takes sampling fractions of the first stage only");
        if (!step.columns.fpc.empty()) text += rates(step);
        if (!step.columns.certainty.empty()) text += certainty(step);
        if (step.columns.lonely != LonelyPsu::certainty && step.columns.lonely != LonelyPsu::remove)
            text += remark("SAS lets strata with one PSU add nothing to the variance, whatever 'lonely_psu' says");
        return text;
    }
    std::string operator()(const EstimateStep& step) {
        const std::string name = word(step.name);
        std::vector<std::string> domain = {"in_" + step.name};
        domain.insert(domain.end(), step.by.begin(), step.by.end());
        std::string text = fmt::format(
            "title {};\n",
            quoted_text(step.indicator + ": " + domain_text(step) + ", rows in_" + name + " = 1", Dialect::sas));
        std::string statistic = step.statistic == ScriptStatistic::total ? "sum" : "mean";
        if (step.statistic == ScriptStatistic::quantile) {
            text += remark("quantiles: SAS interpolates between values, cifra does not");
            statistic = fmt::format("quantile=({})", fmt::join(step.probabilities, " "));
        }
        text += fmt::format("proc surveymeans data={} {}{};\n", word(step.data), statistic, method());
        text += statements() + fmt::format("  domain {};\n  var num_{}", words(domain, "*"), name);
        if (step.statistic == ScriptStatistic::ratio) text += fmt::format(" den_{0};\n  ratio num_{0} / den_{0}", name);
        return text + ";\nrun;\n";
    }
    std::string operator()(const RemarkStep& step) const { return fmt::format("/* NOTE: {} */\n", step.text); }

private:
    std::string remark(const std::string& text) {
        remarks_.insert(text);
        return fmt::format("/* NOTE: {} */\n", text);
    }
    static std::string change(const std::string& data, const std::string& statement) {
        return fmt::format("data {0};\n  set {0};\n  {1};\nrun;\n", word(data), statement);
    }
    static std::string joined(const std::string& data, const std::string& columns, const std::string& with,
                              const std::string& on) {
        return fmt::format(
            "proc sql;\n  create table joined as select a.*, {0} from {1} a left join {2} b on {3};\n"
            "  create table {1} as select * from joined;\nquit;\n",
            columns, word(data), with, on);
    }
    std::string value(const Expr& expression) { return value_text(expression, Dialect::sas, remarks_); }
    std::string truth(const Expr& expression) { return truth_text(expression, Dialect::sas, remarks_); }

    std::string part(const ItemStep& step, const char* kind, const std::optional<Expr>& expression,
                     const std::string& variable, double scale, bool missing_counts) {
        std::string item = variable.empty() ? "1" : word(variable);
        if (expression)
            item = fmt::format("ifn({}, {}, {})", missing_text(*expression, Dialect::sas, remarks_),
                               missing_counts ? 1 : 0, value(*expression));
        if (scale != 1) item = fmt::format("{} * {}", shortest(scale), item);
        items_[step.data].push_back(fmt::format("{}_{}", kind, step.name));
        return fmt::format(";\n  {0}_{1} = ifn(in_{1}, {2}, 0)", kind, word(step.name), item);
    }

    // RATE= and TOTAL= name a data set with the strata and their _TOTAL_ or _RATE_.
    static std::string rates(const DesignStep& step) {
        const std::string fpc = word(step.columns.fpc[0]), strata = word(step.columns.strata);
        return fmt::format(
            "data totals;\n  set {}(keep={} {});\n  _total_ = {};\nrun;\n"
            "proc sort data=totals nodupkey;\n  by {};\nrun;\n",
            word(step.data), strata, fpc, fpc, strata.empty() ? "_total_" : strata);
    }

    static std::string certainty(const DesignStep& step) {
        const DesignColumns& columns = step.columns;
        const std::string stratum = columns.strata.empty() ? "''" : word(columns.strata);
        return change(step.data,
                      fmt::format("length design_stratum design_psu ${0};\n  if {1} = 1 then do;\n"
                                  "    design_stratum = catx('|', {2}, {3});\n    design_psu = {4};\n  end;\n"
                                  "  else do;\n    design_stratum = {2};\n    design_psu = {3};\n  end",
                                  text_length, word(columns.certainty), stratum, word(columns.psu.at(0)),
                                  word(columns.psu.at(1))));
    }

    std::string method() const {
        if (design_.replicates)
            return design_.replicates->method.starts_with("JK") ? " varmethod=jackknife" : " varmethod=bootstrap";
        return design_.columns.fpc.empty() ? "" : " total=totals";
    }

    std::string statements() {
        const DesignColumns& columns = design_.columns;
        std::string text = fmt::format("  weight {};\n", word(design_.weight));
        if (design_.replicates) {
            std::vector<std::string> coefficients;
            for (const double c : design_.replicates->coefficients) coefficients.push_back(shortest(c));
            return text + fmt::format("  repweights {} / repcoefs=({}) df={};\n", words(design_.replicates->columns),
                                      fmt::join(coefficients, " "), shortest(design_.replicates->df));
        }
        const bool sure = !columns.certainty.empty();
        if (sure || !columns.strata.empty())
            text += fmt::format("  strata {};\n", sure ? "design_stratum" : word(columns.strata));
        if (sure || !columns.psu.empty())
            text += fmt::format("  cluster {};\n", sure ? "design_psu" : word(columns.psu.front()));
        return text;
    }

    std::set<std::string>& remarks_;
    std::set<std::string> numbered_, with_units_;
    std::map<std::string, std::vector<std::string>> items_;  // variables of estimates, by data set
    DesignStep design_;
};

}  // namespace

std::string sas_text(const Script& script, std::set<std::string>& remarks) {
    SasWriter writer(remarks);
    std::string text;
    for (const ScriptStep& step : script.steps) text += std::visit(writer, step);
    return text;
}

}  // namespace cifra
