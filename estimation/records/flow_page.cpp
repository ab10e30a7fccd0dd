#include "estimation/records/flow_page.h"

#include <fmt/format.h>

#include <cmath>

#include "engine/iccs.h"
#include "engine/numbers.h"
#include "estimation/records/flow_chart.h"
#include "estimation/records/flow_words.h"
#include "estimation/records/records_markup.h"

namespace cifra {

namespace {

class FlowWriter {
public:
    FlowWriter(const FlowReport& report, const std::string& language)
        : report_(report), language_(language), words_(flow_words(language)), style_(number_style(language)) {}

    std::vector<MarkupSection> sections() {
        for (std::size_t k = 0; k < report_.funnels.size(); ++k) cross_section(k);
        for (std::size_t k = 0; k < report_.cohorts.size(); ++k) cohort(k);
        if (report_.caseload.rows() > 0) caseload();
        if (report_.sdg.rows() > 0) sdg();
        if (!report_.blocks.empty()) uncts();
        methods();
        return std::move(sections_);
    }

private:
    std::string count(double value) const { return count_text(value, language_); }
    std::string share(double value) const { return per_cent_text(value, language_); }
    std::string number(double value, int decimals) const {
        return std::isnan(value) ? "" : format_number(value, decimals, style_);
    }
    std::string between(const std::string& lower, const std::string& upper) const {
        return lower.empty() || upper.empty() || lower == upper ? "" : lower + "\u2009–\u2009" + upper;
    }
    std::string rate(const FlowRate& one) const {
        const std::string limits = between(share(one.lower), share(one.upper));
        return share(one.value) + (limits.empty() ? "" : " (" + limits + ")");
    }

    std::string titled(std::string view, const FlowCrime& crime) const {
        const std::string title = label_in(crime.title, language_, crime.id == "all" ? "" : crime.id);
        return title.empty() ? view : title + ". " + view;
    }

    std::string figure(const std::string& chart) const {
        return chart.empty() ? "" : "<div class=\"charts\">\n<figure class=\"wide\">\n" + chart + "</figure>\n</div>\n";
    }

    std::string source(FlowSource kind) const {
        return kind == FlowSource::survey ? words_.survey : kind == FlowSource::counts ? words_.counts : words_.events;
    }

    void cross_section(std::size_t k) {
        const Funnel& funnel = report_.funnels[k];
        const std::string title =
            titled(fmt::format(fmt::runtime(words_.cross_section), report_.plan.year), funnel.crime);
        MarkupTable table{title,
                          {words_.stage, words_.institution, words_.unit, words_.source, words_.count, words_.interval,
                           words_.transition, words_.cumulative},
                          {},
                          4,
                          true};
        for (const FunnelStage& stage : funnel.stages)
            table.rows.push_back({stage_title(stage.plan, language_), label_in(stage.plan.institution, language_, ""),
                                  flow_unit_title(stage.plan.unit, language_), source(stage.plan.source),
                                  count(stage.count.value), between(count(stage.count.lower), count(stage.count.upper)),
                                  rate(stage.transition), rate(stage.cumulative)});
        const std::string id = fmt::format("funnel{}", k + 1);
        sections_.push_back({id, title, words_.cross_lead,
                             figure(funnel_chart(funnel, id + "-chart", title, language_)) + table_markup(table) +
                                 whereabouts(funnel) + impunity(funnel)});
    }

    std::string whereabouts(const Funnel& funnel) const {
        MarkupTable table{
            words_.whereabouts, {words_.stage, words_.count, words_.went_on, words_.ended, words_.pending}, {}, 1};
        for (const FunnelStage& stage : funnel.stages)
            if (!std::isnan(stage.whereabouts.went_on))
                table.rows.push_back({stage_title(stage.plan, language_), count(stage.count.value),
                                      count(stage.whereabouts.went_on), count(stage.whereabouts.ended),
                                      count(stage.whereabouts.pending)});
        return table.rows.empty() ? "" : table_markup(table);
    }

    std::string impunity(const Funnel& funnel) const {
        if (funnel.impunity.empty()) return "";
        MarkupTable table{fmt::format("{}. {}", words_.impunity, words_.impunity_note),
                          {words_.measure, words_.value, words_.interval},
                          {},
                          1};
        for (const Impunity& one : funnel.impunity) {
            const std::string of = flow_stage_title(one.of, language_);
            table.rows.push_back(
                {fmt::format("{}: 1 − N{} / N{}", of, static_cast<int>(FlowStage::convicted), static_cast<int>(one.of)),
                 share(one.rate.value), between(share(one.rate.lower), share(one.rate.upper))});
        }
        return table_markup(table);
    }

