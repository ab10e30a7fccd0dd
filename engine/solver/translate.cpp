#include <cmath>

#include "engine/evaluate_kernels.h"
#include "engine/solver/symbols.h"
#include "engine/table.h"

namespace cifra::solver {
namespace {

using Op = ExprNode::Op;
using Kinds = std::vector<z3::expr>;

constexpr double exact_whole = 9007199254740992;  // 2^53
constexpr std::size_t most_cases = 512, most_pairs = 4096;

z3::expr real(const z3::expr& number) { return number.is_int() ? z3::to_real(number) : number; }

z3::expr floor_of(const z3::expr& number) {
    return number.is_int() ? number : z3::expr(number.ctx(), Z3_mk_real2int(number.ctx(), number));
}

z3::expr round_of(const z3::expr& number) {
    if (number.is_int()) return number;
    const z3::expr half = number.ctx().real_val("1/2");
    return z3::ite(number >= 0, floor_of(number + half), -floor_of(half - number));
}

// Two number terms of one sort.
std::pair<z3::expr, z3::expr> alike(const z3::expr& a, const z3::expr& b) {
    if (a.is_int() == b.is_int()) return {a, b};
    return {real(a), real(b)};
}

z3::expr choose(const z3::expr& guard, const z3::expr& a, const z3::expr& b) {
    if (guard.is_true()) return a;
    if (guard.is_false()) return b;
    return a.is_bool() ? z3::ite(guard, a, b) : z3::ite(guard, alike(a, b).first, alike(a, b).second);
}

class Translation {
public:
    Translation(Symbols& symbols, const Expr& expression, const std::function<Symbol(const std::string&)>& lookup)
        : symbols_(symbols), nodes_(expression.nodes()), lookup_(lookup) {}

    Symbol run() {
        values_.reserve(nodes_.size());
        for (const ExprNode& node : nodes_) values_.push_back(value(node));
        return values_.back();
    }

    z3::expr equal(const Symbol& a, const Symbol& b) {
        if (a.type == Type::truth) return *a.truth == *b.truth;
        if (a.type == Type::text) return text_equal(a, b);
        const auto [x, y] = alike(*a.number, *b.number);
        return x == y;
    }

    Translation(Symbols& symbols, const std::vector<ExprNode>& none) : symbols_(symbols), nodes_(none) {}

    z3::expr same(const Symbol& a, const Symbol& b) {
        return disj(conj(neg(a.present()), neg(b.present())), conj(conj(a.present(), b.present()), equal(a, b)));
    }

private:
    const Symbol& child(const ExprNode& node, std::size_t k) const { return values_[node.children[k]]; }
    z3::expr yes(bool value) const { return symbols_.truth(value); }

    Symbol value(const ExprNode& node) {
        switch (node.op) {
            case Op::number:
                return symbols_.constant(Value::of(node.number));
            case Op::text:
                return symbols_.constant(Value::of(node.text));
            case Op::truth:
                return symbols_.constant(Value::of(node.number != 0));
            case Op::missing:
            case Op::range:
                return symbols_.constant(Value::absent(node.type));
            case Op::name:
                return lookup_(node.text);
            case Op::and_:
                return decided(node, false);
            case Op::or_:
                return decided(node, true);
            case Op::call:
                return call(node);
            default:
                return is_test(node.op) ? condition(test(node), symbols_.always_present()) : strict(node);
        }
    }

    static bool is_test(Op op) { return op >= Op::is && op <= Op::is_true; }

    static Symbol condition(z3::expr truth, Kinds kinds) {
        Symbol symbol;
        symbol.kinds = std::move(kinds);
        symbol.truth = std::move(truth);
        return symbol;
    }

    static Symbol number(z3::expr term, double bound, Kinds kinds) {
        Symbol symbol;
        symbol.type = Type::number;
        symbol.kinds = std::move(kinds);
        symbol.number = std::move(term);
        symbol.bound = bound;
        return symbol;
    }

