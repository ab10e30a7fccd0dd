#include "sampling/stages/cut.h"

#include <fmt/format.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>

#include "engine/random.h"
#include "sampling/strata/k_means.h"
#include "sampling/strata/lavallee_hidiroglou.h"
#include "sampling/strata/limits.h"

namespace cifra {

namespace {

constexpr std::size_t listed = 20;
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

// What a group was cut into.
struct GroupCut {
    std::vector<std::uint32_t> stratum;  // of the group's units
    std::vector<double> limits;
    std::vector<std::vector<StratumSummary>> summary;  // by column, then stratum
    std::vector<std::uint64_t> n;                      // lavallee_hidiroglou
};

GroupCut of_limits(Stratification cut) { return {std::move(cut.stratum), std::move(cut.limits), {cut.strata}, {}}; }

GroupCut by_need(std::span<const double> x, const CutPlan& plan, Stream& chance) {
    LavalleeHidiroglouPlan rule;
    rule.strata = plan.strata;
    rule.cv = plan.cv;
    rule.take_all = plan.take_all;
    rule.minimum = plan.minimum;
    rule.minimum_units = std::max(rule.minimum_units, plan.minimum);
    SizedStratification sized = lavallee_hidiroglou(x, rule, chance);
    GroupCut result = of_limits(std::move(sized.strata));
    for (std::size_t h = 0; h < sized.n.size(); ++h)  // a whole number but for rounding is that number
        result.n.push_back(
            std::min(static_cast<std::uint64_t>(std::ceil(sized.n[h] * (1 - 1e-9))), result.summary.front()[h].units));
    return result;
}

GroupCut by_k_means(const Eigen::MatrixXd& x, const CutPlan& plan, Stream& chance) {
    const KMeansStrata cut = k_means_strata(x, plan.strata, chance);
    GroupCut result{cut.stratum, {}, {}, {}};
    for (Eigen::Index v = 0; v < x.cols(); ++v) {
        result.summary.emplace_back();
        for (std::size_t h = 0; h < plan.strata; ++h)
            result.summary.back().push_back({cut.units[h], cut.mean(static_cast<Eigen::Index>(h), v),
                                             cut.deviation(static_cast<Eigen::Index>(h), v)});
    }
    return result;
}

GroupCut cut_group(const Eigen::MatrixXd& x, const CutPlan& plan, const std::string& group) {
    Stream chance({0, Purpose::order, 0, stable_hash(group)});
    const std::span<const double> values(x.data(), static_cast<std::size_t>(x.rows()));
    switch (plan.method) {
        case CutMethod::limits:
            return of_limits(stratify(values, plan.limits));
        case CutMethod::cumulative_root:
            return of_limits(cumulative_root_strata(values, plan.strata, plan.bins));
        case CutMethod::geometric:
            return of_limits(geometric_strata(values, plan.strata));
        case CutMethod::lavallee_hidiroglou:
            return by_need(values, plan, chance);
        case CutMethod::k_means:
            return by_k_means(x, plan, chance);
    }
    return {};
}

class Cutter {
public:
    Cutter(const Table& units, const Column& ids, const Column& groups, const CutPlan& plan, Diagnostics& faults)
        : units_(units), ids_(ids), groups_(groups), plan_(plan), faults_(faults) {}

    CutStrata cut() {
        if (!columns_are_sound()) return {};
        std::map<std::string, std::vector<std::size_t>> rows;
        for (std::size_t row = 0; row < units_.rows(); ++row)
            rows[groups_.size() ? groups_.text(row) : std::string()].push_back(row);
        names_.resize(units_.rows());
        for (auto& [group, members] : rows) {
            std::sort(members.begin(), members.end(),
                      [&](std::size_t a, std::size_t b) { return ids_.text(a) < ids_.text(b); });
            add_group(group, members);
        }
        if (!faults_.has_errors()) finish();
        return std::move(result_);
    }

private:
    bool columns_are_sound() {
        const std::size_t before = faults_.error_count();
        for (const std::string& name : plan_.columns) {
            const Column* column = units_.find(name);
            if (!column)
                faults_.error(
                    {units_.source, 1, 0}, "missing-column",
                    fmt::format("the strata are cut from the column '{}', which the frame does not have", name),
                    suggestion(name, units_.names()));
            for (std::size_t row = 0; column && row < units_.rows() && faults_.error_count() < before + listed; ++row)
                if (!column->is_number() || !column->present(row) || !std::isfinite(column->number(row)))
                    faults_.error({units_.source, row < units_.lines.size() ? units_.lines[row] : 0, 0}, "bad-cut",
                                  fmt::format("'{}' is not a number", name),
                                  "strata are cut from it: give every unit one");
        }
        return faults_.error_count() == before;
    }

