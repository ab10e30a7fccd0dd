#include "questionnaires/form_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "questionnaires/answer.h"

namespace cifra {
namespace {

using Op = ExprNode::Op;
struct Word {
    std::string_view key, en, es, pt, fr;
};

constexpr auto words = std::to_array<Word>({
    {"only_if", "Only if", "Solo si", "Somente se", "Seulement si"},
    {"end_section", "end of section", "fin de la sección", "fim da seção", "fin de la section"},
    {"dk", "Do not know", "No sabe", "Não sabe", "Ne sait pas"},
    {"refused", "No answer", "No responde", "Não responde", "Ne répond pas"},
    {"and", "and", "y", "e", "et"},
    {"or", "or", "o", "ou", "ou"},
    {"not", "not", "no", "não", "non"},
    {"missing", "has no answer", "no tiene respuesta", "não tem resposta", "est sans réponse"},
    {"period", "Reference period", "Periodo de referencia", "Período de referência", "Période de référence"},
    {"household", "Household", "Hogar", "Domicílio", "Ménage"},
    {"date", "Date of the interview", "Fecha de la entrevista", "Data da entrevista", "Date de l’entretien"},
    {"interviewer", "Interviewer", "Entrevistador(a)", "Entrevistador(a)", "Enquêteur ou enquêtrice"},
    {"outcome", "Outcome", "Resultado", "Resultado", "Résultat"},
    {"complete", "Complete", "Completa", "Completa", "Complet"},
    {"refusal", "Refusal", "Rechazo", "Recusa", "Refus"},
    {"no_contact", "No contact", "Sin contacto", "Sem contato", "Sans contact"},
    {"ineligible", "Ineligible", "No elegible", "Não elegível", "Hors champ"},
    {"line", "Line", "Renglón", "Linha", "Ligne"},
    {"crime", "Crime", "Delito", "Crime", "Infraction"},
    {"ordinal", "Form number", "Número de ficha", "Número da ficha", "Numéro de la fiche"},
    {"times", "Times it happened", "Veces que ocurrió", "Vezes que aconteceu", "Nombre de fois"},
    {"persons", "Persons", "Personas", "Pessoas", "Personnes"},
    {"eligible", "Eligible persons", "Personas elegibles", "Pessoas elegíveis", "Personnes éligibles"},
    {"selected", "Line of the person selected", "Renglón de la persona elegida", "Linha da pessoa escolhida",
     "Ligne de la personne choisie"},
    {"one_form", "One form for each incident, at most {} for each crime.",
     "Una ficha por cada incidente, a lo más {} por delito.", "Uma ficha para cada fato, no máximo {} por crime.",
     "Une fiche pour chaque fait, {} au plus par infraction."},
    {"card", "Card", "Tarjeta", "Cartão", "Carte"},
    {"show_card", "Show card", "Muestre la tarjeta", "Mostre o cartão", "Montrez la carte"},
    {"sensitive", "sensitive", "sensible", "sensível", "sensible"},
    {"eligible_if", "Eligible: ", "Elegible: ", "Elegível: ", "Éligible : "},
    {"of_crime", "What the form is about", "De qué trata la ficha", "De que trata a ficha", "Objet de la fiche"},
    {"day", "day", "día", "dia", "jour"},
    {"month", "month", "mes", "mês", "mois"},
    {"year", "year", "año", "ano", "année"},
    {"version", "version", "versión", "versão", "version"},
    {"check", "Interviewer, work out", "Entrevistador(a), determine", "Entrevistador(a), determine",
     "Enquêteur ou enquêtrice, déterminez"},
    {"yes", "yes", "sí", "sim", "oui"},
    {"no", "no", "no", "não", "non"},
    {"number", "No.", "Núm.", "N.º", "N°"},
});

class Speaker {
public:
    Speaker(const Instrument& instrument, const std::vector<std::string>& numbers, const std::string& language,
            const Expr& expression)
        : instrument_(instrument),
          numbers_(numbers),
          language_(language),
          source_(expression.source()),
          nodes_(expression.nodes()) {}

