#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "estimation/translate/expression_text.h"
#include "estimation/translate/texts.h"

namespace cifra {

namespace {

constexpr const char* helpers = R"(library(survey)

# Columns of files, as texts or numbers; an empty cell is missing.
read_columns <- function(files, types) {
  one <- function(file) {
    header <- names(read.csv(file, nrows = 1, check.names = FALSE))
    classes <- ifelse(header %in% names(types), types[header], "NULL")
    read.csv(file, colClasses = unname(classes), na.strings = "", check.names = FALSE, encoding = "UTF-8")
  }
  do.call(rbind, lapply(files, one))
}
# The sum over records of each row above, 0 without any.
sum_above <- function(values, rows, size) {
  sums <- numeric(size)
  found <- rowsum(values, rows)
  sums[as.integer(rownames(found))] <- found[, 1]
  sums
}
# The records, and a row of weight 0 for every unit of the design, so that no PSU is lost.
with_units <- function(records, units, columns, weight) {
  units <- unique(units[columns])
  empty <- records[rep(NA_integer_, nrow(units)), ]
  empty[columns] <- units
  empty[c(weight, grep("^(in|num|den)_", names(records), value = TRUE))] <- 0
  rbind(records, empty)
}
results <- NULL
tell <- function(indicator, estimate, by = NULL, suffix = "") {
  domain <- if (is.null(by)) "" else do.call(paste, c(Map(function(v) paste0(v, "=", estimate[[v]]), by), sep = ";"))
  domain <- paste0(domain, ifelse(domain != "" & suffix != "", ";", ""), suffix)
  results <<- rbind(results, data.frame(indicator, domain, estimate = as.vector(coef(estimate)),
                                        se = as.vector(unlist(SE(estimate)))))
}
)";

std::string listed(const std::vector<std::string>& names) {
    std::vector<std::string> quoted;
    for (const std::string& name : names) quoted.push_back(quoted_text(name, Dialect::r));
    return fmt::format("c({})", fmt::join(quoted, ", "));
}

std::string formula(const std::vector<std::string>& names) {
    std::vector<std::string> terms;
    for (const std::string& name : names) terms.push_back(name_text(name, Dialect::r));
    return terms.empty() ? "~1" : fmt::format("~{}", fmt::join(terms, " + "));
}

class RWriter {
public:
    explicit RWriter(std::set<std::string>& remarks) : remarks_(remarks) {}

