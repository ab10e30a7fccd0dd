#include "estimation/variance.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "engine/diagnostics.h"
#include "estimation/variance/groups.h"

namespace cifra {

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

namespace {

enum class Role { own, skip, from_zero, from_mean };

Role lonely_role(LonelyPsu policy) {
    if (policy == LonelyPsu::adjust) return Role::from_mean;
    return policy == LonelyPsu::adjust_from_zero ? Role::from_zero : Role::skip;
}

Role domain_role(DomainLonely policy) {
    if (policy == DomainLonely::adjust) return Role::from_mean;
    return policy == DomainLonely::adjust_from_zero ? Role::from_zero : Role::skip;
}

// A part of a group: the totals of one column in it and how they add to the variance.
struct Part {
    Segment segment;
    Role role = Role::own;
};

// One stage, made ready: what every group and column adds.
class StageWork {
public:
    StageWork(const SurveyDesign& design, std::size_t stage, const std::vector<SparseColumn>& columns)
        : design_(design), level_(design.stages[stage]), sizes_(group_sizes(level_)) {
        const bool last = stage + 1 == design.stages.size();
        const std::vector<std::uint32_t> ancestor =
            last ? std::vector<std::uint32_t>{} : ancestor_of_unit(design, stage);
        for (const SparseColumn& column : columns) columns_.push_back(last ? column : fold(column, ancestor));
        for (const SparseColumn& column : columns_) means_.push_back(sum(column) / static_cast<double>(level_.units()));
        make_forms(stage);
        for (const Segment& segment : segments_of(level_, columns_)) segments_.push_back({segment, role_of(segment)});
        inflate();
    }

    // Calls visit(*this, form, parts, first unit of the group) for every group that contributes.
    template <class Visit>
    void for_each_group(const Visit& visit) const {
        std::size_t next = 0;
        std::uint32_t first_unit = 0;
        for (std::uint32_t group = 0; group < sizes_.size(); ++group) {
            const std::vector<Part> parts = parts_of(group, next);
            if (forms_[group].factor != 0 && !parts.empty()) visit(*this, forms_[group], parts, first_unit);
            first_unit += static_cast<std::uint32_t>(sizes_[group]);
        }
    }

    double inflation(std::uint32_t column) const { return inflation_[column]; }
    std::size_t size(std::uint32_t group) const { return sizes_[group]; }

    // Σ c_i (z_i - m)² of one part, from the entries alone.
    double squares(const GroupForm& form, const Part& part, std::uint32_t first) const {
        const double middle = centre(form, part, first);
        double squared = 0, weight = 0;
        for_each_entry(form, part.segment, first, [&](double c, double z) {
            squared += c * (z - middle) * (z - middle);
            weight += c;
        });
        if (middle == 0) return squared;
        double all = static_cast<double>(sizes_[part.segment.group]);
        if (!form.c.empty()) {
            all = 0;
            for (const double c : form.c) all += c;
        }
        return squared + (all - weight) * middle * middle;
    }

    // Units first + begin .. of a group (rows of the block) less their centres, in its active columns.
    Eigen::MatrixXd block(const GroupForm& form, const std::vector<Part>& parts, std::uint32_t first,
                          Eigen::Index begin, Eigen::Index rows) const {
        Eigen::MatrixXd block(rows, static_cast<Eigen::Index>(parts.size()));
        for (std::size_t p = 0; p < parts.size(); ++p) {
            const SparseColumn& column = columns_[parts[p].segment.column];
            const auto col = static_cast<Eigen::Index>(p);
            block.col(col).setConstant(form.kind == GroupForm::Kind::deviations ? -centre(form, parts[p], first) : 0.0);
            for (std::size_t i = parts[p].segment.begin; i < parts[p].segment.end; ++i) {
                const auto row = static_cast<Eigen::Index>(column.unit[i] - first) - begin;
                if (row >= 0 && row < rows) block(row, col) += column.total[i];
            }
        }
        return block;
    }

private:
    void make_forms(std::size_t stage) {
        const std::vector<double> weight = earlier_fractions(design_, stage);
        std::uint32_t first_unit = 0;
        std::vector<std::uint32_t> lonely;
        for (std::uint32_t group = 0; group < sizes_.size(); ++group) {
            forms_.push_back(form_of(design_, stage, group, first_unit, sizes_[group], weight[group]));
            counted_.push_back(sizes_[group] > 0 && weight[group] > 0);
            if (forms_.back().lonely) lonely.push_back(group);
            first_unit += static_cast<std::uint32_t>(sizes_[group]);
        }
        if (!lonely.empty() && (design_.lonely == LonelyPsu::fail || design_.lonely == LonelyPsu::collapse))
            refuse_lonely(design_, stage, lonely);
    }

