#include "questionnaires/play/words.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace cifra {
namespace {

struct Word {
    std::string_view key, en, es;
};

constexpr auto words = std::to_array<Word>({
    {"dk", "Do not know", "No sabe"},
    {"refused", "No answer", "No responde"},
    {"person", "Person", "Persona"},
    {"incident", "Incident", "Incidente"},
    {"of", "of", "de"},
    {"several", "codes, with a blank between them", "códigos, separados por un espacio"},
    {"number", "whole number", "número entero"},
    {"between", "whole number from {} to {}", "número entero de {} a {}"},
    {"date", "date, as 2025-03-31", "fecha, como 2025-03-31"},
    {"words", "in words", "con palabras"},
    {"now", "answer so far: {}", "respuesta hasta ahora: {}"},
    {"check", "Check", "Verifique"},
    {"confirm", "Is that right? (y/n)", "¿Es correcto? (s/n)"},
    {"retracted", "answers that no longer apply are removed: {}",
     "se eliminan las respuestas que ya no corresponden: {}"},
    {"unknown-language", "Languages: {}", "Idiomas: {}"},
    {"unknown-command", "There is no such command; :help lists them.", "No existe esa orden; :help las muestra."},
    {"not-answered", "No question of that name has been answered.",
     "No se ha respondido ninguna pregunta con ese nombre."},
    {"first", "This is the first question.", "Esta es la primera pregunta."},
    {"all-asked", "All questions are answered.", "Todas las preguntas tienen respuesta."},
    {"saved", "Saved in {}; the same command goes on.", "Guardada en {}; la misma orden continúa."},
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
     "  :quit            detenerse de inmediato"},
});

constexpr auto rules = std::to_array<Word>({
    {"unknown-code", "Answer with a code of the list.", "Responda con un código de la lista."},
    {"repeated-code", "Each code once, with one blank between two.", "Cada código una vez, con un espacio entre dos."},
    {"exclusive-code", "One of these codes stands alone.", "Uno de estos códigos va solo."},
    {"not-a-number", "Answer with a whole number.", "Responda con un número entero."},
    {"out-of-range", "The number is out of range.", "El número está fuera del rango."},
    {"outside-period", "The month is not in the reference period.", "El mes no está en el periodo de referencia."},
    {"not-a-date", "Write the date as 2025-03-31.", "Escriba la fecha como 2025-03-31."},
    {"too-long", "The answer is too long.", "La respuesta es demasiado larga."},
    {"empty", "An answer is needed.", "Se necesita una respuesta."},
});

template <std::size_t N>
std::string find_word(const std::array<Word, N>& list, std::string_view key, const std::string& language) {
    const auto found = std::find_if(list.begin(), list.end(), [&](const Word& word) { return word.key == key; });
    if (found == list.end()) return std::string(key);
    return std::string(language.starts_with("es") ? found->es : found->en);
}

}  // namespace

std::string play_word(const std::string& key, const std::string& language) { return find_word(words, key, language); }

std::string rule_words(const std::string& rule, const std::string& language) {
    return find_word(rules, rule, language);
}

}  // namespace cifra
