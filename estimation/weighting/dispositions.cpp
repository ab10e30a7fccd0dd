#include "estimation/weighting/dispositions.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "engine/diagnostics.h"
#include "engine/summation.h"
#include "estimation/weighting/nonresponse.h"

namespace cifra {

namespace {

using enum DispositionGroup;

constexpr Disposition codes[] = {
    {"1.1", complete, "Complete interview", "Entrevista completa"},
    {"1.2", partial, "Partial interview", "Entrevista parcial"},
    {"2.1", refusal, "Refusal or break-off", "Rechazo o interrupción"},
    {"2.11", refusal, "Refusal", "Rechazo"},
    {"2.111", refusal, "Refusal by the household", "Rechazo del hogar"},
    {"2.112", refusal, "Refusal by the selected person", "Rechazo de la persona seleccionada"},
    {"2.12", refusal, "Break-off", "Entrevista interrumpida"},
    {"2.13", refusal, "Implicit refusal", "Rechazo implícito"},
    {"2.2", noncontact, "Non-contact", "Sin contacto"},
    {"2.21", noncontact, "Selected person never available", "Persona seleccionada nunca disponible"},
    {"2.22", noncontact, "Answering device of the household", "Contestador del hogar"},
    {"2.23", noncontact, "Building could not be entered", "Sin acceso al edificio"},
    {"2.24", noncontact, "Nobody reached at the dwelling", "Nadie en la vivienda"},
    {"2.25", noncontact, "Selected person away", "Persona seleccionada ausente"},
    {"2.26", noncontact, "Nothing heard after the invitation", "Sin noticia tras la invitación"},
    {"2.27", noncontact, "Completed too late", "Completada fuera de plazo"},
    {"2.3", other, "Eligible, other reason", "Elegible, otro motivo"},
    {"2.31", other, "Selected person died", "Persona seleccionada fallecida"},
    {"2.32", other, "Unable for physical or mental reasons", "Incapacidad física o mental"},
    {"2.33", other, "Language", "Idioma"},
    {"2.331", other, "Language of the household", "Idioma del hogar"},
    {"2.332", other, "Language of the selected person", "Idioma de la persona seleccionada"},
    {"2.333", other, "No interviewer for the language", "Sin entrevistador para el idioma"},
    {"2.34", other, "Poor audio quality", "Mala calidad de audio"},
    {"2.35", other, "Place or activity prevents the interview", "El lugar o la actividad impiden la entrevista"},
    {"2.36", other, "Other", "Otro"},
    {"3.1", unknown_unit, "Unknown whether there is a household", "Se ignora si hay un hogar"},
    {"3.11", unknown_unit, "Not attempted", "No visitada"},
    {"3.12", unknown_unit, "Always busy", "Siempre ocupado"},
    {"3.13", unknown_unit, "No answer", "No contesta"},
    {"3.14", unknown_unit, "Answering device, unknown whose", "Contestador, se ignora de quién"},
    {"3.15", unknown_unit, "Technical barrier, call blocking", "Barrera técnica, bloqueo de llamadas"},
    {"3.16", unknown_unit, "Technical fault of the line", "Falla técnica de la línea"},
    {"3.17", unknown_unit, "Unsafe or out of reach", "Insegura o inaccesible"},
    {"3.18", unknown_unit, "Address not found", "Dirección no localizada"},
    {"3.19", unknown_unit, "Nothing returned", "Nada devuelto"},
    {"3.2", unknown_other, "Household, unknown whether a person is eligible", "Hogar, se ignora si hay elegibles"},
    {"3.21", unknown_other, "No screening interview", "Sin entrevista de filtro"},
    {"3.3", unknown_other, "Unknown whether the person lives there", "Se ignora si la persona vive ahí"},
    {"3.9", unknown_other, "Unknown, other", "Se ignora, otro"},
    {"4.1", ineligible, "Out of the sample", "Fuera de la muestra"},
    {"4.2", ineligible, "Fax or data line", "Línea de fax o datos"},
    {"4.3", ineligible, "Number not in service", "Número fuera de servicio"},
    {"4.31", ineligible, "Number does not exist", "Número inexistente"},
    {"4.32", ineligible, "Number disconnected", "Número desconectado"},
    {"4.33", ineligible, "Temporarily out of service", "Temporalmente fuera de servicio"},
    {"4.4", ineligible, "Special line", "Línea especial"},
    {"4.41", ineligible, "Number changed", "Número cambiado"},
    {"4.42", ineligible, "Call forwarded", "Llamada desviada"},
    {"4.5", ineligible, "Not a residence", "No es residencia"},
    {"4.51", ineligible, "Business or office", "Negocio u oficina"},
    {"4.52", ineligible, "Institution", "Institución"},
    {"4.53", ineligible, "Group quarters", "Vivienda colectiva"},
    {"4.54", ineligible, "Person does not live there", "La persona no vive ahí"},
    {"4.6", ineligible, "Vacant dwelling", "Vivienda desocupada"},
    {"4.61", ineligible, "Vacant", "Desocupada"},
    {"4.62", ineligible, "Seasonal or temporary use", "Uso temporal"},
    {"4.63", ineligible, "Vacant, other", "Desocupada, otro"},
    {"4.7", ineligible, "Nobody eligible in the household", "Nadie elegible en el hogar"},
    {"4.8", ineligible, "Quota filled", "Cuota cubierta"},
    {"4.9", ineligible, "Not eligible, other", "No elegible, otro"},
};

// The share e of `cases`, which does not matter where there are none.
double expected(double cases, double e) {
    if (cases == 0) return 0;
    if (!(e >= 0 && e <= 1)) throw Refusal("outcome rates: the rate of eligibility must lie between 0 and 1");
    return e * cases;
}

}  // namespace

std::string_view to_text(DispositionGroup group) {
    constexpr std::array<std::string_view, disposition_groups> names = {"I", "P",  "R",  "NC",
                                                                        "O", "UH", "UO", "ineligible"};
    return names[static_cast<std::size_t>(group)];
}

std::span<const Disposition> dispositions() { return codes; }

const Disposition* find_disposition(std::string_view code) {
    const Disposition* found = nullptr;
    for (const Disposition& known : codes)
        if (code.starts_with(known.code) && (!found || known.code.size() > found->code.size())) found = &known;
    return found;
}

double DispositionCounts::interviews() const { return (*this)[complete] + (*this)[partial]; }

double DispositionCounts::eligible() const {
    return interviews() + (*this)[refusal] + (*this)[noncontact] + (*this)[other];
}

double DispositionCounts::unknown() const { return (*this)[unknown_unit] + (*this)[unknown_other]; }

DispositionCounts count_dispositions(std::span<const DispositionGroup> groups, std::span<const double> weights) {
    if (!weights.empty() && weights.size() != groups.size())
        throw std::invalid_argument("dispositions and weights differ in length");
    std::array<CompensatedSum, disposition_groups> sums;
    for (std::size_t k = 0; k < groups.size(); ++k)
        sums[static_cast<std::size_t>(groups[k])].add(weights.empty() ? 1 : weights[k]);
    DispositionCounts counts;
    for (std::size_t g = 0; g < disposition_groups; ++g) counts.add(static_cast<DispositionGroup>(g), sums[g].value());
    return counts;
}

EligibilityRate proportional_eligibility(const DispositionCounts& counts) {
    const double e = counts.eligible() / (counts.eligible() + counts[ineligible]);
    return {e, e};
}

OutcomeRates outcome_rates(const DispositionCounts& counts, const EligibilityRate& e) {
    const double full = counts[complete], some = counts.interviews(), refused = counts[refusal];
    const double contacted = some + refused + counts[other], eligible = counts.eligible();
    const double all = eligible + counts.unknown(), likely = eligible + expected(counts[unknown_unit], e.unknown_unit) +
                                                             expected(counts[unknown_other], e.unknown_other);
    const auto share = [](double part, double whole) {
        return whole > 0 ? part / whole : std::numeric_limits<double>::quiet_NaN();
    };
    OutcomeRates rates;
    rates.response = {share(full, all),    share(some, all),      share(full, likely),
                      share(some, likely), share(full, eligible), share(some, eligible)};
    rates.cooperation = {share(full, contacted), share(some, contacted), share(full, some + refused),
                         share(some, some + refused)};
    rates.refusal = {share(refused, all), share(refused, likely), share(refused, eligible)};
    rates.contact = {share(contacted, all), share(contacted, likely), share(contacted, eligible)};
    return rates;
}

AdjustedWeights adjust_unknown_eligibility(std::string step, std::span<const double> weights,
                                           std::span<const std::uint8_t> known, const AdjustmentCells& cells,
                                           const CollapseRule& rule) {
    if (std::none_of(known.begin(), known.end(), [](std::uint8_t is_known) { return is_known != 0; }))
        throw Refusal(step + ": no case has a known eligibility, so there is nobody to carry the weight");
    const std::vector<std::uint8_t> every(weights.size(), 1);
    return adjust_nonresponse(std::move(step), weights, every, known, cells, rule);
}

}  // namespace cifra
