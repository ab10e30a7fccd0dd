// Exported forms in the engine of ODK Web Forms, which nobody here wrote: it asks what our walk asks, refuses what it
// refuses, selects whom it selects. Skipped where Node or the engine is not installed (engine/program/web/install.sh).
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>

#include "questionnaires/forms/form_xform.h"
#include "tests/questionnaires/forms/client_cases.h"
#include "tests/support/scratch_folder.h"

namespace cifra {
namespace {

constexpr int not_installed = 69;

std::filesystem::path client_folder() {
    const char* elsewhere = std::getenv("CIFRA_WEB_CLIENT");
    return elsewhere ? elsewhere : CIFRA_SOURCE_DIR "/engine/program/web";
}

int run(const std::string& command) {
    const int status = std::system(command.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::vector<std::string> instruments() {
    std::vector<std::string> names = library_instruments();
    for (const auto& entry :
         std::filesystem::directory_iterator(CIFRA_SOURCE_DIR "/tests/questionnaires/forms/instruments"))
        names.push_back(entry.path().string());
    std::sort(names.begin(), names.end());
    return names;
}

// The folder of the form and its cases: kept where CIFRA_CLIENT_CASES says so, for other clients to play.
std::filesystem::path folder_for(const std::string& name, const ScratchFolder& scratch) {
    const char* kept = std::getenv("CIFRA_CLIENT_CASES");
    const std::filesystem::path folder = std::filesystem::path(kept ? kept : scratch.path().string()) / name;
    std::filesystem::create_directories(folder);
    return folder;
}

void play(const std::string& source, std::size_t count) {
    Diagnostics faults;
    const Instrument instrument = load_instrument(source, {}, faults);
    ASSERT_FALSE(faults.has_errors()) << source << ": " << to_text(faults.items().front());
    const ClientForm form = client_form(instrument, faults);
    ASSERT_FALSE(faults.has_errors()) << source << ": " << to_text(faults.items().back());
    const ScratchFolder scratch;
    const std::filesystem::path folder = folder_for(instrument.name, scratch);
    std::ofstream(folder / "form.xml") << form_xform(form);
    std::ofstream(folder / "cases.json") << client_cases(instrument, form, count).dump();
    const int code = run(fmt::format("node '{}/run_cases.mjs' '{}/form.xml' '{}/cases.json' > '{}/out' 2>&1",
                                     client_folder().string(), folder.string(), folder.string(), folder.string()));
    if (code == 127 || code == not_installed)
        GTEST_SKIP() << "Node or the engine of ODK Web Forms is not installed: engine/program/web/install.sh";
    EXPECT_EQ(code, 0) << source << ": " << bytes_of(folder / "out");
}

TEST(ClientAgreement, TenRespondentsOfEachInstrument) {
    for (const std::string& name : instruments()) play(name, 10);
}

TEST(ClientAgreement, DISABLED_TwoHundredRespondentsOfEachInstrument) {
    for (const std::string& name : instruments()) play(name, 200);
}

}  // namespace
}  // namespace cifra
