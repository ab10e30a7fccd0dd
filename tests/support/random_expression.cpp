#include <array>
#include <string_view>

#include "tests/support/slow_evaluate.h"

namespace cifra::slow {

namespace {

template <std::size_t n>
std::string one_of(const std::array<std::string_view, n>& words, Stream& chance) {
    return std::string(words[chance.below(n)]);
}

Value random_present(Type type, Stream& chance) {
    constexpr std::array<double, 12> numbers = {0, 1, 2, 3, 9, -1, -2.5, 0.5, 18, 99, 1e308, 0.1};
    constexpr std::array<std::string_view, 14> texts = {"",    "1",  "2",   "03",  "3",   "a b", "it's",
                                                        "\"x", "ñu", "1 3", "8 1", "1e3", "-7",  "13 1"};
    if (type == Type::number) return Value::of(numbers[chance.below(numbers.size())]);
    if (type == Type::text) return Value::of(one_of(texts, chance));
    return Value::of(chance.bernoulli(0.5));
}

Tree literal(Type type, Stream& chance) {
    Tree tree{"literal", random_present(type, chance), {}, {}};
    if (type != Type::number || tree.literal.number >= 0) return tree;
    tree.literal.number = -tree.literal.number;
    return {"neg", {}, {}, {tree}};
}

Tree leaf(Type type, const std::map<std::string, Type>& types, Stream& chance) {
    if (chance.bernoulli(0.05)) return {"missing", {}, {}, {}};
    std::vector<std::string> names;
    for (const auto& [name, own] : types)
        if (own == type) names.push_back(name);
    if (names.empty() || chance.bernoulli(0.3)) return literal(type, chance);
    return {"name", {}, names[chance.below(names.size())], {}};
}

Type any_type(Stream& chance) {
    constexpr std::array<Type, 3> types = {Type::number, Type::text, Type::truth};
    return types[chance.below(3)];
}

Tree list_item(Type type, Stream& chance) {
    if (type == Type::text || chance.bernoulli(0.7)) return {"literal", random_present(type, chance), {}, {}};
    const auto low = static_cast<double>(chance.below(10)) - 3;
    const Tree from{"literal", Value::of(low), {}, {}};
    const Tree to{"literal", Value::of(low + static_cast<double>(chance.below(12))), {}, {}};
    return {"range", {}, {}, {from, to}};
}

// Trees of the three types; `part` makes an operand of a type.
struct Maker {
    int depth;
    const std::map<std::string, Type>& types;
    Stream& chance;

    Tree part(Type type) const { return random_tree(type, depth - 1, types, chance); }

    Tree several(std::string op, Type type, std::size_t least) const {
        Tree tree{std::move(op), {}, {}, {}};
        const std::size_t count = least + chance.below(3);
        for (std::size_t k = 0; k < count; ++k) tree.children.push_back(part(type));
        return tree;
    }

    Tree chosen(Type type) const {
        if (chance.bernoulli(0.5)) return several("coalesce(", type, 2);
        return {"if(", {}, {}, {part(Type::truth), part(type), part(type)}};
    }

    Tree number() const {
        constexpr std::array<std::string_view, 4> operators = {"+", "-", "*", "/"};
        constexpr std::array<std::string_view, 6> functions = {"abs(", "floor(", "round(", "sqrt(", "log(", "exp("};
        switch (chance.below(8)) {
            case 0:
                return {"neg", {}, {}, {part(Type::number)}};
            case 1:
                return {one_of(functions, chance), {}, {}, {part(Type::number)}};
            case 2:
                return several(chance.bernoulli(0.5) ? "min(" : "max(", Type::number, 1);
            case 3:
                return several("sum(", Type::number, 1);
            case 4:
                return several("count(", Type::truth, 1);
            case 5:
                return {"number(", {}, {}, {part(Type::text)}};
            case 6:
                return chosen(Type::number);
            default:
                return {one_of(operators, chance), {}, {}, {part(Type::number), part(Type::number)}};
        }
    }

    Tree text() const {
        if (chance.bernoulli(0.5)) return {"text(", {}, {}, {part(Type::number)}};
        return chosen(Type::text);
    }

    Tree membership() const {
        constexpr std::array<std::string_view, 4> operators = {"in", "not in", "is in", "is not in"};
        const Type type = chance.bernoulli(0.5) ? Type::number : Type::text;
        Tree tree{one_of(operators, chance), {}, {}, {part(type)}};
        const std::size_t items = 1 + chance.below(4);
        for (std::size_t k = 0; k < items; ++k) tree.children.push_back(list_item(type, chance));
        return tree;
    }

    Tree comparison() const {
        constexpr std::array<std::string_view, 8> operators = {"=", "!=", "is", "is not", "<", "<=", ">", ">="};
        const Type type = any_type(chance);
        const std::string op(operators[chance.below(type == Type::truth ? 4 : 8)]);
        return {op, {}, {}, {part(type), part(type)}};
    }

    Tree truth() const {
        constexpr std::array<std::string_view, 6> kinds = {"is missing", "is not missing", "is dk",
                                                           "is not dk",  "is refused",     "is not refused"};
        switch (chance.below(9)) {
            case 0:
                return {"not", {}, {}, {part(Type::truth)}};
            case 1:
                return {one_of(kinds, chance), {}, {}, {part(any_type(chance))}};
            case 2:
                return {"is true", {}, {}, {part(Type::truth)}};
            case 3:
                return membership();
            case 4:
                return {
                    chance.bernoulli(0.5) ? "contains(" : "starts_with(", {}, {}, {part(Type::text), part(Type::text)}};
            case 5:
                return chosen(Type::truth);
            case 6:
                return comparison();
            default:
                return {chance.bernoulli(0.5) ? "and" : "or", {}, {}, {part(Type::truth), part(Type::truth)}};
        }
    }
};

}  // namespace

Tree random_tree(Type type, int depth, const std::map<std::string, Type>& types, Stream& chance) {
    if (depth <= 1 || chance.bernoulli(0.15)) return leaf(type, types, chance);
    const Maker maker{depth, types, chance};
    if (type == Type::number) return maker.number();
    return type == Type::text ? maker.text() : maker.truth();
}

Value random_value(Type type, Stream& chance) {
    if (!chance.bernoulli(0.25)) return random_present(type, chance);
    constexpr std::array<Missing, 5> kinds = {Missing::system, Missing::not_asked, Missing::not_reached,
                                              Missing::refused, Missing::dont_know};
    return Value::absent(type, kinds[chance.below(kinds.size())]);
}

}  // namespace cifra::slow
