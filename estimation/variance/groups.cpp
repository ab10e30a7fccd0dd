#include "estimation/variance/groups.h"

#include <algorithm>
#include <numeric>

namespace cifra {

std::vector<std::uint32_t> ancestor_of_unit(const SurveyDesign& design, std::size_t stage) {
    std::vector<std::uint32_t> ancestor(design.units());
    for (std::uint32_t u = 0; u < ancestor.size(); ++u) {
        std::uint32_t unit = u;
        for (std::size_t s = design.stages.size() - 1; s > stage; --s) unit = design.stages[s].group[unit];
        ancestor[u] = unit;
    }
    return ancestor;
}

SparseColumn fold(const SparseColumn& column, const std::vector<std::uint32_t>& ancestor) {
    SparseColumn folded;
    for (std::size_t i = 0; i < column.unit.size(); ++i) {
        const std::uint32_t unit = ancestor[column.unit[i]];
        if (folded.unit.empty() || folded.unit.back() != unit) {
            folded.unit.push_back(unit);
            folded.total.push_back(0);
        }
        folded.total.back() += column.total[i];
    }
    return folded;
}

std::vector<double> earlier_fractions(const SurveyDesign& design, std::size_t stage) {
    std::vector<double> product(design.stages[stage].groups(), 1.0);
    if (stage == 0) return product;
    if (stage == 1 && design.unequal.used()) return design.unequal.probability;
    const Stage& before = design.stages[stage - 1];
    const std::vector<double> upper = earlier_fractions(design, stage - 1);
    for (std::size_t g = 0; g < product.size(); ++g)
        product[g] = upper[before.group[g]] * before.fraction[before.group[g]];
    return product;
}

std::vector<std::size_t> group_sizes(const Stage& stage) {
    std::vector<std::size_t> sizes(stage.groups(), 0);
    for (const std::uint32_t group : stage.group) ++sizes[group];
    return sizes;
}

std::vector<Segment> segments_of(const Stage& stage, const std::vector<SparseColumn>& columns) {
    std::vector<Segment> segments;
    for (std::uint32_t c = 0; c < columns.size(); ++c) {
        const auto& unit = columns[c].unit;
        for (std::size_t begin = 0; begin < unit.size();) {
            std::size_t end = begin + 1;
            while (end < unit.size() && stage.group[unit[end]] == stage.group[unit[begin]]) ++end;
            segments.push_back({stage.group[unit[begin]], c, begin, end});
            begin = end;
        }
    }
    std::stable_sort(segments.begin(), segments.end(),
                     [](const Segment& a, const Segment& b) { return a.group < b.group; });
    return segments;
}

namespace {

using Kind = GroupForm::Kind;
using Centre = GroupForm::Centre;

// Hájek-Deville and Deville: c, from the PSUs with π < 1; a single such PSU is lonely.
void weigh_deville(GroupForm& form, const std::vector<double>& p, bool hajek) {
    double open = 0, squares = 0;
    std::size_t m = 0;
    for (const double pi : p) open += 1 - pi, squares += (1 - pi) * (1 - pi), m += pi < 1;
    form.centre = Centre::weighted;
    form.lonely = m == 1;
    const double n = static_cast<double>(m);
    const double scale = m < 2 ? 1 : hajek ? n / (n - 1) : 1 / (1 - squares / (open * open));
    form.factor = m == 0 ? 0 : 1;
    for (const double pi : p) form.c.push_back((1 - pi) * scale);
}

// D_ij = (a_i + a_j - b)/(n - 1): of Hartley and Rao, and of Overton.
void weigh_rank_two(GroupForm& form, const std::vector<double>& p, bool overton, double mean_p2,
                    bool horvitz_thompson) {
    const double n = static_cast<double>(p.size());
    form.b = overton ? 1 : 1 + mean_p2;
    for (const double pi : p) form.a.push_back(overton ? pi / 2 : pi);
    const double sum = std::accumulate(form.a.begin(), form.a.end(), 0.0);
    form.factor = 1;
    form.lonely = p.size() == 1 && !horvitz_thompson && p[0] < 1;
    if (horvitz_thompson) form.kind = Kind::rank_two;
    for (std::size_t i = 0; i < p.size(); ++i) {
        if (p.size() == 1)
            form.c.push_back(1 - p[i]);
        else if (horvitz_thompson)
            form.c.push_back(1 - p[i] - (2 * form.a[i] - form.b) / (n - 1));
        else
            form.c.push_back((n * form.b - n * form.a[i] - sum) / (n - 1));
    }
}

// Rao, Hartley and Cochran; `open`: 1 - π of a PSU that is alone in its stratum.
void weigh_shares(GroupForm& form, const UnequalDesign& design, std::uint32_t group, std::uint32_t first_unit,
                  std::size_t size, double open) {
    form.lonely = size == 1 && open > 0;
    form.c.assign(1, open);
    if (size == 1) return;
    form.kind = Kind::shares;
    form.factor = design.spread[group];
    const auto begin = design.share.begin() + first_unit;
    form.a.assign(begin, begin + static_cast<std::ptrdiff_t>(size));
    form.c.clear();
    for (const double share : form.a) form.c.push_back(1 / share);
}

GroupForm unequal_form(const UnequalDesign& design, std::uint32_t group, std::uint32_t first_unit, std::size_t size) {
    GroupForm form;
    const auto begin = design.probability.begin() + first_unit;
    const std::vector<double> p(begin, begin + static_cast<std::ptrdiff_t>(size));
    const double n = static_cast<double>(size);
    form.factor = 1;
    switch (design.method) {
        case UnequalMethod::hajek_deville:
        case UnequalMethod::deville:
            weigh_deville(form, p, design.method == UnequalMethod::hajek_deville);
            break;
        case UnequalMethod::brewer:
            form.lonely = size == 1 && p[0] < 1;
            for (const double pi : p) form.c.push_back((1 - pi) * (size > 1 ? n / (n - 1) : 1));
            break;
        case UnequalMethod::hartley_rao:
        case UnequalMethod::overton:
            weigh_rank_two(form, p, design.method == UnequalMethod::overton,
                           design.mean_p2.empty() ? 0 : design.mean_p2[group], design.horvitz_thompson);
            break;
        case UnequalMethod::poisson:
            form.centre = Centre::zero;
            for (const double pi : p) form.c.push_back(1 - pi);
            break;
        case UnequalMethod::rao_hartley_cochran:
            weigh_shares(form, design, group, first_unit, size, 1 - p[0]);
            break;
        default:
            form.kind = Kind::matrix;
            form.form = &design.delta[group];
            form.sums_to_zero = design.method == UnequalMethod::sen_yates_grundy;
            form.lonely = form.sums_to_zero && size == 1 && p[0] < 1;
            if (form.lonely) form.kind = Kind::deviations, form.c = {1 - p[0]};
            break;
    }
    return form;
}

GroupForm successive_form(const SuccessiveDesign& design, std::uint32_t first_unit, std::size_t size, double open) {
    GroupForm form;
    const double n = static_cast<double>(size);
    form.kind = Kind::differences;
    form.circular = design.circular;
    form.factor = design.circular ? open / 2 : open * n / (2 * (n - 1));
    form.order.resize(size);
    for (std::uint32_t i = 0; i < size; ++i) form.order[design.rank[first_unit + i]] = i;
    return form;
}

}  // namespace

GroupForm form_of(const SurveyDesign& design, std::size_t stage, std::uint32_t group, std::uint32_t first_unit,
                  std::size_t size, double weight) {
    if (stage == 0 && design.unequal.used() && size > 0) return unequal_form(design.unequal, group, first_unit, size);
    GroupForm form;
    const double open = std::max(0.0, 1 - design.stages[stage].fraction[group]) * weight;
    if (open < 1e-12 || size == 0) return form;
    const double n = static_cast<double>(size);
    form.lonely = size == 1;
    form.factor = size > 1 ? open * n / (n - 1) : open;
    if (stage == 0 && design.successive.used && size > 1)
        return successive_form(design.successive, first_unit, size, open);
    return form;
}

Eigen::MatrixXd products(const GroupForm& form, const Eigen::MatrixXd& z) {
    const Eigen::Index n = z.rows();
    if (form.kind == Kind::matrix) {
        if (!form.sums_to_zero) return z.transpose() * (*form.form * z);
        const Eigen::MatrixXd centred = z.rowwise() - z.colwise().mean();
        return centred.transpose() * (*form.form * centred);
    }
    if (form.kind == Kind::shares) {
        const Eigen::Map<const Eigen::VectorXd> c(form.c.data(), n), a(form.a.data(), n);
        const Eigen::MatrixXd centred = z - a * z.colwise().sum();
        return form.factor * centred.transpose() * c.asDiagonal() * centred;
    }
    if (form.kind == Kind::rank_two) {
        const Eigen::Map<const Eigen::VectorXd> c(form.c.data(), n), a(form.a.data(), n);
        const Eigen::VectorXd u = z.transpose() * a, s = z.colwise().sum().transpose();
        Eigen::MatrixXd result = z.transpose() * c.asDiagonal() * z;
        if (n > 1)
            result += (u * s.transpose() + s * u.transpose() - form.b * s * s.transpose()) / static_cast<double>(n - 1);
        return result;
    }
    Eigen::MatrixXd steps(form.circular ? n : n - 1, z.cols());
    for (Eigen::Index i = 1; i < n; ++i)
        steps.row(i - 1) =
            z.row(form.order[static_cast<std::size_t>(i)]) - z.row(form.order[static_cast<std::size_t>(i - 1)]);
    if (form.circular) steps.row(n - 1) = z.row(form.order.front()) - z.row(form.order.back());
    return form.factor * steps.transpose() * steps;
}

}  // namespace cifra
