// The library of indicators: every definition expands and is read by the indicator reader, its faults stand at their
// places, and on ENVIPE 2021 it gives INEGI's published figures.
#include "estimation/library.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "engine/expression.h"
#include "estimation/quality.h"
#include "tests/estimation/estimation_run.h"
#include "tests/support/shared_data.h"

namespace cifra::testing {
namespace {

std::string printed(const Diagnostics& faults) {
    std::string text;
    for (const Diagnostic& item : faults.items()) text += to_text(item) + '\n';
    return text;
}

YamlValue parsed(const std::string& text) {
    Diagnostics faults;
    YamlValue value = parse_yaml(text, "tables.yaml", faults);
    faults.throw_if_errors();
    return value;
}

YamlValue expanded(const std::string& text) {
    Diagnostics faults;
    YamlValue value = expand_library(parsed(text), faults);
    EXPECT_FALSE(faults.has_errors()) << printed(faults);
    return value;
}

std::string text_at(const YamlValue& map, std::string_view key) {
    const YamlValue* value = map.find(key);
    return value ? value->scalar : "(absent)";
}

// YAML text of an expanded indicator, for a table file.
std::string flow(const YamlValue& value) {
    if (value.is_scalar()) {
        std::string text = "'";
        for (const char c : value.scalar) text += c == '\'' ? std::string("''") : std::string(1, c);
        return text + "'";
    }
    std::string text = value.is_list() ? "[" : "{";
    for (const YamlValue& item : value.items) text += flow(item) + ", ";
    for (const auto& [key, item] : value.entries) text += key + ": " + flow(item) + ", ";
    return text + (value.is_list() ? "]" : "}");
}

// ---- the shipped definitions

TEST(Library, EveryDefinitionSaysWhatItIsInTwoLanguages) {
    const std::vector<std::string> rule_sets = shipped_quality_rules();
    EXPECT_GE(library_definitions().size(), 30u);
    std::set<std::string> ids;
    for (const LibraryDefinition& d : library_definitions()) {
        EXPECT_TRUE(ids.insert(d.id).second) << d.id;
        for (const Labels* labels : {&d.title, &d.numerator, &d.denominator, &d.window, &d.age, &d.missing_reason})
            EXPECT_TRUE(labels->contains("en") && labels->contains("es")) << d.id;
        EXPECT_FALSE(d.source.empty() || d.version.empty()) << d.id;
        EXPECT_TRUE(d.verified || !d.unverified.empty()) << d.id << ": what is not verified must be said";
        EXPECT_NE(std::find(rule_sets.begin(), rule_sets.end(), d.quality), rule_sets.end()) << d.id;
        for (const LibraryNeed& need : d.needs) {
            EXPECT_TRUE(need.text.contains("en") && need.text.contains("es")) << d.id << " " << need.name;
            EXPECT_EQ(need.at.empty(), need.kind == NeedKind::level) << d.id << " " << need.name;
        }
        for (const LibraryParameter& parameter : d.parameters)
            EXPECT_TRUE(parameter.text.contains("en") && parameter.text.contains("es"))
                << d.id << " " << parameter.name;
        const YamlValue* missing = d.indicator.find("missing");
        if (missing) {
            EXPECT_EQ(missing->scalar, d.missing_rule) << d.id;
        }
    }
}

TEST(Library, TheRegisterIsCovered) {
    for (const char* id : {"sdg_16_1_3_physical",
                           "sdg_16_1_3_psychological",
                           "sdg_16_1_3_sexual",
                           "sdg_16_1_3_robbery",
                           "sdg_16_1_4",
                           "sdg_16_2_3",
                           "sdg_16_3_1_physical",
                           "sdg_16_3_1_psychological",
                           "sdg_16_3_1_sexual",
                           "sdg_16_3_1_robbery",
                           "sdg_16_5_1",
                           "sdg_16_5_1_by_official",
                           "sdg_11_7_2",
                           "sdg_5_2_1",
                           "sdg_5_2_2",
                           "prevalence",
                           "incidence",
                           "concentration",
                           "repeat_victimization",
                           "multiple_victimization",
                           "households_victimized",
                           "reporting_rate",
                           "investigation_opened",
                           "dark_figure",
                           "reason_not_reported",
                           "reason_not_reported_multiple",
                           "cost_total",
                           "cost_per_victim",
                           "cost_of_prevention",
                           "perceived_insecurity",
                           "trust_in_authority",
                           "effectiveness_of_authority",
                           "corruption_of_authority",
                           "change_of_routine",
                           "protective_measures"})
        EXPECT_NE(find_definition(id), nullptr) << id;
    EXPECT_EQ(find_definition("sdg_16_1_3"), nullptr);
    EXPECT_EQ(find_definition("sdg_16_2_3")->series, "VC_VAW_SXVLN");
    EXPECT_FALSE(find_definition("trust_in_authority")->verified);
}

// A made-up hierarchy that has what a definition needs, under names that differ from those of the definition.
Hierarchy made_up(const LibraryDefinition& definition) {
    const auto table_of = [&](const std::string& level) {
        Table table;
        table.set("weight", Column::of_numbers({1, 2}));
        for (const LibraryNeed& need : definition.needs) {
            if (need.kind == NeedKind::level || need.at != level) continue;
            const bool number = need.kind == NeedKind::number || need.kind == NeedKind::truth;
            table.set("my_" + need.name, number ? Column::of_numbers({1, 0}) : Column::of_texts({"0401", "02011"}));
        }
        return table;
    };
    Hierarchy hierarchy;
    std::size_t levels = 0;
    // Units come before records: a definition names `persons` or `units` first.
    for (const LibraryNeed& need : definition.needs) {
        if (need.kind != NeedKind::level) continue;
        Level level;
        level.name = "my_" + need.name;
        level.table = table_of(need.name);
        level.weight = {1, 2};
        if (levels > 0) level.parent = levels - 1, level.parent_row = {0, 1};
        for (const LibraryNeed& variable : definition.needs)
            if (variable.kind == NeedKind::truth && variable.at == need.name)
                level.types["my_" + variable.name] = Type::truth;
        hierarchy.add(std::move(level));
        ++levels;
    }
    return hierarchy;
}

// Every combination of the choices, with every need bound and every parameter given.
std::vector<std::string> uses_of(const LibraryDefinition& definition) {
    std::string bind;
    for (const LibraryNeed& need : definition.needs) bind += fmt::format("{}: my_{}, ", need.name, need.name);
    std::vector<std::string> withs = {""};
    for (const LibraryParameter& parameter : definition.parameters) {
        std::vector<std::string> values = parameter.choices;
        if (parameter.kind == LibraryParameter::Kind::codes) values = {"[\"0401\", \"02011\"]"};
        if (parameter.kind == LibraryParameter::Kind::number) values = {"3"};
        std::vector<std::string> longer;
        for (const std::string& so_far : withs)
            for (const std::string& value : values) longer.push_back(so_far + parameter.name + ": " + value + ", ");
        withs = longer;
    }
    std::vector<std::string> uses;
    for (const std::string& with : withs)
        uses.push_back(fmt::format("{{use: {}, bind: {{{}}}, with: {{{}}}}}", definition.id, bind, with));
    return uses;
}

TEST(Library, EveryVariantOfEveryDefinitionIsAnIndicator) {
    std::size_t variants = 0;
    for (const LibraryDefinition& definition : library_definitions()) {
        const Hierarchy hierarchy = made_up(definition);
        for (const std::string& use : uses_of(definition)) {
            Diagnostics faults;
            const YamlValue written = expand_library(parsed(use), hierarchy, faults);
            ASSERT_FALSE(faults.has_errors()) << use << "\n" << printed(faults);
            const Indicator indicator = read_indicator("x", written, hierarchy, faults);
            EXPECT_FALSE(faults.has_errors()) << use << "\n" << flow(written) << "\n" << printed(faults);
            EXPECT_EQ(indicator.label, definition.title);
            ++variants;
        }
    }
    EXPECT_GE(variants, 45u);
}

TEST(Library, NamesOfNeedsAreNoWordsOfTheLanguage) {
    const std::set<std::string> words = {"and", "false", "in", "is", "missing", "not", "or", "true", "dk", "refused"};
    for (const LibraryDefinition& definition : library_definitions()) {
        for (const LibraryNeed& need : definition.needs) EXPECT_FALSE(words.contains(need.name)) << need.name;
        for (const LibraryParameter& one : definition.parameters) EXPECT_FALSE(words.contains(one.name)) << one.name;
    }
}

// ---- expansion

TEST(Library, NamesAreReplacedWholeAndNeverInsideQuotes) {
    Diagnostics faults;
    const YamlValue file = parsed(
        "definitions:\n  d:\n    version: '1'\n    source: s\n    missing_items: {rule: zero}\n"
        "    needs: {persons: {is: level}, age: {is: number, at: persons}, crime: {is: text, at: persons}}\n"
        "    parameters: {from: {default: '18'}, codes: {is: codes}}\n"
        "    indicator: {statistic: proportion, of: persons, scale: from, having: 'crime in codes',\n"
        "      where: 'age >= from and ages.age = 1 and crime != \"age ''from''\" and crime != ''a \"age\"'' and "
        "ageage = 2 and edad_age = 3 and añage = 4'}\n");
    const std::vector<LibraryDefinition> own = read_definitions(file, faults);
    ASSERT_FALSE(faults.has_errors()) << printed(faults);
    const YamlValue written = expand_definition(
        own.front(),
        parsed(
            "{use: d, bind: {persons: adults, age: 'EDAD + 1', crime: BPCOD}, with: {from: -15.5, codes: ['a\"b']}}"),
        faults);
    ASSERT_FALSE(faults.has_errors()) << printed(faults);
    EXPECT_EQ(text_at(written, "of"), "adults");
    EXPECT_EQ(text_at(written, "scale"), "(-15.5)");
    EXPECT_EQ(text_at(written, "having"), "BPCOD in [\"a\"\"b\"]");
    EXPECT_EQ(text_at(written, "where"),
              "(EDAD + 1) >= (-15.5) and ages.age = 1 and BPCOD != \"age 'from'\" and BPCOD != 'a \"age\"' and "
              "ageage = 2 and edad_age = 3 and añage = 4");
}

TEST(Library, KeysBesideUseStandInsteadOfTheDefinitions) {
    const YamlValue written = expanded(
        "use: dark_figure\nbind: {incidents: crimes, reported: a, opened: b}\nscale: 1\nmissing: zero\n"
        "label: {en: Mine}\ninterval: t\n");
    EXPECT_EQ(text_at(written, "statistic"), "proportion");
    EXPECT_EQ(text_at(written, "scale"), "1");
    EXPECT_EQ(text_at(written, "missing"), "zero");
    EXPECT_EQ(text_at(written, "interval"), "t");
    EXPECT_EQ(written.find("label")->find("en")->scalar, "Mine");
    EXPECT_EQ(text_at(written, "having"), "a is not true or b is not true");
    EXPECT_EQ(text_at(written, "where"), "true");
    for (const char* key : {"use", "bind", "with"}) EXPECT_EQ(written.find(key), nullptr);
    EXPECT_EQ(written.entries.size(), written.key_places.size());
}

TEST(Library, ChoicesPickVariants) {
    const std::string bind = "bind: {persons: p, incidents: i, iccs: c, reported: r, victim: v, last: l}";
    const YamlValue any = expanded("{use: sdg_16_3_1_sexual, " + bind + "}");
    EXPECT_EQ(text_at(any, "statistic"), "prevalence");
    EXPECT_EQ(text_at(any, "among"), "v and true");
    const YamlValue last = expanded("{use: sdg_16_3_1_sexual, " + bind + ", with: {basis: last_event}}");
    EXPECT_EQ(text_at(last, "where"), "true and l and starts_with(c, \"0301\") and r");
    const YamlValue incident = expanded("{use: sdg_16_3_1_sexual, " + bind + ", with: {basis: incident}}");
    EXPECT_EQ(text_at(incident, "statistic"), "proportion");
    EXPECT_EQ(incident.find("per"), nullptr);
    EXPECT_EQ(incident.find("among"), nullptr);
    // Paid only needs no item on having been asked.
    const YamlValue paid = expanded("{use: sdg_16_5_1, bind: {persons: p, contact: c, paid: q}, with: {counts: paid}}");
    EXPECT_EQ(text_at(paid, "having"), "q");
    const YamlValue codes =
        expanded("{use: reason_not_reported, bind: {incidents: i, not_reported: n, reason: r}, with: {codes: [1, 2]}}");
    EXPECT_EQ(text_at(codes, "having"), "r in [1, 2]");
}

struct Fault {
    std::size_t line, column;
    std::string code;
    bool operator==(const Fault&) const = default;
};
void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.line << ":" << fault.column << " " << fault.code; }

std::vector<Fault> faults_of(const std::string& text, const Hierarchy* hierarchy = nullptr) {
    Diagnostics faults;
    const YamlValue value =
        hierarchy ? expand_library(parsed(text), *hierarchy, faults) : expand_library(parsed(text), faults);
    EXPECT_EQ(value.is_null(), faults.has_errors());
    std::vector<Fault> found;
    for (const Diagnostic& item : faults.items()) {
        EXPECT_EQ(item.where.file, "tables.yaml");
        EXPECT_FALSE(item.hint.empty()) << item.message;
        found.push_back({item.where.line, item.where.column, item.code});
    }
    return found;
}

TEST(Library, FaultsAreAllNamedAtTheirPlaces) {
    EXPECT_EQ(faults_of("use: dark_figures\n"), (std::vector<Fault>{{1, 6, "unknown-definition"}}));
    EXPECT_EQ(faults_of("use: [dark_figure]\n"), (std::vector<Fault>{{1, 6, "wrong-type"}}));
    EXPECT_EQ(faults_of("use: dark_figure\nbind: {incidents: crimes, reportd: a}\nwith: {age: 3}\n"),
              (std::vector<Fault>{{2, 27, "unknown-binding"},
                                  {3, 8, "unknown-parameter"},
                                  {1, 6, "missing-binding"},
                                  {1, 6, "missing-binding"}}));
    EXPECT_EQ(faults_of("use: dark_figure\nbind: {incidents: a + b, reported: [a], opened: ''}\n"),
              (std::vector<Fault>{{2, 19, "wrong-binding"}, {2, 36, "wrong-binding"}, {2, 49, "wrong-binding"}}));
    EXPECT_EQ(faults_of("use: sdg_16_1_4\nbind: {persons: p, age: a, safe: s}\nwith: {base: some, age_from: old}\n"),
              (std::vector<Fault>{{3, 30, "wrong-parameter"}, {3, 14, "wrong-parameter"}}));
    EXPECT_EQ(faults_of("use: sdg_16_1_4\nbind: {persons: p, age: a, safe: s}\nwith: {base: valid_answers}\n"),
              (std::vector<Fault>{{1, 6, "missing-binding"}}));
    EXPECT_EQ(faults_of("use: cost_total\nbind: {incidents: i, loss: l}\nwith: {tail: capped}\n"),
              (std::vector<Fault>{{1, 6, "missing-parameter"}}));
    EXPECT_EQ(faults_of("use: reason_not_reported\nbind: {incidents: i, not_reported: n, reason: r}\n"
                        "with: {codes: []}\n"),
              (std::vector<Fault>{{3, 15, "wrong-parameter"}}));
    EXPECT_EQ(faults_of("use: dark_figure\nbind: crimes\n").front(), (Fault{2, 7, "wrong-type"}));
}

TEST(Library, BindingsAreCheckedAgainstTheData) {
    const Hierarchy hierarchy = made_up(*find_definition("dark_figure"));
    EXPECT_EQ(faults_of("use: dark_figure\nbind: {incidents: my_incident, reported: my_reported, opened: my_opened}\n",
                        &hierarchy),
              (std::vector<Fault>{{2, 19, "unknown-level"}}));
    EXPECT_EQ(faults_of("use: dark_figure\nbind:\n  incidents: my_incidents\n  reported: my_reportd\n"
                        "  opened: my_opened and nobody = 1\n  counted: 1 + 1\n",
                        &hierarchy),
              (std::vector<Fault>{{4, 13, "unknown-name"}, {5, 25, "unknown-name"}, {6, 12, "type-mismatch"}}));
}

// ---- the published figures of ENVIPE 2021

class LibraryOnEnvipe : public ::testing::Test {
protected:
    static Table run(const std::vector<std::pair<std::string, std::string>>& indicators, const std::string& by = "",
                     const std::string& weight = "FAC_ELE") {
        const std::string design = "data:\n  persons: {file: persons.csv, weight: " + weight +
                                   "}\n  crimes: {file: crimes.csv, weight: FAC_DEL, parent: persons, by: [ID_PER]}\n"
                                   "design: {level: persons, strata: EST_DIS, psu: UPM_DIS}\n"
                                   "derive:\n  persons:\n    sex: {groups: {male: SEXO = 1, female: SEXO = 2}}\n"
                                   "    n_crimes: {count: crimes, where: 'BPCOD != \"03\"'}\n";
        std::string tables = "indicators:\n", ids;
        for (const auto& [id, use] : indicators) {
            tables += "  " + id + ": " + flow(expanded(use)) + "\n";
            ids += (ids.empty() ? "" : ", ") + id;
        }
        tables += "tables:\n  - {id: t, indicators: [" + ids + "]" + (by.empty() ? "" : ", by: [" + by + "]") + "}\n";
        return run_estimation(design, tables, shared_data("envipe2021"), 2);
    }
};

TEST_F(LibraryOnEnvipe, ReportingAndDarkFigureAreThePublishedOnes) {
    CIFRA_NEEDS_DATA("envipe2021");
    const auto use = [](const std::string& id, const std::string& needs) {
        return "{use: " + id + ", bind: {" + needs + "}}";
    };
    const std::string base = "incidents: crimes, counted: 'BPCOD != \"03\"', reported: 'BP1_20 is 1 or BP1_21 is 1'";
    const Table result = run({{"reporting", use("reporting_rate", base)},
                              {"opened", use("investigation_opened", base + ", opened: BP1_24 is 1")},
                              {"dark", use("dark_figure", base + ", opened: BP1_24 is 1")}});
    EXPECT_TRUE(close_to(find_estimate(result, "reporting").estimate, 10.0668930287172, 1e-14));
    EXPECT_TRUE(close_to(find_estimate(result, "opened").estimate, 66.8590419309311, 1e-14));
    EXPECT_TRUE(close_to(find_estimate(result, "dark").estimate, 93.269371768788, 1e-14));
    const auto oracle = [](const char* id) { return oracle_case(shared_data("envipe2021") / "oracle.json", id); };
    EXPECT_TRUE(
        close_to(find_estimate(result, "reporting").se, 100 * oracle("crime_ratio_DD_DO")["se"].get<double>(), 1e-8));
    EXPECT_TRUE(
        close_to(find_estimate(result, "opened").se, 100 * oracle("crime_ratio_FILE_Y_DD")["se"].get<double>(), 1e-8));
}

TEST_F(LibraryOnEnvipe, RatesAreThePublishedOnes) {
    CIFRA_NEEDS_DATA("envipe2021");
    const std::string needs = "bind: {units: persons, incidents: crimes, counted: 'BPCOD != \"03\"'}";
    const Table result = run({{"prevalence", "{use: prevalence, " + needs + "}"},
                              {"incidence", "{use: incidence, " + needs + "}"},
                              {"concentration", "{use: concentration, " + needs + "}"},
                              {"men", "{use: incidence, " + needs + ", with: {rate: 1000}, among: SEXO = 1}"},
                              {"repeat", "{use: repeat_victimization, bind: {units: persons, crimes: n_crimes}}"}},
                             "sex");
    EXPECT_EQ(std::round(find_estimate(result, "prevalence").estimate), 23520);
    EXPECT_EQ(std::round(find_estimate(result, "incidence").estimate), 30601);
    const auto oracle = [](const char* id) { return oracle_case(shared_data("envipe2021") / "oracle.json", id); };
    EXPECT_TRUE(close_to(find_estimate(result, "prevalence").estimate,
                         oracle("persons_prevalence_per_100k")["estimate"], 1e-10));
    EXPECT_TRUE(close_to(find_estimate(result, "prevalence").se, oracle("persons_prevalence_per_100k")["se"], 1e-8));
    EXPECT_TRUE(close_to(find_estimate(result, "incidence").se, oracle("rate_crimes")["se"], 1e-8));
    // Concentration is incidence over prevalence, and a table file's own key narrows the population.
    EXPECT_TRUE(close_to(find_estimate(result, "concentration").estimate,
                         find_estimate(result, "incidence").estimate / find_estimate(result, "prevalence").estimate,
                         1e-12));
    EXPECT_TRUE(close_to(find_estimate(result, "men").estimate,
                         find_estimate(result, "incidence", "sex=male").estimate / 100, 1e-12));
    EXPECT_GT(find_estimate(result, "repeat").estimate, 10);
    EXPECT_LT(find_estimate(result, "repeat").estimate, 50);
}

TEST_F(LibraryOnEnvipe, HouseholdsAreThePublishedOnes) {
    CIFRA_NEEDS_DATA("envipe2021");
    const Table result =
        run({{"households",
              "{use: households_victimized, bind: {households: persons, victim: '(AP6_4_01 is 1 and "
              "AP6_5_01 is 1) or (AP6_4_02 is 1 and AP6_5_02 is 1) or AP6_4_04 is 1 or AP6_7 is 1'}}"}},
            "", "FAC_HOG");
    EXPECT_EQ(std::round(find_estimate(result, "households").estimate * 10), 284);
}

// ---- the page

TEST(Library, ThePageListsEveryDefinitionAsItIs) {
    std::ifstream file(std::filesystem::path(CIFRA_SOURCE_DIR) / "estimation/library/README.md");
    std::stringstream page;
    page << file.rdbuf();
    EXPECT_NE(page.str().find(definitions_page()), std::string::npos) << "estimation/library/README.md must end with:\n"
                                                                      << definitions_page();
}

TEST(Library, TheListNamesEveryDefinitionAndNeed) {
    const std::string en = list_definitions("en"), es = list_definitions("es");
    for (const LibraryDefinition& definition : library_definitions()) {
        EXPECT_NE(en.find(definition.id), std::string::npos);
        EXPECT_NE(en.find(definition.title.at("en")), std::string::npos);
        EXPECT_NE(es.find(definition.title.at("es")), std::string::npos);
    }
}

}  // namespace
}  // namespace cifra::testing
