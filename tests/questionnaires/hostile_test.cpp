// Documents made to hurt the reader: each ends in faults with their remedies, or in an instrument.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/questionnaires/made_up_instrument.h"
#include "tests/support/scratch_folder.h"

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
    EXPECT_TRUE(read(made_up_text({.person = "      - {name: talk, type: single, codes: {1: A, 2: B}, text: 'Ah? " +
                                             std::string(1'000'000, 'x') + "'}\n"}))
                    .contains("long-text"));
}

TEST(Hostile, BytesThatAreNoTextAreRefused) {
    for (const std::string bad : {"\xff", "\xc3\x28", "\xed\xa0\x80", "\xf8\x88\x80\x80\x80"})
        for (const std::string& text :
             {"instrument: " + bad, "languages: [\"" + bad + "\"]\n",
              made_up_text({.person = "      - {name: talk, type: text, text: '" + bad + "'}\n"})})
            EXPECT_TRUE(read(text).contains("not-utf8"));
    EXPECT_TRUE(read(std::string("instrument: a\0b\n", 16)).contains("nul-byte"));
}

TEST(Hostile, ATextOfMegabytesIsRefused) {
    EXPECT_TRUE(read("title: " + std::string(5'000'000, 'x') + "\n").contains("yaml-too-large"));
}

TEST(Hostile, AnEmptyFileAndASecondDocumentAreNamed) {
    for (const char* text : {"", " ", "# nothing\n"}) {
        const Diagnostics faults = read(text);
        ASSERT_TRUE(faults.has_errors());
        EXPECT_EQ(faults.items().front().where.file, "hostile.yaml") << text;
    }
    const Diagnostics faults = read("instrument: a\n---\ninstrument: b\n");
    ASSERT_TRUE(faults.contains("yaml-documents"));
    EXPECT_EQ(faults.items().front().where.line, 2u);
}

// A pipe would be waited for, a device never ends.
TEST(Hostile, WhatIsNoFileIsNotIncluded) {
    const ScratchFolder folder;
    ASSERT_EQ(mkfifo((folder.path() / "pipe").c_str(), 0600), 0);
    for (const std::string part : {"pipe", "/dev/zero", "."}) {
        folder.write("i.yaml", "instrument: a\nlanguages: [en]\ninclude: [" + part + "]\nmodules: []\n");
        Diagnostics faults;
        load_instrument("i.yaml", folder.path(), faults);
        ASSERT_TRUE(faults.contains("cannot-read")) << part;
        EXPECT_EQ(faults.items().front().where.line, 3u);
    }
}

TEST(Hostile, AMessageIsNoCommandOfTheTerminal) {
    const Diagnostics faults = read("instrument: \"\\e[2Jx\"\n");
    ASSERT_TRUE(faults.contains("bad-name"));
    for (const Diagnostic& fault : faults.items()) EXPECT_EQ(to_text(fault).find('\x1b'), std::string::npos);
    const Diagnostics longest = read("instrument: \"" + std::string(100'000, 'x') + "\"\n");
    for (const Diagnostic& fault : longest.items()) EXPECT_LT(to_text(fault).size(), 3000u);
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
