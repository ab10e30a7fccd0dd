// Every value of tests/oracle/inference.csv: models, margins, tables, rank and t tests with zero weights, missing
// values, domains, offsets and interactions, by R survey iterated until nothing moves; sums of chi-squares by closed
// forms.
#include <gtest/gtest.h>

#include <functional>
#include <iostream>
#include <map>

#include "estimation/inference/distributions.h"
#include "tests/estimation/inference/section_run.h"
#include "tests/estimation/oracle_table.h"

namespace cifra::testing {
namespace {

const std::filesystem::path folder = std::filesystem::path(CIFRA_SOURCE_DIR) / "tests/oracle";

const char* design = "data: {p: {file: inference_data.csv, weight: w}}\ndesign: {strata: stratum, psu: psu}\n";

const char* models = R"(
models:
  - &logit
    id: logit
    family: binomial
    of: p
    outcome: b = 1
    terms: [g, {factor: s}, x]
    tests: [[g, s], [g], {terms: [g, s], method: working_wald}, {terms: g, method: working_wald},
            {terms: [g, s], method: lrt}, {terms: g, method: lrt}]
  - {id: logit_domain, where: dom = 1, family: binomial, of: p, outcome: b, terms: [g, {factor: s}, x], tests: &tests
      [[g, s], [g], {terms: [g, s], method: working_wald}, {terms: g, method: working_wald},
      {terms: [g, s], method: lrt}, {terms: g, method: lrt}]}
  - {id: probit, family: binomial, link: probit, of: p, outcome: b, terms: [g, {factor: s}, x], tests: *tests}
  - {id: cloglog, where: dom = 1, family: binomial, link: cloglog, of: p, outcome: b, terms: [g, {factor: s}, x]}
  - {id: log_binomial, family: binomial, link: log, of: p, outcome: b, terms: [{factor: s}]}
  - {id: poisson, family: poisson, of: p, outcome: y, exposure: m, terms: [g, {factor: s}, x], tests: *tests}
  - {id: poisson_domain, where: dom = 1, family: poisson, of: p, outcome: y, exposure: m,
     terms: [g, {factor: s}, x], tests: *tests}
  - {id: gamma, family: gamma, of: p, outcome: z, terms: [g, x]}
  - {id: gaussian, where: dom = 1, family: gaussian, of: p, outcome: r,
     terms: [g, x, {factor: s}, {interaction: [g, x]}]}
  - {id: gaussian_offset, family: gaussian, of: p, outcome: r, offset: x / 2, terms: [g]}
  - {id: slopes, family: gaussian, of: p, outcome: r, terms: [g, {interaction: [g, x]}]}
  - {id: no_intercept, intercept: false, family: gaussian, of: p, outcome: r, terms: [g, {factor: s}, x]}
  - {id: negative_binomial, family: negative_binomial, of: p, outcome: y, exposure: m, terms: [g, {factor: s}, x]}
  - {id: negative_binomial_domain, where: dom = 1, family: negative_binomial, of: p, outcome: y, exposure: m,
     terms: [g, {factor: s}, x]}
  - {id: margin_logit, family: binomial, of: p, outcome: b, terms: [{factor: s}, x, g], margins: [g]}
  - {id: margin_logit_separate, family: binomial, of: p, outcome: b, terms: [{factor: s}, x, g], margins: [g],
     margin_variance: separate}
  - {id: margin_logit_conditional, family: binomial, of: p, outcome: b, terms: [{factor: s}, x, g], margins: [g],
     margin_variance: conditional}
  - {id: margin_poisson, family: poisson, of: p, outcome: y, terms: [g, x, {factor: s}], margins: [s]}
  - {id: margin_poisson_separate, family: poisson, of: p, outcome: y, terms: [g, x, {factor: s}], margins: [s],
     margin_variance: separate}
  - {id: margin_poisson_conditional, family: poisson, of: p, outcome: y, terms: [g, x, {factor: s}], margins: [s],
     margin_variance: conditional}
)";

const char* tests = R"(
tests:
  - {id: independence, test: independence, of: p, rows: b, columns: g, n: all}
  - {id: independence_domain, test: independence, of: p, where: dom = 1, rows: s, columns: g, n: all}
  - {id: independence_empty_cell, test: independence, of: p, where: s is not 2 or g is not "top", rows: s, columns: g,
     n: all}
  - {id: goodness_of_fit, test: goodness_of_fit, of: p, variable: g, shares: {low: 0.45, mid: 0.35, top: 0.2}}
  - {id: rank_wilcoxon two, test: rank, of: p, value: r, by: s, method: wilcoxon}
  - {id: rank_wilcoxon three, test: rank, of: p, where: dom = 1, value: r, by: g, method: wilcoxon}
  - {id: rank_vanderWaerden two, test: rank, of: p, value: r, by: s, method: vanderWaerden}
  - {id: rank_vanderWaerden three, test: rank, of: p, where: dom = 1, value: r, by: g, method: vanderWaerden}
  - {id: rank_median two, test: rank, of: p, value: r, by: s, method: median}
  - {id: rank_median three, test: rank, of: p, where: dom = 1, value: r, by: g, method: median}
  - {id: rank_KruskalWallis two, test: rank, of: p, value: r, by: s, method: KruskalWallis}
  - {id: rank_KruskalWallis three, test: rank, of: p, where: dom = 1, value: r, by: g, method: KruskalWallis}
  - {id: t_one, test: t, of: p, where: dom = 1, value: r}
  - {id: t_two, test: t, of: p, where: dom = 1, value: r, by: s}
)";

