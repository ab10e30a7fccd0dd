#include "sampling/selection/flight.h"

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace cifra {

namespace {

constexpr double decided = 1e-12;       // a state this near to 0 or 1 is there
constexpr double dependent = 1e-10;     // what is left of a column outside the span, relative to its terms
constexpr double rounded_whole = 1e-7;  // a last state this near to 0 or 1: its group's Σ π is whole, but for rounding
constexpr int pivots_between_renewals = 64;
constexpr std::size_t fetched_at_a_time = 32;
constexpr int few_equations = 8;  // for which there is code of its own

// Rows: the number of equations, or Eigen::Dynamic.
template <int Rows>
class Flight {
    using Square = Eigen::Matrix<double, Rows, Rows>;
    using Column = Eigen::Matrix<double, Rows, 1>;

public:
    Flight(const Balancing& balancing, std::vector<double>& state, Stream& stream)
        : balancing_(balancing), state_(state), stream_(stream) {
        const auto rows = static_cast<Eigen::Index>(balancing.equations());
        transform_ = Square::Identity(rows, rows);
        columns_ = Square::Zero(rows, rows);
        column_.resize(rows);
        fetched_.resize(rows, fetched_at_a_time);
        image_.resize(rows);
        residual_.resize(rows);
        correction_.resize(rows);
        weights_ = Column::Zero(rows);
        pivot_row_.resize(rows);
        basis_.resize(balancing.equations());
        in_basis_.resize(balancing.equations(), false);
    }

    // Units lie anywhere in memory: some of them are fetched at a time.
    void enter_all(std::span<const FlightUnit> units) {
        while (!units.empty()) {
            const std::span<const FlightUnit> next = units.first(std::min(fetched_at_a_time, units.size()));
            for (std::size_t i = 0; i < next.size(); ++i) {
                __builtin_prefetch(&state_[next[i].unit], 1);
                balancing_.column(next[i].unit, next[i].group, fetched_.col(static_cast<Eigen::Index>(i)).data());
            }
            for (std::size_t i = 0; i < next.size(); ++i) enter(next[i], fetched_.col(static_cast<Eigen::Index>(i)));
            units = units.subspan(next.size());
        }
    }

    std::vector<FlightUnit> standing() const {
        std::vector<FlightUnit> units;
        for (std::size_t row = 0; row < basis_.size(); ++row)
            if (in_basis_[row]) units.push_back(basis_[row]);
        // Not by row: which row a unit has depends on rounding, and on variables that say nothing new.
        std::sort(units.begin(), units.end(), [](const FlightUnit& a, const FlightUnit& b) { return a.unit < b.unit; });
        return units;
    }

private:
    void enter(const FlightUnit& unit, const Eigen::Ref<const Column>& column) {
        column_ = column;
        image_.noalias() = transform_ * column_;
        while (undecided(unit)) {
            const Eigen::Index row = free_row();
            if (row >= 0) {
                pivot(row, unit);
                break;
            }
            move(unit);
        }
        if (pivots_ >= pivots_between_renewals) renew();
    }

    bool undecided(const FlightUnit& unit) const { return state_[unit.unit] > 0 && state_[unit.unit] < 1; }

    // The free row in which the column stands out most from rounding; −1 where it lies in the span of the basis.
    Eigen::Index free_row() const {
        Eigen::Index best = -1;
        double most = dependent;
        for (Eigen::Index row = 0; row < image_.size(); ++row) {
            if (in_basis_[static_cast<std::size_t>(row)]) continue;
            const double terms = transform_.row(row).cwiseAbs().dot((column_.cwiseAbs().array() + 1).matrix());
            if (std::abs(image_[row]) > most * terms) {
                most = std::abs(image_[row]) / terms;
                best = row;
            }
        }
        return best;
    }

    void pivot(Eigen::Index row, const FlightUnit& unit) {
        pivot_row_ = transform_.row(row) / image_[row];
        image_[row] = 0;
        transform_.noalias() -= image_ * pivot_row_;
        transform_.row(row) = pivot_row_;
        columns_.col(row) = column_;
        basis_[static_cast<std::size_t>(row)] = unit;
        in_basis_[static_cast<std::size_t>(row)] = true;
        ++pivots_;
    }

    // The weights that make the column out of those of the basis, refined once: the error no longer grows with the
    // condition of the basis.
    void solve() {
        for (Eigen::Index row = 0; row < image_.size(); ++row)
            weights_[row] = in_basis_[static_cast<std::size_t>(row)] ? image_[row] : 0;
        residual_ = column_;
        residual_.noalias() -= columns_ * weights_;
        correction_.noalias() = transform_ * residual_;
        for (Eigen::Index row = 0; row < image_.size(); ++row)
            if (in_basis_[static_cast<std::size_t>(row)]) weights_[row] += correction_[row];
    }

    void move(const FlightUnit& unit) {
        solve();
        double up = 1 - state_[unit.unit], down = state_[unit.unit];
        for (std::size_t row = 0; row < basis_.size(); ++row) {
            const double slope = -weights_[static_cast<Eigen::Index>(row)];
            if (slope == 0) continue;
            const double below = state_[basis_[row].unit], above = 1 - below;
            up = std::min(up, slope > 0 ? above / slope : below / -slope);
            down = std::min(down, slope > 0 ? below / slope : above / -slope);
        }
        const double step = stream_.bernoulli(down / (up + down)) ? up : -down;
        advance(unit, step);
        for (std::size_t row = 0; row < basis_.size(); ++row)
            if (in_basis_[row]) {
                advance(basis_[row], -step * weights_[static_cast<Eigen::Index>(row)]);
                in_basis_[row] = undecided(basis_[row]);
            }
    }

    void advance(const FlightUnit& unit, double step) {
        double& state = state_[unit.unit];
        state += step;
        if (state < decided) state = 0;
        if (state > 1 - decided) state = 1;
    }

    void renew() {
        const std::vector<FlightUnit> units = standing();
        transform_.setIdentity();
        std::fill(in_basis_.begin(), in_basis_.end(), false);
        pivots_ = -static_cast<int>(units.size());
        Column column(column_.size());
        for (const FlightUnit& unit : units) {
            balancing_.column(unit.unit, unit.group, column.data());
            enter(unit, column);
        }
    }

    const Balancing& balancing_;
    std::vector<double>& state_;
    Stream& stream_;
    Square transform_, columns_;  // E; the columns of the basis, by row of E
    Eigen::Matrix<double, Rows, Eigen::Dynamic> fetched_;
    Column column_, image_, weights_, residual_, correction_;
    Eigen::Matrix<double, 1, Rows> pivot_row_;
    std::vector<FlightUnit> basis_;  // by row of the transform
    std::vector<char> in_basis_;
    int pivots_ = 0;
};

template <int Rows>
std::vector<FlightUnit> fly_by(std::span<const FlightUnit> units, const Balancing& balancing,
                               std::vector<double>& state, Stream& stream) {
    Flight<Rows> flight(balancing, state, stream);
    flight.enter_all(units);
    return flight.standing();
}

template <int... Less>
auto flights_by_equations(std::integer_sequence<int, Less...>) {
    return std::array{&fly_by<Less + 1>...};
}

}  // namespace

Balancing::Balancing(std::span<const double> probability, const UnitMatrix& values)
    : variables(static_cast<std::size_t>(values.cols())), values_(&values) {
    Eigen::ArrayXd squares = Eigen::ArrayXd::Zero(values.cols());
    double open = 0;
    for (std::size_t k = 0; k < probability.size(); ++k) {
        inverse_probability_.push_back(1 / probability[k]);
        if (probability[k] >= 1) continue;
        squares += (values.row(static_cast<Eigen::Index>(k)).transpose().array() / probability[k]).square();
        ++open;
    }
    for (const double square : squares) inverse_scale_.push_back(square > 0 ? std::sqrt(open / square) : 1);
}

void Balancing::column(std::size_t unit, std::size_t group, double* a) const {
    std::fill_n(a, groups, 0.0);
    a[group] = 1;
    const double* x = values_->data() + unit * static_cast<std::size_t>(values_->cols());
    for (std::size_t j = 0; j < variables; ++j) a[groups + j] = x[j] * inverse_probability_[unit] * inverse_scale_[j];
}

std::vector<FlightUnit> fly(std::span<const FlightUnit> units, const Balancing& balancing, std::vector<double>& state,
                            Stream& stream) {
    static const auto few = flights_by_equations(std::make_integer_sequence<int, few_equations>());
    const std::size_t equations = balancing.equations();
    return (equations <= few.size() ? few[equations - 1] : &fly_by<Eigen::Dynamic>)(units, balancing, state, stream);
}

std::vector<FlightUnit> land(std::vector<FlightUnit> undecided, Balancing balancing, std::vector<double>& state,
                             Stream& stream) {
    while (balancing.variables > 0 && !undecided.empty()) {
        --balancing.variables;
        undecided = fly(undecided, balancing, state, stream);
    }
    std::erase_if(undecided, [&](const FlightUnit& unit) { return round_whole(unit, state); });
    return undecided;
}

bool round_whole(const FlightUnit& unit, std::vector<double>& state) {
    double& s = state[unit.unit];
    if (std::abs(s - std::round(s)) >= rounded_whole) return false;
    s = std::round(s);
    return true;
}

std::vector<std::size_t> taken_units(std::span<const FlightUnit> undecided, std::vector<double>& state,
                                     Stream& stream) {
    for (const FlightUnit& unit : undecided) state[unit.unit] = stream.bernoulli(state[unit.unit]) ? 1 : 0;
    std::vector<std::size_t> taken;
    for (std::size_t k = 0; k < state.size(); ++k)
        if (state[k] == 1) taken.push_back(k);
    return taken;
}

}  // namespace cifra
