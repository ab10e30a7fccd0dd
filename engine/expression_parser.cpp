#include "engine/expression_parser.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <optional>
#include <utility>

namespace cifra {

namespace {

using Op = ExprNode::Op;
using Index = std::uint32_t;

// How tightly an operator binds; a higher power binds first.
enum Power { power_or = 1, power_and, power_not, power_comparison, power_sum, power_product, power_minus };

struct Binary {
    std::string_view spelling;
    Op op;
    Power power;
};

constexpr std::array<Binary, 14> binaries = {{{"or", Op::or_, power_or},
                                              {"and", Op::and_, power_and},
                                              {"=", Op::equal, power_comparison},
                                              {"==", Op::equal, power_comparison},
                                              {"!=", Op::not_equal, power_comparison},
                                              {"<>", Op::not_equal, power_comparison},
                                              {"<", Op::less, power_comparison},
                                              {"<=", Op::less_equal, power_comparison},
                                              {">", Op::greater, power_comparison},
                                              {">=", Op::greater_equal, power_comparison},
                                              {"+", Op::add, power_sum},
                                              {"-", Op::subtract, power_sum},
                                              {"*", Op::multiply, power_product},
                                              {"/", Op::divide, power_product}}};

// Precedence climbing. After a fault the cursor stands on the end token, where every loop and every call below stops.
class Parser {
public:
    Parser(std::vector<Token> tokens, ExpressionFaults& faults) : tokens_(std::move(tokens)), faults_(faults) {}

    std::vector<ExprNode> run() {
        parse(power_or);
        if (peek().kind != Token::Kind::end) unexpected_rest();
        return std::move(nodes_);
    }

private:
    Index parse(Power least) {
        const std::size_t begin = peek().offset;
        Index left = prefix(least);
        bool compared = false;
        for (;;) {
            if (least <= power_comparison && at_comparison_word()) {
                if (compared) return chained();
                left = comparison_words(left, begin);
                compared = true;
                continue;
            }
            const Binary* binary = peek_binary();
            if (!binary || binary->power < least) return left;
            if (binary->power == power_comparison && compared) return chained();
            compared = binary->power == power_comparison;
            take();
            const Index right = parse(static_cast<Power>(binary->power + 1));
            left = add(binary->op, {left, right}, begin);
        }
    }

    Index prefix(Power least) {
        const std::size_t begin = peek().offset;
        if (peek().is("not")) {
            if (least > power_not) return fail("'not' needs parentheses here", "write (not ...)");
            return nested([&] {
                take();
                return add(Op::not_, {parse(power_not)}, begin);
            });
        }
        if (peek().is("-"))
            return nested([&] {
                take();
                return add(Op::negate, {parse(power_minus)}, begin);
            });
        return primary();
    }

    Index primary() {
        const Token& token = peek();
        if (token.kind == Token::Kind::number) return number_literal(1);
        if (token.kind == Token::Kind::text) return text_literal();
        if (token.is("(")) return nested([&] { return parenthesis(); });
        if (token.is("true") || token.is("false")) return truth_literal();
        if (token.is("missing")) return take(), add(Op::missing, {}, token.offset);
        if (token.kind == Token::Kind::name && !is_reserved(token.text)) return name();
        return expected_value();
    }

    Index parenthesis() {
        take();
        const Index inner = parse(power_or);
        expect(")", "the parenthesis is not closed");
        return inner;
    }

    Index name() {
        const Token& token = take();
        if (peek().is("(")) return nested([&] { return call(token); });
        const Index index = add(Op::name, {}, token.offset);
        nodes_[index].text = token.text;
        return index;
    }

    Index call(const Token& function) {
        take();
        std::vector<Index> arguments;
        if (!peek().is(")")) {
            arguments.push_back(parse(power_or));
            while (accept(",")) arguments.push_back(parse(power_or));
        }
        expect(")", fmt::format("the list of arguments of {} is not closed", function.text));
        const Index index = add(Op::call, std::move(arguments), function.offset);
        nodes_[index].text = function.text;
        return index;
    }

    bool at_comparison_word() const {
        return peek().is("in") || peek().is("is") || (peek().is("not") && tokens_[at_ + 1].is("in"));
    }

    // `in`, `not in`, `is`, `is not`, `is in`, `is not in` and the tests for a kind of missing.
    Index comparison_words(Index left, std::size_t begin) {
        const bool is = accept("is");
        const bool negated = accept("not");
        if (accept("in"))
            return list(left, is ? (negated ? Op::is_not_in : Op::is_in) : (negated ? Op::not_in : Op::in), begin);
        if (accept("missing")) return add(negated ? Op::is_not_missing : Op::is_missing, {left}, begin);
        if (peek().is("dk") || peek().is("refused")) return kind_test(left, negated, begin);
        if (!negated && accept("true")) return add(Op::is_true, {left}, begin);
        const Index right = parse(power_sum);
        return add(negated ? Op::is_not : Op::is, {left, right}, begin);
    }

    Index kind_test(Index left, bool negated, std::size_t begin) {
        const Op op = take().is("dk") ? Op::is_dk : Op::is_refused;
        const Index test = add(op, {left}, begin);
        return negated ? add(Op::not_, {test}, begin) : test;
    }

    Index list(Index value, Op op, std::size_t begin) {
        if (!accept("[")) return fail(fmt::format("expected a list, found {}", found()), "write a list so: [1, 9]");
        std::vector<Index> children = {value};
        do children.push_back(list_item());
        while (accept(","));
        expect("]", "the list is not closed");
        return add(op, std::move(children), begin);
    }

