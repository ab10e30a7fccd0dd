#include "questionnaires/play/cover.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "engine/random.h"
#include "questionnaires/respondent.h"

namespace cifra {
namespace {

// The questions that decide whether each question is asked, by way of the names that conditions read.
class Deciders {
public:
    explicit Deciders(const Instrument& instrument) : instrument_(instrument), of_(instrument.questions.size()) {
        for (std::uint32_t q = 0; q < instrument.questions.size(); ++q) {
            const Question& question = instrument.questions[q];
            add(q, question.ask_if);
            add(q, instrument.modules[question.module].ask_if);
            if (question.unit == Unit::incident && instrument.incidents) add_screeners(q);
        }
    }

    // Of the questions from the turn's first to its last, which a change of an answer may put on or off the path.
    std::vector<std::uint32_t> of(const Turn& turn) const {
        std::set<std::uint32_t> result;
        const std::uint32_t begin = turn.from == outside ? 0 : turn.from;
        const auto end = turn.to == outside ? static_cast<std::uint32_t>(instrument_.questions.size()) - 1 : turn.to;
        for (std::uint32_t q = std::min(begin, end); q <= std::max(begin, end); ++q)
            result.insert(of_[q].begin(), of_[q].end());
        return {result.begin(), result.end()};
    }

private:
    void add(std::uint32_t q, const Condition& condition) {
        if (condition.expr.empty()) return;
        for (const std::string& name : condition.expr.names()) {
            const auto found = instrument_.name_index.find(name);
            if (found == instrument_.name_index.end()) continue;
            if (const auto& decides = instrument_.names[found->second].question)
                of_[q].insert(static_cast<std::uint32_t>(*decides));
        }
    }

    void add_screeners(std::uint32_t q) {
        add(q, instrument_.incidents->series);
        for (std::uint32_t s = 0; s < instrument_.questions.size(); ++s)
            if (instrument_.questions[s].part != ScreenerPart::none) of_[q].insert(s);
    }

    const Instrument& instrument_;
    std::vector<std::set<std::uint32_t>> of_;
};

class CoverSearch {
public:
    CoverSearch(const Instrument& instrument, const CoverOptions& options)
        : instrument_(instrument), options_(options), deciders_(instrument) {
        for (std::size_t q = 0; q < instrument.questions.size(); ++q)
            interesting_.push_back(interesting_answers(instrument, q));
        result_.not_taken = possible_turns(instrument);
    }

    Cover run() {
        for (std::size_t t = 0; t < options_.tries && !result_.not_taken.empty(); ++t) try_random(t);
        // A turn taken on the way to another opens the way to more.
        for (std::size_t before = result_.taken.size() + 1; before != result_.taken.size();) {
            before = result_.taken.size();
            const std::set<Turn> open = result_.not_taken;
            for (const Turn& turn : open)
                if (result_.not_taken.contains(turn)) aim_at(turn);
        }
        reduce();
        return std::move(result_);
    }

private:
    void try_random(std::size_t number) {
        Stream stream = next_stream();
        const double victim = number % 2 == 0 ? 0.08 : 0.3;
        take(interview([&](const Place&, const Question& question) -> std::optional<std::string> {
            return random_text(stream, question, victim);
        }));
    }

    // Keeps the answers of a case that comes close, but for one to three questions that decide.
    void aim_at(const Turn& turn) {
        const std::vector<std::uint32_t> deciding = deciders_.of(turn);
        if (deciding.empty()) return;
        const std::vector<std::size_t> near = near_cases(turn);
        for (std::size_t t = 0; t < options_.tries_per_turn && result_.not_taken.contains(turn); ++t) {
            Stream stream = next_stream();
            const Answers base = found_[near[t % near.size()]].answers;
            std::set<std::uint32_t> changed;
            for (std::uint64_t c = 1 + stream.below(3); c > 0; --c)
                changed.insert(deciding[stream.below(deciding.size())]);
            take(interview([&](const Place& place, const Question& question) -> std::optional<std::string> {
                const auto kept = base.find(place);
                if (kept != base.end() && !changed.contains(place.question)) return kept->second;
                return random_text(stream, question, 0.5);
            }));
        }
    }

    // The cases that take a turn with the same first two questions, else the same last two, else all.
    std::vector<std::size_t> near_cases(const Turn& turn) const {
        std::vector<std::size_t> first, last, all;
        for (std::size_t c = 0; c < found_.size(); ++c) {
            all.push_back(c);
            const std::set<Turn> turns = turns_of(found_[c].walk);
            const auto any = [&](const auto& test) { return std::any_of(turns.begin(), turns.end(), test); };
            if (any([&](const Turn& own) { return own.from == turn.from && own.by == turn.by; })) first.push_back(c);
            if (any([&](const Turn& own) { return own.by == turn.by && own.to == turn.to; })) last.push_back(c);
        }
        if (!first.empty()) return first;
        return last.empty() ? all : last;
    }

    template <class Facts>
    CoverCase interview(const Facts& facts) {
        const std::string id = fmt::format("cover/{}", made_);
        Respondent said = respond(
            instrument_, {.seed = options_.seed, .household = id, .selection_number = 0.5},
            [&](const Place& place, const Question& question, std::uint32_t) { return facts(place, question); });
        return {std::move(said.answers), std::move(said.walk)};
    }

    std::string random_text(Stream& stream, const Question& question, double victim) const {
        if (question.part == ScreenerPart::happened && !stream.bernoulli(victim)) return question.codes[1].code;
        const auto q = static_cast<std::size_t>(&question - instrument_.questions.data());
        const auto& texts = interesting_[q];
        return texts[stream.below(texts.size())];
    }

    Stream next_stream() {
        return Stream({options_.seed, Purpose::interview, 4, stable_hash(fmt::format("cover/{}", ++made_))});
    }

    void take(CoverCase made) {
        bool more = false;
        for (const Turn& turn : turns_of(made.walk)) {
            more |= result_.taken.insert(turn).second;
            result_.not_taken.erase(turn);
        }
        if (more) found_.push_back(std::move(made));
    }

    // Drops, the longest first, the cases whose turns others take too.
    void reduce() {
        std::stable_sort(found_.begin(), found_.end(),
                         [](const CoverCase& a, const CoverCase& b) { return a.answers.size() > b.answers.size(); });
        std::map<Turn, std::size_t> times;
        std::vector<std::set<Turn>> turns;
        for (const CoverCase& found : found_) turns.push_back(turns_of(found.walk));
        for (const auto& own : turns)
            for (const Turn& turn : own) ++times[turn];
        for (std::size_t c = 0; c < found_.size(); ++c) {
            const bool needed =
                std::any_of(turns[c].begin(), turns[c].end(), [&](const Turn& turn) { return times[turn] == 1; });
            if (needed)
                result_.cases.push_back(std::move(found_[c]));
            else
                for (const Turn& turn : turns[c]) --times[turn];
        }
        std::reverse(result_.cases.begin(), result_.cases.end());
    }

    const Instrument& instrument_;
    const CoverOptions& options_;
    Deciders deciders_;
    std::vector<std::vector<std::string>> interesting_;
    std::vector<CoverCase> found_;
    std::size_t made_ = 0;
    Cover result_;
};

}  // namespace

Cover cover_turns(const Instrument& instrument, const CoverOptions& options) {
    return CoverSearch(instrument, options).run();
}

}  // namespace cifra
