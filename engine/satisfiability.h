// Can a condition of the expression language be true, and for which values? Decided by an SMT solver (de Moura and
// Bjørner 2008, "Z3: an efficient SMT solver") for all values at once, not by trying them.
//
// Names are declared with what they may stand for; conditions become *formulas*; `decide` says of a list of formulas
// whether all can be true together. The meaning is that of evaluate.h in every point: kinds of missing, Kleene's
// connectives, the null-safe twins.
//   never      no values make them all true. A proof: what is not translated exactly (sqrt, log, exp, text(x), order of
//              multiple answers, rounding of fractions) may be anything here, so the claim holds whatever it is.
//   possible   with a witness, which evaluate.h has confirmed.
//   undecided  the solver gave up at its limit, or its witness did not stand the test of evaluate.h. Never "fine".
// The limit counts steps of the solver, not seconds: one library version gives one answer on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/evaluate.h"

namespace cifra {

// What a name may stand for: values of its type, and kinds of missing.
struct Domain {
    Type type = Type::text;
    // Text: one of these. `several`: one or more of them, each at most once and in any order, joined by blanks, and
    // those of `alone` without company. `open`: any text; then these are only welcome in witnesses.
    std::vector<std::string> texts = {};
    bool several = false;
    std::vector<std::string> alone = {};
    bool open = false;
    // Number: from `low` to `high`; `whole` ones only.
    std::optional<double> low = {}, high = {};
    bool whole = true;
    std::vector<Missing> missing = {};
};

enum class Decision : std::uint8_t { never, possible, undecided };

struct Verdict {
    Decision decision = Decision::undecided;
    std::map<std::string, Value> witness;  // possible: of every name that the formulas read
    std::vector<std::size_t> conflict;     // never: indices of formulas that already exclude each other
};

// A formula of the Satisfiability that made it; true or false, never missing.
struct Proposition {
    std::uint32_t id = 0;
    auto operator<=>(const Proposition&) const = default;
};

class Satisfiability {
public:
    explicit Satisfiability(std::uint32_t limit = 2'000'000);
    ~Satisfiability();
    Satisfiability(Satisfiability&&) noexcept;
    Satisfiability& operator=(Satisfiability&&) noexcept;

    // std::invalid_argument: a name declared twice, a number domain with an end beyond 2^53.
    void declare(const std::string& name, const Domain& domain);
    // `name` is "1" where `code` is among the answers of `of`, which has `several`, "2" where not, missing as `of` is.
    void declare_mention(const std::string& name, const std::string& of, const std::string& code);
    bool declared(const std::string& name) const;

    // The condition is true; is false; is missing. Names that were not declared are std::invalid_argument.
    Proposition holds(const Expr& condition);
    Proposition fails(const Expr& condition);
    Proposition lacks(const Expr& condition);
    Proposition is_kind(const std::string& name, Missing kind);  // none: has a value
    Proposition equals(const std::string& name, const Value& value);
    Proposition same(const std::string& name, const Expr& value);  // equal, or missing of one kind
    Proposition negation(Proposition formula);
    Proposition all(std::span<const Proposition> formulas);
    Proposition any(std::span<const Proposition> formulas);
    // `formula` with `value`, a value of the domain, in the place of `name`.
    Proposition with(Proposition formula, const std::string& name, const Value& value);

    Verdict decide(std::span<const Proposition> formulas);

private:
    class Room;
    std::unique_ptr<Room> room_;
};

// One condition by itself over its declared names.
Verdict decide(const Expr& condition, const std::map<std::string, Domain>& domains);

}  // namespace cifra
