#include "estimation/weighting/chain_residuals.h"

#include <map>
#include <utility>
#include <vector>

namespace cifra {

namespace {

Eigen::Index at(std::size_t i) { return static_cast<Eigen::Index>(i); }

// A sweep among the columns of all.
struct Part {
    const Sweep* sweep;
    bool of_persons;
    std::size_t first;  // column
    std::size_t columns() const { return sweep->auxiliaries.columns(); }
};

class Stack {
public:
    Stack(const WeightingChain& chain, bool of_persons, bool of_response, const ChainPlaces& places)
        : chain_(chain), of_persons_(of_persons), places_(places) {
        for (std::size_t s = of_persons ? chain.steps.size() : chain.household_steps; s-- > 0;) {
            const auto& sweep = chain.steps[s].sweep;
            if (!sweep || (sweep->of_response && !of_response)) continue;
            parts_.push_back({&*sweep, s >= chain.household_steps, columns_});
            columns_ += sweep->auxiliaries.columns();
        }
    }

    Residuals residuals() const {
        Residuals result;
        result.level = places_.level;
        for (const Part& part : parts_) add_rows(part, result);
        result.inverse = inverse();
        set_sources(result);
        set_totals(result);
        return result;
    }

private:
    // Unit of a part for a unit of the chain's last level, or of another part's level.
    std::size_t unit(const Part& part, bool from_persons, std::size_t k) const {
        return from_persons && !part.of_persons ? chain_.dwelling[k] : k;
    }

    void add_rows(const Part& part, Residuals& result) const {
        for (const Control& control : part.sweep->auxiliaries.all()) {
            Control of_rows;
            of_rows.names = control.names;
            of_rows.totals = control.totals;
            std::vector<double> scale;
            for (const std::size_t k : places_.unit_of_row) {
                const bool known = k != Column::npos;
                const std::size_t u = known ? unit(part, of_persons_, k) : 0;
                if (control.margin())
                    of_rows.category.push_back(known ? control.category[u] : no_category);
                else
                    of_rows.value.push_back(known ? control.value[u] : 0);
                scale.push_back(known ? part.sweep->entering[u] : 0);
            }
            result.controls.add(std::move(of_rows));
            result.scale.push_back(std::move(scale));
        }
    }

    // H_s'X_t, over the units of t.
    Eigen::MatrixXd crossed(const Part& s, const Part& t) const {
        Eigen::MatrixXd products = Eigen::MatrixXd::Zero(at(s.columns()), at(t.columns()));
        for (std::size_t k = 0; k < t.sweep->leaving.size(); ++k) {
            if (t.sweep->leaving[k] == 0) continue;
            const std::size_t u = unit(s, t.of_persons, k);
            t.sweep->auxiliaries.for_each(k, [&](std::size_t, std::size_t j, double x) {
                s.sweep->auxiliaries.for_each(u, [&](std::size_t, std::size_t i, double h) {
                    products(at(i), at(j)) += s.sweep->entering[u] * h * t.sweep->leaving[k] * x;
                });
            });
        }
        return products;
    }

    Eigen::MatrixXd inverse() const {
        Eigen::MatrixXd all = Eigen::MatrixXd::Zero(at(columns_), at(columns_));
        for (std::size_t s = 0; s < parts_.size(); ++s) {
            const Part& part = parts_[s];
            Eigen::MatrixXd entering = Eigen::MatrixXd::Zero(at(part.columns()), at(columns_));
            entering.middleCols(at(part.first), at(part.columns())).setIdentity();
            for (std::size_t t = 0; t < s; ++t)
                entering -= crossed(part, parts_[t]) * all.middleRows(at(parts_[t].first), at(parts_[t].columns()));
            all.middleRows(at(part.first), at(part.columns())) = times_inverse(*part.sweep, entering);
        }
        return all;
    }

    void set_sources(Residuals& result) const {
        Eigen::Index count = 0;
        for (const Part& part : parts_) count += part.sweep->sources.cols();
        if (count == 0) return;
        result.sources = Eigen::MatrixXd::Zero(at(columns_), count);
        Eigen::Index first = 0;
        for (const Part& part : parts_) {
            const Eigen::MatrixXd& own = part.sweep->sources;
            if (own.cols() > 0) result.sources.block(at(part.first), first, own.rows(), own.cols()) = own;
            first += own.cols();
        }
    }

    void set_totals(Residuals& result) const {
        std::vector<std::map<std::size_t, double>> totals(places_.design_units);
        for (const Part& part : parts_)
            for (std::size_t k = 0; k < part.sweep->leaving.size(); ++k) {
                if (part.sweep->leaving[k] == 0) continue;
                auto& of_unit = totals[places_.design_unit[part.of_persons ? chain_.dwelling[k] : k]];
                part.sweep->auxiliaries.for_each(k, [&](std::size_t, std::size_t j, double x) {
                    if (x != 0) of_unit[part.first + j] += part.sweep->leaving[k] * x;
                });
            }
        result.begin.assign(1, 0);
        for (const auto& of_unit : totals) {
            for (const auto& [j, total] : of_unit) {
                result.column.push_back(static_cast<std::uint32_t>(j));
                result.total.push_back(total);
            }
            result.begin.push_back(result.column.size());
        }
    }

    const WeightingChain& chain_;
    bool of_persons_;
    const ChainPlaces& places_;
    std::vector<Part> parts_;
    std::size_t columns_ = 0;
};

}  // namespace

Residuals chain_residuals(const WeightingChain& chain, bool of_persons, bool of_response, const ChainPlaces& places) {
    return Stack(chain, of_persons, of_response, places).residuals();
}

}  // namespace cifra