    // Null-safe operators: never missing.
    z3::expr test(const ExprNode& node) {
        const Symbol& x = child(node, 0);
        switch (node.op) {
            case Op::is:
                return same(x, child(node, 1));
            case Op::is_not:
                return neg(same(x, child(node, 1)));
            case Op::is_in:
                return conj(x.present(), member(node));
            case Op::is_not_in:
                return neg(conj(x.present(), member(node)));
            case Op::is_missing:
                return neg(x.present());
            case Op::is_not_missing:
                return x.present();
            case Op::is_dk:
                return x.kinds[static_cast<std::size_t>(Missing::dont_know)];
            case Op::is_refused:
                return x.kinds[static_cast<std::size_t>(Missing::refused)];
            default:
                return conj(x.present(), *x.truth);
        }
    }

    // Present where all operands are; else of the kind of the first missing one.
    Kinds strict_kinds(const ExprNode& node) const {
        Kinds kinds = symbols_.always_present();
        for (const std::uint32_t index : node.children) {
            if (nodes_[index].op == Op::range) continue;
            const Symbol& operand = values_[index];
            for (std::size_t k = 1; k < kinds.size(); ++k) kinds[k] = disj(kinds[k], conj(kinds[0], operand.kinds[k]));
            kinds[0] = conj(kinds[0], operand.present());
        }
        return kinds;
    }

    // The value may fail to be one: where `possible` is false, system missing.
    static Kinds only_where(Kinds kinds, const z3::expr& possible) {
        constexpr auto system = static_cast<std::size_t>(Missing::system);
        kinds[system] = disj(kinds[system], conj(kinds[0], neg(possible)));
        kinds[0] = conj(kinds[0], possible);
        return kinds;
    }

    // What is not translated: any value, or none.
    Symbol unknown(const ExprNode& node) {
        return symbols_.free_value(node.type, only_where(strict_kinds(node), symbols_.free_truth()));
    }

    Symbol strict(const ExprNode& node) {
        switch (node.op) {
            case Op::not_:
                return condition(neg(*child(node, 0).truth), strict_kinds(node));
            case Op::negate: {
                Symbol result = number(-*child(node, 0).number, child(node, 0).bound, strict_kinds(node));
                if (child(node, 0).constant) result.constant = -*child(node, 0).constant;
                return result;
            }
            case Op::in:
                return condition(member(node), strict_kinds(node));
            case Op::not_in:
                return condition(neg(member(node)), strict_kinds(node));
            case Op::add:
            case Op::subtract:
            case Op::multiply:
            case Op::divide:
                return arithmetic(node.op, child(node, 0), child(node, 1), strict_kinds(node));
            default:
                return condition(compared(node), strict_kinds(node));
        }
    }

    Symbol arithmetic(Op op, const Symbol& a, const Symbol& b, const Kinds& kinds) {
        const double bound = bound_of(op, a, b);
        if (op == Op::divide && !(b.constant && *b.constant != 0)) {
            const z3::expr possible = conj(neg(real(*b.number) == 0), symbols_.free_truth());
            return symbols_.free_value(Type::number, only_where(kinds, possible));
        }
        const auto [x, y] =
            op == Op::divide ? std::pair(real(*a.number), real(*b.number)) : alike(*a.number, *b.number);
        const z3::expr term = op == Op::add ? x + y : op == Op::subtract ? x - y : op == Op::multiply ? x * y : x / y;
        if (term.is_int() && bound <= exact_whole) return number(term, bound, kinds);
        return rounded(real(term), bound, kinds);
    }

    static double bound_of(Op op, const Symbol& a, const Symbol& b) {
        if (op == Op::multiply) return a.bound * b.bound;
        if (op == Op::divide) return b.constant ? a.bound / std::fabs(*b.constant) : a.bound;
        return a.bound + b.bound;
    }

