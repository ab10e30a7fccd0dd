// The print of Chromium. Skipped where Chromium is not installed.
#include "questionnaires/form_pdf.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "engine/diagnostics.h"

namespace cifra {
namespace {

const std::string page = "<!DOCTYPE html><html><body><p>One.</p><p style='break-before: page'>Two.</p></body></html>";

TEST(FormPdf, TheSamePageGivesTheSameBytes) {
    std::string first;
    try {
        first = page_as_pdf(page);
    } catch (const InputError& error) {
        GTEST_SKIP() << error.what();
    }
    EXPECT_TRUE(first.starts_with("%PDF-"));
    EXPECT_NE(first.find("/Count 2"), std::string::npos);
    EXPECT_EQ(first, page_as_pdf(page));
}

TEST(FormPdf, WithoutChromiumSaysWhatToDo) {
    const char* before = std::getenv("CIFRA_CHROMIUM");
    const std::string kept = before ? before : "";
    setenv("CIFRA_CHROMIUM", "/no/such/program", 1);
    try {
        page_as_pdf(page);
        FAIL();
    } catch (const InputError& error) {
        EXPECT_NE(std::string(error.what()).find("no-chromium"), std::string::npos) << error.what();
    }
    if (before)
        setenv("CIFRA_CHROMIUM", kept.c_str(), 1);
    else
        unsetenv("CIFRA_CHROMIUM");
}

}  // namespace
}  // namespace cifra
