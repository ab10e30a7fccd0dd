#include "estimation/change.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "engine/study.h"
#include "estimation/statistics.h"
#include "estimation/table_plan.h"
#include "estimation/wave_pair.h"

namespace cifra {

namespace {

class WaveReader {
public:
    WaveReader(const YamlValue& table_file, const std::string& period, const SurveyData& data, Diagnostics& faults)
        : table_file_(table_file), period_(period), data_(data), faults_(faults) {}

    std::vector<Wave> read(const YamlValue* waves) {
        std::vector<Wave> result;
        if (waves)
            for (const auto& [name, value] : waves->entries) result.push_back(read_wave(name, value));
        const bool named = std::any_of(result.begin(), result.end(), [&](const Wave& w) { return w.name == period_; });
        if (!named) result.push_back({period_, nullptr, read_indicators(table_file_, data_, faults_), ""});
        return result;
    }

private:
    Wave read_wave(const std::string& name, const YamlValue& value) {
        Wave wave;
        wave.name = name;
        Fields fields(value, faults_, fmt::format("wave '{}'", name));
        const YamlValue* design = fields.get("design");
        const std::string folder = fields.text("folder");
        wave.break_text = fields.text("break");
        fields.finish();
        if (design)
            read_data(wave, *design, folder);
        else if (name != period_)
            faults_.error(value.where, "missing-key", fmt::format("wave '{}' needs its 'design'", name),
                          "add 'design: <file>'; only the wave of 'period' is this survey itself");
        else
            wave.indicators = read_indicators(table_file_, data_, faults_);
        return wave;
    }

    void read_data(Wave& wave, const YamlValue& design, const std::string& folder) {
        YamlValue file = design;
        if (design.is_scalar())
            file = read_yaml(resolve(std::filesystem::path(design.where.file).parent_path(), design.scalar), faults_);
        if (faults_.has_errors()) return;
        SurveyDataOptions options;
        options.directory = folder.empty() ? data_.directory : resolve(data_.directory, folder);
        options.out = data_.out;
        options.mentioned = mentioned_names(table_file_);
        options.threads = data_.threads;
        auto read = std::make_shared<SurveyData>(read_survey_data(file, options, faults_));
        if (faults_.has_errors()) return;
        wave.indicators = read_indicators(table_file_, *read, faults_);
        wave.data = std::move(read);
    }

    const YamlValue& table_file_;
    const std::string& period_;
    const SurveyData& data_;
    Diagnostics& faults_;
};

class ChangeReader {
public:
    ChangeReader(const YamlValue& value, std::shared_ptr<const std::vector<Wave>> waves, const std::string& period,
                 const SurveyData& data, Diagnostics& faults)
        : fields_(value, faults, "a change"), period_(period), data_(data), faults_(faults) {
        plan_.where = value.where;
        plan_.all = std::move(waves);
    }

    ChangePlan read() {
        plan_.id = fields_.required_text("id");
        read_waves();
        for (const std::string& id : fields_.texts("indicators")) add_indicator(id);
        if (plan_.indicators.empty())
            faults_.error(plan_.where, "missing-key", "a change needs at least one indicator",
                          "add 'indicators: [...]'");
        plan_.breakdowns.emplace_back();
        if (const YamlValue* by = fields_.get("by")) {
            if (by->is_scalar()) plan_.breakdowns.push_back({by->scalar});
            for (const YamlValue& entry : by->items)
                plan_.breakdowns.push_back(texts_of(entry, faults_, "a breakdown"));
        }
        plan_.numerator_by = fields_.texts("numerator_by");
        check_names();
        plan_.options = read_comparison_options(fields_, faults_);
        plan_.force = fields_.boolean("force", false);
        fields_.finish();
        return std::move(plan_);
    }

private:
    void read_waves() {
        const YamlValue* average = fields_.get("average");
        plan_.average = average != nullptr;
        const std::string from = fields_.text("from"), to = fields_.text("to", period_);
        if (average)
            for (const std::string& name : texts_of(*average, faults_, "'average'")) add_wave(name);
        else
            for (const std::string& name : {from, to})
                if (!name.empty()) add_wave(name);
        const bool named = average ? average->items.size() > 1 : !from.empty();
        if (!named)
            faults_.error(plan_.where, "missing-key", "a change has two waves, an average two or more",
                          "add 'from: <wave>', or 'average: [<waves>]'");
    }

    void add_wave(const std::string& name) {
        const auto found =
            std::find_if(plan_.all->begin(), plan_.all->end(), [&](const Wave& w) { return w.name == name; });
        if (found != plan_.all->end()) {
            plan_.waves.push_back(static_cast<std::size_t>(found - plan_.all->begin()));
            return;
        }
        std::vector<std::string> names;
        for (const Wave& wave : *plan_.all) names.push_back(wave.name);
        faults_.error(plan_.where, "unknown-wave", fmt::format("there is no wave '{}'", name), suggestion(name, names));
    }

