#include "sampling/strata/lavallee_hidiroglou.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

#include "sampling/strata/limits.h"

namespace cifra {

namespace {

using Cuts = std::vector<std::size_t>;  // places of the limits among the distinct values, ascending

constexpr double impossible = std::numeric_limits<double>::infinity();
constexpr double most_enumerated = 20'000;
constexpr std::size_t short_step = 3;

struct Bounded {
    double spread = 0, least = 0, most = 0, square = 0;  // N S, bounds of n, N S²
};

double n_at(const Bounded& stratum, double theta) {
    return std::clamp(theta * stratum.spread, stratum.least, stratum.most);
}

double variance_at(const std::vector<Bounded>& strata, double theta) {
    double sum = 0;
    for (const Bounded& each : strata)
        if (each.spread > 0) sum += each.spread * each.spread / n_at(each, theta) - each.square;
    return sum;
}

// θ at which the variance is `allowed`, where no stratum reaches a bound between low and high: it is A/θ + B there.
double theta_between(const std::vector<Bounded>& strata, double allowed, double low, double high) {
    double free = 0, fixed = 0;
    const double middle = (low + high) / 2;
    for (const Bounded& each : strata) {
        if (each.spread == 0) continue;
        const bool turning = middle * each.spread > each.least && middle * each.spread < each.most;
        if (turning)
            free += each.spread;
        else
            fixed += each.spread * each.spread / n_at(each, middle);
        fixed -= each.square;
    }
    return free > 0 ? std::clamp(free / (allowed - fixed), low, high) : high;
}

// Neyman's n_h = θ spread within bounds at the least θ whose variance is allowed. Writes n; its sum.
double size_bounded(const std::vector<Bounded>& strata, double allowed, std::vector<double>& n) {
    std::vector<double> turns;
    for (const Bounded& each : strata) {
        if (each.spread == 0) continue;
        turns.push_back(each.least / each.spread);
        turns.push_back(each.most / each.spread);
    }
    std::sort(turns.begin(), turns.end());
    const auto enough = std::partition_point(turns.begin(), turns.end(),
                                             [&](double theta) { return variance_at(strata, theta) > allowed; });
    double theta = 0;
    if (enough == turns.end())
        theta = turns.empty() ? 0 : turns.back();
    else
        theta = enough == turns.begin() ? *enough : theta_between(strata, allowed, *(enough - 1), *enough);
    n.clear();
    for (const Bounded& each : strata) n.push_back(n_at(each, theta));
    return std::accumulate(n.begin(), n.end(), 0.0);
}

// The distinct values with running counts and moments about the overall mean.
class Criterion {
public:
    Criterion(std::span<const double> x, const LavalleeHidiroglouPlan& plan) : plan_(plan) {
        std::vector<double> sorted(x.begin(), x.end());
        std::sort(sorted.begin(), sorted.end());
        const double total = std::accumulate(sorted.begin(), sorted.end(), 0.0);
        const double mean = total / static_cast<double>(sorted.size());
        allowed_ = plan.cv * plan.cv * total * total;
        counts_ = sums_ = squares_ = {0};
        for (const double value : sorted) {
            if (values_.empty() || value != values_.back()) {
                values_.push_back(value);
                counts_.push_back(counts_.back()), sums_.push_back(sums_.back()), squares_.push_back(squares_.back());
            }
            counts_.back() += 1;
            sums_.back() += value - mean;
            squares_.back() += (value - mean) * (value - mean);
        }
    }

    const std::vector<double>& values() const { return values_; }

    double operator()(const Cuts& cuts) {
        strata_.clear();
        for (std::size_t h = 0; h <= cuts.size(); ++h) {
            const std::size_t from = h == 0 ? 0 : cuts[h - 1], to = h == cuts.size() ? values_.size() : cuts[h];
            if (to <= from || counts_[to] - counts_[from] < static_cast<double>(plan_.minimum_units)) return impossible;
            strata_.push_back(stratum(from, to, plan_.take_all && h == cuts.size()));
        }
        return size_bounded(strata_, allowed_, n_);
    }

