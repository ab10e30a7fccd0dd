// The rows of estimates.csv.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/table.h"
#include "estimation/estimate.h"
#include "estimation/indicators.h"
#include "estimation/quality.h"
#include "estimation/survey_data.h"

namespace cifra {

class EstimatesTable {
public:
    struct Header {
        double level = 0.95;
        std::string period;
        const QualityRules* quality = nullptr;  // no label without an id
        bool deff_without_replacement = false;
    };
    explicit EstimatesTable(Header header) : header_(std::move(header)) {}

    // `suffix` goes behind every domain ("counting=cap5"); "" adds none.
    void add(const std::string& table, const Indicator& indicator, const SurveyData& data, const std::string& suffix,
             const Estimate& estimate);

    Table finish();

private:
    double design_effect(const Estimate& estimate, std::size_t cell) const;
    std::string quality_of(const Indicator& indicator, const Estimate& estimate, std::size_t cell,
                           const Interval& limits) const;
    void text(const char* name, std::string value) { texts_[name].push_back(std::move(value)); }
    void number(const char* name, double value);

    Header header_;
    std::map<std::string, std::vector<std::string>> texts_;
    std::map<std::string, std::vector<double>> numbers_;
};

std::string with_suffix(const std::string& domain, const std::string& suffix);

}  // namespace cifra
