#include "estimation/records/comparison_cells.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "engine/table.h"
#include "estimation/statistics.h"

namespace cifra {

namespace {

// "region=R1" is "R1".
std::string area_of(const std::string& domain) { return domain.substr(domain.find('=') + 1); }

// Numbers by value, texts by bytes, as domains are sorted.
bool comes_before(const std::string& a, const std::string& b) {
    const auto x = parse_number(a), y = parse_number(b);
    return x && y && *x != *y ? *x < *y : a < b;
}

}  // namespace

double ComparedCells::cases(SurveyTotal which) const {
    double sum = 0;
    for (const CellOfEstimate& cell : of(which)) sum += cell.estimate->cases[cell.cell];
    return sum;
}

double ComparedCells::n() const {
    double most = 0;
    for (const CellOfEstimate& cell : of(SurveyTotal::incidents)) most = std::max(most, cell.estimate->n[cell.cell]);
    return most;
}

double ComparedCells::records() const {
    double sum = 0;
    for (const RecordedCount& count : counts) sum += count.records;
    return sum;
}

ComparedCellFinder::ComparedCellFinder(const RecordedCrimePlan& plan, const std::vector<ComparedSurvey>& survey,
                                       const RecordedCounts& counts, std::uint64_t seed)
    : plan_(plan), survey_(survey), counts_(counts) {
    for (const ComparedCrime& crime : plan.crimes) factors_.emplace_back(crime, plan.draws, seed);
    std::set<std::string> areas;
    for (const ComparedSurvey& year : survey)
        for (const auto& estimates : year.by_area)
            for (const std::string& name : estimates.front().names) areas.insert(area_of(name));
    areas_.insert(areas_.end(), areas.begin(), areas.end());
    std::sort(areas_.begin() + 1, areas_.end(), comes_before);
}

std::size_t ComparedCellFinder::crimes() const { return plan_.crimes.size() + (plan_.total ? 1 : 0); }

std::string ComparedCellFinder::crime_id(std::size_t crime) const {
    return crime == plan_.crimes.size() ? "total" : plan_.crimes[crime].id;
}

void ComparedCellFinder::add(std::size_t crime, const std::string& area, std::size_t year, ComparedCells& found) const {
    const ComparedSurvey& survey = survey_[year];
    const std::vector<Estimate>& estimates = area.empty() ? survey.whole[crime] : survey.by_area[crime];
    for (std::size_t which = 0; which < 3; ++which) {
        const Estimate& estimate = estimates[which];
        for (std::size_t cell = 0; cell < estimate.size(); ++cell)
            if (area.empty() || area_of(estimate.names[cell]) == area) found.cells[which].push_back({&estimate, cell});
    }
    found.counts.push_back(counts_.at(plan_.years[year].name, area, crime));
    found.factors.push_back(&factors_[crime]);
}

ComparedCells ComparedCellFinder::find(std::size_t crime, const std::string& area, std::size_t year) const {
    ComparedCells found;
    found.data = survey_[year].data.get();
    if (crime < plan_.crimes.size()) {
        add(crime, area, year, found);
        return found;
    }
    for (std::size_t each = 0; each < plan_.crimes.size(); ++each) add(each, area, year, found);
    return found;
}

DerivedEstimate derive_from_sums(const std::string& text, const std::vector<std::vector<CellOfEstimate>>& sums,
                                 const SurveyData& data) {
    std::vector<CellOfEstimate> cells;
    std::vector<std::string> names;
    std::string formula;
    for (const char letter : text) {
        const std::size_t which = letter == 'a' || letter == 'b' ? static_cast<std::size_t>(letter - 'a') : sums.size();
        if (which >= sums.size()) {
            formula += letter;
            continue;
        }
        std::string sum;
        for (std::size_t k = 0; k < sums[which].size(); ++k)
            sum += fmt::format("{}{}_{}", k > 0 ? " + " : "", letter, k + 1);
        formula += "(" + sum + ")";
    }
    for (std::size_t which = 0; which < sums.size(); ++which)
        for (std::size_t k = 0; k < sums[which].size(); ++k) {
            cells.push_back(sums[which][k]);
            names.push_back(fmt::format("{}_{}", static_cast<char>('a' + which), k + 1));
        }
    if (cells.empty()) return {};
    Diagnostics faults;
    const auto parsed = Formula::parse(formula, {}, names, faults);
    faults.throw_if_errors();
    return derive_estimate(*parsed, cells, variance_source(data), data.replicates.df);
}

SparseColumn log_column(const std::vector<CellOfEstimate>& sum) {
    double total = 0;
    SparseColumn z;
    for (const CellOfEstimate& cell : sum) {
        total += cell.value();
        z = combine(1, z, 1, cell.estimate->linearized[cell.cell]);
    }
    return combine(1 / total, z, 0, {});
}

}  // namespace cifra