class Oracle {
public:
    Oracle()
        : models_(run_section(design, models, "models", folder)), tests_(run_section(design, tests, "tests", folder)) {}

    double value(const std::string& id, const std::string& item) const {
        const std::size_t blank = item.find(' ');
        const std::string first = item.substr(0, blank), rest = blank == item.npos ? "" : item.substr(blank + 1);
        if (id == "sum") return sum(first, std::stod(rest));
        if (id.starts_with("independence")) return find_row(tests_, {{"id", id}, {"test", rest}})[first.c_str()];
        if (id.starts_with("rank")) return test_value(find_row(tests_, {{"id", id + " " + first}}), rest);
        if (id.starts_with("t_") || id == "goodness_of_fit") return test_value(find_row(tests_, {{"id", id}}), first);
        if (id.starts_with("margin")) return margin(id, first, rest);
        return model(id, first, rest);
    }

private:
    // "df" is the second one, but of goodness of fit, which has a single one.
    static double test_value(const Row& row, const std::string& item) {
        if (item != "df") return row[item.c_str()];
        return std::isnan(row["df2"]) ? row["df1"] : row["df2"];
    }

    double margin(const std::string& id, const std::string& what, const std::string& term) const {
        const std::string model = what == "separate" || what == "conditional" ? id + "_" + what : id;
        return find_row(models_,
                        {{"model", model}, {"part", "margin"}, {"term", term}})[what == "margin" ? "estimate" : "se"];
    }

    double model(const std::string& id, const std::string& what, const std::string& rest) const {
        if (what == "theta" || what == "theta_se")
            return find_row(models_, {{"model", id}, {"term", "theta"}})[what == "theta" ? "estimate" : "se"];
        if (what == "df" || what == "dispersion")
            return find_row(models_, {{"model", id}, {"part", "fit"}, {"term", what}})["estimate"];
        static const std::map<std::string, std::string> methods = {
            {"Wald", "wald"}, {"WorkingWald", "working_wald"}, {"LRT", "lrt"}};
        if (const auto method = methods.find(what); method != methods.end())
            return find_row(models_, {{"model", id},
                                      {"part", "test"},
                                      {"term", rest.substr(rest.find(' ') + 1)},
                                      {"test", method->second}})[rest[0] == 'p' ? "p" : "statistic"];
        return find_row(
            models_,
            {{"model", id}, {"part", "coefficient"}, {"term", rest}})[what == "t" ? "statistic" : what.c_str()];
    }

    static double sum(const std::string& kind, double x) {
        if (kind == "pairs") return exact_tail(x, {{1.7, 2}, {0.9, 2}, {0.4, 2}});
        if (kind == "equal") return exact_tail(x, {{1.3, 2}, {1.3, 3}});
        if (kind == "saddlepoint") return saddlepoint_tail(x, {{2, 1}, {1, 1}, {0.3, 2}});
        return weighted_sum_tail(x, {1.3, 1.3, 1.3, 1.3}, SumMethod::exact, 23);
    }

    Table models_, tests_;
};

double tolerance(const std::string& id, const std::string& item) {
    if (id == "sum") return item.starts_with("saddle") ? 1e-6 : 1e-10;                // R's root finder stops at 1e-8
    if (item.starts_with("WorkingWald p") || item.starts_with("LRT p")) return 1e-6;  // the same root finder
    if (item == "p saddlepoint") return 1e-6;
    return id.starts_with("independence") || id.starts_with("rank") || id.starts_with("t_") ? 1e-8 : 1e-7;
}

TEST(InferenceOracle, EveryValueAgrees) {
    const Table expected = oracle_table("inference.csv", {"value"});
    const Oracle oracle;
    Comparison compared;
    for (std::size_t row = 0; row < expected.rows(); ++row) {
        const std::string id = expected.at("id").text(row), item = expected.at("item").text(row);
        compared.expect(oracle.value(id, item), expected.at("value").number(row), tolerance(id, item), id + " " + item);
        ++compared.cases;
    }
    std::cout << compared.cases << " values, largest relative difference " << compared.largest << "\n";
    EXPECT_EQ(compared.cases, 415);
}

}  // namespace
}  // namespace cifra::testing
