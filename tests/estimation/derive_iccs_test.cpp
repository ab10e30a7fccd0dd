// Roll-up of ICCS codes against the prefixes of the codes themselves.
#include "estimation/derive_iccs.h"

#include <gtest/gtest.h>

#include "engine/iccs.h"
#include "estimation/derive.h"

namespace cifra {
namespace {

std::optional<std::string> at_level(std::string_view code, int level) { return iccs_group(code, {level, {}}); }

TEST(DeriveIccs, EveryCodeRollsUpToItsPrefix) {
    const std::size_t lengths[] = {2, 4, 5, 6};
    std::size_t compared = 0;
    for (const IccsCode& code : iccs_codes())
        for (int level = 1; level <= 4; ++level, ++compared) {
            const std::string expected = level <= code.level ? code.code.substr(0, lengths[level - 1]) : "";
            EXPECT_EQ(at_level(code.code, level), expected) << code.code;
            EXPECT_EQ(at_level("ICCS" + code.code, level), expected) << code.code;
        }
    EXPECT_EQ(compared, 4 * 320u);
    EXPECT_EQ(at_level("401", 2), std::nullopt);
    EXPECT_EQ(at_level("", 1), std::nullopt);
}

TEST(DeriveIccs, TheDeepestListedCodeIsTheGroup) {
    const IccsRollUp violence{0, {"02", "02011", "0401"}};
    EXPECT_EQ(iccs_group("020111", violence), "02011");
    EXPECT_EQ(iccs_group("02012", violence), "02");
    EXPECT_EQ(iccs_group("0401", violence), "0401");
    EXPECT_EQ(iccs_group("04", violence), "");  // above the listed code
    EXPECT_EQ(iccs_group("0501", violence), "");
}

// A level of incidents with these codes.
Hierarchy incidents(const std::vector<std::string>& codes, std::vector<Missing> missing = {}) {
    Level level;
    level.name = "incidents";
    level.table.set("ICCS", Column::of_texts(codes, std::move(missing)));
    Hierarchy hierarchy;
    hierarchy.add(std::move(level));
    return hierarchy;
}

struct Derived {
    Hierarchy hierarchy;
    Codebook labels;
    Diagnostics faults;
};

Derived derive(const std::string& variable, Hierarchy hierarchy) {
    Derived result{std::move(hierarchy), {}, {}};
    const YamlValue file = parse_yaml("incidents: {group: " + variable + "}\n", "design.yaml", result.faults);
    derive_variables(file, result.hierarchy, result.labels, result.faults);
    return result;
}

TEST(DeriveIccs, AVariableWithItsTitles) {
    using enum Missing;
    const Derived derived =
        derive("{iccs: ICCS, level: 2, label: {en: Offence}, categories: {'0401': {en: Mine}}}",
               incidents({"020111", "ICCS0401", "", "04", "050221"}, {none, none, refused, none, none}));
    ASSERT_FALSE(derived.faults.has_errors()) << to_text(derived.faults.items().front());
    const Column& group = derived.hierarchy[0].table.at("group");
    EXPECT_EQ(group.text(0), "0201");
    EXPECT_EQ(group.text(1), "0401");
    EXPECT_EQ(group.missing(2), Missing::refused);
    EXPECT_EQ(group.missing(3), Missing::system);
    EXPECT_EQ(group.text(4), "0502");
    EXPECT_TRUE(derived.faults.contains("iccs-above-level"));
    ASSERT_EQ(derived.labels.variables.size(), 1u);
    const Variable& variable = derived.labels.variables.front();
    EXPECT_EQ(variable.label.at("en"), "Offence");
    EXPECT_EQ(variable.categories.size(), 63u);  // all of level 2
    for (const auto& [code, label] : variable.categories) {
        if (code == "0401") {
            EXPECT_EQ(label.at("en"), "Mine");
        } else {
            EXPECT_EQ(label.at("es"), find_iccs(code)->title_es);
        }
    }
}

TEST(DeriveIccs, UnknownCodesAreCountedAndAliasesNamed) {
    const Derived derived = derive("{iccs: ICCS, level: 1}", incidents({"401", "0201", "401", "99"}));
    ASSERT_EQ(derived.faults.error_count(), 1u);
    const Diagnostic& fault = derived.faults.items().front();
    EXPECT_EQ(fault.code, "unknown-iccs");
    EXPECT_EQ(fault.message.substr(0, 2), "3 ");
    EXPECT_NE(fault.hint.find("0401"), std::string::npos);
    EXPECT_EQ(fault.where.line, 1u);
}

TEST(DeriveIccs, FaultsOfTheFile) {
    const auto code = [](const std::string& variable) {
        const Derived derived = derive(variable, incidents({"0401"}));
        return derived.faults.items().empty() ? std::string("none") : derived.faults.items().front().code;
    };
    EXPECT_EQ(code("{iccs: ICCS, level: 2}"), "none");
    EXPECT_EQ(code("{iccs: ICCS}"), "missing-key");
    EXPECT_EQ(code("{iccs: ICCS, level: 2, groups: ['0401']}"), "missing-key");
    EXPECT_EQ(code("{iccs: ICCS, level: 5}"), "out-of-range");
    EXPECT_EQ(code("{iccs: ICCS, level: two}"), "wrong-type");
    EXPECT_EQ(code("{iccs: ICCS, groups: ['401']}"), "unknown-iccs");
    EXPECT_EQ(code("{iccs: ICSC, level: 2}"), "unknown-name");
    EXPECT_EQ(code("{iccs: 3, level: 2}"), "type-mismatch");
    EXPECT_EQ(code("{iccs: ICCS, level: 2, cods: 3}"), "unknown-key");
}

}  // namespace
}  // namespace cifra
