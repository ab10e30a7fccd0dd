// The auxiliaries x of a calibration as SQL, and sums of weighted auxiliaries put together from what a server sends.
//
// A margin has one column of x for each category, so x and x x' of a row are known from its categories and its numbers
// (totals of age, of income). The server therefore sums a weight v times 1, the numbers and their products, grouped by
// the categories of all margins, whatever the number of columns: k numbers make 1 + k sums for Σ v x and
// (1 + k)(2 + k)/2 for Σ v x x'. What comes back is one row for each crossing of the margins that occurs.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <string>
#include <vector>

#include "engine/warehouse/answer.h"
#include "estimation/weighting/calibration.h"

namespace cifra {

struct WarehouseAuxiliaries {
    struct Control {
        std::string value;                    // Float64 of a row; of a margin what tells its category, for `transform`
        std::vector<std::string> categories;  // of a margin: this value as a literal, by column
        bool margin = false;
        std::size_t first = 0;  // its first column of x
    };
    std::vector<Control> controls;
    std::size_t columns = 0;
    std::string base;      // d, Float64
    std::string variance;  // q, Float64; empty for 1

    void add(Control control, std::size_t its_columns);
    std::size_t numbers() const;
};

// v / q
std::string over_variance(const WarehouseAuxiliaries& x, const std::string& v);
// x'λ / q of a row
std::string sql_predictor(const WarehouseAuxiliaries& x, const Eigen::VectorXd& lambda);

// F and its derivative at u (weighting/calibration_distance.h). Of poststratification F(u) = u.
std::string sql_factor(const CalibrationOptions& options, const std::string& u);
std::string sql_slope(const CalibrationOptions& options, const std::string& u);

// By margin the number of a row's category: what sums are to be grouped by.
std::vector<SqlOutput> category_keys(const WarehouseAuxiliaries& x);
// Σ v, Σ v x_k by number k, over the rows of a condition; and behind them Σ v x_k x_l.
std::vector<std::string> linear_sums(const WarehouseAuxiliaries& x, const std::string& v, const std::string& condition);
std::vector<std::string> square_sums(const WarehouseAuxiliaries& x, const std::string& v, const std::string& condition);

// One row of an answer: where its category keys and its sums begin.
struct AuxiliaryRow {
    const Table& answer;
    std::size_t row, keys, sums;
    double sum(std::size_t k) const { return answer.column(sums + k).number(row); }
};

// visit(column, number k of the sums that it multiplies, 0 for a category) for each column of x that may not be 0.
template <class Visit>
void for_each_column(const WarehouseAuxiliaries& x, const AuxiliaryRow& row, const Visit& visit) {
    std::size_t margin = 0, number = 0;
    for (const WarehouseAuxiliaries::Control& control : x.controls) {
        if (!control.margin) {
            visit(control.first, ++number);
            continue;
        }
        const double category = row.answer.column(row.keys + margin++).number(row.row);
        if (category >= 0) visit(control.first + static_cast<std::size_t>(category), std::size_t{0});
    }
}

// Σ v x and Σ v x x' over all rows of an answer.
Eigen::VectorXd linear_total(const WarehouseAuxiliaries& x, const Table& answer, std::size_t keys, std::size_t sums);
Eigen::MatrixXd square_total(const WarehouseAuxiliaries& x, const Table& answer, std::size_t keys, std::size_t sums);

}  // namespace cifra
