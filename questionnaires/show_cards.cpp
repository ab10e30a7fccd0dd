#include "questionnaires/show_cards.h"

#include <algorithm>

namespace cifra {
namespace {

bool shown(const Question& question, const Instrument& instrument) {
    if (question.codes.empty()) return false;
    if (question.card) return *question.card;
    const bool asked = question.part == ScreenerPart::none && instrument.modules[question.module].mode != Mode::self;
    return asked && instrument.cards_from &&
           question.codes.size() >= static_cast<std::size_t>(std::max<std::int64_t>(*instrument.cards_from, 0));
}

bool same_codes(const Question& a, const Question& b) {
    return std::ranges::equal(a.codes, b.codes, [](const Code& x, const Code& y) {
        return x.code == y.code && static_cast<const Labels&>(x.label) == static_cast<const Labels&>(y.label);
    });
}

}  // namespace

ShowCards show_cards(const Instrument& instrument) {
    ShowCards cards;
    for (std::size_t q = 0; q < instrument.questions.size(); ++q) {
        const Question& question = instrument.questions[q];
        cards.of_question.push_back(0);
        if (!shown(question, instrument)) continue;
        const auto card = std::ranges::find_if(
            cards.questions, [&](std::size_t first) { return same_codes(instrument.questions[first], question); });
        cards.of_question.back() = static_cast<std::size_t>(card - cards.questions.begin()) + 1;
        if (card == cards.questions.end()) cards.questions.push_back(q);
    }
    return cards;
}

}  // namespace cifra
