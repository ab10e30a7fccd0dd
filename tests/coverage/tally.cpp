#include "tests/coverage/tally.h"

#include <cmath>
#include <limits>

#include "engine/parallel.h"

namespace cifra::coverage {

namespace {

constexpr std::size_t draws_of_a_shard = 100;
constexpr std::size_t overlaps = 4;

void add_estimate(double value, double variance, bool has_se, double cases, double df, EstimateTally& tally) {
    tally.draws += 1;
    tally.without_se += !has_se;
    tally.cases += cases;
    tally.df += df;
    if (!std::isfinite(value)) return;
    tally.known += 1;
    tally.error += value - tally.truth;
    tally.squares += (value - tally.truth) * (value - tally.truth);
    if (variance >= 0) tally.variance += variance;
}

void add_interval(double lower, double upper, double truth, IntervalTally& tally) {
    tally.draws += 1;
    if (!std::isfinite(lower) || !std::isfinite(upper)) return;
    tally.intervals += 1;
    tally.below += upper < truth;
    tally.above += lower > truth;
    tally.width += upper - lower;
}

IntervalInput input_of(const Cell& cell, const Method& method) {
    constexpr double few = 30;
    IntervalInput input = input_of(cell, method.kind);
    if (method.variant == Variant::as_estimated) return input;
    if (method.variant == Variant::rule && cell.cases >= few) {
        input.kind = IntervalKind::log;
        return input;
    }
    if (method.variant != Variant::person_weight && cell.df > 0) {
        const double wider = t_quantile(0.975, cell.df) / t_quantile(0.975, std::numeric_limits<double>::infinity());
        input.variance *= wider * wider;
    }
    return input;
}

void add_cell(const Cell& cell, Row& row) {
    add_estimate(cell.value, cell.variance, cell.has_se(), cell.cases, cell.df, row.estimate);
    const std::vector<Method>& methods = methods_of(row.kind);
    for (std::size_t m = 0; m < methods.size(); ++m) {
        const Interval limits = interval(input_of(cell, methods[m]));
        add_interval(limits.lower, limits.upper, row.estimate.truth, row.intervals[m]);
    }
}

void add_change(const std::array<WaveEstimates, 2>& waves, const ChangeTools& tools, bool fpc, double percent,
                ChangeRow& row) {
    const CellPlace place{row.kind, row.level, row.domain};
    const Cell &from = waves[0].at(place), &to = waves[1].at(place);
    const double df = tools.union_df(from, to);
    for (std::size_t o = 0; o < overlaps; ++o) {
        const auto overlap = static_cast<Overlap>(o);
        if (overlap == (fpc ? Overlap::stacked : Overlap::overlap_fpc)) continue;
        const Change change = change_of(waves, tools, place, df, overlap);
        add_estimate(change.difference, change.variance, std::isfinite(change.of_difference.se),
                     std::min(from.cases, to.cases), change.df, row.estimate[o]);
        add_interval(change.of_difference.lower, change.of_difference.upper, row.estimate[o].truth, row.difference[o]);
        if (overlap != Overlap::common_psus) continue;
        add_interval(change.of_percent.lower, change.of_percent.upper, percent, row.percent[o]);
    }
}

Results empty_results(const Experiment& experiment) {
    Results results;
    const auto& truth = experiment.populations()[0].truth;
    const auto& later = experiment.populations()[1].truth;
    for (std::size_t k = 0; k < kinds; ++k)
        for (std::size_t c = 0; c < levels; ++c)
            for (std::size_t d = 0; d < domains && exists(k, c); ++d) {
                Row row{k, c, d, {}, std::vector<IntervalTally>(methods_of(k).size())};
                row.estimate.truth = truth[k][c][d];
                results.rows.push_back(row);
                ChangeRow change{k,
                                 c,
                                 d,
                                 std::vector<EstimateTally>(overlaps),
                                 std::vector<IntervalTally>(overlaps),
                                 std::vector<IntervalTally>(overlaps)};
                for (EstimateTally& tally : change.estimate) tally.truth = later[k][c][d] - truth[k][c][d];
                results.changes.push_back(change);
            }
    return results;
}

void merge(EstimateTally& to, const EstimateTally& from) {
    for (double EstimateTally::*part :
         {&EstimateTally::draws, &EstimateTally::known, &EstimateTally::error, &EstimateTally::squares,
          &EstimateTally::variance, &EstimateTally::without_se, &EstimateTally::cases, &EstimateTally::df})
        to.*part += from.*part;
}

void merge(std::vector<IntervalTally>& to, const std::vector<IntervalTally>& from) {
    for (std::size_t i = 0; i < to.size(); ++i)
        for (double IntervalTally::*part : {&IntervalTally::draws, &IntervalTally::intervals, &IntervalTally::below,
                                            &IntervalTally::above, &IntervalTally::width})
            to[i].*part += from[i].*part;
}

void merge(Results& to, const Results& from) {
    for (std::size_t i = 0; i < to.rows.size(); ++i) {
        merge(to.rows[i].estimate, from.rows[i].estimate);
        merge(to.rows[i].intervals, from.rows[i].intervals);
        for (std::size_t o = 0; o < overlaps; ++o) merge(to.changes[i].estimate[o], from.changes[i].estimate[o]);
        merge(to.changes[i].difference, from.changes[i].difference);
        merge(to.changes[i].percent, from.changes[i].percent);
    }
}

Results run_shard(const Experiment& experiment, std::size_t first, std::size_t last) {
    Results results = empty_results(experiment);
    const auto& truth = experiment.populations()[0].truth;
    const auto& later = experiment.populations()[1].truth;
    for (std::size_t draw = first; draw < last; ++draw) {
        const std::array<WaveEstimates, 2> waves = experiment.draw(draw);
        const ChangeTools tools(waves);
        for (Row& row : results.rows) add_cell(waves[0].cells[row.kind][row.level][row.domain], row);
        for (ChangeRow& row : results.changes) {
            const double a = later[row.kind][row.level][row.domain], b = truth[row.kind][row.level][row.domain];
            add_change(waves, tools, experiment.scenario().fpc, 100 * (a / b - 1), row);
        }
    }
    return results;
}

}  // namespace

double EstimateTally::monte_carlo_variance() const {
    const double mean = error / known;
    return (squares - known * mean * mean) / (known - 1);
}

double EstimateTally::variance_ratio() const { return variance / known / monte_carlo_variance(); }

double IntervalTally::monte_carlo_se() const { return std::sqrt(coverage() * (1 - coverage()) / intervals); }

const std::vector<Method>& methods_of(std::size_t kind) {
    static const std::vector<Method> positive = {{"automatic", IntervalKind::automatic},
                                                 {"t", IntervalKind::t},
                                                 {"log", IntervalKind::log},
                                                 {"gamma", IntervalKind::gamma},
                                                 {"gamma_t", IntervalKind::gamma, Variant::with_df},
                                                 {"that below 30 cases, else log", IntervalKind::gamma, Variant::rule}};
    static const std::vector<Method> proportion = {{"automatic", IntervalKind::automatic},
                                                   {"t", IntervalKind::t},
                                                   {"log", IntervalKind::log},
                                                   {"logit", IntervalKind::logit},
                                                   {"wilson", IntervalKind::wilson},
                                                   {"korn_graubard", IntervalKind::korn_graubard}};
    return kind == share ? proportion : positive;
}

const std::vector<std::string>& overlap_names() {
    static const std::vector<std::string> names = {"common PSUs", "independent", "stacked", "overlap fpc"};
    return names;
}

Results run(const Experiment& experiment, std::size_t draws, int threads) {
    const std::size_t shards = (draws + draws_of_a_shard - 1) / draws_of_a_shard;
    const auto parts = map_shards<Results>(shards, threads, [&](std::size_t shard) {
        return run_shard(experiment, shard * draws_of_a_shard, std::min(draws, (shard + 1) * draws_of_a_shard));
    });
    Results results = empty_results(experiment);
    for (const Results& part : parts) merge(results, part);
    return results;
}

}  // namespace cifra::coverage
