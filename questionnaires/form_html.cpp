#include "questionnaires/form_html.h"

#include <fmt/format.h>
#include <algorithm>

#include "questionnaires/form_style.h"
#include "questionnaires/form_words.h"
#include "questionnaires/show_cards.h"

namespace cifra {
namespace {

constexpr std::int64_t printed_lines = 10;

std::string escaped(const std::string& text) {
    std::string result;
    for (const char c : text) {
        if (c == '&')
            result += "&amp;";
        else if (c == '<')
            result += "&lt;";
        else if (c == '>')
            result += "&gt;";
        else if (c == '"')
            result += "&quot;";
        else
            result += c;
    }
    return result;
}

std::string cells(std::size_t count) {
    std::string text = "<span class=\"cells\">";
    for (std::size_t i = 0; i < count; ++i) text += "<span class=\"cell\"></span>";
    return text + "</span>";
}

class Form {
public:
    Form(const Instrument& instrument, const std::string& language)
        : instrument_(instrument),
          language_(language),
          numbers_(question_numbers(instrument)),
          cards_(show_cards(instrument)) {}

    std::string run() const {
        std::string body = cover();
        for (std::size_t m = 0; m < instrument_.modules.size(); ++m) body += module(m);
        for (std::size_t c = 0; c < cards_.questions.size(); ++c) body += card(c);
        return fmt::format(
            "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"{0}\" xml:lang=\"{0}\">\n<head>"
            "<meta charset=\"utf-8\"/><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
            "<title>{1}</title>\n<style>{2}</style></head>\n<body>\n{3}</body>\n</html>\n",
            escaped(language_), title(), form_style, body);
    }

private:
    std::string word(const std::string& key) const { return escaped(form_word(key, language_)); }
    // French sets a blank before these signs, which do not begin a line.
    std::string set(std::string text) const {
        static constexpr std::string_view no_break = "\u00a0";
        if (!language_.starts_with("fr")) return escaped(text);
        for (std::size_t at = text.find(' '); at != std::string::npos && at + 1 < text.size();
             at = text.find(' ', at + 1))
            if (std::string_view("?!:;").find(text[at + 1]) != std::string_view::npos) text.replace(at, 1, no_break);
        return escaped(text);
    }
    std::string colon() const { return set(language_.starts_with("fr") ? " :" : ":"); }
    std::string said(const Labels& labels) const { return set(say(instrument_, labels, language_)); }
    std::string label(const Code& code) const { return set(label_in(code.label, language_, code.code)); }
    std::string title() const { return set(label_in(instrument_.title, language_, instrument_.name)); }

    std::string option(const std::string& code, const std::string& what, const std::string& go, bool round,
                       bool missing) const {
        return fmt::format(
            "<li{}><span class=\"box{}\"></span><span class=\"code\">{}</span><span class=\"what\">{}</span>{}</li>\n",
            missing ? " class=\"missing\"" : "", round ? " round" : "", escaped(code), what,
            go.empty() ? "" : fmt::format("<span class=\"go\">→ {}</span>", go));
    }

    std::string field(const std::string& key, const std::string& content) const {
        return fmt::format("<div><span class=\"label\">{}</span>{}</div>\n", word(key), content);
    }

    std::string date_cells() const {
        return fmt::format(
            "{}<span class=\"unit\">{}</span>{}<span class=\"unit\">{}</span>{}<span class=\"unit\">{}</span>",
            cells(4), word("year"), cells(2), word("month"), cells(2), word("day"));
    }

    std::string cover() const {
        std::string outcomes = "<ul>";
        int code = 0;
        for (const char* key : {"complete", "refusal", "no_contact", "ineligible"})
            outcomes += option(fmt::format("{}", ++code), word(key), "", true, false);
        outcomes += "</ul>";
        return fmt::format("<h1>{}</h1>\n<p class=\"sub\">{}{} {} · {} {}</p>\n<div class=\"cover\">\n{}{}{}{}</div>\n",
                           title(), word("period"), colon(), escaped(period_text(instrument_.period, language_)),
                           word("version"), escaped(instrument_.version), field("household", cells(12)),
                           field("date", date_cells()), field("outcome", outcomes),
                           field("interviewer", "<span class=\"write\"></span>"));
    }

    std::string module(std::size_t index) const {
        const Module& module = instrument_.modules[index];
        const bool incident = module.unit == Unit::incident;
        std::string text =
            fmt::format("<section{}>\n<h2><span class=\"letter\">{}</span>{}</h2>\n",
                        incident ? " class=\"incident\"" : "", static_cast<char>('A' + static_cast<int>(index % 26)),
                        escaped(label_in(module.title, language_, module.id)));
        text += only_if(module.ask_if);
        if (!module.intro.empty()) text += fmt::format("<p class=\"intro\">{}</p>\n", said(module.intro));
        if (incident) text += about_incident();
        if (module.unit == Unit::roster)
            text += roster(module);
        else
            text += questions(module);
        return text + "</section>\n";
    }

