// Part of `proof`: computed questions whose value says nothing, because a condition in them is always the same.
#pragma once

#include <set>

#include "questionnaires/proof/judge.h"

namespace cifra {

// Of an expression that is a truth: whether it is true of somebody, and not of everybody, of those who come to it.
// Of an aggregate: whether its conditions hold of some line of the roster, or of some incident; and whether `all` can
// fail. That `count` or `any` takes every record it sees is no fault: so lines and incidents are counted.
class ComputedProof {
public:
    ComputedProof(Judge& judge, std::vector<Finding>& findings) : judge_(judge), findings_(findings) {}
    // What reads a question of `known_never` follows from that fault and is passed over.
    void check(std::size_t question, const std::set<std::size_t>& known_never);

private:
    // Where a condition is read, what is true before it, and the names of both.
    struct Claim {
        Spot spot;
        std::vector<Proposition> before = {};
        std::vector<std::string> names = {};
    };
    void truth(const Question& question, const Claim& claim);
    void aggregate(const Question& question, Claim claim);
    bool never(const Question& question, const Claim& claim, const Condition& condition, const std::string& message);
    void always(const Question& question, const Claim& claim);
    void add(Severity severity, const std::string& id, const Question& question, const Condition& condition,
             const std::string& message, const std::string& hint);

    Judge& judge_;
    std::vector<Finding>& findings_;
};

}  // namespace cifra
