#include "estimation/publishing/rehearsal_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "engine/markup.h"
#include "engine/numbers.h"
#include "estimation/publishing/chart.h"
#include "estimation/publishing/style.h"

namespace cifra {

namespace {

struct Words {
    const char *heading, *lead, *failed, *coverage, *cv, *bias, *bias_note, *coverage_note, *cv_note, *cv_true,
        *cv_estimated, *work, *work_note, *picture, *domain, *truth, *mean, *ratio, *verdict, *whole, *quantity, *sd,
        *least, *most;
};

constexpr Words english{
    "Rehearsal of the sample plan",
    "{} draws of the plan from a population whose answers are known.",
    "{} draws had no estimates, first because: {}",
    "Coverage, %",
    "CV, %",
    "Bias",
    "in standard errors",
    "of {} % intervals",
    "filled: true, open: estimated",
    "CV, %: true",
    "CV, %: estimated",
    "Work of the field",
    "Over the draws.",
    "Coverage with its Monte Carlo error, true and estimated coefficient of variation, and bias of {} cells.",
    "Domain",
    "Truth",
    "Mean",
    "Estimated over true variance",
    "Verdict",
    "all",
    "Quantity",
    "SD",
    "Least",
    "Most"};

constexpr Words spanish{
    "Ensayo del plan de muestreo",
    "{} extracciones del plan en una población cuyas respuestas se conocen.",
    "{} extracciones quedaron sin estimaciones, la primera porque: {}",
    "Cobertura, %",
    "CV, %",
    "Sesgo",
    "en errores estándar",
    "de intervalos del {} %",
    "lleno: verdadero, hueco: estimado",
    "CV, %: verdadero",
    "CV, %: estimado",
    "Trabajo de campo",
    "Sobre las extracciones.",
    "Cobertura con su error de Monte Carlo, coeficiente de variación verdadero y estimado, y sesgo de {} celdas.",
    "Dominio",
    "Verdad",
    "Media",
    "Varianza estimada sobre la verdadera",
    "Veredicto",
    "total",
    "Cantidad",
    "DE",
    "Mínimo",
    "Máximo"};

const std::map<std::string, std::pair<const char*, const char*>>& quantity_names() {
    static const std::map<std::string, std::pair<const char*, const char*>> names = {
        {"psus", {"PSUs", "UPM"}},
        {"dwellings", {"Dwellings visited", "Viviendas visitadas"}},
        {"interviews", {"Interviews", "Entrevistas"}},
        {"cost", {"Cost", "Costo"}},
        {"most_interviews_in_a_psu", {"Interviews in the fullest PSU", "Entrevistas en la UPM mayor"}},
        {"fewest_interviews_in_a_psu", {"Interviews in the emptiest PSU", "Entrevistas en la UPM menor"}},
        {"dwellings_of_the_busiest_interviewer",
         {"Dwellings of the busiest interviewer", "Viviendas de quien más visita"}}};
    return names;
}

constexpr double width = 860, label_end = 262, row_height = 19, top = 52;

// One of the three scales of a picture.
struct Panel {
    double left, right, low, high, step;
    double x(double value) const { return left + (std::clamp(value, low, high) - low) / (high - low) * (right - left); }
};

double number_at(const Table& table, const char* column, std::size_t row) {
    return table.at(column).present(row) ? table.at(column).number(row) : std::nan("");
}

class Picture {
public:
    Picture(const RehearsalPage& page, const Words& words, std::string id, std::vector<std::size_t> rows)
        : page_(page),
          words_(words),
          id_(std::move(id)),
          rows_(std::move(rows)),
          style_(number_style(page.language)),
          coverage_{label_end + 16, 440, least_coverage(), 1, 0.05},
          cv_{480, 660, 0, largest_cv(), 0},
          bias_{690, 848, -largest_bias(), largest_bias(), 0} {
        cv_.step = axis_for({{"", 0, 0, cv_.high}}).step;
        bias_.step = bias_.high / 2;
        std::erase_if(rows_, [&](std::size_t row) { return std::isnan(number_at(page.results, "true_cv", row)); });
    }

    std::string draw() const {
        std::string marks;
        for (std::size_t i = 0; i < rows_.size(); ++i) marks += row(i);
        return fmt::format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" viewBox=\"0 0 {} {}\" role=\"img\" "
            "aria-labelledby=\"{}-d\" font-family=\"system-ui, 'Segoe UI', Roboto, Arial, sans-serif\" "
            "font-size=\"11.5\" fill=\"#17232f\"><desc id=\"{}-d\">{}</desc>{}{}{}{}</svg>\n",
            width, bottom() + 30, id_, id_, fmt::format(fmt::runtime(words_.picture), rows_.size()),
            scale(coverage_, words_.coverage, coverage_note(), 0, 100, page_.level),
            scale(cv_, words_.cv, words_.cv_note, cv_.high < 0.05 ? 1 : 0, 100, -1),
            scale(bias_, words_.bias, words_.bias_note, 1, 1, 0), marks);
    }

private:
    double bottom() const { return top + row_height * static_cast<double>(rows_.size()) + 6; }

