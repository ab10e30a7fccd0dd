#include <fmt/format.h>

#include "questionnaires/assignment.h"
#include "questionnaires/form_html.h"
#include "questionnaires/form_pdf.h"
#include "questionnaires/forms/form_preview.h"
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

// One file for each language, on paper or as the page to print.
std::vector<std::string> write_paper(const Assignment& assignment, const std::string& format, Outputs& files) {
    std::vector<std::string> names;
    for (const std::string& language : assignment.languages) {
        const std::string page = form_html(assignment.instrument, language);
        names.push_back(fmt::format("form_{}.{}", language, format));
        files.write(names.back(), format == "pdf" ? page_as_pdf(page) : page);
    }
    return names;
}

std::vector<std::string> write_forms(Context& context, const Assignment& assignment, Outputs& files) {
    const std::string format = context.options.has("format") ? context.options.value("format") : "html";
    if (format == "html" || format == "pdf") return write_paper(assignment, format, files);
    if (format == "xform") {
        files.write("form.xml", form_xform(exported(context, assignment)));
        return {"form.xml"};
    }
    if (format == "xlsform") {
        files.write("form.xlsx", form_xlsform(exported(context, assignment)));
        return {"form.xlsx"};
    }
    if (format == "preview") {
        files.write("preview.html", form_preview(exported(context, assignment), preview_script()));
        return {"preview.html"};
    }
    fail_input({"--format", 0, 0}, "unknown-choice", fmt::format("there is no format '{}'", format),
               suggestion(format, {"html", "pdf", "preview", "xform", "xlsform"}));
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
        "boxes and the way to go on after each answer; --format pdf prints them by Chromium. --format xform writes "
        "the\n"
        "form for ODK Collect, ODK Web Forms, Enketo and KoboToolbox; --format xlsform the same as a workbook, for\n"
        "services that take one; --format preview a page that runs it in a browser, without a network.\n\n"
        "  cifra form study.yaml\n  cifra form library:victimization_core --language es --out forms\n"
        "  cifra form library:victimization_core --format xform --out forms";
    verb.reads = "study.yaml, or an instrument";
    verb.writes = "form_LANGUAGE.html or .pdf, form.xml, form.xlsx or preview.html";
    verb.options = {{"format", "html (default), pdf, xform, xlsform or preview", false}};
    verb.run = run_form;
    verb.applies = has_instrument;
    return verb;
}

}  // namespace cifra
