#include "questionnaires/forms/client_words.h"

#include <algorithm>
#include <array>

#include "questionnaires/forms/client_form.h"

namespace cifra {
namespace {

struct Word {
    std::string_view key, en, es;
};

constexpr auto words = std::to_array<Word>({
    {"household", "Household or dwelling (as in the sample)", "Hogar o vivienda (como en la muestra)"},
    {"selection_number", "Selection number of the dwelling (as in the sample)",
     "Número de selección de la vivienda (como en la muestra)"},
    {"selection_range", "Between 0 and 1.", "Entre 0 y 1."},
    {"outcome", "Outcome of the visit", "Resultado de la visita"},
    {"complete", "Interview", "Entrevista"},
    {"refusal", "Refusal", "Rechazo"},
    {"no_contact", "No contact", "Sin contacto"},
    {"ineligible", "Not eligible", "No elegible"},
    {"person_outcome", "The person selected is on line {}. Does this person take part?",
     "La persona elegida está en el renglón {}. ¿Participa?"},
    {"answers", "Takes part", "Participa"},
    {"roster_start", "Go on to each person. Their number ({}) cannot be changed after this.",
     "Pasar a cada persona. Su número ({}) ya no podrá cambiarse."},
    {"incident_start", "Go on to each incident. What was counted cannot be changed after this.",
     "Pasar a cada incidente. Lo que se contó ya no podrá cambiarse."},
    {"form_about", "Form {} about", "Ficha {} sobre"},
    {"confirm", "Please confirm: {}", "Confirme: {}"},
    {"doubtful", "the answer is unusual.", "la respuesta es poco usual."},
    {"contradiction", "This contradicts another answer.", "Esto contradice otra respuesta."},
    {"range", "From {} to {}.", "De {} a {}."},
    {"least", "At least {}.", "Al menos {}."},
    {"greatest", "At most {}.", "A lo más {}."},
    {"whole", "A whole number.", "Un número entero."},
    {"length", "At most {} characters.", "A lo más {} caracteres."},
    {"date", "A date as 2026-02-28.", "Una fecha como 2026-02-28."},
    {"alone", "One of these answers stands alone.", "Una de estas respuestas no admite otra."},
    {"dk", "Do not know", "No sabe"},
    {"refused", "No answer", "No responde"},
});

std::string filled(std::string text, const std::vector<std::string>& values) {
    std::size_t at = 0;
    for (const std::string& value : values) {
        at = text.find("{}", at);
        if (at == std::string::npos) break;
        text.replace(at, 2, value);
        at += value.size();
    }
    return text;
}

}  // namespace

Labels client_words(std::string_view key, const std::vector<std::string>& languages,
                    const std::vector<std::string>& values) {
    const auto* const word = std::find_if(words.begin(), words.end(), [&](const Word& w) { return w.key == key; });
    Labels labels;
    for (const std::string& language : languages)
        labels[language] = filled(std::string(language.starts_with("es") ? word->es : word->en), values);
    return labels;
}

std::string language_name(const std::string& tag) {
    static constexpr auto names =
        std::to_array<std::pair<std::string_view, std::string_view>>({{"en", "English"},
                                                                      {"es", "Español"},
                                                                      {"fr", "Français"},
                                                                      {"pt", "Português"},
                                                                      {"it", "Italiano"},
                                                                      {"de", "Deutsch"},
                                                                      {"nl", "Nederlands"},
                                                                      {"ca", "Català"},
                                                                      {"eu", "Euskara"},
                                                                      {"gl", "Galego"},
                                                                      {"qu", "Runasimi"},
                                                                      {"gn", "Avañe'ẽ"},
                                                                      {"ay", "Aymar aru"},
                                                                      {"nah", "Nāhuatl"},
                                                                      {"ht", "Kreyòl ayisyen"},
                                                                      {"ar", "العربية"},
                                                                      {"ru", "Русский"},
                                                                      {"zh", "中文"}});
    const std::string_view root = std::string_view(tag).substr(0, tag.find('-'));
    for (const auto& [known, name] : names)
        if (known == root) return std::string(name) + " (" + tag + ")";
    return tag + " (" + tag + ")";
}

}  // namespace cifra
