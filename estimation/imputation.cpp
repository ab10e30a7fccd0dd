#include "estimation/imputation.h"

#include <Eigen/QR>
#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <numeric>
#include <span>
#include <stdexcept>

#include "engine/random.h"

namespace cifra {

namespace {

enum class Step : std::uint16_t { order = 1, bootstrap = 2, donor = 3 };

double number_for(const DonorRequest& request, Step step, std::size_t row) {
    const Draw key{request.seed, Purpose::imputation, static_cast<std::uint16_t>(step), request.unit[row]};
    return uniform(key, request.draw);
}

std::size_t below(double u, std::size_t n) {
    return std::min(static_cast<std::size_t>(u * static_cast<double>(n)), n - 1);
}

double chance(const DonorRequest& request, std::size_t row) { return request.weight.empty() ? 1 : request.weight[row]; }

// Chances of slots as a tree of sums; a sum is always that of its two children, so that no rounding stays behind.
class Chances {
public:
    explicit Chances(std::size_t slots) : leaves_(std::bit_ceil(std::max<std::size_t>(slots, 1))), sums_(2 * leaves_) {}
    void set(std::size_t slot, double chance) {
        std::size_t at = leaves_ + slot;
        sums_[at] = chance;
        while (at /= 2) sums_[at] = sums_[2 * at] + sums_[2 * at + 1];
    }
    double total() const { return sums_[1]; }
    std::size_t find(double u) const {
        double target = u * total();
        std::size_t at = 1;
        while (at < leaves_) {
            at *= 2;
            if (sums_[at + 1] == 0 || target < sums_[at]) continue;
            target -= sums_[at++];
        }
        return at - leaves_;
    }

private:
    std::size_t leaves_;
    std::vector<double> sums_;
};

struct Parties {
    std::vector<std::size_t> donors, recipients;  // rows, in the order of their units
};

void check(const DonorRequest& request) {
    const std::size_t rows = request.universe.size();
    if (request.missing.size() != rows || request.unit.size() != rows ||
        (!request.weight.empty() && request.weight.size() != rows))
        throw std::invalid_argument("imputation: vectors of different lengths");
    for (const double weight : request.weight)
        if (!(weight >= 0 && std::isfinite(weight))) throw std::invalid_argument("imputation: bad weight");
}

Parties parties_of(const DonorRequest& request) {
    check(request);
    std::vector<std::size_t> order;
    for (std::size_t row = 0; row < request.universe.size(); ++row)
        if (request.universe[row]) order.push_back(row);
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return request.unit[a] < request.unit[b]; });
    Parties parties;
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i > 0 && request.unit[order[i]] == request.unit[order[i - 1]])
            throw std::invalid_argument("imputation: two records have the same identity");
        if (request.missing[order[i]])
            parties.recipients.push_back(order[i]);
        else if (chance(request, order[i]) > 0)
            parties.donors.push_back(order[i]);
    }
    return parties;
}

// Who comes first where a limit makes it matter: a random order that each record carries with it.
void shuffle(const DonorRequest& request, std::vector<std::size_t>& rows) {
    std::stable_sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) {
        return number_for(request, Step::order, a) < number_for(request, Step::order, b);
    });
}

// The donors, or as many drawn from them with replacement.
std::vector<std::size_t> slots_of(const DonorRequest& request, const std::vector<std::size_t>& donors) {
    if (!request.bootstrap) return donors;
    Chances chances(donors.size());
    if (!request.weight.empty())
        for (std::size_t i = 0; i < donors.size(); ++i) chances.set(i, request.weight[donors[i]]);
    std::vector<std::size_t> slots;
    for (const std::size_t donor : donors) {
        const double u = number_for(request, Step::bootstrap, donor);
        slots.push_back(donors[request.weight.empty() ? below(u, donors.size()) : chances.find(u)]);
    }
    return slots;
}

class Ledger {
public:
    Ledger(const DonorRequest& request, Donors& donors)
        : request_(request), donors_(donors), used_(request.universe.size(), 0) {
        donors_.of_row.assign(request.universe.size(), Column::npos);
    }

    std::size_t left(std::size_t donor) const {
        return request_.limit > used_[donor] ? request_.limit - used_[donor] : 0;
    }
    bool open(std::size_t donor, std::size_t limit) const { return request_.limit == 0 || used_[donor] < limit; }

    void take(std::size_t recipient, std::size_t donor) {
        if (!open(donor, request_.limit)) ++donors_.over_limit;
        donors_.of_row[recipient] = donor;
        donors_.most_used = std::max(donors_.most_used, ++used_[donor]);
    }

private:
    const DonorRequest& request_;
    Donors& donors_;
    std::vector<std::size_t> used_;
};

