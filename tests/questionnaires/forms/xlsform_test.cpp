// The workbook read back cell by cell, against the XForm of the same instrument.
#include "questionnaires/forms/form_xlsform.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <pugixml.hpp>

#include "questionnaires/forms/form_paths.h"
#include "questionnaires/forms/form_xform.h"
#include "tests/support/zip.h"

namespace cifra {
namespace {

using Row = std::map<std::string, std::string>;

// The rows of a sheet by the names in its first row.
std::vector<Row> rows_of(const std::map<std::string, std::string>& files, int sheet) {
    pugi::xml_document shared, page;
    shared.load_string(files.at("xl/sharedStrings.xml").c_str(), pugi::parse_default | pugi::parse_ws_pcdata);
    std::vector<std::string> texts;
    for (const pugi::xml_node text : shared.child("sst").children("si")) texts.push_back(text.child("t").text().get());
    page.load_string(files.at(fmt::format("xl/worksheets/sheet{}.xml", sheet)).c_str());
    std::map<std::string, std::string> heads;
    std::vector<Row> rows;
    for (const pugi::xml_node row : page.child("worksheet").child("sheetData").children("row")) {
        Row cells;
        for (const pugi::xml_node cell : row.children("c")) {
            std::string column = cell.attribute("r").value();
            column.erase(column.find_first_of("0123456789"));
            const std::string& text = texts.at(cell.child("v").text().as_uint());
            if (rows.empty())
                heads[column] = text;
            else
                cells[heads.at(column)] = text;
        }
        rows.push_back(std::move(cells));
    }
    rows.erase(rows.begin());
    return rows;
}

class XlsForm : public testing::Test {
protected:
    void SetUp() override { write("library:victimization_core"); }

    void write(const std::string& source) {
        instrument_ = load_instrument(source, {}, faults_);
        form_ = client_form(instrument_, faults_);
        const auto files = unzip(form_xlsform(form_));
        survey_ = rows_of(files, 1);
        choices_ = rows_of(files, 2);
        settings_ = rows_of(files, 3);
        xform_.load_string(form_xform(form_).c_str(), pugi::parse_default | pugi::parse_ws_pcdata);
    }
    const Row& row(const std::string& name) const {
        for (const Row& row : survey_)
            if (row.contains("name") && row.at("name") == name) return row;
        throw std::out_of_range(name);
    }
    std::string itext(const std::string& language, const std::string& id) const {
        const auto model = xform_.child("h:html").child("h:head").child("model");
        return model.child("itext")
            .find_child_by_attribute("lang", language.c_str())
            .find_child_by_attribute("id", id.c_str())
            .child_value("value");
    }

    Diagnostics faults_;
    Instrument instrument_;
    ClientForm form_;
    std::vector<Row> survey_, choices_, settings_;
    pugi::xml_document xform_;
};

TEST_F(XlsForm, EveryBindOfTheXFormIsARowOfTheSurvey) {
    const FormPaths paths(form_);
    const std::map<std::string, std::string> attributes = {
        {"relevant", "relevant"}, {"constraint", "constraint"}, {"calculation", "calculate"}};
    const auto model = xform_.child("h:html").child("h:head").child("model");
    std::size_t compared = 0;
    for_each_item(form_, [&](const FormItem& item, const std::string&) {
        const Row& cells = row(item.name);
        const auto bind = model.find_child_by_attribute("bind", "nodeset", paths.path(item.name).c_str());
        for (const auto& [column, attribute] : attributes) {
            const auto found = cells.find(column);
            const std::string cell = found == cells.end() ? "" : paths.resolved(found->second, item.name);
            EXPECT_EQ(cell, bind.attribute(attribute.c_str()).value()) << item.name;
            compared += !cell.empty();
        }
        EXPECT_EQ(cells.contains("required"), !bind.attribute("required").empty()) << item.name;
    });
    EXPECT_GT(compared, 100u);
}

TEST_F(XlsForm, TextsStandInTheColumnOfTheirLanguage) {
    for (const std::string language : {"English (en)", "Español (es)"}) {
        EXPECT_EQ(row("tenure").at("label::" + language), itext(language, "/data/control/tenure:label"));
        EXPECT_EQ(row("age").at("constraint_message::" + language),
                  itext(language, "/data/members/age:jr:constraintMsg"));
    }
    EXPECT_EQ(row("tenure").at("label::Español (es)"), "Esta vivienda es…");
    EXPECT_EQ(settings_.at(0).at("default_language"), "English (en)");
    EXPECT_EQ(settings_.at(0).at("form_id"), "victimization_core");
}

TEST_F(XlsForm, RepeatsAreCountedAndClosed) {
    EXPECT_EQ(row("members").at("type"), "begin_repeat");
    EXPECT_EQ(row("members").at("repeat_count"), "${members_count}");
    std::map<std::string, int> types;
    for (const Row& cells : survey_) ++types[cells.at("type")];
    EXPECT_EQ(types["begin_repeat"], 2);
    EXPECT_EQ(types["end_repeat"], 2);
    EXPECT_EQ(types["begin_group"], types["end_group"]);
    EXPECT_EQ(row("age_confirm").at("type"), "acknowledge");
    EXPECT_EQ(row("interview_date").at("type"), "today");
}

TEST_F(XlsForm, EveryListThatIsAskedHasItsChoices) {
    std::map<std::string, std::vector<std::string>> lists;
    for (const Row& choice : choices_) lists[choice.at("list_name")].push_back(choice.at("name"));
    for (const Row& cells : survey_) {
        const std::string& type = cells.at("type");
        if (!type.starts_with("select_")) continue;
        EXPECT_TRUE(lists.contains(type.substr(type.find(' ') + 1))) << type;
    }
    EXPECT_EQ(row("owns_vehicle").at("type"), "select_one yes_no_8_9");
    EXPECT_EQ(lists.at("yes_no_8_9"), (std::vector<std::string>{"1", "2", "8", "9"}));
    EXPECT_EQ(lists.at("months_98_99").size(), 14u);
}

TEST_F(XlsForm, MonthsOfAPeriodThatEndsWithTheInterviewAreFiltered) {
    write(CIFRA_SOURCE_DIR "/tests/questionnaires/forms/instruments/language.yaml");
    const std::string filter = row("month").at("choice_filter");
    EXPECT_EQ(filter, "(${period_month} + 12 - name) mod 12 < 6 or name = '98'");
    const pugi::xpath_node itemset = xform_.select_node("//select1[@ref='/data/incident/month']/itemset");
    EXPECT_EQ(itemset.node().attribute("nodeset").value(),
              "instance('months_98')/root/item[" + FormPaths(form_).resolved(filter, "month") + "]");
    EXPECT_EQ(row("period_month").at("type"), "calculate");
}

TEST_F(XlsForm, FillsAreNamedInTheTextAndCalculatedBeside) {
    write(CIFRA_SOURCE_DIR "/tests/questionnaires/forms/instruments/language.yaml");
    EXPECT_EQ(row("rooms").at("label::English (en)"), "Rooms of ${said_size} ${said_size_}?");
    EXPECT_EQ(row("rooms").at("label::Español (es)"), "¿Cuartos de ${said_size} ${said_size__}?");
    EXPECT_EQ(row("said_size_").at("calculation"), "if(${size} = 1, 'person', 'persons')");
    EXPECT_EQ(row("rooms_inform").at("type"), "note");
    EXPECT_EQ(row("safe").at("hint::English (en)"), "Touch the answer.");
}

}  // namespace
}  // namespace cifra
