#include "tests/benchmark/kernels/survey.h"

#include <cstdlib>

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>

#include "engine/csv.h"
#include "tests/benchmark/persons.h"

namespace cifra::benchmark {

namespace {

class TemporarySurvey {
public:
    TemporarySurvey() {
        std::string pattern = (std::filesystem::temp_directory_path() / "cifra-kernels-XXXXXX").string();
        if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder");
        file_ = std::filesystem::path(pattern) / "persons.csv";
        const std::unique_ptr<std::FILE, int (*)(std::FILE*)> to(std::fopen(file_.c_str(), "wb"), std::fclose);
        if (!to || !write_persons(survey_rows, to.get())) throw std::runtime_error("the survey cannot be written");
    }
    ~TemporarySurvey() {
        std::error_code ignored;
        std::filesystem::remove_all(file_.parent_path(), ignored);
    }
    TemporarySurvey(const TemporarySurvey&) = delete;
    TemporarySurvey& operator=(const TemporarySurvey&) = delete;
    const std::filesystem::path& file() const { return file_; }

private:
    std::filesystem::path file_;
};

}  // namespace

const std::filesystem::path& survey_file() {
    static const TemporarySurvey survey;
    return survey.file();
}

const Table& survey_table() {
    static const Table table = [] {
        Diagnostics faults;
        CsvOptions options;
        options.types = {{"stratum", ColumnType::text}, {"psu", ColumnType::text}};
        Table read = read_csv(survey_file(), options, faults);
        faults.throw_if_errors();
        return read;
    }();
    return table;
}

const DeclaredDesign& survey_design() {
    static const DeclaredDesign declared = [] {
        Diagnostics faults;
        DesignColumns columns;
        columns.strata = "stratum";
        columns.psu = {"psu"};
        DeclaredDesign made = declare_design(survey_table(), columns, faults);
        faults.throw_if_errors();
        return made;
    }();
    return declared;
}

Task read_task(const std::string& name) {
    const std::filesystem::path tasks = std::filesystem::path(CIFRA_SOURCE_DIR) / "tests/benchmark/tasks";
    Diagnostics faults;
    const YamlValue design = read_yaml(tasks / "design.yaml", faults),
                    tables = read_yaml(tasks / (name + ".yaml"), faults);
    faults.throw_if_errors();
    SurveyData data =
        read_survey_data(design, {survey_file().parent_path(), {}, mentioned_names(tables), 1, 1}, faults);
    faults.throw_if_errors();
    TabulationPlan plan = read_tabulation_plan(tables, data, faults);
    faults.throw_if_errors();
    return {std::move(data), std::move(plan)};
}

}  // namespace cifra::benchmark
