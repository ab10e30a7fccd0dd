#include "questionnaires/archive/variables.h"

#include <fmt/format.h>

#include "engine/markup.h"
#include "questionnaires/responses.h"

namespace cifra {
namespace {

Labels filled(const Instrument& instrument, const Labels& labels) {
    Labels result;
    for (const auto& [language, text] : labels) {
        const std::string known = language.empty() ? instrument.languages.front() : language;
        result[known] = say(instrument, labels, known);
    }
    return result;
}

std::string universe_of(const Question& question, const Instrument& instrument) {
    const std::string& whole = instrument.modules[question.module].ask_if.text;
    const std::string& own = question.ask_if.text;
    if (whole.empty() || own.empty()) return whole + own;
    return fmt::format("({}) and ({})", whole, own);
}

// The question of a column, or of the multiple question whose mention it is.
const Question* asked_for(const std::string& column, const Instrument& instrument) {
    const auto found = instrument.name_index.find(column);
    if (found == instrument.name_index.end() || !instrument.names[found->second].question) return nullptr;
    return &instrument.questions[*instrument.names[found->second].question];
}

ArchiveVariable described(const Variable& variable, const Instrument& instrument) {
    ArchiveVariable result;
    result.variable = variable;
    const Question* question = asked_for(variable.name, instrument);
    if (!question) return result;
    result.question = filled(instrument, question->text);
    result.instruction = filled(instrument, question->note);
    result.universe = universe_of(*question, instrument);
    result.low = question->low;
    result.high = question->high;
    if (question->part != ScreenerPart::none) result.iccs = instrument.crimes[question->crime].iccs;
    return result;
}

}  // namespace

std::vector<ArchiveFile> archive_files(const Instrument& instrument) {
    const Responses shape = check_responses(instrument, {});
    std::vector<ArchiveFile> files = {
        {"household.csv", {{"en", "Drawn dwellings"}, {"es", "Viviendas de la muestra"}}, {}},
        {"roster.csv", {{"en", "Household members"}, {"es", "Integrantes del hogar"}}, {}},
        {"person.csv", {{"en", "Persons interviewed"}, {"es", "Personas entrevistadas"}}, {}},
        {"incident.csv", {{"en", "Incidents"}, {"es", "Incidentes"}}, {}}};
    const std::vector<const Table*> tables = {&shape.household, &shape.roster, &shape.person, &shape.incident};
    for (std::size_t f = 0; f < files.size(); ++f)
        for (const std::string& column : tables[f]->names())
            if (const Variable* variable = shape.codebook.find(column))
                files[f].variables.push_back(described(*variable, instrument));
    return files;
}

std::string variable_label(const ArchiveVariable& variable, const Instrument& instrument, const std::string& language,
                           std::size_t most) {
    const std::string source = label_in(variable.variable.label, instrument.languages.front(), variable.variable.name);
    return shortened(label_in(variable.variable.label, language, source), most);
}

std::string missing_label(Missing kind, const std::string& language) {
    const bool spanish = language == "es";
    if (kind == Missing::dont_know) return spanish ? "No sabe" : "Don't know";
    if (kind == Missing::refused) return spanish ? "No responde" : "Refused";
    if (kind == Missing::not_reached) return spanish ? "No alcanzada" : "Not reached";
    return spanish ? "No preguntada" : "Not asked";
}

}  // namespace cifra
