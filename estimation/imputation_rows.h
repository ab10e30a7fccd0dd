// The rows of one imputed item: who takes part, what is missing, what names a record. Internal to `imputation_plan`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "estimation/imputation.h"
#include "estimation/imputation_plan.h"

namespace cifra {

struct ImputationRows {
    std::vector<std::uint8_t> universe, missing;
    std::size_t universe_count = 0, missing_count = 0;
    double universe_weight = 0, missing_weight = 0;
};
ImputationRows imputation_rows(const Hierarchy& hierarchy, const ImputationItem& item);

// Whether a cell is missing: a kind other than not_asked, or one of the codes.
bool is_missing_item(const Column& column, std::size_t row, const std::vector<std::string>& codes);

// The identity of each record as text: the columns `id`, or, without them, all columns of the record and of those above
// it. Only without `id` two records may be alike; they are then numbered.
std::vector<std::string> record_names(const Hierarchy& hierarchy, std::size_t level,
                                      const std::vector<std::string>& id);

// Classes of each row, the finest first, as variables are lost in the order of `collapse`.
DonorClasses donor_classes(const Hierarchy& hierarchy, const ImputationItem& item);

// Predictors as numbers: truths and numbers as they are, texts as one indicator a category but the first.
Eigen::MatrixXd predictor_matrix(const Hierarchy& hierarchy, const ImputationItem& item);

}  // namespace cifra
