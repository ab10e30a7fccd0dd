#include <limits>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "engine/evaluate_column.h"
#include "engine/evaluate_kernels.h"

namespace cifra {

namespace {

Lane number_of_number(const Operands& in, kernels::NumberFunction function) {
    return strict_numbers(in, map_numbers(in.extent(), [&](std::size_t row) { return function(in[0].number(row)); }));
}

template <class Holds>
Lane text_test(const Operands& in, const Holds& holds) {
    return strict_truths(in, judge_pairs(in[0], in[1], in.extent(), holds));
}

Lane count(const Operands& in) {
    const Extent size = in.extent();
    std::vector<double> counts(size.count);
    for (std::size_t k = 0; k < in.count(); ++k)
        for (std::size_t row = 0; row < size.count; ++row)
            if (in[k].present(row) && in[k].truth(row)) counts[row] += 1;
    return number_lane(std::move(counts), {}, size.stride);
}

Lane sum(const Operands& in) {
    const Extent size = in.extent();
    std::vector<double> totals(size.count);
    for (std::size_t k = 0; k < in.count(); ++k)
        for (std::size_t row = 0; row < size.count; ++row)
            if (in[k].present(row)) totals[row] += in[k].number(row);
    return finite_lane(std::move(totals), {}, size.stride);
}

Lane extreme(const Operands& in, double (*pick)(double, double)) {
    const Extent size = in.extent();
    std::vector<double> best = map_numbers(size, [&](std::size_t row) { return in[0].number(row); });
    for (std::size_t k = 1; k < in.count(); ++k)
        for (std::size_t row = 0; row < size.count; ++row) best[row] = pick(best[row], in[k].number(row));
    return number_lane(std::move(best), in.first_missing(), size.stride);
}

Lane write_text(const Operands& in) {
    const Lane& x = in[0];
    const Extent size = in.extent();
    TextColumnBuilder builder;
    builder.reserve(size.count);
    for (std::size_t row = 0; row < size.count; ++row) builder.add(kernels::number_text(x.number(row)));
    const Column column = builder.finish();
    return text_lane({column.codes().begin(), column.codes().end()}, column.dictionary(), x.own_kinds, size.stride);
}

Lane read_numbers(const Operands& in) {
    const Lane& x = in[0];
    const auto read = [](const std::string& word) { return parse_number(word).value_or(kernels::no_number); };
    std::vector<double> values(std::max<std::size_t>(x.words.size(), 1));
    std::transform(x.words.begin(), x.words.end(), values.begin(), read);
    return strict_numbers(in, map_numbers(in.extent(), [&](std::size_t row) { return values[x.code(row)]; }));
}

// For each row the operand whose cell is the result.
using Source = std::vector<std::uint32_t>;

// The words of all operands one after another; those of operand k begin at offsets[k].
Lane chosen_texts(const Operands& in, const Source& source, Kinds kinds) {
    std::vector<std::string> words;
    std::vector<std::size_t> offsets;
    for (std::size_t k = 0; k < in.count(); ++k) {
        offsets.push_back(words.size());
        words.insert(words.end(), in[k].words.begin(), in[k].words.end());
    }
    if (words.size() > std::numeric_limits<std::uint32_t>::max()) throw std::length_error("too many distinct texts");
    std::vector<std::uint32_t> codes(source.size());
    for (std::size_t row = 0; row < source.size(); ++row)
        if (kinds[row] == Missing::none)
            codes[row] = static_cast<std::uint32_t>(offsets[source[row]] + in[source[row]].code(row));
    return text_lane(std::move(codes), std::move(words), std::move(kinds), in.extent().stride);
}

// Of a missing source only the kind is read, so that it may be of another type: the condition of an `if`.
Lane chosen(const Operands& in, const Source& source) {
    const Extent size = in.extent();
    Kinds kinds(size.count);
    for (std::size_t row = 0; row < size.count; ++row) kinds[row] = in[source[row]].kind(row);
    if (in.node.type == Type::text) return chosen_texts(in, source, std::move(kinds));
    const auto present = [&](std::size_t row) { return kinds[row] == Missing::none; };
    if (in.node.type == Type::truth) {
        Truths truths = map_truths(size, [&](std::size_t row) { return present(row) && in[source[row]].truth(row); });
        return truth_lane(std::move(truths), std::move(kinds), size.stride);
    }
    auto numbers = map_numbers(size, [&](std::size_t row) { return present(row) ? in[source[row]].number(row) : 0; });
    return number_lane(std::move(numbers), std::move(kinds), size.stride);
}

Lane coalesce(const Operands& in) {
    Source source(in.extent().count);
    for (std::size_t row = 0; row < source.size(); ++row) {
        std::uint32_t k = 0;
        while (k < in.count() && !in[k].present(row)) ++k;
        source[row] = k < in.count() ? k : 0;
    }
    return chosen(in, source);
}

Lane choice(const Operands& in) {
    const Lane& condition = in[0];
    Source source(in.extent().count);
    for (std::size_t row = 0; row < source.size(); ++row)
        source[row] = !condition.present(row) ? 0 : condition.truth(row) ? 1 : 2;
    return chosen(in, source);
}

}  // namespace

Lane apply_function(const Operands& in) {
    const std::string& name = in.node.text;
    if (name == "coalesce") return coalesce(in);
    if (name == "if") return choice(in);
    if (name == "count") return count(in);
    if (name == "sum") return sum(in);
    if (name == "min") return extreme(in, kernels::smaller);
    if (name == "max") return extreme(in, kernels::larger);
    if (name == "contains") return text_test(in, kernels::has_word);
    if (name == "starts_with")
        return text_test(in, [](std::string_view x, std::string_view p) { return x.starts_with(p); });
    if (name == "text") return write_text(in);
    if (name == "number") return read_numbers(in);
    return number_of_number(in, kernels::number_function(name));
}

}  // namespace cifra
