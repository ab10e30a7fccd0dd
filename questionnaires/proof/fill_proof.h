// Part of `proof`: what a text says of an earlier answer, where that question was not asked.
#pragma once

#include <set>
#include <vector>

#include "questionnaires/proof/judge.h"

namespace cifra {

// Texts that are said although a fill of theirs reads a question that was not asked there: the respondent would hear
// "…". A don't know or refused is no fault: everybody has been asked.
class FillProof {
public:
    FillProof(Judge& judge, std::vector<Finding>& findings) : judge_(judge), findings_(findings) {}
    void check(std::size_t question);
    void check(const Module& module);  // its introduction

private:
    // When and where texts are said.
    struct Said {
        std::vector<const Texts*> texts;
        Spot spot;
        std::vector<Proposition> when;
        std::vector<std::string> reads;  // names of `when`
        Location where;
        std::string what;  // "the text of 'age'"
        std::string subject;
    };
    void check(const Said& said);
    void check_fill(const Said& said, const std::string& name, const Location& where);

    Judge& judge_;
    std::vector<Finding>& findings_;
};

}  // namespace cifra
