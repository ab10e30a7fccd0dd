#include "estimation/records/comparison.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "engine/crosswalk/report_table.h"
#include "engine/iccs.h"
#include "engine/random.h"
#include "estimation/records/comparison_cells.h"

namespace cifra {

namespace {

constexpr double much_recorded = 1.2, little_recorded = 0.5, few_incidents = 50;
constexpr std::uint16_t survey_stage = 910;  // of the survey's draws, among the streams of replicates

using Sums = std::vector<std::vector<CellOfEstimate>>;

// One crime, area and year.
class CellComparer {
public:
    CellComparer(const RecordedCrimePlan& plan, const ComparedCells& cells, ComparedFigure key, std::uint64_t seed)
        : plan_(plan), cells_(cells), key_(std::move(key)), seed_(seed) {
        incidents_ = derive_from_sums("a", {cells.of(SurveyTotal::incidents)}, *cells.data);
        reported_ = derive_from_sums("a", {cells.of(SurveyTotal::reported)}, *cells.data);
        records_ = adjusted(cells.counts, cells.factors, plan.draws);
        incidents_label_ = judged("total", incidents_, SurveyTotal::incidents);
        reported_label_ = judged("total", reported_, SurveyTotal::reported);
        if (!records_.draws.empty()) draw_survey();
    }

    std::vector<ComparedFigure> figures() {
        total("incidents", incidents_, SurveyTotal::incidents, incidents_label_);
        total("reported", reported_, SurveyTotal::reported, reported_label_);
        const bool files = !plan_.file_opened.text.empty();
        if (files) {
            const DerivedEstimate opened = derive_from_sums("a", {cells_.of(SurveyTotal::with_file)}, *cells_.data);
            total("with_file", opened, SurveyTotal::with_file, judged("total", opened, SurveyTotal::with_file));
        }
        recorded();
        share("reporting_rate", "a / b", SurveyTotal::reported);
        if (files) share("official_dark_share", "1 - a / b", SurveyTotal::with_file);
        ratio("recording_ratio", reported_, reported_label_, false);
        ratio("capture_ratio", incidents_, incidents_label_, false);
        ratio("expansion_factor", incidents_, incidents_label_, true);
        dark_figure();
        return std::move(figures_);
    }

private:
    struct Label {
        std::string cell;
        QualityLevel level = QualityLevel::unknown;
        bool refuses() const { return level == QualityLevel::poor || level == QualityLevel::unknown; }
    };

    Label judged(const char* kind, const DerivedEstimate& derived, SurveyTotal which) const {
        QualityMeasures measures;
        measures.kind = kind;
        measures.estimate = derived.value;
        measures.se = std::sqrt(derived.variance);
        measures.cv = measures.se / std::abs(derived.value);
        measures.df = derived.df;
        measures.n = cells_.n();
        measures.n_cases = cells_.cases(which);
        const bool proportion = measures.kind == "proportion";
        if (proportion) {
            measures.n = cells_.cases(SurveyTotal::incidents);
            measures.n_eff = derived.value * (1 - derived.value) / derived.variance;
            measures.deff = measures.n / measures.n_eff;
        } else if (const auto& sum = cells_.of(which); sum.size() == 1) {
            measures.deff = sum.front().estimate->deff[sum.front().cell];
            measures.n_eff = measures.n / measures.deff;
        }
        const Interval limits = interval_of(derived, which, proportion);
        measures.lower = limits.lower;
        measures.upper = limits.upper;
        const Quality quality = assess(plan_.quality, measures);
        const QualityLabel* label = plan_.quality.find_label(quality.label);
        return {quality_cell(plan_.quality, quality), label ? label->level : QualityLevel::unknown};
    }

    Interval interval_of(const DerivedEstimate& derived, SurveyTotal which, bool proportion) const {
        IntervalInput input;
        input.estimate = derived.value;
        input.variance = derived.variance;
        input.df = derived.df;
        input.n = proportion ? cells_.cases(SurveyTotal::incidents) : cells_.n();
        input.cases = cells_.cases(which);
        if (proportion && key_.quantity == "official_dark_share") input.cases = input.n - input.cases;
        input.range = proportion ? ParameterRange::proportion : ParameterRange::non_negative;
        input.level = plan_.level;
        return interval(input);
    }

    ComparedFigure& add(const char* quantity, const Label& label) {
        ComparedFigure figure = key_;
        figure.quantity = quantity;
        figure.quality = label.cell;
        figure.level = label.level;
        if (cells_.cases(SurveyTotal::incidents) < few_incidents) figure.flags.emplace_back("few_incidents");
        figures_.push_back(std::move(figure));
        return figures_.back();
    }

    void total(const char* quantity, const DerivedEstimate& derived, SurveyTotal which, const Label& label) {
        ComparedFigure& figure = add(quantity, label);
        fill(figure, derived, interval_of(derived, which, false), which);
    }

