#include "sampling/stages/bethel_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <set>
#include <string>

#include "engine/diagnostics.h"
#include "sampling/allocation/bethel.h"
#include "sampling/allocation/two_stage.h"
#include "sampling/stages/allocate.h"

namespace cifra {

namespace {

using Eigen::Index;

// Strata × indicators, read from the file of means.
struct StratumMeans {
    std::vector<std::string> indicators;
    Eigen::MatrixXd mean, deviation, rho;
};

std::vector<std::string> indicators_of(const AllocationPlan& plan) {
    std::vector<std::string> names;
    for (const CvTarget& target : plan.targets)
        if (std::find(names.begin(), names.end(), target.indicator) == names.end()) names.push_back(target.indicator);
    return names;
}

class MeansReader {
public:
    MeansReader(const Table& table, std::span<const FrameStratum> strata, bool several_stages)
        : table_(table), strata_(strata), several_stages_(several_stages) {}

    StratumMeans read(const AllocationPlan& plan) {
        StratumMeans means;
        means.indicators = indicators_of(plan);
        require_columns();
        const auto rows = static_cast<Index>(strata_.size()), columns = static_cast<Index>(means.indicators.size());
        means.mean = means.deviation = Eigen::MatrixXd::Constant(rows, columns, std::nan(""));
        means.rho = Eigen::MatrixXd::Zero(rows, columns);
        for (std::size_t row = 0; row < table_.rows(); ++row) read_row(row, means);
        for (Index h = 0; h < rows; ++h)
            for (Index j = 0; j < columns; ++j)
                if (std::isnan(means.mean(h, j)))
                    faults_.error({table_.source, 0, 0}, "missing-stratum",
                                  fmt::format("there is no mean of '{}' in stratum '{}'",
                                              means.indicators[static_cast<std::size_t>(j)],
                                              strata_[static_cast<std::size_t>(h)].id),
                                  "add its row");
        faults_.throw_if_errors();
        return means;
    }

private:
    void require_columns() {
        for (const char* name : {"stratum", "indicator", "mean", "deviation", "rho"})
            if (!table_.has(name) && (name != std::string_view("rho") || several_stages_))
                faults_.error({table_.source, 1, 0}, "missing-column",
                              fmt::format("the file of means needs the column '{}'", name), "add it");
        faults_.throw_if_errors();
    }

    Location place(std::size_t row) const {
        return {table_.source, row < table_.lines.size() ? table_.lines[row] : 0, 0};
    }

    double number(std::size_t row, const char* name) {
        const Column& column = table_.at(name);
        const bool sound = column.is_number() && column.present(row);
        if (!sound) faults_.error(place(row), "bad-mean", fmt::format("'{}' is not a number", name), "write a number");
        return sound ? column.number(row) : 1;
    }

    void read_row(std::size_t row, StratumMeans& means) {
        const auto j = std::find(means.indicators.begin(), means.indicators.end(), table_.at("indicator").text(row));
        if (j == means.indicators.end()) return;
        const std::string& id = table_.at("stratum").text(row);
        const auto h = std::find_if(strata_.begin(), strata_.end(), [&](const auto& each) { return each.id == id; });
        if (h == strata_.end()) {
            faults_.error(place(row), "unknown-stratum", "the frame does not have this stratum", "correct or drop it");
            return;
        }
        const Index r = h - strata_.begin(), c = j - means.indicators.begin();
        if (!std::isnan(means.mean(r, c)))
            faults_.error(place(row), "duplicate-row", "the stratum and indicator stand on an earlier row as well",
                          "keep one of them");
        means.mean(r, c) = number(row, "mean");
        means.deviation(r, c) = number(row, "deviation");
        if (means.deviation(r, c) < 0)
            faults_.error(place(row), "bad-mean", "a standard deviation must not be negative", "correct it");
        if (several_stages_) means.rho(r, c) = number(row, "rho");
        if (means.rho(r, c) < 0 || means.rho(r, c) > 1)
            faults_.error(place(row), "bad-mean", "an intraclass correlation must lie in 0 .. 1", "correct it");
    }

