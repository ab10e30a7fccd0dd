#include "engine/evaluate_lane.h"

#include <limits>
#include <stdexcept>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace cifra {

namespace {

void own(Lane& lane, std::vector<Missing> kinds, std::size_t stride) {
    lane.stride = stride;
    lane.own_kinds = std::move(kinds);
    lane.kinds = lane.own_kinds;
}

std::vector<Missing> kinds_of(const Column& column) {
    if (!column.any_missing()) return {};
    std::vector<Missing> kinds(column.size());
    for (std::size_t row = 0; row < kinds.size(); ++row) kinds[row] = column.missing(row);
    return kinds;
}

template <class T>
std::vector<T> spread(std::vector<T> values, std::size_t stride, std::size_t rows) {
    return stride == 1 || values.empty() ? std::move(values) : std::vector<T>(rows, values.front());
}

// Codes and words of a lane whose words may repeat or be unused, as a dictionary in order of first appearance.
class Compaction {
public:
    explicit Compaction(std::span<const std::string> words) : words_(words), renumbered_(words.size(), unset) {}

    std::uint32_t code(std::uint32_t old) {
        if (renumbered_[old] == unset) renumbered_[old] = entry(words_[old]);
        return renumbered_[old];
    }
    std::vector<std::string> dictionary() { return std::move(dictionary_); }

private:
    static constexpr std::uint32_t unset = std::numeric_limits<std::uint32_t>::max();

    std::uint32_t entry(const std::string& word) {
        const auto [found, is_new] = index_.try_emplace(word, static_cast<std::uint32_t>(dictionary_.size()));
        if (is_new) dictionary_.push_back(word);
        return found->second;
    }

    std::span<const std::string> words_;
    std::vector<std::uint32_t> renumbered_;
    std::unordered_map<std::string_view, std::uint32_t> index_;
    std::vector<std::string> dictionary_;
};

Column text_column(const Lane& lane, std::size_t rows) {
    Compaction compaction(lane.words);
    std::vector<std::uint32_t> codes(rows);
    std::vector<Missing> kinds(lane.kinds.empty() ? 0 : rows);
    for (std::size_t row = 0; row < rows; ++row) {
        if (!kinds.empty()) kinds[row] = lane.kind(row);
        if (lane.present(row)) codes[row] = compaction.code(lane.code(row));
    }
    return Column::of_codes(std::move(codes), compaction.dictionary(), std::move(kinds));
}

}  // namespace

Lane number_lane(std::vector<double> numbers, std::vector<Missing> kinds, std::size_t stride) {
    Lane lane;
    lane.type = Type::number;
    lane.own_numbers = std::move(numbers);
    lane.numbers = lane.own_numbers;
    own(lane, std::move(kinds), stride);
    return lane;
}

Lane truth_lane(std::vector<std::uint8_t> truths, std::vector<Missing> kinds, std::size_t stride) {
    Lane lane;
    lane.type = Type::truth;
    lane.own_truths = std::move(truths);
    lane.truths = lane.own_truths;
    own(lane, std::move(kinds), stride);
    return lane;
}

Lane text_lane(std::vector<std::uint32_t> codes, std::vector<std::string> words, std::vector<Missing> kinds,
               std::size_t stride) {
    Lane lane;
    lane.type = Type::text;
    lane.own_codes = std::move(codes);
    lane.own_words = std::move(words);
    lane.codes = lane.own_codes;
    lane.words = lane.own_words;
    own(lane, std::move(kinds), stride);
    return lane;
}

Lane constant_lane(const ExprNode& literal) {
    std::vector<Missing> kinds;
    if (literal.op == ExprNode::Op::missing) kinds.push_back(Missing::system);
    switch (literal.type) {
        case Type::number:
            return number_lane({literal.number}, std::move(kinds), 0);
        case Type::text:
            return text_lane({0}, {literal.text}, std::move(kinds), 0);
        case Type::truth:
            return truth_lane({literal.number != 0}, std::move(kinds), 0);
    }
    return {};
}

Lane column_lane(const Column& column, Type type, const std::string& name) {
    if (column.is_number() == (type == Type::text))
        throw std::invalid_argument("a column has another type than its name: " + name);
    if (type == Type::truth) {
        std::vector<std::uint8_t> truths(column.size());
        for (std::size_t row = 0; row < truths.size(); ++row) truths[row] = column.number(row) != 0;
        return truth_lane(std::move(truths), kinds_of(column), 1);
    }
    Lane lane;
    lane.type = type;
    lane.numbers = column.numbers();
    lane.codes = column.codes();
    lane.words = column.dictionary();
    own(lane, kinds_of(column), 1);
    return lane;
}

Column to_column(Lane lane, std::size_t rows) {
    if (lane.type == Type::text) return text_column(lane, rows);
    std::vector<double> numbers;
    if (lane.type == Type::truth)
        numbers.assign(lane.truths.begin(), lane.truths.end());
    else if (!lane.own_numbers.empty())
        numbers = std::move(lane.own_numbers);
    else
        numbers.assign(lane.numbers.begin(), lane.numbers.end());
    return Column::of_numbers(spread(std::move(numbers), lane.stride, rows),
                              spread(std::move(lane.own_kinds), lane.stride, rows));
}

}  // namespace cifra
