// Exported forms in the engine of ODK Web Forms, which nobody here wrote: it asks what our walk asks, refuses what it
// refuses, selects whom it selects; and what it submits is loaded as what our respondents said. So does the form that
// pyxform makes of the workbook. Skipped where Node or the engine is not installed (engine/program/web/install.sh).
#include <algorithm>
#include <optional>

#include "engine/csv.h"
#include "questionnaires/answer_sheets.h"
#include "questionnaires/forms/form_xform.h"
#include "questionnaires/forms/form_xlsform.h"
#include "questionnaires/response_records.h"
#include "questionnaires/verbs.h"
#include "tests/questionnaires/forms/client_cases.h"
#include "tests/questionnaires/forms/client_runner.h"

namespace cifra {
namespace {

constexpr std::size_t played_at_a_time = 40;  // the engine keeps in memory what every interview made

std::vector<std::string> instruments() {
    std::vector<std::string> names = library_instruments();
    const std::filesystem::path features = CIFRA_SOURCE_DIR "/tests/questionnaires/forms/instruments";
    for (const auto& entry : std::filesystem::directory_iterator(features)) names.push_back(entry.path().string());
    std::sort(names.begin(), names.end());
    return names;
}

AnswerTables simulated_answers(const Instrument& instrument, std::size_t count) {
    // Instances are read in the order of their names.
    std::map<std::string, std::size_t> by_name;
    for (std::size_t k = 0; k < count; ++k) by_name[client_respondent(instrument, k).household + ".xml"] = k;
    AnswerSheets sheets(instrument);
    for (const auto& [name, k] : by_name) {
        const RespondentOptions options = client_respondent(instrument, k);
        const Respondent said = client_answers(instrument, options);
        PersonOutcomes outcomes;
        for (const std::uint32_t line : said.walk.interviewed)
            if (!options.person_responds || options.silent.contains(line)) outcomes[line] = "2";
        sheets.add_interview(options.household, options.interview_date, said.answers, said.walk, outcomes);
    }
    return sheets.finish();
}

// What the engine submits is loaded as the answers that were given.
void expect_loaded(const std::string& source, const Instrument& instrument, std::size_t count,
                   const std::filesystem::path& folder) {
    Context context;
    context.options.input = source;
    context.options.out = folder / "loaded";
    context.options.values["returns"] = (folder / "returns").string();
    load_verb().run(context);
    const AnswerTables expected = simulated_answers(instrument, count);
    for (const Unit unit : {Unit::household, Unit::roster, Unit::person, Unit::incident})
        EXPECT_EQ(bytes_of(folder / "loaded" / file_name(unit)), to_csv(expected.of(unit))) << source;
    EXPECT_EQ(bytes_of(folder / "loaded" / "findings.csv"), "file,line,record,column,rule,severity,message\n")
        << source;
}

// The exported form, or the one that pyxform makes of its workbook; nothing where pyxform is not installed.
std::optional<std::string> exported(const ClientForm& form, bool by_workbook, const std::filesystem::path& folder) {
    if (!by_workbook) return form_xform(form);
    const WebRun made = run_pyxform(form_xlsform(form), folder);
    if (!made.installed) return {};
    EXPECT_EQ(made.code, 0) << made.report;
    return bytes_of(folder / "form.xml");
}

void play(const std::string& source, std::size_t count, bool by_workbook = false) {
    Diagnostics faults;
    const Instrument instrument = load_instrument(source, {}, faults);
    ASSERT_FALSE(faults.has_errors()) << source << ": " << to_text(faults.items().front());
    const ClientForm form = client_form(instrument, faults);
    ASSERT_FALSE(faults.has_errors()) << source << ": " << to_text(faults.items().back());
    const ScratchFolder scratch;
    const char* kept = std::getenv("CIFRA_CLIENT_CASES");  // for other clients to play
    const std::filesystem::path folder = kept ? std::filesystem::path(kept) / instrument.name : scratch.path();
    const std::optional<std::string> xform = exported(form, by_workbook, folder);
    if (!xform) GTEST_SKIP() << no_web;
    const nlohmann::json cases = client_cases(instrument, form, count);
    for (std::size_t k = 0; k < count; k += played_at_a_time) {
        const auto first = cases.begin() + static_cast<std::ptrdiff_t>(k);
        const auto last = cases.begin() + static_cast<std::ptrdiff_t>(std::min(k + played_at_a_time, count));
        const WebRun run = run_client(*xform, std::vector<nlohmann::json>(first, last), folder);
        if (!run.installed) GTEST_SKIP() << no_web;
        EXPECT_EQ(run.code, 0) << source << ": " << run.report;
    }
    expect_loaded(source, instrument, count, folder);
}

class ClientAgreement : public testing::TestWithParam<std::string> {};

TEST_P(ClientAgreement, TenRespondents) { play(GetParam(), 10); }

TEST_P(ClientAgreement, ThreeRespondentsOfAConvertedWorkbook) { play(GetParam(), 3, true); }

TEST_P(ClientAgreement, DISABLED_TwoHundredRespondents) { play(GetParam(), 200); }

INSTANTIATE_TEST_SUITE_P(Instruments, ClientAgreement, testing::ValuesIn(instruments()), [](const auto& info) {
    const std::string name = std::filesystem::path(info.param).stem().string();
    return name.substr(name.find(':') + 1);
});

}  // namespace
}  // namespace cifra
