// Part of `proof`: claims about the path, decided, with minimal witnesses and the reasons of what is impossible.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "questionnaires/proof/path.h"
#include "questionnaires/proof/proof.h"

namespace cifra {

struct Judgement {
    Decision decision = Decision::undecided;
    std::map<std::string, Value> values;  // possible: a witness
    std::vector<PathFact> reasons;        // never: facts that exclude the claim
    bool claim_matters = false;           // never: the facts alone are possible
    bool never() const { return decision == Decision::never && claim_matters; }
    bool possible() const { return decision == Decision::possible; }
};

class Judge {
public:
    explicit Judge(const Instrument& instrument) : path(instrument) {}

    // Whether the formulas can be true together with the facts.
    Judgement decide(const std::vector<PathFact>& facts, const std::vector<Proposition>& claim);
    // Facts that exclude the claim, none of which can be left out.
    std::vector<PathFact> fewest(std::vector<PathFact> reasons, const std::vector<Proposition>& claim);
    // The witness and the values of it that suffice for `claim`.
    Witness minimal(const std::vector<PathFact>& facts, const std::vector<Proposition>& claim,
                    const std::map<std::string, Value>& values);

    // Whether the claim is true by those values alone that no other line of the roster and no other form decides. If
    // not, such values may belong to no household.
    bool stands(const std::vector<PathFact>& facts, const std::vector<Proposition>& claim,
                const std::map<std::string, Value>& values);

    InterviewPath path;

private:
    bool suffices(const std::vector<PathFact>& facts, Proposition refuted, const std::map<std::string, Value>& values,
                  const std::vector<std::string>& names);
    std::vector<std::string> answers(const std::map<std::string, Value>& values) const;
};

// "'car' is asked (line 12), the require of 'age' (line 30)", each once; "" without reasons.
std::string words_of(const std::vector<PathFact>& reasons);

// The condition with its negations made null-safe (`!=` as `is not`, `not in` as `is not in`, `not x` as `not (x is
// true)`), and the names that they read. Nothing where it has none.
struct NullSafe {
    Expr condition;
    std::vector<std::string> names;
};
std::optional<NullSafe> null_safe(const Expr& condition);

}  // namespace cifra
