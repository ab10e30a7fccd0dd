#include "estimation/publishing/report/report.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/embedded.h"
#include "engine/manifest.h"
#include "engine/markup.h"
#include "estimation/domain_text.h"
#include "estimation/publishing/domain_label.h"
#include "estimation/publishing/report/chart_data.h"
#include "estimation/publishing/sections.h"
#include "estimation/publishing/style.h"
#include "estimation/publishing/words.h"

namespace cifra {

namespace {

std::string_view own_file(std::string_view name) {
    for (const EmbeddedFile& file : embedded_estimation())
        if (file.name == name) return file.content;
    return "";
}

// Hexadecimal digits as Base64 (RFC 4648), 24 bits at a time.
std::string base64_of_hex(const std::string& hex) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t at = 0; at < hex.size(); at += 6) {
        const std::string part = hex.substr(at, 6);
        const unsigned long bits = std::stoul(part, nullptr, 16) << (4 * (6 - part.size()));
        const std::size_t signs = part.size() * 4 / 6 + (part.size() < 6 ? 1 : 0);
        for (std::size_t k = 0; k < 4; ++k) text += k < signs ? alphabet[bits >> (18 - 6 * k) & 63] : '=';
    }
    return text;
}

std::string policy(const std::vector<std::string_view>& scripts) {
    std::string sources;
    for (const std::string_view script : scripts) sources += fmt::format(" 'sha256-{}'", base64_of_hex(sha256(script)));
    return fmt::format(
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src{}; base-uri 'none'; form-action "
        "'none'",
        sources);
}

// The variables of a domain: "sex;region" of "sex=1;region=R1".
std::string variables_of(const std::string& domain) {
    std::string names;
    for (const auto& [name, code] : domain_parts(domain)) names += (names.empty() ? "" : ";") + name;
    return names;
}

struct DomainGroup {
    std::string variables, heading;
    std::vector<std::pair<std::string, std::string>> domains;  // codes, label
};

std::vector<DomainGroup> domain_groups(const Page& page, const Codebook& codebook) {
    std::vector<DomainGroup> groups;
    for (const PageSection& section : page.sections)
        for (const PageRow& row : section.rows) {
            if (row.total || row.heading.empty()) continue;
            const std::string variables = variables_of(row.domain);
            auto group = std::find_if(groups.begin(), groups.end(),
                                      [&](const DomainGroup& known) { return known.variables == variables; });
            if (group == groups.end()) group = groups.insert(group, DomainGroup{variables, row.heading, {}});
            const std::pair item(row.domain, domain_label(row.domain, codebook, page.language).categories);
            if (std::find(group->domains.begin(), group->domains.end(), item) == group->domains.end())
                group->domains.push_back(item);
        }
    return groups;
}

std::string option(const std::string& value, const std::string& text) {
    return fmt::format("<option value=\"{}\">{}</option>", escape_markup(value), escape_markup(text));
}

std::string domain_choice(const Page& page, const Codebook& codebook) {
    const std::vector<DomainGroup> groups = domain_groups(page, codebook);
    if (groups.empty()) return "";
    const Words& words = words_in(page.language);
    std::string html = fmt::format("<label>{} <select data-choice=\"domain\">{}", words.choose_domain,
                                   option("", std::string(words.all_domains)));
    for (const DomainGroup& group : groups) {
        html +=
            fmt::format("<optgroup label=\"{}\">{}", escape_markup(group.heading),
                        option("v:" + group.variables, fmt::format(fmt::runtime(words.every_category), group.heading)));
        for (const auto& [domain, label] : group.domains) html += option("d:" + domain, label);
        html += "</optgroup>";
    }
    return html + "</select></label>";
}

std::string language_name(const std::string& language) {
    const Words& words = words_in(language);
    return language.starts_with(words.language) ? std::string(words.language_name) : language;
}

std::string language_choice(const Page& page, std::span<const Page> pages) {
    if (pages.size() < 2) return "";
    std::string html = fmt::format("<span role=\"group\" aria-label=\"{}\">", words_in(page.language).choose_language);
    for (const Page& other : pages)
        html += fmt::format("<button type=\"button\" lang=\"{0}\" data-to=\"{0}\" aria-pressed=\"{1}\">{2}</button>",
                            escape_markup(other.language), other.language == page.language,
                            escape_markup(language_name(other.language)));
    return html + "</span>";
}

std::string contents_of(const Page& page) { return escape_markup(page.language) + "-contents"; }

std::string contents_line(std::size_t number, const std::string& anchor, const std::string& title) {
    return fmt::format("<li><span>{}</span><a href=\"#{}\">{}</a></li>\n", number, escape_markup(anchor),
                       escape_markup(title));
}

