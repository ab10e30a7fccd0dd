#include "estimation/publishing/words.h"

#include <algorithm>
#include <array>

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
};

struct MethodName {
    std::string_view id, en, es;
};

constexpr std::array<MethodName, 25> methods = {{
    {"linearized", "Taylor linearization", "linealización de Taylor"},
    {"ultimate clusters with replacement", "ultimate clusters with replacement", "conglomerados últimos con reemplazo"},
    {"without replacement", "without replacement", "sin reemplazo"},
    {"1 stage", "1 stage", "1 etapa"},
    {"2 stages", "2 stages", "2 etapas"},
    {"3 stages", "3 stages", "3 etapas"},
    {"logit", "logit", "logit"},
    {"korn_graubard", "Korn–Graubard", "Korn–Graubard"},
    {"log", "logarithmic scale", "escala logarítmica"},
    {"t", "Student's t", "t de Student"},
    {"one_sided", "one-sided limit where no case or every case was found",
     "límite unilateral donde no hubo caso o todos lo fueron"},
    {"none", "none where there are no degrees of freedom", "ninguno donde no hay grados de libertad"},
    {"gamma", "gamma, few cases", "gamma, pocos casos"},
    {"residuals of the weighting chain", "the weighting steps taken into account",
     "con los pasos de la ponderación tomados en cuenta"},
    {"response estimated", "response propensities as estimates", "propensiones de respuesta como estimaciones"},
    {"residuals of the calibration", "residuals of the calibration", "residuos de la calibración"},
    {"successive differences", "successive differences", "diferencias sucesivas"},
    {"circular successive differences", "circular successive differences", "diferencias sucesivas circulares"},
    {"two phases (full)", "two phases", "dos fases"},
    {"two phases (approx)", "two phases, approximation", "dos fases, aproximación"},
    {"lonely_psu=certainty", "strata of one PSU taken as certain",
     "estratos de una UPM tomados como autorrepresentados"},
    {"lonely_psu=adjust", "strata of one PSU about the overall mean",
     "estratos de una UPM respecto a la media general"},
    {"no variance: the records do not differ", "no variance: the records do not differ",
     "sin varianza: los registros no difieren"},
    {"empty domain", "empty domain", "dominio vacío"},
    {"no degrees of freedom: the standard error cannot be estimated",
     "no degrees of freedom: the standard error cannot be estimated",
     "sin grados de libertad: no es posible estimar el error estándar"},
}};

std::string translated(const std::string& id, bool spanish) {
    for (const MethodName& method : methods)
        if (method.id == id) return std::string(spanish ? method.es : method.en);
    return id;
}

}  // namespace

const Words& words_in(const std::string& language) { return language.starts_with("es") ? spanish : english; }

const std::vector<std::string>& page_languages() {
    static const std::vector<std::string> languages = {"en", "es"};
    return languages;
}

std::string method_name(const std::string& id, const std::string& language) {
    std::string name;
    for (std::size_t begin = 0; begin <= id.size();) {
        const std::size_t end = std::min(id.find(", ", begin), id.size());
        if (begin > 0) name += ", ";
        name += translated(id.substr(begin, end - begin), language.starts_with("es"));
        begin = end + 2;
    }
    return name;
}

}  // namespace cifra