    void fill(ComparedFigure& figure, const DerivedEstimate& derived, const Interval& limits, SurveyTotal which) const {
        figure.estimate = derived.value;
        figure.se = std::sqrt(derived.variance);
        figure.lower = limits.lower;
        figure.upper = limits.upper;
        figure.interval = to_text(limits.kind);
        figure.df = derived.df;
        figure.n = cells_.n();
        figure.n_cases = cells_.cases(which);
    }

    void recorded() {
        const Label none{"", QualityLevel::good};
        add("records", none).estimate = cells_.records();
        double allocated = 0;
        for (const RecordedCount& count : cells_.counts) allocated += count.allocated;
        if (allocated > 0) figures_.back().notices = fmt::format("{:.0f} records divided by shares", allocated);
        ComparedFigure& figure = add("records_adjusted", none);
        figure.estimate = records_.value;
        if (records_.draws.empty()) return;
        figure.se = std::sqrt(records_.variance());
        set_limits(figure, records_.draws);
    }

    void set_limits(ComparedFigure& figure, const std::vector<double>& draws) const {
        figure.lower = draw_quantile(draws, 0.5 - plan_.level / 2);
        figure.upper = draw_quantile(draws, 0.5 + plan_.level / 2);
        figure.interval = "monte_carlo";
    }

    void share(const char* quantity, const char* formula, SurveyTotal which) {
        const DerivedEstimate derived =
            derive_from_sums(formula, Sums{cells_.of(which), cells_.of(SurveyTotal::incidents)}, *cells_.data);
        key_.quantity = quantity;
        const Label label = judged("proportion", derived, which);
        ComparedFigure& figure = add(quantity, label);
        fill(figure, derived, interval_of(derived, which, true), which);
        if (label.refuses()) refuse(figure);
    }

    // Student's t numbers of the draws: one error of the survey for all figures of the cell.
    void draw_survey() {
        const std::string unit = fmt::format("{}|{}|{}", key_.crime, key_.area, key_.year);
        const Draw stream{seed_, Purpose::replicate, survey_stage, stable_hash(unit)};
        if (!(incidents_.df > 0)) return;
        for (std::uint32_t k = 0; k < records_.draws.size(); ++k)
            errors_.push_back(t_quantile(uniform(stream, k), incidents_.df));
    }

    // P / survey, or its inverse.
    void ratio(const char* quantity, const DerivedEstimate& survey, const Label& label, bool inverse) {
        ComparedFigure& figure = add(quantity, label);
        const double relative = std::sqrt(survey.variance) / survey.value;
        figure.estimate = inverse ? survey.value / records_.value : records_.value / survey.value;
        figure.df = survey.df;
        figure.n = cells_.n();
        figure.n_cases = cells_.cases(std::string_view(quantity) == "recording_ratio" ? SurveyTotal::reported
                                                                                      : SurveyTotal::incidents);
        const bool known = relative > 0 && survey.df > 0 && records_.value > 0;
        if (!known) {
            figure.notices = records_.value > 0 ? "no standard error of the survey" : "no records";
            return refuse(figure);
        }
        figure.se = figure.estimate * std::hypot(relative, std::sqrt(records_.variance()) / records_.value);
        if (records_.draws.empty()) {
            const double spread = std::exp(t_quantile(0.5 + plan_.level / 2, survey.df) * relative);
            figure.lower = figure.estimate / spread;
            figure.upper = figure.estimate * spread;
            figure.interval = "log";
        } else {
            std::vector<double> draws;
            for (std::size_t k = 0; k < errors_.size(); ++k) {
                const double one = records_.draws[k] / (survey.value * std::exp(errors_[k] * relative));
                draws.push_back(inverse ? 1 / one : one);
            }
            set_limits(figure, draws);
        }
        if (std::string_view(quantity) == "recording_ratio") flag(figure);
        if (label.refuses()) refuse(figure);
    }

    static void flag(ComparedFigure& figure) {
        if (figure.estimate > much_recorded) figure.flags.emplace_back("recording_above_1_2");
        if (figure.estimate < little_recorded) figure.flags.emplace_back("recording_below_0_5");
        if (figure.lower <= 1 && figure.upper >= 1) figure.flags.emplace_back("interval_includes_1");
    }

    void dark_figure() {
        ComparedFigure& figure = add("dark_figure", incidents_label_);
        figure.estimate = incidents_.value - records_.value;
        figure.se = std::sqrt(incidents_.variance + records_.variance());
        figure.df = incidents_.df;
        figure.n = cells_.n();
        figure.n_cases = cells_.cases(SurveyTotal::incidents);
        const double relative = std::sqrt(incidents_.variance) / incidents_.value;
        if (!(relative > 0 && incidents_.df > 0)) return refuse(figure);
        if (records_.draws.empty()) {
            const double spread = std::exp(t_quantile(0.5 + plan_.level / 2, incidents_.df) * relative);
            figure.lower = incidents_.value / spread - records_.value;
            figure.upper = incidents_.value * spread - records_.value;
            figure.interval = "log";
        } else {
            std::vector<double> draws;
            for (std::size_t k = 0; k < errors_.size(); ++k)
                draws.push_back(incidents_.value * std::exp(errors_[k] * relative) - records_.draws[k]);
            set_limits(figure, draws);
        }
        if (incidents_label_.refuses()) refuse(figure);
    }

