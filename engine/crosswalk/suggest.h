// Codes of the ICCS that a title may mean: a proposal for a person who decides, never a mapping.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/table.h"

namespace cifra {

struct IccsSuggestion {
    std::string iccs;
    double score = 0;      // from 0 to 1: how alike the words are, not how probable the code is
    std::string likeness;  // the title or synonym that is like it
};

// Titles of the classification in English and Spanish, and the synonyms of engine/data/iccs_synonyms.csv, as weighted
// words without endings. The score is the cosine of the two vectors of tf · idf, idf = ln(N / n) of N titles n of which
// hold the word (Spärck Jones 1972; Salton, Wong and Yang 1975, A vector space model for automatic indexing); a code
// has the best of its titles. Texts without a known word have no suggestion.
class IccsSuggester {
public:
    IccsSuggester();
    // The best `count` codes, by score and then in order of the classification.
    std::vector<IccsSuggestion> suggest(std::string_view title, std::size_t count) const;

private:
    using Vector = std::map<std::string, double>;
    struct Entry {
        std::string iccs, title;
        Vector words;
    };
    Vector weighted(std::string_view title) const;
    std::vector<Entry> entries_;
    std::map<std::string, double> idf_;
};

}  // namespace cifra