    void cohort(std::size_t k) {
        const Cohort& cohort = report_.cohorts[k];
        const EventsPlan& plan = *report_.plan.events;
        const std::string title = titled(
            fmt::format(fmt::runtime(words_.cohort), to_text(plan.entry.start), to_text(plan.entry.end)), cohort.crime);
        MarkupTable table{title,
                          {words_.stage, words_.entered, words_.went_on, words_.ended, words_.pending,
                           words_.transition, words_.cumulative},
                          {},
                          1,
                          true};
        for (std::size_t s = 0; s < cohort.stages.size(); ++s) table.rows.push_back(cohort_row(cohort, s));
        const std::string id = fmt::format("cohort{}", k + 1);
        sections_.push_back(
            {id, title,
             fmt::format(fmt::runtime(words_.cohort_lead), flow_stage_title(plan.from, language_), to_text(plan.until)),
             table_markup(table) + figure(cohort_chart(cohort, id + "-chart", title, language_)) + times(cohort)});
    }

    std::vector<std::string> cohort_row(const Cohort& cohort, std::size_t s) const {
        const CohortStage& stage = cohort.stages[s];
        const auto entered = static_cast<double>(stage.entered);
        const double before = s > 0 ? static_cast<double>(cohort.stages[s - 1].entered) : std::nan("");
        return {flow_stage_title(stage.stage, language_),
                count(entered),
                count(static_cast<double>(stage.went_on)),
                count(static_cast<double>(stage.ended)),
                count(static_cast<double>(stage.pending)),
                before > 0 ? share(entered / before) : "",
                cohort.events > 0 ? share(entered / static_cast<double>(cohort.events)) : ""};
    }

    std::string times(const Cohort& cohort) const {
        const std::string note = fmt::format(fmt::runtime(words_.times_note), number(100 * report_.plan.level, 0));
        MarkupTable table{
            words_.times,
            {words_.stage, words_.endings, words_.reached, words_.quarter, words_.median, words_.three_quarters},
            {},
            2};
        for (const StageTimes& one : cohort.times)
            for (const bool kept : {false, true}) {
                const std::vector<SurvivalPoint>& curve = kept ? one.kept : one.censored;
                double reached = 0;
                for (const SurvivalPoint& point : curve) reached += point.reached;
                std::vector<std::string> row = {flow_stage_title(one.stage, language_),
                                                kept ? words_.kept : words_.censored, count(reached)};
                for (const double p : {0.25, 0.5, 0.75}) row.push_back(days(time_quantile(curve, p)));
                table.rows.push_back(row);
            }
        return table_markup(table) + "<div class=\"notes\">" + paragraph_markup(note) + "</div>\n";
    }

    std::string days(const TimeQuantile& quantile) const {
        if (std::isnan(quantile.value)) return "";
        const auto limit = [&](double value) { return std::isnan(value) ? std::string("…") : count(value); };
        return fmt::format("{} ({}\u2009–\u2009{})", count(quantile.value), limit(quantile.lower),
                           limit(quantile.upper));
    }

    void caseload() {
        MarkupTable table{
            words_.caseload,
            {words_.institution, words_.year, words_.pending_start, words_.incoming, words_.resolved,
             words_.pending_end, words_.clearance, words_.pending_ratio, words_.congestion, words_.duration},
            {},
            1};
        const Table& source = report_.caseload;
        const auto at = [&](const char* name, std::size_t row) {
            return source.at(name).present(row) ? source.at(name).number(row) : std::nan("");
        };
        for (std::size_t row = 0; row < source.rows(); ++row) {
            std::vector<std::string> cells = {source.at("institution").text(row),
                                              fmt::format("{:.0f}", at("year", row))};
            for (const char* name : {"pending_start", "incoming", "resolved", "pending_end"})
                cells.push_back(count(at(name, row)));
            cells.push_back(share(at("clearance", row)));
            for (const char* name : {"pending_ratio", "congestion"}) cells.push_back(number(at(name, row), 2));
            cells.push_back(count(at("duration_days", row)));
            table.rows.push_back(cells);
        }
        sections_.push_back({"caseload", words_.caseload, words_.caseload_note, table_markup(table)});
    }

