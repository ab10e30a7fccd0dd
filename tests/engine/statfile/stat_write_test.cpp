// Files of SPSS, Stata and SAS as they are written: the bytes that R haven has read (tests/oracle/statfile), and round
// trips through the readers, which stand against haven themselves (stat_read_test.cpp).
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/microdata/microdata.h"
#include "engine/statfile/convert_table.h"
#include "engine/statfile/stat_rows.h"
#include "tests/support/scratch_folder.h"

namespace cifra {
namespace {

const std::filesystem::path folder = CIFRA_SOURCE_DIR "/tests/oracle/statfile";

LabelledTable read_written() {
    Diagnostics faults;
    const YamlValue yaml = read_yaml(folder / "written.yaml", faults);
    const Codebook codebook = read_codebook(*yaml.find("variables"), faults);
    LabelledTable table = read_labelled({folder / "written.csv"}, {}, "", codebook, faults);
    EXPECT_TRUE(faults.items().empty());
    return table;
}

std::vector<std::string> codes_of(const Diagnostics& faults) {
    std::vector<std::string> codes;
    for (const Diagnostic& fault : faults.items()) {
        EXPECT_FALSE(fault.hint.empty());
        codes.push_back(fault.code);
    }
    return codes;
}

// Writes and reads back; the kinds of missing are those of the labels, or declared by the codebook of what was written.
LabelledTable through(const LabelledTable& table, const std::filesystem::path& file, Diagnostics& faults,
                      bool declare = false) {
    const WrittenFile written = write_labelled(table, file, "en", faults);
    std::ofstream(file, std::ios::binary) << written.bytes;
    const bool csv = file.extension() == ".csv";
    return read_labelled({file}, {}, "", csv || declare ? written.codebook : Codebook{}, faults);
}

void expect_same_cells(const Column& a, const Column& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t row = 0; row < a.size(); ++row) {
        EXPECT_EQ(a.missing(row), b.missing(row)) << row;
        EXPECT_EQ(a.cell(row), b.cell(row)) << row;
    }
}

TEST(StatWrite, TheBytesAreThoseThatHavenHasRead) {
    const LabelledTable table = read_written();
    for (const char* name : {"written.sav", "written.dta", "written.xpt"}) {
        Diagnostics faults;
        for (const char* zone : {"UTC", "Asia/Tokyo"}) {
            ASSERT_EQ(setenv("TZ", zone, 1), 0);
            EXPECT_TRUE(write_labelled(table, name, "", faults).bytes == bytes_of(folder / name)) << name << zone;
        }
    }
    unsetenv("TZ");
}

TEST(StatWrite, HavenFindsWhatWasWritten) {
    const nlohmann::json oracle = nlohmann::json::parse(std::ifstream(folder / "haven_reads.json"));
    const LabelledTable written = read_written();
    for (const char* name : {"written.sav", "written.dta", "written.xpt"}) {
        const bool spss = std::string_view(name).ends_with("sav");
        for (const std::string& column : written.table.names()) {
            SCOPED_TRACE(std::string(name) + ' ' + column);
            const nlohmann::json& read = oracle[name][column];
            const Column& cells = written.table.at(column);
            for (std::size_t row = 0; row < cells.size(); ++row) {
                // Texts without a tag keep the code of their kind.
                const bool code = !spss && column == "answer" && cells.missing(row) == Missing::refused;
                EXPECT_EQ(read["missing"][row].get<bool>(), !cells.present(row) && !code) << row;
                if (!cells.present(row)) continue;
                const nlohmann::json& value = read["values"][row];
                const std::string text = value.is_string() ? value.get<std::string>() : shortest(value.get<double>());
                EXPECT_EQ(text, cells.cell(row));
            }
        }
    }
    EXPECT_EQ(oracle["written.sav"]["age"]["label"][0], "Age in years");
    EXPECT_EQ(oracle["written.sav"]["age"]["codes"], nlohmann::json({"98", "99"}));
    EXPECT_EQ(oracle["written.sav"]["answer"]["code_labels"], nlohmann::json({"First", "Second", "Refused"}));
    EXPECT_EQ(oracle["written.dta"]["region"]["number"][0], true);
    EXPECT_EQ(oracle["written.dta"]["region"]["code_labels"], nlohmann::json({"North", "South"}));
    EXPECT_EQ(oracle["written.dta"]["age"]["codes"], nlohmann::json({".d", ".r"}));
    EXPECT_EQ(oracle["written.dta"]["age"]["code_labels"], nlohmann::json({"No sé", "No quiso"}));
    EXPECT_EQ(oracle["written.xpt"]["age"]["label"][0], "Age in years");
}

TEST(StatWrite, WhatIsWrittenIsReadBack) {
    const ScratchFolder scratch;
    const LabelledTable table = read_written();
    for (const char* name : {"t.sav", "t.dta", "t.xpt", "t.csv"}) {
        SCOPED_TRACE(name);
        Diagnostics faults;
        const LabelledTable read = through(table, scratch.path() / name, faults, true);
        EXPECT_FALSE(faults.has_errors());
        ASSERT_EQ(read.table.names(), table.table.names());
        for (const std::string& column : table.table.names())
            expect_same_cells(read.table.at(column), table.table.at(column));
    }
}

TEST(StatWrite, KindsAndLabelsComeBack) {
    const ScratchFolder scratch;
    const LabelledTable table = read_written();
    for (const char* name : {"t.sav", "t.dta", "t.csv"}) {
        SCOPED_TRACE(name);
        Diagnostics faults;
        const LabelledTable read = through(table, scratch.path() / name, faults);
        expect_same_cells(read.table.at("loss"), table.table.at("loss"));
        const Variable* age = read.codebook.find("age");
        ASSERT_TRUE(age);
        EXPECT_EQ(age->label.at(""), "Age in years");
        EXPECT_EQ(age->categories.size(), 2u);
        EXPECT_EQ(read.codebook.find("region")->categories.size(), 2u);
    }
    // Another format in between: tags become codes and codes become tags.
    Diagnostics faults;
    const LabelledTable stata = through(table, scratch.path() / "a.dta", faults);
    const LabelledTable spss = through(stata, scratch.path() / "b.sav", faults);
    const LabelledTable csv = through(spss, scratch.path() / "c.csv", faults);
    expect_same_cells(csv.table.at("loss"), table.table.at("loss"));
    EXPECT_FALSE(faults.has_errors());
}

LabelledTable one_column(Column column, Variable variable) {
    LabelledTable made;
    made.table.set(variable.name, std::move(column));
    made.codebook.variables.push_back(std::move(variable));
    return made;
}

std::vector<std::string> faults_of(const LabelledTable& table, const std::string& file) {
    Diagnostics faults;
    write_labelled(table, file, "", faults);
    return codes_of(faults);
}

using Codes = std::vector<std::string>;

TEST(StatWrite, WhatATargetCannotHoldIsTold) {
    Variable named;
    named.name = "2nd";
    const LabelledTable bad_name = one_column(Column::of_numbers({1}), named);
    for (const char* file : {"a.sav", "a.dta", "a.xpt"})
        EXPECT_EQ(faults_of(bad_name, file), Codes{"name-not-allowed"});
    EXPECT_EQ(faults_of(bad_name, "a.csv"), Codes{});
    EXPECT_EQ(faults_of(bad_name, "a.por"), Codes{"cannot-write-format"});
    named.name = std::string(40, 'a');
    EXPECT_EQ(faults_of(one_column(Column::of_numbers({1}), named), "a.dta"), Codes{"name-not-allowed"});
    named.name = "x";
    EXPECT_EQ(faults_of(one_column(Column::of_texts({std::string(2046, 'a')}), named), "a.dta"),
              Codes{"text-too-long"});
    EXPECT_EQ(faults_of(one_column(Column::of_numbers({1e308}), named), "a.dta"), Codes{"number-out-of-range"});
    EXPECT_EQ(faults_of(one_column(Column::of_numbers({1e76}), named), "a.xpt"), Codes{"number-out-of-range"});
    EXPECT_EQ(faults_of(one_column(Column::of_texts({"a", ""}, {Missing::none, Missing::refused}), named), "a.sav"),
              Codes{"kind-left-out"});
    named.label[""] = std::string(90, 'a');
    EXPECT_EQ(faults_of(one_column(Column::of_numbers({1}), named), "a.dta"), Codes{"label-cut"});
    named.label.clear();
    named.categories = {{"1.5", {{"", "half"}}}};
    EXPECT_EQ(faults_of(one_column(Column::of_numbers({1.5}), named), "a.dta"), Codes{"labels-left-out"});
    EXPECT_EQ(faults_of({}, "a.sav"), Codes{"no-columns"});
    LabelledTable twins = one_column(Column::of_numbers({1}), named);
    twins.table.set("X", Column::of_numbers({1}));
    EXPECT_EQ(faults_of(twins, "a.sav"), Codes{"duplicate-column"});
    EXPECT_EQ(faults_of(twins, "a.csv"), Codes{});
}

TEST(StatWrite, CodesAreAddedWhereThereAreNone) {
    const ScratchFolder scratch;
    const std::vector<Missing> kinds = {Missing::none,        Missing::refused,   Missing::dont_know,
                                        Missing::not_reached, Missing::not_asked, Missing::system};
    Variable variable;
    variable.name = "x";
    const LabelledTable table = one_column(Column::of_numbers({-98, 0, 0, 0, 0, 0}, kinds), variable);
    for (const char* name : {"t.sav", "t.dta", "t.csv"}) {
        Diagnostics faults;
        const LabelledTable read = through(table, scratch.path() / name, faults);
        expect_same_cells(read.table.at("x"), table.table.at("x"));
        EXPECT_EQ(codes_of(faults), Codes(std::string(name) == "t.dta" ? 0 : 4, "missing-code-added")) << name;
    }
}

TEST(StatWrite, SpssTakesThreeCodesOrARangeWithoutCells) {
    Variable variable;
    variable.name = "x";
    variable.missing = {
        {"1", Missing::refused}, {"3", Missing::dont_know}, {"5", Missing::not_asked}, {"7", Missing::not_reached}};
    const std::vector<Missing> kinds = {Missing::none, Missing::refused, Missing::dont_know, Missing::not_reached,
                                        Missing::not_asked};
    for (const double cell : {2., 6., 8.})
        EXPECT_EQ(faults_of(one_column(Column::of_numbers({cell, 0, 0, 0, 0}, kinds), variable), "a.sav"), Codes{});
    const LabelledTable between = one_column(Column::of_numbers({4, 0, 0, 0, 0}, kinds), variable);
    Diagnostics faults;
    write_labelled(between, "t.sav", "", faults);
    EXPECT_TRUE(faults.contains("too-many-missing-codes"));
}

}  // namespace
}  // namespace cifra
