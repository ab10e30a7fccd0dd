// Records with equal covariates: they have the same row of the model matrix and the same offset, so the matrix is made,
// and the model iterated, over the distinct ones (Hosmer, Lemeshow and Sturdivant 2013, section 5.2: covariate
// patterns). A million persons by age group, sex and area have some hundred patterns.
//
//   const CovariatePatterns patterns = covariate_patterns(terms, offset);
//   ModelMatrix matrix = model_matrix(at_records(terms, patterns.example));     // a row a pattern
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "estimation/inference/model_matrix.h"

namespace cifra {

struct CovariatePatterns {
    std::vector<std::uint32_t> of_record;  // numbers in the order of the records; empty: each is its own
    std::vector<std::uint32_t> example;    // of each pattern: the first record that has it
};

// `offset`: of each record, or empty. Where more than half of the records differ nothing is gained: every record is
// then its own pattern, and both lists are empty. Cost O(records × variables).
CovariatePatterns covariate_patterns(const ModelTerms& model, std::span<const double> offset);

// The same model over some of its records.
ModelTerms at_records(const ModelTerms& model, std::span<const std::uint32_t> records);

}  // namespace cifra
