#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "engine/evaluate.h"
#include "questionnaires/check_style.h"

namespace cifra {
namespace {

bool is_sensitive(const Question& question, const Instrument& instrument) {
    return !question.computed && (question.sensitive || instrument.modules[question.module].sensitive);
}

void check_proxy(const Instrument& instrument, Diagnostics& faults) {
    for (const Question& question : instrument.questions) {
        if (!is_sensitive(question, instrument)) continue;
        const bool proxy = question.unit == Unit::roster || question.unit == Unit::household;
        if (!proxy) continue;
        faults.add({instrument.safety.no_proxy ? Severity::error : Severity::warning, question.where,
                    "sensitive-on-proxy",
                    fmt::format("'{}' is sensitive, and one person answers it for others", question.name),
                    "ask it of the person"});
    }
}

// The place of the referral, or nothing: the index of the question, or of the first of the module.
std::optional<std::size_t> referral(const Instrument& instrument) {
    for (std::size_t q = 0; q < instrument.questions.size(); ++q)
        if (instrument.questions[q].name == instrument.safety.referral.id) return q;
    for (const Module& module : instrument.modules)
        if (module.id == instrument.safety.referral.id) return module.begin;
    return std::nullopt;
}

void check_referral(const Instrument& instrument, Diagnostics& faults) {
    const Question* last = nullptr;
    for (const Question& question : instrument.questions)
        if (is_sensitive(question, instrument)) last = &question;
    if (!last) return;
    const auto at = referral(instrument);
    if (at && *at > static_cast<std::size_t>(last - instrument.questions.data())) return;
    faults.warning(at ? instrument.safety.referral.where : last->where, "no-referral-after-sensitive",
                   fmt::format("after '{}' nobody is told where to find help", last->name),
                   "name the module or question that does: 'safety: {referral: closing}'");
}

// Whether a module or question is asked only after some answers to it.
bool decides(const Question& question, const Instrument& instrument) {
    const auto reads = [&](const Condition& condition) {
        if (condition.expr.empty()) return false;
        const std::vector<std::string> names = condition.expr.names();
        return std::find(names.begin(), names.end(), question.name) != names.end();
    };
    const auto asks = [&](const auto& item) { return reads(item.ask_if); };
    const auto values = [&](const Question& item) { return item.computed && reads(item.computed->value); };
    return std::any_of(instrument.modules.begin(), instrument.modules.end(), asks) ||
           std::any_of(instrument.questions.begin(), instrument.questions.end(), asks) ||
           std::any_of(instrument.questions.begin(), instrument.questions.end(), values);
}

void check_consent(const Instrument& instrument, Diagnostics& faults) {
    const auto consent = std::find_if(instrument.questions.begin(), instrument.questions.end(),
                                      [](const Question& question) { return question.consent; });
    if (consent == instrument.questions.end()) return;
    for (auto question = instrument.questions.begin(); question != consent; ++question)
        if (question->unit == consent->unit && !question->computed)
            faults.warning(question->where, "question-before-consent",
                           fmt::format("'{}' is asked before consent to the interview", question->name),
                           "move it after the question with 'role: consent'");
    for (const Question& question : instrument.questions)
        if (question.consent && !decides(question, instrument))
            faults.warning(question.where, "consent-without-effect",
                           fmt::format("what follows '{}' is asked of those who do not agree, too", question.name),
                           "write its first code as the 'ask_if' of the modules that follow");
}

// Whether an age below the least satisfies `eligible` on its own; nothing when other answers decide.
std::optional<double> admitted_below(const Instrument& instrument, double least) {
    const Expr& eligible = instrument.roster->eligible.expr;
    if (eligible.empty() || eligible.names().size() != 1) return std::nullopt;
    const std::string name = eligible.names().front();
    const Question* question = instrument.find(name);
    if (!question || question->type != QuestionType::integer) return std::nullopt;
    const double oldest = std::min(least, 150.0);  // a range may begin or end anywhere
    for (double age = std::max(question->low.value_or(0), 0.0); age < oldest; ++age)
        if (evaluate(eligible, [&](std::string_view) { return Value::of(age); }).is_true()) return age;
    return std::nullopt;
}

void check_profile(const Instrument& instrument, Diagnostics& faults) {
    const SafetyProfile& safety = instrument.safety;
    if (!instrument.roster) return;
    if (safety.one_per_household && instrument.roster->all)
        faults.warning(instrument.roster->where, "sensitive-of-several",
                       "the safety profile wants one person per household, but all are interviewed",
                       "write 'select: one'");
    if (!safety.min_age) return;
    if (const auto age = admitted_below(instrument, static_cast<double>(*safety.min_age)))
        faults.warning(instrument.roster->eligible.where, "below-min-age",
                       fmt::format("a person of {:.0f} is eligible, below the least age of {}", *age, *safety.min_age),
                       "raise the age in 'eligible'");
}

// Words of names of questions, between underscores, in the four languages.
bool identifies(const std::string& name) {
    static const std::set<std::string> words = {
        "name",   "surname", "firstname", "lastname",  "address",   "phone",     "telephone", "mobile",
        "email",  "nombre",  "apellido",  "apellidos", "direccion", "domicilio", "telefono",  "celular",
        "correo", "nome",    "endereco",  "telefone",  "prenom",    "adresse",   "courriel"};
    std::istringstream parts(name);
    for (std::string part; std::getline(parts, part, '_');)
        if (words.contains(part)) return true;
    return false;
}

void check_pii(const Instrument& instrument, Diagnostics& faults) {
    for (const Question& question : instrument.questions)
        if (question.type == QuestionType::text && !question.pii && identifies(question.name))
            faults.warning(question.where, "pii-unmarked",
                           fmt::format("'{}' seems to identify persons, and goes into the coded files", question.name),
                           "add 'pii: true', or give it another name");
}

}  // namespace

void check_safety_style(const Instrument& instrument, Diagnostics& faults) {
    check_proxy(instrument, faults);
    check_referral(instrument, faults);
    check_consent(instrument, faults);
    check_profile(instrument, faults);
    check_pii(instrument, faults);
}

}  // namespace cifra
