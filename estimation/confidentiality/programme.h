// Linear and integer programmes through GLPK: built, changed and solved again. Deterministic: no clock decides, a
// search ends by its number of nodes.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace cifra {

// minimize cost'x  under  low <= row'x <= high  and  low <= x <= high. Bounds may be infinite; numbers count from 0.
class Programme {
public:
    Programme();
    ~Programme();
    Programme(Programme&&) noexcept;
    Programme& operator=(Programme&&) noexcept;

    std::size_t add_variable(double low, double high, double cost);
    std::size_t add_whole_variable(double low, double high, double cost);
    void set_bounds(std::size_t variable, double low, double high);
    void set_cost(std::size_t variable, double cost);
    void add_row(std::span<const std::pair<std::size_t, double>> terms, double low, double high);

    // Of the continuous programme, by the simplex method. `unbounded` is minus infinity.
    enum class Outcome { optimal, infeasible, unbounded };
    Outcome solve();
    double value(std::size_t variable) const;
    double objective() const;
    double reduced_cost(std::size_t variable) const;

    // Of the integer programme, by branch and cut of at most `nodes` nodes. Empty: infeasible, or nothing found.
    struct Whole {
        std::vector<double> values;
        double objective = 0;
        bool proven = false;  // no better solution exists
    };
    Whole solve_whole(int nodes);

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace cifra
