#include "estimation/variance/unequal.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "estimation/design.h"
#include "estimation/variance/design_cells.h"

namespace cifra {

const std::vector<std::string>& unequal_names() {
    static const std::vector<std::string> names = {
        "none",    "hajek_deville",    "deville",          "brewer",  "hartley_rao",
        "overton", "sen_yates_grundy", "horvitz_thompson", "poisson", "rao_hartley_cochran"};
    return names;
}

UnequalMethod unequal_from_text(std::string_view name) {
    const auto& names = unequal_names();
    return static_cast<UnequalMethod>(std::find(names.begin(), names.end(), name) - names.begin());
}

namespace {

// The number of a design column in each row; NaN and one counted fault where it is missing or no number.
class NumberColumn {
public:
    NumberColumn(const Table& drawn, const std::string& name, Diagnostics& faults)
        : drawn_(drawn), name_(name), faults_(faults), column_(required_column(drawn, name, faults)) {}
    bool found() const { return column_ != nullptr; }
    double at(std::size_t row) const {
        return column_->is_number() && column_->present(row) ? column_->number(row) : std::nan("");
    }
    void refuse(std::size_t row, const char* code, const std::string& what, const char* remedy) const {
        faults_.error({drawn_.source, line_of(drawn_, row), 0}, code, fmt::format("the column '{}' {}", name_, what),
                      remedy);
    }

