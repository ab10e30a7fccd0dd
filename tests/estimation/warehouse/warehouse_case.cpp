#include "tests/estimation/warehouse/warehouse_case.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>

#include "estimation/pass/warehouse_tables.h"
#include "tests/estimation/estimation_run.h"
#include "tests/estimation/warehouse/made_up_table.h"

namespace cifra::testing {

void WarehouseCase::SetUp() {
    WithServers::SetUp();
    if (!servers) return;
    folder_ = std::filesystem::temp_directory_path() / fmt::format("cifra-warehouse-{}", getpid());
    std::filesystem::create_directories(folder_);
    write_made_up_survey(folder_);
    load_made_up_survey(*servers);
}

void WarehouseCase::TearDown() {
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
}

std::string WarehouseCase::of_file(const std::string& more, const std::string& weight) {
    return fmt::format("data: {{persons: {{file: persons.csv, weight: {}, codebook: codebook.yaml{}}}}}\n", weight,
                       more);
}

std::string WarehouseCase::of_server(const std::string& more, const std::string& table,
                                     const std::string& weight) const {
    return fmt::format(
        "data: {{persons: {{source: 'clickhouse://127.0.0.1:{}/default/{}', weight: {}, codebook: "
        "codebook.yaml{}}}}}\n",
        servers->http_port[0], table, weight, more);
}

Diagnostics WarehouseCase::faults_of(const std::string& design, const std::string& table_file) const {
    Diagnostics faults;
    try {
        estimate(design, table_file, faults);
    } catch (const InputError& error) {
        faults.append(error.diagnostics());
    }
    return faults;
}

Diagnostic WarehouseCase::fault_of_file(const std::string& design, const std::string& table_file) const {
    try {
        run_estimation(design, table_file, folder_);
    } catch (const InputError& error) {
        return error.diagnostics().items().at(0);
    }
    ADD_FAILURE() << "no fault";
    return {};
}

Table WarehouseCase::estimate(const std::string& design, const std::string& table_file, Diagnostics& faults,
                              const std::string& file) const {
    const YamlValue design_file = parse_yaml(design, "design.yaml", faults);
    const YamlValue tables_file = parse_yaml(table_file, "tables.yaml", faults);
    auto asked = warehouse_tables(
        design_file, tables_file, {folder_, folder_, mentioned_names(tables_file), 1}, [](double) {}, faults);
    if (!asked) return {};
    const SurveyData& data = asked->survey.prototype();
    const Tabulation tabulation = tabulate_all(data, asked->plan, {}, faults);
    if (file == "estimates.csv") return tabulation.estimates;
    for (auto& [name, table] : tabulate_rest(data, asked->plan, tabulation, 1, faults))
        if (name == file) return table;
    return {};
}

void WarehouseCase::expect_same(const std::string& more, const std::string& design, const std::string& table_file,
                                double tolerance) const {
    Diagnostics faults;
    const Table there = estimate(of_server(more) + design, table_file, faults);
    faults.throw_if_errors();
    const Table here = run_estimation(of_file(more) + design, table_file, folder_);
    ASSERT_EQ(there.rows(), here.rows());
    ASSERT_GT(here.rows(), 20U);
    for (const std::string& name : here.names()) compare(name, here.at(name), there.at(name), here, tolerance);
}

void WarehouseCase::compare(const std::string& name, const Column& here, const Column& there, const Table& table,
                            double tolerance) {
    for (std::size_t row = 0; row < here.size(); ++row) {
        const std::string what = name + " of " + table.column(1).cell(row) + " in " + table.column(2).cell(row);
        ASSERT_EQ(here.present(row), there.present(row)) << what;
        if (!here.is_number())
            ASSERT_EQ(here.cell(row), there.cell(row)) << what;
        else
            ASSERT_NEAR(there.number(row), here.number(row), tolerance * std::abs(here.number(row)) + 1e-12) << what;
    }
}

}  // namespace cifra::testing
