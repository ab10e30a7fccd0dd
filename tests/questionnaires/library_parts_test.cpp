// The library as a whole: its crimes, its parts, its texts, and the tables of its manual.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "engine/embedded.h"
#include "engine/iccs.h"
#include "questionnaires/instrument.h"
#include "questionnaires/instrument_tests.h"
#include "questionnaires/manifest.h"

namespace cifra {
namespace {

constexpr std::string_view parts_folder = "questionnaires/library/modules/";
constexpr std::string_view part_prefix = "library:modules/";

std::vector<Instrument> shipped() {
    std::vector<Instrument> instruments;
    for (const std::string& name : library_instruments()) {
        Diagnostics faults;
        instruments.push_back(load_instrument(name, {}, faults));
    }
    return instruments;
}

std::vector<std::string> part_names() {
    std::vector<std::string> names;
    for (const EmbeddedFile& file : embedded_questionnaires())
        if (file.name.starts_with(parts_folder) && file.name.ends_with(".yaml"))
            names.emplace_back(file.name.substr(parts_folder.size(), file.name.size() - parts_folder.size() - 5));
    return names;
}

std::string manual() {
    std::ifstream file(CIFRA_SOURCE_DIR "/questionnaires/library/README.md");
    return {std::istreambuf_iterator<char>(file), {}};
}

// The cells of the row of a table that begins with `name`, without blanks around them.
std::vector<std::string> row_of(const std::string& text, const std::string& name) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with(fmt::format("| `{}` |", name))) continue;
        std::vector<std::string> cells;
        std::istringstream row(line.substr(1));
        for (std::string cell; std::getline(row, cell, '|');) {
            const std::size_t begin = cell.find_first_not_of(' '), end = cell.find_last_not_of(' ');
            cells.push_back(begin == std::string::npos ? "" : cell.substr(begin, end - begin + 1));
        }
        return cells;
    }
    return {};
}

TEST(LibraryParts, EveryCrimeHasACodeThatSurveysMeasureAtTheThirdLevelOrBelow) {
    for (const Instrument& instrument : shipped())
        for (const Crime& crime : instrument.crimes) {
            const std::string place = instrument.name + "/" + crime.id;
            const IccsCode* code = find_iccs(crime.iccs);
            ASSERT_NE(code, nullptr) << place;
            const bool one_question_on_all = crime.id == "sexual_offence";
            EXPECT_GE(code->level, one_question_on_all ? 2 : 3) << place;
            EXPECT_FALSE(code->survey_crime.empty()) << place;
        }
}

TEST(LibraryParts, EveryInstrumentHasTestsThatPass) {
    for (const Instrument& instrument : shipped()) {
        EXPECT_FALSE(instrument.tests.empty()) << instrument.name;
        Diagnostics failed;
        run_tests(instrument, failed);
        for (const Diagnostic& failure : failed.items()) ADD_FAILURE() << to_text(failure);
    }
}

TEST(LibraryParts, EveryPartIsUsedByAnInstrument) {
    std::set<std::string> used;
    std::vector<std::string> open = library_instruments();
    while (!open.empty()) {
        Diagnostics faults;
        const YamlValue document = read_instrument_file(open.back(), {}, faults);
        open.pop_back();
        const YamlValue* include = document.find("include");
        if (!include) continue;
        for (const YamlValue& item : include->items)
            if (used.insert(item.scalar).second) open.push_back(item.scalar);
    }
    for (const std::string& part : part_names()) EXPECT_TRUE(used.contains(std::string(part_prefix) + part)) << part;
}

// Texts of several words that are alike in two languages have been copied, not translated.
void expect_translated(const Labels& labels, const std::string& place) {
    for (auto one = labels.begin(); one != labels.end(); ++one)
        for (auto other = std::next(one); other != labels.end(); ++other)
            if (std::ranges::count(one->second, ' ') >= 3) {
                EXPECT_NE(one->second, other->second) << place << ' ' << one->first << ' ' << other->first;
            }
}