    const std::vector<double>& n() const { return n_; }

    std::vector<double> limits(const Cuts& cuts) const {
        std::vector<double> limits;
        for (const std::size_t cut : cuts) limits.push_back(values_[cut - 1] + (values_[cut] - values_[cut - 1]) / 2);
        return limits;
    }

private:
    Bounded stratum(std::size_t from, std::size_t to, bool whole) const {
        const double units = counts_[to] - counts_[from];
        const double sum = sums_[to] - sums_[from];
        const double about = squares_[to] - squares_[from] - sum * sum / units;
        const double variance = units > 1 ? std::max(0.0, about) / (units - 1) : 0;
        return {units * std::sqrt(variance), whole ? units : std::min(units, static_cast<double>(plan_.minimum)), units,
                units * variance};
    }

    LavalleeHidiroglouPlan plan_;
    double allowed_ = 0;
    std::vector<double> values_, counts_, sums_, squares_;
    std::vector<Bounded> strata_;
    std::vector<double> n_;
};

void check(std::span<const double> x, const LavalleeHidiroglouPlan& plan) {
    if (plan.strata < 1 || !(plan.cv > 0) || plan.minimum < 1 || plan.minimum_units < plan.minimum)
        throw std::invalid_argument("a number of strata, CV or minimum is out of range");
    if (x.empty() || !std::all_of(x.begin(), x.end(), [](double value) { return std::isfinite(value); }))
        throw std::invalid_argument("the variable of stratification is empty or has values that are not finite");
    if (std::accumulate(x.begin(), x.end(), 0.0) == 0)
        throw std::invalid_argument("a total of 0 has no coefficient of variation");
}

double combinations(std::size_t n, std::size_t k) {
    double count = 1;
    for (std::size_t i = 1; i <= k; ++i) count *= static_cast<double>(n - k + i) / static_cast<double>(i);
    return count;
}

struct Best {
    Cuts cuts;
    double n = impossible;
    void offer(const Cuts& other, double size) {
        if (size < n) cuts = other, n = size;
    }
};

// Every set of limits, in lexicographic order.
void enumerate(Criterion& criterion, std::size_t limits, Best& best) {
    const std::size_t places = criterion.values().size() - 1;  // 1 .. places
    Cuts cuts(limits);
    std::iota(cuts.begin(), cuts.end(), std::size_t{1});
    for (;;) {
        best.offer(cuts, criterion(cuts));
        std::size_t h = limits;
        while (h > 0 && cuts[h - 1] == places - limits + h) --h;
        if (h == 0) return;
        ++cuts[h - 1];
        for (; h < limits; ++h) cuts[h] = cuts[h - 1] + 1;
    }
}

// Moves a limit by `by` if that lowers n.
bool moved(Criterion& criterion, Cuts& cuts, double& n, std::size_t h, std::ptrdiff_t by) {
    const auto place = static_cast<std::ptrdiff_t>(cuts[h]) + by;
    if (place < 1 || place >= static_cast<std::ptrdiff_t>(criterion.values().size())) return false;
    const std::size_t before = cuts[h];
    cuts[h] = static_cast<std::size_t>(place);
    const double now = criterion(cuts);
    if (now < n * (1 - 1e-12)) {
        n = now;
        return true;
    }
    cuts[h] = before;
    return false;
}

void search_at_random(Criterion& criterion, Cuts& cuts, double& n, std::size_t step, Stream& stream) {
    const std::size_t patience = 100 * cuts.size();
    for (std::size_t still = 0; still < patience; ++still) {
        const auto h = static_cast<std::size_t>(stream.below(cuts.size()));
        const auto size = static_cast<std::ptrdiff_t>(1 + stream.below(step));
        if (moved(criterion, cuts, n, h, stream.bernoulli(0.5) ? size : -size)) still = 0;
    }
}

void descend(Criterion& criterion, Cuts& cuts, double& n) {
    for (bool any = true; any;) {
        any = false;
        for (std::size_t h = 0; h < cuts.size(); ++h)
            for (std::ptrdiff_t by = 1; by <= static_cast<std::ptrdiff_t>(short_step); ++by)
                any = moved(criterion, cuts, n, h, by) || moved(criterion, cuts, n, h, -by) || any;
    }
}

// Places of limits, pushed apart so that no stratum lacks distinct values.
Cuts cuts_at(const std::vector<double>& values, const std::vector<double>& limits) {
    Cuts cuts;
    for (const double limit : limits)
        cuts.push_back(
            static_cast<std::size_t>(std::lower_bound(values.begin(), values.end(), limit) - values.begin()));
    const std::size_t count = cuts.size();
    for (std::size_t h = 0; h < count; ++h) cuts[h] = std::max(cuts[h], h == 0 ? 2 : cuts[h - 1] + 2);
    for (std::size_t h = count; h-- > 0;)
        cuts[h] = std::max<std::size_t>(std::min(cuts[h], h + 1 == count ? values.size() - 2 : cuts[h + 1] - 2), h + 1);
    return cuts;
}

std::vector<Cuts> starts(std::span<const double> x, const std::vector<double>& values, std::size_t strata) {
    Cuts even;
    std::vector<double> steps;
    for (std::size_t h = 1; h < strata; ++h) {
        even.push_back(h * values.size() / strata);
        steps.push_back(values.front() +
                        (values.back() - values.front()) * static_cast<double>(h) / static_cast<double>(strata));
    }
    std::vector<Cuts> all = {even, cuts_at(values, steps)};
    if (values.front() > 0) all.push_back(cuts_at(values, geometric_strata(x, strata).limits));
    return all;
}

void search(std::span<const double> x, Criterion& criterion, std::size_t strata, Stream& stream, Best& best) {
    const std::size_t long_step = std::clamp<std::size_t>(criterion.values().size() / 10, short_step, 100);
    for (const Cuts& start : starts(x, criterion.values(), strata))
        for (const std::size_t step : {short_step, long_step, criterion.values().size() / 2}) {
            Cuts cuts = start;
            double n = criterion(cuts);
            search_at_random(criterion, cuts, n, step, stream);
            search_at_random(criterion, cuts, n, short_step, stream);
            descend(criterion, cuts, n);
            best.offer(cuts, n);
        }
}

}  // namespace

SizedStratification size_strata(std::span<const double> x, std::vector<double> limits,
                                const LavalleeHidiroglouPlan& plan) {
    check(x, plan);
    Criterion criterion(x, plan);
    Cuts cuts;
    for (const double limit : limits)
        cuts.push_back(
            static_cast<std::size_t>(std::lower_bound(criterion.values().begin(), criterion.values().end(), limit) -
                                     criterion.values().begin()));
    const double total = criterion(cuts);
    if (total == impossible) throw std::invalid_argument("a stratum holds fewer units than it must");
    return {stratify(x, std::move(limits)), criterion.n(), total, false};
}

SizedStratification lavallee_hidiroglou(std::span<const double> x, const LavalleeHidiroglouPlan& plan, Stream& stream) {
    check(x, plan);
    Criterion criterion(x, plan);
    const std::size_t limits = plan.strata - 1, distinct = criterion.values().size();
    if (distinct < plan.strata) throw std::invalid_argument("distinct values are fewer than strata");
    Best best;
    const bool exact = combinations(distinct - 1, limits) <= most_enumerated;
    if (exact)
        enumerate(criterion, limits, best);
    else
        search(x, criterion, plan.strata, stream, best);
    if (best.n == impossible) throw std::invalid_argument("no limits give every stratum the units that it must hold");
    const double total = criterion(best.cuts);
    return {stratify(x, criterion.limits(best.cuts)), criterion.n(), total, exact};
}

}  // namespace cifra
