#include "estimation/records/records_markup.h"

#include <fmt/format.h>

#include <cmath>

#include "engine/markup.h"
#include "engine/numbers.h"
#include "estimation/publishing/style.h"
#include "estimation/publishing/words.h"

namespace cifra {

namespace {

// Words in cells stand at the left and may be long.
constexpr const char* more_style =
    "td.t{text-align:left;white-space:normal;min-width:6em}thead th{text-align:right}thead th.t{text-align:left}"
    "thead th.t:first-child{padding-left:0}.table p.text{max-width:76ch;margin:12px 0 0}"
    "section.table h3{font-size:1.05rem;margin:26px 0 0}@media print{.charts{grid-template-columns:1fr}}";

std::string cell(const std::string& text, std::size_t column, std::size_t texts) {
    const std::string shown = text.empty() ? "–" : escape_markup(text);
    if (column == 0) return "<th scope=\"row\">" + shown + "</th>";
    return (column < texts ? "<td class=\"t\">" : "<td>") + shown + "</td>";
}

std::string contents(const MarkupPage& page) {
    const Words& words = words_in(page.language);
    std::string html =
        fmt::format("<div class=\"front\">\n<nav aria-labelledby=\"contents\">\n<h2 id=\"contents\">{}</h2>\n<ol>\n",
                    words.contents);
    for (std::size_t k = 0; k < page.sections.size(); ++k)
        html += fmt::format("<li><span>{}</span><a href=\"#{}\">{}</a></li>\n", k + 1,
                            escape_markup(page.sections[k].anchor), escape_markup(page.sections[k].title));
    return html + fmt::format("</ol>\n</nav>\n<div>\n<h2>{}</h2>\n<p>{}</p>\n</div>\n</div>\n",
                              escape_markup(page.about_title), escape_markup(page.about));
}

std::string foot(const MarkupPage& page) {
    const Words& words = words_in(page.language);
    std::string html = "<footer>\n" + paragraph_markup(page.note) + page.foot;
    for (const auto& [language, file] : page.siblings)
        html += fmt::format("<p class=\"lang\">{0}: <a href=\"{1}\" hreflang=\"{2}\">{2}</a></p>\n",
                            words.other_languages, escape_markup(file), escape_markup(language));
    return html + fmt::format("<p>{}</p>\n</footer>\n", words.made_with);
}

}  // namespace

std::string table_markup(const MarkupTable& table) {
    std::string html = fmt::format(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{0}\">\n<table>\n<caption{1}>{0}</caption>\n"
        "<thead>\n<tr>",
        escape_markup(table.caption), table.title_above ? " class=\"only\"" : "");
    for (std::size_t k = 0; k < table.head.size(); ++k)
        html += fmt::format("<th scope=\"col\"{}>{}</th>", k < table.texts ? " class=\"t\"" : "",
                            escape_markup(table.head[k]));
    html += "</tr>\n</thead>\n<tbody>\n";
    for (const auto& row : table.rows) {
        html += "<tr>";
        for (std::size_t k = 0; k < row.size(); ++k) html += cell(row[k], k, table.texts);
        html += "</tr>\n";
    }
    return html + "</tbody>\n</table>\n</div>\n";
}

std::string paragraph_markup(const std::string& text) {
    return text.empty() ? "" : fmt::format("<p class=\"text\">{}</p>\n", escape_markup(text));
}

std::string section_markup(const MarkupSection& section, const std::string& language, const std::string& back) {
    std::string html = fmt::format(
        "<section class=\"table\" id=\"{0}\" aria-labelledby=\"{0}-h\">\n{1}<h2 id=\"{0}-h\">{2}</h2>\n{3}{4}",
        escape_markup(section.anchor),
        section.number == 0 ? "" : fmt::format("<p class=\"kicker\">{}</p>\n", section.number),
        escape_markup(section.title),
        section.lead.empty() ? "" : "<p class=\"sub\">" + escape_markup(section.lead) + "</p>\n", section.content);
    if (!back.empty())
        html +=
            fmt::format("<p class=\"back\"><a href=\"#{}\">{}</a></p>\n", escape_markup(back), words_in(language).back);
    return html + "</section>\n";
}

std::string page_markup(const MarkupPage& page) {
    std::string html = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
        "content=\"width=device-width,initial-scale=1\">\n<title>{}</title>\n<style>{}{}{}</style>\n</head>\n<body>\n"
        "<div class=\"page\">\n<header class=\"top\">\n<h1>{}</h1>\n",
        words_in(page.language).language, escape_markup(page.title), page_style(), more_style, page.style,
        escape_markup(page.title));
    if (!page.lead.empty()) html += fmt::format("<p class=\"lead\">{}</p>\n", escape_markup(page.lead));
    html += "</header>\n" + contents(page) + "<main>\n";
    for (const MarkupSection& section : page.sections) html += section_markup(section, page.language, "contents");
    return html + "</main>\n" + foot(page) + "</div>\n</body>\n</html>\n";
}

std::string page_file(const std::string& stem, const std::vector<std::string>& languages, std::size_t i) {
    return i == 0 ? stem + ".html" : fmt::format("{}.{}.html", stem, languages[i]);
}

std::string per_cent_text(double share, const std::string& language) {
    if (std::isnan(share)) return "";
    const NumberStyle style = number_style(language);
    return format_number(100 * share, std::abs(share) >= 0.01 || share == 0 ? 1 : 2, style) + style.per_cent;
}

std::string count_text(double count, const std::string& language) {
    return std::isnan(count) ? "" : format_number(count, 0, number_style(language));
}

}  // namespace cifra
