// Change from the base year, on both sides.
#include <cmath>

#include "estimation/records/comparison_cells.h"
#include "estimation/statistics.h"
#include "estimation/wave_pair.h"

namespace cifra {

namespace {

constexpr double hundred = 100;

struct YearLogs {
    double incidents = 0, reported = 0, records = 0;  // logarithms
    SparseColumn incidents_z, reported_z;
    std::vector<std::uint32_t> active;
    AdjustedCount count;
    const SurveyData* data = nullptr;
};

YearLogs logs_of(const RecordedCrimePlan& plan, const ComparedCells& cells) {
    YearLogs logs;
    logs.data = cells.data;
    double incidents = 0, reported = 0;
    for (const CellOfEstimate& cell : cells.of(SurveyTotal::incidents)) {
        incidents += cell.value();
        const auto& active = cell.estimate->active[cell.cell];
        logs.active.insert(logs.active.end(), active.begin(), active.end());
    }
    for (const CellOfEstimate& cell : cells.of(SurveyTotal::reported)) reported += cell.value();
    logs.count = adjusted(cells.counts, cells.factors, plan.draws);
    logs.incidents = std::log(incidents);
    logs.reported = std::log(reported);
    logs.records = std::log(logs.count.value);
    logs.incidents_z = log_column(cells.of(SurveyTotal::incidents));
    logs.reported_z = log_column(cells.of(SurveyTotal::reported));
    return logs;
}

// V of the logarithm of P_1 / P_0: of the draws both years share.
double records_variance(const YearLogs& base, const YearLogs& now) {
    const std::size_t draws = std::min(base.count.draws.size(), now.count.draws.size());
    AdjustedCount ratio;
    for (std::size_t k = 0; k < draws; ++k)
        ratio.draws.push_back(std::log(now.count.draws[k]) - std::log(base.count.draws[k]));
    return ratio.variance();
}

class Trend {
public:
    Trend(const RecordedCrimePlan& plan, const YearLogs& base, const YearLogs& now, ComparedFigure key)
        : plan_(plan), base_(base), now_(now), key_(std::move(key)), pair_(*base.data, *now.data) {
        df_ = pair_.union_df(base.active, now.active);
        records_variance_ = records_variance(base, now);
    }

    void add_to(std::vector<ComparedFigure>& figures) const {
        const double incidents = now_.incidents - base_.incidents, reported = now_.reported - base_.reported,
                     records = now_.records - base_.records;
        const double of_incidents = variance(1, 0);
        index("incidents_index", incidents, of_incidents, figures);
        index("reported_index", reported, variance(0, 1), figures);
        index("records_index", records, records_variance_, figures);
        change("change_incidents", incidents, of_incidents, figures);
        change("change_reporting", reported - incidents, variance(-1, 1), figures);
        change("change_recording", records - reported, variance(0, 1) + records_variance_, figures);
        change("change_records", records, records_variance_, figures);
        change("change_gap", incidents - records, of_incidents + records_variance_, figures);
        ComparedFigure& gap = figures.back();
        gap.statistic = gap.estimate / gap.se;
        gap.p = t_p_value(gap.statistic, df_);
    }

private:
    // Of a d log S + b d log R.
    double variance(double a, double b) const {
        const SparseColumn before = combine(a, base_.incidents_z, b, base_.reported_z),
                           after = combine(a, now_.incidents_z, b, now_.reported_z);
        const double own =
            variances(variance_source(*base_.data), {before})(0) + variances(variance_source(*now_.data), {after})(0);
        const bool replicated = !base_.data->replicates.empty() || !now_.data->replicates.empty();
        return replicated ? own : own - 2 * pair_.covariance(before, after);
    }

    ComparedFigure figure(const char* quantity, double log_change, double log_variance) const {
        ComparedFigure figure = key_;
        figure.quantity = quantity;
        figure.df = df_;
        figure.interval = "log";
        figure.estimate = log_change;
        figure.se = std::sqrt(log_variance);
        const double t = df_ > 0 ? t_quantile(0.5 + plan_.level / 2, df_) : missing_number;
        figure.lower = log_change - t * figure.se;
        figure.upper = log_change + t * figure.se;
        return figure;
    }

    void change(const char* quantity, double log_change, double variance, std::vector<ComparedFigure>& figures) const {
        figures.push_back(figure(quantity, log_change, variance));
        if (variance == 0) figures.back().lower = figures.back().upper = missing_number;
    }

    void index(const char* quantity, double log_change, double variance, std::vector<ComparedFigure>& figures) const {
        change(quantity, log_change, variance, figures);
        ComparedFigure& one = figures.back();
        one.estimate = hundred * std::exp(log_change);
        one.se *= one.estimate;
        one.lower = hundred * std::exp(one.lower);
        one.upper = hundred * std::exp(one.upper);
    }

    const RecordedCrimePlan& plan_;
    const YearLogs& base_;
    const YearLogs& now_;
    ComparedFigure key_;
    WavePair pair_;
    double df_ = 0, records_variance_ = 0;
};

const ComparedFigure* figure_of(const std::vector<ComparedFigure>& figures, const ComparedFigure& key,
                                const char* quantity) {
    for (const ComparedFigure& one : figures)
        if (one.crime == key.crime && one.area == key.area && one.year == key.year && one.quantity == quantity)
            return &one;
    return nullptr;
}

// Where a ratio of either year is refused, so is what is made of both.
bool may_compare(const std::vector<ComparedFigure>& figures, const ComparedFigure& key) {
    for (const char* quantity : {"recording_ratio", "capture_ratio"}) {
        const ComparedFigure* one = figure_of(figures, key, quantity);
        if (!one || one->refused) return false;
    }
    return true;
}

}  // namespace

void add_trend(const RecordedCrimePlan& plan, const ComparedCellFinder& finder, std::size_t crime,
               const std::string& area, std::vector<ComparedFigure>& figures) {
    std::size_t base = 0;
    while (plan.years[base].name != plan.base) ++base;
    ComparedFigure key;
    key.crime = finder.crime_id(crime);
    key.area = area;
    key.year = plan.base;
    if (!may_compare(figures, key)) return;
    const YearLogs before = logs_of(plan, finder.find(crime, area, base));
    for (std::size_t year = 0; year < plan.years.size(); ++year) {
        key.year = plan.years[year].name;
        if (year == base || !may_compare(figures, key)) continue;
        const YearLogs now = logs_of(plan, finder.find(crime, area, year));
        Trend(plan, before, now, key).add_to(figures);
    }
}

}  // namespace cifra
