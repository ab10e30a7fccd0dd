// Each published rule at its thresholds, as the producers state them.
#include <gtest/gtest.h>

#include <cmath>

#include "estimation/quality.h"

namespace cifra {
namespace {

QualityRules rules(const std::string& id) {
    auto found = shipped_quality_rules(id);
    EXPECT_TRUE(found.has_value()) << id;
    return found.value_or(QualityRules{});
}

// A comfortable estimate, that every rule set passes, with what the case changes.
struct Change {
    double QualityMeasures::*what;
    double to;
};
QualityMeasures comfortable(const std::string& kind, std::initializer_list<Change> changes = {}) {
    QualityMeasures m;
    m.kind = kind;
    m.estimate = kind == "proportion" ? 0.3 : 500;
    m.cv = 0.05;
    m.df = 50;
    m.deff = 1.5;
    m.n = 1500;
    m.n_cases = 450;
    m.n_eff = 1000;
    for (const Change& change : changes) m.*change.what = change.to;
    if (std::isnan(m.se)) m.se = m.cv * m.estimate;
    if (std::isnan(m.lower)) m.lower = m.estimate - 2 * m.se;
    if (std::isnan(m.upper)) m.upper = m.estimate + 2 * m.se;
    return m;
}

std::string label(const std::string& id, const QualityMeasures& m) { return assess(rules(id), m).label; }

using M = QualityMeasures;
constexpr double none = QualityMeasures::missing;

TEST(QualityRules, SixAreShippedWithSourceAndTextsInTwoLanguages) {
    EXPECT_EQ(shipped_quality_rules(), (std::vector<std::string>{"bjs_ncvs", "cl_ine_2020", "eclac_2020", "eclac_2023",
                                                                 "inegi_cv", "nchs_2017"}));
    for (const std::string& id : shipped_quality_rules()) {
        const QualityRules set = rules(id);
        EXPECT_EQ(set.id, id);
        EXPECT_FALSE(set.source.empty());
        for (const QualityLabel& one : set.labels) EXPECT_TRUE(one.text.contains("en") && one.text.contains("es"));
        for (const QualityRule& rule : set.rules)
            EXPECT_TRUE(rule.reason.empty() || (rule.text.contains("en") && rule.text.contains("es"))) << rule.reason;
        for (const QualityLabel& one : set.labels)
            EXPECT_EQ(one.mark.empty(), one.level == QualityLevel::good) << one.id;
    }
    EXPECT_FALSE(shipped_quality_rules("inegi").has_value());
}

TEST(QualityRules, Inegi) {
    const auto at = [](double cv) { return label("inegi_cv", comfortable("total", {{&M::cv, cv}})); };
    EXPECT_EQ(at(0), "high");
    EXPECT_EQ(at(0.1499999), "high");
    EXPECT_EQ(at(0.15), "moderate");
    EXPECT_EQ(at(0.2999999), "moderate");
    EXPECT_EQ(at(0.30), "low");
    EXPECT_EQ(at(4), "low");
    EXPECT_EQ(at(none), "unknown");
}

TEST(QualityRules, Bjs) {
    const auto at = [](double cases, double cv) {
        return assess(rules("bjs_ncvs"), comfortable("rate", {{&M::n_cases, cases}, {&M::cv, cv}}));
    };
    EXPECT_EQ(at(11, 0.50).label, "publish");
    EXPECT_EQ(at(10, 0.50), (Quality{"caution", {"cases_10_or_fewer"}}));
    EXPECT_EQ(at(11, 0.5000001), (Quality{"caution", {"cv_above_50"}}));
    EXPECT_EQ(at(10, 0.6), (Quality{"caution", {"cases_10_or_fewer", "cv_above_50"}}));
    EXPECT_EQ(at(none, none).label, "publish");
}

TEST(QualityRules, IneChileMeansAndTotals) {
    const auto at = [](double n, double df, double cv) {
        return label("cl_ine_2020", comfortable("mean", {{&M::n, n}, {&M::df, df}, {&M::cv, cv}}));
    };
    EXPECT_EQ(at(60, 9, 0.15), "reliable");
    EXPECT_EQ(at(59, 9, 0.15), "non_reliable");
    EXPECT_EQ(at(60, 8, 0.15), "non_reliable");
    EXPECT_EQ(at(60, 9, 0.1500001), "weakly_reliable");
    EXPECT_EQ(at(60, 9, 0.30), "weakly_reliable");
    EXPECT_EQ(at(60, 9, 0.3000001), "non_reliable");
    EXPECT_EQ(at(60, 9, none), "unknown");
}

// f(p) = min(p, 1 - p)^(2/3) / 9; as CV limits: 51.6 % at 1 %, 30.2 % at 5 %, 23.9 % at 10 %, 14.0 % at 50 %.
TEST(QualityRules, IneChileProportions) {
    const auto at = [](double p, double se, double n = 60) {
        return label(
            "cl_ine_2020",
            comfortable("proportion", {{&M::estimate, p}, {&M::se, se}, {&M::n, n}, {&M::df, 9}, {&M::cv, se / p}}));
    };
    for (const double p : {0.01, 0.05, 0.1, 0.5, 0.8, 0.99}) {
        const double limit = std::pow(std::min(p, 1 - p), 2.0 / 3.0) / 9;
        EXPECT_EQ(at(p, limit * (1 - 1e-12)), "reliable") << p;
        EXPECT_EQ(at(p, limit * (1 + 1e-12)), "weakly_reliable") << p;
    }
    EXPECT_EQ(at(0.01, 0.01 * 0.515), "reliable");
    EXPECT_EQ(at(0.01, 0.01 * 0.517), "weakly_reliable");
    EXPECT_EQ(at(0.5, 0.5 * 0.139), "reliable");
    EXPECT_EQ(at(0.5, 0.5 * 0.141), "weakly_reliable");
    EXPECT_EQ(at(0.5, 0.01, 59), "non_reliable");
}

TEST(QualityRules, Eclac2020) {
    const auto at = [](std::initializer_list<Change> changes) {
        return label("eclac_2020", comfortable("mean", changes));
    };
    EXPECT_EQ(at({{&M::n, 100}, {&M::n_eff, 140}, {&M::n_cases, 50}, {&M::df, 9}, {&M::cv, 0.1999999}}), "publish");
    EXPECT_EQ(at({{&M::n, 99}}), "suppress");
    EXPECT_EQ(at({{&M::n_eff, 139.9}}), "suppress");
    EXPECT_EQ(at({{&M::n_cases, 49}}), "suppress");
    EXPECT_EQ(at({{&M::df, 8}}), "review");
    EXPECT_EQ(at({{&M::cv, 0.20}}), "review");
    EXPECT_EQ(at({{&M::cv, none}}), "unknown");
    EXPECT_EQ(at({{&M::n_cases, none}, {&M::n, 100}}), "publish");
}

// log cv = cv / -ln p below one half, cv / -ln(1 - p) above; the limit is 17.5 %.
TEST(QualityRules, Eclac2020LogarithmicCv) {
    const auto at = [](double p, double cv) {
        return label("eclac_2020", comfortable("proportion", {{&M::estimate, p}, {&M::cv, cv}}));
    };
    EXPECT_EQ(at(0.4, 0.175 * -std::log(0.4) * (1 - 1e-12)), "publish");
    EXPECT_EQ(at(0.4, 0.175 * -std::log(0.4) * (1 + 1e-12)), "suppress");
    EXPECT_EQ(at(0.6, 0.175 * -std::log(0.4) * (1 - 1e-12)), "publish");
    EXPECT_EQ(at(0.6, 0.175 * -std::log(0.4) * (1 + 1e-12)), "suppress");
}

TEST(QualityRules, Eclac2023MeansAndTotals) {
    const auto at = [](std::initializer_list<Change> changes) {
        return label("eclac_2023", comfortable("total", changes));
    };
    EXPECT_EQ(at({{&M::n_eff, 60}, {&M::df, 9}, {&M::n_cases, 50}, {&M::cv, 0.20}, {&M::deff, 1}}), "reliable");
    EXPECT_EQ(at({{&M::n_eff, 59.9}}), "non_reliable");
    EXPECT_EQ(at({{&M::df, 8}}), "non_reliable");
    EXPECT_EQ(at({{&M::deff, 0.99}, {&M::n, 99}}), "non_reliable");
    EXPECT_EQ(at({{&M::deff, 0.99}, {&M::n, 100}}), "reliable");
    EXPECT_EQ(at({{&M::cv, 0.2000001}}), "weakly_reliable");
    EXPECT_EQ(at({{&M::cv, 0.30}, {&M::n_cases, 30}}), "weakly_reliable");
    EXPECT_EQ(at({{&M::cv, 0.3000001}}), "non_reliable");
    EXPECT_EQ(at({{&M::cv, 0.20}, {&M::n_cases, 49}}), "weakly_reliable");
    EXPECT_EQ(at({{&M::cv, 0.20}, {&M::n_cases, 29}}), "non_reliable");
}

TEST(QualityRules, Eclac2023Proportions) {
    const auto at = [](double p, double log_cv, double cases) {
        const double cv = log_cv * -std::log(p < 0.5 ? p : 1 - p);
        return label("eclac_2023", comfortable("proportion", {{&M::estimate, p}, {&M::cv, cv}, {&M::n_cases, cases}}));
    };
    EXPECT_EQ(at(0.01, 0.1749, 50), "reliable");
    EXPECT_EQ(at(0.01, 0.1749, 49), "weakly_reliable");
    EXPECT_EQ(at(0.01, 0.1749, 30), "weakly_reliable");
    EXPECT_EQ(at(0.01, 0.1749, 29), "non_reliable");
    EXPECT_EQ(at(0.01, 0.1751, 50), "non_reliable");
    EXPECT_EQ(at(0.6, 0.1749, 50), "reliable");
    EXPECT_EQ(at(0.6, 0.1751, 30), "weakly_reliable");
    EXPECT_EQ(at(0.6, 0.1751, 29), "non_reliable");
}

TEST(QualityRules, Nchs) {
    const auto at = [](std::initializer_list<Change> changes) {
        return label("nchs_2017", comfortable("proportion", changes));
    };
    EXPECT_EQ(at({{&M::n, 30}, {&M::n_eff, 30}, {&M::df, 8}}), "reliable");
    EXPECT_EQ(at({{&M::n, 29}}), "unreliable");
    EXPECT_EQ(at({{&M::n_eff, 29.9}}), "unreliable");
    EXPECT_EQ(at({{&M::lower, 0.25}, {&M::upper, 0.549}}), "reliable");
    EXPECT_EQ(at({{&M::lower, 0.25}, {&M::upper, 0.5501}}), "unreliable");
    // Relative width: above 130 % of the estimate only where the interval is wider than 5 points.
    EXPECT_EQ(at({{&M::estimate, 0.05}, {&M::lower, 0.02}, {&M::upper, 0.084}}), "reliable");
    EXPECT_EQ(at({{&M::estimate, 0.05}, {&M::lower, 0.02}, {&M::upper, 0.086}}), "unreliable");
    EXPECT_EQ(at({{&M::estimate, 0.01}, {&M::lower, 0.001}, {&M::upper, 0.05}}), "reliable");
    EXPECT_EQ(at({{&M::df, 7}}), "review");
    EXPECT_EQ(at({{&M::estimate, 0}, {&M::se, none}, {&M::cv, none}, {&M::lower, 0}, {&M::upper, 0.003}}), "review");
    EXPECT_EQ(label("nchs_2017", comfortable("mean")), "unknown");
}

// ---- reading

Diagnostics faults_of(const std::string& text, QualityRules* into = nullptr) {
    Diagnostics faults;
    const QualityRules read = read_quality_rules(parse_yaml(text, "rules.yaml", faults), faults);
    if (into) *into = read;
    return faults;
}

TEST(QualityRules, OneOwnFile) {
    QualityRules own;
    const Diagnostics faults = faults_of(
        "id: own\nlabels:\n  a: {level: good}\n  b: {level: poor, mark: '#'}\n"
        "definitions: {half: n / 2}\n"
        "rules:\n  - {when: half < 10, label: b, reason: small}\n  - {when: cv > 0.5, label: b, reason: wide}\n  - "
        "{label: a}\n",
        &own);
    ASSERT_FALSE(faults.has_errors()) << (faults.items().empty() ? "" : to_text(faults.items().front()));
    const Quality both = assess(own, comfortable("total", {{&M::n, 19}, {&M::cv, 0.6}}));
    EXPECT_EQ(quality_cell(own, both), "own:b:small+wide");
    EXPECT_EQ(parse_quality_cell("own:b:small+wide").quality, both);
    EXPECT_EQ(parse_quality_cell("own:b:small+wide").rules, "own");
    EXPECT_EQ(quality_cell(own, assess(own, comfortable("total"))), "own:a");
    EXPECT_EQ(parse_quality_cell("low").quality.label, "low");
}

TEST(QualityRules, FaultsAreAllNamed) {
    const Diagnostics faults = faults_of(
        "id: own\ncolour: red\nlabels:\n  good: {level: excellent}\n"
        "rules:\n  - {when: cvv < 0.15, label: good}\n  - {when: cv < 0.15, label: goood}\n");
    for (const char* code : {"unknown-key", "unknown-choice", "unknown-label", "last-rule"})
        EXPECT_TRUE(faults.contains(code)) << code;
    EXPECT_EQ(faults.error_count(), 5u);  // and the unknown name cvv
}

}  // namespace
}  // namespace cifra