    // The value of each group, NaN where it has no row. Faults: `bad` cells (counted) and values that vary in a group.
    template <class Valid>
    std::vector<double> by_group(std::span<const std::uint32_t> group_of_row, std::size_t groups, const Valid& valid,
                                 const char* bad_code, const std::string& bad, const char* varies_code,
                                 const char* remedy) const {
        std::vector<double> values(groups, std::nan(""));
        std::size_t wrong = 0, first = 0;
        for (std::size_t row = group_of_row.size(); row-- > 0;)
            if (!valid(at(row))) ++wrong, first = row;
        if (wrong > 0) {
            refuse(first, bad_code, fmt::format("{} in {} rows, first here", bad, wrong), remedy);
            return values;
        }
        for (std::size_t row = 0; row < group_of_row.size(); ++row) {
            double& value = values[group_of_row[row]];
            if (std::isnan(value)) value = at(row);
            if (value == at(row)) continue;
            refuse(row, varies_code, "differs within a unit", remedy);
            break;
        }
        return values;
    }

private:
    const Table& drawn_;
    const std::string& name_;
    Diagnostics& faults_;
    const Column* column_;
};

std::vector<std::uint32_t> strata_of(std::span<const std::uint32_t> psu_of_row, const Stage& stage) {
    std::vector<std::uint32_t> strata;
    for (const std::uint32_t psu : psu_of_row) strata.push_back(stage.group[psu]);
    return strata;
}

std::vector<double> psus_by_stratum(const Stage& stage) {
    std::vector<double> n(stage.groups(), 0);
    for (const std::uint32_t stratum : stage.group) ++n[stratum];
    return n;
}

void set_mean_p2(SurveyDesign& design, std::span<const std::uint32_t> psu_of_row, const Table& drawn,
                 const std::string& population_p2, Diagnostics& faults) {
    const Stage& stage = design.stages.front();
    const std::vector<double> n = psus_by_stratum(stage);
    std::vector<double>& mean = design.unequal.mean_p2;
    mean.assign(stage.groups(), 0);
    if (population_p2.empty()) {
        for (std::size_t psu = 0; psu < stage.units(); ++psu)
            mean[stage.group[psu]] += design.unequal.probability[psu] / n[stage.group[psu]];
        return;
    }
    const std::optional<double> constant = parse_number(population_p2);
    if (constant) {
        std::fill(mean.begin(), mean.end(), *constant);
    } else {
        const NumberColumn column(drawn, population_p2, faults);
        if (!column.found()) return;
        mean = column.by_group(
            strata_of(psu_of_row, stage), stage.groups(), [](double value) { return value > 0; }, "p2-value",
            "is missing or not above 0", "p2-value",
            "give each stratum one sum of squared inclusion probabilities over its population");
    }
    for (std::size_t h = 0; h < mean.size(); ++h) mean[h] /= n[h];
}

// P_g of each PSU, and by stratum (Σ N_g² - N)/(N² - Σ N_g²); 0 where a stratum has one group: it is lonely, or whole.
void set_random_groups(SurveyDesign& design, std::span<const std::uint32_t> psu_of_row, const Table& drawn,
                       const UnequalColumns& columns, Diagnostics& faults) {
    const Stage& stage = design.stages.front();
    const auto read = [&](const std::string& name, const auto& valid, const char* bad) {
        const NumberColumn column(drawn, name, faults);
        return column.found() ? column.by_group(psu_of_row, stage.units(), valid, "group-value", bad, "group-varies",
                                                "take group_units and group_size from the draw")
                              : std::vector<double>();
    };
    const std::size_t before = faults.error_count();
    const std::vector<double> units = read(
        columns.group_units, [](double n) { return n >= 1 && n == std::floor(n); }, "is no whole number from 1");
    design.unequal.share = read(
        columns.group_size, [](double x) { return x > 0 && std::isfinite(x); }, "is missing or not above 0");
    if (faults.error_count() > before) return;
    std::vector<double> population(stage.groups(), 0), squares(population), size(population);
    for (std::size_t psu = 0; psu < stage.units(); ++psu) {
        const std::uint32_t h = stage.group[psu];
        population[h] += units[psu];
        squares[h] += units[psu] * units[psu];
        size[h] += design.unequal.share[psu];
    }
    for (std::size_t psu = 0; psu < stage.units(); ++psu) design.unequal.share[psu] /= size[stage.group[psu]];
    for (std::size_t h = 0; h < population.size(); ++h) {
        const double between = population[h] * population[h] - squares[h];
        design.unequal.spread.push_back(between > 0 ? (squares[h] - population[h]) / between : 0);
    }
}

}  // namespace

void read_probabilities(SurveyDesign& design, std::span<const std::uint32_t> psu_of_row, const Table& drawn,
                        const UnequalColumns& columns, Diagnostics& faults) {
    design.unequal.method = columns.method;
    design.unequal.horvitz_thompson = columns.horvitz_thompson;
    design.without_replacement = true;
    const NumberColumn column(drawn, columns.probability, faults);
    if (!column.found()) return;
    const std::size_t before = faults.error_count();
    design.unequal.probability = column.by_group(
        psu_of_row, design.stages.front().units(), [](double value) { return value > 0 && value <= 1; },
        "probability-value", "is missing, 0 or less, or above 1", "probability-varies",
        "give every PSU its one inclusion probability of the first stage, above 0 and at most 1");
    if (columns.method == UnequalMethod::hartley_rao && faults.error_count() == before)
        set_mean_p2(design, psu_of_row, drawn, columns.population_p2, faults);
    if (columns.method == UnequalMethod::rao_hartley_cochran && faults.error_count() == before)
        set_random_groups(design, psu_of_row, drawn, columns, faults);
}

void read_order(SurveyDesign& design, std::span<const std::uint32_t> psu_of_row, const Table& drawn,
                const SuccessiveColumns& columns, Diagnostics& faults) {
    SuccessiveDesign& successive = design.successive;
    successive.used = true;
    successive.circular = columns.circular;
    const NumberColumn column(drawn, columns.order, faults);
    if (!column.found()) return;
    const char* remedy = "give every PSU the number it was selected as in its stratum";
    const std::size_t before = faults.error_count();
    const Stage& stage = design.stages.front();
    const std::vector<double> order = column.by_group(
        psu_of_row, stage.units(), [](double value) { return std::isfinite(value); }, "order-value",
        "is missing or not a number", "order-varies", remedy);
    if (faults.error_count() > before) return;
    std::vector<std::uint32_t> psus(stage.units());
    std::iota(psus.begin(), psus.end(), 0U);
    std::stable_sort(psus.begin(), psus.end(), [&](std::uint32_t a, std::uint32_t b) {
        return stage.group[a] != stage.group[b] ? stage.group[a] < stage.group[b] : order[a] < order[b];
    });
    successive.rank.assign(stage.units(), 0);
    for (std::size_t i = 1; i < psus.size(); ++i) {
        if (stage.group[psus[i]] != stage.group[psus[i - 1]]) continue;
        successive.rank[psus[i]] = successive.rank[psus[i - 1]] + 1;
        if (order[psus[i]] != order[psus[i - 1]]) continue;
        const auto row = std::find(psu_of_row.begin(), psu_of_row.end(), psus[i]) - psu_of_row.begin();
        column.refuse(static_cast<std::size_t>(row), "order-tie", "gives two PSUs of a stratum the same place", remedy);
        return;
    }
}

namespace {

constexpr double unknown = -1;

// π_ij of all PSUs by unit, `unknown` where the file does not say.
using Joint = Eigen::MatrixXd;

bool near(double a, double b) { return std::abs(a - b) <= 1e-6 * std::max(std::abs(a), std::abs(b)); }

// PSUs in the order in which they first stand in the file.
std::vector<std::uint32_t> in_file_order(std::span<const std::uint32_t> psu_of_row, std::size_t psus) {
    std::vector<std::uint32_t> order;
    std::vector<std::uint8_t> seen(psus, 0);
    for (const std::uint32_t psu : psu_of_row)
        if (!seen[psu]) seen[psu] = 1, order.push_back(psu);
    return order;
}

class JointReader {
public:
    JointReader(SurveyDesign& design, const Table& joint, const JointFile& file, Diagnostics& faults)
        : design_(design), joint_(joint), file_(file), faults_(faults), stage_(design.stages.front()) {}

