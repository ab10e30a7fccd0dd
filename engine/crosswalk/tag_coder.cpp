#include "engine/crosswalk/tag_coder.h"

#include "engine/evaluate.h"

namespace cifra {

TagCoder::TagCoder(const RecordTag& tag, const Crosswalk& crosswalk) : field_(tag.field), states_(states_of(tag)) {
    std::vector<std::string> codes;
    for (const IccsTagCategory& category : tag.categories) codes.push_back(category.code);
    const auto state_of = [&](const std::string& code) {
        return static_cast<std::uint16_t>(std::find(codes.begin(), codes.end(), code) - codes.begin());
    };
    blank_ = states_.missing(Missing::system);
    for (const TagValue& one : tag.values) state_of_value_.emplace(one.value, state_of(one.code));
    for (const auto& [value, kind] : tag.missing) state_of_value_.emplace(value, states_.missing(kind));
    for (const RecordField& field : crosswalk.fields)
        if (field.variable.name == field_)
            for (const auto& [value, kind] : field.variable.missing)
                state_of_value_.emplace(value, states_.missing(kind));
    if (const auto blank = state_of_value_.find(""); blank != state_of_value_.end()) blank_ = blank->second;
    for (const TagCondition& one : tag.conditions) conditions_.push_back({state_of(one.code), one.holds});
    codes_ = std::make_shared<const std::vector<std::string>>(std::move(codes));
}

BlockTag TagCoder::by_values(const Column& column) const {
    BlockTag tag{{}, states_.count()};
    std::vector<std::uint16_t> state_of_code;
    for (const std::string& value : column.dictionary()) {
        const auto found = state_of_value_.find(value);
        state_of_code.push_back(found == state_of_value_.end() ? states_.undeclared() : found->second);
    }
    tag.states.reserve(column.size());
    for (std::size_t row = 0; row < column.size(); ++row) {
        const Missing kind = column.missing(row);
        tag.states.push_back(kind == Missing::none     ? state_of_code[column.codes()[row]]
                             : kind == Missing::system ? blank_
                                                       : states_.missing(kind));
    }
    return tag;
}

BlockTag TagCoder::by_conditions(const Table& declared) const {
    BlockTag tag{std::vector<std::uint16_t>(declared.rows(), states_.undeclared()), states_.count()};
    std::vector<std::uint8_t> decided(declared.rows(), 0);
    const auto lookup = [&](std::string_view name) -> const Column& { return declared.at(name); };
    for (const Condition& one : conditions_) {
        const ConditionColumn holds = one.holds ? evaluate_condition(*one.holds, declared.rows(), lookup)
                                                : ConditionColumn{std::vector<std::uint8_t>(declared.rows(), 1), {}};
        for (std::size_t row = 0; row < declared.rows(); ++row) {
            if (decided[row]) continue;
            const Missing kind = holds.missing.empty() ? Missing::none : holds.missing[row];
            if (holds.truth[row]) {
                tag.states[row] = one.state;
                decided[row] = 1;
            } else if (kind != Missing::none && tag.states[row] == states_.undeclared()) {
                tag.states[row] = states_.missing(kind);
            }
        }
    }
    return tag;
}

BlockTag TagCoder::code(const Table& block, const Table& declared) const {
    return conditions_.empty() ? by_values(block.at(field_)) : by_conditions(declared);
}

Column TagCoder::column(const BlockTag& tag) const {
    std::vector<std::uint32_t> codes(tag.states.size());
    std::vector<Missing> missing(tag.states.size(), Missing::none);
    for (std::size_t row = 0; row < codes.size(); ++row) {
        const std::size_t state = tag.states[row];
        if (state < states_.categories)
            codes[row] = static_cast<std::uint32_t>(state);
        else
            missing[row] =
                state == states_.undeclared() ? Missing::system : static_cast<Missing>(state - states_.categories + 1);
    }
    return Column::of_codes(std::move(codes), codes_, std::move(missing));
}

}  // namespace cifra