    Index list_item() {
        const Token& token = peek();
        if (token.kind == Token::Kind::text) return text_literal();
        if (token.kind == Token::Kind::number || token.is("-")) return number_or_range();
        return fail(fmt::format("expected a literal in the list, found {}", found()),
                    "a list holds numbers and ranges, or texts in quotes: [1, 9], [18..29], [\"01\", \"02\"]");
    }

    Index number_or_range() {
        const std::size_t begin = peek().offset;
        const Index low = signed_number();
        if (!accept("..")) return low;
        const Index high = signed_number();
        const double from = nodes_[low].number, to = nodes_[high].number;
        if (from != std::floor(from) || to != std::floor(to) || from > to)
            return fail_at(begin, "a range goes up from one whole number to another", "write a range so: 18..29");
        return add(Op::range, {low, high}, begin);
    }

    Index signed_number() {
        const std::size_t begin = peek().offset;
        const double sign = accept("-") ? -1 : 1;
        if (peek().kind != Token::Kind::number) return fail(fmt::format("expected a number, found {}", found()));
        const Index index = number_literal(sign);
        nodes_[index].length += nodes_[index].offset - begin;
        nodes_[index].offset = begin;
        return index;
    }

    Index number_literal(double sign) {
        const Token& token = take();
        const Index index = add(Op::number, {}, token.offset);
        nodes_[index].number = sign * token.number;
        return index;
    }

    Index text_literal() {
        const Token& token = take();
        const Index index = add(Op::text, {}, token.offset);
        nodes_[index].text = token.text;
        return index;
    }

    Index truth_literal() {
        const Token& token = take();
        const Index index = add(Op::truth, {}, token.offset);
        nodes_[index].number = token.is("true") ? 1 : 0;
        return index;
    }

    template <class Work>
    Index nested(const Work& work) {
        if (level_ == max_expression_levels)
            return fail_at(peek().offset, fmt::format("more than {} levels of nesting", max_expression_levels),
                           "split it into derived variables", "expression-too-large");
        ++level_;
        const Index result = work();
        --level_;
        return result;
    }

    Index add(Op op, std::vector<Index> children, std::size_t begin) {
        if (nodes_.size() == max_expression_nodes)
            fail_at(begin, fmt::format("more than {} operators and values", max_expression_nodes),
                    "split it into derived variables", "expression-too-large");
        ExprNode& node = nodes_.emplace_back();
        node.op = op;
        node.children = std::move(children);
        node.offset = begin;
        node.length = end_of_taken_ > begin ? end_of_taken_ - begin : 0;
        return static_cast<Index>(nodes_.size() - 1);
    }

    const Token& peek() const { return tokens_[at_]; }

    const Token& take() {
        const Token& token = tokens_[at_];
        if (token.kind != Token::Kind::end) ++at_;
        end_of_taken_ = token.offset + token.length;
        return token;
    }

    bool accept(std::string_view spelling) {
        if (!peek().is(spelling)) return false;
        take();
        return true;
    }

    void expect(std::string_view spelling, const std::string& message) {
        if (!accept(spelling)) fail(fmt::format("{}: expected '{}', found {}", message, spelling, found()));
    }

    const Binary* peek_binary() const {
        for (const Binary& binary : binaries)
            if (peek().is(binary.spelling)) return &binary;
        return nullptr;
    }

    std::string found() const {
        if (peek().kind == Token::Kind::end) return "the end";
        const std::string excerpt = faults_.excerpt(peek().offset, peek().length);
        return peek().kind == Token::Kind::text ? excerpt : fmt::format("'{}'", excerpt);
    }

    Index chained() {
        return fail("comparisons do not chain", "write both: 1 < x and x < 5; or put the inner one in parentheses");
    }

    Index expected_value() {
        const bool list = peek().is("[");
        return fail(fmt::format("expected a value, found {}", found()),
                    list ? "a list stands after 'in' or 'is in'"
                         : "a value is a number, text in quotes, a name, a call or (...)");
    }

    void unexpected_rest() {
        if (peek().is(")"))
            fail("this ')' closes nothing", "");
        else
            fail(fmt::format("expected an operator or the end, found {}", found()), rest_hint());
    }

    std::string rest_hint() const {
        std::string lower = peek().text;
        for (char& c : lower)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (lower != peek().text && is_reserved(lower)) return fmt::format("operators are written small: {}", lower);
        return peek().is("not") ? "write 'is not' or 'not in'" : "join conditions by 'and' or 'or'";
    }

    Index fail(std::string message, std::string hint = {}) {
        return fail_at(peek().offset, std::move(message), std::move(hint));
    }

    Index fail_at(std::size_t offset, std::string message, std::string hint = {},
                  std::string code = "expression-syntax") {
        if (!faults_.any()) faults_.add(offset, std::move(code), std::move(message), std::move(hint));
        at_ = tokens_.size() - 1;
        if (nodes_.empty()) nodes_.emplace_back();
        return 0;
    }

    std::vector<Token> tokens_;
    ExpressionFaults& faults_;
    std::vector<ExprNode> nodes_;
    std::size_t at_ = 0, end_of_taken_ = 0;
    int level_ = 0;
};

}  // namespace

std::vector<ExprNode> parse_nodes(const std::string& text, ExpressionFaults& faults) {
    if (text.size() > max_expression_bytes) {
        faults.add(0, "expression-too-large", fmt::format("more than {} bytes", max_expression_bytes),
                   "split it into derived variables");
        return {};
    }
    std::vector<Token> tokens = tokens_of(text, faults);
    if (faults.any()) return {};
    return Parser(std::move(tokens), faults).run();
}

}  // namespace cifra
