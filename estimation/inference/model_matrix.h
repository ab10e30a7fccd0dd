// From the terms of a model to its columns.
//
// A numeric variable is one column. A factor is a column for each category but the reference (treatment contrasts). A
// term of several variables is their product; a factor in it is coded without its reference category where the term
// that is left without the factor is in the model too, else by all its categories (Wilkinson and Rogers 1973; R
// model.matrix): a + a:x has one slope of x a category.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace cifra {

struct ModelVariable {
    std::string name;
    bool factor = false;
    std::vector<double> values;       // numeric: by record
    std::vector<std::uint32_t> code;  // factor: position in `levels`, by record
    std::vector<std::string> levels;
    std::size_t reference = 0;
};

struct ModelTerm {
    std::vector<std::size_t> variables;  // one, or those of an interaction
};

struct ModelTerms {
    std::vector<ModelVariable> variables;
    std::vector<ModelTerm> terms;
    bool intercept = true;
    std::size_t records = 0;
};

std::string term_name(const ModelTerms& model, const ModelTerm& term);  // "SEXO:EDAD"

inline constexpr std::size_t intercept_term = static_cast<std::size_t>(-1);

struct ModelMatrix {
    Eigen::MatrixXd columns;         // records × p
    std::vector<std::string> names;  // "(intercept)", "EDAD", "SEXO=2", "SEXO=2:EDAD"
    std::vector<std::size_t> term;   // of each column, or intercept_term
};

// A variable given one value for every record: the position of a level for a factor, a number otherwise.
using FixedValue = std::pair<std::size_t, double>;

ModelMatrix model_matrix(const ModelTerms& model, const std::vector<FixedValue>& fixed = {});

}  // namespace cifra
