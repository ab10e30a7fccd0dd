#include "estimation/variance.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <span>

namespace cifra {

namespace {

// Units of the last stage folded up to `stage`.
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

// m_g of the header: the product of the fractions of the stages before.
std::vector<double> earlier_fractions(const SurveyDesign& design, std::size_t stage) {
    std::vector<double> product(design.stages[stage].groups(), 1.0);
    if (stage == 0) return product;
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

// A part of a group: the totals of one column in it.
struct Segment {
    std::uint32_t group = 0, column = 0;
    std::size_t begin = 0, end = 0;  // positions in the column
};

// Entries of all columns cut at group borders, by group. Units are numbered so that groups are contiguous.
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

enum class LonelyRole { no, skip, from_zero, from_mean };

LonelyRole lonely_role(LonelyPsu policy) {
    switch (policy) {
        case LonelyPsu::adjust:
            return LonelyRole::from_mean;
        case LonelyPsu::adjust_from_zero:
            return LonelyRole::from_zero;
        default:
            return LonelyRole::skip;
    }
}

struct StageRules {
    std::vector<double> factor;      // per group, 0 where it contributes nothing
    std::vector<LonelyRole> lonely;  // per group
    double inflation = 1;            // under `average`
};

void refuse_lonely(const SurveyDesign& design, std::size_t stage, const std::vector<std::uint32_t>& lonely) {
    std::string names;
    for (std::size_t i = 0; i < std::min<std::size_t>(lonely.size(), 10) && stage == 0; ++i)
        names += (i ? ", " : ": ") + design.strata[lonely[i]];
    throw Refusal(fmt::format(
        "{} {} with a single sampled unit{}{}; a variance cannot be estimated there. Declare design: lonely_psu: "
        "certainty, adjust, average or collapse, or give the fpc of units taken with certainty",
        lonely.size(), stage == 0 ? (lonely.size() == 1 ? "stratum" : "strata") : "units of an earlier stage", names,
        stage == 0 && lonely.size() > 10 ? ", ..." : ""));
}

StageRules rules_of(const SurveyDesign& design, std::size_t stage) {
    const Stage& level = design.stages[stage];
    const std::vector<std::size_t> sizes = group_sizes(level);
    const std::vector<double> product = earlier_fractions(design, stage);
    StageRules rules{std::vector<double>(level.groups(), 0.0), std::vector<LonelyRole>(level.groups(), LonelyRole::no),
                     1};
    std::vector<std::uint32_t> lonely;
    std::size_t counted = 0;
    for (std::uint32_t g = 0; g < level.groups(); ++g) {
        const auto n = static_cast<double>(sizes[g]);
        const double open = std::max(0.0, 1 - level.fraction[g]) * product[g];
        if (sizes[g] > 0 && product[g] > 0) ++counted;
        if (open < 1e-12 || sizes[g] == 0) continue;
        rules.factor[g] = sizes[g] > 1 ? open * n / (n - 1) : open;
        if (sizes[g] > 1) continue;
        rules.lonely[g] = lonely_role(design.lonely);
        if (rules.lonely[g] == LonelyRole::skip) rules.factor[g] = 0;
        lonely.push_back(g);
    }
    if (!lonely.empty() && (design.lonely == LonelyPsu::fail || design.lonely == LonelyPsu::collapse))
        refuse_lonely(design, stage, lonely);
    if (!lonely.empty() && design.lonely == LonelyPsu::average && counted > lonely.size())
        rules.inflation = static_cast<double>(counted) / static_cast<double>(counted - lonely.size());
    return rules;
}

// Mean of a column's unit totals over all units of the stage, for LonelyPsu::adjust.
std::vector<double> grand_means(const Stage& stage, const std::vector<SparseColumn>& columns) {
    std::vector<double> means;
    for (const SparseColumn& column : columns) means.push_back(sum(column) / static_cast<double>(stage.units()));
    return means;
}

struct StageInput {
    StageRules rules;
    std::vector<std::size_t> sizes;
    std::vector<SparseColumn> columns;
    std::vector<Segment> segments;
    std::vector<double> means;  // grand means
};

StageInput prepare(const SurveyDesign& design, std::size_t stage, const std::vector<SparseColumn>& columns) {
    StageInput input;
    input.rules = rules_of(design, stage);
    input.sizes = group_sizes(design.stages[stage]);
    const bool last = stage + 1 == design.stages.size();
    const std::vector<std::uint32_t> ancestor = last ? std::vector<std::uint32_t>{} : ancestor_of_unit(design, stage);
    for (const SparseColumn& column : columns) input.columns.push_back(last ? column : fold(column, ancestor));
    input.segments = segments_of(design.stages[stage], input.columns);
    input.means = grand_means(design.stages[stage], input.columns);
    return input;
}

// The value the deviations of a segment's column are taken from.
double centre(const StageInput& input, const Segment& segment) {
    if (input.rules.lonely[segment.group] == LonelyRole::from_zero) return 0;
    if (input.rules.lonely[segment.group] == LonelyRole::from_mean) return input.means[segment.column];
    double total = 0;
    for (std::size_t i = segment.begin; i < segment.end; ++i) total += input.columns[segment.column].total[i];
    return total / static_cast<double>(input.sizes[segment.group]);
}

double squares(const StageInput& input, const Segment& segment) {
    const double middle = centre(input, segment);
    const auto absent = static_cast<double>(input.sizes[segment.group] - (segment.end - segment.begin));
    double squared = absent * middle * middle;
    for (std::size_t i = segment.begin; i < segment.end; ++i) {
        const double deviation = input.columns[segment.column].total[i] - middle;
        squared += deviation * deviation;
    }
    return squared;
}

// The segments of a group; under LonelyPsu::adjust a column without an entry there still lies off its grand mean.
std::vector<Segment> parts_of(const StageInput& input, std::uint32_t group, std::size_t& next) {
    std::vector<Segment> parts;
    for (; next < input.segments.size() && input.segments[next].group == group; ++next)
        parts.push_back(input.segments[next]);
    if (input.rules.lonely[group] != LonelyRole::from_mean) return parts;
    std::vector<Segment> all;
    std::size_t p = 0;
    for (std::uint32_t c = 0; c < input.columns.size(); ++c) {
        if (p < parts.size() && parts[p].column == c)
            all.push_back(parts[p++]);
        else
            all.push_back({group, c, 0, 0});
    }
    return all;
}

// Calls visit(input, factor, parts, first unit of the group) for every group that contributes.
template <class Visit>
void for_each_group(const SurveyDesign& design, const std::vector<SparseColumn>& columns, const Visit& visit) {
    for (std::size_t stage = 0; stage < design.stages.size(); ++stage) {
        const StageInput input = prepare(design, stage, columns);
        std::size_t next = 0;
        std::uint32_t first_unit = 0;
        for (std::uint32_t group = 0; group < input.sizes.size(); ++group) {
            const std::vector<Segment> parts = parts_of(input, group, next);
            const double factor = input.rules.factor[group] * input.rules.inflation;
            if (factor > 0 && !parts.empty()) visit(input, factor, parts, first_unit);
            first_unit += static_cast<std::uint32_t>(input.sizes[group]);
        }
    }
}

// Deviations of units first .. first + rows of a group (rows of the block) in its active columns.
Eigen::MatrixXd deviations(const StageInput& input, const std::vector<Segment>& parts, std::uint32_t first,
                           Eigen::Index rows) {
    Eigen::MatrixXd block(rows, static_cast<Eigen::Index>(parts.size()));
    for (std::size_t p = 0; p < parts.size(); ++p) {
        const SparseColumn& column = input.columns[parts[p].column];
        const auto col = static_cast<Eigen::Index>(p);
        block.col(col).setConstant(-centre(input, parts[p]));
        for (std::size_t i = parts[p].begin; i < parts[p].end; ++i) {
            const auto row = static_cast<Eigen::Index>(column.unit[i]) - static_cast<Eigen::Index>(first);
            if (row >= 0 && row < rows) block(row, col) += column.total[i];
        }
    }
    return block;
}

constexpr Eigen::Index block_rows = 4096;  // bounds memory in designs whose PSUs are single rows

}  // namespace

Eigen::MatrixXd covariance(const SurveyDesign& design, const std::vector<SparseColumn>& columns) {
    const auto k = static_cast<Eigen::Index>(columns.size());
    Eigen::MatrixXd result = Eigen::MatrixXd::Zero(k, k);
    for_each_group(design, columns,
                   [&](const StageInput& input, double factor, const std::vector<Segment>& parts, std::uint32_t first) {
                       const auto size = static_cast<Eigen::Index>(input.sizes[parts.front().group]);
                       for (Eigen::Index begin = 0; begin < size; begin += block_rows) {
                           const Eigen::MatrixXd block =
                               deviations(input, parts, first + static_cast<std::uint32_t>(begin),
                                          std::min(block_rows, size - begin));
                           const Eigen::MatrixXd products = block.transpose() * block;
                           for (std::size_t a = 0; a < parts.size(); ++a)
                               for (std::size_t b = 0; b < parts.size(); ++b)
                                   result(parts[a].column, parts[b].column) +=
                                       factor * products(static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(b));
                       }
                   });
    return result;
}

Eigen::VectorXd variances(const SurveyDesign& design, const std::vector<SparseColumn>& columns) {
    Eigen::VectorXd result = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(columns.size()));
    for_each_group(design, columns,
                   [&](const StageInput& input, double factor, const std::vector<Segment>& parts, std::uint32_t) {
                       for (const Segment& part : parts) result(part.column) += factor * squares(input, part);
                   });
    return result;
}

double degrees_of_freedom(const SurveyDesign& design, const std::vector<std::uint32_t>& active) {
    std::set<std::uint32_t> strata;
    for (const std::uint32_t psu : active) strata.insert(design.stages.front().group[psu]);
    return static_cast<double>(active.size()) - static_cast<double>(strata.size());
}

std::vector<std::uint32_t> psu_of_unit(const SurveyDesign& design) { return ancestor_of_unit(design, 0); }

}  // namespace cifra
