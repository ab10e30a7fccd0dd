#include "estimation/publishing/forms.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "estimation/publishing/annex.h"
#include "estimation/publishing/exchange/estimates_json.h"
#include "estimation/publishing/html.h"
#include "estimation/publishing/paper/paper.h"
#include "estimation/publishing/section_charts.h"

namespace cifra {

namespace {

using Files = std::vector<PublishedFile>;

// "tables.html", and "tables.es.html" for a further language.
std::string file_name(const Published& published, std::size_t i, std::string_view stem, std::string_view ending) {
    return i == 0 ? fmt::format("{}.{}", stem, ending)
                  : fmt::format("{}.{}.{}", stem, published.plan.languages[i], ending);
}

Files html_files(const Published& published, Diagnostics&) {
    Files files;
    for (std::size_t i = 0; i < published.pages.size(); ++i) {
        PageOptions options = published.plan.options;
        options.language = published.plan.languages[i];
        for (std::size_t j = 0; j < published.pages.size(); ++j)
            if (j != i)
                options.siblings.emplace_back(published.plan.languages[j], file_name(published, j, "tables", "html"));
        files.push_back({file_name(published, i, "tables", "html"), to_html(published.pages[i], options)});
    }
    return files;
}

Files xlsx_files(const Published& published, Diagnostics&) {
    Files files;
    for (std::size_t i = 0; i < published.pages.size(); ++i) {
        files.push_back({file_name(published, i, "tables", "xlsx"), annex_bytes(published.pages[i])});
    }
    return files;
}

constexpr std::size_t mailable = 3'000'000;  // bytes of a report that can still be mailed

Files report_files(const Published& published, Diagnostics& faults) {
    std::string html = to_report(published.pages, published.plan.texts.codebook,
                                 {published.map, published.chart_bundle, published.chapters});
    if (html.size() > mailable)
        faults.warning({(published.plan.out / "report.html").string(), 0, 0}, "large-report",
                       fmt::format("the report has {:.1f} MB", static_cast<double>(html.size()) / 1e6),
                       "choose fewer 'tables', or a map with fewer points");
    return {{"report.html", std::move(html)}};
}

Files json_files(const Published& published, Diagnostics&) {
    return {{"estimates.json", estimates_json(published.rows, published.plan.texts, published.rules)}};
}

template <std::string (*form)(const Page&)>
Files paper_files(const Published& published, std::string_view ending) {
    Files files;
    for (std::size_t i = 0; i < published.pages.size(); ++i)
        files.push_back({file_name(published, i, "tables", ending), form(published.pages[i])});
    return files;
}

Files latex_files(const Published& published, Diagnostics&) { return paper_files<to_latex>(published, "tex"); }

Files markdown_files(const Published& published, Diagnostics&) { return paper_files<to_markdown>(published, "md"); }

// An id that could leave the folder gives its number instead.
std::string chart_stem(const PageSection& section) {
    const bool plain = std::all_of(section.id.begin(), section.id.end(), [](unsigned char c) {
        return c == '_' || c == '-' || (c < 0x80 && std::isalnum(c) != 0);
    });
    return plain ? section.id : section.anchor;
}

Files svg_files(const Published& published, Diagnostics&) {
    Files files;
    for (std::size_t i = 0; i < published.pages.size(); ++i)
        for (const PageSection& section : published.pages[i].sections) {
            std::size_t number = 0;
            for (const Chart& chart : section_charts(section, published.pages[i].language))
                files.push_back(
                    {file_name(published, i, fmt::format("charts/{}-{}", chart_stem(section), ++number), "svg"),
                     interval_chart_file(chart)});
        }
    return files;
}

Files sdmx_files(const Published& published, Diagnostics& faults) {
    SdmxMessages messages = to_sdmx(published.rows, published.plan.texts, *published.plan.sdmx, faults);
    return {{"sdmx.csv", std::move(messages.data)}, {"sdmx_structure.xml", std::move(messages.structure)}};
}

Files sims_files(const Published& published, Diagnostics&) {
    Files files;
    for (std::size_t i = 0; i < published.pages.size(); ++i) {
        const Page& page = published.pages[i];
        const std::vector<QualityAnswer> answers =
            quality_answers(published.rows, page, published.quality, published.plan.quality_report);
        files.push_back({file_name(published, i, "quality_report", "html"), quality_report_html(answers, page)});
        files.push_back({file_name(published, i, "quality_report", "md"), quality_report_markdown(answers, page)});
    }
    return files;
}

struct Form {
    std::string_view name;
    Files (*files)(const Published&, Diagnostics&);
};

constexpr Form forms[] = {{"html", html_files}, {"xlsx", xlsx_files},   {"report", report_files},
                          {"json", json_files}, {"sdmx", sdmx_files},   {"svg", svg_files},
                          {"sims", sims_files}, {"latex", latex_files}, {"markdown", markdown_files}};

}  // namespace

std::vector<std::string> publication_forms() {
    std::vector<std::string> names;
    for (const Form& form : forms) names.emplace_back(form.name);
    return names;
}

std::vector<PublishedFile> publish_form(const std::string& name, const Published& published, Diagnostics& faults) {
    for (const Form& form : forms)
        if (form.name == name) return form.files(published, faults);
    return {};
}

}  // namespace cifra