std::string front(const Page& page, std::span<const ReportChapter> chapters) {
    const Words& words = words_in(page.language);
    std::string html =
        fmt::format("<div class=\"front\">\n<nav aria-labelledby=\"{0}\">\n<h2 id=\"{0}\">{1}</h2>\n<ol>\n",
                    contents_of(page), words.contents);
    std::size_t number = 0;
    for (const PageSection& section : page.sections) html += contents_line(++number, section.anchor, section.title);
    for (const ReportChapter& chapter : chapters) html += contents_line(++number, chapter.anchor, chapter.title);
    return html + fmt::format("</ol>\n</nav>\n<div>\n<h2>{}</h2>\n<p>{}</p>\n</div>\n</div>\n", words.reading,
                              words.reading_text);
}

std::string foot(const Page& page) {
    const Words& words = words_in(page.language);
    std::string html = "<footer>\n";
    if (!page.note.empty()) html += fmt::format("<p>{}</p>\n", escape_markup(page.note));
    if (!page.source.empty())
        html += fmt::format("<p>{}</p>\n", labelled(words, words.source, escape_markup(page.source)));
    return html + fmt::format("<p>{}</p>\n</footer>\n", words.made_with);
}

std::string body(std::size_t index, std::span<const Page> pages, const Codebook& codebook, const ReportParts& parts) {
    const Page& page = pages[index];
    std::span<const ReportChapter> chapters;
    if (index < parts.chapters.size()) chapters = parts.chapters[index];
    const Words& words = words_in(page.language);
    std::string html = fmt::format(
        "<div class=\"page\" lang=\"{0}\" data-language=\"{0}\" data-title=\"{1}\" data-shown=\"{2}\">\n"
        "<header class=\"top\">\n<h1>{1}</h1>\n",
        escape_markup(page.language), escape_markup(page.title), escape_markup(words.shown_domain));
    if (!page.subtitle.empty()) html += fmt::format("<p class=\"lead\">{}</p>\n", escape_markup(page.subtitle));
    html += fmt::format("<div class=\"controls\" role=\"group\" aria-label=\"{}\">{}{}<p role=\"status\"></p></div>\n",
                        words.options, language_choice(page, pages), domain_choice(page, codebook));
    html += "</header>\n" + front(page, chapters) + "<main>\n";
    for (std::size_t i = 0; i < page.sections.size(); ++i)
        html += section_html(page.sections[i], i + 1, page.language,
                             {.charts = true,
                              .figures = parts.map ? section_maps(*parts.map, page.sections[i], page.language) : "",
                              .contents = contents_of(page)});
    for (const ReportChapter& chapter : chapters) html += chapter.html;
    return html + "</main>\n" + foot(page) + "</div>\n";
}

// A language is part of ids, so that every section has its own.
std::vector<Page> anchored(std::span<const Page> pages) {
    std::vector<Page> copies(pages.begin(), pages.end());
    for (std::size_t i = 0; i < copies.size(); ++i)
        for (PageSection& section : copies[i].sections) section.anchor = fmt::format("l{}-{}", i + 1, section.anchor);
    return copies;
}

void check_bundle(const std::string& bundle) {
    for (const char* sign : {"</script", "<!--"})
        if (bundle.find(sign) != std::string::npos)
            fail_input({"charts.js", 0, 0}, "unsafe-script", fmt::format("the chart bundle holds '{}'", sign),
                       "make it anew with engine/program/web/install.sh");
}

}  // namespace

std::string to_report(std::span<const Page> pages, const Codebook& codebook, const ReportParts& parts) {
    check_bundle(parts.chart_bundle);
    const std::vector<Page> copies = anchored(pages);
    std::vector<std::string_view> scripts = {own_file("estimation/publishing/report/report.js")};
    if (!parts.chart_bundle.empty()) scripts.insert(scripts.begin(), parts.chart_bundle);
    std::string html = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
        "content=\"width=device-width,initial-scale=1\">\n<meta http-equiv=\"Content-Security-Policy\" "
        "content=\"{}\">\n<title>{}</title>\n<style>{}{}</style>\n</head>\n<body>\n",
        escape_markup(copies.front().language), policy(scripts), escape_markup(copies.front().title), page_style(),
        own_file("estimation/publishing/report/report.css"));
    for (std::size_t i = 0; i < copies.size(); ++i) html += body(i, copies, codebook, parts);
    html += fmt::format("<script type=\"application/json\" id=\"report-data\">{}</script>\n", chart_data(copies));
    for (const std::string_view script : scripts) html += fmt::format("<script>{}</script>\n", script);
    return html + "</body>\n</html>\n";
}

}  // namespace cifra
