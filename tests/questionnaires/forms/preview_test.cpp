// The preview in a browser: it speaks every language of the form and asks nothing of a network. Skipped where Chromium,
// Playwright or preview.js is not installed (engine/program/web/install.sh).
#include "questionnaires/forms/form_preview.h"

#include "tests/questionnaires/forms/client_runner.h"

namespace cifra {
namespace {

TEST(FormPreview, SpeaksEveryLanguageWithoutANetwork) {
    const std::string script = bytes_of(web_folder() / "preview.js");
    if (script.empty()) GTEST_SKIP() << no_web;
    EXPECT_EQ(script.find("</script"), std::string::npos) << "the page would end there";
    Diagnostics faults;
    const Instrument instrument = load_instrument("library:short_phone", {}, faults);
    const ClientForm form = client_form(instrument, faults);
    const ScratchFolder folder;
    folder.write("preview.html", form_preview(form, script));
    const nlohmann::json said = {{"English (en)", "Outcome of the visit"},
                                 {"Español (es)", "Resultado de la visita"},
                                 {"Français (fr)", "Résultat de la visite"}};
    folder.write("said.json", said.dump());
    const WebRun run = run_web("check_preview.mjs", "preview.html said.json", folder.path());
    if (!run.installed) GTEST_SKIP() << run.report;
    EXPECT_EQ(run.code, 0) << run.report;
}

TEST(FormPreview, HoldsTheFormAsItIsExported) {
    ClientForm form;
    form.languages = {"en"};
    form.title = "A & B";
    form.id = "small";
    const std::string page = form_preview(form, "run();");
    EXPECT_NE(page.find("<title>A &amp; B</title>"), std::string::npos);
    EXPECT_NE(page.find("<data id=\"small\""), std::string::npos);
    EXPECT_NE(page.find("<script type=\"module\">run();</script>"), std::string::npos);
}

TEST(FormPreview, SaysWhereTheScriptIsLookedFor) {
    setenv("CIFRA_WEB", "/no/such/folder", 1);
    try {
        preview_script();
        FAIL();
    } catch (const InputError& error) {
        EXPECT_NE(std::string(error.what()).find("no-preview-script"), std::string::npos) << error.what();
    }
    unsetenv("CIFRA_WEB");
}

}  // namespace
}  // namespace cifra