    // A double next to the exact result: off by at most bound * 2^-52.
    Symbol rounded(const z3::expr& exact, double bound, const Kinds& kinds) {
        if (!(bound < 0x1p100)) return symbols_.free_value(Type::number, only_where(kinds, symbols_.free_truth()));
        const int exponent = std::max(std::ilogb(std::max(bound, 1e-3)) + 1 - 52, -60);
        const z3::expr off = *symbols_.number_term(std::ldexp(1.0, exponent));
        const z3::expr term = symbols_.fresh("rounded", symbols_.context().real_sort());
        symbols_.define(term - exact <= real(off) && exact - term <= real(off));
        return number(term, bound * 1.001 + 1e-9, kinds);
    }

    // Whether it holds where both operands are present.
    z3::expr compared(const ExprNode& node) {
        const Symbol &a = child(node, 0), &b = child(node, 1);
        switch (node.op) {
            case Op::equal:
                return equal(a, b);
            case Op::not_equal:
                return neg(equal(a, b));
            case Op::less:
                return less(a, b, false);
            case Op::less_equal:
                return less(a, b, true);
            case Op::greater:
                return less(b, a, false);
            default:
                return less(b, a, true);
        }
    }

    z3::expr less(const Symbol& a, const Symbol& b, bool or_equal) {
        if (a.type == Type::number) {
            const auto [x, y] = alike(*a.number, *b.number);
            return or_equal ? x <= y : x < y;
        }
        if (few_pairs(a, b))
            return pairs(a, b, [&](const auto& x, const auto& y) { return or_equal ? x <= y : x < y; });
        const auto x = rank(a), y = rank(b);
        if (!x || !y) return symbols_.free_truth();
        return or_equal ? *x <= *y : *x < *y;
    }

    z3::expr text_equal(const Symbol& a, const Symbol& b) {
        if (a.set && a.set == b.set) return yes(true);
        if (a.set && !b.cases.empty()) return set_equal(a, b);
        if (b.set && !a.cases.empty()) return set_equal(b, a);
        if (few_pairs(a, b)) return pairs(a, b, std::equal_to<>{});
        const auto x = rank(a), y = rank(b);
        return x && y ? *x == *y : symbols_.free_truth();
    }

    z3::expr set_equal(const Symbol& set, const Symbol& text) {
        z3::expr result = yes(false);
        for (const Case& one : text.cases) result = disj(result, conj(one.guard, symbols_.set_is(set, one.text)));
        return result;
    }

    static bool few_pairs(const Symbol& a, const Symbol& b) {
        return !a.cases.empty() && !b.cases.empty() && a.cases.size() * b.cases.size() <= most_pairs;
    }

    template <class Holds>
    z3::expr pairs(const Symbol& a, const Symbol& b, const Holds& holds) const {
        z3::expr result = yes(false);
        for (const Case& x : a.cases)
            for (const Case& y : b.cases)
                if (holds(x.text, y.text)) result = disj(result, conj(x.guard, y.guard));
        return result;
    }

    std::optional<z3::expr> rank(const Symbol& text) {
        if (text.rank || text.cases.empty()) return text.rank;
        z3::expr result = symbols_.rank_of(text.cases.front().text);
        for (const Case& one : text.cases) result = choose(one.guard, symbols_.rank_of(one.text), result);
        return result;
    }

    // Whether the list holds a present value.
    z3::expr member(const ExprNode& node) {
        const Symbol x = child(node, 0);
        z3::expr result = yes(false);
        for (std::size_t k = 1; k < node.children.size(); ++k) {
            const ExprNode& item = nodes_[node.children[k]];
            if (item.op == Op::range) {
                const Symbol &low = values_[item.children[0]], &high = values_[item.children[1]];
                result = disj(result, conj(less(low, x, true), less(x, high, true)));
            } else {
                result = disj(result, equal(x, values_[node.children[k]]));
            }
        }
        return result;
    }

