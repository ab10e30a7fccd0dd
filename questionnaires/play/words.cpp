#include "questionnaires/play/words.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace cifra {
namespace {

struct Word {
    std::string_view key, en, es, fr, pt;
};

constexpr auto words = std::to_array<Word>({
    {"dk", "Do not know", "No sabe", "Ne sait pas", "Não sabe"},
    {"refused", "No answer", "No responde", "Ne répond pas", "Não responde"},
    {"person", "Person", "Persona", "Personne", "Pessoa"},
    {"incident", "Incident", "Incidente", "Incident", "Incidente"},
    {"of", "of", "de", "sur", "de"},
    {"several", "codes, with a blank between them", "códigos, separados por un espacio",
     "codes, séparés par une espace", "códigos, separados por um espaço"},
    {"number", "whole number", "número entero", "nombre entier", "número inteiro"},
    {"between", "whole number from {} to {}", "número entero de {} a {}", "nombre entier de {} à {}",
     "número inteiro de {} a {}"},
    {"date", "date, as 2025-03-31", "fecha, como 2025-03-31", "date, comme 2025-03-31", "data, como 2025-03-31"},
    {"words", "in words", "con palabras", "en toutes lettres", "com palavras"},
    {"interview-date", "Date of the interview (YYYY-MM-DD)", "Fecha de la entrevista (AAAA-MM-DD)",
     "Date de l’entretien (AAAA-MM-JJ)", "Data da entrevista (AAAA-MM-DD)"},
    {"now", "answer so far: {}", "respuesta hasta ahora: {}", "réponse jusqu’ici : {}", "resposta até agora: {}"},
    {"check", "Check", "Verifique", "Vérifiez", "Verifique"},
    {"confirm", "Is that right? (y/n)", "¿Es correcto? (s/n)", "Est-ce exact ? (o/n)", "Está certo? (s/n)"},
    {"retracted", "answers that no longer apply are removed: {}",
     "se eliminan las respuestas que ya no corresponden: {}", "les réponses qui ne conviennent plus sont effacées : {}",
     "as respostas que já não cabem são removidas: {}"},
    {"unknown-language", "Languages: {}", "Idiomas: {}", "Langues : {}", "Idiomas: {}"},
    {"unknown-command", "There is no such command; :help lists them.", "No existe esa orden; :help las muestra.",
     "Cette commande n’existe pas ; :help les montre.", "Esse comando não existe; :help mostra os que há."},
    {"not-answered", "No question of that name has been answered.",
     "No se ha respondido ninguna pregunta con ese nombre.", "Aucune question de ce nom n’a de réponse.",
     "Nenhuma pergunta com esse nome foi respondida."},
    {"first", "This is the first question.", "Esta es la primera pregunta.", "C’est la première question.",
     "Esta é a primeira pergunta."},
    {"all-asked", "All questions are answered.", "Todas las preguntas tienen respuesta.",
     "Toutes les questions ont une réponse.", "Todas as perguntas têm resposta."},
    {"saved", "Saved in {}; the same command goes on.", "Guardada en {}; la misma orden continúa.",
     "Enregistré dans {} ; la même commande continue.", "Guardada em {}; o mesmo comando continua."},
    {"help",
     "  :back            the question before\n"
     "  :change NAME     another answer to NAME, NAME[2] or NAME[robbery.1]\n"
     "  :language CODE   go on in another language\n"
     "  :save            stop; the same command goes on later\n"
     "  :quit            stop at once",
     "  :back            la pregunta anterior\n"
     "  :change NOMBRE   otra respuesta a NOMBRE, NOMBRE[2] o NOMBRE[robbery.1]\n"
     "  :language CÓDIGO seguir en otro idioma\n"
     "  :save            detenerse; la misma orden continúa después\n"
     "  :quit            detenerse de inmediato",
     "  :back            la question précédente\n"
     "  :change NOM      une autre réponse à NOM, NOM[2] ou NOM[robbery.1]\n"
     "  :language CODE   continuer dans une autre langue\n"
     "  :save            s’arrêter ; la même commande continue plus tard\n"
     "  :quit            s’arrêter tout de suite",
     "  :back            a pergunta anterior\n"
     "  :change NOME     outra resposta a NOME, NOME[2] ou NOME[robbery.1]\n"
     "  :language CÓDIGO continuar em outro idioma\n"
     "  :save            parar; o mesmo comando continua depois\n"
     "  :quit            parar imediatamente"},
});

constexpr auto rules = std::to_array<Word>({
    {"unknown-code", "Answer with a code of the list.", "Responda con un código de la lista.",
     "Répondez par un code de la liste.", "Responda com um código da lista."},
    {"repeated-code", "Each code once, with one blank between two.", "Cada código una vez, con un espacio entre dos.",
     "Chaque code une fois, avec une espace entre deux.", "Cada código uma vez, com um espaço entre dois."},
    {"exclusive-code", "One of these codes stands alone.", "Uno de estos códigos va solo.",
     "L’un de ces codes doit être seul.", "Um destes códigos vai sozinho."},
    {"not-a-number", "Answer with a whole number.", "Responda con un número entero.", "Répondez par un nombre entier.",
     "Responda com um número inteiro."},
    {"out-of-range", "The number is out of range.", "El número está fuera del rango.",
     "Le nombre est hors des limites.", "O número está fora dos limites."},
    {"outside-period", "The month is not in the reference period.", "El mes no está en el periodo de referencia.",
     "Le mois n’est pas dans la période de référence.", "O mês não está no período de referência."},
    {"not-a-date", "Write the date as 2025-03-31.", "Escriba la fecha como 2025-03-31.",
     "Écrivez la date comme 2025-03-31.", "Escreva a data como 2025-03-31."},
    {"too-long", "The answer is too long.", "La respuesta es demasiado larga.", "La réponse est trop longue.",
     "A resposta é longa demais."},
    {"empty", "An answer is needed.", "Se necesita una respuesta.", "Il faut une réponse.", "É preciso uma resposta."},
});

template <std::size_t N>
std::string find_word(const std::array<Word, N>& list, std::string_view key, const std::string& language) {
    const auto found = std::find_if(list.begin(), list.end(), [&](const Word& word) { return word.key == key; });
    if (found == list.end()) return std::string(key);
    if (language.starts_with("es")) return std::string(found->es);
    if (language.starts_with("fr")) return std::string(found->fr);
    if (language.starts_with("pt")) return std::string(found->pt);
    return std::string(found->en);
}

}  // namespace

std::string play_word(const std::string& key, const std::string& language) { return find_word(words, key, language); }

std::string rule_words(const std::string& rule, const std::string& language) {
    return find_word(rules, rule, language);
}

}  // namespace cifra