    void add_indicator(const std::string& id) {
        const auto& indicators = plan_.all->back().indicators;
        if (const Indicator* found = find_indicator(indicators, id, plan_.where, faults_))
            plan_.indicators.push_back(static_cast<std::size_t>(found - indicators.data()));
    }

    void check_names() {
        if (faults_.has_errors()) return;
        for (const std::size_t w : plan_.waves) {
            const Wave& wave = (*plan_.all)[w];
            const SurveyData& data = wave.data ? *wave.data : data_;
            for (const std::size_t i : plan_.indicators) {
                for (const auto& by : plan_.breakdowns)
                    check_variables(data, wave.indicators[i].base(), by, plan_.where, faults_);
                check_variables(data, wave.indicators[i].of, plan_.numerator_by, plan_.where, faults_);
            }
        }
    }

    Fields fields_;
    const std::string& period_;
    const SurveyData& data_;
    Diagnostics& faults_;
    ChangePlan plan_;
};

// Values of one indicator and breakdown in every wave of a plan.
struct WaveEstimates {
    std::vector<const SurveyData*> data;
    std::vector<Estimate> estimates;
};

class Changer {
public:
    Changer(const SurveyData& data, double level, int threads, Diagnostics& faults)
        : data_(data), level_(level), threads_(threads), faults_(faults) {}

    std::vector<ComparisonRow> rows_of(const ChangePlan& plan) {
        refuse_break(plan);
        std::vector<ComparisonRow> rows;
        for (const std::size_t indicator : plan.indicators)
            for (const auto& by : plan.breakdowns) {
                const WaveEstimates waves = estimates_of(plan, indicator, by);
                if (faults_.has_errors()) return rows;
                for (const std::string& cell : waves.estimates.back().names)
                    rows.push_back(row_of(plan, indicator, waves, cell));
            }
        return rows;
    }

private:
    void refuse_break(const ChangePlan& plan) const {
        const auto [first, last] = std::minmax_element(plan.waves.begin(), plan.waves.end());
        for (std::size_t w = *first + 1; w <= *last && !plan.force; ++w)
            if (const Wave& wave = (*plan.all)[w]; !wave.break_text.empty())
                throw Refusal(
                    fmt::format("change '{}' goes across a break at wave '{}' ({}): the waves are not "
                                "comparable. Add 'force: true' to publish it all the same",
                                plan.id, wave.name, wave.break_text));
    }

    WaveEstimates estimates_of(const ChangePlan& plan, std::size_t indicator, const std::vector<std::string>& by) {
        WaveEstimates result;
        EstimateOptions options;
        options.full_covariance = false;
        options.threads = threads_;
        for (const std::size_t w : plan.waves) {
            const Wave& wave = (*plan.all)[w];
            const SurveyData& data = wave.data ? *wave.data : data_;
            result.data.push_back(&data);
            auto estimates =
                estimate_all(data, {{&wave.indicators[indicator], by, plan.numerator_by, true}}, options, faults_);
            result.estimates.push_back(std::move(estimates.front()));
        }
        return result;
    }

    const WavePair& pair(const SurveyData* a, const SurveyData* b) {
        auto found = pairs_.find({a, b});
        if (found == pairs_.end()) found = pairs_.emplace(std::make_pair(a, b), WavePair(*a, *b)).first;
        return found->second;
    }

    ComparisonRow row_of(const ChangePlan& plan, std::size_t indicator, const WaveEstimates& waves,
                         const std::string& cell) {
        ComparisonRow row;
        row.id = plan.id;
        row.measure = plan.average ? "average" : measure_names()[static_cast<std::size_t>(plan.options.measure)];
        row.indicator = plan.all->back().indicators[indicator].id;
        row.domain = cell;
        row.from = (*plan.all)[plan.waves.front()].name;
        row.to = (*plan.all)[plan.waves.back()].name;
        std::vector<CellOfEstimate> cells;
        for (const Estimate& estimate : waves.estimates) {
            const auto found = std::find(estimate.names.begin(), estimate.names.end(), cell);
            if (found == estimate.names.end()) {
                row.notices = "the domain is not in every wave";
                return row;
            }
            cells.push_back({&estimate, static_cast<std::size_t>(found - estimate.names.begin())});
        }
        fill(plan, waves, cells, row);
        return row;
    }

    void fill(const ChangePlan& plan, const WaveEstimates& waves, const std::vector<CellOfEstimate>& cells,
              ComparisonRow& row) {
        const Formula formula = plan.average ? average_of(cells.size()) : formula_of(plan.options.measure);
        // Measures are of (a, b) = (to, from).
        const bool turned = !plan.average;
        const DerivedEstimate derived = derived_of(formula, waves, cells, turned);
        double log_variance = missing_number;
        if (turned && plan.options.measure != Measure::difference && cells[0].value() > 0 && cells[1].value() > 0) {
            Diagnostics none;
            log_variance =
                derived_of(*Formula::parse("log(a / b)", {}, {"a", "b"}, none), waves, cells, turned).variance;
        }
        fill_row(row, plan.average ? Measure::difference : plan.options.measure, derived, log_variance, level_,
                 plan.options.power);
        if (plan.average) row.statistic = row.p = row.detectable = missing_number;
        if (plan.force) add_notice(row, "across a declared break in method");
        if (!waves.data[0]->replicates.empty()) add_notice(row, "waves with replicate weights taken as independent");
        if (thin_ > 0) add_notice(row, fmt::format("{} strata share one PSU: no covariance there", thin_));
    }

