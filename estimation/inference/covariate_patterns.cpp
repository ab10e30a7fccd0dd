#include "estimation/inference/covariate_patterns.h"

#include "estimation/numbering.h"

namespace cifra {

namespace {

// The numbers of keys(i) into `number`; how many there are, or more than `most` as soon as there are.
template <class KeyAt>
std::uint32_t number_keys(std::vector<std::uint32_t>& number, std::size_t most, const KeyAt& key_at) {
    Numbering numbering;
    for (std::size_t i = 0; i < number.size() && numbering.size() <= most; ++i) number[i] = numbering.of(key_at(i));
    return numbering.size();
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
    const std::size_t most = model.records / 2;
    const auto cross = [&](const std::vector<std::uint32_t>& code, std::uint64_t codes) {
        std::vector<std::uint32_t>& pattern = patterns.of_record;
        return number_keys(pattern, most, [&](std::size_t i) { return pattern[i] * codes + code[i]; }) <= most;
    };
    std::vector<std::uint32_t> code(model.records);
    const auto cross_numbers = [&](std::span<const double> values) {
        const std::uint32_t distinct = number_keys(code, most, [&](std::size_t i) { return key_of(values[i]); });
        return distinct <= most && cross(code, distinct);
    };
    for (const ModelVariable& variable : model.variables)
        if (variable.factor && !cross(variable.code, variable.levels.size())) return {};
    for (const ModelVariable& variable : model.variables)
        if (!variable.factor && !cross_numbers(variable.values)) return {};
    if (!offset.empty() && !cross_numbers(offset)) return {};
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
