// The slow twin of the expression language: a tree of its own, made at random, written as text with as few or as many
// parentheses as chance gives, and evaluated by plain recursion. It shares no code with the parser and the evaluators
// but the type Value.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/evaluate.h"
#include "engine/random.h"

namespace cifra::slow {

// `op` is an operator as written ("or", "=", "is not in", "is dk", "neg" for unary minus), "literal", "missing",
// "name", "range" (two literals), or the name of a function followed by "(".
struct Tree {
    std::string op;
    Value literal;
    std::string name;
    std::vector<Tree> children;
};

std::string write(const Tree& tree, Stream& chance);

using Record = std::map<std::string, Value>;
Value evaluate(const Tree& tree, const Record& record);    // of a missing result only the kind counts, not the type

// A tree of `type` with at most `depth` levels over the names of `types`.
Tree random_tree(Type type, int depth, const std::map<std::string, Type>& types, Stream& chance);

Value random_value(Type type, Stream& chance);    // from a small pool, so that values meet; missing one time in four

}  // namespace cifra::slow
