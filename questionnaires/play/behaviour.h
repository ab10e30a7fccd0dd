// How respondents behave, for simulated interviews: how large households are, how many are victims and how often, what
// is left without an answer, and who stops half way.
//
// Each answer is drawn from a number of its own (engine/random.h), keyed by household and place: one household or one
// question more changes no other answer. What the model says nothing of is answered at random (respondent.h). Every
// answer is valid and keeps the hard constraints.
//
//   size of the household     the share given to each size; else an assumed distribution with mean 2.7
//   a crime's screener        yes with the crime's prevalence p, else with `prevalence_otherwise`
//   its count                 1 + G, G geometric with mean m - 1: P(count = k) = (1/m)(1 - 1/m)^(k-1), m the mean count
//   don't know, refused       where they are offered, with the shares of the question, else of all questions
//   codes of a question       with the shares given; codes without a share are not given
//   breaking off              with probability h before each question, so that n questions are answered with (1-h)^n
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "questionnaires/respondent.h"

namespace cifra {

struct MissingShares {
    double dont_know = 0.02, refused = 0.01;
};

struct Behaviour {
    std::map<std::uint32_t, double> sizes = {{1, 25}, {2, 30}, {3, 18}, {4, 14}, {5, 8}, {6, 5}};  // shares, any scale
    double prevalence_otherwise = 0.05;
    std::map<std::string, double> prevalence;  // by crime
    double count_otherwise = 1.5;
    std::map<std::string, double> counts;  // by crime: mean number of incidents of a victim, at least 1
    MissingShares missing;
    std::map<std::string, MissingShares> missing_of;              // by question
    std::map<std::string, std::map<std::string, double>> shares;  // by question: code or number -> share
    double breakoff = 0;
};

// Keys: households, prevalence, counts, missing, answers, breakoff (play/README.md). Faults: undefined-reference,
// unknown-code, out-of-range, and those of reading YAML.
Behaviour read_behaviour(const YamlValue& map, const Instrument& instrument, Diagnostics& faults);

enum class Ending : std::uint8_t { complete, household_broke_off, person_broke_off };

struct SimulatedInterview {
    Respondent respondent;  // of a household that broke off: all it would have answered
    Ending ending = Ending::complete;
    std::size_t answered = 0;  // questions before the interview was broken off
};

// The household `id`, whose selection number is drawn from seed and id. Where the selected person breaks off, the
// household's answers stand and no question of the person is in the result.
SimulatedInterview simulate_interview(const Instrument& instrument, const Behaviour& behaviour, std::uint64_t seed,
                                      const std::string& id);

}  // namespace cifra
