// Part of `proof`: what can be wrong with the constraints of a question.
#pragma once

#include "questionnaires/proof/condition_proof.h"

namespace cifra {

class ConstraintProof {
public:
    ConstraintProof(Judge& judge, std::vector<Finding>& findings, std::size_t question,
                    const std::set<std::size_t>& known_never);
    void check();

private:
    Gate gate(const Constraint& constraint) const;
    void check_one(const Constraint& constraint);
    void check_together();
    void check_codes();
    void check_blocking();
    std::vector<Proposition> candidate(const std::map<std::string, Value>& earlier);
    bool blocked_by_own(const std::map<std::string, Value>& earlier);
    Witness read_by_constraints(const std::map<std::string, Value>& earlier) const;
    // All hard constraints pass, with `answer`, if given, in the place of the question's own.
    Proposition passing(const std::optional<Value>& answer);

    Judge& judge_;
    std::vector<Finding>& findings_;
    ConditionProof conditions_;
    std::size_t index_;
    const Question& question_;
    const std::set<std::size_t>& known_never_;
    std::vector<PathFact> facts_;
    std::vector<Proposition> answered_;  // asked, and with a value
    std::vector<const Constraint*> hard_;
};

}  // namespace cifra
