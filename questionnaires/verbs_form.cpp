#include <fmt/format.h>

#include "questionnaires/assignment.h"
#include "questionnaires/form_html.h"
#include "questionnaires/forms/form_xform.h"
#include "questionnaires/forms/form_xlsform.h"
#include "questionnaires/verbs.h"

namespace cifra {
namespace {

ClientForm exported(Context& context, const Assignment& assignment) {
    Diagnostics faults;
    ClientForm form = client_form(assignment.instrument, faults);
    faults.throw_if_errors();
    report_warnings(context, faults);
    return form;
}

std::vector<std::string> write_forms(Context& context, const Assignment& assignment, Outputs& files) {
    const std::string format = context.options.has("format") ? context.options.value("format") : "html";
    if (format == "xform") {
        files.write("form.xml", form_xform(exported(context, assignment)));
        return {"form.xml"};
    }
    if (format == "xlsform") {
        files.write("form.xlsx", form_xlsform(exported(context, assignment), assignment.out / "form.xlsx.part"));
        return {"form.xlsx"};
    }
    if (format != "html")
        fail_input({"--format", 0, 0}, "unknown-choice", fmt::format("there is no format '{}'", format),
                   suggestion(format, {"html", "xform", "xlsform"}));
    std::vector<std::string> names;
    for (const std::string& language : assignment.languages) {
        names.push_back(fmt::format("form_{}.html", language));
        files.write(names.back(), form_html(assignment.instrument, language));
    }
    return names;
}

void run_form(Context& context) {
    const Assignment assignment = read_assignment(context);
    Outputs files(assignment.out);
    const std::vector<std::string> names = write_forms(context, assignment, files);
    context.commit(files, names);
    for (const std::string& name : names) context.say(fmt::format("{}", (assignment.out / name).string()));
}

}  // namespace

Verb form_verb() {
    Verb verb;
    verb.name = "form";
    verb.summary = "write the questionnaire as a paper form or for data-collection clients";
    verb.manual =
        "--format html, the default, writes one self-contained page per language, ready to print on A4, with codes,\n"
        "boxes and the way to go on after each answer. --format xform writes the form for ODK Collect, ODK Web Forms,\n"
        "Enketo and KoboToolbox; --format xlsform the same as a workbook, for services that take one.\n\n"
        "  cifra form study.yaml\n  cifra form library:victimization_core --language es --out forms\n"
        "  cifra form library:victimization_core --format xform --out forms";
    verb.reads = "study.yaml, or an instrument";
    verb.writes = "form_LANGUAGE.html, form.xml or form.xlsx";
    verb.options = {{"format", "html (default), xform or xlsform", false}};
    verb.run = run_form;
    verb.applies = has_instrument;
    return verb;
}

}  // namespace cifra
