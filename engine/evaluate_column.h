// One step of the evaluation over columns: from the lanes of a node's operands to the lane of its result. Internal to
// the rooms `evaluate*`.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/evaluate_lane.h"

namespace cifra {

using Truths = std::vector<std::uint8_t>;
using Kinds = std::vector<Missing>;

// How many cells a result has: one for all rows while every operand is a constant.
struct Extent {
    std::size_t count, stride;
};

// Where f is true for the word of a row. Words are judged once each, unless there are more of them than rows.
template <class Judge>
Truths judge_words(const Lane& text, const Extent& extent, const Judge& judge) {
    Truths result(extent.count);
    if (text.words.size() > extent.count) {
        for (std::size_t row = 0; row < extent.count; ++row) result[row] = text.present(row) && judge(text.word(row));
        return result;
    }
    Truths verdicts(std::max<std::size_t>(text.words.size(), 1));
    for (std::size_t word = 0; word < text.words.size(); ++word) verdicts[word] = judge(text.words[word]);
    for (std::size_t row = 0; row < extent.count; ++row) result[row] = verdicts[text.code(row)];
    return result;
}

// Where holds(word of a, word of b); a constant on either side leaves one dictionary to judge.
template <class Holds>
Truths judge_pairs(const Lane& a, const Lane& b, const Extent& extent, const Holds& holds) {
    if (b.stride == 0) return judge_words(a, extent, [&](const std::string& word) { return holds(word, b.words[0]); });
    if (a.stride == 0) return judge_words(b, extent, [&](const std::string& word) { return holds(a.words[0], word); });
    Truths result(extent.count);
    for (std::size_t row = 0; row < extent.count; ++row)
        result[row] = a.present(row) && b.present(row) && holds(a.word(row), b.word(row));
    return result;
}

template <class Apply>
std::vector<double> map_numbers(const Extent& extent, const Apply& apply) {
    std::vector<double> result(extent.count);
    double* const to = result.data();
    for (std::size_t row = 0; row < extent.count; ++row) to[row] = apply(row);
    return result;
}

// A byte may stand for any object, so that a compiler reads everything anew after writing one: `to` says that nothing
// else is there.
template <class Judge>
Truths map_truths(const Extent& extent, const Judge& judge) {
    Truths result(extent.count);
    std::uint8_t* const __restrict to = result.data();
    for (std::size_t row = 0; row < extent.count; ++row) to[row] = judge(row);
    return result;
}

// A node with the lanes of the arena, filled up to the node.
struct Operands {
    const std::vector<ExprNode>& nodes;
    const ExprNode& node;
    const std::vector<Lane>& lanes;
    std::size_t rows;

    std::size_t count() const { return node.children.size(); }
    const Lane& operator[](std::size_t k) const { return lanes[node.children[k]]; }
    Extent extent() const;
    Kinds first_missing() const;  // the kind of the first missing operand of each row; empty when all are present
};

// Results that are missing where an operand is; numbers also where they are not finite (system missing).
Lane finite_lane(std::vector<double> numbers, Kinds kinds, std::size_t stride);
Lane strict_numbers(const Operands& in, std::vector<double> numbers);
Lane strict_truths(const Operands& in, Truths truths);

Lane apply_operator(const Operands& in);  // every operator with operands
Lane apply_function(const Operands& in);  // Op::call

}  // namespace cifra
