// Writes N interviews as the field sends them back: returned_interviews N FOLDER [heavy]. Households behave as those of
// `interview --simulate` do; heavy ones have ten persons and every crime.
// FOLDER/answers holds the answer files, FOLDER/central the tables of an export, FOLDER/xml one instance a file.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "engine/csv.h"
#include "questionnaires/answer_sheets.h"
#include "questionnaires/play/behaviour.h"
#include "questionnaires/response_records.h"
#include "tests/questionnaires/returns/client_exports.h"

namespace {

using namespace cifra;

constexpr std::size_t block = 1000;

void append(const std::filesystem::path& file, const std::string& text, bool first) {
    std::ofstream stream(file, first ? std::ios::trunc : std::ios::app);
    stream << (first ? text : text.substr(text.find('\n') + 1));
}

Interviewed simulated(const Instrument& instrument, std::size_t number) {
    const std::string id = fmt::format("H{}", number);
    SimulatedInterview one = simulate_interview(instrument, {}, 1, id);
    return {id, fieldwork_window(instrument.period).first, fmt::format("uuid:{:08x}-{}", stable_hash(id), number),
            std::move(one.respondent)};
}

void write_block(const Instrument& instrument, std::size_t from, std::size_t to, const std::filesystem::path& folder,
                 bool heavy) {
    AnswerSheets sheets(instrument);
    CentralExport central(instrument);
    for (std::size_t h = from; h < to; ++h) {
        const Interviewed one = heavy ? interview_at_random(instrument, h + 1, 1) : simulated(instrument, h + 1);
        sheets.add_interview(one.household, one.date, one.said.answers, one.said.walk);
        central.add(one);
        std::ofstream(folder / "xml" / (one.household + ".xml")) << xml_instance(instrument, one);
    }
    const AnswerTables answers = sheets.finish();
    for (const Unit unit : {Unit::household, Unit::roster, Unit::person, Unit::incident})
        append(folder / "answers" / file_name(unit), to_csv(answers.of(unit)), from == 0);
    append(folder / "central" / "survey.csv", central.main, from == 0);
    append(folder / "central" / "survey-members.csv", central.roster, from == 0);
    append(folder / "central" / "survey-incident.csv", central.incident, from == 0);
}

}  // namespace

int main(int count, char** arguments) {
    const bool heavy = count == 4 && std::string_view(arguments[3]) == "heavy";
    if (count != 3 && !heavy) {
        std::fputs("usage: returned_interviews N FOLDER [heavy]\n", stderr);
        return 64;
    }
    const std::size_t households = std::strtoul(arguments[1], nullptr, 10);
    const std::filesystem::path folder = arguments[2];
    for (const char* part : {"answers", "central", "xml"}) std::filesystem::create_directories(folder / part);
    Diagnostics faults;
    const Instrument instrument = load_instrument("library:victimization_core", {}, faults);
    for (std::size_t from = 0; from < households; from += block)
        write_block(instrument, from, std::min(from + block, households), folder, heavy);
    return 0;
}