    std::string operator()(const ReadStep& step) const {
        std::vector<std::string> types;
        for (const ScriptColumn& column : step.columns)
            if (column.used)
                types.push_back(fmt::format("{} = \"{}\"", quoted_text(column.name, Dialect::r),
                                            column.type == ColumnType::number ? "numeric" : "character"));
        std::string text = fmt::format("\n{} <- read_columns({}, c({}))\n", data(step.data), listed(step.files),
                                       fmt::join(types, ", "));
        for (const ScriptColumn& column : step.columns)
            if (column.used && !column.missing.empty())
                text += fmt::format("{0}[{0} %in% {1}] <- NA\n", own(step.data, column.name), listed(column.missing));
        return text;
    }
    std::string operator()(const KeepStep& step) const {
        return fmt::format("{0} <- {0}[with({0}, {1}), ]\n", data(step.data), truth(step.condition));
    }
    std::string operator()(const LinkStep& step) const {
        return fmt::format("{}$row_{} <- match({}, {})\n", data(step.data), step.above, key(step.data, step.by),
                           key(step.above, step.above_by));
    }
    std::string operator()(const CarryStep& step) const {
        return fmt::format("{} <- {}[{}$row_{}]\n", own(step.data, step.name), own(step.above, step.variable),
                           data(step.data), step.above);
    }
    std::string operator()(const DeriveStep& step) const {
        return fmt::format("{} <- with({}, {})\n", own(step.data, step.name), data(step.data), value(step.value));
    }
    std::string operator()(const GroupStep& step) const {
        std::string text = "NA_character_";
        for (auto group = step.groups.rbegin(); group != step.groups.rend(); ++group)
            text =
                fmt::format("ifelse({}, {},\n  {})", truth(group->second), quoted_text(group->first, Dialect::r), text);
        return fmt::format("{} <- with({}, {})\n", own(step.data, step.name), data(step.data), text);
    }
    std::string operator()(const SumStep& step) const {
        std::vector<std::string> factors;
        if (step.condition) factors.push_back(truth(*step.condition));
        if (step.value) factors.push_back(fmt::format("ifelse(is.na({0}), 0, {0})", value(*step.value)));
        if (!step.times.empty()) factors.push_back(name_text(step.times, Dialect::r));
        if (factors.empty()) factors.emplace_back("rep(1, length(row_" + step.data + "))");
        const std::string name = own(step.data, step.name);
        std::string text = fmt::format("{} <- with({}, sum_above(1 * {}, row_{}, nrow({})))\n", name, data(step.below),
                                       fmt::join(factors, " * "), step.data, data(step.data));
        if (step.any) text += fmt::format("{0} <- {0} > 0\n", name);
        if (!step.divisor.empty())
            text += fmt::format("{0} <- ifelse({1} > 0, {0} / {1}, 0)\n", name, own(step.data, step.divisor));
        return text;
    }
    std::string operator()(const CountStep& step) const {
        std::string count = step.count ? value(*step.count) : "1";
        std::vector<std::string> unknown;
        for (const double code : step.unknown) unknown.push_back(shortest(code));
        std::string counted = step.cap ? fmt::format("pmin({}, {})", count, shortest(*step.cap)) : count;
        std::string not_known = fmt::format("is.na({})", count);
        if (!unknown.empty()) not_known += fmt::format(" | {} %in% c({})", count, fmt::join(unknown, ", "));
        if (step.unknown_as)
            counted = fmt::format("ifelse({}, {}, {})", not_known, shortest(*step.unknown_as), counted);
        if (step.series) counted = fmt::format("ifelse({}, {}, 1)", truth(*step.series), counted);
        return fmt::format("{} <- with({}, {})\n", own(step.data, step.name), data(step.data), counted);
    }
    std::string operator()(const ProductStep& step) const {
        return fmt::format("{} <- {} * {}\n", own(step.data, step.name), own(step.data, step.first),
                           own(step.data, step.second));
    }
    std::string operator()(const ItemStep& step) const {
        std::string inside = step.where ? truth(*step.where) : "TRUE";
        for (const Expr& item : step.present) inside += fmt::format(" & !is.na({})", value(item));
        std::string text = fmt::format("{0}$in_{1} <- with({0}, ifelse(rep_len({2}, nrow({0})), 1, 0))\n",
                                       data(step.data), step.name, inside);
        text += part(step, "num", step.numerator, step.numerator_variable, step.scale, step.missing_counts);
        if (step.denominator || !step.denominator_variable.empty())
            text += part(step, "den", step.denominator, step.denominator_variable, 1 / step.denominator_scale, false);
        return text;
    }
    std::string operator()(const UnitsStep& step) {
        units_[step.data] = step;
        return {};
    }
    std::string operator()(const DesignStep& step) {
        const DesignColumns& columns = step.columns;
        std::string frame = data(step.data), text;
        if (const auto units = units_.find(step.data); units != units_.end())
            frame = fmt::format("with_units({}, {}, {}, \"{}\")", frame, data(units->second.design_data),
                                listed(units->second.columns), step.weight);
        text = fmt::format("\nsample <- {}\n", frame);
        if (step.replicates) return text + replicate_design(step);
        std::vector<std::string> ids = columns.psu, fpc = columns.fpc;
        std::string strata = columns.strata;
        if (!columns.certainty.empty()) text += certainty(columns, ids, strata, fpc);
        if (columns.ultimate_cluster && fpc.size() > 1) fpc.resize(1);
        ids.resize(std::min(ids.size(), columns.ultimate_cluster ? 1 : fpc.size() + 1));
        if (!fpc.empty() && ids.size() > fpc.size()) {
            text += "sample$no_fpc <- Inf\n";
            fpc.emplace_back("no_fpc");
        }
        text += fmt::format("options(survey.lonely.psu = \"{}\")\n", lonely(columns.lonely));
        text += fmt::format("design <- svydesign(ids = {}{}, weights = {}{}, data = sample, nest = TRUE)\n",
                            formula(ids), strata.empty() ? "" : ", strata = " + formula({strata}),
                            formula({step.weight}), fpc.empty() ? "" : ", fpc = " + formula(fpc));
        return text;
    }
    std::string operator()(const EstimateStep& step) const {
        const std::string domain = fmt::format("subset(design, in_{} == 1)", step.name);
        const std::string num = formula({"num_" + step.name}), den = formula({"den_" + step.name});
        const char* function = step.statistic == ScriptStatistic::total   ? "svytotal"
                               : step.statistic == ScriptStatistic::mean  ? "svymean"
                               : step.statistic == ScriptStatistic::ratio ? "svyratio"
                                                                          : "svyquantile";
        std::string more;
        if (step.statistic == ScriptStatistic::ratio) more = ", denominator = " + den;
        if (step.statistic == ScriptStatistic::quantile)
            more = fmt::format(", quantiles = c({})", fmt::join(step.probabilities, ", "));
        std::string call =
            step.by.empty()
                ? fmt::format("{}({}{}, design = {})", function, num, more, domain)
                : fmt::format("svyby({}, by = {}, design = {}, FUN = {}{}{})", num, formula(step.by), domain, function,
                              more, step.statistic == ScriptStatistic::quantile ? ", ci = TRUE, keep.var = TRUE" : "");
        return fmt::format("tell({}, {}{}{})\n", quoted_text(step.indicator, Dialect::r), call,
                           step.by.empty() ? "" : ", by = " + listed(step.by),
                           step.domain.empty() ? "" : ", suffix = " + quoted_text(step.domain, Dialect::r));
    }
    std::string operator()(const RemarkStep& step) const { return fmt::format("# NOTE: {}\n", step.text); }

private:
    static std::string data(const std::string& name) { return name_text(name, Dialect::r); }
    static std::string own(const std::string& data, const std::string& variable) {
        return fmt::format("{}${}", name_text(data, Dialect::r), name_text(variable, Dialect::r));
    }
    std::string value(const Expr& expression) const { return value_text(expression, Dialect::r, remarks_); }
    std::string truth(const Expr& expression) const { return truth_text(expression, Dialect::r, remarks_); }

