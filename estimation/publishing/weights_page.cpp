#include "estimation/publishing/weights_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include "engine/markup.h"
#include "engine/numbers.h"
#include "estimation/publishing/in_language.h"
#include "estimation/publishing/style.h"
#include "estimation/publishing/weight_plot.h"
#include "estimation/publishing/words.h"

namespace cifra {

namespace {

struct PageWords {
    const char *title, *steps, *steps_note, *cells, *cells_note, *spread, *rates, *rates_note, *response,
        *response_note;
};

constexpr PageWords english{
    "Record of the weighting",
    "Steps",
    "Over units with a positive weight after the step. Deff (Kish) is the loss of precision from unequal weights.",
    "Cells and controls",
    "Coverage is what the weights before the step make of a known total.",
    "Spread of the weights",
    "Outcome rates",
    "AAPOR Standard Definitions, 10th edition; weighted by base weights.",
    "Response",
    "Eligible households by base weights: shares, or means of numbers, among those who responded and those who did "
    "not. "
    "The R-indicator is 1 where all have the same propensity to respond.",
};

constexpr PageWords spanish{
    "Registro de la ponderación",
    "Pasos",
    "Sobre las unidades con peso positivo después del paso. El deff (Kish) es la pérdida de precisión por pesos "
    "desiguales.",
    "Celdas y controles",
    "La cobertura es lo que los pesos anteriores al paso estiman de un total conocido.",
    "Distribución de los pesos",
    "Tasas de resultado",
    "AAPOR Standard Definitions, décima edición; ponderadas por los pesos base.",
    "Respuesta",
    "Hogares elegibles según sus pesos base: proporciones, o medias de números, entre quienes respondieron y quienes "
    "no. "
    "El indicador R es 1 cuando todos tienen la misma propensión a responder.",
};

constexpr PageWords french{
    "Journal de la pondération",
    "Étapes",
    "Sur les unités de poids positif après l’étape. Le deff (Kish) est la perte de précision due aux poids inégaux.",
    "Cellules et contrôles",
    "La couverture est la part d’un total connu que donnent les poids avant l’étape.",
    "Distribution des poids",
    "Taux de résultat",
    "AAPOR Standard Definitions, dixième édition ; pondérés par les poids de base.",
    "Réponse",
    "Ménages éligibles selon leurs poids de base : proportions, ou moyennes de nombres, parmi ceux qui ont répondu et "
    "les autres. "
    "L’indicateur R vaut 1 lorsque tous ont la même propension à répondre.",
};

constexpr PageWords portuguese{
    "Registro da ponderação",
    "Passos",
    "Sobre as unidades com peso positivo depois do passo. O deff (Kish) é a perda de precisão por pesos desiguais.",
    "Células e controles",
    "A cobertura é o que os pesos anteriores ao passo estimam de um total conhecido.",
    "Distribuição dos pesos",
    "Taxas de resultado",
    "AAPOR Standard Definitions, décima edição; ponderadas pelos pesos base.",
    "Resposta",
    "Domicílios elegíveis segundo os seus pesos base: proporções, ou médias de números, entre os que responderam e os "
    "que não. "
    "O indicador R é 1 quando todos têm a mesma propensão a responder.",
};

PageWords words(const std::string& language) { return in_language(language, english, spanish, french, portuguese); }

struct ColumnWords {
    std::string_view id, english, spanish, french, portuguese;
};

constexpr ColumnWords column_words[] = {
    {"step", "Step", "Paso", "Étape", "Passo"},
    {"cell", "Cell", "Celda", "Cellule", "Célula"},
    {"n", "Units", "Unidades", "Unités", "Unidades"},
    {"sum_before", "Sum before", "Suma antes", "Somme avant", "Soma antes"},
    {"sum_after", "Sum after", "Suma después", "Somme après", "Soma depois"},
    {"factor", "Factor", "Factor", "Facteur", "Fator"},
    {"min", "Least", "Mínimo", "Minimum", "Mínimo"},
    {"max", "Largest", "Máximo", "Maximum", "Máximo"},
    {"cv", "CV", "CV", "CV", "CV"},
    {"deff_kish", "Deff (Kish)", "Deff (Kish)", "Deff (Kish)", "Deff (Kish)"},
    {"merged", "Joined or trimmed", "Unidas o recortadas", "Réunies ou rognés", "Unidas ou aparados"},
    {"control", "Control", "Control", "Contrôle", "Controle"},
    {"coverage", "Coverage", "Cobertura", "Couverture", "Cobertura"},
    {"rate", "Rate", "Tasa", "Taux", "Taxa"},
    {"unweighted", "Unweighted", "Sin ponderar", "Non pondéré", "Sem ponderar"},
    {"weighted", "Weighted", "Ponderada", "Pondéré", "Ponderada"},
    {"variable", "Variable", "Variable", "Variable", "Variável"},
    {"category", "Category", "Categoría", "Catégorie", "Categoria"},
    {"respondents", "Respondents", "Respondieron", "Répondants", "Responderam"},
    {"nonrespondents", "Nonrespondents", "No respondieron", "Non-répondants", "Não responderam"},
    {"all", "All", "Todos", "Ensemble", "Todos"},
    {"difference", "Difference", "Diferencia", "Différence", "Diferença"},
    {"bias", "Bias", "Sesgo", "Biais", "Viés"},
    {"standardized", "Standardized difference", "Diferencia estandarizada", "Différence standardisée",
     "Diferença padronizada"},
    {"unconditional", "Partial R, unconditional", "R parcial, incondicional", "R partiel, inconditionnel",
     "R parcial, incondicional"},
    {"conditional", "Partial R, conditional", "R parcial, condicional", "R partiel, conditionnel",
     "R parcial, condicional"},
};

std::string column_name(const std::string& id, const std::string& language) {
    for (const ColumnWords& entry : column_words)
        if (entry.id == id)
            return std::string(in_language(language, entry.english, entry.spanish, entry.french, entry.portuguese));
    return id;
}

std::vector<double> present_numbers(const Column& column, const std::vector<std::size_t>& rows) {
    std::vector<double> values;
    for (const std::size_t row : rows)
        if (column.present(row)) values.push_back(column.number(row));
    return values;
}

bool whole_numbers(const std::vector<double>& values) {
    return std::all_of(values.begin(), values.end(), [](double value) { return value == std::floor(value); });
}

// Factors and shares to three decimals, weights to one, sums to none.
int decimals_of(const std::vector<double>& values) {
    const double largest = std::abs(
        *std::max_element(values.begin(), values.end(), [](double a, double b) { return std::abs(a) < std::abs(b); }));
    return largest >= 1000 ? 0 : largest >= 10 ? 1 : 3;
}

struct ShownColumn {
    std::size_t index = 0;
    int decimals = -1;  // of numbers
};

// Without those that are empty in all rows.
std::vector<ShownColumn> shown_columns(const Table& table, const std::vector<std::size_t>& rows) {
    std::vector<ShownColumn> shown;
    for (std::size_t c = 0; c < table.width(); ++c) {
        const Column& column = table.column(c);
        if (column.is_number()) {
            const std::vector<double> values = present_numbers(column, rows);
            if (!values.empty()) shown.push_back({c, whole_numbers(values) ? 0 : decimals_of(values)});
        } else if (std::any_of(rows.begin(), rows.end(), [&](auto row) { return !column.cell(row).empty(); })) {
            shown.push_back({c, -1});
        }
    }
    return shown;
}

std::string cell_markup(const Column& column, std::size_t row, int decimals, bool first, const NumberStyle& style) {
    if (decimals < 0)
        return (first ? "<th scope=\"row\">" : "<td class=\"text\">") + escape_markup(column.cell(row)) +
               (first ? "</th>" : "</td>");
    return "<td>" + (column.present(row) ? format_number(column.number(row), decimals, style) : "–") + "</td>";
}

std::string table_markup(const Table& table, const std::vector<std::size_t>& rows, const std::string& caption,
                         const std::string& language) {
    const std::vector<ShownColumn> columns = shown_columns(table, rows);
    std::string head, body;
    for (const ShownColumn& column : columns)
        head += "<th scope=\"col\">" + escape_markup(column_name(table.names()[column.index], language)) + "</th>";
    for (const std::size_t row : rows) {
        body += "<tr>";
        for (const ShownColumn& column : columns)
            body += cell_markup(table.column(column.index), row, column.decimals, &column == columns.data(),
                                number_style(language));
        body += "</tr>\n";
    }
    return fmt::format(
        "<div class=\"scroll\" tabindex=\"0\"><table>\n<caption>{}</caption>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}"
        "</tbody>\n</table></div>\n",
        escape_markup(caption), head, body);
}

std::string section(const std::string& title, const std::string& note, const std::string& content) {
    return fmt::format("<section class=\"table\">\n<h2>{}</h2>\n<p class=\"sub\">{}</p>\n{}</section>\n", title, note,
                       content);
}

std::vector<std::size_t> all_rows(const Table& table) {
    std::vector<std::size_t> rows;
    for (std::size_t row = 0; row < table.rows(); ++row) rows.push_back(row);
    return rows;
}

std::vector<std::size_t> rows_of(const Table& audit, bool steps) {
    std::vector<std::size_t> rows;
    for (std::size_t row = 0; row < audit.rows(); ++row)
        if (audit.at("cell").cell(row).empty() == steps) rows.push_back(row);
    return rows;
}

std::string pictures(const WeightsPage& page) {
    std::string html;
    for (std::size_t i = 0; i < page.spreads.size(); ++i) {
        const WeightSpread& spread = page.spreads[i];
        html += fmt::format(
            "<figure>\n<figcaption>{}</figcaption>\n{}</figure>\n", escape_markup(spread.heading),
            weight_plot({fmt::format("weights{}", i), page.language, spread.heading, spread.before, spread.after}));
    }
    return html;
}

}  // namespace

std::string weights_page(const WeightsPage& page) {
    const PageWords text = words(page.language);
    std::string html = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
        "content=\"width=device-width, "
        "initial-scale=1\">\n<title>{}</title>\n<style>{}figure{{max-width:620px;margin:18px "
        "0}}td.text{{text-align:left}}</style>\n</head>\n<body>\n<div "
        "class=\"page\">\n<header class=\"top\">\n<h1>{}</h1>\n<p class=\"lead\">{}</p>\n</header>\n<main>\n",
        words_in(page.language).language, text.title, page_style(), text.title, escape_markup(page.title));
    html += section(text.steps, text.steps_note,
                    table_markup(page.audit, rows_of(page.audit, true), text.steps, page.language));
    html += section(text.spread, "", pictures(page));
    const std::vector<std::size_t> cells = rows_of(page.audit, false);
    if (!cells.empty())
        html += section(text.cells, text.cells_note, table_markup(page.audit, cells, text.cells, page.language));
    const auto optional = [&](const Table& table, const char* title, const char* note) {
        if (table.width() > 0) html += section(title, note, table_markup(table, all_rows(table), title, page.language));
    };
    optional(page.outcome_rates, text.rates, text.rates_note);
    optional(page.response, text.response, text.response_note);
    return html + "</main>\n</div>\n</body>\n</html>\n";
}

}  // namespace cifra
