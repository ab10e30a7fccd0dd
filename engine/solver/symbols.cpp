#include "engine/solver/symbols.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <stdexcept>

namespace cifra::solver {
namespace {

constexpr double largest_whole = 9007199254740992;  // 2^53: beyond it a double skips whole numbers
constexpr std::size_t kind_count = 6;

bool is_whole(double x) { return std::floor(x) == x && std::fabs(x) <= largest_whole; }

std::vector<std::string> words_of(const std::string& text) {
    std::vector<std::string> words(1);
    for (const char c : text) {
        if (c == ' ')
            words.emplace_back();
        else
            words.back() += c;
    }
    return words;
}

bool holds(const std::vector<std::string>& texts, const std::string& text) {
    return std::find(texts.begin(), texts.end(), text) != texts.end();
}

bool is_true(const z3::model& model, const z3::expr& term) { return model.eval(term, true).is_true(); }

unsigned bits_for(std::size_t values) {
    unsigned bits = 1;
    while ((std::size_t{1} << bits) < values) ++bits;
    return bits;
}

}  // namespace

z3::expr conj(const z3::expr& a, const z3::expr& b) {
    if (a.is_true() || b.is_false()) return b;
    if (b.is_true() || a.is_false()) return a;
    return a && b;
}

z3::expr disj(const z3::expr& a, const z3::expr& b) {
    if (a.is_false() || b.is_true()) return b;
    if (b.is_false() || a.is_true()) return a;
    return a || b;
}

z3::expr neg(const z3::expr& a) {
    if (a.is_true() || a.is_false()) return a.ctx().bool_val(a.is_false());
    return !a;
}

z3::expr Symbols::fresh(const char* name, const z3::sort& sort) const {
    return {context_, Z3_mk_fresh_const(context_, name, sort)};
}

z3::expr Symbols::free_truth() { return fresh("any", context_.bool_sort()); }

std::vector<z3::expr> Symbols::always_present() const {
    std::vector<z3::expr> kinds(kind_count, truth(false));
    kinds[0] = truth(true);
    return kinds;
}

Symbol Symbols::free_value(Type type, std::vector<z3::expr> kinds) {
    Symbol symbol;
    symbol.type = type;
    symbol.kinds = std::move(kinds);
    if (type == Type::truth) symbol.truth = free_truth();
    if (type == Type::number) symbol.number = fresh("any", context_.real_sort());
    if (type == Type::text) symbol.rank = fresh("any", context_.real_sort());
    return symbol;
}

// Exact for whole numbers and for fractions of at most 62 binary digits; nothing for others.
std::optional<z3::expr> Symbols::number_term(double value) const {
    if (is_whole(value)) return context_.int_val(static_cast<std::int64_t>(value));
    int exponent = 0;
    const double mantissa = std::ldexp(std::frexp(value, &exponent), 53);
    exponent -= 53;
    auto whole = static_cast<std::int64_t>(mantissa);
    while (whole % 2 == 0 && exponent < 0) {
        whole /= 2;
        ++exponent;
    }
    if (exponent > 0 || exponent < -62) return std::nullopt;
    const std::string fraction = std::to_string(whole) + "/" + std::to_string(std::uint64_t{1} << -exponent);
    return context_.real_val(fraction.c_str());
}

z3::expr Symbols::rank_of(const std::string& text) {
    const auto known = ranks_.find(text);
    if (known != ranks_.end()) return known->second;
    z3::expr rank = context_.real_val(0);
    for (std::size_t i = text.size(); i-- > 0;)
        rank = (rank + context_.real_val(static_cast<unsigned char>(text[i]) + 1)) / context_.real_val(257);
    return ranks_.emplace(text, rank.simplify()).first->second;
}

Symbol Symbols::constant(const Value& value) {
    Symbol symbol;
    symbol.type = value.type;
    symbol.kinds.assign(kind_count, truth(false));
    symbol.kinds[static_cast<std::size_t>(value.missing)] = truth(true);
    if (value.type == Type::truth) symbol.truth = truth(value.number != 0);
    if (value.type == Type::text) symbol.cases.push_back({truth(true), value.text});
    if (value.type != Type::number) return symbol;
    const auto term = number_term(value.number);
    symbol.number = term ? *term : fresh("any", context_.real_sort());
    symbol.bound = std::fabs(value.number);
    if (term && value.present()) symbol.constant = value.number;
    return symbol;
}

std::vector<z3::expr> Symbols::kinds_of(const std::string& name, const std::vector<Missing>& allowed) {
    if (allowed.empty()) return always_present();
    const z3::expr kind = context_.bv_const((name + ".kind").c_str(), 3);
    std::vector<z3::expr> kinds;
    z3::expr some = truth(false);
    for (unsigned k = 0; k < kind_count; ++k) {
        const bool possible = k == 0 || std::find(allowed.begin(), allowed.end(), Missing(k)) != allowed.end();
        kinds.push_back(possible ? kind == context_.bv_val(k, 3) : truth(false));
        some = disj(some, kinds.back());
    }
    define(some);
    return kinds;
}

// One bit vector counts the texts and, after them, the kinds of missing.
void Symbols::finite_text(Symbol& symbol, const std::string& name, const Domain& domain) {
    const std::size_t size = domain.texts.size() + domain.missing.size();
    const unsigned bits = bits_for(size);
    const z3::expr code = context_.bv_const(name.c_str(), bits);
    define(z3::ule(code, context_.bv_val(static_cast<unsigned>(size - 1), bits)));
    const auto is = [&](std::size_t k) { return code == context_.bv_val(static_cast<unsigned>(k), bits); };
    symbol.kinds.assign(kind_count, truth(false));
    for (std::size_t t = 0; t < domain.texts.size(); ++t) symbol.cases.push_back({is(t), domain.texts[t]});
    for (std::size_t m = 0; m < domain.missing.size(); ++m)
        symbol.kinds[static_cast<std::size_t>(domain.missing[m])] = is(domain.texts.size() + m);
    symbol.kinds[0] = z3::ult(code, context_.bv_val(static_cast<unsigned>(domain.texts.size()), bits));
    if (domain.missing.empty()) symbol.kinds[0] = truth(true);
}

void Symbols::answer_set(Symbol& symbol, const std::string& name, const Domain& domain) {
    symbol.set = std::make_shared<AnswerSet>();
    symbol.set->codes = domain.texts;
    symbol.set->alone = domain.alone;
    z3::expr some = truth(false);
    for (const std::string& code : domain.texts) {
        const std::string mark = std::string(name).append(".").append(code);
        symbol.set->marks.push_back(context_.bool_const(mark.c_str()));
        some = disj(some, symbol.set->marks.back());
    }
    define(some);
    const std::vector<z3::expr>& marks = symbol.set->marks;
    for (std::size_t a = 0; a < marks.size(); ++a)
        for (std::size_t b = 0; b < marks.size(); ++b)
            if (a != b && holds(domain.alone, domain.texts[a])) define(!marks[a] || !marks[b]);
}

void Symbols::any_number(Symbol& symbol, const std::string& name, const Domain& domain) {
    for (const auto& end : {domain.low, domain.high})
        if (end && std::fabs(*end) > largest_whole) throw std::invalid_argument("a range goes beyond 2^53: " + name);
    symbol.number = domain.whole ? context_.int_const(name.c_str()) : context_.real_const(name.c_str());
    if (domain.low) define(*symbol.number >= *number_term(*domain.low));
    if (domain.high) define(*symbol.number <= *number_term(*domain.high));
    if (domain.low && domain.high) symbol.bound = std::max(std::fabs(*domain.low), std::fabs(*domain.high));
}

Symbol Symbols::variable(const std::string& name, const Domain& domain) {
    Symbol symbol;
    symbol.type = domain.type;
    if (domain.type == Type::text && !domain.several && !domain.open) {
        finite_text(symbol, name, domain);
        return symbol;
    }
    symbol.kinds = kinds_of(name, domain.missing);
    if (domain.type == Type::truth) symbol.truth = context_.bool_const(name.c_str());
    if (domain.type == Type::number) any_number(symbol, name, domain);
    if (domain.type == Type::text && domain.several) answer_set(symbol, name, domain);
    if (domain.type == Type::text && domain.open) {
        symbol.rank = context_.real_const(name.c_str());
        define(*symbol.rank >= 0 && *symbol.rank < 1);
        welcome_.insert(welcome_.end(), domain.texts.begin(), domain.texts.end());
    }
    return symbol;
}

Symbol Symbols::mention(const Symbol& of, const std::string& code) const {
    const auto found = std::find(of.set->codes.begin(), of.set->codes.end(), code);
    const z3::expr mark = of.set->marks.at(static_cast<std::size_t>(found - of.set->codes.begin()));
    Symbol symbol;
    symbol.type = Type::text;
    symbol.kinds = of.kinds;
    symbol.cases = {{mark, "1"}, {neg(mark), "2"}};
    return symbol;
}

z3::expr Symbols::set_is(const Symbol& symbol, const std::string& text) {
    AnswerSet& set = *symbol.set;
    const std::vector<std::string> words = words_of(text);
    for (std::size_t w = 0; w < words.size(); ++w)
        if (!holds(set.codes, words[w]) || std::count(words.begin(), words.end(), words[w]) > 1) return truth(false);
    z3::expr exactly = truth(true);
    for (std::size_t c = 0; c < set.codes.size(); ++c)
        exactly = conj(exactly, holds(words, set.codes[c]) ? set.marks[c] : neg(set.marks[c]));
    if (words.size() == 1) return exactly;
    const auto [order, unknown] = set.orders.emplace(text, truth(true));
    if (unknown) {
        const z3::expr mine = free_truth();
        for (const auto& [other, term] : set.orders)
            if (other != text) set.one_order.push_back(!mine || !term || !exactly);
        order->second = mine;
    }
    return conj(exactly, order->second);
}

// A known text of this rank, or one between the two known texts around it.
std::string Symbols::text_in(const z3::model& model, const z3::expr& rank) const {
    std::string below, above;
    bool bounded = false;
    for (const auto& [text, known] : ranks_) {
        if (is_true(model, rank == known)) return text;
        if (is_true(model, rank > known)) {
            below = text;
        } else {
            above = text;
            bounded = true;
            break;
        }
    }
    const auto fits = [&](const std::string& text) {
        return text >= below && !ranks_.contains(text) && (!bounded || text < above);
    };
    const auto found = std::find_if(welcome_.begin(), welcome_.end(), fits);
    if (found != welcome_.end()) return *found;
    return fits(below) ? below : below + " ";
}

std::string Symbols::answers_in(const z3::model& model, const AnswerSet& set) const {
    std::vector<std::string> codes;
    for (std::size_t c = 0; c < set.codes.size(); ++c)
        if (is_true(model, set.marks[c])) codes.push_back(set.codes[c]);
    const auto joined = [&] {
        std::string text;
        for (const std::string& code : codes) text += (text.empty() ? "" : " ") + code;
        return text;
    };
    std::vector<std::string> sorted = codes;
    std::sort(sorted.begin(), sorted.end());
    for (const auto& [text, order] : set.orders) {
        std::vector<std::string> words = words_of(text);
        std::sort(words.begin(), words.end());
        if (words == sorted && is_true(model, order)) return text;
    }
    if (set.orders.contains(joined())) std::reverse(codes.begin(), codes.end());
    return joined();
}

Value Symbols::value_in(const z3::model& model, const Symbol& symbol) const {
    for (std::size_t k = 1; k < kind_count; ++k)
        if (is_true(model, symbol.kinds[k])) return Value::absent(symbol.type, Missing(k));
    if (symbol.type == Type::truth) return Value::of(is_true(model, *symbol.truth));
    if (symbol.type == Type::number)
        return Value::of(std::strtod(model.eval(*symbol.number, true).get_decimal_string(25).c_str(), nullptr));
    if (symbol.set) return Value::of(answers_in(model, *symbol.set));
    for (const Case& one : symbol.cases)
        if (is_true(model, one.guard)) return Value::of(one.text);
    return Value::of(text_in(model, *symbol.rank));
}

}  // namespace cifra::solver
