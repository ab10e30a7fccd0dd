// Documents made to hurt the reader: each ends in faults with their remedies, or in an instrument.
#include <gtest/gtest.h>

#include "tests/questionnaires/made_up_instrument.h"

namespace cifra {
namespace {

Diagnostics read(const std::string& text) {
    Diagnostics faults;
    const YamlValue document = parse_yaml(text, "hostile.yaml", faults);
    if (!faults.has_errors()) check_instrument(read_instrument(document, faults), faults);
    for (const Diagnostic& fault : faults.items()) {
        EXPECT_FALSE(fault.code.empty() || fault.message.empty()) << to_text(fault);
    }
    return faults;
}

TEST(Hostile, DeepNestingIsRefused) {
    std::string deep = "instrument: ";
    for (int i = 0; i < 5000; ++i) deep += "[";
    EXPECT_TRUE(read(deep).has_errors());
    std::string maps;
    for (int i = 0; i < 200; ++i) maps += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
    EXPECT_TRUE(read(maps).contains("yaml-too-large"));
}

TEST(Hostile, AnAliasBombIsRefused) {
    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 12; ++i) {
        const std::string last = "*a" + std::to_string(i - 1);
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        for (int k = 0; k < 10; ++k) bomb += (k ? ", " : "") + last;
        bomb += "]\n";
    }
    EXPECT_TRUE(read(bomb).contains("yaml-too-large"));
}

TEST(Hostile, HugeScalarsAndNamesAreFaultsNotCrashes) {
    const std::string huge(2'000'000, 'x');
    EXPECT_TRUE(read("instrument: " + huge + "\n").contains("bad-name"));
    EXPECT_TRUE(read(made_up_text({.person = "      - {name: talk, type: text, text: T, ask_if: '" +
                                             std::string(100'000, '(') + "'}\n"}))
                    .has_errors());
    EXPECT_TRUE(
        read(made_up_text({.person = "      - {name: talk, type: text, text: '" + std::string(50'000, '{') + "'}\n"}))
            .contains("unknown-fill"));
}

TEST(Hostile, BytesThatAreNoTextDoNotCrash) {
    const std::string bad = "\xff\xfe\xc3\x28 \xed\xa0\x80";
    for (const std::string& text :
         {"instrument: " + bad, "languages: [\"" + bad + "\"]\n",
          made_up_text({.person = "      - {name: talk, type: text, text: '" + bad + "'}\n"})})
        read(text);
    SUCCEED();
}

TEST(Hostile, WrongKindsEverywhereAreFaults) {
    for (const char* text : {"",
                             "[]",
                             "3",
                             "{}",
                             "modules: 3",
                             "modules: [3]",
                             "modules: [[]]",
                             "codes: []",
                             "crimes: {a: 1}",
                             "tests: 3",
                             "tests: [3]",
                             "safety: 3",
                             "bounding: []",
                             "lint: 3",
                             "indicators: [3]",
                             "indicators: {a: 3}",
                             "languages: {}",
                             "period: 3",
                             "modes: {a: b}",
                             "modules: [{id: m, unit: incident, questions: [{name: q, type: computed, value: [3]}]}]"})
        EXPECT_TRUE(read(text).has_errors()) << text;
}

}  // namespace
}  // namespace cifra