    Role role_of(const Segment& segment) const {
        const GroupForm& form = forms_[segment.group];
        if (form.lonely) return lonely_role(design_.lonely);
        const bool alone = segment.end - segment.begin == 1 && sizes_[segment.group] > 1 && form.factor != 0;
        return alone && design_.domain_lonely != DomainLonely::none ? domain_role(design_.domain_lonely) : Role::own;
    }

    // Under `average` each column is raised by its strata over those of them that are not lonely.
    void inflate() {
        inflation_.assign(columns_.size(), 1);
        const bool design = design_.lonely == LonelyPsu::average,
                   domain = design_.domain_lonely == DomainLonely::average;
        if (!design && !domain) return;
        std::vector<double> strata(columns_.size(), 0), lost(columns_.size(), 0);
        for (const Part& part : segments_) {
            if (!counted_[part.segment.group]) continue;
            ++strata[part.segment.column];
            const bool averaged = forms_[part.segment.group].lonely ? design : domain;
            if (part.role == Role::skip && averaged) ++lost[part.segment.column];
        }
        for (std::size_t c = 0; c < columns_.size(); ++c)
            if (lost[c] > 0) inflation_[c] = strata[c] > lost[c] ? strata[c] / (strata[c] - lost[c]) : std::nan("");
    }

    // The parts of a group that count; under LonelyPsu::adjust a column without an entry still lies off its mean.
    std::vector<Part> parts_of(std::uint32_t group, std::size_t& next) const {
        std::vector<Part> parts;
        for (; next < segments_.size() && segments_[next].segment.group == group; ++next)
            if (segments_[next].role != Role::skip || !std::isfinite(inflation_[segments_[next].segment.column]))
                parts.push_back(segments_[next]);
        if (!forms_[group].lonely || design_.lonely != LonelyPsu::adjust) return parts;
        std::vector<Part> all;
        std::size_t p = 0;
        for (std::uint32_t c = 0; c < columns_.size(); ++c) {
            if (p < parts.size() && parts[p].segment.column == c)
                all.push_back(parts[p++]);
            else
                all.push_back({{group, c, 0, 0}, Role::from_mean});
        }
        return all;
    }

    template <class Visit>
    void for_each_entry(const GroupForm& form, const Segment& segment, std::uint32_t first, const Visit& visit) const {
        const SparseColumn& column = columns_[segment.column];
        for (std::size_t i = segment.begin; i < segment.end; ++i)
            visit(form.c.empty() ? 1.0 : form.c[column.unit[i] - first], column.total[i]);
    }

    double centre(const GroupForm& form, const Part& part, std::uint32_t first) const {
        if (part.role == Role::from_zero || (part.role == Role::own && form.centre == GroupForm::Centre::zero))
            return 0;
        if (part.role == Role::from_mean) return means_[part.segment.column];
        const bool weighted = form.centre == GroupForm::Centre::weighted;
        double total = 0, weight = weighted ? 0 : static_cast<double>(sizes_[part.segment.group]);
        for_each_entry(form, part.segment, first, [&](double c, double z) { total += weighted ? c * z : z; });
        if (weighted)
            for (const double c : form.c) weight += c;
        return total / weight;
    }