    std::string category(const std::string& code) const {
        return code.empty()       ? words_.all
               : code == "female" ? words_.female
               : code == "male"   ? words_.male
               : code == "minor"  ? words_.minor
               : code == "adult"  ? words_.adult
                                  : code;
    }

    std::string block(const std::string& name) const {
        return name == "offences"     ? words_.offences
               : name == "suspected"  ? words_.suspected
               : name == "prosecuted" ? words_.prosecuted
               : name == "convicted"  ? words_.convicted
                                      : words_.prisoners;
    }

    std::string offence(const std::string& code) const {
        const IccsCode* known = find_iccs(code);
        return known ? code + " " + iccs_title(*known, language_) : "";
    }

    void sdg() {
        MarkupTable table{words_.sdg,
                          {words_.goal, words_.series, words_.offence, words_.sex, words_.value, words_.interval,
                           words_.numerator, words_.denominator},
                          {},
                          4,
                          true};
        const Table& source = report_.sdg;
        const auto at = [&](const char* name, std::size_t row) {
            return source.at(name).present(row) ? source.at(name).number(row) : std::nan("");
        };
        for (std::size_t row = 0; row < source.rows(); ++row)
            table.rows.push_back({source.at("goal").text(row), source.at("series").text(row),
                                  offence(source.at("iccs").text(row)), category(source.at("sex").text(row)),
                                  number(at("value", row), 1),
                                  between(number(at("lower", row), 1), number(at("upper", row), 1)),
                                  count(at("numerator", row)), count(at("denominator", row))});
        sections_.push_back({"sdg", words_.sdg, "", table_markup(table)});
    }

    // Down to the divisions: the file has every code.
    void uncts() {
        constexpr std::size_t division = 4;
        MarkupTable table{words_.uncts, {words_.block, words_.offence, words_.count}, {}, 2, true};
        std::vector<std::string> categories = {"female", "male", "minor", "adult"};
        for (const std::string& one : categories) table.head.push_back(category(one));
        const Table source = uncts_table(report_.blocks, language_);
        for (std::size_t row = 0; row < source.rows(); ++row) {
            const std::string code = source.at("iccs").text(row), kind = source.at("category").text(row);
            if (code.size() > division) continue;
            const std::string cell = count(source.at("count").number(row));
            if (source.at("breakdown").text(row) == "total") {
                table.rows.push_back(
                    {block(source.at("block").text(row)), code.empty() ? words_.all : offence(code), cell});
                table.rows.back().resize(table.head.size());
            }
            for (std::size_t k = 0; k < categories.size(); ++k)
                if (kind == categories[k]) table.rows.back()[3 + k] = cell;
        }
        sections_.push_back({"uncts", words_.uncts, words_.uncts_note, table_markup(table)});
    }

    void methods() {
        std::string content = paragraph_markup(words_.method_text);
        MarkupTable table{
            words_.factors, {words_.from, words_.to, words_.source, words_.factor, words_.interval}, {}, 3};
        for (const UnitFactor& factor : report_.plan.factors)
            table.rows.push_back({flow_unit_title(factor.from, language_), flow_unit_title(factor.to, language_),
                                  factor.source, number(factor.value, 2),
                                  between(number(factor.low, 2), number(factor.high, 2))});
        if (!table.rows.empty()) content += table_markup(table);
        sections_.push_back({"methods", words_.methods, "", content});
    }

    const FlowReport& report_;
    const std::string& language_;
    const FlowWords& words_;
    NumberStyle style_;
    std::vector<MarkupSection> sections_;
};

}  // namespace

std::string flow_page(const FlowReport& report, const std::vector<std::string>& languages, std::size_t language) {
    const std::string& name = languages[language];
    const FlowWords& words = flow_words(name);
    MarkupPage page{name,
                    label_in(report.plan.title, name, words.title),
                    words.lead,
                    label_in(report.plan.note, name, ""),
                    words.about_title,
                    words.about,
                    FlowWriter(report, name).sections(),
                    {}};
    for (std::size_t k = 0; k < languages.size(); ++k)
        if (k != language) page.siblings.emplace_back(languages[k], page_file("flow", languages, k));
    return page_markup(page);
}

}  // namespace cifra
