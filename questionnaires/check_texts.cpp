#include "questionnaires/check_texts.h"

#include <fmt/format.h>
#include <algorithm>

namespace cifra {
namespace {

class TextCheck {
public:
    TextCheck(const Instrument& instrument, Diagnostics& faults) : instrument_(instrument), faults_(faults) {}

    // `what` names the text: "the text of 'age'". A text for all languages ("") needs no translation only if there is
    // one.
    void required(const Texts& texts, const Location& owner, const std::string& what) {
        const Location& where = texts.where.line > 0 ? texts.where : owner;
        for (const std::string& language : instrument_.languages) {
            const auto found = texts.find(language);
            const bool single = texts.contains("") && instrument_.languages.size() == 1;
            if (!single && (found == texts.end() || found->second.empty()))
                faults_.error(where, "missing-translation", fmt::format("{} is missing in '{}'", what, language),
                              fmt::format("add '{}: ...'", language));
        }
        optional_parts(texts, where, what);
    }

    void optional(const Texts& texts, const Location& owner, const std::string& what) {
        if (!texts.empty()) required(texts, owner, what);
    }

private:
    void optional_parts(const Texts& texts, const Location& where, const std::string& what) {
        for (const auto& [language, text] : texts) {
            const auto& known = instrument_.languages;
            if (!language.empty() && std::find(known.begin(), known.end(), language) == known.end())
                faults_.error(where, "unknown-language",
                              fmt::format("{} has a text in '{}', which 'languages' does not list", what, language),
                              suggestion(language, known));
            check_fills(text, where, what);
        }
    }

    void check_fills(const std::string& text, const Location& where, const std::string& what) {
        for (std::size_t open = text.find('{'); open != std::string::npos; open = text.find('{', open + 1)) {
            const std::string fill =
                text.substr(open, text.find('}', open) == std::string::npos ? 1 : text.find('}', open) - open + 1);
            if (fill != "{period}")
                faults_.error(where, "unknown-fill", fmt::format("{} has the unknown fill '{}'", what, fill),
                              "known: {period}");
        }
    }

    const Instrument& instrument_;
    Diagnostics& faults_;
};

void check_code_texts(const std::vector<Code>& codes, TextCheck& check) {
    for (const Code& code : codes)
        check.required(code.label, code.where, fmt::format("the label of code '{}'", code.code));
}

void check_question_texts(const Question& question, TextCheck& check) {
    const std::string name = fmt::format("'{}'", question.name);
    if (question.part != ScreenerPart::happened) check.required(question.text, question.where, "the text of " + name);
    if (question.part == ScreenerPart::none) check.optional(question.note, question.where, "the note of " + name);
    if (question.code_list.empty() && question.part == ScreenerPart::none) check_code_texts(question.codes, check);
    for (const Constraint& constraint : question.constraints)
        check.optional(constraint.say, constraint.that.where, "a message of " + name);
}

}  // namespace

void check_texts(const Instrument& instrument, Diagnostics& faults) {
    TextCheck check(instrument, faults);
    check.optional(instrument.title, {instrument.source, 1, 1}, "the title");
    for (const CodeList& list : instrument.code_lists) check_code_texts(list.codes, check);
    check_code_texts(instrument.offences, check);
    for (const Crime& crime : instrument.crimes) {
        check.required(crime.cue, crime.where, fmt::format("the cue of '{}'", crime.id));
        check.optional(crime.label, crime.where, fmt::format("the label of '{}'", crime.id));
        check.optional(crime.note, crime.where, fmt::format("the note of '{}'", crime.id));
    }
    for (const Module& module : instrument.modules) {
        check.optional(module.title, module.where, fmt::format("the title of module '{}'", module.id));
        check.optional(module.intro, module.where, fmt::format("the introduction of module '{}'", module.id));
    }
    for (const Question& question : instrument.questions) check_question_texts(question, check);
}

}  // namespace cifra
