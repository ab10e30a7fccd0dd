#include "estimation/publishing/html.h"

#include <fmt/format.h>

#include "engine/markup.h"
#include "estimation/publishing/sections.h"
#include "estimation/publishing/style.h"
#include "estimation/publishing/words.h"

namespace cifra {

namespace {

std::string head(const Page& page) {
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" "
        "content=\"width=device-width,initial-scale=1\">\n<title>{}</title>\n<style>{}</style>\n"
        "</head>\n<body>\n<div class=\"page\">\n",
        words_in(page.language).language, escape_markup(page.title), page_style());
}

std::string masthead(const Page& page) {
    std::string html = fmt::format("<header class=\"top\">\n<h1>{}</h1>\n", escape_markup(page.title));
    if (!page.subtitle.empty()) html += fmt::format("<p class=\"lead\">{}</p>\n", escape_markup(page.subtitle));
    return html + "</header>\n";
}

std::string front(const Page& page) {
    const Words& words = words_in(page.language);
    std::string html =
        fmt::format("<div class=\"front\">\n<nav aria-labelledby=\"contents\">\n<h2 id=\"contents\">{}</h2>\n<ol>\n",
                    words.contents);
    for (std::size_t i = 0; i < page.sections.size(); ++i)
        html += fmt::format("<li><span>{}</span><a href=\"#{}\">{}</a></li>\n", i + 1, page.sections[i].anchor,
                            escape_markup(page.sections[i].title));
    return html + fmt::format("</ol>\n</nav>\n<div>\n<h2>{}</h2>\n<p>{}</p>\n</div>\n</div>\n", words.reading,
                              words.reading_text);
}

std::string foot(const Page& page, const PageOptions& options) {
    const Words& words = words_in(page.language);
    std::string html = "<footer>\n";
    if (!page.note.empty()) html += fmt::format("<p>{}</p>\n", escape_markup(page.note));
    if (!page.methods.empty())
        html += fmt::format("<p>{}</p>\n", labelled(words, words.methods, escape_markup(page.methods)));
    if (!page.source.empty())
        html += fmt::format("<p>{}</p>\n", labelled(words, words.source, escape_markup(page.source)));
    for (const auto& [language, file] : options.siblings)
        html += fmt::format("<p class=\"lang\">{}<a href=\"{}\" hreflang=\"{}\">{}</a></p>\n",
                            labelled(words, words.other_languages, ""), escape_markup(file), escape_markup(language),
                            escape_markup(language));
    return html + fmt::format("<p>{}</p>\n</footer>\n</div>\n</body>\n</html>\n", words.made_with);
}

}  // namespace

std::string to_html(const Page& page, const PageOptions& options) {
    std::string html = head(page) + masthead(page) + front(page) + "<main>\n";
    for (std::size_t i = 0; i < page.sections.size(); ++i)
        html += section_html(page.sections[i], i + 1, page.language, {.charts = options.charts});
    return html + "</main>\n" + foot(page, options);
}

}  // namespace cifra
