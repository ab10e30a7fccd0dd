#include "estimation/inference/covariate_patterns.h"

#include <numeric>

#include "estimation/numbering.h"

namespace cifra {

namespace {

// Numbers of the values; `code` is filled.
std::uint32_t number_values(std::span<const double> values, std::vector<std::uint32_t>& code) {
    Numbering numbering;
    code.resize(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) code[i] = numbering.of(key_of(values[i]));
    return numbering.size();
}

// Crosses the patterns so far with one more variable; how many there are then.
std::uint32_t cross(std::vector<std::uint32_t>& pattern, const std::vector<std::uint32_t>& code, std::uint64_t codes) {
    Numbering numbering;
    for (std::size_t i = 0; i < pattern.size(); ++i) pattern[i] = numbering.of(pattern[i] * codes + code[i]);
    return numbering.size();
}

CovariatePatterns each_its_own(std::size_t records) {
    CovariatePatterns patterns;
    patterns.of_record.resize(records);
    std::iota(patterns.of_record.begin(), patterns.of_record.end(), 0U);
    patterns.example = patterns.of_record;
    return patterns;
}

template <class Value>
std::vector<Value> picked(const std::vector<Value>& values, std::span<const std::uint32_t> records) {
    std::vector<Value> result;
    if (values.empty()) return result;
    result.reserve(records.size());
    for (const std::uint32_t record : records) result.push_back(values[record]);
    return result;
}

}  // namespace

CovariatePatterns covariate_patterns(const ModelTerms& model, std::span<const double> offset) {
    CovariatePatterns patterns;
    patterns.of_record.assign(model.records, 0);
    std::vector<std::uint32_t> code;
    const std::size_t most = model.records / 2;
    for (const ModelVariable& variable : model.variables)
        if (variable.factor && cross(patterns.of_record, variable.code, variable.levels.size()) > most)
            return each_its_own(model.records);
    const auto cross_numbers = [&](std::span<const double> values) {
        const std::uint32_t distinct = number_values(values, code);
        return distinct <= most && cross(patterns.of_record, code, distinct) <= most;
    };
    for (const ModelVariable& variable : model.variables)
        if (!variable.factor && !cross_numbers(variable.values)) return each_its_own(model.records);
    if (!offset.empty() && !cross_numbers(offset)) return each_its_own(model.records);
    for (std::uint32_t record = 0; record < model.records; ++record)
        if (patterns.of_record[record] == patterns.example.size()) patterns.example.push_back(record);
    return patterns;
}

ModelTerms at_records(const ModelTerms& model, std::span<const std::uint32_t> records) {
    ModelTerms result{{}, model.terms, model.intercept, records.size()};
    for (const ModelVariable& variable : model.variables)
        result.variables.push_back({variable.name, variable.factor, picked(variable.values, records),
                                    picked(variable.code, records), variable.levels, variable.reference});
    return result;
}

}  // namespace cifra
