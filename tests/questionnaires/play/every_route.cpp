#include "tests/questionnaires/play/every_route.h"

#include "tests/questionnaires/slow_route.h"

namespace cifra {
namespace {

std::vector<std::string> all_answers(const Question& question) {
    std::vector<std::string> texts;
    for (const Code& code : question.codes) texts.push_back(code.code);
    if (question.type == QuestionType::month) texts.emplace_back("6");
    if (question.low && question.high)
        for (double number = *question.low; number <= *question.high; ++number)
            texts.push_back(std::to_string(static_cast<int>(number)));
    for (const std::string& missing : {question.dont_know, question.refused})
        if (!missing.empty()) texts.push_back(missing);
    return texts;
}

struct Enumeration {
    const Instrument& instrument;
    std::set<Turn> turns;

    // The first question without an answer takes each answer in turn; what follows is worked out anew.
    void go_on(Answers& answers) {
        const Walk state = walk(instrument, answers, {});
        for (const Visit& visit : state.visits) {
            if (visit.relevance != Relevance::on || visit.answered) continue;
            for (const std::string& text : all_answers(instrument.questions[visit.place.question])) {
                answers[visit.place] = text;
                const Walk with = walk(instrument, answers, {});
                if (is_kept(with, visit.place)) go_on(answers);
                answers.erase(visit.place);
            }
            return;
        }
        finish(answers);
    }

    bool is_kept(const Walk& with, const Place& place) const {
        for (const Visit& visit : with.visits) {
            if (visit.place != place) continue;
            const auto& constraints = instrument.questions[place.question].constraints;
            for (const std::size_t c : visit.broken_constraints)
                if (constraints[c].hard) return false;
        }
        return true;
    }

    void finish(const Answers& answers) {
        std::vector<std::uint32_t> asked = {outside};
        for (const Place& place : slow_route(instrument, answers, 0.5)) asked.push_back(place.question);
        asked.push_back(outside);
        for (std::size_t i = 2; i < asked.size(); ++i) turns.insert({asked[i - 2], asked[i - 1], asked[i]});
    }
};

}  // namespace

std::set<Turn> turns_of_every_route(const Instrument& instrument) {
    Enumeration enumeration{instrument, {}};
    Answers answers;
    enumeration.go_on(answers);
    return enumeration.turns;
}

}  // namespace cifra
