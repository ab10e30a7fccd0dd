#include "estimation/records/flow_words.h"

#include <string_view>

#include "estimation/publishing/words.h"

namespace cifra {

namespace {

constexpr FlowWords english{
    .title = "From occurrence to sentence",
    .lead = "What became of crime at each institution, from what people suffered to the prison sentence.",
    .about_title = "How to read this page",
    .about =
        "A cross-section compares what every stage counted in one year: they are not the same offences. A cohort "
        "follows the same events until a day after which nothing is known. Each table says which it is. Shares are "
        "of the stage before and of the first stage; an interval stands where a survey estimate or an uncertain "
        "factor enters.",
    .cross_section = "Cross-section of {}",
    .cross_lead = "Counts of one year at every stage; light bars are survey estimates.",
    .cohort = "Cohort of {} to {}",
    .cohort_lead = "Events that entered as '{}' on these days, followed until {}.",
    .whereabouts = "Where the events are",
    .times = "Days to each stage",
    .times_note =
        "Kaplan–Meier, limits of {} % on the log-log scale. Ended events: 'followed until they ended' gives the pace "
        "of the work on open events; 'kept' gives the share of all events that reached the stage.",
    .impunity = "Impunity",
    .impunity_note = "The share that did not end in a conviction, by what it is a share of.",
    .caseload = "Caseload",
    .caseload_note = "Clearance: resolved to incoming. Duration: days to resolve what is pending, at the year's pace.",
    .sdg = "SDG indicators",
    .uncts = "Offences and persons by the ICCS",
    .uncts_note = "Totals of each code hold all codes below it, counted once.",
    .methods = "Methods",
    .factors = "Units of one stage for each unit of another",
    .stage = "Stage",
    .institution = "Institution",
    .source = "Source",
    .unit = "Counts",
    .count = "Count",
    .interval = "Interval",
    .transition = "Of the stage before",
    .cumulative = "Of the first stage",
    .of_before = "of the stage before",
    .funnel_description = "Bars of {} stages, as long as their share of the first; the table has every figure.",
    .cohort_description = "Share of the cohort that reached each stage, by days since it entered.",
    .days_axis = "days since entering",
    .went_on = "Went on",
    .ended = "Ended here",
    .pending = "Pending",
    .entered = "Entered",
    .quarter = "A quarter",
    .median = "Half",
    .three_quarters = "Three quarters",
    .endings = "Ended events",
    .censored = "followed until they ended",
    .kept = "kept",
    .reached = "Reached it",
    .measure = "Measure",
    .value = "Value",
    .year = "Year",
    .pending_start = "Pending at start",
    .incoming = "Incoming",
    .resolved = "Resolved",
    .pending_end = "Pending at end",
    .clearance = "Clearance rate",
    .pending_ratio = "Pending ratio",
    .congestion = "Congestion rate",
    .duration = "Duration, days",
    .goal = "Indicator",
    .series = "Series",
    .sex = "Sex",
    .offence = "Offence",
    .block = "Counted",
    .offences = "offences",
    .suspected = "suspected persons",
    .prosecuted = "prosecuted persons",
    .convicted = "convicted persons",
    .prisoners = "prisoners",
    .numerator = "Numerator",
    .denominator = "Denominator",
    .all = "all",
    .female = "female",
    .male = "male",
    .minor = "minors",
    .adult = "adults",
    .survey = "survey estimate",
    .counts = "count table",
    .events = "event records",
    .from = "From",
    .to = "To",
    .factor = "Factor",
    .method_text =
        "With N the count of a stage in its own unit and u the units of this stage that make one of the stage "
        "before, the rate is (N / u) divided by the count before. A count of records is taken as it stands; the "
        "interval of an estimate is carried over, that of two estimates of one survey uses their covariance, or the "
        "largest variance that any correlation gives where it is not known. A factor known as an interval widens the "
        "limits over all of it.",
};

constexpr FlowWords spanish{
    .title = "De la ocurrencia a la sentencia",
    .lead = "Qué fue del delito en cada institución, desde lo que sufrieron las personas hasta la pena de prisión.",
    .about_title = "Cómo leer esta página",
    .about =
        "Un corte transversal compara lo que cada etapa contó en un año: no son los mismos delitos. Una cohorte "
        "sigue a los mismos eventos hasta un día después del cual nada se sabe. Cada cuadro dice cuál es. Las "
        "proporciones son de la etapa anterior y de la primera; hay intervalo donde entra una estimación de la "
        "encuesta o un factor incierto.",
    .cross_section = "Corte transversal de {}",
    .cross_lead = "Conteos de un año en cada etapa; las barras claras son estimaciones de la encuesta.",
    .cohort = "Cohorte de {} a {}",
    .cohort_lead = "Eventos que entraron como «{}» en esos días, seguidos hasta {}.",
    .whereabouts = "Dónde están los eventos",
    .times = "Días hasta cada etapa",
    .times_note =
        "Kaplan–Meier, límites de {} % en escala log-log. Eventos terminados: «seguidos hasta que terminaron» da el "
        "ritmo del trabajo sobre los abiertos; «se conservan» da la proporción de todos los eventos que llegó a la "
        "etapa.",
    .impunity = "Impunidad",
    .impunity_note = "La proporción que no terminó en condena, según de qué es proporción.",
    .caseload = "Carga de trabajo",
    .caseload_note =
        "Resolución: resueltos entre ingresados. Duración: días para resolver lo pendiente, al ritmo del año.",
    .sdg = "Indicadores de los ODS",
    .uncts = "Delitos y personas según la ICCS",
    .uncts_note = "El total de cada código incluye los que están debajo de él, contados una vez.",
    .methods = "Métodos",
    .factors = "Unidades de una etapa por cada unidad de otra",
    .stage = "Etapa",
    .institution = "Institución",
    .source = "Fuente",
    .unit = "Cuenta",
    .count = "Conteo",
    .interval = "Intervalo",
    .transition = "De la etapa anterior",
    .cumulative = "De la primera etapa",
    .of_before = "de la etapa anterior",
    .funnel_description = "Barras de {} etapas, según su proporción de la primera; el cuadro tiene todas las cifras.",
    .cohort_description = "Proporción de la cohorte que llegó a cada etapa, por días desde que entró.",
    .days_axis = "días desde la entrada",
    .went_on = "Siguió",
    .ended = "Terminó aquí",
    .pending = "Pendiente",
    .entered = "Entró",
    .quarter = "Un cuarto",
    .median = "La mitad",
    .three_quarters = "Tres cuartos",
    .endings = "Eventos terminados",
    .censored = "seguidos hasta que terminaron",
    .kept = "se conservan",
    .reached = "Llegaron",
    .measure = "Medida",
    .value = "Valor",
    .year = "Año",
    .pending_start = "Pendientes al inicio",
    .incoming = "Ingresados",
    .resolved = "Resueltos",
    .pending_end = "Pendientes al final",
    .clearance = "Tasa de resolución",
    .pending_ratio = "Tasa de pendencia",
    .congestion = "Tasa de congestión",
    .duration = "Duración, días",
    .goal = "Indicador",
    .series = "Serie",
    .sex = "Sexo",
    .offence = "Delito",
    .block = "Se cuentan",
    .offences = "delitos",
    .suspected = "personas sospechosas",
    .prosecuted = "personas procesadas",
    .convicted = "personas condenadas",
    .prisoners = "personas presas",
    .numerator = "Numerador",
    .denominator = "Denominador",
    .all = "total",
    .female = "mujeres",
    .male = "hombres",
    .minor = "menores de edad",
    .adult = "personas adultas",
    .survey = "estimación de la encuesta",
    .counts = "tabla de conteos",
    .events = "registros de eventos",
    .from = "De",
    .to = "A",
    .factor = "Factor",
    .method_text =
        "Con N el conteo de una etapa en su propia unidad y u las unidades de esta etapa que hacen una de la "
        "anterior, la proporción es (N / u) entre el conteo anterior. Un conteo de registros se toma como está; el "
        "intervalo de una estimación se traslada, y el de dos estimaciones de una encuesta usa su covarianza o, si "
        "no se conoce, la mayor varianza que da cualquier correlación. Un factor conocido como intervalo amplía los "
        "límites sobre todo él.",
};

}  // namespace

const FlowWords& flow_words(const std::string& language) {
    const std::string_view known = words_in(language).language;
    return known == "es"   ? spanish
           : known == "fr" ? french_flow_words
           : known == "pt" ? portuguese_flow_words
                           : english;
}

}  // namespace cifra
