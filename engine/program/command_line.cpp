#include "engine/program/command_line.h"

#include <fmt/format.h>

namespace cifra {

namespace {

std::vector<std::string> verbs_of(const CLI::App& program) {
    std::vector<std::string> names;
    for (const CLI::App* verb : program.get_subcommands([](const CLI::App*) { return true; }))
        names.push_back(verb->get_name());
    return names;
}

std::vector<std::string> options_of(const CLI::App& command) {
    std::vector<std::string> names;
    for (const CLI::Option* option : command.get_options())
        for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    return names;
}

// Where to look, behind what was perhaps meant.
std::string hint(std::string_view word, const std::vector<std::string>& known, const std::string& help) {
    const std::string near = nearest(word, known);
    return fmt::format("{}'{} --help' lists all", near.empty() ? "" : fmt::format("did you mean '{}'? ", near), help);
}

// The first option that the library's message names.
std::string option_in(const std::string& message) {
    const std::size_t at = message.find("--");
    return at == std::string::npos ? "" : message.substr(at, message.find_first_of(": =", at) - at);
}

// What the check of an option says of its value.
std::string after_name(const std::string& message) {
    const std::size_t at = message.find(": ");
    return at == std::string::npos ? "does not take that value" : message.substr(at + 2);
}

bool is_option(const std::string& word) { return word.starts_with("-"); }

void tell_extra(const CLI::App& command, const std::string& name, const std::string& word, Diagnostics& faults) {
    if (is_option(word))
        faults.error({}, "unknown-option", fmt::format("'{}' has no option '{}'", name, word.substr(0, word.find('='))),
                     hint(word.substr(0, word.find('=')), options_of(command), name));
    else
        faults.error({}, "too-many-arguments", fmt::format("'{}' takes fewer arguments", name),
                     fmt::format("a name with blanks stands in quotes; '{} --help' tells what it takes", name));
}

}  // namespace

void tell_command_line(const CLI::App& program, const CLI::ParseError& error, const std::vector<std::string>& words,
                       Diagnostics& faults) {
    if (words.empty()) {
        faults.error({}, "no-verb", "what shall be done?", "'cifra --help' lists all verbs; begin with 'cifra new'");
        return;
    }
    const auto chosen = program.get_subcommands();
    if (chosen.empty()) {
        if (is_option(words.front()))
            tell_extra(program, "cifra", words.front(), faults);
        else
            faults.error({}, "unknown-verb", fmt::format("there is no verb '{}'", words.front()),
                         hint(words.front(), verbs_of(program), "cifra"));
        return;
    }
    const CLI::App& command = *chosen.front();
    const std::string name = "cifra " + command.get_name(), option = option_in(error.what());
    const std::vector<std::string> extra = program.remaining(true);
    if (!extra.empty())
        tell_extra(command, name, extra.front(), faults);
    else if (dynamic_cast<const CLI::ArgumentMismatch*>(&error))
        faults.error({}, "missing-value", fmt::format("'{}' needs a value", option),
                     fmt::format("'{} --help' tells which", name));
    else
        faults.error({}, "bad-value", fmt::format("'{}' {}", option, after_name(error.what())),
                     fmt::format("'{} --help' tells more", name));
}

}  // namespace cifra
