#include "estimation/records/comparison_words.h"

#include <array>

#include "estimation/publishing/words.h"

namespace cifra {

namespace {

const ComparisonWords english = {
    .title = "Survey and recorded crime",
    .lead = "What people suffered, what they reported, and what was recorded, {}",
    .reading = "How to read these tables",
    .reading_text =
        "Survey figures come from a sample and have a margin of error: the interval holds the true value with {} % "
        "confidence. Recorded crime is counted, and is set against the survey only where both speak of the same "
        "crimes against the same people; what could not be aligned is listed with the reason.",
    .crime = "Crime",
    .area = "Area of occurrence",
    .whole_area = "Whole",
    .all_crimes = "All crimes compared",
    .volumes = "Incidents, reports and records",
    .volumes_note =
        "Incidents and reports are estimated by the survey; records are counted, then adjusted to its population.",
    .incidents = "Incidents",
    .reported = "Reported",
    .with_file = "With a file opened",
    .records = "Records counted",
    .records_adjusted = "Records, adjusted",
    .dark_figure = "Incidents not recorded",
    .ratios = "Reporting, recording and capture",
    .ratios_note = "Capture is reporting times recording: records for every 100 incidents suffered.",
    .reporting_rate = "Reporting rate",
    .official_dark_share = "Dark figure (no file opened)",
    .recording_ratio = "Recording ratio",
    .capture_ratio = "Capture ratio",
    .expansion_factor = "Incidents per record",
    .by_area = "Capture by area",
    .by_area_note = "By the area where the crime happened. No ratio is shown where the survey is not reliable.",
    .trend = "Change from {} to {}",
    .trend_note =
        "Indices: {} = 100. The change of recorded crime is that of incidents, of reporting and of recording taken "
        "together: contributions in log points (× 100), which add up.",
    .index_incidents = "Incidents, index",
    .index_reported = "Reported, index",
    .index_records = "Records, index",
    .change_records = "Change of records",
    .change_incidents = "Part of incidents",
    .change_reporting = "Part of reporting",
    .change_recording = "Part of recording",
    .gap = "Incidents less records",
    .p_value = "p",
    .subset = "What is compared",
    .subset_note = "Codes of the International Classification of Crime (ICCS). The nearest entry above a code decides.",
    .code = "Code",
    .offence = "Offence",
    .compared_as = "Compared as",
    .records_of = "Records {}",
    .reason = "Reason",
    .not_compared = "not compared",
    .no_reason = "no reason given",
    .both_sides = "How both sides were aligned",
    .survey_side = "Survey",
    .records_side = "Records",
    .adjustments = "Adjustment of the records",
    .factor = "Factor",
    .value = "Value",
    .source = "Source",
    .duplicates = "Share of duplicates",
    .covered = "Share with victims of the survey's population",
    .victims = "Victims per incident",
    .units = "Incidents per counting unit",
    .counting_rules = "Counting rules of the records",
    .methods = "Methods",
    .methods_text =
        "S, R and D are weighted totals of one incident file: all incidents, those reported, those with a file "
        "opened. P is the number of records times (1 − duplicates) × covered share × victims per incident × "
        "incidents per unit. Reporting rate R/S; recording ratio P/R; capture ratio P/S; incidents per record S/P; "
        "incidents not recorded S − P; dark figure as national offices publish it 1 − D/S. Standard errors of the "
        "survey are linearized over strata and primary sampling units; records are a census.",
    .method_of_interval =
        "Intervals: logit for shares, logarithmic for ratios, Student's t on the design's degrees of freedom; where "
        "a factor is declared as an interval, {} draws of the factors (uniform) and of the survey's error.",
    .flag_above = "recording ratio above 1.2: records of others than victims, or of a wider population",
    .flag_below = "recording ratio below 0.5: half of what is reported is not on record as such",
    .flag_one = "the interval of the recording ratio holds 1: all that is reported may be recorded",
    .flag_few = "fewer than 50 incidents in the sample",
    .refused = "n.r.",
    .refused_note = "not shown: the survey is not reliable here under its precision rule",
    .per_cent = "%",
    .per_100 = "records per 100 incidents",
    .no_value = "–",
    .precision = "Precision rule",
    .chart_description = "{} estimates with their confidence intervals.",
};

const ComparisonWords spanish = {
    .title = "Encuesta y delitos registrados",
    .lead = "Lo que la población sufrió, lo que denunció y lo que quedó registrado, {}",
    .reading = "Cómo leer estos cuadros",
    .reading_text =
        "Las cifras de la encuesta provienen de una muestra y tienen un margen de error: el intervalo contiene el "
        "valor verdadero con {} % de confianza. Los delitos registrados se cuentan, y se comparan con la encuesta "
        "sólo donde ambas fuentes hablan de los mismos delitos contra la misma población; lo que no pudo alinearse "
        "se enumera con su motivo.",
    .crime = "Delito",
    .area = "Área de ocurrencia",
    .whole_area = "Conjunto",
    .all_crimes = "Todos los delitos comparados",
    .volumes = "Incidentes, denuncias y registros",
    .volumes_note = "La encuesta estima incidentes y denuncias; los registros se cuentan y se ajustan a su población.",
    .incidents = "Incidentes",
    .reported = "Denunciados",
    .with_file = "Con carpeta abierta",
    .records = "Registros contados",
    .records_adjusted = "Registros ajustados",
    .dark_figure = "Incidentes no registrados",
    .ratios = "Denuncia, registro y captación",
    .ratios_note = "La captación es la denuncia por el registro: registros por cada 100 incidentes sufridos.",
    .reporting_rate = "Tasa de denuncia",
    .official_dark_share = "Cifra negra (sin carpeta)",
    .recording_ratio = "Razón de registro",
    .capture_ratio = "Razón de captación",
    .expansion_factor = "Incidentes por registro",
    .by_area = "Captación por área",
    .by_area_note =
        "Según el área donde ocurrió el delito. No se muestra ninguna razón donde la encuesta no es confiable.",
    .trend = "Cambio de {} a {}",
    .trend_note =
        "Índices: {} = 100. El cambio de lo registrado es el de los incidentes, el de la denuncia y el del registro "
        "en conjunto: contribuciones en puntos logarítmicos (× 100), que suman.",
    .index_incidents = "Incidentes, índice",
    .index_reported = "Denunciados, índice",
    .index_records = "Registros, índice",
    .change_records = "Cambio de los registros",
    .change_incidents = "Parte de los incidentes",
    .change_reporting = "Parte de la denuncia",
    .change_recording = "Parte del registro",
    .gap = "Incidentes menos registros",
    .p_value = "p",
    .subset = "Qué se compara",
    .subset_note =
        "Códigos de la Clasificación Internacional de Delitos (ICCS). Decide la entrada más cercana por encima de un "
        "código.",
    .code = "Código",
    .offence = "Delito",
    .compared_as = "Se compara como",
    .records_of = "Registros {}",
    .reason = "Motivo",
    .not_compared = "no se compara",
    .no_reason = "sin motivo declarado",
    .both_sides = "Cómo se alinearon las dos fuentes",
    .survey_side = "Encuesta",
    .records_side = "Registros",
    .adjustments = "Ajuste de los registros",
    .factor = "Factor",
    .value = "Valor",
    .source = "Fuente",
    .duplicates = "Proporción de duplicados",
    .covered = "Proporción con víctimas de la población encuestada",
    .victims = "Víctimas por incidente",
    .units = "Incidentes por unidad de conteo",
    .counting_rules = "Reglas de conteo de los registros",
    .methods = "Métodos",
    .methods_text =
        "S, R y D son totales ponderados de un mismo archivo de incidentes: todos, los denunciados y los que tienen "
        "carpeta abierta. P es el número de registros por (1 − duplicados) × proporción cubierta × víctimas por "
        "incidente × incidentes por unidad. Tasa de denuncia R/S; razón de registro P/R; razón de captación P/S; "
        "incidentes por registro S/P; incidentes no registrados S − P; cifra negra como la publican las oficinas "
        "nacionales 1 − D/S. Errores estándar de la encuesta por linealización sobre estratos y unidades primarias "
        "de muestreo; los registros son un censo.",
    .method_of_interval =
        "Intervalos: logit para proporciones, logarítmico para razones, t de Student con los grados de libertad del "
        "diseño; donde un factor se declara como intervalo, {} extracciones de los factores (uniformes) y del error "
        "de la encuesta.",
    .flag_above = "razón de registro mayor de 1,2: registros de terceros, o de una población más amplia",
    .flag_below = "razón de registro menor de 0,5: la mitad de lo denunciado no consta como tal",
    .flag_one = "el intervalo de la razón de registro contiene el 1: todo lo denunciado puede estar registrado",
    .flag_few = "menos de 50 incidentes en la muestra",
    .refused = "n.c.",
    .refused_note = "no se muestra: la encuesta no es confiable aquí según su regla de precisión",
    .per_cent = "%",
    .per_100 = "registros por cada 100 incidentes",
    .no_value = "–",
    .precision = "Regla de precisión",
    .chart_description = "{} estimaciones con sus intervalos de confianza.",
};

struct CountingWord {
    std::string_view id, en, es, fr, pt;
};

constexpr std::array<CountingWord, 33> counting_words = {{
    {"moment", "Moment of counting", "Momento del conteo", "Moment du comptage", "Momento da contagem"},
    {"unit", "Counting unit", "Unidad de conteo", "Unité de compte", "Unidade de contagem"},
    {"principal_offence", "Only the principal offence", "Sólo el delito principal", "Seulement l’infraction principale",
     "Só o crime principal"},
    {"multiple_offenders", "Several offenders", "Varios autores", "Plusieurs auteurs", "Vários autores"},
    {"serial_offences", "Offences of a series", "Delitos en serie", "Infractions en série", "Crimes em série"},
    {"date_basis", "Date", "Fecha", "Date", "Data"},
    {"attempts", "Attempts", "Tentativas", "Tentatives", "Tentativas"},
    {"coverage", "Coverage", "Cobertura", "Couverture", "Cobertura"},
    {"threats", "Threats to commit it", "Amenazas de cometerlo", "Menaces de la commettre", "Ameaças de cometê-lo"},
    {"aiding_abetting", "Aiding or abetting", "Ayuda o instigación", "Aide ou encouragement", "Auxílio ou instigação"},
    {"accomplices", "Accomplices", "Cómplices", "Complices", "Cúmplices"},
    {"conspiracy_planning", "Conspiracy or planning", "Conspiración o planeación", "Entente ou préparation",
     "Conspiração ou planejamento"},
    {"incitement", "Incitement", "Incitación", "Incitation", "Incitação"},
    {"input", "when reported", "al denunciarse", "au signalement", "na comunicação"},
    {"intermediate", "during the investigation", "durante la investigación", "pendant l’enquête",
     "durante a investigação"},
    {"output", "after the investigation", "al concluir la investigación", "à la fin de l’enquête",
     "ao concluir a investigação"},
    {"offence", "offence", "delito", "infraction", "crime"},
    {"case", "case", "caso", "affaire", "caso"},
    {"incident", "incident", "incidente", "incident", "incidente"},
    {"victim", "victim", "víctima", "victime", "vítima"},
    {"suspect", "suspect", "persona sospechosa", "suspect", "pessoa suspeita"},
    {"charge", "charge", "cargo", "chef d’accusation", "acusação"},
    {"conviction", "conviction", "condena", "condamnation", "condenação"},
    {"sentence", "sentence", "sentencia", "peine", "sentença"},
    {"yes", "yes", "sí", "oui", "sim"},
    {"no", "no", "no", "non", "não"},
    {"one", "counted once", "se cuenta uno", "compté une fois", "conta-se um"},
    {"each", "each is counted", "se cuenta cada uno", "chacun est compté", "conta-se cada um"},
    {"event", "of the event", "del hecho", "des faits", "do fato"},
    {"record", "of the record", "del registro", "de l’enregistrement", "do registro"},
    {"included", "included", "incluidas", "incluses", "incluídas"},
    {"excluded", "excluded", "excluidas", "exclues", "excluídas"},
    {"separate", "counted apart", "aparte", "à part", "à parte"},
}};

}  // namespace

const ComparisonWords& comparison_words(const std::string& language) {
    const std::string_view known = words_in(language).language;
    return known == "es"   ? spanish
           : known == "fr" ? french_comparison_words
           : known == "pt" ? portuguese_comparison_words
                           : english;
}

std::string counting_word(const std::string& id, const std::string& language) {
    const std::string_view known = words_in(language).language;
    for (const CountingWord& word : counting_words) {
        if (word.id != id) continue;
        return std::string(known == "es" ? word.es : known == "fr" ? word.fr : known == "pt" ? word.pt : word.en);
    }
    return id;
}

}  // namespace cifra
