// The pages of the weighting and of the rehearsal in the languages of the published tables.
#include <gtest/gtest.h>

#include "engine/csv.h"
#include "estimation/publishing/rehearsal_page.h"
#include "estimation/publishing/weights_page.h"
#include "estimation/publishing/words.h"

namespace cifra {
namespace {

Table table_of(const std::string& text) {
    Diagnostics faults;
    CsvOptions options;
    for (const char* name : {"table", "indicator", "domain", "verdict", "quantity", "step", "cell"})
        options.types[name] = ColumnType::text;
    Table table = parse_csv(text, "made_up.csv", options, faults);
    faults.throw_if_errors();
    return table;
}

std::string rehearsal_in(const std::string& language) {
    return rehearsal_page(
        {language,
         "",
         0.95,
         100,
         table_of("table,indicator,domain,truth,draws,mean,bias,bias_se,true_se,true_cv,estimated_cv,variance_ratio,"
                  "coverage,coverage_error,below,above,width,n,cases,verdict\n"
                  "t,i,,10,100,11,1,0.5,2,0.2,0.19,0.9,0.9,0.03,0.08,0.02,8,50,10,\"bias, coverage\"\n"),
         table_of("quantity,mean,sd,min,max\ninterviews,5,1,4,6\n"),
         {}});
}

std::string weights_in(const std::string& language) {
    static const std::vector<double> before = {1, 2, 4}, after = {1, 3, 5};
    return weights_page(
        {language,
         "",
         table_of("step,cell,n,sum_before,sum_after,factor,min,max,cv,deff_kish,merged,control,coverage\n"
                  "base,,3,7,7,,1,4,0.5,1.2,,,\n"),
         {},
         {},
         {{"", before, after}}});
}

bool holds(const std::string& page, const std::string& text) { return page.find(text) != std::string::npos; }

TEST(PageLanguages, RehearsalSpeaksAllOfThem) {
    const std::map<std::string, std::vector<std::string>> words = {
        {"en", {"Rehearsal of the sample plan", "bias, coverage", "Interviews"}},
        {"es-MX", {"Ensayo del plan de muestreo", "sesgo, cobertura", "Entrevistas"}},
        {"fr", {"Répétition du plan de sondage", "biais, couverture", "Entretiens"}},
        {"pt-BR", {"Ensaio do plano amostral", "viés, cobertura", "Entrevistas"}},
        {"de", {"Rehearsal of the sample plan"}}};
    for (const auto& [language, texts] : words)
        for (const std::string& text : texts) EXPECT_TRUE(holds(rehearsal_in(language), text)) << language << text;
}

TEST(PageLanguages, WeightsSpeakAllOfThem) {
    const std::map<std::string, std::vector<std::string>> words = {
        {"en", {"Record of the weighting", "Sum after", "Before"}},
        {"es-MX", {"Registro de la ponderación", "Suma después", "Antes"}},
        {"fr", {"Journal de la pondération", "Somme après", "Avant"}},
        {"pt", {"Registro da ponderação", "Soma depois", "Antes"}}};
    for (const auto& [language, texts] : words)
        for (const std::string& text : texts) EXPECT_TRUE(holds(weights_in(language), text)) << language << text;
}

TEST(PageLanguages, NoEnglishIsLeftInAnother) {
    for (const std::string& language : page_languages()) {
        const bool english = language == "en";
        const std::string rehearsal = rehearsal_in(language), weights = weights_in(language);
        EXPECT_TRUE(holds(rehearsal, "<html lang=\"" + language + "\">"));
        EXPECT_TRUE(holds(weights, "<html lang=\"" + language + "\">"));
        for (const char* word : {" of ", "Mean<", "Truth", "Least", "the "})
            EXPECT_EQ(holds(rehearsal, word), english) << language << word;
        for (const char* word : {" of ", "Step", "Units", "units", "the "})
            EXPECT_EQ(holds(weights, word), english) << language << word;
    }
}

TEST(Labelled, AFrenchColonHasItsBlank) {
    EXPECT_EQ(labelled(words_in("fr"), "Source", "x"), "Source\u00A0: x");
    EXPECT_EQ(labelled(words_in("es"), "Fuente", "x"), "Fuente: x");
}

}  // namespace
}  // namespace cifra
