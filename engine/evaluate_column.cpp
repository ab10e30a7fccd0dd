#include "engine/evaluate_column.h"

#include <cmath>
#include <stdexcept>
#include <utility>

#include "engine/evaluate.h"

namespace cifra {

Extent Operands::extent() const {
    const auto constant = [&](std::uint32_t index) { return lanes[index].stride == 0; };
    if (std::all_of(node.children.begin(), node.children.end(), constant)) return {1, 0};
    return {rows, 1};
}

Kinds Operands::first_missing() const {
    const Extent size = extent();
    Kinds kinds;
    for (std::size_t k = 0; k < count(); ++k) {
        const Lane& operand = (*this)[k];
        if (operand.kinds.empty()) continue;
        kinds.resize(size.count);
        for (std::size_t row = 0; row < size.count; ++row)
            if (kinds[row] == Missing::none) kinds[row] = operand.kind(row);
    }
    return kinds;
}

Lane finite_lane(std::vector<double> numbers, Kinds kinds, std::size_t stride) {
    for (std::size_t row = 0; row < numbers.size(); ++row) {
        if (std::isfinite(numbers[row])) continue;
        if (kinds.empty()) kinds.resize(numbers.size());
        if (kinds[row] == Missing::none) kinds[row] = Missing::system;
        numbers[row] = 0;
    }
    return number_lane(std::move(numbers), std::move(kinds), stride);
}

Lane strict_numbers(const Operands& in, std::vector<double> numbers) {
    return finite_lane(std::move(numbers), in.first_missing(), in.extent().stride);
}

Lane strict_truths(const Operands& in, Truths truths) {
    return truth_lane(std::move(truths), in.first_missing(), in.extent().stride);
}

namespace {

Lane name_lane(const ExprNode& name, std::size_t rows, const ColumnLookup& lookup) {
    const Column& column = lookup(name.text);
    if (column.size() != rows) throw std::invalid_argument("a column has another length than the table: " + name.text);
    return column_lane(column, name.type, name.text);
}

// Lanes are let go as soon as no later node reads them, so that memory grows with the depth of a tree, not its size.
class ColumnEvaluation {
public:
    ColumnEvaluation(const Expr& expression, std::size_t rows, const ColumnLookup& lookup)
        : nodes_(expression.nodes()), rows_(rows), lookup_(lookup), lanes_(nodes_.size()), last_use_(nodes_.size()) {
        for (std::size_t i = 0; i < nodes_.size(); ++i)
            for (const std::uint32_t child : nodes_[i].children) last_use_[child] = i;
    }

    Lane run() {
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            lanes_[i] = lane(nodes_[i]);
            for (const std::uint32_t child : nodes_[i].children)
                if (last_use_[child] == i) lanes_[child] = Lane();
        }
        return std::move(lanes_.back());
    }

private:
    Lane lane(const ExprNode& node) const {
        using Op = ExprNode::Op;
        if (node.op == Op::name) return name_lane(node, rows_, lookup_);
        if (node.op == Op::call) return apply_function({nodes_, node, lanes_, rows_});
        if (node.children.empty() || node.op == Op::range) return constant_lane(node);
        return apply_operator({nodes_, node, lanes_, rows_});
    }

    const std::vector<ExprNode>& nodes_;
    std::size_t rows_;
    const ColumnLookup& lookup_;
    std::vector<Lane> lanes_;
    std::vector<std::size_t> last_use_;
};

Lane lane_of(const Expr& expression, std::size_t rows, const ColumnLookup& lookup) {
    if (expression.empty()) throw std::invalid_argument("an empty expression has no value");
    return ColumnEvaluation(expression, rows, lookup).run();
}

}  // namespace

Column evaluate(const Expr& expression, std::size_t rows, const ColumnLookup& lookup) {
    return to_column(lane_of(expression, rows, lookup), rows);
}

std::vector<std::uint8_t> evaluate_filter(const Expr& expression, std::size_t rows, const ColumnLookup& lookup) {
    if (expression.empty() || expression.type() != Type::truth) throw std::invalid_argument("a filter is a condition");
    const Lane lane = lane_of(expression, rows, lookup);
    std::vector<std::uint8_t> keep(rows);
    for (std::size_t row = 0; row < rows; ++row) keep[row] = lane.present(row) && lane.truth(row);
    return keep;
}

ConditionColumn evaluate_condition(const Expr& expression, std::size_t rows, const ColumnLookup& lookup) {
    if (expression.empty() || expression.type() != Type::truth) throw std::invalid_argument("this is no condition");
    Lane lane = lane_of(expression, rows, lookup);
    if (lane.stride == 1 && lane.kinds.empty() && !lane.own_truths.empty()) return {std::move(lane.own_truths), {}};
    ConditionColumn result{std::vector<std::uint8_t>(rows), std::vector<Missing>(lane.kinds.empty() ? 0 : rows)};
    for (std::size_t row = 0; row < rows; ++row) {
        result.truth[row] = lane.present(row) && lane.truth(row);
        if (!result.missing.empty()) result.missing[row] = lane.kind(row);
    }
    return result;
}

Schema schema_of(const Table& table) {
    Schema schema;
    for (std::size_t i = 0; i < table.width(); ++i)
        schema.add(table.names()[i], table.column(i).is_number() ? Type::number : Type::text);
    return schema;
}

}  // namespace cifra
