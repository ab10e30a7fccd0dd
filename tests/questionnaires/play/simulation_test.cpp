#include "questionnaires/play/simulation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "engine/csv.h"
#include "questionnaires/response_records.h"
#include "tests/questionnaires/play/small_instruments.h"

namespace cifra {
namespace {

Behaviour behaviour_of(const std::string& text, const Instrument& instrument, Diagnostics& faults) {
    return read_behaviour(parse_yaml(text, "behaviour.yaml", faults), instrument, faults);
}

Instrument core() {
    Diagnostics faults;
    return load_instrument("library:victimization_core", {}, faults);
}

std::size_t count_of(const Table& table, const std::string& column, const std::string& text) {
    std::size_t count = 0;
    for (std::size_t row = 0; row < table.rows(); ++row) count += cell(table, column, row) == text;
    return count;
}

std::size_t asked(const Table& table, const std::string& column) { return table.rows() - count_of(table, column, ""); }

// The share of successes lies within 4.5 standard errors of p: a right program fails once in 100,000 seeds.
void expect_share(std::size_t successes, std::size_t trials, double p, const char* what) {
    ASSERT_GT(trials, 100u) << what;
    const auto n = static_cast<double>(trials);
    EXPECT_NEAR(static_cast<double>(successes) / n, p, 4.5 * std::sqrt(p * (1 - p) / n)) << what;
}

constexpr const char* said = R"(
households: {1: 2, 2: 3, 4: 5}
prevalence: {robbery: 0.2, burglary: 0.1, otherwise: 0}
counts: {robbery: 2.5, otherwise: 1}
missing: {otherwise: {dk: 0, refused: 0}, loss: {dk: 0.3, refused: 0.1}}
answers: {tenure: {1: 7, 2: 3}, education: {6: 1}}
)";

TEST(Simulation, FollowsTheSharesOfTheModel) {
    const Instrument instrument = core();
    Diagnostics faults;
    const AnswerTables tables = simulated_answers(instrument, behaviour_of(said, instrument, faults), 4000, 7);
    ASSERT_FALSE(faults.has_errors());
    const Table &home = tables.household, &person = tables.person, &incident = tables.incident;
    expect_share(count_of(home, "household_size", "1"), home.rows(), 0.2, "size 1");
    expect_share(count_of(home, "household_size", "4"), home.rows(), 0.5, "size 4");
    EXPECT_EQ(count_of(home, "household_size", "3"), 0u);
    expect_share(count_of(home, "tenure", "1"), asked(home, "tenure"), 0.7, "tenure");
    EXPECT_EQ(count_of(person, "education", "6"), asked(person, "education"));
    expect_share(count_of(person, "robbery", "1"), asked(person, "robbery"), 0.2, "robbery");
    expect_share(count_of(home, "burglary", "1"), asked(home, "burglary"), 0.1, "burglary");
    EXPECT_EQ(count_of(person, "threat", "1"), 0u);
    // Geometric counts with mean 2.5: P(1) = 0.4, P(2) = 0.24.
    expect_share(count_of(person, "robbery_count", "1"), asked(person, "robbery_count"), 0.4, "one");
    expect_share(count_of(person, "robbery_count", "2"), asked(person, "robbery_count"), 0.24, "two");
    EXPECT_EQ(count_of(home, "burglary_count", "1"), asked(home, "burglary_count"));
    expect_share(count_of(incident, "loss", "99999998"), asked(incident, "loss"), 0.3, "loss not known");
    expect_share(count_of(incident, "loss", "99999999"), asked(incident, "loss"), 0.1, "loss refused");
}

TEST(Simulation, EveryInterviewPassesTheChecksOfAnswers) {
    const Instrument instrument = core();
    Diagnostics faults;
    const Behaviour behaviour = behaviour_of("prevalence: {otherwise: 0.3}\nbreakoff: 0.01", instrument, faults);
    const AnswerTables tables = simulated_answers(instrument, behaviour, 600, 3);
    EXPECT_GT(tables.incident.rows(), 500u);
    const Responses responses = check_responses(instrument, tables, {});
    for (const Violation& violation : responses.violations) EXPECT_FALSE(violation.hard) << violation.message;
    EXPECT_GT(count_of(tables.household, "outcome", "2"), 0u);
    EXPECT_GT(count_of(tables.person, "outcome", "2"), 0u);
}

TEST(Simulation, AnInterviewOfNQuestionsIsBrokenOffWithItsProbability) {
    const Instrument instrument = instrument_of(branches);
    Diagnostics faults;
    // Always a = 2: two questions, a and f.
    const Behaviour behaviour =
        behaviour_of("missing: {a: {dk: 0, refused: 0}}\nanswers: {a: {2: 1}}\nbreakoff: 0.1", instrument, faults);
    std::array<std::size_t, 3> answered{};
    for (int h = 0; h < 5000; ++h) {
        const SimulatedInterview made = simulate_interview(instrument, behaviour, 1, std::to_string(h));
        ASSERT_LE(made.answered, 2u);
        ASSERT_EQ(made.ending == Ending::complete, made.answered == 2);
        ++answered[made.answered];
    }
    expect_share(answered[0], 5000, 0.1, "before the first question");
    expect_share(answered[2], 5000, 0.81, "complete");
}

TEST(Simulation, BytesDependOnSeedAndNumberOnlyAndFilesAreWrittenAsTheyAreMade) {
    const Instrument instrument = core();
    const Behaviour behaviour;
    const auto files = [&](std::size_t households, int threads, std::uint64_t seed) {
        std::array<std::ostringstream, 4> streams;
        SimulationOptions options;
        options.households = households;
        options.threads = threads;
        options.seed = seed;
        write_simulation(instrument, behaviour, options, {&streams[0], &streams[1], &streams[2], &streams[3]});
        return std::array{streams[0].str(), streams[1].str(), streams[2].str(), streams[3].str()};
    };
    const auto one = files(1100, 1, 5);
    EXPECT_EQ(one, files(1100, 3, 5));
    EXPECT_NE(one, files(1100, 3, 6));
    const AnswerTables tables = simulated_answers(instrument, behaviour, 1100, 5);
    for (std::size_t u = 0; u < 4; ++u) EXPECT_EQ(one[u], to_csv(tables.of(static_cast<Unit>(u))));
    const auto fewer = files(700, 2, 5);
    for (std::size_t u = 0; u < 4; ++u) EXPECT_TRUE(one[u].starts_with(fewer[u])) << "more households change no other";
}

TEST(Behaviour, FaultsNameThePlace) {
    const Instrument instrument = core();
    const std::pair<const char*, const char*> cases[] = {{"prevalence: {robery: 0.1}", "undefined-reference"},
                                                         {"prevalence: {robbery: 2}", "out-of-range"},
                                                         {"counts: {robbery: 0.5}", "out-of-range"},
                                                         {"households: {0: 1}", "out-of-range"},
                                                         {"households: {1: 0}", "out-of-range"},
                                                         {"answers: {tenure: {7: 1}}", "unknown-code"},
                                                         {"answers: {nothing: {1: 1}}", "undefined-reference"},
                                                         {"missing: {loss: {dk: 0.8, refused: 0.5}}", "out-of-range"},
                                                         {"breakoff: 1", "out-of-range"},
                                                         {"breakof: 0.1", "unknown-key"},
                                                         {"prevalence: 3", "wrong-type"}};
    for (const auto& [text, code] : cases) {
        Diagnostics faults;
        behaviour_of(text, instrument, faults);
        ASSERT_TRUE(faults.has_errors()) << text;
        EXPECT_EQ(faults.items().front().code, code) << text;
        EXPECT_EQ(faults.items().front().where.line, 1u) << text;
    }
}

}  // namespace
}  // namespace cifra
