#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <pugixml.hpp>

#include "engine/csv.h"
#include "questionnaires/archive/codebook_pages.h"
#include "questionnaires/archive/ddi.h"
#include "questionnaires/archive/label_scripts.h"
#include "questionnaires/archive/variables.h"
#include "questionnaires/fieldwork.h"

namespace cifra {
namespace {

Instrument core() {
    Diagnostics faults;
    return load_instrument("library:victimization_core", {}, faults);
}

// The core with a label that every format has to escape.
Instrument awkward() {
    Instrument instrument = core();
    for (Question& question : instrument.questions)
        if (question.name == "tenure") {
            question.text = {{"en", "A <b> & \"c\" 'd' `e' $f \\g\nh"}, {"es", "ñ"}};
            question.codes.front().label = question.text;
        }
    return instrument;
}

pugi::xml_node variable(const pugi::xml_document& document, const std::string& id) {
    return document.document_element().child("dataDscr").find_child_by_attribute("var", "ID", id.c_str());
}

TEST(Archive, DescribesTheColumnsThatCodeWrites) {
    const Instrument instrument = core();
    const Responses coded = check_responses(instrument, random_answers(instrument, 3, 1));
    const auto files = archive_files(instrument);
    const std::vector<const Table*> tables = {&coded.household, &coded.roster, &coded.person, &coded.incident};
    for (std::size_t f = 0; f < files.size(); ++f) {
        std::vector<std::string> names;
        for (const ArchiveVariable& described : files[f].variables) names.push_back(described.variable.name);
        EXPECT_EQ(names, tables[f]->names()) << files[f].name;
    }
}

TEST(Archive, DdiHoldsEveryVariableInTheOrderOfTheSchema) {
    const Instrument instrument = core();
    pugi::xml_document document;
    ASSERT_TRUE(document.load_string(ddi_codebook(instrument).c_str()));
    const std::vector<std::string> order = {"labl",     "qstn",   "valrng",  "invalrng",
                                            "universe", "catgry", "concept", "varFormat"};
    std::size_t variables = 0;
    for (const pugi::xml_node& var : document.document_element().child("dataDscr").children()) {
        ++variables;
        std::size_t last = 0;
        for (const pugi::xml_node& child : var.children()) {
            const auto at = std::find(order.begin(), order.end(), child.name());
            ASSERT_NE(at, order.end()) << child.name();
            EXPECT_GE(static_cast<std::size_t>(at - order.begin()), last) << var.attribute("name").value();
            last = static_cast<std::size_t>(at - order.begin());
        }
    }
    std::size_t expected = 0;
    for (const ArchiveFile& file : archive_files(instrument)) expected += file.variables.size();
    EXPECT_EQ(variables, expected);

    const pugi::xml_node place = variable(document, "F4_place_other");
    EXPECT_STREQ(place.child_value("universe"), "place = \"8\"");
    const pugi::xml_node loss = variable(document, "F4_loss");
    EXPECT_STREQ(loss.child("valrng").child("range").attribute("max").value(), "99999997");
    EXPECT_STREQ(loss.child("invalrng").last_child().attribute("VALUE").value(), "99999999");
    const pugi::xml_node sex = variable(document, "F2_sex");
    EXPECT_STREQ(sex.find_child_by_attribute("labl", "xml:lang", "es").child_value(), "¿Es hombre o mujer?");
    std::string missing;
    for (const pugi::xml_node& category : sex.children("catgry"))
        if (category.attribute("missing")) missing += std::string(category.child_value("catValu")) + " ";
    EXPECT_EQ(missing, "-1 9 ");
    EXPECT_STREQ(variable(document, "F1_burglary").child("concept").attribute("vocab").value(), "ICCS");
}

TEST(Archive, DdiIsValidAgainstTheSchema) {
    const char* schema = std::getenv("DDI_XSD");
    if (!schema) GTEST_SKIP() << "DDI_XSD names no codebook.xsd";
    const std::filesystem::path file = std::filesystem::path(testing::TempDir()) / "cifra_ddi.xml";
    std::ofstream(file) << ddi_codebook(awkward());
    const std::string command =
        "xmllint --noout --nonet --schema '" + std::string(schema) + "' '" + file.string() + "' 2>/dev/null";
    EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 0);
}

TEST(Archive, EveryFormatEscapesTexts) {
    const Instrument instrument = awkward();
    pugi::xml_document ddi, page;
    ASSERT_TRUE(ddi.load_string(ddi_codebook(instrument).c_str()));
    EXPECT_STREQ(variable(ddi, "F1_tenure").child_value("labl"), "A <b> & \"c\" 'd' `e' $f \\g\nh");
    ASSERT_TRUE(page.load_string(codebook_html(instrument, "en").c_str(), pugi::parse_default | pugi::parse_doctype));
    EXPECT_NE(codebook_html(instrument, "en").find("A &lt;b&gt; &amp; &quot;c&quot;"), std::string::npos);
    EXPECT_NE(spss_script(instrument, "en").find("'1' 'A <b> & \"c\" ''d'' `e'' $f \\g h'"), std::string::npos);
    EXPECT_NE(stata_script(instrument, "en").find("`\"A <b> & \"c\" 'd' 'e' \\$f \\g h\"'"), std::string::npos);
    EXPECT_NE(r_script(instrument, "en").find("\"A <b> & \\\"c\\\" 'd' `e' $f \\\\g h\""), std::string::npos);
}

TEST(Archive, TheTableHasARowForEveryCode) {
    const Table table = codebook_table(core(), "es");
    std::size_t rows = 0, missing = 0;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        if (table.at("variable").cell(row) != "place") continue;
        ++rows;
        missing += !table.at("missing").cell(row).empty();
        EXPECT_EQ(table.at("label").cell(row), "¿Dónde ocurrió?");
    }
    EXPECT_EQ(rows, 11u);
    EXPECT_EQ(missing, 3u) << "not reached, don't know, refused";
}

// R itself reads the coded files by the script; without R there is nothing to ask.
TEST(Archive, RReadsTheFilesByItsScript) {
    if (std::system("Rscript --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "R is not installed";
    const Instrument instrument = awkward();
    const Responses coded = check_responses(instrument, random_answers(instrument, 30, 1));
    const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "cifra_labels";
    std::filesystem::create_directories(folder);
    write_csv(coded.household, folder / "household.csv");
    write_csv(coded.roster, folder / "roster.csv");
    write_csv(coded.person, folder / "person.csv");
    write_csv(coded.incident, folder / "incident.csv");
    std::size_t refused = 0;
    for (std::size_t row = 0; row < coded.roster.rows(); ++row) refused += coded.roster.at("sex").cell(row) == "9";
    std::ofstream(folder / "check.R") << r_script(instrument, "en")
                                      << "stopifnot(nrow(roster) == " << coded.roster.rows()
                                      << ", is.numeric(roster$age), is.factor(roster$sex),\n"
                                      << "  sum(attr(roster$sex, 'missing') == 'refused', na.rm = TRUE) == " << refused
                                      << ", sum(is.na(roster$sex)) == " << refused
                                      << ",\n  levels(roster$sex) == c('Male', 'Female'))\n";
    const std::string command = "cd '" + folder.string() + "' && Rscript --vanilla check.R >/dev/null 2>check.err";
    EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 0);
}

}  // namespace
}  // namespace cifra
