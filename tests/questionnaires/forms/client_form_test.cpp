// What a form cannot hold is refused at its place.
#include "questionnaires/forms/client_form.h"

#include <gtest/gtest.h>

#include "tests/support/scratch_folder.h"

namespace cifra {
namespace {

class ClientFormFaults : public testing::Test {
protected:
    // The instrument of series.yaml with one text replaced.
    Diagnostics faults_with(const std::string& old_text, const std::string& new_text) {
        std::string source = bytes_of(CIFRA_SOURCE_DIR "/tests/questionnaires/forms/instruments/series.yaml");
        const std::size_t at = source.find(old_text);
        EXPECT_NE(at, std::string::npos) << old_text;
        source.replace(at, old_text.size(), new_text);
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

TEST_F(ClientFormFaults, EveryoneOfTheHousehold) {
    EXPECT_TRUE(faults_with("{count: size,", "{select: all, count: size,").contains("export-untranslatable"));
}

TEST(LanguageName, IsTheLanguagesOwnWithItsTag) {
    EXPECT_EQ(language_name("es"), "Español (es)");
    EXPECT_EQ(language_name("pt-BR"), "Português (pt-BR)");
    EXPECT_EQ(language_name("xx"), "xx (xx)");
}

}  // namespace
}  // namespace cifra
