#include "questionnaires/check_texts.h"

#include <fmt/format.h>
#include <algorithm>
#include <iterator>
#include <set>

#include "questionnaires/fills.h"
#include "questionnaires/names.h"

namespace cifra {
namespace {

// A text: where it stands, what it is ("the text of 'age'"), and who says it when.
struct Spot {
    Location where;
    std::string what;
    Unit unit = Unit::household;
    std::size_t position = 0;
};

bool is_blank(const std::string& text) { return text.find_first_not_of(" \t\n") == std::string::npos; }

// The names that a text reads, and {period}.
std::set<std::string> fill_names(const std::string& text) {
    std::set<std::string> names;
    for (const Fill& fill : fills_of(text))
        if (fill.kind != Fill::Kind::words) names.insert(fill.text);
    return names;
}

class TextCheck {
public:
    TextCheck(const Instrument& instrument, Diagnostics& faults) : instrument_(instrument), faults_(faults) {}

    // A text for all languages ("") needs no translation only if there is one.
    void required(const Texts& labels, const Spot& owner) {
        Spot spot = owner;
        if (labels.where.line > 0) spot.where = labels.where;
        for (const std::string& language : instrument_.languages) {
            const auto found = labels.find(language);
            const bool single = labels.contains("") && instrument_.languages.size() == 1;
            if (!single && (found == labels.end() || is_blank(found->second)))
                faults_.error(spot.where, "missing-translation",
                              fmt::format("{} is missing in '{}'", spot.what, language),
                              fmt::format("add '{}: ...'", language));
        }
        present(labels, spot);
    }

    void optional(const Texts& labels, const Spot& spot) {
        if (!labels.empty()) required(labels, spot);
    }

private:
    void present(const Labels& labels, const Spot& spot) {
        const auto& known = instrument_.languages;
        for (const auto& [language, text] : labels) {
            if (!language.empty() && std::find(known.begin(), known.end(), language) == known.end())
                faults_.error(
                    spot.where, "unknown-language",
                    fmt::format("{} has a text in '{}', which 'languages' does not list", spot.what, language),
                    suggestion(language, known));
            for (const Fill& fill : fills_of(text)) check_fill(fill, spot);
            if (language.empty() && known.size() == 1 && is_blank(text))
                faults_.error(spot.where, "missing-translation", fmt::format("{} says nothing", spot.what),
                              "write it, or leave the key out");
        }
        check_fills_agree(labels, spot);
    }

    // What the source text tells of the answers, a translation tells too.
    void check_fills_agree(const Labels& labels, const Spot& spot) {
        const auto source = instrument_.languages.empty() ? labels.end() : labels.find(instrument_.languages.front());
        if (source == labels.end()) return;
        const std::set<std::string> names = fill_names(source->second);
        for (const auto& [language, text] : labels) {
            const std::set<std::string> own = fill_names(text);
            if (own == names) continue;
            std::vector<std::string> differ;
            std::set_symmetric_difference(names.begin(), names.end(), own.begin(), own.end(),
                                          std::back_inserter(differ));
            const bool lost = names.contains(differ.front());
            faults_.warning(spot.where, "fill-not-translated",
                            fmt::format("{} reads '{}' in '{}', but not in '{}'", spot.what, differ.front(),
                                        lost ? source->first : language, lost ? language : source->first),
                            "let all languages say the same");
        }
    }

    void refuse(const Spot& spot, const std::string& fill, const std::string& hint) {
        faults_.error(spot.where, "unknown-fill", fmt::format("{} has the unknown fill '{}'", spot.what, fill), hint);
    }

    void check_fill(const Fill& fill, const Spot& spot) {
        if (fill.kind == Fill::Kind::words && fill.text.find('}') != std::string::npos)
            return refuse(spot, "}", "a '{' is missing before it");
        if (fill.kind == Fill::Kind::words || fill.kind == Fill::Kind::period) return;
        if (fill.kind == Fill::Kind::broken)
            return refuse(spot, fill.text,
                          "write {period}, {long}, {name}, {name|label} or {name|one form|other form}");
        if (fill.kind == Fill::Kind::long_period) {
            if (instrument_.period.long_months == 0)
                refuse(spot, "{long}", "give the period 'long: {months: 60}', or write {period}");
            return;
        }
        if (!instrument_.name_index.contains(fill.text))
            return refuse(spot, "{" + fill.text + "}", suggestion(fill.text, known_fills()));
        if (!check_reference(fill.text, spot.where, instrument_, spot.unit, spot.position, faults_)) return;
        const Question* question = instrument_.find(fill.text);
        const bool number = instrument_.names[instrument_.name_index.find(fill.text)->second].type == Type::number;
        if (fill.kind == Fill::Kind::label && fill.text != "crime" && (!question || question->codes.empty()))
            refuse(spot, "{" + fill.text + "|label}", "only an answer with codes has a label");
        if (fill.kind == Fill::Kind::plural && !number)
            refuse(spot, "{" + fill.text + "|...}", "the forms are chosen by a number");
    }

    std::vector<std::string> known_fills() const {
        std::vector<std::string> known = {"period"};
        for (const Name& name : instrument_.names) known.push_back(name.name);
        return known;
    }

    const Instrument& instrument_;
    Diagnostics& faults_;
};

void check_code_texts(const std::vector<Code>& codes, TextCheck& check) {
    for (const Code& code : codes)
        check.required(code.label, {code.where, fmt::format("the label of code '{}'", code.code)});
}

void check_question_texts(const Question& question, std::size_t index, TextCheck& check) {
    const auto spot = [&](std::string_view what) {
        return Spot{question.where, fmt::format("{} '{}'", what, question.name), question.unit, index};
    };
    check.optional(question.label, spot("the label of"));
    if (question.computed) return;
    check.required(question.text, spot("the text of"));
    check.optional(question.note, spot("the note of"));
    for (const Wording* wording : {&question.self, &question.paper}) {
        check.optional(wording->text, spot("a text of"));
        check.optional(wording->note, spot("a note of"));
    }
    if (question.code_list.empty() && question.part == ScreenerPart::none) check_code_texts(question.codes, check);
    for (const Constraint& constraint : question.constraints)
        check.optional(constraint.say, {constraint.that.where, fmt::format("a message of '{}'", question.name),
                                        question.unit, index + 1});
}

}  // namespace

void check_texts(const Instrument& instrument, Diagnostics& faults) {
    TextCheck check(instrument, faults);
    check.optional(instrument.title, {{instrument.source, 1, 1}, "the title"});
    check.optional(instrument.safety.distress, {instrument.safety.where, "'distress'"});
    for (const CodeList& list : instrument.code_lists) check_code_texts(list.codes, check);
    check_code_texts(instrument.offences, check);
    for (std::size_t c = 0; c < instrument.crimes.size(); ++c) {
        const Crime& crime = instrument.crimes[c];
        if (!instrument.screener(c, ScreenerPart::happened))
            check.required(crime.cue, {crime.where, fmt::format("the cue of '{}'", crime.id)});
    }
    for (const Module& module : instrument.modules) {
        const auto spot = [&](std::string_view what) {
            return Spot{module.where, fmt::format("{} of module '{}'", what, module.id), module.unit, module.begin};
        };
        check.optional(module.title, spot("the title"));
        check.optional(module.intro, spot("the introduction"));
    }
    for (std::size_t q = 0; q < instrument.questions.size(); ++q)
        check_question_texts(instrument.questions[q], q, check);
}

}  // namespace cifra
