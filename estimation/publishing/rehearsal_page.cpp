#include "estimation/publishing/rehearsal_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "engine/markup.h"
#include "engine/numbers.h"
#include "estimation/publishing/chart.h"
#include "estimation/publishing/in_language.h"
#include "estimation/publishing/style.h"
#include "estimation/publishing/words.h"

namespace cifra {

namespace {

struct PageWords {
    const char *heading, *lead, *failed, *coverage, *cv, *bias, *bias_note, *coverage_note, *cv_note, *cv_true,
        *cv_estimated, *work, *work_note, *picture, *domain, *truth, *mean, *ratio, *verdict, *whole, *quantity, *sd,
        *least, *most;
};

constexpr PageWords english{
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

constexpr PageWords spanish{
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

constexpr PageWords french{
    "Répétition du plan de sondage",
    "{} tirages du plan dans une population dont les réponses sont connues.",
    "{} tirages sont restés sans estimations, le premier parce que : {}",
    "Couverture, %",
    "CV, %",
    "Biais",
    "en erreurs types",
    "des intervalles à {} %",
    "plein : vrai, vide : estimé",
    "CV, % : vrai",
    "CV, % : estimé",
    "Travail de terrain",
    "Sur les tirages.",
    "Couverture avec son erreur de Monte Carlo, coefficient de variation vrai et estimé, et biais de {} cellules.",
    "Domaine",
    "Vraie valeur",
    "Moyenne",
    "Variance estimée sur la vraie",
    "Verdict",
    "ensemble",
    "Quantité",
    "Écart type",
    "Minimum",
    "Maximum"};

constexpr PageWords portuguese{
    "Ensaio do plano amostral",
    "{} sorteios do plano numa população cujas respostas são conhecidas.",
    "{} sorteios ficaram sem estimativas, o primeiro porque: {}",
    "Cobertura, %",
    "CV, %",
    "Viés",
    "em erros padrão",
    "de intervalos de {} %",
    "cheio: verdadeiro, vazio: estimado",
    "CV, %: verdadeiro",
    "CV, %: estimado",
    "Trabalho de campo",
    "Sobre os sorteios.",
    "Cobertura com o seu erro de Monte Carlo, coeficiente de variação verdadeiro e estimado, e viés de {} células.",
    "Domínio",
    "Valor verdadeiro",
    "Média",
    "Variância estimada sobre a verdadeira",
    "Veredito",
    "total",
    "Quantidade",
    "DP",
    "Mínimo",
    "Máximo"};

// A code of the results files in four languages; itself where it is none of these.
std::string code_name(const std::string& code, const std::string& language) {
    static const std::map<std::string, std::array<std::string, 4>> names = {
        {"psus", {"PSUs", "UPM", "UPE", "UPA"}},
        {"dwellings", {"Dwellings visited", "Viviendas visitadas", "Logements visités", "Domicílios visitados"}},
        {"interviews", {"Interviews", "Entrevistas", "Entretiens", "Entrevistas"}},
        {"cost", {"Cost", "Costo", "Coût", "Custo"}},
        {"most_interviews_in_a_psu",
         {"Interviews in the fullest PSU", "Entrevistas en la UPM mayor", "Entretiens dans l’UPE la plus pleine",
          "Entrevistas na UPA mais cheia"}},
        {"fewest_interviews_in_a_psu",
         {"Interviews in the emptiest PSU", "Entrevistas en la UPM menor", "Entretiens dans l’UPE la plus vide",
          "Entrevistas na UPA mais vazia"}},
        {"dwellings_of_the_busiest_interviewer",
         {"Dwellings of the busiest interviewer", "Viviendas de quien más visita",
          "Logements de l’enquêteur le plus chargé", "Domicílios de quem mais visita"}},
        {"bias", {"bias", "sesgo", "biais", "viés"}},
        {"coverage", {"coverage", "cobertura", "couverture", "cobertura"}},
        {"bias, coverage", {"bias, coverage", "sesgo, cobertura", "biais, couverture", "viés, cobertura"}}};
    const auto found = names.find(code);
    if (found == names.end()) return code;
    const auto& [en, es, fr, pt] = found->second;
    return in_language(language, en, es, fr, pt);
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
    Picture(const RehearsalPage& page, const PageWords& words, std::string id, std::vector<std::size_t> rows)
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
    const PageWords& words_;
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

std::string figures(const RehearsalPage& page, const PageWords& words, const std::vector<std::size_t>& rows) {
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
        body += "<td>" + escape_markup(code_name(page.results.at("verdict").text(row), page.language)) + "</td></tr>\n";
    }
    return fmt::format(
        "<div class=\"scroll\" "
        "tabindex=\"0\"><table>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody>\n</table></div>\n",
        head, body);
}

std::string work(const RehearsalPage& page, const PageWords& words) {
    const NumberStyle style = number_style(page.language);
    std::string body;
    for (std::size_t row = 0; row < page.workload.rows(); ++row) {
        const std::string id = page.workload.at("quantity").text(row);
        body += "<tr><th scope=\"row\">" + code_name(id, page.language) + "</th>";
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
    const PageWords words = in_language(page.language, english, spanish, french, portuguese);
    const NumberStyle style = number_style(page.language);
    std::string html = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
        "content=\"width=device-width, "
        "initial-scale=1\">\n<title>{}</title>\n<style>{}figure{{max-width:900px;margin:18px "
        "0}}</style>\n</head>\n<body>\n<div class=\"page\">\n<header class=\"top\">\n<h1>{}</h1>\n<p "
        "class=\"lead\">{}</p>\n<p class=\"sub\">{}</p>\n",
        words_in(page.language).language, words.heading, page_style(), words.heading, escape_markup(page.title),
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
