// The two sides of one comparison: a crime, or all of them together, in an area and a year. Internal to the rooms
// `comparison*`.
#pragma once

#include <string>
#include <vector>

#include "estimation/derived.h"
#include "estimation/records/comparison.h"

namespace cifra {

enum class SurveyTotal : std::size_t { incidents, reported, with_file };

struct ComparedCells {
    const SurveyData* data = nullptr;
    // By SurveyTotal: the cells whose sum it is, one a crime. Empty: no incident in the sample.
    std::vector<CellOfEstimate> cells[3];
    std::vector<RecordedCount> counts;
    std::vector<const FactorDraws*> factors;

    const std::vector<CellOfEstimate>& of(SurveyTotal which) const { return cells[static_cast<std::size_t>(which)]; }
    double cases(SurveyTotal which) const;
    double n() const;
    double records() const;
};

class ComparedCellFinder {
public:
    ComparedCellFinder(const RecordedCrimePlan& plan, const std::vector<ComparedSurvey>& survey,
                       const RecordedCounts& counts, std::uint64_t seed);
    // `crime`: plan.crimes.size() is all of them.
    ComparedCells find(std::size_t crime, const std::string& area, std::size_t year) const;
    const std::vector<std::string>& areas() const { return areas_; }  // "" first, then those of the survey
    std::size_t crimes() const;                                       // with the total, where there is one
    std::string crime_id(std::size_t crime) const;

private:
    void add(std::size_t crime, const std::string& area, std::size_t year, ComparedCells& found) const;
    const RecordedCrimePlan& plan_;
    const std::vector<ComparedSurvey>& survey_;
    const RecordedCounts& counts_;
    std::vector<FactorDraws> factors_;
    std::vector<std::string> areas_ = {""};
};

// g of sums: `text` over the names a, b, each the sum of a list of cells. df of the union of the PSUs.
DerivedEstimate derive_from_sums(const std::string& text, const std::vector<std::vector<CellOfEstimate>>& sums,
                                 const SurveyData& data);

// The linearized totals of the logarithm of a sum.
SparseColumn log_column(const std::vector<CellOfEstimate>& sum);

// Figures of change from the base year (comparison.h) for the years after it, appended.
void add_trend(const RecordedCrimePlan& plan, const ComparedCellFinder& cells, std::size_t crime,
               const std::string& area, std::vector<ComparedFigure>& figures);

}  // namespace cifra
