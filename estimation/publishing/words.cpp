#include "estimation/publishing/words.h"

namespace cifra {

namespace {

const Words english = {
    .language = "en",
    .contents = "Contents",
    .table = "Table",
    .total = "Total",
    .domain = "Population group",
    .indicator = "Indicator",
    .estimate = "Estimate",
    .interval = "{}% interval",
    .interval_short = "{}% int.",
    .cv = "CV",
    .cases = "Cases",
    .sample = "Sample",
    .unit = "Unit",
    .population = "Population",
    .period = "Period",
    .source = "Source",
    .legend = "Precision",
    .legend_dot = "dot: estimate; line: confidence interval; dashed line: total",
    .one_sided = "one-sided limit",
    .notes = "Notes",
    .method = "Standard errors",
    .level = "Intervals",
    .df = "Degrees of freedom",
    .df_range = "{} to {}",
    .quality = "Precision rule",
    .hidden = "not shown under the publication rule",
    .no_value = "no value",
    .chart_of = "Chart",
    .chart_description = "{} estimates with their confidence intervals, from {} to {}.",
    .per_cent = "per cent",
    .other_languages = "This page in another language",
    .made_with = "Made with cifra",
    .reading = "How to read these tables",
    .reading_text =
        "Every figure comes from a sample and has a margin of error. The interval is the range that contains "
        "the true value with the stated confidence. The coefficient of variation (CV) is the standard error "
        "divided by the estimate; the larger it is, the less precise the figure. A letter or sign beside the "
        "CV, and its colour, tell the precision class.",
    .weight = "Weights",
    .back = "Back to contents",
    .lower = "Lower limit",
    .upper = "Upper limit",
    .cv_per_cent = "CV (%)",
    .language_name = "English",
    .choose_language = "Language",
    .choose_domain = "Show",
    .all_domains = "All population groups",
    .every_category = "{}: every category",
    .shown_domain = "Shown: {}",
    .map = "Map",
    .map_description = "{} areas shaded by the estimate, from {} to {}; the table has every figure.",
    .map_caution = "less precise",
    .map_poor = "not precise enough for a class",
    .map_none = "no figure",
    .options = "What is shown",
    .kept_back = "…: not published, to protect respondents or for lack of precision",
    .internal = "INTERNAL, not for publication",
    .rounded =
        "Totals are rounded to multiples of {}; sums hold among the rounded figures where the method is controlled.",
    .disclosure = "Disclosure report: figures kept back from the public tables",
    .status = "Status",
    .outsider_lower = "Outsider: at least",
    .outsider_upper = "Outsider: at most",
    .row_share = "% of the row",
    .column_share = "% of the column",
    .whole_share = "% of the whole",
    .methods = "Methods",
};

const Words spanish = {
    .language = "es",
    .contents = "Contenido",
    .table = "Cuadro",
    .total = "Total",
    .domain = "Grupo de población",
    .indicator = "Indicador",
    .estimate = "Estimación",
    .interval = "Intervalo de {} %",
    .interval_short = "Int. {} %",
    .cv = "CV",
    .cases = "Casos",
    .sample = "Muestra",
    .unit = "Unidad",
    .population = "Población",
    .period = "Periodo",
    .source = "Fuente",
    .legend = "Precisión",
    .legend_dot = "punto: estimación; línea: intervalo de confianza; línea discontinua: total",
    .one_sided = "límite unilateral",
    .notes = "Notas",
    .method = "Errores estándar",
    .level = "Intervalos",
    .df = "Grados de libertad",
    .df_range = "{} a {}",
    .quality = "Regla de precisión",
    .hidden = "no se muestra según la regla de publicación",
    .no_value = "sin valor",
    .chart_of = "Gráfica",
    .chart_description = "{} estimaciones con su intervalo de confianza, de {} a {}.",
    .per_cent = "por ciento",
    .other_languages = "Esta página en otro idioma",
    .made_with = "Hecho con cifra",
    .reading = "Cómo leer estos cuadros",
    .reading_text =
        "Toda cifra proviene de una muestra y tiene un margen de error. El intervalo es el rango que contiene "
        "el valor verdadero con la confianza indicada. El coeficiente de variación (CV) es el error estándar "
        "dividido entre la estimación; cuanto mayor es, menos precisa es la cifra. La letra o el signo junto "
        "al CV, y su color, indican la clase de precisión.",
    .weight = "Ponderadores",
    .back = "Volver al contenido",
    .lower = "Límite inferior",
    .upper = "Límite superior",
    .cv_per_cent = "CV (%)",
    .language_name = "Español",
    .choose_language = "Idioma",
    .choose_domain = "Mostrar",
    .all_domains = "Todos los grupos de población",
    .every_category = "{}: todas las categorías",
    .shown_domain = "Se muestra: {}",
    .map = "Mapa",
    .map_description = "{} áreas sombreadas según la estimación, de {} a {}; el cuadro tiene todas las cifras.",
    .map_caution = "menos precisa",
    .map_poor = "sin precisión para una clase",
    .map_none = "sin cifra",
    .options = "Qué se muestra",
    .kept_back = "…: no se publica, por confidencialidad o por falta de precisión",
    .internal = "INTERNAL: uso interno, no publicar",
    .rounded = "Los totales se redondean a múltiplos de {}; con el método controlado las sumas se conservan.",
    .disclosure = "Informe de confidencialidad: cifras que no se publican",
    .status = "Estado",
    .outsider_lower = "Un tercero: al menos",
    .outsider_upper = "Un tercero: a lo más",
    .row_share = "% del renglón",
    .column_share = "% de la columna",
    .whole_share = "% del total",
    .methods = "Métodos",
};

}  // namespace

std::string labelled(const Words& words, std::string_view label, std::string_view text) {
    return std::string(label).append(words.colon).append(text);
}

const Words& words_in(const std::string& language) {
    for (const Words* words : {&spanish, &portuguese_words, &french_words})
        if (language.starts_with(words->language)) return *words;
    return english;
}

const std::vector<std::string>& page_languages() {
    static const std::vector<std::string> languages = {"en", "es", "fr", "pt"};
    return languages;
}

}  // namespace cifra
