#include "estimation/weighting/frame_comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "engine/summation.h"

namespace cifra {

namespace {

// Weighted sums of one side, of deviations from a value near the mean: Σ w, Σ w y, Σ w y².
struct Moments {
    CompensatedSum size, sum, squares;

    void add(double w, double y) {
        size.add(w);
        sum.add(w * y);
        squares.add(w * y * y);
    }
    double mean() const { return sum.value() / size.value(); }
    double variance() const { return std::max(0.0, squares.value() / size.value() - mean() * mean()); }
};

struct Sides {
    Moments respondents, nonrespondents;
};

FrameComparison compared(std::string variable, std::string category, const Sides& sides, double centre) {
    const Moments &r = sides.respondents, &n = sides.nonrespondents;
    const double all = (r.sum.value() + n.sum.value()) / (r.size.value() + n.size.value());
    FrameComparison result{std::move(variable), std::move(category), centre + r.mean(), centre + n.mean(),
                           centre + all};
    result.difference = r.mean() - n.mean();
    result.bias = r.mean() - all;
    result.standardized = result.difference / std::sqrt((r.variance() + n.variance()) / 2);
    return result;
}

// visit(row) for each eligible row where the variable has a value.
template <class Visit>
void for_each_known(const Column& column, std::span<const std::uint8_t> eligible, const Visit& visit) {
    for (std::size_t row = 0; row < eligible.size(); ++row)
        if (eligible[row] && column.present(row)) visit(row);
}

}  // namespace

std::vector<FrameComparison> compare_respondents(const std::vector<Predictor>& variables,
                                                 std::span<const std::uint8_t> eligible,
                                                 std::span<const std::uint8_t> responds,
                                                 std::span<const double> weights) {
    std::vector<FrameComparison> result;
    const auto compare = [&](const Predictor& variable, const std::string& category, const auto& value_of) {
        Moments all;
        for_each_known(variable.column, eligible, [&](std::size_t row) { all.add(weights[row], value_of(row)); });
        Sides sides;
        for_each_known(variable.column, eligible, [&](std::size_t row) {
            (responds[row] ? sides.respondents : sides.nonrespondents).add(weights[row], value_of(row) - all.mean());
        });
        result.push_back(compared(variable.name, category, sides, all.mean()));
    };
    for (const Predictor& variable : variables) {
        const Column& column = variable.column;
        if (column.is_number()) {
            compare(variable, "", [&](std::size_t row) { return column.number(row); });
            continue;
        }
        std::map<std::string, std::uint32_t> categories;
        for_each_known(column, eligible, [&](std::size_t row) { categories[column.text(row)] = column.codes()[row]; });
        for (const auto& category : categories)
            compare(variable, category.first,
                    [&](std::size_t row) { return column.codes()[row] == category.second ? 1.0 : 0.0; });
    }
    return result;
}

}  // namespace cifra