    const SurveyDesign& design_;
    const Stage& level_;
    std::vector<std::size_t> sizes_;
    std::vector<SparseColumn> columns_;
    std::vector<double> means_;  // over all units of the stage
    std::vector<GroupForm> forms_;
    std::vector<std::uint8_t> counted_;
    std::vector<Part> segments_;
    std::vector<double> inflation_;
};

constexpr Eigen::Index block_rows = 4096;  // bounds memory in designs whose PSUs are single rows

// What a group adds to the covariances of its parts, before inflation.
Eigen::MatrixXd group_products(const StageWork& work, const GroupForm& form, const std::vector<Part>& parts,
                               std::uint32_t first) {
    const auto size = static_cast<Eigen::Index>(work.size(parts.front().segment.group));
    if (form.kind != GroupForm::Kind::deviations) return products(form, work.block(form, parts, first, 0, size));
    const auto k = static_cast<Eigen::Index>(parts.size());
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(k, k);
    for (Eigen::Index begin = 0; begin < size; begin += block_rows) {
        const Eigen::Index rows = std::min(block_rows, size - begin);
        const Eigen::MatrixXd block = work.block(form, parts, first, begin, rows);
        if (form.c.empty()) {
            sum.noalias() += block.transpose() * block;
        } else {
            const Eigen::Map<const Eigen::VectorXd> c(form.c.data() + begin, rows);
            sum.noalias() += block.transpose() * (c.asDiagonal() * block);
        }
    }
    return form.factor * sum;
}

// What a group adds to the variance of one part.
double group_variance(const StageWork& work, const GroupForm& form, const Part& part, std::uint32_t first) {
    if (form.kind == GroupForm::Kind::deviations) return form.factor * work.squares(form, part, first);
    const auto size = static_cast<Eigen::Index>(work.size(part.segment.group));
    return products(form, work.block(form, {part}, first, 0, size))(0, 0);
}

// Columns without the sources of variance behind the units of the design, and these by source and column.
struct Separated {
    std::vector<SparseColumn> columns;
    Eigen::MatrixXd sources;
};

bool has_sources(const SurveyDesign& design, const std::vector<SparseColumn>& columns) {
    return std::any_of(columns.begin(), columns.end(), [&](const SparseColumn& column) {
        return !column.unit.empty() && column.unit.back() >= design.units();
    });
}

Separated separate(const SurveyDesign& design, const std::vector<SparseColumn>& columns) {
    Separated result{columns, {}};
    std::size_t sources = 0;
    for (const SparseColumn& column : columns)
        if (!column.unit.empty() && column.unit.back() >= design.units())
            sources = std::max<std::size_t>(sources, column.unit.back() + 1 - design.units());
    result.sources.setZero(static_cast<Eigen::Index>(sources), static_cast<Eigen::Index>(columns.size()));
    for (std::size_t c = 0; c < columns.size(); ++c) {
        SparseColumn& column = result.columns[c];
        for (; !column.unit.empty() && column.unit.back() >= design.units(); column.unit.pop_back()) {
            result.sources(static_cast<Eigen::Index>(column.unit.back() - design.units()),
                           static_cast<Eigen::Index>(c)) = column.total.back();
            column.total.pop_back();
        }
    }
    return result;
}

double negative_to_missing(double variance, const SparseColumn& column) {
    if (!(variance < 0)) return variance;
    double squares = 0;
    for (const double z : column.total) squares += z * z;
    return variance >= -1e-12 * squares ? 0 : std::nan("");
}

}  // namespace

Eigen::MatrixXd covariance(const SurveyDesign& design, const std::vector<SparseColumn>& columns) {
    if (has_sources(design, columns)) {
        const Separated parts = separate(design, columns);
        return covariance(design, parts.columns) + parts.sources.transpose() * parts.sources;
    }
    const auto k = static_cast<Eigen::Index>(columns.size());
    Eigen::MatrixXd result = Eigen::MatrixXd::Zero(k, k);
    if (design.second_phase) result = two_phase_covariance(design, columns, false);
    for (std::size_t stage = 0; stage < design.stages.size() && !design.second_phase; ++stage)
        StageWork(design, stage, columns)
            .for_each_group(
                [&](const StageWork& work, const GroupForm& form, const std::vector<Part>& parts, std::uint32_t first) {
                    const Eigen::MatrixXd added = group_products(work, form, parts, first);
                    for (std::size_t a = 0; a < parts.size(); ++a)
                        for (std::size_t b = 0; b < parts.size(); ++b) {
                            const std::uint32_t x = parts[a].segment.column, y = parts[b].segment.column;
                            result(x, y) += std::sqrt(work.inflation(x) * work.inflation(y)) *
                                            added(static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(b));
                        }
                });
    for (Eigen::Index c = 0; c < k; ++c)
        result(c, c) = negative_to_missing(result(c, c), columns[static_cast<std::size_t>(c)]);
    return result;
}

Eigen::VectorXd variances(const SurveyDesign& design, const std::vector<SparseColumn>& columns) {
    if (has_sources(design, columns)) {
        const Separated parts = separate(design, columns);
        return variances(design, parts.columns) + parts.sources.colwise().squaredNorm().transpose();
    }
    Eigen::VectorXd result = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(columns.size()));
    if (design.second_phase) result = two_phase_covariance(design, columns, true).diagonal();
    for (std::size_t stage = 0; stage < design.stages.size() && !design.second_phase; ++stage)
        StageWork(design, stage, columns)
            .for_each_group(
                [&](const StageWork& work, const GroupForm& form, const std::vector<Part>& parts, std::uint32_t first) {
                    for (const Part& part : parts)
                        result(part.segment.column) +=
                            work.inflation(part.segment.column) * group_variance(work, form, part, first);
                });
    for (Eigen::Index c = 0; c < result.size(); ++c)
        result(c) = negative_to_missing(result(c), columns[static_cast<std::size_t>(c)]);
    return result;
}