    static void add_notice(ComparisonRow& row, const std::string& notice) {
        row.notices += (row.notices.empty() ? "" : "; ") + notice;
    }

    static Formula average_of(std::size_t waves) {
        std::vector<std::string> names;
        std::string text;
        for (std::size_t w = 0; w < waves; ++w) {
            names.push_back(fmt::format("t{}", w));
            text += (w ? " + " : "(") + names.back();
        }
        Diagnostics faults;
        return *Formula::parse(text + fmt::format(") / {}", waves), {}, names, faults);
    }

    DerivedEstimate derived_of(const Formula& formula, const WaveEstimates& waves,
                               const std::vector<CellOfEstimate>& cells, bool turned) {
        std::vector<std::size_t> order(cells.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = turned ? order.size() - 1 - i : i;
        std::vector<double> values;
        DerivedEstimate result;
        bool known = true;
        for (const std::size_t i : order) {
            values.push_back(cells[i].value());
            result.n += cells[i].estimate->n[cells[i].cell];
            known = known && cells[i].variance() >= 0;
        }
        const Formula::Point point = formula.at(values);
        result.value = point.value;
        result.df = df_of(waves, cells);
        if (!known || !std::isfinite(point.value) || !(result.df > 0)) return result;
        double variance = 0;
        thin_ = 0;
        for (std::size_t i = 0; i < order.size(); ++i) {
            variance += point.gradient[i] * point.gradient[i] * cells[order[i]].variance();
            for (std::size_t j = 0; j < i; ++j)
                variance += 2 * point.gradient[i] * point.gradient[j] * cross(waves, cells, order[i], order[j]);
        }
        if (variance >= 0) result.variance = variance;
        return result;
    }

    double cross(const WaveEstimates& waves, const std::vector<CellOfEstimate>& cells, std::size_t i, std::size_t j) {
        if (!waves.data[i]->replicates.empty() || !waves.data[j]->replicates.empty()) return 0;
        const WavePair& both = pair(waves.data[i], waves.data[j]);
        thin_ += both.thin_strata();
        const auto& a = cells[i].estimate->linearized[cells[i].cell];
        const auto& b = cells[j].estimate->linearized[cells[j].cell];
        return both.covariance(a, b);
    }

    double df_of(const WaveEstimates& waves, const std::vector<CellOfEstimate>& cells) {
        if (!waves.data[0]->replicates.empty()) {
            double least = waves.data[0]->replicates.df;
            for (const SurveyData* data : waves.data) least = std::min(least, data->replicates.df);
            return least;
        }
        const auto active = [&](std::size_t i) { return cells[i].estimate->active[cells[i].cell]; };
        double df = pair(waves.data[0], waves.data[1]).union_df(active(0), active(1));
        // Of three waves and more: the largest union of two, a lower bound.
        for (std::size_t i = 0; i < cells.size(); ++i)
            for (std::size_t j = 0; j < i; ++j)
                df = std::max(df, pair(waves.data[i], waves.data[j]).union_df(active(i), active(j)));
        return df;
    }

    const SurveyData& data_;
    double level_;
    int threads_;
    Diagnostics& faults_;
    std::map<std::pair<const SurveyData*, const SurveyData*>, WavePair> pairs_;
    std::size_t thin_ = 0;
};

}  // namespace

std::vector<ChangePlan> read_changes(const YamlValue* list, const YamlValue* waves, const YamlValue& table_file,
                                     const std::string& period, const SurveyData& data, Diagnostics& faults) {
    std::vector<ChangePlan> plans;
    if (!list || faults.has_errors()) return plans;
    if (period.empty())
        faults.error(list->where, "missing-key", "changes need the 'period' of this survey", "add 'period: \"2021\"'");
    const auto all =
        std::make_shared<const std::vector<Wave>>(WaveReader(table_file, period, data, faults).read(waves));
    if (faults.has_errors()) return plans;
    for (const YamlValue& entry : list->items) plans.push_back(ChangeReader(entry, all, period, data, faults).read());
    return plans;
}

Table estimate_changes(const SurveyData& data, const std::vector<ChangePlan>& plans, double level, int threads,
                       Diagnostics& faults) {
    Changer changer(data, level, threads, faults);
    ComparisonTable table;
    for (const ChangePlan& plan : plans) table.add(changer.rows_of(plan), plan.options.adjust);
    return table.to_table(level);
}

}  // namespace cifra
