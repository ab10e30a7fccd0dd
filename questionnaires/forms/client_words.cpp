#include "questionnaires/forms/client_words.h"

#include <algorithm>
#include <array>

#include "questionnaires/forms/client_form.h"

namespace cifra {
namespace {

struct Word {
    std::string_view key, en, es, fr, pt;
};

constexpr auto words = std::to_array<Word>({
    {"household", "Household or dwelling (as in the sample)", "Hogar o vivienda (como en la muestra)",
     "Ménage ou logement (comme dans l'échantillon)", "Domicílio ou moradia (como na amostra)"},
    {"selection_number", "Selection number of the dwelling (as in the sample)",
     "Número de selección de la vivienda (como en la muestra)",
     "Numéro de sélection du logement (comme dans l'échantillon)", "Número de seleção do domicílio (como na amostra)"},
    {"selection_range", "Between 0 and 1.", "Entre 0 y 1.", "Entre 0 et 1.", "Entre 0 e 1."},
    {"outcome", "Outcome of the visit", "Resultado de la visita", "Résultat de la visite", "Resultado da visita"},
    {"complete", "Interview", "Entrevista", "Entretien", "Entrevista"},
    {"refusal", "Refusal", "Rechazo", "Refus", "Recusa"},
    {"no_contact", "No contact", "Sin contacto", "Pas de contact", "Sem contato"},
    {"ineligible", "Not eligible", "No elegible", "Non éligible", "Não elegível"},
    {"person_outcome", "The person selected is on line {}. Does this person take part?",
     "La persona elegida está en el renglón {}. ¿Participa?",
     "La personne choisie est à la ligne {}. Participe-t-elle ?",
     "A pessoa escolhida está na linha {}. Ela participa?"},
    {"persons", "Interviews of the persons", "Entrevistas de las personas", "Entretiens avec les personnes",
     "Entrevistas das pessoas"},
    {"persons_start", "Go on to each person's interview. Who is interviewed cannot be changed after this.",
     "Pasar a la entrevista de cada persona. Ya no podrá cambiarse a quiénes se entrevista.",
     "Passer à l'entretien de chaque personne. Les personnes interrogées ne pourront plus changer.",
     "Passar à entrevista de cada pessoa. As pessoas entrevistadas não poderão mais mudar."},
    {"person_in_turn", "This is the interview of the person on line {}. Does this person take part?",
     "Esta es la entrevista de la persona del renglón {}. ¿Participa?",
     "Ceci est l'entretien avec la personne de la ligne {}. Participe-t-elle ?",
     "Esta é a entrevista da pessoa da linha {}. Ela participa?"},
    {"answers", "Takes part", "Participa", "Participe", "Participa"},
    {"roster_start", "Go on to each person. Their number ({}) cannot be changed after this.",
     "Pasar a cada persona. Su número ({}) ya no podrá cambiarse.",
     "Passer à chaque personne. Leur nombre ({}) ne pourra plus changer.",
     "Passar a cada pessoa. O número delas ({}) não poderá mais mudar."},
    {"incident_start", "Go on to each incident. What was counted cannot be changed after this.",
     "Pasar a cada incidente. Lo que se contó ya no podrá cambiarse.",
     "Passer à chaque incident. Ce qui a été compté ne pourra plus changer.",
     "Passar a cada incidente. O que foi contado não poderá mais mudar."},
    {"form_about", "Form {} about", "Ficha {} sobre", "Fiche {} sur", "Ficha {} sobre"},
    {"confirm", "Please confirm: {}", "Confirme: {}", "Veuillez confirmer : {}", "Confirme: {}"},
    {"inform", "Please note: {}", "Tome en cuenta: {}", "À noter : {}", "Atenção: {}"},
    {"doubtful", "the answer is unusual.", "la respuesta es poco usual.", "la réponse est inhabituelle.",
     "a resposta é pouco comum."},
    {"contradiction", "This contradicts another answer.", "Esto contradice otra respuesta.",
     "Cela contredit une autre réponse.", "Isto contradiz outra resposta."},
    {"range", "From {} to {}.", "De {} a {}.", "De {} à {}.", "De {} a {}."},
    {"least", "At least {}.", "Al menos {}.", "Au moins {}.", "Pelo menos {}."},
    {"greatest", "At most {}.", "A lo más {}.", "Au plus {}.", "No máximo {}."},
    {"whole", "A whole number.", "Un número entero.", "Un nombre entier.", "Um número inteiro."},
    {"length", "At most {} characters.", "A lo más {} caracteres.", "Au plus {} caractères.",
     "No máximo {} caracteres."},
    {"date", "A date as 2026-02-28.", "Una fecha como 2026-02-28.", "Une date comme 2026-02-28.",
     "Uma data como 2026-02-28."},
    {"alone", "One of these answers stands alone.", "Una de estas respuestas no admite otra.",
     "Une de ces réponses n'admet pas d'autre.", "Uma destas respostas não admite outra."},
    {"show_card", "Show card {}.", "Muestre la tarjeta {}.", "Montrez la carte {}.", "Mostre o cartão {}."},
    {"dk", "Do not know", "No sabe", "Ne sait pas", "Não sabe"},
    {"refused", "No answer", "No responde", "Sans réponse", "Não responde"},
});

std::string_view in(const Word& word, const std::string& language) {
    const std::string_view root = std::string_view(language).substr(0, language.find('-'));
    return root == "es" ? word.es : root == "fr" ? word.fr : root == "pt" ? word.pt : word.en;
}

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
    for (const std::string& language : languages) labels[language] = filled(std::string(in(*word, language)), values);
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
