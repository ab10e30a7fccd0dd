#include "estimation/confidentiality/suppression.h"

#include <algorithm>
#include <limits>
#include <map>

#include "estimation/confidentiality/programme.h"

namespace cifra {

namespace {

constexpr double enough = 1 - 1e-6;  // of the protection: the simplex method works to 1e-7

using Terms = std::vector<std::pair<std::size_t, double>>;

// The cells of one linked group, with their deviations from the true values as variables of the intruder.
class Group {
public:
    Group(const SuppressionProblem& problem, const LinkedCells& linked) : problem_(problem), cells_(linked.cells) {
        std::map<std::size_t, std::size_t> place;
        for (const std::size_t cell : cells_) {
            place[cell] = intruder_.add_variable(0, 0, 0);
            ceiling_ = std::max(ceiling_, 2 * problem.table.values[cell]);
        }
        for (const Relation* relation : linked.relations) {
            Terms terms = {{place.at(relation->total), -1}};
            for (const std::size_t part : relation->parts) terms.emplace_back(place.at(part), 1);
            intruder_.add_row(terms, 0, 0);
        }
        start_master();
        for (const SensitiveCell& sensitive : problem.sensitive)
            if (const auto found = place.find(sensitive.cell); found != place.end())
                sensitive_.emplace_back(found->second, sensitive.protection);
    }

    bool sensitive() const { return !sensitive_.empty(); }

    void solve(Suppression& result) {
        while (true) {
            const Programme::Whole choice = master_.solve_whole(problem_.nodes);
            if (choice.values.empty()) return give_up(result);
            proven_ = choice.proven;
            for (std::size_t i = 0; i < cells_.size(); ++i) chosen_[i] = choice.values[i] > 0.5;
            if (!add_cuts()) break;
        }
        for (std::size_t i = 0; i < cells_.size(); ++i)
            if (chosen_[i]) result.suppressed[cells_[i]] = true;
        result.proven = result.proven && proven_;
    }

private:
    void start_master() {
        for (const std::size_t cell : cells_) {
            const bool kept = problem_.published[cell];
            master_.add_whole_variable(0, kept ? 0 : 1, problem_.cost[cell]);
        }
        chosen_.assign(cells_.size(), false);
        const auto need = [&](std::size_t cell) {
            const auto found = std::lower_bound(cells_.begin(), cells_.end(), cell);
            if (found == cells_.end() || *found != cell) return;
            master_.set_bounds(static_cast<std::size_t>(found - cells_.begin()), 1, 1);
        };
        for (const SensitiveCell& sensitive : problem_.sensitive) need(sensitive.cell);
        for (const std::size_t cell : problem_.held_back) need(cell);
    }

    double lower(std::size_t i) const { return problem_.table.values[cells_[i]]; }
    double upper(std::size_t i) const { return ceiling_ - problem_.table.values[cells_[i]]; }

    // Whether the choice of the master was found wanting.
    bool add_cuts() {
        bool any = false;
        for (const auto& [i, protection] : sensitive_)
            for (const double direction : {1.0, -1.0}) any = attack(i, protection, direction, chosen_) || any;
        return any;
    }

    // How far the intruder can think cell `i` away from its value, in units of the protection; adds the cut where that
    // is not enough.
    bool attack(std::size_t i, double protection, double direction, const std::vector<bool>& chosen) {
        for (std::size_t j = 0; j < cells_.size(); ++j)
            intruder_.set_bounds(j, chosen[j] ? -lower(j) / protection : 0, chosen[j] ? upper(j) / protection : 0);
        intruder_.set_bounds(i, direction > 0 ? 0 : -1, direction > 0 ? 1 : 0);
        intruder_.set_cost(i, -direction);
        intruder_.solve();
        intruder_.set_cost(i, 0);
        if (-intruder_.objective() >= enough) return false;
        Terms cut;
        for (std::size_t j = 0; j < cells_.size(); ++j) {
            const double d = -intruder_.reduced_cost(j);
            const double gain = (d > 0 ? d * upper(j) : -d * lower(j)) / protection;
            if (j != i && gain > 1e-9) cut.emplace_back(j, std::min(gain, 1.0));
        }
        master_.add_row(cut, enough, std::numeric_limits<double>::infinity());
        return true;
    }

    // The master has no solution: all that may be is kept back, and the sensitive cells that stay open are named.
    void give_up(Suppression& result) {
        for (std::size_t i = 0; i < cells_.size(); ++i) chosen_[i] = !problem_.published[cells_[i]];
        for (std::size_t i = 0; i < cells_.size(); ++i)
            if (chosen_[i]) result.suppressed[cells_[i]] = true;
        for (const auto& [i, protection] : sensitive_)
            if (attack(i, protection, 1, chosen_) || attack(i, protection, -1, chosen_))
                result.unprotected.push_back(cells_[i]);
        result.proven = false;
    }

    const SuppressionProblem& problem_;
    std::vector<std::size_t> cells_;  // increasing
    std::vector<std::pair<std::size_t, double>> sensitive_;
    std::vector<bool> chosen_;
    double ceiling_ = 0;
    bool proven_ = true;
    Programme intruder_, master_;
};

}  // namespace

Suppression suppress(const SuppressionProblem& problem) {
    Suppression result;
    result.suppressed.assign(problem.table.values.size(), false);
    for (const std::size_t cell : problem.held_back) result.suppressed[cell] = true;
    for (const LinkedCells& linked : linked_cells(problem.table))
        if (Group group(problem, linked); group.sensitive()) group.solve(result);
    return result;
}

}  // namespace cifra
