// Part of `proof`: whether the instrument's indicators can be told of everyone of their universe, and of anybody.
#pragma once

#include <string>
#include <vector>

#include "questionnaires/proof/judge.h"
#include "questionnaires/proof/universe.h"

namespace cifra {

// As in universe.h, with a judge at hand.
Coverage coverage(Judge& judge, Unit unit, const Expr& numerator, const Expr& universe);

class IndicatorProof {
public:
    IndicatorProof(Judge& judge, std::vector<Finding>& findings) : judge_(judge), findings_(findings) {}
    void check(const MeasuredIndicator& indicator);

private:
    bool never_true(const MeasuredIndicator& indicator);
    void always_true(const MeasuredIndicator& indicator);
    Judgement in_universe(const MeasuredIndicator& indicator, std::vector<Proposition>& claim);
    void add(Severity severity, const std::string& id, const MeasuredIndicator& indicator, const std::string& message,
             const std::string& hint, Witness witness = {});

    Judge& judge_;
    std::vector<Finding>& findings_;
};

}  // namespace cifra