    std::string say(std::size_t index) const {
        const ExprNode& node = nodes_[index];
        switch (node.op) {
            case Op::and_:
                return joined(node, " " + word("and") + " ", Op::or_);
            case Op::or_:
                return joined(node, " " + word("or") + " ", Op::and_);
            case Op::not_:
                return fmt::format("{} ({})", word("not"), say(node.children[0]));
            case Op::equal:
            case Op::is:
                return compared(node, "=");
            case Op::not_equal:
            case Op::is_not:
                return compared(node, "≠");
            case Op::less:
                return compared(node, "<");
            case Op::less_equal:
                return compared(node, "≤");
            case Op::greater:
                return compared(node, ">");
            case Op::greater_equal:
                return compared(node, "≥");
            case Op::in:
            case Op::is_in:
                return listed(node, "=");
            case Op::not_in:
            case Op::is_not_in:
                return listed(node, "≠");
            case Op::is_missing:
                return fmt::format("{} {}", say(node.children[0]), word("missing"));
            case Op::is_dk:
                return fmt::format("{} = {}", say(node.children[0]), word("dk"));
            case Op::is_refused:
                return fmt::format("{} = {}", say(node.children[0]), word("refused"));
            case Op::name:
                return name(node.text);
            case Op::number:
                return shortest(node.number);
            case Op::text:
                return node.text;
            default:
                return source(node);
        }
    }

private:
    std::string word(const std::string& key) const { return form_word(key, language_); }
    // What has no words of ours stands as it is written.
    std::string source(const ExprNode& node) const { return source_.substr(node.offset, node.length); }

    // Parts of the other connective stand in parentheses.
    std::string joined(const ExprNode& node, const std::string& between, Op other) const {
        std::string text;
        for (const auto child : node.children) {
            const bool wrap = nodes_[child].op == other;
            text += (text.empty() ? "" : between) + (wrap ? "(" + say(child) + ")" : say(child));
        }
        return text;
    }

    std::string name(const std::string& used) const {
        const auto found = instrument_.name_index.find(used);
        if (found == instrument_.name_index.end() || !instrument_.names[found->second].question) {
            const std::string given = word(used);
            return given.empty() ? used : given;
        }
        const std::size_t question = *instrument_.names[found->second].question;
        if (!instrument_.questions[question].computed) return numbers_[question];
        return fmt::format("“{}”", label_in(instrument_.questions[question].label, language_, used));
    }

    // The label of a literal compared with a name: of a code, or of a crime.
    std::string literal(const ExprNode& value, const std::string& against) const {
        if (value.op != Op::text) return say(static_cast<std::size_t>(&value - nodes_.data()));
        if (against == "crime")
            if (const auto crime = instrument_.crime_index(value.text))
                return label_in(instrument_.crimes[*crime].label, language_, value.text);
        if (const Question* question = instrument_.find(against))
            for (const Code& code : question->codes)
                if (code.code == value.text) return label_in(code.label, language_, value.text);
        return value.text;
    }

    std::string subject(const ExprNode& node) const {
        for (const auto child : node.children)
            if (nodes_[child].op == Op::name) return nodes_[child].text;
        return {};
    }

    std::string compared(const ExprNode& node, const std::string& sign) const {
        const std::string against = subject(node);
        const ExprNode &left = nodes_[node.children[0]], &right = nodes_[node.children[1]];
        const auto part = [&](const ExprNode& side, std::size_t index) {
            return side.op == Op::text ? literal(side, against) : say(index);
        };
        return fmt::format("{} {} {}", part(left, node.children[0]), sign, part(right, node.children[1]));
    }

    std::string listed(const ExprNode& node, const std::string& sign) const {
        const std::string against = subject(node);
        std::vector<std::string> values;
        for (std::size_t c = 1; c < node.children.size(); ++c)
            values.push_back(literal(nodes_[node.children[c]], against));
        return fmt::format("{} {} {}", say(node.children[0]), sign, fmt::join(values, sign == "=" ? " / " : ", "));
    }

