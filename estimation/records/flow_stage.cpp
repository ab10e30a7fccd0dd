#include "estimation/records/flow_stage.h"

#include <algorithm>
#include <array>

namespace cifra {

namespace {

struct Name {
    std::string_view id, english, spanish;
    std::string_view in(const std::string& language) const { return language.starts_with("es") ? spanish : english; }
};

constexpr std::array<Name, flow_stage_count> stages = {{{"occurred", "Occurred", "Ocurridos"},
                                                        {"reported", "Reported", "Denunciados"},
                                                        {"recorded", "Recorded", "Registrados"},
                                                        {"investigated", "Investigation opened", "Con investigación"},
                                                        {"identified", "Suspect identified", "Con persona sospechosa"},
                                                        {"charged", "Brought to court", "Judicializados"},
                                                        {"tried", "Tried", "Juzgados"},
                                                        {"convicted", "Convicted", "Condenados"},
                                                        {"sentenced", "Sentenced to prison", "Con pena de prisión"},
                                                        {"imprisoned", "Taken into prison", "Ingresados a prisión"}}};

constexpr std::array<Name, 9> units = {{{"offence", "offences", "delitos"},
                                        {"case", "cases", "casos"},
                                        {"incident", "incidents", "incidentes"},
                                        {"victim", "victims", "víctimas"},
                                        {"suspect", "suspects", "personas sospechosas"},
                                        {"person", "persons", "personas"},
                                        {"charge", "charges", "cargos"},
                                        {"conviction", "convictions", "condenas"},
                                        {"sentence", "sentences", "sentencias"}}};

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
    return std::string(stages[static_cast<std::size_t>(stage)].in(language));
}

const std::vector<std::string>& flow_units() {
    static const std::vector<std::string> names = ids(units);
    return names;
}

std::string flow_unit_title(const std::string& unit, const std::string& language) {
    const auto found = std::find_if(units.begin(), units.end(), [&](const Name& name) { return name.id == unit; });
    return found == units.end() ? unit : std::string(found->in(language));
}

}  // namespace cifra