    void read_matrix(const std::vector<std::uint32_t>& order) {
        const std::size_t n = order.size();
        if (joint_.rows() != n || joint_.width() != n) {
            fault(0, "joint-shape",
                  fmt::format("the joint probabilities are {} × {} and the design has {} PSUs", joint_.rows(),
                              joint_.width(), n),
                  "give a header, and one row and one column a PSU in the order of the design's file");
            return;
        }
        pi_.setConstant(static_cast<Eigen::Index>(n), static_cast<Eigen::Index>(n), unknown);
        for (std::size_t c = 0; c < n; ++c) {
            const Column& column = joint_.column(c);
            for (std::size_t r = 0; r < n; ++r) pi_(order[r], order[c]) = joint_of(column, r, order[r], order[c]);
        }
        row_of_ = order;
        check_matrix();
    }

    void read_list(const std::map<std::pair<std::string, std::string>, std::uint32_t>& psu_of_code) {
        const auto n = static_cast<Eigen::Index>(stage_.units());
        pi_.setConstant(n, n, unknown);
        const Column *first = at(file_.first), *second = at(file_.second), *value = at(file_.value),
                     *stratum = file_.stratum.empty() ? nullptr : at(file_.stratum);
        if (faults_.has_errors()) return;
        for (std::size_t row = 0; row < joint_.rows() && !faults_.has_errors(); ++row) {
            const std::string of = stratum ? stratum->cell(row) : "";
            const auto a = psu_of_code.find({of, first->cell(row)}), b = psu_of_code.find({of, second->cell(row)});
            const bool known = a != psu_of_code.end() && b != psu_of_code.end();
            const double given = known ? joint_of(*value, row, a->second, b->second) : unknown;
            if (!known)
                fault(row, "joint-pair", "the pair names a PSU that the design does not hold", pair_remedy);
            else if (!valid(given, a->second, b->second))
                fault(row, "joint-value", "the joint probability is missing, 0 or less, or above those of its PSUs",
                      value_remedy);
            else if (pi_(a->second, b->second) != unknown && !near(pi_(a->second, b->second), given))
                fault(row, "joint-pair", "the pair stands twice with different probabilities", pair_remedy);
            else
                pi_(a->second, b->second) = pi_(b->second, a->second) = given;
        }
        check_list();
    }

    // Keeps the quadratic form by stratum; that of Sen, Yates and Grundy has rows that sum to zero.
    void finish() {
        std::vector<std::vector<std::uint32_t>> members(stage_.groups());
        for (std::uint32_t psu = 0; psu < stage_.units(); ++psu) members[stage_.group[psu]].push_back(psu);
        const std::vector<double>& p = design_.unequal.probability;
        for (const auto& psus : members) {
            const auto n = static_cast<Eigen::Index>(psus.size());
            Eigen::MatrixXd delta(n, n);
            for (Eigen::Index i = 0; i < n; ++i)
                for (Eigen::Index j = 0; j < n; ++j) {
                    const std::uint32_t a = psus[static_cast<std::size_t>(i)], b = psus[static_cast<std::size_t>(j)];
                    const double both = pi_(a, b), value = i == j ? 1 - p[a] : (both - p[a] * p[b]) / both;
                    delta(i, j) = std::abs(value) < file_.tolerance ? 0 : value;
                }
            if (design_.unequal.method == UnequalMethod::sen_yates_grundy)
                for (Eigen::Index i = 0; i < n; ++i) delta(i, i) -= delta.row(i).sum();
            design_.unequal.delta.push_back(std::move(delta));
        }
    }

private:
    static constexpr const char* value_remedy = "a joint probability lies above 0 and at or below those of both PSUs";
    static constexpr const char* pair_remedy = "give every pair of PSUs of a stratum once";

    void fault(std::size_t row, const char* code, const std::string& what, const char* remedy) {
        faults_.error({joint_.source, code == std::string("joint-shape") ? 1 : line_of(joint_, row), 0}, code, what,
                      remedy);
    }