    void add_group(const std::string& group, const std::vector<std::size_t>& rows) {
        Eigen::MatrixXd x(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(plan_.columns.size()));
        for (std::size_t v = 0; v < plan_.columns.size(); ++v)
            for (std::size_t i = 0; i < rows.size(); ++i)
                x(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(v)) =
                    units_.at(plan_.columns[v]).number(rows[i]);
        try {
            const GroupCut cut = cut_group(x, plan_, group);
            for (std::size_t i = 0; i < rows.size(); ++i) names_[rows[i]] = name_of(group, cut.stratum[i]);
            for (std::size_t h = 0; h < plan_.strata; ++h) report(group, cut, h);
        } catch (const std::invalid_argument& refused) {
            faults_.error(
                plan_.where, "strata-not-cut",
                fmt::format("{}{}: {}", to_text(plan_.method), group.empty() ? "" : " in " + group, refused.what()),
                "ask for fewer strata, or take another method");
        }
    }

    std::string name_of(const std::string& group, std::size_t stratum) const {
        const std::size_t width = plan_.strata < 10 ? 1 : plan_.strata < 100 ? 2 : 3;
        return fmt::format("{}{}{:0{}}", group, group.empty() ? "" : "|", stratum + 1, width);
    }

    void report(const std::string& group, const GroupCut& cut, std::size_t h) {
        const std::string name = name_of(group, h);
        const std::uint64_t units = cut.summary.front()[h].units;
        if (units == 0)
            faults_.warning(plan_.where, "empty-stratum", fmt::format("the stratum '{}' holds no unit", name),
                            "ask for fewer strata, or take another method");
        strata_.push_back(name);
        values_["units"].push_back(static_cast<double>(units));
        if (plan_.method != CutMethod::k_means) {
            values_["from"].push_back(h > 0 ? cut.limits[h - 1] : unknown);
            values_["below"].push_back(h < cut.limits.size() ? cut.limits[h] : unknown);
        }
        for (std::size_t v = 0; v < plan_.columns.size(); ++v) {
            values_["mean_" + plan_.columns[v]].push_back(cut.summary[v][h].mean);
            values_["deviation_" + plan_.columns[v]].push_back(cut.summary[v][h].deviation);
        }
        if (cut.n.empty()) return;
        values_["n"].push_back(static_cast<double>(cut.n[h]));
        result_.n[name] = cut.n[h];
    }

    void finish() {
        result_.stratum = Column::of_texts(names_);
        result_.report.set("stratum", Column::of_texts(strata_));
        std::vector<std::string> order = {"units", "from", "below"};
        for (const std::string& name : plan_.columns) order.insert(order.end(), {"mean_" + name, "deviation_" + name});
        order.emplace_back("n");
        for (const std::string& name : order)
            if (const auto found = values_.find(name); found != values_.end())
                result_.report.set(name, Column::of_numbers(found->second));
    }

    const Table& units_;
    const Column& ids_;
    const Column& groups_;
    const CutPlan& plan_;
    Diagnostics& faults_;
    CutStrata result_;
    std::vector<std::string> names_, strata_;
    std::map<std::string, std::vector<double>> values_;  // columns of the report
};

}  // namespace

CutStrata cut_strata(const Table& units, const Column& ids, const Column& groups, const CutPlan& plan,
                     Diagnostics& faults) {
    return Cutter(units, ids, groups, plan, faults).cut();
}

}  // namespace cifra
