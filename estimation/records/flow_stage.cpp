#include "estimation/records/flow_stage.h"

#include <algorithm>
#include <array>

#include "estimation/publishing/words.h"

namespace cifra {

namespace {

struct Name {
    std::string_view id, en, es, fr, pt;
    std::string in(const std::string& language) const {
        const std::string_view known = words_in(language).language;
        return std::string(known == "es" ? es : known == "fr" ? fr : known == "pt" ? pt : en);
    }
};

constexpr std::array<Name, flow_stage_count> stages = {
    {{"occurred", "Occurred", "Ocurridos", "Survenus", "Ocorridos"},
     {"reported", "Reported", "Denunciados", "Signalés", "Comunicados"},
     {"recorded", "Recorded", "Registrados", "Enregistrés", "Registrados"},
     {"investigated", "Investigation opened", "Con investigación", "Enquête ouverte", "Com investigação"},
     {"identified", "Suspect identified", "Con persona sospechosa", "Suspect identifié", "Com suspeito identificado"},
     {"charged", "Brought to court", "Judicializados", "Portés en justice", "Levados à justiça"},
     {"tried", "Tried", "Juzgados", "Jugés", "Julgados"},
     {"convicted", "Convicted", "Condenados", "Condamnés", "Condenados"},
     {"sentenced", "Sentenced to prison", "Con pena de prisión", "Avec peine de prison", "Com pena de prisão"},
     {"imprisoned", "Taken into prison", "Ingresados a prisión", "Écroués", "Recolhidos à prisão"}}};

constexpr std::array<Name, 9> units = {{{"offence", "offences", "delitos", "infractions", "crimes"},
                                        {"case", "cases", "casos", "affaires", "casos"},
                                        {"incident", "incidents", "incidentes", "incidents", "incidentes"},
                                        {"victim", "victims", "víctimas", "victimes", "vítimas"},
                                        {"suspect", "suspects", "personas sospechosas", "suspects", "suspeitos"},
                                        {"person", "persons", "personas", "personnes", "pessoas"},
                                        {"charge", "charges", "cargos", "chefs d’accusation", "acusações"},
                                        {"conviction", "convictions", "condenas", "condamnations", "condenações"},
                                        {"sentence", "sentences", "sentencias", "peines", "sentenças"}}};

template <std::size_t n>
std::vector<std::string> ids(const std::array<Name, n>& names) {
    std::vector<std::string> list;
    for (const Name& name : names) list.emplace_back(name.id);
    return list;
}

}  // namespace

std::string_view to_text(FlowStage stage) { return stages[static_cast<std::size_t>(stage)].id; }

std::optional<FlowStage> flow_stage_from_text(std::string_view name) {
    for (std::size_t k = 0; k < stages.size(); ++k)
        if (stages[k].id == name) return static_cast<FlowStage>(k);
    return std::nullopt;
}

const std::vector<std::string>& flow_stage_names() {
    static const std::vector<std::string> names = ids(stages);
    return names;
}

std::string flow_stage_title(FlowStage stage, const std::string& language) {
    return stages[static_cast<std::size_t>(stage)].in(language);
}

const std::vector<std::string>& flow_units() {
    static const std::vector<std::string> names = ids(units);
    return names;
}

std::string flow_unit_title(const std::string& unit, const std::string& language) {
    const auto found = std::find_if(units.begin(), units.end(), [&](const Name& name) { return name.id == unit; });
    return found == units.end() ? unit : found->in(language);
}

}  // namespace cifra