    std::string only_if(const Condition& condition) const {
        const std::string words = condition_words(condition, instrument_, numbers_, language_);
        return words.empty()
                   ? ""
                   : fmt::format("<span class=\"only\">{}{} {}</span>\n", word("only_if"), colon(), escaped(words));
    }

    std::string wording(const Question& question) const {
        const Wording printed = cifra::wording(question, Mode::paper);
        std::string text = only_if(question.ask_if) + said(printed.text);
        const auto q = static_cast<std::size_t>(&question - instrument_.questions.data());
        if (const std::size_t card = cards_.of_question[q])
            text += fmt::format(" <a class=\"show\" href=\"#card_{1}\">{0} {1}</a>", word("show_card"), card);
        if (question.sensitive) text += fmt::format(" <span class=\"tag\">{}</span>", word("sensitive"));
        if (!printed.note.empty()) text += fmt::format("<span class=\"note\">{}</span>", said(printed.note));
        return text;
    }

    // A page for the respondent: the answers, large, without don't know and refused.
    std::string card(std::size_t index) const {
        std::string answers;
        for (const Code& code : instrument_.questions[cards_.questions[index]].codes)
            answers += fmt::format("<li><span class=\"code\">{}</span><span class=\"what\">{}</span></li>\n",
                                   escaped(code.code), label(code));
        return fmt::format("<section class=\"card\" id=\"card_{1}\">\n<h2>{0} {1}</h2>\n<ul>{2}</ul></section>\n",
                           word("card"), index + 1, answers);
    }

    // Crimes that are asked for two periods are no grid.
    bool wide(const Question& question) const {
        return question.part != ScreenerPart::none && instrument_.screener(question.crime, ScreenerPart::wide);
    }

    std::string questions(const Module& module) const {
        std::string text;
        bool grid = false;
        for (std::size_t q = module.begin; q < module.end; ++q) {
            const Question& question = instrument_.questions[q];
            if (question.part == ScreenerPart::count && !wide(question)) continue;
            const bool screened = question.part == ScreenerPart::happened && !wide(question);
            if (screened != grid)
                text += screened ? grid_head(question, instrument_.questions[q + 1]) : "</tbody></table>\n";
            grid = screened;
            text += screened ? grid_row(q) : question.computed ? check(question) : ordinary(q);
        }
        return text + (grid ? "</tbody></table>\n" : "");
    }

    // What a computed question is computed from; of an aggregate its label says it.
    std::string check_words(const Question& question) const {
        const std::string label = escaped(label_in(question.label, language_, question.name));
        if (question.computed->aggregate != Aggregate::none) return label;
        return fmt::format("{}<span class=\"only\">{}</span>", label,
                           escaped(condition_words(question.computed->value, instrument_, numbers_, language_)));
    }

    // The interviewer marks what later conditions read.
    std::string check(const Question& question) const {
        const bool truth = question.computed->type == Type::truth;
        const std::string marks = option("1", word("yes"), "", true, false) + option("2", word("no"), "", true, false);
        return fmt::format(
            "<div class=\"check\" id=\"{}\"><div>{}<span class=\"label\">{}</span>{}</div><div>{}</div></div>\n",
            question.name, only_if(question.ask_if), word("check"), check_words(question),
            truth ? "<ul>" + marks + "</ul>" : cells(6));
    }

    std::string ordinary(std::size_t q) const {
        const Question& question = instrument_.questions[q];
        return fmt::format(
            "<div class=\"question\" id=\"{}\"><div class=\"number\">{}</div><div>{}</div><div>{}</div></div>\n",
            question.name, numbers_[q], wording(question), answer(q));
    }

    std::string way_on(std::size_t q, const std::string& code) const {
        if (instrument_.questions[q].type != QuestionType::single) return {};
        const auto target = go_to(instrument_, q, code);
        if (!target) return {};
        const bool end = *target == instrument_.modules[instrument_.questions[q].module].end;
        return end ? word("end_section") : numbers_[*target];
    }

    std::string missing_options(std::size_t q) const {
        const Question& question = instrument_.questions[q];
        std::string text;
        if (!question.dont_know.empty())
            text += option(question.dont_know, word("dk"), way_on(q, question.dont_know), true, true);
        if (!question.refused.empty())
            text += option(question.refused, word("refused"), way_on(q, question.refused), true, true);
        return text;
    }

    std::string answer(std::size_t q) const {
        const Question& question = instrument_.questions[q];
        std::string list;
        for (const Code& code : question.codes)
            list += option(code.code, label(code), way_on(q, code.code), question.type == QuestionType::single, false);
        list += missing_options(q);
        return space(question) + (list.empty() ? "" : "<ul>" + list + "</ul>");
    }

    // Where an answer that is not a code is written.
    std::string space(const Question& question) const {
        switch (question.type) {
            case QuestionType::integer:
            case QuestionType::money:
                return cells(fmt::format("{:.0f}", question.high.value_or(999)).size());
            case QuestionType::month:
                return cells(2);
            case QuestionType::date:
                return date_cells();
            case QuestionType::text:
                return "<span class=\"write\"></span>";
            default:
                return {};
        }
    }

