#include "questionnaires/manifest.h"

#include <gtest/gtest.h>

#include "questionnaires/instrument.h"
#include "tests/support/scratch_folder.h"

namespace cifra {
namespace {

constexpr const char* core = R"(languages: [en, es, pt]
period: {months: 12, ends: 2025-12}
codes: {yes_no: {1: {en: "Yes", es: Si, pt: Sim}, 2: {en: "No", es: "No", pt: Nao}}}
modules:
  - id: home
    unit: household
    title: {en: Home, es: Hogar, pt: Lar}
    questions:
      - {name: owns_vehicle, type: single, codes: yes_no, text: {en: "Vehicle?", es: "¿Vehiculo?", pt: "Veiculo?"}}
      - {name: owns_dog, type: single, codes: yes_no, text: {en: "Dog?", es: "¿Perro?", pt: "Cao?"}}
)";

constexpr const char* trust = R"(languages: [en, es]
codes: {yes_no: {1: {en: "Yes", es: Si}, 2: {en: "No", es: "No"}}}
modules:
  - id: trust
    unit: household
    title: {en: Trust, es: Confianza}
    questions: [{name: trusts, type: single, codes: yes_no, text: {en: "Trust?", es: "¿Confia?"}}]
)";

class Manifest : public testing::Test {
protected:
    void write(const std::string& name, const std::string& text) {
        std::filesystem::create_directories((folder_.path() / name).parent_path());
        folder_.write(name, text);
    }
    Instrument load(const std::string& body) {
        write("parts/core.yaml", core);
        write("parts/trust.yaml", trust);
        write("national.yaml", "instrument: national\nlanguages: [es, en]\n" + body);
        return load_instrument("national.yaml", folder_.path(), faults_);
    }
    std::string words() const {
        std::string all;
        for (const Diagnostic& fault : faults_.items()) all += to_text(fault) + "\n";
        return all;
    }
    ScratchFolder folder_;
    Diagnostics faults_;
};

std::vector<std::string> questions_of(const Instrument& instrument) {
    std::vector<std::string> names;
    for (const Question& question : instrument.questions) names.push_back(question.name);
    return names;
}

using Names = std::vector<std::string>;

TEST_F(Manifest, JoinsPartsInOrderInTheLanguagesOfTheInstrument) {
    const Instrument national = load("include: [parts/core.yaml, parts/trust.yaml]\n");
    EXPECT_FALSE(faults_.has_errors()) << words();
    ASSERT_EQ(questions_of(national), (Names{"owns_vehicle", "owns_dog", "trusts"}));
    EXPECT_EQ(national.period.month, 12);
    EXPECT_EQ(national.code_lists.size(), 1u);
    EXPECT_EQ(national.questions[0].text, (Labels{{"en", "Vehicle?"}, {"es", "¿Vehiculo?"}}));
    EXPECT_EQ(national.languages.front(), "es");
}

TEST_F(Manifest, AddsChangesDropsAndOrders) {
    const Instrument national = load(R"(include: [parts/core.yaml, parts/trust.yaml]
period: {months: 6, ends: 2025-06}
drop: [owns_dog]
change: {owns_vehicle: {text: {es: "¿Auto?"}, note: {en: Any, es: Cualquiera}}, trust: {title: {en: Faith}}}
add:
  - to: home
    after: owns_vehicle
    questions: [{name: vehicles, type: integer, range: [1, 9], text: {en: "Many?", es: "¿Cuantos?"}}]
  - {to: trust, questions: [{name: why, type: text, text: {en: "Why?", es: "¿Por que?"}}]}
order: [trust, home]
)");
    EXPECT_FALSE(faults_.has_errors()) << words();
    ASSERT_EQ(questions_of(national), (Names{"trusts", "why", "owns_vehicle", "vehicles"}));
    EXPECT_EQ(national.questions[2].text, (Labels{{"en", "Vehicle?"}, {"es", "¿Auto?"}}));
    EXPECT_EQ(national.modules[0].title, (Labels{{"en", "Faith"}, {"es", "Confianza"}}));
    EXPECT_EQ(national.period.months, 6);
}

TEST_F(Manifest, ShowCardsAreThoseOfTheInstrumentOrOfTheFirstPart) {
    const std::string parts = "include: [parts/core.yaml, parts/short.yaml, parts/long.yaml]\n";
    write("parts/short.yaml", "languages: [en, es]\ncards: {from: 4}\n");
    write("parts/long.yaml", "languages: [en, es]\ncards: {from: 9}\n");
    EXPECT_EQ(load(parts).cards_from, 4);
    EXPECT_EQ(load(parts + "cards: {from: 6}\n").cards_from, 6);
    EXPECT_FALSE(faults_.has_errors()) << words();
}

TEST_F(Manifest, DropsAModuleBeforeOthers) {
    const Instrument national =
        load("include: [parts/core.yaml, parts/trust.yaml]\nperiod: {months: 12, ends: 2025-12}\ndrop: [home]\n");
    EXPECT_FALSE(faults_.has_errors()) << words();
    EXPECT_EQ(questions_of(national), Names{"trusts"});
}

TEST_F(Manifest, AFaultOfAPartHasThePartsPlace) {
    write("parts/bad.yaml",
          "languages: [en, es]\nmodules:\n  - {id: x, unit: household, questions: [{name: q, tipe: single}]}\n");
    load("include: [parts/core.yaml, parts/bad.yaml]\n");
    EXPECT_NE(words().find("bad.yaml:3:"), std::string::npos) << words();
}

TEST_F(Manifest, NamesWhatIsNotThere) {
    load(
        "include: [parts/core.yaml]\ndrop: [owns_vehicel]\nchange: {nobody: {text: x}}\norder: [home, roof]\n"
        "add: [{to: roof, questions: []}, {to: home, after: cat, questions: []}]\n");
    EXPECT_EQ(faults_.error_count(), 5u) << words();
    EXPECT_NE(words().find("'owns_vehicle'"), std::string::npos) << words();
    for (const Diagnostic& fault : faults_.items()) EXPECT_EQ(fault.code, "unknown-id");
}

TEST_F(Manifest, AListOfCodesThatIsNotTheSameIsAFault) {
    write("parts/other.yaml",
          "languages: [en, es]\ncodes: {yes_no: {1: {en: Y, es: S}, 2: {en: N, es: N}}}\nmodules: []\n");
    load("include: [parts/core.yaml, parts/other.yaml]\n");
    EXPECT_TRUE(faults_.contains("duplicate-include")) << words();
}

TEST_F(Manifest, IncludesThatTurnInACircleOrAreTooManyEnd) {
    write("parts/a.yaml", "languages: [en, es]\ninclude: [b.yaml]\nmodules: []\n");
    write("parts/b.yaml", "languages: [en, es]\ninclude: [a.yaml]\nmodules: []\n");
    load("include: [parts/a.yaml]\n");
    EXPECT_TRUE(faults_.contains("include-cycle")) << words();
    std::string many = "include: [";
    std::string dots;
    for (int i = 0; i < 101; ++i) many += "parts/" + (dots += "./") + "trust.yaml,";  // another name each time
    faults_ = {};
    load(many + "]\n");
    EXPECT_TRUE(faults_.contains("too-many-includes")) << words();
}

TEST_F(Manifest, APartThatIsNotThereIsAFault) {
    load("include: [parts/none.yaml, library:modules/none]\n");
    EXPECT_EQ(faults_.error_count(), 2u) << words();
    EXPECT_TRUE(faults_.contains("unknown-library"));
}

}  // namespace
}  // namespace cifra
