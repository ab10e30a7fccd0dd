// A thousand bootstrap replicates of ENVIPE 2021, each raked again to the survey's own margins by state, sex and age.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <cmath>
#include <ctime>

#include "engine/csv.h"
#include "engine/diagnostics.h"
#include "engine/random.h"
#include "estimation/design.h"
#include "estimation/numbering.h"
#include "estimation/weighting/calibration_problem.h"
#include "tests/support/shared_data.h"

namespace cifra::testing {
namespace {

constexpr std::size_t replicates = 1000;

Control margin_of(const std::string& name, std::vector<std::uint32_t> category, std::span<const double> weight) {
    Control control;
    for (std::size_t k = 0; k < category.size(); ++k) {
        control.totals.resize(std::max<std::size_t>(control.totals.size(), category[k] + 1));
        control.totals[category[k]] += weight[k];
    }
    for (std::size_t j = 0; j < control.totals.size(); ++j) control.names.push_back(fmt::format("{}={}", name, j));
    control.category = std::move(category);
    return control;
}

// n - 1 of the n PSUs of each stratum with replacement: n / (n - 1) times how often (Rao and Wu 1988).
std::vector<double> factors(const SurveyDesign& design, std::uint64_t replicate) {
    const Stage& psus = design.stages.front();
    std::vector<double> result(psus.units(), 0);
    Stream chance({.seed = 2021, .purpose = Purpose::test, .stage = 0, .unit = replicate});
    for (std::size_t first = 0, last = 0; first < psus.units(); first = last) {
        while (last < psus.units() && psus.group[last] == psus.group[first]) ++last;
        const auto n = static_cast<double>(last - first);
        for (std::size_t draw = 0; draw + 1 < last - first; ++draw)
            result[first + chance.below(last - first)] += n / (n - 1);
    }
    return result;
}

TEST(CalibrationReplay, AThousandReplicatesOfEnvipe) {
    CIFRA_NEEDS_DATA("envipe2021");
    Diagnostics faults;
    CsvOptions options;
    for (const char* name : {"CVE_ENT", "SEXO", "EST_DIS", "UPM_DIS"}) options.types[name] = ColumnType::text;
    const Table persons = read_csv(shared_data("envipe2021") / "persons.csv", options, faults);
    DesignColumns columns;
    columns.strata = "EST_DIS";
    columns.psu = {"UPM_DIS"};
    const DeclaredDesign declared = declare_design(persons, columns, faults);
    faults.throw_if_errors();
    const std::span<const double> weight = persons.at("FAC_ELE").numbers();
    std::vector<std::uint32_t> age;
    for (const double years : persons.at("EDAD").numbers())
        age.push_back(years < 30 ? 0 : years < 45 ? 1 : years < 60 ? 2 : 3);
    Controls controls;
    controls.add(margin_of("state", rank_cells(persons.at("CVE_ENT")).rank, weight));
    controls.add(margin_of("sex", rank_cells(persons.at("SEXO")).rank, weight));
    controls.add(margin_of("age", std::move(age), weight));
    CalibrationOptions raking;
    raking.method = CalibrationMethod::raking;
    const CalibrationProblem problem = prepare_calibration(controls, {}, raking);
    std::vector<double> d(persons.rows());
    double solving = 0, largest = 0;
    for (std::uint64_t r = 0; r < replicates; ++r) {
        const std::vector<double> factor = factors(declared.design, r);
        for (std::size_t k = 0; k < d.size(); ++k) d[k] = weight[k] * factor[declared.unit_of_row[k]];
        const std::clock_t before = std::clock();
        const Calibrated result = calibrate(problem, d);
        solving += static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
        if (r % 50 == 0) largest = std::max(largest, control_deviations(controls, d, result.w).maxCoeff());
    }
    EXPECT_LE(largest, 1e-11);
    RecordProperty("seconds", fmt::format("{:.3f}", solving));
}

}  // namespace
}  // namespace cifra::testing