    static std::string key(const std::string& data, const std::vector<std::string>& names) {
        std::vector<std::string> columns;
        for (const std::string& name : names) columns.push_back(own(data, name));
        return columns.size() == 1 ? columns.front()
                                   : fmt::format("paste({}, sep = \"\\r\")", fmt::join(columns, ", "));
    }

    std::string part(const ItemStep& step, const char* kind, const std::optional<Expr>& expression,
                     const std::string& variable, double scale, bool missing_counts) const {
        std::string item = variable.empty() ? "1" : name_text(variable, Dialect::r);
        if (expression) item = value(*expression);
        if (expression) item = fmt::format("ifelse(is.na({0}), {1}, {0})", item, missing_counts ? 1 : 0);
        if (scale != 1) item = fmt::format("{} * {}", shortest(scale), item);
        return fmt::format("{0}${1}_{2} <- with({0}, in_{2} * {3})\n", data(step.data), kind, step.name, item);
    }

    // A PSU taken with certainty is a stratum, whose PSUs are its units of the second stage.
    static std::string certainty(const DesignColumns& columns, std::vector<std::string>& ids, std::string& strata,
                                 std::vector<std::string>& fpc) {
        const std::string sure = fmt::format("sample${} %in% 1", name_text(columns.certainty, Dialect::r));
        const std::string stratum = strata.empty() ? "\"\"" : own("sample", strata);
        std::string text = fmt::format(
            "sample$design_stratum <- ifelse({0}, paste({1}, {2}, sep = \"|\"), {1})\n"
            "sample$design_psu <- ifelse({0}, {3}, {2})\n",
            sure, stratum, own("sample", columns.psu.at(0)), own("sample", columns.psu.at(1)));
        if (!fpc.empty())
            text += fmt::format("sample$design_fpc <- ifelse({}, {}, {})\n", sure,
                                fpc.size() > 1 ? own("sample", fpc[1]) : "Inf", own("sample", fpc[0]));
        if (!fpc.empty()) fpc = {"design_fpc"};
        ids = {"design_psu"};
        strata = "design_stratum";
        return text;
    }

    std::string lonely(LonelyPsu rule) const {
        if (rule == LonelyPsu::adjust) remarks_.insert("lonely PSUs: 'adjust' is that of cifra from survey 4.2 on");
        if (rule == LonelyPsu::adjust_from_zero) {
            remarks_.insert("lonely PSUs: 'adjust_from_zero' is the 'adjust' of survey up to 4.1");
            return "adjust";
        }
        return rule == LonelyPsu::collapse ? "fail" : lonely_psu_names()[static_cast<std::size_t>(rule)];
    }

    static std::string replicate_design(const DesignStep& step) {
        const ScriptReplicates& replicates = *step.replicates;
        std::vector<std::string> scales;
        for (const double c : replicates.coefficients) scales.push_back(shortest(c));
        return fmt::format(
            "design <- svrepdesign(data = sample, weights = {}, repweights = sample[{}], type = \"other\", scale = 1,\n"
            "  rscales = c({}), combined.weights = {}, mse = {})\n",
            formula({step.weight}), listed(replicates.columns), fmt::join(scales, ", "),
            replicates.combined ? "TRUE" : "FALSE", replicates.about_mean ? "FALSE" : "TRUE");
    }

    std::set<std::string>& remarks_;
    std::map<std::string, UnitsStep> units_;
};

}  // namespace

std::string domain_text(const EstimateStep& step) {
    std::string text = fmt::format("{}", fmt::join(step.by, " × "));
    if (!step.domain.empty()) text += (text.empty() ? "" : ", ") + step.domain;
    return text.empty() ? "the whole" : text;
}

std::string r_text(const Script& script, std::set<std::string>& remarks) {
    RWriter writer(remarks);
    std::string text = helpers, of_table = "results$table <- " + quoted_text(script.title, Dialect::r) + "\n";
    for (const ScriptStep& step : script.steps) text += std::visit(writer, step);
    return text + of_table;
}

}  // namespace cifra