    std::vector<std::pair<std::string, std::string>> marks(const Question& question) const {
        std::vector<std::pair<std::string, std::string>> result;
        for (const Code& code : question.codes) result.emplace_back(code.code, label(code));
        if (!question.dont_know.empty()) result.emplace_back(question.dont_know, word("dk"));
        if (!question.refused.empty()) result.emplace_back(question.refused, word("refused"));
        return result;
    }

    std::string grid_head(const Question& question, const Question& count) const {
        std::string text =
            fmt::format("<table class=\"screener\"><thead><tr><th>{}</th><th>{}</th>", word("number"), word("crime"));
        for (const auto& [code, what] : marks(question))
            text += fmt::format("<th class=\"mark\">{}<br/>{}</th>", what, escaped(code));
        text += fmt::format("<th class=\"count\">{}", said(count.text));
        for (const auto& [code, what] : marks(count))
            text += fmt::format("<span class=\"note\">{} {}</span>", escaped(code), what);
        return text + "</th></tr></thead><tbody>\n";
    }

    std::string grid_row(std::size_t q) const {
        const Question& question = instrument_.questions[q];
        std::string text = fmt::format("<tr id=\"{}\"><td class=\"number\">{}</td><td>{}</td>", question.name,
                                       numbers_[q], wording(question));
        for (std::size_t mark = 0; mark < marks(question).size(); ++mark)
            text += "<td class=\"mark\"><span class=\"box round\"></span></td>";
        const std::size_t width = fmt::format("{:.0f}", instrument_.questions[q + 1].high.value_or(97)).size();
        return text + fmt::format("<td class=\"count\">{}</td></tr>\n", cells(width));
    }

    std::string roster_head(std::size_t q) const {
        const Question& question = instrument_.questions[q];
        if (question.computed) return fmt::format("<th id=\"{}\">{}</th>", question.name, check_words(question));
        std::string codes;
        for (const auto& [code, what] : marks(question)) codes += fmt::format("{} {}<br/>", escaped(code), what);
        return fmt::format("<th id=\"{}\">{}. {}<span class=\"codes\">{}</span></th>", question.name, numbers_[q],
                           wording(question), codes);
    }

    std::string roster(const Module& module) const {
        std::string text = fmt::format("<table class=\"roster\"><thead><tr><th>{}</th>", word("line"));
        for (std::size_t q = module.begin; q < module.end; ++q) text += roster_head(q);
        text += "</tr></thead><tbody>\n";
        const std::int64_t lines = std::min(printed_lines, instrument_.roster->max.value_or(printed_lines));
        for (std::int64_t line = 1; line <= lines; ++line) {
            text += fmt::format("<tr><td class=\"mark\">{}</td>", line);
            for (std::size_t q = module.begin; q < module.end; ++q) text += fmt::format("<td>{}</td>", roster_space(q));
            text += "</tr>\n";
        }
        const std::string eligible = condition_words(instrument_.roster->eligible, instrument_, numbers_, language_);
        return text + fmt::format("</tbody></table>\n<p>{}{} · {} {} · {} {}</p>\n", word("eligible_if"),
                                  escaped(eligible), word("eligible"), cells(2), word("selected"), cells(2));
    }

    std::string roster_space(std::size_t q) const {
        const QuestionType type = instrument_.questions[q].type;
        return type == QuestionType::text ? "<span class=\"write\"></span>" : cells(roster_width(q));
    }

    std::size_t roster_width(std::size_t q) const {
        const Question& question = instrument_.questions[q];
        std::size_t width = question.high ? fmt::format("{:.0f}", *question.high).size() : 1;
        for (const Code& code : question.codes) width = std::max(width, code.code.size());
        return std::max({width, question.dont_know.size(), question.refused.size()});
    }

    std::string about_incident() const {
        std::string crimes;
        for (std::size_t c = 0; c < instrument_.crimes.size(); ++c) {
            const auto screener = instrument_.screener(c, ScreenerPart::happened);
            const std::string number = screener ? numbers_[*screener] : "";
            crimes +=
                option(number, escaped(label_in(instrument_.crimes[c].label, language_, instrument_.crimes[c].id)), "",
                       true, false);
        }
        const std::string once =
            fmt::format(fmt::runtime(form_word("one_form", language_)), instrument_.incidents->max.value_or(1));
        return fmt::format(
            "<p>{}</p>\n<div class=\"about\"><div><span "
            "class=\"only\">{}</span><ul>{}</ul></div><div>{}{}{}</div></div>\n",
            escaped(once), word("of_crime"), crimes, field("ordinal", cells(2)), field("times", cells(2)),
            field("selected", cells(2)));
    }

    const Instrument& instrument_;
    const std::string& language_;
    std::vector<std::string> numbers_;
    ShowCards cards_;
};

}  // namespace

std::string form_html(const Instrument& instrument, const std::string& language) {
    return Form(instrument, language).run();
}

}  // namespace cifra
