#include "engine/program/manual.h"

#include <fmt/format.h>

namespace cifra {

namespace {

// What every verb takes.
struct CommonOption {
    const char *name, *argument, *help;
};
constexpr CommonOption common[] = {
    {"out", "FOLDER", "folder of the results, instead of the study's"},
    {"data", "FOLDER", "folder that holds the microdata, instead of the study's"},
    {"seed", "NUMBER", "seed of all chance, instead of the study's"},
    {"threads", "NUMBER", "threads (0: all cores); the results are the same bytes"},
    {"language", "TAG", "language of labels and texts, such as es"},
    {"dry-run", "", "check and compute, write nothing"},
};

// Text for groff: hyphens that can be copied, no line that looks like a request, backslashes as they are.
std::string roff(const std::string& text) {
    std::string result;
    bool line_begins = true;
    for (const char c : text) {
        if (line_begins && (c == '.' || c == '\'')) result += "\\&";
        line_begins = c == '\n';
        if (c == '-')
            result += "\\-";
        else if (c == '\\')
            result += "\\e";
        else
            result += c;
    }
    return result;
}

std::string option_entry(const std::string& name, const std::string& argument, const std::string& help) {
    return fmt::format(".TP\n\\fB\\-\\-{}\\fR{}\n{}\n", roff(name),
                       argument.empty() ? "" : fmt::format(" \\fI{}\\fR", roff(argument)), roff(help));
}

std::string verb_section(const Verb& verb) {
    std::string text =
        fmt::format(".SS cifra {}\n{}\n.PP\n.nf\n{}\n.fi\n.PP\nReads: {}\n.br\nWrites: {}\n", roff(verb.name),
                    roff(verb.summary), roff(verb.manual), roff(verb.reads), roff(verb.writes));
    for (const VerbOption& option : verb.options)
        text += option_entry(option.name, option.flag ? "" : "VALUE", option.help);
    return text;
}

void print(Context& context, const std::vector<Verb>& verbs) {
    std::string text = context.options.has("bash") ? bash_completion(verbs) : man_page(verbs);
    text.pop_back();
    context.say(text);
}

}  // namespace

std::string man_page(const std::vector<Verb>& verbs) {
    std::string text = fmt::format(
        ".TH CIFRA 1 \"\" \"cifra {}\" \"User Commands\"\n.SH NAME\ncifra \\- victimization survey design and "
        "estimation\n.SH SYNOPSIS\n\\fBcifra\\fR \\fIVERB\\fR [\\fIstudy.yaml\\fR] [\\fIOPTION\\fR]...\n.SH "
        "DESCRIPTION\n"
        "Plans, draws, asks, weighs, estimates and publishes a survey from YAML and CSV. The same input and seed give "
        "the\nsame bytes.\n.SH OPTIONS OF EVERY VERB\n",
        version);
    for (const CommonOption& option : common) text += option_entry(option.name, option.argument, option.help);
    text += ".SH VERBS\n";
    for (const Verb& verb : verbs) text += verb_section(verb);
    return text +
           ".SH EXIT STATUS\n.TP\n0\ndone\n.TP\n1\nthe data or the numbers refuse\n.TP\n2\nthe input is wrong: every "
           "fault "
           "is told with file, line and remedy\n.TP\n3\na fault of cifra\n";
}

std::string bash_completion(const std::vector<Verb>& verbs) {
    std::string names, cases, every;
    for (const CommonOption& option : common) every += fmt::format("--{} ", option.name);
    for (const Verb& verb : verbs) {
        names += verb.name + " ";
        std::string own;
        for (const VerbOption& option : verb.options) own += fmt::format("--{} ", option.name);
        cases += fmt::format("        {}) words=\"{}{}--help\" ;;\n", verb.name, own, every);
    }
    return fmt::format(
        "# bash completion for cifra\n_cifra() {{\n    local word=${{COMP_WORDS[COMP_CWORD]}} words=\"{}--help "
        "--version\"\n"
        "    case ${{COMP_WORDS[1]}} in\n{}    esac\n    if ((COMP_CWORD == 1)); then\n        words=\"{}--help "
        "--version\"\n"
        "    elif [[ $word != -* ]]; then\n        compopt -o default\n        return\n    fi\n"
        "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n}}\ncomplete -F _cifra cifra\n",
        names, cases, names);
}

Verb manual_verb(const std::vector<Verb>& verbs) {
    return {.name = "manual",
            .summary = "the manual page of the program, or what a shell completes",
            .manual =
                "Prints the page cifra(1) for man, or with --bash the completions for bash; packages install both.\n\n"
                "  cifra manual | man -l -\n  source <(cifra manual --bash)",
            .reads = "nothing",
            .writes = "nothing",
            .options = {{"bash", "completions for bash instead", true}},
            .run = [verbs](Context& context) { print(context, verbs); },
            .applies = [](const Study&) { return false; }};
}

}  // namespace cifra