// One class: every recipient gets one of the slots.
class ClassDraw {
public:
    ClassDraw(const DonorRequest& request, const std::vector<std::size_t>& donors, Ledger& ledger)
        : request_(request),
          ledger_(ledger),
          slots_(slots_of(request, donors)),
          chances_(slots_.size()),
          limit_(request.limit) {
        for (std::size_t slot = 0; slot < slots_.size(); ++slot) slots_of_donor_[slots_[slot]].push_back(slot);
        reopen();
    }

    void serve(std::size_t recipient) {
        while (chances_.total() == 0) {
            ++limit_;
            reopen();
        }
        const std::size_t donor = slots_[chances_.find(number_for(request_, Step::donor, recipient))];
        ledger_.take(recipient, donor);
        if (!ledger_.open(donor, limit_)) set(donor, false);
    }

private:
    void set(std::size_t donor, bool open) {
        const bool weighted = !request_.bootstrap && !request_.weight.empty();
        for (const std::size_t slot : slots_of_donor_[donor])
            chances_.set(slot, open ? (weighted ? request_.weight[donor] : 1) : 0);
    }
    void reopen() {
        for (const auto& [donor, slots] : slots_of_donor_) set(donor, ledger_.open(donor, limit_));
    }

    const DonorRequest& request_;
    Ledger& ledger_;
    std::vector<std::size_t> slots_;
    std::map<std::size_t, std::vector<std::size_t>> slots_of_donor_;
    Chances chances_;
    std::size_t limit_;
};

bool can_serve(const DonorRequest& request, const DonorClasses& classes, const Parties& group, const Ledger& ledger,
               bool last) {
    if (group.donors.empty()) return false;
    if (last) return true;
    if (group.donors.size() < classes.minimum) return false;
    std::size_t uses = 0;
    for (const std::size_t donor : group.donors) uses += ledger.left(donor);
    return request.limit == 0 || uses >= group.recipients.size();
}

// ---- predictive means

using Rows = std::vector<std::size_t>;

// beta of least squares on the rows, with the request's weights or without. Columns are scaled, and a rank below their
// number gives the solution of least length.
Eigen::VectorXd fit(const DonorRequest& request, const PredictiveMean& model, const Rows& rows, bool weighted) {
    const Eigen::Index p = model.predictors.cols() + 1;
    Eigen::MatrixXd cross = Eigen::MatrixXd::Zero(p, p);
    Eigen::VectorXd right = Eigen::VectorXd::Zero(p), x(p);
    for (const std::size_t donor : rows) {
        const auto row = static_cast<Eigen::Index>(donor);
        x(0) = 1;
        x.tail(p - 1) = model.predictors.row(row).transpose();
        const double weight = weighted ? chance(request, donor) : 1;
        cross.selfadjointView<Eigen::Lower>().rankUpdate(x, weight);
        right += weight * model.value(row) * x;
    }
    cross = cross.selfadjointView<Eigen::Lower>();
    Eigen::VectorXd scale = cross.diagonal().cwiseSqrt();
    scale = (scale.array() > 0).select(scale.cwiseInverse(), 0);
    Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd> solver;
    solver.setThreshold(1e-10);
    solver.compute(scale.asDiagonal() * cross * scale.asDiagonal());
    return scale.asDiagonal() * solver.solve(scale.asDiagonal() * right);
}

double predict(const PredictiveMean& model, const Eigen::VectorXd& beta, std::size_t row) {
    return beta(0) + model.predictors.row(static_cast<Eigen::Index>(row)).dot(beta.tail(beta.size() - 1));
}

struct Predicted {
    double value = 0;
    std::size_t row = 0;
};

// Donors in the order of their predictions, and who of them may still be used.
struct Predictions {
    std::vector<Predicted> donors;
    const Ledger& ledger;
    std::size_t limit = 0;

    bool open(std::size_t i) const { return ledger.open(donors[i].row, limit); }
};

// The distance of the k-th nearest open donor, or of the farthest when there are fewer; below 0 when none is open.
double reach(const Predictions& all, double target, std::size_t k) {
    const std::vector<Predicted>& donors = all.donors;
    const auto above = std::lower_bound(donors.begin(), donors.end(), target,
                                        [](const Predicted& donor, double value) { return donor.value < value; });
    auto up = static_cast<std::size_t>(above - donors.begin());
    std::size_t down = up;
    double distance = -1;
    for (std::size_t found = 0; found < k; ++found) {
        while (down > 0 && !all.open(down - 1)) --down;
        while (up < donors.size() && !all.open(up)) ++up;
        if (down == 0 && up == donors.size()) break;
        const bool lower =
            up == donors.size() || (down > 0 && target - donors[down - 1].value <= donors[up].value - target);
        distance = lower ? target - donors[--down].value : donors[up++].value - target;
    }
    return distance;
}

