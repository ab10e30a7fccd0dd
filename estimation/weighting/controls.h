// The auxiliaries x of units and the totals of the population they are to meet.
//
// A control is a margin, with a column of x for each category (1 in it, 0 outside), or the total of one number. Columns
// are numbered through the controls in their order. Sums over units run in the order of the units.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace cifra {

inline constexpr std::uint32_t no_category = static_cast<std::uint32_t>(-1);

// A margin, with a column of x for every category, or the total of one number.
struct Control {
    std::vector<std::string> names;       // of its columns: "region=North", "income"
    std::vector<double> totals;           // of the population; NaN where it is not told
    std::vector<std::uint32_t> category;  // of each unit, no_category outside the margin; empty: a number
    std::vector<double> value;            // of each unit; empty: a margin
    bool margin() const { return value.empty(); }
};

// The auxiliaries x of all units, by control; never a matrix of units times columns.
class Controls {
public:
    void add(Control control);
    const std::vector<Control>& all() const { return controls_; }
    std::size_t columns() const { return columns_; }
    std::size_t first(std::size_t control) const { return first_[control]; }  // its first column
    std::vector<std::string> names() const;
    Eigen::VectorXd totals() const;

    // visit(control, column, x) for every x of a unit that may not be 0.
    template <class Visit>
    void for_each(std::size_t unit, const Visit& visit) const {
        for (std::size_t c = 0; c < controls_.size(); ++c) {
            const Control& control = controls_[c];
            if (!control.margin())
                visit(c, first_[c], control.value[unit]);
            else if (control.category[unit] != no_category)
                visit(c, first_[c] + control.category[unit], 1.0);
        }
    }

private:
    std::vector<Control> controls_;
    std::vector<std::size_t> first_;
    std::size_t columns_ = 0;
};

Eigen::VectorXd weighted_totals(const Controls& controls, std::span<const double> w);    // Σ w x
Eigen::MatrixXd weighted_products(const Controls& controls, std::span<const double> w);  // Σ w x x'

// Pseudo-inverse of a matrix of cross-products; `redundant` receives its rank deficiency.
Eigen::MatrixXd inverse_of_products(const Eigen::MatrixXd& products, std::size_t* redundant = nullptr);

// What is to be told of columns that earlier ones imply; "" for nothing. Every margin after the first repeats the
// size of the population in its last category.
std::string redundancy_notice(const Controls& controls, const std::vector<std::size_t>& redundant);

}  // namespace cifra