double degrees_of_freedom(const SurveyDesign& design, const std::vector<std::uint32_t>& active) {
    // PSUs stand by stratum.
    const std::vector<std::uint32_t>& stratum_of = design.stages.front().group;
    std::size_t strata = 0;
    for (std::size_t i = 0; i < active.size(); ++i)
        strata += i == 0 || stratum_of[active[i]] != stratum_of[active[i - 1]];
    const double first = static_cast<double>(active.size()) - static_cast<double>(strata);
    if (!design.second_phase) return first;
    const std::set<std::uint32_t> psus(active.begin(), active.end());
    std::set<std::uint32_t> second_strata;
    double elements = 0;
    for (std::size_t unit = 0; unit < design.units(); ++unit)
        if (psus.contains(design.stages.back().group[unit]))
            ++elements, second_strata.insert(design.second_phase->stratum[unit]);
    const double second = elements - static_cast<double>(second_strata.size());
    return design.second_phase->clustered ? std::min(first, second) : second;
}

double satterthwaite_df(const SurveyDesign& design, const SparseColumn& column) {
    if (design.second_phase) return std::nan("");
    if (has_sources(design, {column})) return satterthwaite_df(design, separate(design, {column}).columns.front());
    double total = 0, spread = 0;
    for (std::size_t stage = 0; stage < design.stages.size(); ++stage)
        StageWork(design, stage, {column})
            .for_each_group(
                [&](const StageWork& work, const GroupForm& form, const std::vector<Part>& parts, std::uint32_t first) {
                    const double added = work.inflation(0) * group_variance(work, form, parts.front(), first);
                    total += added;
                    spread += added * added / std::max(1.0, static_cast<double>(work.size(parts[0].segment.group)) - 1);
                });
    return total > 0 && spread > 0 ? total * total / spread : std::nan("");
}

std::vector<std::uint32_t> psu_of_unit(const SurveyDesign& design) { return ancestor_of_unit(design, 0); }

std::string describe_variance(const SurveyDesign& design) {
    std::string method = "linearized, ";
    if (design.second_phase)
        method += fmt::format("two phases ({})", design.second_phase->approx ? "approx" : "full");
    else if (design.unequal.used())
        method += unequal_names()[static_cast<std::size_t>(design.unequal.method)];
    else if (design.successive.used)
        method += design.successive.circular ? "circular successive differences" : "successive differences";
    else
        method += design.without_replacement ? "without replacement" : "ultimate clusters with replacement";
    if (design.unequal.horvitz_thompson) method += " (horvitz_thompson)";
    if (design.without_replacement && !design.second_phase)
        method += fmt::format(", {} stage{}", design.stages.size(), design.stages.size() == 1 ? "" : "s");
    if (design.lonely != LonelyPsu::fail)
        method += ", lonely_psu=" + lonely_psu_names()[static_cast<std::size_t>(design.lonely)];
    if (design.domain_lonely != DomainLonely::none)
        method += ", domain_lonely=" + domain_lonely_names()[static_cast<std::size_t>(design.domain_lonely)];
    return method;
}

}  // namespace cifra
