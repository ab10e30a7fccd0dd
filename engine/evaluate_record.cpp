#include <algorithm>
#include <cmath>
#include <span>
#include <stdexcept>
#include <utility>

#include "engine/evaluate.h"
#include "engine/evaluate_kernels.h"

namespace cifra {

namespace {

using Op = ExprNode::Op;

Value finite(double x) { return std::isfinite(x) ? Value::of(x) : Value::absent(Type::number); }

class RecordEvaluation {
public:
    RecordEvaluation(const Expr& expression, const RecordLookup& lookup)
        : nodes_(expression.nodes()), lookup_(lookup), values_(nodes_.size()) {}

    Value run() {
        for (std::size_t i = 0; i < nodes_.size(); ++i) values_[i] = value(nodes_[i]);
        return std::move(values_.back());
    }

private:
    const Value& child(const ExprNode& node, std::size_t k) const { return values_[node.children[k]]; }

    Value value(const ExprNode& node) const {
        switch (node.op) {
            case Op::number:
                return Value::of(node.number);
            case Op::text:
                return Value::of(node.text);
            case Op::truth:
                return Value::of(node.number != 0);
            case Op::missing:
            case Op::range:
                return Value::absent(node.type);
            case Op::name:
                return name(node);
            case Op::is:
            case Op::is_not:
                return Value::of(same(node) == (node.op == Op::is));
            case Op::is_in:
            case Op::is_not_in:
                return Value::of(member(node) == (node.op == Op::is_in));
            case Op::is_missing:
                return Value::of(!child(node, 0).present());
            case Op::is_not_missing:
                return Value::of(child(node, 0).present());
            case Op::is_dk:
                return Value::of(child(node, 0).missing == Missing::dont_know);
            case Op::is_refused:
                return Value::of(child(node, 0).missing == Missing::refused);
            case Op::is_true:
                return Value::of(child(node, 0).is_true());
            case Op::and_:
                return decided(node, false);
            case Op::or_:
                return decided(node, true);
            case Op::call:
                return call(node);
            default:
                return strict(node);
        }
    }

    // A truth from outside may be any number; NaN is not a value.
    Value name(const ExprNode& node) const {
        Value value = lookup_(node.text);
        if (!value.present()) return Value::absent(node.type, value.missing);
        if (value.type != node.type)
            throw std::invalid_argument("a value has another type than its name: " + node.text);
        if (std::isnan(value.number)) return Value::absent(node.type);
        return node.type == Type::truth ? Value::of(value.number != 0) : value;
    }

    const Value* first_missing(const ExprNode& node) const {
        for (const std::uint32_t index : node.children)
            if (nodes_[index].op != Op::range && !values_[index].present()) return &values_[index];
        return nullptr;
    }

    // Operators that are missing when an operand is.
    Value strict(const ExprNode& node) const {
        if (const Value* gap = first_missing(node)) return Value::absent(node.type, gap->missing);
        switch (node.op) {
            case Op::not_:
                return Value::of(child(node, 0).number == 0);
            case Op::negate:
                return Value::of(-child(node, 0).number);
            case Op::in:
                return Value::of(member(node));
            case Op::not_in:
                return Value::of(!member(node));
            case Op::add:
            case Op::subtract:
            case Op::multiply:
            case Op::divide:
                return kernels::with_arithmetic(
                    node.op, [&](auto apply) { return finite(apply(child(node, 0).number, child(node, 1).number)); });
            default:
                return Value::of(compare(node));
        }
    }

    bool compare(const ExprNode& node) const {
        const Value &a = child(node, 0), &b = child(node, 1);
        return kernels::with_comparison(node.op, [&](auto holds) {
            return a.type == Type::text ? bool(holds(a.text, b.text)) : bool(holds(a.number, b.number));
        });
    }

    bool same(const ExprNode& node) const {
        const Value &a = child(node, 0), &b = child(node, 1);
        if (!a.present() || !b.present()) return !a.present() && !b.present();
        return a.type == Type::text ? a.text == b.text : a.number == b.number;
    }

    bool member(const ExprNode& node) const {
        const Value& x = child(node, 0);
        if (!x.present()) return false;
        const kernels::Members members(nodes_, node);
        return x.type == Type::text ? members.hold(std::string_view(x.text)) : members.hold(x.number);
    }

    // Kleene: one operand equal to `deciding` decides, whatever the other is.
    Value decided(const ExprNode& node, bool deciding) const {
        const auto decides = [&](std::uint32_t index) {
            return values_[index].present() && (values_[index].number != 0) == deciding;
        };
        if (std::any_of(node.children.begin(), node.children.end(), decides)) return Value::of(deciding);
        const Value* gap = first_missing(node);
        return gap ? Value::absent(Type::truth, gap->missing) : Value::of(!deciding);
    }

    Value call(const ExprNode& node) const {
        if (node.text == "coalesce") return coalesce(node);
        if (node.text == "if") return choice(node);
        if (node.text == "count") return count(node);
        if (node.text == "sum") return sum(node);
        if (const Value* gap = first_missing(node)) return Value::absent(node.type, gap->missing);
        const Value& x = child(node, 0);
        if (node.text == "min") return extreme(node, kernels::smaller);
        if (node.text == "max") return extreme(node, kernels::larger);
        if (node.text == "contains") return Value::of(kernels::has_word(x.text, child(node, 1).text));
        if (node.text == "starts_with") return Value::of(x.text.starts_with(child(node, 1).text));
        if (node.text == "text") return Value::of(kernels::number_text(x.number));
        if (node.text == "number") return finite(parse_number(x.text).value_or(kernels::no_number));
        return finite(kernels::number_function(node.text)(x.number));
    }

    Value coalesce(const ExprNode& node) const {
        for (const std::uint32_t index : node.children)
            if (values_[index].present()) return values_[index];
        return Value::absent(node.type, child(node, 0).missing);
    }

    Value choice(const ExprNode& node) const {
        const Value& condition = child(node, 0);
        if (!condition.present()) return Value::absent(node.type, condition.missing);
        return child(node, condition.is_true() ? 1 : 2);
    }

    Value count(const ExprNode& node) const {
        const auto holds = [&](std::uint32_t index) { return values_[index].is_true(); };
        return Value::of(static_cast<double>(std::count_if(node.children.begin(), node.children.end(), holds)));
    }

    Value sum(const ExprNode& node) const {
        double total = 0;
        for (const std::uint32_t index : node.children)
            if (values_[index].present()) total += values_[index].number;
        return finite(total);
    }

    Value extreme(const ExprNode& node, double (*pick)(double, double)) const {
        double best = child(node, 0).number;
        for (const std::uint32_t index : node.children) best = pick(best, values_[index].number);
        return Value::of(best);
    }

    const std::vector<ExprNode>& nodes_;
    const RecordLookup& lookup_;
    std::vector<Value> values_;
};

}  // namespace

Value evaluate(const Expr& expression, const RecordLookup& lookup) {
    if (expression.empty()) throw std::invalid_argument("an empty expression has no value");
    return RecordEvaluation(expression, lookup).run();
}

}  // namespace cifra
