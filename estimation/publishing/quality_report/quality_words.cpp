#include "estimation/publishing/quality_report/quality_words.h"

namespace cifra {

namespace {

const QualityWords english = {
    .title = "Quality report",
    .blank = "to be completed",
    .sample = "Sample survey: {} observations in the largest domain.",
    .contents = "Concepts",
    .estimates = "{} estimates in {} tables.",
    .tables = "Tables: {}.",
    .indicators = "Indicators: {}.",
    .population = "Population: {}.",
    .periods = "Periods: {}.",
    .units = "Units: {}.",
    .hidden = "{} of {} estimates are withheld under the publication rule.",
    .nothing_hidden = "No estimate is withheld under a publication rule.",
    .labels = "{}: {} of {} estimates.",
    .method = "Standard errors: {}.",
    .intervals = "Confidence limits: {}.",
    .df = "Degrees of freedom: {} to {}.",
    .deff = "Design effects: median {}, largest {}.",
    .weights = "Weights: {}.",
    .cv_quartiles = "Coefficients of variation: quartiles {}, {} and {}.",
    .cv_bands = "CV below 15%: {} of {} estimates; from 15% to below 30%: {}; 30% and over: {}.",
    .coverage = "Coverage of known totals before adjustment ({}): {} to {}.",
    .outcome_rate = "Unit non-response by {} of AAPOR, weighted: {}.",
    .response_rate = "Unit non-response among eligible dwellings, base weights: {}.",
    .r_indicator = "R-indicator of representative response: {} (1: response depends on nothing known).",
    .item_missing = "Largest share of weight without the item, over the estimates: {}.",
    .item_complete = "No estimate reports a missing item.",
    .step = "Weighting step {}: {} units, sum of weights {}, CV of weights {}.",
    .kish = "Design effect of unequal weights after all steps (Kish): {}.",
    .imputed = "Imputed, {}: {} of its universe.",
    .revision = "Against the earlier estimates: {} estimates in common, mean absolute revision {}, relative {}.",
    .source = "Concepts: Single Integrated Metadata Structure, version 2.0.",
};

const QualityWords spanish = {
    .title = "Informe de calidad",
    .blank = "por completar",
    .sample = "Encuesta por muestreo: {} observaciones en el dominio mayor.",
    .contents = "Conceptos",
    .estimates = "{} estimaciones en {} cuadros.",
    .tables = "Cuadros: {}.",
    .indicators = "Indicadores: {}.",
    .population = "Población: {}.",
    .periods = "Periodos: {}.",
    .units = "Unidades: {}.",
    .hidden = "{} de {} estimaciones no se muestran según la regla de publicación.",
    .nothing_hidden = "Ninguna estimación se oculta por una regla de publicación.",
    .labels = "{}: {} de {} estimaciones.",
    .method = "Errores estándar: {}.",
    .intervals = "Límites de confianza: {}.",
    .df = "Grados de libertad: {} a {}.",
    .deff = "Efectos del diseño: mediana {}, máximo {}.",
    .weights = "Ponderadores: {}.",
    .cv_quartiles = "Coeficientes de variación: cuartiles {}, {} y {}.",
    .cv_bands = "CV menor de 15 %: {} de {} estimaciones; de 15 % a menos de 30 %: {}; de 30 % o más: {}.",
    .coverage = "Cobertura de los totales conocidos antes del ajuste ({}): {} a {}.",
    .outcome_rate = "Falta de respuesta total por {} de AAPOR, ponderada: {}.",
    .response_rate = "Falta de respuesta total entre las viviendas elegibles, ponderadores de base: {}.",
    .r_indicator =
        "Indicador R de representatividad de la respuesta: {} (1: la respuesta no depende de nada conocido).",
    .item_missing = "Mayor proporción del peso sin el dato, entre las estimaciones: {}.",
    .item_complete = "Ninguna estimación informa de datos faltantes.",
    .step = "Paso de ponderación {}: {} unidades, suma de ponderadores {}, CV de los ponderadores {}.",
    .kish = "Efecto del diseño por ponderadores desiguales tras todos los pasos (Kish): {}.",
    .imputed = "Imputado, {}: {} de su universo.",
    .revision =
        "Respecto a las estimaciones anteriores: {} estimaciones en común, revisión media absoluta {}, relativa {}.",
    .source = "Conceptos: Estructura Única Integrada de Metadatos (SIMS), versión 2.0.",
};

}  // namespace

const QualityWords& quality_words(const std::string& language) {
    return language.starts_with("es") ? spanish : english;
}

}  // namespace cifra