    const Column* at(const std::string& name) {
        const Column* column = joint_.find(name);
        if (!column)
            faults_.error({joint_.source, 1, 0}, "missing-column",
                          fmt::format("the column '{}' is not in the file of joint probabilities", name),
                          suggestion(name, joint_.names()));
        return column;
    }

    double probability(std::uint32_t psu) const { return design_.unequal.probability[psu]; }

    // π_ab from a cell of the file, whatever it holds.
    double joint_of(const Column& column, std::size_t row, std::uint32_t a, std::uint32_t b) const {
        if (!column.is_number() || !column.present(row)) return unknown;
        const double cell = column.number(row), product = probability(a) * probability(b);
        if (file_.kind == JointKind::covariance) return cell + product;
        if (file_.kind == JointKind::weighted_covariance) return cell < 1 ? product / (1 - cell) : unknown;
        return cell;
    }

    bool valid(double given, std::uint32_t a, std::uint32_t b) const {
        return given > 0 && given <= (1 + 1e-6) * std::min(probability(a), probability(b));
    }

    // One fault of each kind, at its first row.
    void check_matrix() {
        for (std::size_t r = 0; r < row_of_.size(); ++r)
            if (!check_row(r)) return;
    }

    bool check_row(std::size_t r) {
        const std::uint32_t a = row_of_[r];
        for (const std::uint32_t b : row_of_) {
            const double both = pi_(a, b);
            if (!valid(both, a, b))
                fault(r, "joint-value", "a joint probability is missing, 0 or less, or above those of its PSUs",
                      value_remedy);
            else if (!near(both, pi_(b, a)))
                fault(r, "joint-asymmetric", "the joint probabilities are not symmetric",
                      "π_ij and π_ji are the same probability");
            else if (a == b && !near(both, probability(a)))
                fault(r, "joint-diagonal", "the diagonal is not the inclusion probability of the PSU",
                      "order the rows and columns as the PSUs in the design's file");
            else if (stage_.group[a] != stage_.group[b] && !near(both, probability(a) * probability(b)))
                fault(r, "joint-strata", "PSUs of two strata are not drawn independently",
                      "between strata π_ij is π_i π_j: check the strata, or give a list by stratum");
            else
                continue;
            return false;
        }
        return true;
    }

    void check_list() {
        std::size_t absent = 0;
        for (std::uint32_t a = 0; a < stage_.units(); ++a) {
            if (pi_(a, a) != unknown && !near(pi_(a, a), probability(a))) {
                fault(0, "joint-diagonal", "a pair of a PSU with itself is not its inclusion probability",
                      "leave such pairs out, or correct them");
                return;
            }
            for (std::uint32_t b = 0; b < a; ++b)
                if (stage_.group[a] == stage_.group[b] && pi_(a, b) == unknown) ++absent;
        }
        if (absent > 0 && !faults_.has_errors())
            faults_.error({joint_.source, 1, 0}, "joint-pair",
                          fmt::format("{} pairs of PSUs have no joint probability", absent), pair_remedy);
    }

    SurveyDesign& design_;
    const Table& joint_;
    const JointFile& file_;
    Diagnostics& faults_;
    const Stage& stage_;
    Joint pi_;
    std::vector<std::uint32_t> row_of_;
};

}  // namespace

void read_joint(SurveyDesign& design, std::span<const std::uint32_t> psu_of_row, const std::vector<std::string>& codes,
                const Table& joint, const JointFile& file, Diagnostics& faults) {
    JointReader reader(design, joint, file, faults);
    if (file.value.empty()) {
        reader.read_matrix(in_file_order(psu_of_row, design.stages.front().units()));
    } else {
        std::map<std::pair<std::string, std::string>, std::uint32_t> psu_of_code;
        for (std::size_t row = 0; row < psu_of_row.size(); ++row) {
            const std::uint32_t psu = psu_of_row[row];
            const std::string stratum = file.stratum.empty() ? "" : design.strata[design.stages.front().group[psu]];
            const auto [found, added] = psu_of_code.emplace(std::pair{stratum, codes[row]}, psu);
            if (!added && found->second != psu) {
                faults.error({joint.source, 1, 0}, "joint-pair",
                             "PSU codes repeat in several strata and the list does not name the stratum",
                             "add 'strata: <column>' under joint:");
                return;
            }
        }
        reader.read_list(psu_of_code);
    }
    if (!faults.has_errors()) reader.finish();
}

}  // namespace cifra