    static void refuse(ComparedFigure& figure) {
        figure.estimate = figure.se = figure.lower = figure.upper = missing_number;
        figure.interval.clear();
        std::erase_if(figure.flags, [](const std::string& flag) { return flag != "few_incidents"; });
        figure.refused = true;
    }

    const RecordedCrimePlan& plan_;
    const ComparedCells& cells_;
    ComparedFigure key_;
    std::uint64_t seed_;
    DerivedEstimate incidents_, reported_;
    AdjustedCount records_;
    Label incidents_label_, reported_label_;
    std::vector<double> errors_;
    std::vector<ComparedFigure> figures_;
};

}  // namespace

const ComparedFigure* RecordedCrimeComparison::find(const std::string& crime, const std::string& area,
                                                    const std::string& year, const std::string& quantity) const {
    for (const ComparedFigure& figure : figures)
        if (figure.crime == crime && figure.area == area && figure.year == year && figure.quantity == quantity)
            return &figure;
    return nullptr;
}

RecordedCrimeComparison compare_with_records(const RecordedCrimePlan& plan, const std::vector<ComparedSurvey>& survey,
                                             const RecordedCounts& counts, std::uint64_t seed) {
    RecordedCrimeComparison comparison;
    const ComparedCellFinder finder(plan, survey, counts, seed);
    comparison.areas = finder.areas();
    comparison.labels = survey.back().data->labels;
    for (const ComparedSurvey& year : survey)
        comparison.inputs.insert(comparison.inputs.end(), year.data->inputs.begin(), year.data->inputs.end());
    for (std::size_t crime = 0; crime < finder.crimes(); ++crime)
        for (const std::string& area : finder.areas()) {
            for (std::size_t year = 0; year < plan.years.size(); ++year) {
                const ComparedCells cells = finder.find(crime, area, year);
                if (cells.of(SurveyTotal::incidents).empty()) continue;
                ComparedFigure key;
                key.crime = finder.crime_id(crime);
                key.area = area;
                key.year = plan.years[year].name;
                for (ComparedFigure& figure : CellComparer(plan, cells, key, seed).figures())
                    comparison.figures.push_back(std::move(figure));
            }
            add_trend(plan, finder, crime, area, comparison.figures);
        }
    return comparison;
}

Table comparison_table(const RecordedCrimePlan& plan, const RecordedCrimeComparison& comparison) {
    ReportTable table({"crime", "area", "year", "quantity", "interval", "quality", "status", "flags", "notices"},
                      {"estimate", "se", "lower", "upper", "level", "statistic", "p", "df", "n", "n_cases"});
    for (const ComparedFigure& figure : comparison.figures)
        table.add(
            {figure.crime, figure.area, figure.year, figure.quantity, figure.interval, figure.quality,
             figure.refused ? "refused" : "published", fmt::format("{}", fmt::join(figure.flags, "+")), figure.notices},
            {figure.estimate, figure.se, figure.lower, figure.upper, plan.level, figure.statistic, figure.p, figure.df,
             figure.n, figure.n_cases});
    return table.finish();
}

Table comparable_subset(const RecordedCrimePlan& plan, const RecordedCounts& counts, const std::string& language,
                        Diagnostics& faults) {
    std::map<std::string, std::map<std::string, double>> codes;  // records by year; the order of the classification
    for (const ComparedCrime& crime : plan.crimes)
        for (const std::string& code : crime.iccs) codes[code];
    for (const auto& [code, reason] : plan.not_compared) codes[code];
    for (const auto& [key, records] : counts.of_code) codes[key.second][key.first] += records;
    ReportTable table({"crime", "iccs", "title", "compared", "entry", "year", "reason"}, {"records"});
    std::vector<std::string> without_reason;
    for (const auto& [code, years] : codes) {
        std::string entry;
        const std::size_t crime = crime_of_code(plan, code, &entry);
        const bool compared = crime < plan.crimes.size();
        const auto reason = plan.not_compared.find(entry);
        if (!compared && reason == plan.not_compared.end()) without_reason.push_back(code);
        for (const ComparedYear& year : plan.years) {
            const auto found = years.find(year.name);
            table.add({compared ? plan.crimes[crime].id : "", code, iccs_title(*find_iccs(code), language),
                       compared ? "yes" : "no", entry, year.name,
                       compared || reason == plan.not_compared.end() ? "" : label_in(reason->second, language, "")},
                      {found == years.end() ? 0 : found->second});
        }
    }
    if (!without_reason.empty())
        faults.warning({counts.file.string(), 0, 0}, "left-out-without-reason",
                       fmt::format("records of these codes are not compared, and nothing says why: {}",
                                   fmt::join(without_reason, ", ")),
                       "name them, or a code above them, under 'not_compared' with a reason");
    return table.finish();
}

}  // namespace cifra