// One of the open donors within reach, those at the very distance of the k-th included; npos when none is open.
std::size_t choose(const Predictions& all, double target, std::size_t k, double u) {
    const double far = reach(all, target, k);
    if (far < 0) return Column::npos;
    const auto first = std::partition_point(all.donors.begin(), all.donors.end(),
                                            [&](const Predicted& donor) { return target - donor.value > far; });
    const auto last = std::partition_point(first, all.donors.end(),
                                           [&](const Predicted& donor) { return donor.value - target <= far; });
    const std::span<const Predicted> window(first, last);
    if (all.limit == 0) return window[below(u, window.size())].row;
    Rows open;
    for (const Predicted& donor : window)
        if (all.ledger.open(donor.row, all.limit)) open.push_back(donor.row);
    return open[below(u, open.size())];
}

void check(const DonorRequest& request, const PredictiveMean& model) {
    const auto rows = static_cast<Eigen::Index>(request.universe.size());
    if (model.predictors.rows() != rows || model.value.size() != rows || model.neighbours == 0)
        throw std::invalid_argument("imputation: predictors, values and rows differ, or no neighbour is asked for");
    for (Eigen::Index row = 0; row < rows; ++row) {
        const auto at = static_cast<std::size_t>(row);
        const bool bad_value = !request.missing[at] && !std::isfinite(model.value(row));
        if (request.universe[at] && (bad_value || !model.predictors.row(row).allFinite()))
            throw std::invalid_argument("imputation: a predictor or a respondent's value is not finite");
    }
}

}  // namespace

Donors hot_deck(const DonorRequest& request, const DonorClasses& classes) {
    const Parties parties = parties_of(request);
    for (const auto& level : classes.levels)
        if (level.size() != request.universe.size())
            throw std::invalid_argument("imputation: classes and rows differ in length");
    Donors result;
    Ledger ledger(request, result);
    result.recipients = parties.recipients.size();
    Rows waiting = parties.recipients;
    if (request.limit > 0) shuffle(request, waiting);
    for (std::size_t level = 0; level < classes.levels.size(); ++level) {
        std::map<std::uint32_t, Parties> groups;
        for (const std::size_t row : waiting) groups[classes.levels[level][row]].recipients.push_back(row);
        for (const std::size_t row : parties.donors)
            if (const auto group = groups.find(classes.levels[level][row]); group != groups.end())
                group->second.donors.push_back(row);
        Rows left;
        for (const auto& [code, group] : groups) {
            if (!can_serve(request, classes, group, ledger, level + 1 == classes.levels.size())) continue;
            ClassDraw draw(request, group.donors, ledger);
            for (const std::size_t recipient : group.recipients) draw.serve(recipient);
        }
        for (const std::size_t row : waiting)
            if (result.of_row[row] == Column::npos) left.push_back(row);
        result.served.push_back(waiting.size() - left.size());
        waiting = std::move(left);
    }
    result.unfilled = waiting.size();
    return result;
}

Donors predictive_mean(const DonorRequest& request, const PredictiveMean& model) {
    Parties parties = parties_of(request);
    check(request, model);
    Donors result;
    Ledger ledger(request, result);
    result.recipients = parties.recipients.size();
    result.unfilled = parties.donors.empty() ? parties.recipients.size() : 0;
    result.served = {result.recipients - result.unfilled};
    if (parties.donors.empty() || parties.recipients.empty()) return result;
    // The bootstrap has drawn by weight: its fit needs none.
    const Rows slots = slots_of(request, parties.donors);
    const Eigen::VectorXd beta = fit(request, model, slots, !request.bootstrap);
    Predictions predictions{{}, ledger, request.limit};
    for (const std::size_t row : slots) predictions.donors.push_back({predict(model, beta, row), row});
    std::stable_sort(predictions.donors.begin(), predictions.donors.end(),
                     [](const Predicted& a, const Predicted& b) { return a.value < b.value; });
    if (request.limit > 0) shuffle(request, parties.recipients);
    for (const std::size_t recipient : parties.recipients) {
        const double target = predict(model, beta, recipient);
        const double u = number_for(request, Step::donor, recipient);
        std::size_t donor = choose(predictions, target, model.neighbours, u);
        if (donor == Column::npos) {
            ++predictions.limit;
            donor = choose(predictions, target, model.neighbours, u);
        }
        ledger.take(recipient, donor);
    }
    return result;
}

}  // namespace cifra
