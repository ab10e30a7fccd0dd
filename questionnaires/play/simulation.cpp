#include "questionnaires/play/simulation.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "engine/csv.h"
#include "engine/parallel.h"
#include "questionnaires/answer_sheets.h"
#include "questionnaires/fieldwork.h"

namespace cifra {
namespace {

constexpr std::size_t households_per_shard = 500, shards_per_round = 64;

void add(AnswerSheets& sheets, const Instrument& instrument, const SimulatedInterview& said, const std::string& id,
         SimulationTally& tally) {
    if (said.ending == Ending::household_broke_off) {
        ++tally.household_broke_off;
        return sheets.add_outcome(id, "2");
    }
    ++(said.ending == Ending::complete ? tally.complete : tally.person_broke_off);
    const std::string date = fieldwork_window(instrument.period).first;
    PersonOutcomes outcomes;
    if (said.ending != Ending::complete)
        for (const std::uint32_t line : said.respondent.walk.interviewed) outcomes[line] = "2";
    sheets.add_interview(id, date, said.respondent.answers, said.respondent.walk, outcomes);
}

struct Part {
    AnswerTables answers;
    SimulationTally tally;
};

// The households begin + 1 .. end.
Part simulate(const Instrument& instrument, const Behaviour& behaviour, std::uint64_t seed, std::size_t begin,
              std::size_t end) {
    Part part;
    AnswerSheets sheets(instrument);
    for (std::size_t h = begin + 1; h <= end; ++h) {
        const std::string id = fmt::format("{}", h);
        add(sheets, instrument, simulate_interview(instrument, behaviour, seed, id), id, part.tally);
    }
    part.answers = sheets.finish();
    return part;
}

struct WrittenPart {
    std::array<std::string, 4> text;
    SimulationTally tally;
};

WrittenPart written(const Part& part, bool with_header) {
    WrittenPart result{{}, part.tally};
    for (std::size_t u = 0; u < 4; ++u) {
        const std::string text = to_csv(part.answers.of(static_cast<Unit>(u)));
        result.text[u] = with_header ? text : text.substr(text.find('\n') + 1);
    }
    return result;
}

}  // namespace

SimulationTally write_simulation(const Instrument& instrument, const Behaviour& behaviour,
                                 const SimulationOptions& options, const std::array<std::ostream*, 4>& files) {
    SimulationTally tally;
    const std::size_t shards =
        std::max<std::size_t>(1, (options.households + households_per_shard - 1) / households_per_shard);
    for (std::size_t first = 0; first < shards; first += shards_per_round) {
        const auto parts = map_shards<WrittenPart>(
            std::min(shards_per_round, shards - first), options.threads, [&](std::size_t shard) {
                const std::size_t begin = (first + shard) * households_per_shard;
                const std::size_t end = std::min(options.households, begin + households_per_shard);
                return written(simulate(instrument, behaviour, options.seed, begin, end), first + shard == 0);
            });
        for (const WrittenPart& part : parts) {
            for (std::size_t u = 0; u < 4; ++u) *files[u] << part.text[u];
            tally.complete += part.tally.complete;
            tally.household_broke_off += part.tally.household_broke_off;
            tally.person_broke_off += part.tally.person_broke_off;
        }
        options.progress(std::min(1.0, static_cast<double>(first + shards_per_round) / static_cast<double>(shards)));
    }
    return tally;
}

AnswerTables simulated_answers(const Instrument& instrument, const Behaviour& behaviour, std::size_t households,
                               std::uint64_t seed) {
    return simulate(instrument, behaviour, seed, 0, households).answers;
}

}  // namespace cifra
