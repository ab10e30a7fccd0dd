#include "questionnaires/play/behaviour.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/random.h"

namespace cifra {
namespace {

template <class Key>
double value_or(const std::map<std::string, Key>& map, const std::string& name, double otherwise) {
    const auto found = map.find(name);
    return found == map.end() ? otherwise : found->second;
}

template <class Key>
Key pick(Stream& stream, const std::map<Key, double>& shares) {
    double total = 0;
    for (const auto& [key, share] : shares) total += share;
    double left = stream.uniform() * total;
    for (const auto& [key, share] : shares)
        if ((left -= share) < 0) return key;
    return shares.rbegin()->first;
}

class BehaviourFacts {
public:
    BehaviourFacts(const Instrument& instrument, const Behaviour& behaviour, std::uint64_t seed, std::string id)
        : instrument_(instrument), behaviour_(behaviour), seed_(seed), id_(std::move(id)) {}

    std::optional<std::string> operator()(const Place& place, const Question& question) const {
        const std::string crime = question.unit == Unit::incident ? instrument_.crimes[place.crime].id : "";
        const std::string key = fmt::format("{}/{}/{}/{}/{}", id_, question.name, place.line, crime, place.ordinal);
        Stream stream({seed_, Purpose::interview, 2, stable_hash(key)});
        if (auto missing = missing_answer(stream, question)) return missing;
        if (question.part != ScreenerPart::none) return screened(stream, question);
        if (instrument_.roster && question.name == instrument_.roster->count)
            return fmt::format("{}", pick(stream, behaviour_.sizes));
        const auto shares = behaviour_.shares.find(question.name);
        return shares == behaviour_.shares.end() ? std::nullopt : std::optional(pick(stream, shares->second));
    }

private:
    std::optional<std::string> missing_answer(Stream& stream, const Question& question) const {
        const auto own = behaviour_.missing_of.find(question.name);
        const MissingShares& shares = own == behaviour_.missing_of.end() ? behaviour_.missing : own->second;
        const double u = stream.uniform();
        if (!question.dont_know.empty() && u < shares.dont_know) return question.dont_know;
        if (!question.refused.empty() && u > 1 - shares.refused) return question.refused;
        return std::nullopt;
    }

    std::string screened(Stream& stream, const Question& question) const {
        const std::string& crime = instrument_.crimes[question.crime].id;
        if (question.part == ScreenerPart::happened) {
            const double share = value_or(behaviour_.prevalence, crime, behaviour_.prevalence_otherwise);
            return question.codes[stream.bernoulli(share) ? 0 : 1].code;
        }
        const double mean = value_or(behaviour_.counts, crime, behaviour_.count_otherwise);
        const double more = mean > 1 ? std::floor(std::log(stream.uniform()) / std::log1p(-1 / mean)) : 0;
        return fmt::format("{:.0f}", std::min(1 + more, question.high.value_or(1 + more)));
    }

    const Instrument& instrument_;
    const Behaviour& behaviour_;
    std::uint64_t seed_;
    std::string id_;
};

// The number of questions answered before the interview is broken off, if that is before `questions`.
std::optional<std::size_t> broken_off_after(double breakoff, std::size_t questions, std::uint64_t seed,
                                            const std::string& id) {
    if (!(breakoff > 0)) return std::nullopt;
    const double u = uniform({seed, Purpose::interview, 3, stable_hash(id)}, 0);
    const double answered = std::floor(std::log(u) / std::log1p(-breakoff));
    return answered < static_cast<double>(questions) ? std::optional(static_cast<std::size_t>(answered)) : std::nullopt;
}

}  // namespace

SimulatedInterview simulate_interview(const Instrument& instrument, const Behaviour& behaviour, std::uint64_t seed,
                                      const std::string& id) {
    const BehaviourFacts says(instrument, behaviour, seed, id);
    const Facts facts = [&](const Place& place, const Question& question, std::uint32_t) {
        return says(place, question);
    };
    RespondentOptions options{.seed = seed,
                              .household = id,
                              .selection_number = uniform({seed, Purpose::household, 0, stable_hash(id)}, 0),
                              .missing_share = 0};
    SimulatedInterview result{respond(instrument, options, facts)};
    result.answered = result.respondent.answers.size();
    const auto stopped = broken_off_after(behaviour.breakoff, result.answered, seed, id);
    if (!stopped) return result;
    result.answered = *stopped;
    std::size_t left = *stopped;
    const auto& visits = result.respondent.walk.visits;
    const auto last =
        std::find_if(visits.begin(), visits.end(), [&](const Visit& visit) { return visit.answered && left-- == 0; });
    const Unit unit = instrument.questions[last->place.question].unit;
    result.ending =
        unit == Unit::household || unit == Unit::roster ? Ending::household_broke_off : Ending::person_broke_off;
    if (result.ending == Ending::household_broke_off) return result;
    options.person_responds = false;
    result.respondent = respond(instrument, options, facts);
    return result;
}

}  // namespace cifra