    double least_coverage() const {
        double least = 0.85;
        for (const std::size_t row : rows_) {
            const double coverage = number_at(page_.results, "coverage", row);
            if (coverage < least) least = std::floor(coverage * 20) / 20;
        }
        return least;
    }
    double largest_cv() const {
        double largest = 0.01;
        for (const std::size_t row : rows_)
            for (const char* column : {"true_cv", "estimated_cv"}) {
                const double cv = number_at(page_.results, column, row);
                if (cv > largest) largest = cv;
            }
        return largest * 1.05;
    }
    double largest_bias() const {
        double largest = 0.2;
        for (const std::size_t row : rows_) {
            const double bias = std::abs(number_at(page_.results, "bias_se", row));
            if (bias > largest) largest = std::ceil(bias * 5) / 5;
        }
        return largest;
    }

    std::string coverage_note() const {
        return fmt::format(fmt::runtime(words_.coverage_note), format_number(100 * page_.level, 0, style_));
    }

    std::string scale(const Panel& panel, const std::string& title, const std::string& note, int decimals,
                      double factor, double mark) const {
        std::string svg = fmt::format(
            "<text x=\"{0:.1f}\" y=\"12\" font-weight=\"600\">{1}</text><text x=\"{0:.1f}\" y=\"26\" "
            "fill=\"#566472\">{2}</text>",
            panel.left, escape_markup(title), escape_markup(note));
        for (double value = panel.low; value <= panel.high + panel.step * 1e-6; value += panel.step)
            svg += fmt::format(
                "<line x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" y2=\"{2:.1f}\" stroke=\"#e6ebef\"/><text x=\"{0:.1f}\" "
                "y=\"{3:.1f}\" text-anchor=\"middle\" fill=\"#566472\">{4}</text>",
                panel.x(value), top - 12, bottom(), bottom() + 16, format_number(value * factor, decimals, style_));
        if (mark >= panel.low && mark <= panel.high)
            svg += fmt::format(
                "<line x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" y2=\"{2:.1f}\" stroke=\"#12466b\" stroke-width=\"1.4\" "
                "stroke-dasharray=\"5 3\"/>",
                panel.x(mark), top - 12, bottom());
        return svg;
    }

    std::string row(std::size_t i) const {
        const std::size_t row = rows_[i];
        const double y = top + row_height * (static_cast<double>(i) + 0.5);
        const std::string domain = page_.results.at("domain").text(row);
        const std::string label = page_.results.at("indicator").text(row) + (domain.empty() ? "" : " · " + domain);
        const double coverage = number_at(page_.results, "coverage", row),
                     error = number_at(page_.results, "coverage_error", row),
                     truth = number_at(page_.results, "true_cv", row),
                     estimated = number_at(page_.results, "estimated_cv", row),
                     bias = number_at(page_.results, "bias_se", row);
        const bool judged = !page_.results.at("verdict").text(row).empty();
        const char* colour = judged ? "#8f3e00" : "#12466b";
        std::string svg =
            fmt::format("<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\"{}>{}</text>", label_end, y + 4,
                        judged ? " font-weight=\"600\" fill=\"#8f3e00\"" : "", escape_markup(shortened(label, 42)));
        if (!std::isnan(coverage))
            svg += fmt::format("<line x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\"/>{}",
                               coverage_.x(coverage - 2 * error), coverage_.x(coverage + 2 * error), y, y, colour,
                               dot(coverage_.x(coverage), y, colour, true));
        if (!std::isnan(estimated)) svg += dot(cv_.x(estimated), y, colour, false);
        if (!std::isnan(truth)) svg += dot(cv_.x(truth), y, colour, true);
        if (!std::isnan(bias)) svg += dot(bias_.x(bias), y, colour, true);
        return svg;
    }

    static std::string dot(double x, double y, const char* colour, bool filled) {
        return fmt::format(
            "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\" fill=\"{}\" stroke=\"{}\" stroke-width=\"1.4\"/>", x, y,
            filled ? 3.2 : 4.6, filled ? colour : "none", colour);
    }

