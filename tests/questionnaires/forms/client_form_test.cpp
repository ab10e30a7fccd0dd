// What a form cannot hold is refused at its place.
#include "questionnaires/forms/client_form.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/scratch_folder.h"

namespace cifra {
namespace {

class ClientFormFaults : public testing::Test {
protected:
    static void replace(std::string& source, const std::string& old_text, const std::string& new_text) {
        const std::size_t at = source.find(old_text);
        ASSERT_NE(at, std::string::npos) << old_text;
        source.replace(at, old_text.size(), new_text);
    }

    // The instrument of series.yaml with one text replaced, or two.
    Diagnostics faults_with(const std::string& old_text, const std::string& new_text, const std::string& old_other = {},
                            const std::string& new_other = {}) {
        std::string source = bytes_of(CIFRA_SOURCE_DIR "/tests/questionnaires/forms/instruments/series.yaml");
        replace(source, old_text, new_text);
        replace(source, old_other, new_other);
        folder_.write("changed.yaml", source);
        Diagnostics reading, faults;
        const Instrument instrument = load_instrument("changed.yaml", folder_.path(), reading);
        EXPECT_FALSE(reading.has_errors()) << to_text(reading.items().front());
        client_form(instrument, faults);
        return faults;
    }
    ScratchFolder folder_;
};

TEST_F(ClientFormFaults, ASeriesThatLaterFormsDecide) {
    EXPECT_EQ(faults_with("Series", "Series").error_count(), 0u);
    const Diagnostics faults = faults_with("ask_if: ordinal = 1 and times >= 2", "ask_if: times >= 2");
    ASSERT_EQ(faults.error_count(), 2u);  // of alike, and of alike_all that follows from it
    EXPECT_EQ(faults.items()[0].code, "export-untranslatable");
    EXPECT_GT(faults.items()[0].where.line, 0u);
}

TEST_F(ClientFormFaults, AConditionWithoutXPath) {
    const Diagnostics faults = faults_with("ask_if: age > 40 and times is dk", "ask_if: crime < \"s\"");
    ASSERT_EQ(faults.error_count(), 1u);
    EXPECT_EQ(faults.items()[0].code, "export-untranslatable");
}

TEST_F(ClientFormFaults, WhyAComputedValueIsMissing) {
    const Diagnostics faults = faults_with(
        "ask_if: age > 40 and times is dk, text: {en: O, es: ¿O}}",
        "text: {en: O, es: ¿O}}\n      - {name: old, type: computed, label: {en: Old, es: Mayor}, "
        "value: age > 60}\n      - {name: why, type: single, codes: yes_no, ask_if: old is dk, text: {en: W, "
        "es: ¿W}}");
    ASSERT_EQ(faults.error_count(), 1u);
    EXPECT_EQ(faults.items()[0].code, "export-untranslatable");
}

TEST_F(ClientFormFaults, ASeriesThatSomethingComputedDecides) {
    const std::string computed =
        "- {name: every, type: computed, label: {en: Every, es: Todos}, value: alike = \"1\" and times > 2}\n      - "
        "{name: ";
    const std::string rule = "incidents: {max: 3, series: 'alike = \"1\" and alike_all is not \"2\"'}";
    const std::string by_computed = "incidents: {max: 3, series: every}";
    EXPECT_EQ(faults_with(rule, by_computed, "- {name: month, ", computed + "month, ").error_count(), 0u);
    const std::string later =
        "- {name: every, type: computed, label: {en: Every, es: Todos}, value: told = \"1\"}\n      ";
    EXPECT_EQ(faults_with(rule, by_computed, "- {name: of_age, ", later + "- {name: of_age, ").error_count(), 1u);
}

TEST(ClientForm, PersonalDataHaveNoMark) {
    Diagnostics faults;
    const Instrument instrument =
        load_instrument(CIFRA_SOURCE_DIR "/tests/questionnaires/forms/instruments/language.yaml", {}, faults);
    Diagnostics own;
    client_form(instrument, own);
    EXPECT_EQ(own.error_count(), 0u);
    const auto marks = std::count_if(own.items().begin(), own.items().end(), [](const Diagnostic& item) {
        return item.code == "export-limit" && item.message.find("personal data") != std::string::npos;
    });
    EXPECT_EQ(marks, 1);
}

TEST(LanguageName, IsTheLanguagesOwnWithItsTag) {
    EXPECT_EQ(language_name("es"), "Español (es)");
    EXPECT_EQ(language_name("pt-BR"), "Português (pt-BR)");
    EXPECT_EQ(language_name("xx"), "xx (xx)");
}

}  // namespace
}  // namespace cifra
