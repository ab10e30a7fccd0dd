#include <fmt/format.h>

#include "engine/markup.h"
#include "estimation/publishing/paper/paper.h"
#include "estimation/publishing/quality_report/quality_report.h"
#include "estimation/publishing/quality_report/quality_words.h"
#include "estimation/publishing/style.h"
#include "estimation/publishing/words.h"

namespace cifra {

namespace {

constexpr std::string_view style = R"css(
main h2{font-size:1.3rem;margin:34px 0 6px}
main h3{font-size:1rem;margin:16px 0 2px}main ul{margin:2px 0;padding-left:1.3em}
main p{margin:2px 0;max-width:80ch}.blank{color:#5a6670;font-style:italic}
)css";

bool answered(const QualityAnswer& answer) { return !answer.told.empty() || !answer.figures.empty(); }

// A heading whose parts are asked for is no blank itself.
bool is_blank(std::span<const QualityAnswer> answers, std::size_t i) {
    const bool has_parts =
        i + 1 < answers.size() && answers[i + 1].concept_.id.starts_with(answers[i].concept_.id + ".");
    return !answered(answers[i]) && !has_parts;
}

std::string name_of(const QualityAnswer& answer, const Page& page) {
    return answer.concept_.id + " " + label_in(answer.concept_.name, page.language, answer.concept_.id);
}

std::string answer_html(std::span<const QualityAnswer> answers, std::size_t i, const Page& page) {
    const QualityAnswer& answer = answers[i];
    const int level = answer.concept_.depth() == 1 ? 2 : 3;
    std::string html =
        fmt::format("<h{0} id=\"{1}\">{2}</h{0}>\n", level, answer.concept_.id, escape_markup(name_of(answer, page)));
    for (const std::string& told : answer.told) html += "<p>" + escape_markup(told) + "</p>\n";
    if (!answer.figures.empty()) {
        html += "<ul>\n";
        for (const std::string& figure : answer.figures) html += "<li>" + escape_markup(figure) + "</li>\n";
        html += "</ul>\n";
    }
    if (is_blank(answers, i)) html += fmt::format("<p class=\"blank\">{}</p>\n", quality_words(page.language).blank);
    return html;
}

}  // namespace

std::string quality_report_html(std::span<const QualityAnswer> answers, const Page& page) {
    const QualityWords& words = quality_words(page.language);
    std::string html = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
        "content=\"width=device-width,initial-scale=1\">\n<title>{}: {}</title>\n<style>{}{}</style>\n</head>\n<body>\n"
        "<div class=\"page\">\n<header class=\"top\">\n<h1>{}</h1>\n<p class=\"lead\">{}</p>\n</header>\n"
        "<nav aria-labelledby=\"contents\" class=\"notes\">\n<h2 id=\"contents\">{}</h2>\n<ol>\n",
        words_in(page.language).language, words.title, escape_markup(page.title), page_style(), style, words.title,
        escape_markup(page.title), words.contents);
    for (const QualityAnswer& answer : answers)
        if (answer.concept_.depth() == 1)
            html += fmt::format("<li><a href=\"#{}\">{}</a></li>\n", answer.concept_.id,
                                escape_markup(label_in(answer.concept_.name, page.language, answer.concept_.id)));
    html += "</ol>\n</nav>\n<main>\n";
    for (std::size_t i = 0; i < answers.size(); ++i) html += answer_html(answers, i, page);
    return html + fmt::format("</main>\n<footer>\n<p>{}</p>\n<p>{}</p>\n</footer>\n</div>\n</body>\n</html>\n",
                              words.source, words_in(page.language).made_with);
}

std::string quality_report_markdown(std::span<const QualityAnswer> answers, const Page& page) {
    const QualityWords& words = quality_words(page.language);
    std::string markdown = fmt::format("# {}: {}\n\n", words.title, escape_markdown(page.title));
    for (std::size_t i = 0; i < answers.size(); ++i) {
        const QualityAnswer& answer = answers[i];
        markdown += fmt::format("{} {}\n\n", answer.concept_.depth() == 1 ? "##" : "###",
                                escape_markdown(name_of(answer, page)));
        for (const std::string& told : answer.told) markdown += escape_markdown(told) + "\n\n";
        for (const std::string& figure : answer.figures) markdown += "- " + escape_markdown(figure) + "\n";
        if (!answer.figures.empty()) markdown += '\n';
        if (is_blank(answers, i)) markdown += fmt::format("*{}*\n\n", words.blank);
    }
    return markdown.append(words.source) + "\n";
}

}  // namespace cifra
