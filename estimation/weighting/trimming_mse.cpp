#include "estimation/weighting/trimming_mse.h"

#include <cmath>
#include <map>
#include <utility>

#include "engine/diagnostics.h"
#include "engine/summation.h"

namespace cifra {

namespace {

// PSUs numbered within strata.
struct Psus {
    std::vector<std::uint32_t> of_row, stratum_of;
    std::size_t strata = 0;
};

Psus number_psus(const MseVariables& variables, std::size_t rows) {
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> numbers;
    std::map<std::uint32_t, std::uint32_t> strata;
    Psus psus;
    for (std::size_t k = 0; k < rows; ++k) {
        const std::uint32_t stratum = variables.stratum.empty() ? 0 : variables.stratum[k];
        const auto code = variables.psu.empty() ? static_cast<std::uint32_t>(k) : variables.psu[k];
        const auto [found, added] = numbers.try_emplace({stratum, code}, static_cast<std::uint32_t>(numbers.size()));
        if (added)
            psus.stratum_of.push_back(
                strata.try_emplace(stratum, static_cast<std::uint32_t>(strata.size())).first->second);
        psus.of_row.push_back(found->second);
    }
    psus.strata = strata.size();
    return psus;
}

struct LinearizedMean {
    double value = 0;
    std::vector<double> z;  // by PSU
};

LinearizedMean linearize(std::span<const double> w, const std::vector<double>& y, const Psus& psus) {
    CompensatedSum total, size;
    for (std::size_t k = 0; k < w.size(); ++k)
        if (w[k] > 0 && !std::isnan(y[k])) total.add(w[k] * y[k]), size.add(w[k]);
    LinearizedMean mean{total.value() / size.value(), {}};
    std::vector<CompensatedSum> sums(psus.stratum_of.size());
    for (std::size_t k = 0; k < w.size(); ++k)
        if (w[k] > 0 && !std::isnan(y[k])) sums[psus.of_row[k]].add(w[k] * (y[k] - mean.value) / size.value());
    for (const CompensatedSum& sum : sums) mean.z.push_back(sum.value());
    return mean;
}

double variance_of_sum(const std::vector<double>& z, const Psus& psus) {
    std::vector<CompensatedSum> sums(psus.strata), squares(psus.strata);
    std::vector<double> count(psus.strata);
    for (std::size_t i = 0; i < z.size(); ++i) sums[psus.stratum_of[i]].add(z[i]), ++count[psus.stratum_of[i]];
    for (std::size_t i = 0; i < z.size(); ++i) {
        const std::uint32_t h = psus.stratum_of[i];
        const double deviation = z[i] - sums[h].value() / count[h];
        squares[h].add(deviation * deviation);
    }
    CompensatedSum variance;
    for (std::size_t h = 0; h < count.size(); ++h)
        if (count[h] > 1) variance.add(count[h] / (count[h] - 1) * squares[h].value());
    return variance.value();
}

TrimmedEstimate compare(const LinearizedMean& after, const LinearizedMean& before, const Psus& psus) {
    std::vector<double> difference(after.z.size());
    for (std::size_t i = 0; i < difference.size(); ++i) difference[i] = after.z[i] - before.z[i];
    TrimmedEstimate result{after.value, after.value - before.value, variance_of_sum(after.z, psus), 0};
    result.mse = result.change * result.change - variance_of_sum(difference, psus) + result.variance;
    return result;
}

bool better(const TrimmingCandidate& a, const TrimmingCandidate& b) {
    return a.relative_mse < b.relative_mse || (a.relative_mse == b.relative_mse && a.trimmed < b.trimmed);
}

}  // namespace

MseTrimming trim_by_mse(std::span<const double> w, const AdjustmentCells& cells, const TrimmingRule& rule,
                        std::span<const double> uppers, const MseVariables& variables) {
    const Psus psus = number_psus(variables, w.size());
    std::vector<LinearizedMean> start;
    for (const std::vector<double>& y : variables.y) start.push_back(linearize(w, y, psus));
    MseTrimming result;
    const auto try_weights = [&](double upper, Trimmed trimmed) {
        TrimmingCandidate candidate{upper, trimmed.trimmed, 0, {}};
        for (std::size_t j = 0; j < start.size(); ++j) {
            candidate.estimates.push_back(compare(linearize(trimmed.weights, variables.y[j], psus), start[j], psus));
            const double variance = variance_of_sum(start[j].z, psus);
            if (!(variance > 0)) throw Refusal("trimming: an estimate has no variance under the untrimmed weights");
            candidate.relative_mse += candidate.estimates[j].mse / variance / static_cast<double>(start.size());
        }
        result.candidates.push_back(std::move(candidate));
        if (result.candidates.size() > 1 && !better(result.candidates.back(), result.candidates[result.best])) return;
        result.best = result.candidates.size() - 1;
        result.trimmed = std::move(trimmed);
    };
    try_weights(std::numeric_limits<double>::infinity(), {std::vector<double>(w.begin(), w.end())});
    for (const double upper : uppers) {
        TrimmingRule candidate = rule;
        candidate.upper = upper;
        try_weights(upper, trim_within_cells(w, cells, weight_limits(w, cells, candidate)));
    }
    return result;
}

}  // namespace cifra
