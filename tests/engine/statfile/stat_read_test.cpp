// Files that R haven wrote (tests/oracle/statfile/haven_files.R), against what haven reads in them.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/microdata/microdata.h"
#include "engine/statfile/stat_rows.h"
#include "tests/support/scratch_folder.h"

namespace cifra {
namespace {

const std::filesystem::path folder = CIFRA_SOURCE_DIR "/tests/oracle/statfile";

const nlohmann::json& oracle() {
    static const nlohmann::json read = nlohmann::json::parse(std::ifstream(folder / "people.json"));
    return read;
}

Table read(const std::string& file, const CsvOptions& options = {}) {
    Diagnostics faults;
    Table table = read_rows({folder / file}, options, faults);
    for (const Diagnostic& fault : faults.items()) ADD_FAILURE() << to_text(fault);
    return table;
}

Codebook codebook(const std::string& file, const StatOptions& options = {}) {
    Diagnostics faults;
    const auto read = stat_codebook(folder / file, options, faults);
    EXPECT_TRUE(read);
    return read.value_or(Codebook{});
}

void expect_column(const Column& column, const nlohmann::json& wanted) {
    ASSERT_EQ(column.size(), wanted["missing"].size());
    ASSERT_EQ(column.is_number(), wanted["number"][0].get<bool>());
    for (std::size_t row = 0; row < column.size(); ++row) {
        ASSERT_EQ(column.present(row), !wanted["missing"][row].get<bool>()) << row;
        if (!column.present(row)) continue;
        if (column.is_number())
            EXPECT_EQ(column.number(row), wanted["values"][row].get<double>());
        else
            EXPECT_EQ(column.text(row), wanted["values"][row].get<std::string>());
    }
}

void expect_labels(const Variable& variable, const nlohmann::json& wanted) {
    EXPECT_EQ(label_in(variable.label, "", ""), wanted["label"][0].get<std::string>());
    std::map<std::string, std::string> own, others;
    for (const auto& [code, label] : variable.categories) own[code] = label.at("");
    for (std::size_t i = 0; i < wanted["codes"].size(); ++i)
        others[wanted["codes"][i].get<std::string>()] = wanted["code_labels"][i].get<std::string>();
    EXPECT_EQ(own, others);
}

TEST(StatRead, FindsWhatHavenFinds) {
    std::size_t files = 0;
    for (const auto& [file, columns] : oracle().items()) {
        if (file == "versions") continue;
        SCOPED_TRACE(file);
        const Table table = read(file);
        const Codebook labels = codebook(file);
        ASSERT_EQ(table.width(), columns.size());
        for (const auto& [name, wanted] : columns.items()) {
            SCOPED_TRACE(name);
            expect_column(table.at(name), wanted);
            ASSERT_TRUE(labels.find(name));
            expect_labels(*labels.find(name), wanted);
        }
        ++files;
    }
    EXPECT_EQ(files, 11u);
}

TEST(StatRead, KindsOfMissingAreThoseOfTheLabels) {
    for (const char* file : {"people.sav", "people.zsav", "people_plain.sav"}) {
        const Table table = read(file);
        EXPECT_EQ(table.at("loss").missing(1), Missing::refused);
        EXPECT_EQ(table.at("loss").missing(2), Missing::dont_know);
        EXPECT_EQ(table.at("loss").missing(3), Missing::system);
        EXPECT_EQ(table.at("score").missing(1), Missing::not_asked);  // 97 within the range
        EXPECT_EQ(table.at("score").missing(2), Missing::system);     // 99 has no label
        EXPECT_EQ(table.at("word").missing(1), Missing::refused);
    }
    const Table portable = read("people.por");
    EXPECT_EQ(portable.at("LOSS").missing(1), Missing::refused);
    for (const char* file : {"people.dta", "people_15.dta", "people_10.dta"}) {
        const Table table = read(file);
        EXPECT_EQ(table.at("loss").missing(1), Missing::refused) << file;
        EXPECT_EQ(table.at("loss").missing(2), Missing::system);
    }
}

TEST(StatRead, KindsMayBeDeclaredInPlaceOfTheLabels) {
    const StatOptions options{{}, {{"loss", {{".a", Missing::not_asked}, {".b", Missing::not_reached}}}}};
    Diagnostics faults;
    const auto rows = open_stat_rows({folder / "people.dta"}, {}, options, faults, 1 << 20);
    ASSERT_TRUE(rows);
    const RowBlock block = rows->read(*rows->next(faults));
    EXPECT_EQ(block.table.at("loss").missing(1), Missing::not_asked);
    EXPECT_EQ(block.table.at("loss").missing(2), Missing::not_reached);
    EXPECT_EQ(codebook("people.dta", options).find("loss")->missing.at(".b"), Missing::not_reached);
}

TEST(StatRead, ColumnsTypesAndPiecesAreThoseAskedFor) {
    CsvOptions options;
    options.columns = {"sex"};
    options.optional_columns = {"interview", "nowhere"};
    options.types = {{"sex", ColumnType::text}, {"interview", ColumnType::number}};
    const Table table = read("people.dta", options);
    EXPECT_EQ(table.names(), (std::vector<std::string>{"interview", "sex"}));
    EXPECT_EQ(table.at("sex").text(1), "2");
    EXPECT_EQ(table.at("interview").number(0), 22370);  // days since 1960
    Diagnostics faults;
    const auto rows = open_stat_rows({folder / "people.dta", folder / "people_15.dta"}, options, {}, faults, 32);
    ASSERT_TRUE(rows);
    std::vector<std::size_t> sizes;
    while (const auto piece = rows->next(faults)) sizes.push_back(rows->read(*piece).table.rows());
    EXPECT_EQ(sizes, (std::vector<std::size_t>{2, 2, 1, 2, 2, 1}));
    EXPECT_FALSE(faults.has_errors());
    EXPECT_EQ(rows->share(), 1);
}

TEST(StatRead, ASourceMayBeLeftBeforeItsEnd) {
    Diagnostics faults;
    const auto rows = open_stat_rows({folder / "people.sav"}, {}, {}, faults, 1);
    ASSERT_TRUE(rows && rows->next(faults));
    EXPECT_FALSE(faults.has_errors());
}

std::string code_of_fault(const std::vector<std::filesystem::path>& files, const CsvOptions& options = {}) {
    Diagnostics faults;
    read_rows(files, options, faults);
    EXPECT_EQ(faults.error_count(), 1u);
    return faults.items().empty() ? "" : faults.items().front().code;
}

TEST(StatRead, FaultsAreNamed) {
    const ScratchFolder scratch;
    EXPECT_EQ(code_of_fault({folder / "absent.sav"}), "cannot-read");
    EXPECT_EQ(code_of_fault({scratch.write("text.dta", "id,sex\n1,2\n")}), "damaged-statfile");
    EXPECT_EQ(code_of_fault({folder / "people.sav", folder / "people_8.dta"}), "other-header");
    CsvOptions options;
    options.columns = {"sexo"};
    EXPECT_EQ(code_of_fault({folder / "people.sav"}, options), "missing-column");
    Diagnostics faults;
    options = {};
    options.types = {{"word", ColumnType::number}};
    const Table table = read_rows({folder / "people.sav"}, options, faults);
    ASSERT_EQ(faults.error_count(), 3u);
    EXPECT_EQ(faults.items()[1].code, "not-a-number");
    EXPECT_EQ(faults.items()[1].where.line, 3u);
    EXPECT_EQ(table.at("word").missing(1), Missing::refused);
}

// What may be lost without harm: the padding of a portable file after its last row. And a transport file does not tell
// how many rows it has: one that ends at a record of 80 bytes may be whole.
bool may_be_whole(const std::filesystem::path& file, const std::string& bytes, std::size_t size) {
    const std::string_view lost = std::string_view(bytes).substr(size);
    return file.extension() == ".por" ? lost.find_first_not_of("Z\r\n") == std::string_view::npos
                                      : file.extension() == ".xpt" && size % 80 == 0;
}

TEST(StatRead, TruncationsAreFaults) {
    const ScratchFolder scratch;
    for (const char* name : {"people.sav", "people_plain.sav", "people.zsav", "people.por", "people.dta",
                             "people_8.dta", "people_5.xpt", "people.sas7bdat"}) {
        const std::string bytes = bytes_of(folder / name);
        const std::size_t step = bytes.size() > 2000 ? 61 : 3;
        for (std::size_t size = 0; size < bytes.size(); size += step) {
            Diagnostics faults;
            const auto file = scratch.write(name, bytes.substr(0, size));
            read_rows({file}, {}, faults);
            if (!may_be_whole(file, bytes, size)) {
                EXPECT_TRUE(faults.error_count() == 1 || faults.contains("labels-absent")) << name << ' ' << size;
            }
        }
    }
}

}  // namespace
}  // namespace cifra