    const Table& table_;
    std::span<const FrameStratum> strata_;
    bool several_stages_;
    Diagnostics faults_;
};

// The domain of every stratum by a column of the first stage's frame.
DomainPartition partition_by(const std::string& by, const FrameLevel& top, std::span<const FrameStratum> strata,
                             const Location& where) {
    DomainPartition partition;
    partition.name = by.empty() ? "all" : by;
    if (!by.empty() && !top.table.has(by))
        fail_input(where, "missing-column", fmt::format("'by' names the column '{}', which the frame lacks", by),
                   suggestion(by, top.table.names()));
    std::map<std::string, std::uint32_t> code;
    for (const FrameStratum& stratum : strata) {
        std::set<std::string> values;
        for (const std::size_t unit : stratum.units)
            values.insert(by.empty() ? "all" : top.table.at(by).cell(top.units[unit].row));
        if (values.size() > 1)
            fail_input(where, "domain-cuts-strata",
                       fmt::format("stratum '{}' lies in several domains of '{}'", stratum.id, by),
                       "domains with targets must be unions of strata: stratify by this column too");
        const auto [found, fresh] = code.emplace(*values.begin(), static_cast<std::uint32_t>(code.size()));
        if (fresh) partition.domains.push_back(found->first);
        partition.domain.push_back(found->second);
    }
    return partition;
}

std::vector<DomainPartition> partitions_of(const AllocationPlan& plan, const std::vector<std::string>& indicators,
                                           const FrameLevel& top, std::span<const FrameStratum> strata) {
    std::vector<DomainPartition> partitions;
    std::map<std::string, std::size_t> place;
    for (const CvTarget& target : plan.targets) {
        if (place.emplace(target.by, partitions.size()).second) {
            partitions.push_back(partition_by(target.by, top, strata, plan.where));
            partitions.back().cv = Eigen::MatrixXd::Constant(static_cast<Index>(partitions.back().domains.size()),
                                                             static_cast<Index>(indicators.size()),
                                                             std::numeric_limits<double>::infinity());
        }
        const auto column = std::find(indicators.begin(), indicators.end(), target.indicator) - indicators.begin();
        partitions[place.at(target.by)].cv.col(column).setConstant(target.cv);
    }
    return partitions;
}

BethelProblem problem_of(const AllocationPlan& plan, const FrameLevel& top, std::span<const FrameStratum> strata,
                         const StratumMeans& means, std::span<const double> sizes, std::uint64_t take) {
    BethelProblem problem;
    problem.indicators = means.indicators;
    problem.mean = means.mean;
    problem.deviation = means.deviation;
    problem.partitions = partitions_of(plan, means.indicators, top, strata);
    for (const double size : sizes) {
        const auto units = static_cast<std::uint64_t>(size);
        const std::uint64_t most = plan.maximum ? std::min<std::uint64_t>(*plan.maximum * take, units) : units;
        problem.strata.push_back({size, 1, std::min(plan.minimum * take, most), most});
    }
    return problem;
}

// Units of the last stage in every first-stage unit, by the measure of size where there is one.
std::vector<double> first_stage_sizes(const StagePlan& stage, const Frame& frame) {
    const FrameLevel& top = frame.levels.front();
    const std::vector<std::size_t> counts = last_units_below(frame, 0);
    std::vector<double> sizes(counts.begin(), counts.end());
    if (frame.levels.size() > 1 && !stage.size.empty())
        for (std::size_t i = 0; i < sizes.size(); ++i) sizes[i] = top.table.at(stage.size).number(top.units[i].row);
    return sizes;
}

std::vector<std::uint64_t> psus_of(const TwoStageProblem& problem, const AllocationPlan& plan,
                                   std::span<const FrameStratum> strata) {
    const TwoStageAllocation allocation = two_stage_allocation(problem);
    std::vector<std::uint64_t> counts;
    for (std::size_t h = 0; h < strata.size(); ++h) {
        const TwoStageStratumResult& result = allocation.strata[h];
        const std::uint64_t most =
            std::min<std::uint64_t>(plan.maximum.value_or(strata[h].units.size()), strata[h].units.size());
        counts.push_back(
            std::clamp<std::uint64_t>(result.self_representing + result.psus, std::min(plan.minimum, most), most));
    }
    return counts;
}

}  // namespace

std::vector<std::uint64_t> allocate_targets(std::span<const StagePlan> stages, const Frame& frame,
                                            std::span<const FrameStratum> strata, const Table& means) {
    const AllocationPlan& plan = stages.front().allocation;
    const FrameLevel& top = frame.levels.front();
    const bool several = stages.size() > 1;
    const std::uint64_t take = product_of_takes(stages);
    const StratumMeans read = MeansReader(means, strata, several).read(plan);
    TwoStageProblem problem;
    std::vector<double> sizes;
    const std::vector<double> unit_sizes = first_stage_sizes(stages.front(), frame);
    for (const FrameStratum& stratum : strata) {
        problem.strata.push_back({{}, static_cast<double>(take), 1});
        for (const std::size_t unit : stratum.units) problem.strata.back().psu_size.push_back(unit_sizes[unit]);
        const std::vector<double>& psus = problem.strata.back().psu_size;
        sizes.push_back(std::accumulate(psus.begin(), psus.end(), 0.0));
    }
    problem.units = problem_of(plan, top, strata, read, sizes, take);
    problem.rho = problem.rho_self_representing = read.rho;
    return several ? psus_of(problem, plan, strata) : bethel_allocation(problem.units).n;
}

}  // namespace cifra