    // Kleene: one operand that is present and `deciding` decides.
    Symbol decided(const ExprNode& node, bool deciding) const {
        z3::expr decides = yes(false);
        for (const std::uint32_t index : node.children) {
            const Symbol& operand = values_[index];
            decides = disj(decides, conj(operand.present(), deciding ? *operand.truth : neg(*operand.truth)));
        }
        Kinds kinds = strict_kinds(node);
        kinds[0] = disj(kinds[0], decides);
        for (std::size_t k = 1; k < kinds.size(); ++k) kinds[k] = conj(kinds[k], neg(decides));
        return condition(deciding ? decides : neg(decides), kinds);
    }

    Symbol call(const ExprNode& node) {
        if (node.text == "coalesce") return coalesce(node);
        if (node.text == "if") return choice(node);
        if (node.text == "count") return count(node);
        if (node.text == "sum") return sum(node);
        if (node.text == "min" || node.text == "max") return extreme(node);
        if (node.text == "contains") return pair_test(node, contains(child(node, 0), child(node, 1)));
        if (node.text == "starts_with") return pair_test(node, starts_with(child(node, 0), child(node, 1)));
        if (node.text == "number") return read_number(node);
        const Symbol& x = child(node, 0);
        const Kinds kinds = strict_kinds(node);
        if (node.text == "abs") return number(choose(*x.number >= 0, *x.number, -*x.number), x.bound, kinds);
        if (node.text == "floor") return number(floor_of(*x.number), x.bound + 1, kinds);
        if (node.text == "round") return number(round_of(*x.number), x.bound + 1, kinds);
        if (node.text != "text" || !x.constant) return unknown(node);
        return symbols_.constant(Value::of(kernels::number_text(*x.constant)));
    }

    Symbol pair_test(const ExprNode& node, std::optional<z3::expr> holds) {
        return condition(holds ? *holds : symbols_.free_truth(), strict_kinds(node));
    }

    std::optional<z3::expr> contains(const Symbol& answers, const Symbol& code) const {
        if (few_pairs(answers, code)) return pairs(answers, code, kernels::has_word);
        if (!answers.set || code.cases.empty()) return std::nullopt;
        z3::expr result = yes(false);
        for (const Case& one : code.cases)
            for (std::size_t c = 0; c < answers.set->codes.size(); ++c)
                if (answers.set->codes[c] == one.text) result = disj(result, conj(one.guard, answers.set->marks[c]));
        return result;
    }

    // Texts with a prefix are those from the prefix up to the first text after all of them.
    std::optional<z3::expr> starts_with(const Symbol& text, const Symbol& prefix) {
        if (few_pairs(text, prefix))
            return pairs(text, prefix, [](const auto& x, const auto& y) { return x.starts_with(y); });
        if (!text.rank || prefix.cases.empty()) return std::nullopt;
        z3::expr result = yes(false);
        for (const Case& one : prefix.cases) {
            z3::expr inside = yes(true);
            if (!one.text.empty()) {
                std::string after = one.text;
                if (after.back() == '\xff') return std::nullopt;
                after.back() = static_cast<char>(after.back() + 1);
                inside = *text.rank >= symbols_.rank_of(one.text) && *text.rank < symbols_.rank_of(after);
            }
            result = disj(result, conj(one.guard, inside));
        }
        return result;
    }

    Symbol read_number(const ExprNode& node) {
        const Symbol& text = child(node, 0);
        if (text.cases.empty()) return unknown(node);
        z3::expr possible = yes(false);
        std::optional<z3::expr> term;
        double bound = 0;
        for (const Case& one : text.cases) {
            const auto parsed = parse_number(one.text);
            if (!parsed) continue;
            const Symbol each = symbols_.constant(Value::of(*parsed));
            term = term ? choose(one.guard, *each.number, *term) : *each.number;
            possible = disj(possible, one.guard);
            bound = std::max(bound, each.bound);
        }
        if (!term) term = symbols_.context().int_val(0);
        return number(*term, bound, only_where(strict_kinds(node), possible));
    }

