// Tags of languages, which become parts of file names.
#include "engine/language.h"

#include <gtest/gtest.h>

namespace cifra {
namespace {

// Examples and refusals of RFC 5646, appendix A.
TEST(LanguageTag, IsOneOfTheStandard) {
    for (const char* tag : {"de", "es", "es-419", "pt-BR", "zh-Hant-CN", "sr-Latn", "quz"})
        EXPECT_TRUE(is_language_tag(tag)) << tag;
    for (const char* text : {"", "e", "5", "spanish", "es_MX", "es-", "-es", "es--MX", "../es", "es/x", "es.x", "e5",
                             "es-abcdefghi", "ñe"})
        EXPECT_FALSE(is_language_tag(text)) << text;
}

TEST(LanguageTag, OfAListStandOnce) {
    Diagnostics faults;
    check_languages({"en", "es", "en", "../x"}, {"study.yaml", 4, 12}, faults);
    ASSERT_EQ(faults.error_count(), 2U);
    EXPECT_EQ(faults.items()[0].code, "duplicate-language");
    EXPECT_EQ(faults.items()[1].code, "bad-language");
    EXPECT_EQ(faults.items()[1].where, (Location{"study.yaml", 4, 12}));
}

}  // namespace
}  // namespace cifra