    const RehearsalPage& page_;
    const Words& words_;
    std::string id_;
    std::vector<std::size_t> rows_;
    NumberStyle style_;
    Panel coverage_, cv_, bias_;
};

struct ShownColumn {
    const char* id;
    std::string title;
    int decimals;
    double factor;
};

std::string cell(double value, int decimals, const NumberStyle& style) {
    return "<td>" + (std::isnan(value) ? "–" : format_number(value, decimals, style)) + "</td>";
}

std::string figures(const RehearsalPage& page, const Words& words, const std::vector<std::size_t>& rows) {
    const NumberStyle style = number_style(page.language);
    const ShownColumn columns[] = {{"truth", words.truth, 3, 1},
                                   {"mean", words.mean, 3, 1},
                                   {"bias_se", std::string(words.bias) + ", " + words.bias_note, 3, 1},
                                   {"true_cv", words.cv_true, 2, 100},
                                   {"estimated_cv", words.cv_estimated, 2, 100},
                                   {"variance_ratio", words.ratio, 3, 1},
                                   {"coverage", words.coverage, 1, 100}};
    std::string head = fmt::format("<th scope=\"col\">{}</th>", words.domain), body;
    for (const ShownColumn& column : columns)
        head += fmt::format("<th scope=\"col\">{}</th>", escape_markup(column.title));
    head += fmt::format("<th scope=\"col\">{}</th>", words.verdict);
    for (const std::size_t row : rows) {
        const std::string domain = page.results.at("domain").text(row);
        body +=
            fmt::format("<tr><th scope=\"row\">{}<i>{}</i></th>", escape_markup(page.results.at("indicator").text(row)),
                        escape_markup(domain.empty() ? words.whole : domain));
        for (const ShownColumn& column : columns) {
            const double value = number_at(page.results, column.id, row) * column.factor;
            body += cell(value, std::abs(value) >= 1000 ? 0 : column.decimals, style);
        }
        body += "<td>" + escape_markup(page.results.at("verdict").text(row)) + "</td></tr>\n";
    }
    return fmt::format(
        "<div class=\"scroll\" "
        "tabindex=\"0\"><table>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody>\n</table></div>\n",
        head, body);
}

std::string work(const RehearsalPage& page, const Words& words) {
    const NumberStyle style = number_style(page.language);
    std::string body;
    for (std::size_t row = 0; row < page.workload.rows(); ++row) {
        const std::string id = page.workload.at("quantity").text(row);
        const auto name = quantity_names().find(id);
        body += "<tr><th scope=\"row\">" +
                (name == quantity_names().end()
                     ? id
                     : std::string(page.language == "es" ? name->second.second : name->second.first)) +
                "</th>";
        for (const char* column : {"mean", "sd", "min", "max"}) {
            const double value = number_at(page.workload, column, row);
            body += cell(value, value == std::floor(value) ? 0 : 1, style);
        }
        body += "</tr>\n";
    }
    return fmt::format(
        "<section class=\"table\">\n<h2>{}</h2>\n<p class=\"sub\">{}</p>\n<div class=\"scroll\" "
        "tabindex=\"0\"><table>\n<thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th "
        "scope=\"col\">{}</th><th scope=\"col\">{}</th><th "
        "scope=\"col\">{}</th></tr></thead>\n<tbody>\n{}</tbody>\n</table></div>\n</section>\n",
        words.work, words.work_note, words.quantity, words.mean, words.sd, words.least, words.most, body);
}

}  // namespace

std::string rehearsal_page(const RehearsalPage& page) {
    const Words& words = page.language == "es" ? spanish : english;
    const NumberStyle style = number_style(page.language);
    std::string html = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
        "content=\"width=device-width, "
        "initial-scale=1\">\n<title>{}</title>\n<style>{}figure{{max-width:900px;margin:18px "
        "0}}</style>\n</head>\n<body>\n<div class=\"page\">\n<header class=\"top\">\n<h1>{}</h1>\n<p "
        "class=\"lead\">{}</p>\n<p class=\"sub\">{}</p>\n",
        page.language == "es" ? "es" : "en", words.heading, page_style(), words.heading, escape_markup(page.title),
        fmt::format(fmt::runtime(words.lead), format_number(page.draws, 0, style)));
    if (!page.failures.empty())
        html += fmt::format(
            "<p class=\"sub\">{}</p>\n",
            escape_markup(fmt::format(fmt::runtime(words.failed), page.failures.size(), page.failures.front())));
    html += "</header>\n<main>\n";
    std::vector<std::pair<std::string, std::vector<std::size_t>>> tables;
    for (std::size_t row = 0; row < page.results.rows(); ++row) {
        const std::string& id = page.results.at("table").text(row);
        if (tables.empty() || tables.back().first != id) tables.push_back({id, {}});
        tables.back().second.push_back(row);
    }
    for (const auto& [id, rows] : tables)
        html += fmt::format("<section class=\"table\">\n<h2>{}</h2>\n<figure>\n{}</figure>\n{}</section>\n",
                            escape_markup(id), Picture(page, words, "rehearsal-" + escape_markup(id), rows).draw(),
                            figures(page, words, rows));
    return html + work(page, words) + "</main>\n</div>\n</body>\n</html>\n";
}

}  // namespace cifra
