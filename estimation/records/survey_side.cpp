// The survey's side of the comparison: totals of incidents, reported incidents and files opened.
#include <fmt/format.h>

#include "estimation/records/comparison.h"
#include "estimation/statistics.h"

namespace cifra {

namespace {

std::vector<const PlacedCondition*> conditions_of(const RecordedCrimePlan& plan, const ComparedCrime& crime) {
    std::vector<const PlacedCondition*> list = {&crime.incidents};
    for (const auto* restrictions : {&plan.survey, &crime.survey})
        for (const StatedRestriction& one : *restrictions) list.push_back(&one.condition);
    std::erase_if(list, [](const PlacedCondition* condition) { return condition->text.empty(); });
    return list;
}

std::vector<std::string> mentioned_by(const RecordedCrimePlan& plan) {
    std::vector<std::string> names;
    const auto add = [&](const std::string& text) {
        for (std::string& name : names_in(text)) names.push_back(std::move(name));
    };
    for (const ComparedCrime& crime : plan.crimes)
        for (const PlacedCondition* condition : conditions_of(plan, crime)) add(condition->text);
    add(plan.reported.text);
    add(plan.file_opened.text);
    if (!plan.by.empty()) names.push_back(plan.by);
    return names;
}

class SurveyReader {
public:
    SurveyReader(const RecordedCrimePlan& plan, const EstimationInput& estimation, const SurveySideOptions& options,
                 Diagnostics& faults)
        : plan_(plan), estimation_(estimation), options_(options), faults_(faults) {}

    ComparedSurvey read(const ComparedYear& year) {
        const bool own = year.design.is_null();
        SurveyDataOptions reading{own ? estimation_.directory : year.directory, options_.out, mentioned_by(plan_),
                                  options_.threads, options_.seed};
        if (own) {
            reading.weighting = estimation_.weighting.value;
            reading.weighting_directory = estimation_.weighting.directory;
        }
        reading.tables = options_.tables;
        ComparedSurvey survey;
        survey.data = std::make_shared<const SurveyData>(
            read_survey_data(own ? estimation_.design : year.design, reading, faults_));
        if (!faults_.has_errors()) estimate(survey);
        return survey;
    }

private:
    void estimate(ComparedSurvey& survey) {
        std::vector<Indicator> indicators;
        for (const ComparedCrime& crime : plan_.crimes)
            for (const std::string& which : {std::string(), plan_.reported.text, plan_.file_opened.text}) {
                indicators.push_back(total_of(*survey.data, crime, which));
                if (faults_.has_errors()) return;
            }
        std::vector<EstimateRequest> requests;
        for (const Indicator& indicator : indicators) requests.push_back({&indicator, {}, {}, true});
        if (!plan_.by.empty())
            for (const Indicator& indicator : indicators) requests.push_back({&indicator, {plan_.by}, {}, true});
        EstimateOptions how;
        how.full_covariance = false;
        how.threads = options_.threads;
        std::vector<Estimate> all = estimate_all(*survey.data, requests, how, faults_);
        for (std::size_t k = 0; k < all.size(); ++k) {
            auto& side = k < indicators.size() ? survey.whole : survey.by_area;
            const std::size_t crime = k % indicators.size() / 3;
            side.resize(crime + 1);
            side[crime].push_back(std::move(all[k]));
        }
    }

    // Each condition by itself first, so that its fault has its place.
    void check(const PlacedCondition& condition, const Schema& schema) {
        if (!condition.text.empty()) parse_expression(condition.text, condition.where, schema, faults_, Type::truth);
    }

    // `which` is null-safe: an incident whose item is missing was not reported, and has no file.
    Indicator total_of(const SurveyData& data, const ComparedCrime& crime, const std::string& which) {
        Indicator indicator;
        indicator.id = crime.id;
        indicator.of = data.hierarchy.find(crime.of);
        if (indicator.of == no_level) {
            faults_.error(crime.where, "unknown-level", fmt::format("the design has no level '{}'", crime.of),
                          suggestion(crime.of, data.hierarchy.names()));
            return indicator;
        }
        const Schema schema = data.hierarchy.schema(indicator.of);
        if (which.empty()) {
            for (const PlacedCondition* condition : conditions_of(plan_, crime)) check(*condition, schema);
            check(plan_.reported, schema);
            check(plan_.file_opened, schema);
            if (!plan_.by.empty()) check_variables(data, indicator.of, {plan_.by}, plan_.by_where, faults_);
        }
        if (faults_.has_errors()) return indicator;
        std::string text = which.empty() ? "true" : fmt::format("({}) is true", which);
        for (const PlacedCondition* condition : conditions_of(plan_, crime))
            text += fmt::format(" and ({})", condition->text);
        indicator.where = parse_expression(text, crime.where, schema, faults_, Type::truth);
        return indicator;
    }

    const RecordedCrimePlan& plan_;
    const EstimationInput& estimation_;
    const SurveySideOptions& options_;
    Diagnostics& faults_;
};

}  // namespace

std::vector<ComparedSurvey> survey_side(const RecordedCrimePlan& plan, const EstimationInput& estimation,
                                        const SurveySideOptions& options, Diagnostics& faults) {
    std::vector<ComparedSurvey> years;
    SurveyReader reader(plan, estimation, options, faults);
    for (const ComparedYear& year : plan.years) {
        years.push_back(reader.read(year));
        if (faults.has_errors()) return years;
    }
    return years;
}

}  // namespace cifra
