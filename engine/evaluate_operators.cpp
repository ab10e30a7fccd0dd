#include <functional>
#include <string_view>
#include <utility>

#include "engine/evaluate_column.h"
#include "engine/evaluate_kernels.h"

namespace cifra {

namespace {

using Op = ExprNode::Op;

Lane negated_number(const Operands& in) {
    return strict_numbers(in, map_numbers(in.extent(), [&](std::size_t row) { return -in[0].number(row); }));
}

Lane arithmetic(const Operands& in) {
    const Lane &a = in[0], &b = in[1];
    return strict_numbers(in, kernels::with_arithmetic(in.node.op, [&](auto apply) {
                              return map_numbers(in.extent(),
                                                 [&](std::size_t row) { return apply(a.number(row), b.number(row)); });
                          }));
}

// Whether the comparison holds, where both operands are present.
Truths comparison(const Operands& in) {
    const Lane &a = in[0], &b = in[1];
    const Extent size = in.extent();
    return kernels::with_comparison(in.node.op, [&](auto holds) {
        if (a.type == Type::text) return judge_pairs(a, b, size, holds);
        if (a.type == Type::truth)
            return map_truths(size, [&](std::size_t row) { return holds(a.truth(row), b.truth(row)); });
        // The usual case, a column against a constant, as a loop without steps.
        if (a.stride == 1 && b.stride == 0)
            return map_truths(
                size, [x = a.numbers.data(), y = b.numbers[0], holds](std::size_t row) { return holds(x[row], y); });
        return map_truths(size, [&](std::size_t row) { return holds(a.number(row), b.number(row)); });
    });
}

// Null-safe: two missing cells are the same, of whatever kind.
Lane same(const Operands& in) {
    const Lane &a = in[0], &b = in[1];
    const Extent size = in.extent();
    Truths truths = comparison(in);
    if (a.kinds.empty() && b.kinds.empty()) return truth_lane(std::move(truths), {}, size.stride);
    for (std::size_t row = 0; row < size.count; ++row) {
        if (a.present(row) && b.present(row)) continue;
        truths[row] = (a.present(row) == b.present(row)) == (in.node.op == Op::is);
    }
    return truth_lane(std::move(truths), {}, size.stride);
}

Lane membership(const Operands& in) {
    const Lane& x = in[0];
    const Extent size = in.extent();
    const kernels::Members members(in.nodes, in.node);
    const bool positive = in.node.op == Op::in || in.node.op == Op::is_in;
    const auto judge_word = [&](std::string_view word) { return members.hold(word) == positive; };
    const auto judge_row = [&](std::size_t row) { return members.hold(x.number(row)) == positive; };
    Truths truths = x.type == Type::text ? judge_words(x, size, judge_word) : map_truths(size, judge_row);
    if (in.node.op == Op::in || in.node.op == Op::not_in)
        return truth_lane(std::move(truths), x.own_kinds, size.stride);
    for (std::size_t row = 0; row < size.count; ++row)
        if (!x.present(row)) truths[row] = !positive;
    return truth_lane(std::move(truths), {}, size.stride);
}

template <class Test>
Lane kind_test(const Operands& in, const Test& test) {
    const Extent size = in.extent();
    return truth_lane(map_truths(size, [&](std::size_t row) { return test(in[0].kind(row)); }), {}, size.stride);
}

Lane is_true(const Operands& in) {
    const Lane& x = in[0];
    const Extent size = in.extent();
    return truth_lane(map_truths(size, [&](std::size_t row) { return x.present(row) && x.truth(row); }), {},
                      size.stride);
}

Lane negation(const Operands& in) {
    return strict_truths(in, map_truths(in.extent(), [&](std::size_t row) { return !in[0].truth(row); }));
}

// Kleene's `and` (deciding: false) and `or` (deciding: true): one operand that decides makes up for a missing one.
Lane kleene(const Operands& in, bool deciding) {
    const Lane &a = in[0], &b = in[1];
    const Extent size = in.extent();
    Truths truths = map_truths(size, [&](std::size_t row) {
        return a.truth(row) == deciding || b.truth(row) == deciding ? deciding : !deciding;
    });
    Kinds kinds = in.first_missing();
    for (std::size_t row = 0; row < kinds.size(); ++row) {
        const auto decides = [&](const Lane& lane) { return lane.present(row) && lane.truth(row) == deciding; };
        if (kinds[row] == Missing::none || !(decides(a) || decides(b))) continue;
        kinds[row] = Missing::none;
        truths[row] = deciding;
    }
    return truth_lane(std::move(truths), std::move(kinds), size.stride);
}

}  // namespace

Lane apply_operator(const Operands& in) {
    switch (in.node.op) {
        case Op::negate:
            return negated_number(in);
        case Op::add:
        case Op::subtract:
        case Op::multiply:
        case Op::divide:
            return arithmetic(in);
        case Op::in:
        case Op::not_in:
        case Op::is_in:
        case Op::is_not_in:
            return membership(in);
        case Op::is:
        case Op::is_not:
            return same(in);
        case Op::is_missing:
            return kind_test(in, [](Missing kind) { return kind != Missing::none; });
        case Op::is_not_missing:
            return kind_test(in, [](Missing kind) { return kind == Missing::none; });
        case Op::is_dk:
            return kind_test(in, [](Missing kind) { return kind == Missing::dont_know; });
        case Op::is_refused:
            return kind_test(in, [](Missing kind) { return kind == Missing::refused; });
        case Op::is_true:
            return is_true(in);
        case Op::and_:
            return kleene(in, false);
        case Op::or_:
            return kleene(in, true);
        case Op::not_:
            return negation(in);
        default:
            return strict_truths(in, comparison(in));
    }
}

}  // namespace cifra
