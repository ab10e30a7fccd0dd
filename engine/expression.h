// The expression language of cifra: one small typed language for routing, filters, derived variables, domains, coding
// and quality rules. The grammar and the meaning of every operator stand in engine/README.md.
//
//   BPCOD != "03" and (BP1_20 = 1 or BP1_21 is 1)
//
// Types are number, text and truth; mixing them is a fault found when the text is parsed, with its place. Evaluation
// (evaluate.h) is total: it yields a value or a kind of missing, never a failure. Comparisons with a missing operand
// are missing; and, or, not are Kleene's; `is`, `is not`, `is in`, `is not in` are null-safe and always true or false.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/diagnostics.h"

namespace cifra {

enum class Type : std::uint8_t { number, text, truth };
std::string_view to_text(Type type);

// The names an expression may use. A name is letters, digits, `_` and `.`, not beginning with a digit; a qualified
// name `persons.sex` is one name.
class Schema {
public:
    // A name added again takes the new type.
    void add(std::string name, Type type);
    std::optional<Type> find(std::string_view name) const;
    std::vector<std::string> names() const;

private:
    std::vector<std::pair<std::string, Type>> entries_;
};

// A node of the checked tree. Children are indices into the arena, always smaller than the node's own index, so that a
// walk in index order is a walk from the leaves up and needs no recursion.
struct ExprNode {
    enum class Op : std::uint8_t {
        number, text, truth, missing, name,
        negate, add, subtract, multiply, divide,
        equal, not_equal, less, less_equal, greater, greater_equal,
        in, not_in,                    // children: value, then the list: literals, or ranges of two numbers
        is, is_not, is_in, is_not_in,  // null-safe twins
        is_missing, is_not_missing, is_dk, is_refused, is_true,
        and_, or_, not_,
        call,
        range                          // low, high: the numbers between two whole numbers, both included; lists only
    };
    Op op = Op::missing;
    Type type = Type::truth;
    double number = 0;                     // Op::number, and Op::truth as 0 or 1
    std::string text;                      // Op::text: the value; Op::name: the name; Op::call: the function
    std::vector<std::uint32_t> children;
    std::size_t offset = 0, length = 0;    // the span in the source text, in bytes
};

class Expr {
public:
    Expr() = default;
    explicit Expr(std::string source, std::vector<ExprNode> nodes);
    bool empty() const { return !nodes_; }
    const std::string& source() const { return source_; }
    const std::vector<ExprNode>& nodes() const { return *nodes_; }
    const ExprNode& root() const { return nodes_->back(); }
    Type type() const { return root().type; }
    std::vector<std::string> names() const;    // distinct, in order of first use

private:
    std::string source_;
    std::shared_ptr<const std::vector<ExprNode>> nodes_;
};

// Parses and types `text`. `where` is the place of the text's first character (a YAML scalar); faults add the
// characters before them to its column. Returns nothing when there was a fault. `expected` makes another root type a
// fault. Bounds: 64 KiB of text, 4,096 nodes, 200 levels of parentheses, calls, `not` and minus (a chain `a or b or c`
// is flat). One fault of syntax is reported, or all faults of names and types: codes expression-syntax,
// expression-too-large, unknown-name, unknown-function, wrong-arguments, type-mismatch.
std::optional<Expr> parse_expression(const std::string& text, const Location& where, const Schema& schema,
                                     Diagnostics& faults, std::optional<Type> expected = std::nullopt);

// The names in `text` in order of first use, without a schema: what an expression needs read. Empty on a syntax fault.
std::vector<std::string> names_in(const std::string& text);

// The functions of the language with their signatures, for messages and the manual: "coalesce(x, v)".
std::vector<std::string> function_signatures();

}  // namespace cifra