    Symbol coalesce(const ExprNode& node) {
        Symbol result = values_[node.children.back()];
        for (std::size_t k = node.children.size() - 1; k-- > 0;) {
            const Symbol& each = child(node, k);
            const z3::expr some = disj(each.present(), result.present());
            result = merged(each.present(), each, result);
            result.kinds = each.kinds;
            for (std::size_t m = 1; m < result.kinds.size(); ++m) result.kinds[m] = conj(result.kinds[m], neg(some));
            result.kinds[0] = some;
        }
        return result;
    }

    Symbol choice(const ExprNode& node) {
        const Symbol &c = child(node, 0), &a = child(node, 1), &b = child(node, 2);
        Symbol result = merged(*c.truth, a, b);
        result.kinds = c.kinds;
        for (std::size_t k = 0; k < result.kinds.size(); ++k) {
            const z3::expr chosen = conj(c.present(), choose(*c.truth, a.kinds[k], b.kinds[k]));
            result.kinds[k] = k == 0 ? chosen : disj(c.kinds[k], chosen);
        }
        return result;
    }

    // The value of `a` where `guard` is true, else of `b`; kinds are left to the caller.
    Symbol merged(const z3::expr& guard, const Symbol& a, const Symbol& b) {
        Symbol result;
        result.type = a.type;
        result.bound = std::max(a.bound, b.bound);
        if (a.type == Type::truth) result.truth = choose(guard, *a.truth, *b.truth);
        if (a.type == Type::number) result.number = choose(guard, *a.number, *b.number);
        if (a.type != Type::text) return result;
        if (a.set && a.set == b.set) {
            result.set = a.set;
        } else if (!a.cases.empty() && !b.cases.empty() && a.cases.size() + b.cases.size() <= most_cases) {
            for (const Case& one : a.cases) result.cases.push_back({conj(guard, one.guard), one.text});
            for (const Case& one : b.cases) result.cases.push_back({conj(neg(guard), one.guard), one.text});
        } else {
            const auto x = rank(a), y = rank(b);
            result.rank = x && y ? choose(guard, *x, *y) : *symbols_.free_value(Type::text, {}).rank;
        }
        return result;
    }

    Symbol count(const ExprNode& node) const {
        z3::expr total = symbols_.context().int_val(0);
        for (const std::uint32_t index : node.children) {
            const Symbol& each = values_[index];
            total = total + z3::ite(conj(each.present(), *each.truth), symbols_.context().int_val(1),
                                    symbols_.context().int_val(0));
        }
        return number(total, static_cast<double>(node.children.size()), symbols_.always_present());
    }

    Symbol sum(const ExprNode& node) {
        Symbol total = symbols_.constant(Value::of(0.0));
        for (const std::uint32_t index : node.children) {
            Symbol each = values_[index];
            each.number = choose(each.present(), *each.number, symbols_.context().int_val(0));
            total = arithmetic(Op::add, total, each, total.kinds);
        }
        return total;
    }

    Symbol extreme(const ExprNode& node) {
        Symbol best = child(node, 0);
        for (std::size_t k = 1; k < node.children.size(); ++k) {
            const Symbol& each = child(node, k);
            const auto [x, y] = alike(*best.number, *each.number);
            const z3::expr stays = node.text == "min" ? x <= y : x >= y;
            best.number = choose(stays, x, y);
            best.bound = std::max(best.bound, each.bound);
        }
        return number(*best.number, best.bound, strict_kinds(node));
    }

    Symbols& symbols_;
    const std::vector<ExprNode>& nodes_;
    std::function<Symbol(const std::string&)> lookup_;
    std::vector<Symbol> values_;
};

}  // namespace

Symbol Symbols::translate(const Expr& expression, const std::function<Symbol(const std::string&)>& lookup) {
    return Translation(*this, expression, lookup).run();
}

z3::expr Symbols::same(const Symbol& a, const Symbol& b) {
    const std::vector<ExprNode> none;
    return Translation(*this, none).same(a, b);
}

}  // namespace cifra::solver
