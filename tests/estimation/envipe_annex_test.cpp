// The annex of the ENVIPE example as a reader opens it: the numbers of its sheets are INEGI's published ones, and those
// of R survey by state; nothing of what is kept back stands in any public file.
#include <gtest/gtest.h>

#include <cstdlib>

#include "engine/csv.h"
#include "engine/yaml.h"
#include "tests/estimation/estimation_run.h"
#include "tests/estimation/oracle_table.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/shared_data.h"
#include "tests/support/workbook_numbers.h"
#include "tests/support/zip.h"

namespace cifra::testing {
namespace {

using Row = std::map<std::string, SheetCell>;

class EnvipeAnnex : public ::testing::Test {
protected:
    void SetUp() override {
        CIFRA_NEEDS_DATA("envipe2021");
        const std::string command = std::string(CIFRA_BINARY) +
                                    " run " CIFRA_SOURCE_DIR "/examples/envipe-2021/study.yaml --threads 2 --data " +
                                    shared_data("envipe2021").string() + " --out " + out() + " > /dev/null 2>&1";
        ASSERT_EQ(std::system(command.c_str()), 0);
        book_ = unzip(file_text(out() + "/tables.xlsx"));
        std::size_t sheet = 2;
        for (const char* table : {"national", "shares", "by_type", "by_type_and_sex", "by_state", "rates",
                                  "rates_by_state_and_sex", "rates_by_type"}) {
            sheets_[table] = sheet_cells(book_, sheet);
            sheet += 2;
        }
    }

    std::string out() const { return folder_.path().string(); }

    // The row under this name, the first or after the row `after`.
    Row row(const std::string& table, const std::string& name, const std::string& after = "") const {
        bool passed = after.empty();
        for (const Row& row : sheets_.at(table)) {
            const auto label = row.find("A");
            if (label == row.end()) continue;
            if (passed && label->second.text == name) return row;
            passed = passed || label->second.text == after;
        }
        ADD_FAILURE() << table << " has no row " << name;
        return {};
    }

    // The estimates of an oracle case by state against a column of a table: how many are not kept back.
    std::size_t same_by_state(const char* id, const std::string& table, const char* column, double scale,
                              const std::string& after) const {
        const nlohmann::json expected = oracle_case(shared_data("envipe2021") / "oracle.json", id);
        Diagnostics faults;
        const YamlValue labels = read_yaml(CIFRA_SOURCE_DIR "/examples/envipe-2021/states.yaml", faults);
        const YamlValue& states = *labels.find("variables")->find("BP1_2C")->find("categories");
        std::size_t same = 0;
        for (std::size_t i = 0; i < expected["levels"].size(); ++i) {
            const std::string level = expected["levels"][i];
            const SheetCell cell = row(table, states.find(level)->scalar, after)[column];
            if (!cell.is_number) continue;
            EXPECT_TRUE(close_to(cell.number, scale * expected["estimate"][i].get<double>(), estimate_tolerance))
                << id << ' ' << level;
            ++same;
        }
        return same;
    }

    ScratchFolder folder_;
    std::map<std::string, std::string> book_;
    std::map<std::string, std::vector<Row>> sheets_;
};

TEST_F(EnvipeAnnex, NumbersAreThePublishedOnes) {
    const std::tuple<const char*, const char*, double> figures[] = {
        {"national", "Delitos", 27639203},
        {"national", "Denunciados", 2782409},
        {"national", "Con carpeta de investigación", 1860292},
        {"national", "Sin carpeta de investigación", 740195},
        {"national", "Carpeta no especificada", 181922},
        {"national", "No denunciados", 24825525},
        {"national", "Cifra negra", 25778911},
        {"shares", "Denunciados (% de los delitos)", 10.0668930287172},
        {"shares", "No denunciados (% de los delitos)", 89.8199741866652},
        {"shares", "Con carpeta (% de los delitos denunciados)", 66.8590419309311},
        {"shares", "Sin carpeta (% de los delitos denunciados)", 26.6026669695217},
        {"shares", "No especificado (% de los delitos denunciados)", 6.53829109954719},
        {"shares", "Cifra negra (% de los delitos)", 93.269371768788}};
    for (const auto& [table, name, value] : figures)
        EXPECT_TRUE(close_to(row(table, name)["B"].number, value, 1e-13)) << table << ' ' << name;
    const std::tuple<const char*, double, double> types[] = {{"Robo total de vehículo", 473640, 37.8779241618107},
                                                             {"Extorsión", 4660898, 97.9036872293708},
                                                             {"Fraude", 5332430, 96.7329153875438},
                                                             {"Robo en casa habitación", 1698038, 90.6070417740946}};
    for (const auto& [type, crimes, dark] : types) {
        Row found = row("by_type", type);
        EXPECT_EQ(found["B"].number, crimes) << type;
        EXPECT_TRUE(close_to(found["C"].number, 100 * crimes / 27639203, 1e-13)) << type;
        EXPECT_TRUE(close_to(found["F"].number, dark, 1e-13)) << type;
    }
}

TEST_F(EnvipeAnnex, StatesAreTheOnesOfTheOracle) {
    const std::string occurred = "Entidad de ocurrencia", lived = "Entidad de residencia";
    EXPECT_EQ(same_by_state("crime_by_state_DO", "by_state", "B", 1, occurred), 32U);
    // One state protects the crimes whose state is not known, the reports of which are few.
    EXPECT_EQ(same_by_state("crime_by_state_ratio_DD_DO", "by_state", "C", 100, occurred), 31U);
    EXPECT_EQ(same_by_state("crime_by_state_ratio_DND_DO", "by_state", "D", 100, occurred), 32U);
    EXPECT_GE(same_by_state("crime_by_state_ratio_FILE_Y_DD", "by_state", "E", 100, occurred), 10U);
    EXPECT_EQ(same_by_state("rate_crimes_by_state", "rates", "C", 1, lived), 32U);
}

// Men and women of a type make its total, and their shares of the row a hundred.
TEST_F(EnvipeAnnex, CategoriesSideBySideAddUp) {
    for (const char* type : {"Fraude", "Amenazas verbales"}) {
        Row found = row("by_type_and_sex", type);
        EXPECT_EQ(found["C"].number + found["D"].number, found["B"].number) << type;
        EXPECT_EQ(found["B"].number, row("by_type", type)["B"].number) << type;
    }
}

TEST_F(EnvipeAnnex, PublicFilesHoldNothingThatIsKeptBack) {
    Diagnostics faults;
    CsvOptions options;
    options.types["domain"] = ColumnType::text;
    const Table report = read_csv(out() + "/internal/disclosure.csv", options, faults);
    ASSERT_GT(report.rows(), 0U);
    std::string everything = file_text(out() + "/tables.html") + file_text(out() + "/tables.en.html") +
                             file_text(out() + "/estimates_public.csv");
    for (const char* name : {"/tables.xlsx", "/tables.en.xlsx"})
        for (const auto& [part, content] : unzip(file_text(out() + name))) everything += content;
    for (std::size_t row = 0; row < report.rows(); ++row) {
        const double estimate = report.at("estimate").number(row);
        for (const std::string& written : {digits17(estimate), shortest(estimate)})
            if (written.size() > 6) {
                EXPECT_EQ(everything.find(written), std::string::npos) << written;
            }
        EXPECT_EQ(report.at("determined").as_text().text(row), "no");
    }
    EXPECT_EQ(everything.find("INTERNAL"), std::string::npos);
    EXPECT_NE(file_text(out() + "/internal/tables.html").find("INTERNAL"), std::string::npos);
}

}  // namespace
}  // namespace cifra::testing
