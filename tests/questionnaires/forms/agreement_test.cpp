// Exported forms in the engine of ODK Web Forms, which nobody here wrote: it asks what our walk asks, refuses what it
// refuses, selects whom it selects. Skipped where Node or the engine is not installed (engine/program/web/install.sh).
#include <algorithm>

#include "questionnaires/forms/form_xform.h"
#include "tests/questionnaires/forms/client_cases.h"
#include "tests/questionnaires/forms/client_runner.h"

namespace cifra {
namespace {

std::vector<std::string> instruments() {
    std::vector<std::string> names = library_instruments();
    const std::filesystem::path features = CIFRA_SOURCE_DIR "/tests/questionnaires/forms/instruments";
    for (const auto& entry : std::filesystem::directory_iterator(features)) names.push_back(entry.path().string());
    std::sort(names.begin(), names.end());
    return names;
}

void play(const std::string& source, std::size_t count) {
    Diagnostics faults;
    const Instrument instrument = load_instrument(source, {}, faults);
    ASSERT_FALSE(faults.has_errors()) << source << ": " << to_text(faults.items().front());
    const ClientForm form = client_form(instrument, faults);
    if (instrument.roster && instrument.roster->all) {
        EXPECT_TRUE(faults.contains("export-untranslatable")) << source;
        return;
    }
    ASSERT_FALSE(faults.has_errors()) << source << ": " << to_text(faults.items().back());
    const ScratchFolder scratch;
    const char* kept = std::getenv("CIFRA_CLIENT_CASES");  // for other clients to play
    const std::filesystem::path folder = kept ? std::filesystem::path(kept) / instrument.name : scratch.path();
    const WebRun run = run_client(form_xform(form), client_cases(instrument, form, count), folder);
    if (!run.installed) GTEST_SKIP() << no_web;
    EXPECT_EQ(run.code, 0) << source << ": " << run.report;
}

class ClientAgreement : public testing::TestWithParam<std::string> {};

TEST_P(ClientAgreement, TenRespondents) { play(GetParam(), 10); }

TEST_P(ClientAgreement, DISABLED_TwoHundredRespondents) { play(GetParam(), 200); }

INSTANTIATE_TEST_SUITE_P(Instruments, ClientAgreement, testing::ValuesIn(instruments()), [](const auto& info) {
    const std::string name = std::filesystem::path(info.param).stem().string();
    return name.substr(name.find(':') + 1);
});

}  // namespace
}  // namespace cifra
