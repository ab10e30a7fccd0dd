#include "sampling/size_curve.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cifra {

namespace {

constexpr int steps = 40;

double total_issued(const SizeTarget& target) {
    double total = 0;
    for (const SizeDomain& domain : target.domains)
        total += static_cast<double>(sample_size(domain.target).issued_rounded * domain.count);
    return total;
}

CurvePoint point_of(const SizePlan& plan, const SizeTarget& target, double total) {
    CurvePoint point;
    point.issued = round_up(total);
    point.cost = plan.has_costs ? plan.fixed_cost : std::numeric_limits<double>::quiet_NaN();
    const double needed = total_issued(target);
    for (const SizeDomain& domain : target.domains) {
        const double issued = total * (static_cast<double>(sample_size(domain.target).issued_rounded) / needed);
        const FieldworkRates& rates = domain.target.rates;
        const auto like = static_cast<double>(domain.count);
        point.completed += like * issued * rates.eligibility * rates.contact * rates.response;
        point.cost += like * field_cost(domain.costs, rates, domain.take.value_or(1), round_up(issued));
        point.cv = std::max(point.cv, expected_precision(domain.target, issued).cv);
    }
    return point;
}

bool gives_precision(const SizeTarget& target) {
    return target.domains.front().target.requirement != Requirement::issued;
}

}  // namespace

std::vector<SizeCurve> size_curves(const SizePlan& plan) {
    double least = std::numeric_limits<double>::infinity(), most = 0;
    for (const SizeTarget& target : plan.targets) {
        least = std::min(least, total_issued(target));
        most = std::max(most, total_issued(target));
    }
    const double from = std::log(std::max(least / 3, 2.0)), to = std::log(std::max(most * 3, 4.0));
    std::vector<SizeCurve> curves;
    for (const SizeTarget& target : plan.targets) {
        SizeCurve curve{target.name, {}, point_of(plan, target, total_issued(target)), gives_precision(target)};
        for (int i = 0; i <= steps; ++i)
            curve.points.push_back(point_of(plan, target, std::round(std::exp(from + (to - from) * i / steps))));
        curves.push_back(std::move(curve));
    }
    return curves;
}

Table size_curve_table(const std::vector<SizeCurve>& curves) {
    std::vector<std::string> targets;
    std::vector<double> issued, completed, cost, cv, chosen;
    for (const SizeCurve& curve : curves) {
        std::vector<CurvePoint> points = curve.points;
        points.push_back(curve.chosen);
        for (std::size_t i = 0; i < points.size(); ++i) {
            targets.push_back(curve.target);
            issued.push_back(static_cast<double>(points[i].issued));
            completed.push_back(points[i].completed);
            cost.push_back(points[i].cost);
            cv.push_back(points[i].cv);
            chosen.push_back(i + 1 == points.size() ? 1 : 0);
        }
    }
    Table table;
    table.set("target", Column::of_texts(targets));
    table.set("issued", Column::of_numbers(issued));
    table.set("completed", Column::of_numbers(completed));
    table.set("cost", Column::of_numbers(cost));
    table.set("cv", Column::of_numbers(cv));
    table.set("chosen", Column::of_numbers(chosen));
    return table;
}

}  // namespace cifra