TEST(LibraryParts, NoTextIsACopyOfAnotherLanguages) {
    for (const Instrument& instrument : shipped()) {
        for (const Question& question : instrument.questions) {
            const std::string place = instrument.name + "/" + question.name;
            for (const Labels& labels : {Labels(question.text), Labels(question.note)})
                expect_translated(labels, place);
            for (const Code& code : question.codes) expect_translated(code.label, place + "/" + code.code);
        }
        for (const Module& module : instrument.modules) {
            expect_translated(module.title, instrument.name + "/" + module.id);
            expect_translated(module.intro, instrument.name + "/" + module.id);
        }
    }
}

TEST(LibraryParts, PerceptionIsAskedBeforeAnyCrimeAndSensitiveModulesAfterTheForms) {
    for (const Instrument& instrument : shipped()) {
        const auto position = [&](std::string_view id) {
            const auto found = std::ranges::find(instrument.modules, id, &Module::id);
            return found - instrument.modules.begin();
        };
        const auto none = std::ssize(instrument.modules);
        const auto first = std::ranges::find(instrument.modules, true, &Module::screener) - instrument.modules.begin();
        ASSERT_TRUE(instrument.incidents) << instrument.name;
        if (position("perception") < none) {
            EXPECT_LT(position("perception"), first) << instrument.name;
        }
        for (std::ptrdiff_t m = 0; m < none; ++m) {
            const Module& module = instrument.modules[static_cast<std::size_t>(m)];
            if (module.sensitive) {
                EXPECT_GT(m, position("incident")) << instrument.name << '/' << module.id;
            }
        }
    }
}

TEST(LibraryParts, TheManualCountsTheInstruments) {
    const std::string text = manual();
    for (const Instrument& instrument : shipped()) {
        const std::vector<std::string> row = row_of(text, instrument.name);
        ASSERT_GE(row.size(), 7u) << instrument.name;
        EXPECT_EQ(row[3], std::to_string(instrument.modules.size())) << instrument.name;
        EXPECT_EQ(row[4], std::to_string(instrument.questions.size())) << instrument.name;
        EXPECT_EQ(row[5], std::to_string(instrument.crimes.size())) << instrument.name;
        std::string languages;
        for (const std::string& language : instrument.languages) languages += (languages.empty() ? "" : " ") + language;
        EXPECT_EQ(row[6], languages) << instrument.name;
    }
}

std::size_t questions_in(const YamlValue& document) {
    std::size_t count = 0;
    for (const std::string_view key : {"modules", "add"})
        if (const YamlValue* list = document.find(key))
            for (const YamlValue& item : list->items)
                if (const YamlValue* questions = item.find("questions")) count += questions->items.size();
    return count;
}

TEST(LibraryParts, TheManualCountsTheParts) {
    const std::string text = manual();
    for (const std::string& part : part_names()) {
        Diagnostics faults;
        const YamlValue document = read_instrument_file(std::string(part_prefix) + part, {}, faults);
        const YamlValue* crimes = document.find("crimes");
        const std::vector<std::string> row = row_of(text, part);
        ASSERT_GE(row.size(), 4u) << part;
        EXPECT_EQ(row[2], std::to_string(questions_in(document))) << part;
        EXPECT_EQ(row[3], std::to_string(crimes ? crimes->items.size() : 0)) << part;
    }
}

TEST(LibraryParts, TheNationalExampleOfTheManualIsSound) {
    const std::string text = manual(), fence = "```yaml\n";
    const std::size_t begin = text.find(fence) + fence.size(), end = text.find("```", begin);
    ASSERT_NE(text.find(fence), std::string::npos);
    const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / "national_example.yaml";
    std::ofstream(path) << text.substr(begin, end - begin);
    Diagnostics faults;
    const Instrument instrument = load_instrument(path.string(), {}, faults);
    for (const Diagnostic& fault : faults.items()) ADD_FAILURE() << to_text(fault);
    EXPECT_EQ(instrument.languages, std::vector<std::string>{"es"});
    EXPECT_NE(instrument.find("rooms"), nullptr);
    EXPECT_EQ(instrument.find("kidnapping"), nullptr);
    EXPECT_EQ(instrument.find("reported")->text.at("es"), "¿Hizo usted la denuncia ante alguna autoridad?");
}

}  // namespace
}  // namespace cifra