    const Instrument& instrument_;
    const std::vector<std::string>& numbers_;
    const std::string& language_;
    const std::string& source_;
    const std::vector<ExprNode>& nodes_;
};

bool null_safe(const Expr& expression) {
    static const std::set<Op> ops = {
        Op::is,    Op::is_not,     Op::is_in,   Op::is_not_in, Op::is_missing, Op::is_not_missing,
        Op::is_dk, Op::is_refused, Op::is_true, Op::call};
    for (const ExprNode& node : expression.nodes())
        if (ops.contains(node.op)) return true;
    return false;
}

// What is certain when one question has one answer: its value, and that some questions are skipped.
class Certainty {
public:
    Certainty(const Instrument& instrument, std::size_t question, const std::string& code) : instrument_(instrument) {
        know(question, parse_answer(instrument.questions[question], code, instrument.period).value);
    }

    bool skipped(std::size_t question) {
        const Condition& condition = instrument_.questions[question].ask_if;
        if (!condition.given() || condition.expr.empty()) return false;
        bool all_known = true;
        for (const std::string& name : condition.expr.names()) all_known &= known_.contains(name);
        if (!all_known && null_safe(condition.expr)) return false;
        const Value held = evaluate(condition.expr, [&](std::string_view name) { return value(name); });
        const bool skip = all_known ? !held.is_true() : held.present() && !held.is_true();
        if (skip) know(question, Value::absent(value_type(instrument_.questions[question]), Missing::not_asked));
        return skip;
    }

private:
    void know(std::size_t question, const Value& value) {
        const Question& known = instrument_.questions[question];
        known_[known.name] = value;
        if (known.type != QuestionType::multiple) return;
        for (const Code& code : known.codes) known_[known.name + "_" + code.code] = mention(value, code.code);
    }

    Value value(std::string_view name) const {
        const auto found = known_.find(name);
        if (found != known_.end()) return found->second;
        return Value::absent(instrument_.names[instrument_.name_index.find(name)->second].type);
    }

    const Instrument& instrument_;
    std::map<std::string, Value, std::less<>> known_;
};

}  // namespace

std::string form_word(const std::string& key, const std::string& language) {
    const auto word = std::ranges::find(words, key, &Word::key);
    if (word == words.end()) return {};
    const std::string_view primary = std::string_view(language).substr(0, language.find('-'));
    if (primary == "es") return std::string(word->es);
    if (primary == "pt") return std::string(word->pt);
    if (primary == "fr") return std::string(word->fr);
    return std::string(word->en);
}

std::vector<std::string> question_numbers(const Instrument& instrument) {
    std::vector<std::string> numbers;
    int number = 0;
    for (const Question& question : instrument.questions) {
        if (question.computed)
            numbers.push_back(question.name);
        else if (question.part == ScreenerPart::count)
            numbers.push_back(fmt::format("{}b", number));
        else if (question.part == ScreenerPart::happened && instrument.screener(question.crime, ScreenerPart::wide))
            numbers.push_back(fmt::format("{}a", number));
        else
            numbers.push_back(fmt::format("{}", ++number));
    }
    return numbers;
}

std::string condition_words(const Condition& condition, const Instrument& instrument,
                            const std::vector<std::string>& numbers, const std::string& language) {
    if (condition.expr.empty()) return {};
    return Speaker(instrument, numbers, language, condition.expr).say(condition.expr.nodes().size() - 1);
}

std::optional<std::size_t> go_to(const Instrument& instrument, std::size_t question, const std::string& code) {
    const std::size_t end = instrument.modules[instrument.questions[question].module].end;
    const auto printed = [&](std::size_t from) {
        while (from < end && instrument.questions[from].computed) ++from;
        return from;
    };
    Certainty certainty(instrument, question, code);
    const std::size_t next = printed(question + 1);
    std::size_t target = next;
    while (target < end && certainty.skipped(target)) target = printed(target + 1);
    return target == next ? std::nullopt : std::optional(target);
}

}  // namespace cifra
