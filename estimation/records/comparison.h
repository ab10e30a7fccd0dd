// Survey against recorded crime: how much of what people suffered is reported, and how much of that is recorded.
//
// With S incidents, R of them reported and D with a file opened, all totals of one incident file under the design, and
// P records in the survey's terms (factor_draws.h):
//
//   reporting_rate    R / S        logit interval (intervals.h)       official_dark_share  1 - D / S   logit
//   recording_ratio   P / R        log scale                          expansion_factor     S / P       log scale
//   capture_ratio     P / S        log scale, = reporting_rate * recording_ratio
//   dark_figure       S - P        S on the log scale
//
// A census of records has no sampling error, so V(log P/S) = V(S) / S² and V(log P/R) = V(R) / R² (Särndal, Swensson
// and Wretman 1992, result 5.6.1, on the log scale). Where coverage is declared as an interval its Monte Carlo is
// added: draw b is P_b / (S exp(t_b se(S) / S)), t_b of Student's t on the design's df, and the limits are quantiles of
// the draws.
//
// Trend from the base year: with d the difference of logarithms, d P = d S + d(R/S) + d(P/R) exactly; variances with
// the covariance of the PSUs both years share (wave_pair.h). Factors are those of the institution, the same in both
// years, and leave d P without error.
//
// A figure is refused (status "refused", no value) where the reliability rules call an estimate of the survey behind it
// poor, or cannot judge it. Oracle: R survey, svycontrast on the log scale (tests/oracle/records_ratio.R).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/table.h"
#include "estimation/estimate.h"
#include "estimation/estimation_input.h"
#include "estimation/records/comparison_plan.h"
#include "estimation/records/factor_draws.h"
#include "estimation/records/recorded_counts.h"
#include "estimation/survey_data.h"

namespace cifra {

// One figure of the comparison. NaN: none.
struct ComparedFigure {
    std::string crime;  // id, or "total"
    std::string area, year, quantity;
    double estimate = missing_number, se = missing_number, lower = missing_number, upper = missing_number;
    std::string interval;                                   // log, logit, ..., monte_carlo
    double statistic = missing_number, p = missing_number;  // of a difference between survey and records
    double df = missing_number, n = missing_number, n_cases = missing_number;
    std::string quality;  // label of the survey's estimate behind it
    QualityLevel level = QualityLevel::good;
    std::vector<std::string> flags;  // recording_above_1_2, recording_below_0_5, interval_includes_1, few_incidents
    bool refused = false;
    std::string notices;
};

struct RecordedCrimeComparison {
    std::vector<ComparedFigure> figures;  // by crime, area and year, in the order of the quantities above
    std::vector<std::string> areas;       // "" first
    Codebook labels;                      // of the survey's variables
    std::vector<std::filesystem::path> inputs;
    // nullptr where there is none.
    const ComparedFigure* find(const std::string& crime, const std::string& area, const std::string& year,
                               const std::string& quantity) const;
};

// The survey's side, year by year in the order of the plan.
struct ComparedSurvey {
    std::shared_ptr<const SurveyData> data;
    // By crime: S, R and D for the whole, and for each area where the plan has areas.
    std::vector<std::vector<Estimate>> whole, by_area;
};

struct SurveySideOptions {
    std::filesystem::path out;
    int threads = 0;
    std::uint64_t seed = 1;
    const TablesInMemory* tables = nullptr;  // in place of files
};

// Reads each year's data and estimates the totals of all crimes in one pass. Faults: those of the design file, of the
// expressions (with their places) and unknown-level. Throws Refusal as estimate_all.
std::vector<ComparedSurvey> survey_side(const RecordedCrimePlan& plan, const EstimationInput& estimation,
                                        const SurveySideOptions& options, Diagnostics& faults);

RecordedCrimeComparison compare_with_records(const RecordedCrimePlan& plan, const std::vector<ComparedSurvey>& survey,
                                             const RecordedCounts& counts, std::uint64_t seed);

// crime, area, year, quantity, estimate, se, lower, upper, level, interval, statistic, p, df, n, n_cases, quality,
// status (published, refused), flags, notices.
Table comparison_table(const RecordedCrimePlan& plan, const RecordedCrimeComparison& comparison);

// What is compared and what is not, with the reason: crime ("" for none), iccs, title, compared (yes, no), entry (the
// code of the plan that decides), year, records (before restrictions), reason. One row a code of the plan or of the
// records and a year.
Table comparable_subset(const RecordedCrimePlan& plan, const RecordedCounts& counts, const std::string& language,
                        Diagnostics& faults);

}  // namespace cifra
