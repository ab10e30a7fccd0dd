// Each published rule at its thresholds, as the producers state them.
#include <gtest/gtest.h>

#include <cmath>
#include <map>

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

std::string label(const std::string& id, const QualityMeasures& m) {
    static std::map<std::string, QualityRules> read;
    if (!read.contains(id)) read[id] = rules(id);
    return assess(read[id], m).label;
}

using M = QualityMeasures;
constexpr double none = QualityMeasures::missing;

TEST(QualityRules, TheShippedSetsHaveSourceAndTextsInTwoLanguages) {
    EXPECT_EQ(shipped_quality_rules(),
              (std::vector<std::string>{"bjs_ncvs", "cl_econ_2024", "cl_ine_2020", "dhs", "eclac_2020", "eclac_2023",
                                        "eurostat", "inegi_cv", "nchs_2017", "nchs_rse", "ons", "statcan_cv",
                                        "statcan_cv_25"}));
    for (const std::string& id : shipped_quality_rules()) {
        const QualityRules set = rules(id);
        EXPECT_EQ(set.id, id);
        EXPECT_FALSE(set.source.empty());
        EXPECT_EQ(set.verified, set.unverified.empty()) << id << ": what is not verified must be said";
        for (const QualityLabel& one : set.labels) EXPECT_TRUE(one.text.contains("en") && one.text.contains("es"));
        for (const QualityRule& rule : set.rules)
            EXPECT_TRUE(rule.reason.empty() || (rule.text.contains("en") && rule.text.contains("es"))) << rule.reason;
        for (const QualityLabel& one : set.labels)
            EXPECT_EQ(one.mark.empty(), one.level == QualityLevel::good) << one.id;
    }
    EXPECT_FALSE(shipped_quality_rules("inegi").has_value());
}

TEST(QualityRules, ALabelOfSeveralRulesAlwaysNamesItsReason) {
    for (const std::string& id : shipped_quality_rules()) {
        const QualityRules set = rules(id);
        for (const QualityLabel& one : set.labels) {
            if (one.level == QualityLevel::good || one.level == QualityLevel::unknown) continue;
            std::size_t leading = 0, reasons = 0;
            for (const QualityRule& rule : set.rules)
                if (rule.label == one.id) ++leading, reasons += !rule.reason.empty();
            EXPECT_GT(leading, 0u) << id << " " << one.id;
            if (leading > 1) {
                EXPECT_EQ(reasons, leading) << id << " " << one.id;
            }
        }
    }
}

// Each rule against its definition written out as arithmetic, on a grid that holds every threshold and its neighbours.
struct Grid {
    std::vector<double> cvs, sizes, cases, dfs;
};
Grid grid() {
    Grid all;
    for (const double cv : {0.05, 0.10, 0.15, 0.165, 0.20, 0.25, 0.30, 0.333, 0.50})
        for (const double shift : {-1e-9, 0.0, 1e-9}) all.cvs.push_back(cv + shift);
    all.cvs.push_back(0);
    for (const double size : {15, 20, 25, 30, 50, 60})
        for (const int shift : {-1, 0, 1}) all.sizes.push_back(size + shift);
    all.cases = {14, 15, 16};
    all.dfs = {8, 9};
    return all;
}

std::string letter(double cv, double last_of_d, bool closed, double last_of_e, bool e_closed) {
    if (cv < 0.05) return "A";
    if (cv < 0.10) return "B";
    if (cv < 0.15) return "C";
    if (closed ? cv <= last_of_d : cv < last_of_d) return "D";
    return (e_closed ? cv <= last_of_e : cv < last_of_e) ? "E" : "F";
}

TEST(QualityRules, TheNewSetsOnAGridOfThresholds) {
    const Grid all = grid();
    std::size_t compared = 0;
    for (const double cv : all.cvs)
        for (const double n : all.sizes)
            for (const double cases : all.cases)
                for (const double df : all.dfs) {
                    const QualityMeasures m =
                        comfortable("rate", {{&M::cv, cv}, {&M::n, n}, {&M::n_cases, cases}, {&M::df, df}});
                    const auto expect = [&](const char* id, const std::string& expected) {
                        ++compared;
                        ASSERT_EQ(label(id, m), expected) << id << " cv " << cv << " n " << n << " cases " << cases;
                    };
                    expect("statcan_cv", cases < 15 ? "F" : letter(cv, 0.165, true, 0.333, true));
                    expect("statcan_cv_25", letter(cv, 0.25, false, 0.50, false));
                    expect("eurostat", n < 20 ? "not_published" : n < 50 ? "low_reliability" : "publish");
                    expect("dhs", n < 25 ? "suppressed" : n < 50 ? "parentheses" : "publish");
                    expect("ons", n < 50 ? "not_published" : "publish");
                    expect("nchs_rse", n < 30 ? "suppressed" : n < 60 || cv >= 0.30 ? "unreliable" : "reliable");
                    expect("cl_econ_2024", n < 30 || df < 9 || cv > 0.30 ? "non_reliable"
                                           : cv > 0.20                   ? "weakly_reliable"
                                                                         : "reliable");
                }
    EXPECT_GT(compared, 20000u);
}

TEST(QualityRules, WhatCannotBeJudgedIsUnknown) {
    const QualityMeasures no_cv = comfortable("rate", {{&M::cv, none}, {&M::se, none}});
    for (const char* id : {"statcan_cv", "statcan_cv_25", "nchs_rse", "cl_econ_2024"})
        EXPECT_EQ(label(id, no_cv), "unknown");
    const QualityMeasures no_n = comfortable("rate", {{&M::n, none}});
    for (const char* id : {"eurostat", "dhs", "ons"}) EXPECT_EQ(label(id, no_n), "unknown");
    EXPECT_EQ(assess(rules("statcan_cv"), comfortable("rate", {{&M::cv, 0.4}, {&M::n_cases, 3}})),
              (Quality{"F", {"cases_below_15", "cv_above_33_3"}}));
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
