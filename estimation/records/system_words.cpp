#include "estimation/records/system_words.h"

#include <string_view>

#include "estimation/publishing/words.h"

namespace cifra {

namespace {

constexpr SystemWords english{
    .title = "The system of security and justice records",
    .lead = "Who records what, how records are linked and published, and how mature this is.",
    .about_title = "How to read this page",
    .about =
        "The first matrix shows which institution keeps records of which stage: an empty row is a stage that nobody "
        "can count. Levels of the checklist rest on evidence: begun means by hand or in part, in place means "
        "documented "
        "and everywhere, sustained means checked, published and kept up.",
    .stages = "Institutions and stages",
    .stages_lead = "The records that tell each stage.",
    .records = "Register of records",
    .records_lead = "Identifiers, calendar of publication, and how much of them has a code of the ICCS.",
    .variables = "Variables",
    .variables_lead = "What the records hold, with the code list of each variable.",
    .exchanges = "Exchange and code lists",
    .exchanges_lead = "What passes between institutions, linked by identifiers that both keep.",
    .code_lists = "Register of code lists",
    .checklist = "Maturity",
    .checklist_lead = "Four levels: absent, begun, in place, sustained.",
    .glossary = "Glossary",
    .stage = "Stage",
    .institution = "Institution",
    .record = "Records",
    .identifiers = "Identifiers",
    .published = "Published",
    .lag = "Days to publish",
    .mapped_codes = "Codes mapped",
    .mapped_records = "Records mapped",
    .variable = "Variable",
    .kept = "kept",
    .from = "From",
    .to = "To",
    .means = "By",
    .how_often = "How often",
    .code_list = "Code list",
    .version = "Version",
    .keeper = "Keeper",
    .item = "Item",
    .level = "Level",
    .evidence = "Evidence",
    .not_judged = "not judged",
    .term = "Term",
    .other_language = "Spanish",
    .meaning = "Meaning",
    .levels = {"absent", "begun", "in place", "sustained"},
};

constexpr SystemWords spanish{
    .title = "El sistema de registros de seguridad y justicia",
    .lead = "Quién registra qué, cómo se vinculan y publican los registros y qué tan maduro es todo ello.",
    .about_title = "Cómo leer esta página",
    .about =
        "La primera matriz muestra qué institución tiene registros de qué etapa: un renglón vacío es una etapa que "
        "nadie "
        "puede contar. Los niveles de la lista descansan en evidencia: iniciado significa a mano o en parte, "
        "establecido "
        "significa documentado y en todas partes, sostenido significa verificado, publicado y mantenido.",
    .stages = "Instituciones y etapas",
    .stages_lead = "Los registros que informan de cada etapa.",
    .records = "Inventario de registros",
    .records_lead = "Identificadores, calendario de publicación y cuánto de ellos tiene código de la ICCS.",
    .variables = "Variables",
    .variables_lead = "Qué contienen los registros, con la lista de códigos de cada variable.",
    .exchanges = "Intercambio y listas de códigos",
    .exchanges_lead = "Qué pasa entre instituciones, vinculado por identificadores que ambas conservan.",
    .code_lists = "Inventario de listas de códigos",
    .checklist = "Madurez",
    .checklist_lead = "Cuatro niveles: ausente, iniciado, establecido, sostenido.",
    .glossary = "Glosario",
    .stage = "Etapa",
    .institution = "Institución",
    .record = "Registros",
    .identifiers = "Identificadores",
    .published = "Se publica",
    .lag = "Días hasta publicar",
    .mapped_codes = "Códigos vinculados",
    .mapped_records = "Registros vinculados",
    .variable = "Variable",
    .kept = "se guarda",
    .from = "De",
    .to = "A",
    .means = "Medio",
    .how_often = "Frecuencia",
    .code_list = "Lista de códigos",
    .version = "Versión",
    .keeper = "Responsable",
    .item = "Aspecto",
    .level = "Nivel",
    .evidence = "Evidencia",
    .not_judged = "sin evaluar",
    .term = "Término",
    .other_language = "Inglés",
    .meaning = "Significado",
    .levels = {"ausente", "iniciado", "establecido", "sostenido"},
};

struct Frequency {
    std::string_view id, es, fr, pt;
};

constexpr Frequency frequencies[] = {
    {"daily", "diaria", "quotidienne", "diária"},  {"weekly", "semanal", "hebdomadaire", "semanal"},
    {"monthly", "mensual", "mensuelle", "mensal"}, {"quarterly", "trimestral", "trimestrielle", "trimestral"},
    {"yearly", "anual", "annuelle", "anual"},      {"irregular", "irregular", "irrégulière", "irregular"}};

}  // namespace

const SystemWords& system_words(const std::string& language) {
    const std::string_view known = words_in(language).language;
    return known == "es"   ? spanish
           : known == "fr" ? french_system_words
           : known == "pt" ? portuguese_system_words
                           : english;
}

std::string frequency_word(const std::string& id, const std::string& language) {
    const std::string_view known = words_in(language).language;
    for (const Frequency& one : frequencies)
        if (one.id == id && known != "en") return std::string(known == "es" ? one.es : known == "fr" ? one.fr : one.pt);
    return id;
}

}  // namespace cifra
