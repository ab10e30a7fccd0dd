// Part of `proof`: what can be wrong with one condition that decides whether something happens.
#pragma once

#include "questionnaires/proof/judge.h"

namespace cifra {

// A condition, where it is read, and what has been found true before it is read. `happens` says in words what it
// decides: "'weapon_type' is asked".
struct Gate {
    const Condition* condition = nullptr;
    Spot spot;
    std::vector<Proposition> before = {};
    std::vector<std::string> before_names = {};
    std::string subject = {}, happens = {};
    std::string never_id = "never-asked";
    std::string always_id = "always-asked";  // "": true always is no fault
};

class ConditionProof {
public:
    ConditionProof(Judge& judge, std::vector<Finding>& findings) : judge_(judge), findings_(findings) {}

    // False if what the condition decides never happens; `known_never` are questions found so before.
    bool check(const Gate& gate, const std::set<std::size_t>& known_never);
    // Faults of what a condition reads. `seen` are witnesses of `before` that are known.
    using Values = std::map<std::string, Value>;
    void check_references(const Gate& gate, const std::set<std::size_t>& known_never, bool missing_passes,
                          const std::vector<Values>& seen);

    void add(Severity severity, const std::string& id, const Gate& gate, std::string message, std::string hint,
             Witness witness = {});
    void undecided(const Gate& gate);
    // What is doubted hangs on lines of the roster, or on forms, that are not known.
    void hangs_on_others(const Gate& gate);
    // The condition, or what stands before it, reads a question that is never asked.
    bool reads_never(const Gate& gate, const std::set<std::size_t>& known_never) const;

private:
    void never(const Gate& gate, const Judgement& judgement);
    void silent_negation(const Gate& gate, const std::vector<PathFact>& facts, bool missing_passes);
    void always(const Gate& gate, const Judgement& otherwise);
    void only_without_answer(const Gate& gate, const std::vector<PathFact>& facts, const Values& seen);

    Judge& judge_;
    std::vector<Finding>& findings_;
};

}  // namespace cifra
