#include "estimation/variance/phases.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "estimation/design.h"
#include "estimation/variance/design_cells.h"

namespace cifra {

namespace {

// Reads the columns of the second phase and builds its strata and units.
class PhaseReader {
public:
    PhaseReader(DeclaredDesign& declared, const Table& drawn, const PhaseColumns& columns, Diagnostics& faults)
        : declared_(declared), drawn_(drawn), columns_(columns), faults_(faults) {}

    void read() {
        read_in();
        if (!columns_.strata.empty()) read_strata();
        if (faults_.has_errors()) return;
        count();
        if (!columns_.fpc.empty() && !faults_.has_errors()) read_fpc();
        if (faults_.has_errors()) return;
        psu_of_row_ = declared_.unit_of_row;
        share_psus();
        add_units();
        declared_.design.second_phase = std::move(phase_);
        declared_.design.without_replacement = true;
    }

private:
    void fault(std::size_t row, const char* code, const std::string& what, const char* remedy) {
        faults_.error({drawn_.source, line_of(drawn_, row), 0}, code, what, remedy);
    }

    void read_in() {
        const Column* column = required_column(drawn_, columns_.in, faults_);
        if (!column) return;
        std::size_t wrong = 0, first = 0, taken = 0;
        in_.assign(drawn_.rows(), 0);
        for (std::size_t row = drawn_.rows(); row-- > 0;) {
            const std::string cell = column->cell(row);
            in_[row] = cell == "1";
            taken += in_[row];
            if (cell != "0" && cell != "1") ++wrong, first = row;
        }
        if (wrong > 0)
            fault(first, "phase2-in",
                  fmt::format("the column '{}' is neither 0 nor 1 in {} rows, first here", columns_.in, wrong),
                  "1 for the elements of the second phase, 0 for those of the first phase only");
        else if (taken == 0)
            faults_.error({drawn_.source, 0, 0}, "phase2-in", "no element is in the second phase",
                          "1 for the elements of the second phase, 0 for those of the first phase only");
    }

    void read_strata() {
        const Column* column = required_column(drawn_, columns_.strata, faults_);
        if (!column) return;
        std::map<std::string, std::uint32_t> number;
        for (std::size_t row = 0; row < drawn_.rows(); ++row) {
            if (!column->present(row)) {
                fault(row, "phase2-strata",
                      fmt::format("the second phase's stratum '{}' is missing here", columns_.strata),
                      "every element of the first phase needs its stratum of the second");
                return;
            }
            number[column->cell(row)] = 0;
        }
        for (auto& [name, at] : number) {
            at = static_cast<std::uint32_t>(phase_.strata.size());
            phase_.strata.push_back(name);
        }
        for (std::size_t row = 0; row < drawn_.rows(); ++row) stratum_of_row_.push_back(number[column->cell(row)]);
    }

    void count() {
        if (columns_.strata.empty()) {
            phase_.strata = {""};
            stratum_of_row_.assign(drawn_.rows(), 0);
        }
        phase_.sampled.assign(phase_.strata.size(), 0);
        std::vector<double> all(phase_.strata.size(), 0);
        for (std::size_t row = 0; row < drawn_.rows(); ++row) {
            ++all[stratum_of_row_[row]];
            phase_.sampled[stratum_of_row_[row]] += in_[row];
        }
        for (std::size_t g = 0; g < all.size(); ++g) {
            phase_.fraction.push_back(phase_.sampled[g] / all[g]);
            if (phase_.sampled[g] == 0)
                faults_.error({drawn_.source, 0, 0}, "phase2-empty",
                              fmt::format("stratum '{}' of the second phase has no element in it", phase_.strata[g]),
                              "join it with another stratum of the second phase");
        }
    }

    void read_fpc() {
        const Column* column = required_column(drawn_, columns_.fpc, faults_);
        std::vector<double> given(phase_.strata.size(), 0);
        for (std::size_t row = 0; column && row < drawn_.rows(); ++row) {
            const std::uint32_t g = stratum_of_row_[row];
            const double value = column->is_number() && column->present(row) ? column->number(row) : 0;
            const double fraction = value > 1 ? phase_.sampled[g] / value : value;
            if (given[g] == 0) given[g] = value;
            if (value <= 0 || fraction > 1 || given[g] != value) {
                fault(row, "phase2-fpc",
                      fmt::format("the fpc '{}' of the second phase is not a positive number, is below the elements "
                                  "taken, or differs within its stratum",
                                  columns_.fpc),
                      "give each stratum of the second phase one count of first-phase elements, or one fraction");
                return;
            }
            phase_.fraction[g] = fraction;
        }
    }

    // p_i of the approximation: of the PSUs with an element of the second-phase stratum of i's first element, the share
    // that has one in the second phase.
    void share_psus() {
        const std::size_t psus = declared_.design.stages.front().units();
        std::vector<std::set<std::uint32_t>> all(phase_.strata.size()), taken(phase_.strata.size());
        for (std::size_t row = 0; row < drawn_.rows(); ++row) {
            all[stratum_of_row_[row]].insert(psu_of_row_[row]);
            if (in_[row]) taken[stratum_of_row_[row]].insert(psu_of_row_[row]);
        }
        phase_.psu_share.assign(psus, 0);
        for (std::size_t row = 0; row < drawn_.rows(); ++row) {
            double& share = phase_.psu_share[psu_of_row_[row]];
            const std::uint32_t g = stratum_of_row_[row];
            if (in_[row] && share == 0)
                share = static_cast<double>(taken[g].size()) / static_cast<double>(all[g].size());
        }
    }

    // Units of the second phase, by PSU and row.
    void add_units() {
        std::vector<std::uint32_t> rows(drawn_.rows());
        std::iota(rows.begin(), rows.end(), 0U);
        std::stable_sort(rows.begin(), rows.end(), [&](auto a, auto b) { return psu_of_row_[a] < psu_of_row_[b]; });
        Stage stage;
        stage.fraction.assign(declared_.design.stages.front().units(), 0);
        declared_.unit_of_codes.clear();
        for (const std::uint32_t row : rows) {
            declared_.unit_of_row[row] = no_unit;
            if (!in_[row]) continue;
            declared_.unit_of_row[row] = static_cast<std::uint32_t>(stage.units());
            phase_.clustered = phase_.clustered || (stage.units() > 0 && stage.group.back() == psu_of_row_[row]);
            stage.group.push_back(psu_of_row_[row]);
            phase_.stratum.push_back(stratum_of_row_[row]);
        }
        phase_.approx = columns_.approx;
        phase_.uncentred = columns_.uncentred;
        declared_.design.stages.push_back(std::move(stage));
    }

    DeclaredDesign& declared_;
    const Table& drawn_;
    const PhaseColumns& columns_;
    Diagnostics& faults_;
    SecondPhase phase_;
    std::vector<std::uint8_t> in_;
    std::vector<std::uint32_t> stratum_of_row_, psu_of_row_;
};

// A linear form of the unit totals, by number: V = Σ weight[f] (form f)².
using Forms = std::vector<std::pair<std::size_t, double>>;  // increasing

class TwoPhase {
public:
    explicit TwoPhase(const SurveyDesign& design) : design_(design), phase_(*design.second_phase) {
        refuse_lonely();
        units_ = design.units();
        if (phase_.approx)
            weigh_approx();
        else
            weigh_full();
        weigh_second();
    }

    Forms forms_of(const SparseColumn& z) const {
        std::map<std::size_t, double> forms;
        for (std::size_t e = 0; e < z.unit.size(); ++e) {
            const std::size_t k = z.unit[e], i = psu(k), h = stratum(i), g = phase_.stratum[k];
            for (const std::size_t form : {k, h_at(h), i_at(i), hg_at(h, g), ig_at(i, g)}) forms[form] += z.total[e];
            forms[g_at(g)] += share(h) * z.total[e];
        }
        Forms kept;
        for (const auto& [form, value] : forms)
            if (const auto found = weight_.find(form); found != weight_.end() && found->second != 0)
                kept.emplace_back(form, value);
        return kept;
    }

    double product(const Forms& a, const Forms& b) const {
        double sum = 0;
        for (auto x = a.begin(), y = b.begin(); x != a.end() && y != b.end();) {
            if (x->first < y->first)
                ++x;
            else if (y->first < x->first)
                ++y;
            else
                sum += weight_.at(x->first) * x->second * y->second, ++x, ++y;
        }
        return sum;
    }

private:
    std::size_t psu(std::size_t unit) const { return design_.stages[1].group[unit]; }
    std::size_t stratum(std::size_t psu) const { return design_.stages[0].group[psu]; }
    double first(std::size_t h) const { return design_.stages[0].fraction[h]; }
    double second(std::size_t g) const { return phase_.fraction[g]; }
    // e_g; 0 where the stratum was taken whole.
    double between(std::size_t g) const { return second(g) < 1 ? (1 - second(g)) / (phase_.sampled[g] - 1) : 0; }

    // Numbers of the forms: units, strata, PSUs, second-phase strata, (stratum, g), (PSU, g).
    std::size_t h_at(std::size_t h) const { return units_ + h; }
    std::size_t i_at(std::size_t i) const { return h_at(design_.strata.size()) + i; }
    std::size_t g_at(std::size_t g) const { return i_at(design_.stages[0].units()) + g; }
    std::size_t hg_at(std::size_t h, std::size_t g) const {
        return g_at(phase_.strata.size()) + h * phase_.strata.size() + g;
    }
    std::size_t ig_at(std::size_t i, std::size_t g) const {
        return hg_at(design_.strata.size(), 0) + i * phase_.strata.size() + g;
    }

    void refuse_lonely() {
        const std::vector<double> n = psus_by_stratum();
        if (design_.lonely == LonelyPsu::certainty || design_.lonely == LonelyPsu::remove) return;
        for (std::size_t h = 0; h < n.size(); ++h)
            if (n[h] == 1 && first(h) < 1) refuse("first", design_.strata[h]);
        for (std::size_t g = 0; g < phase_.strata.size(); ++g)
            if (phase_.sampled[g] == 1 && second(g) < 1) refuse("second", phase_.strata[g]);
    }

    static void refuse(const char* which, const std::string& name) {
        throw Refusal(
            fmt::format("stratum '{}' of the {} phase has a single sampled unit; a variance cannot be "
                        "estimated there. Declare design: lonely_psu: certainty, or join the stratum",
                        name, which));
    }

    std::vector<double> psus_by_stratum() const {
        std::vector<double> n(design_.strata.size(), 0);
        for (const std::uint32_t h : design_.stages[0].group) ++n[h];
        return n;
    }

    // D (1 - E): with b_kl = 1 + e_g [same g] + (p_g - 1 - e_g) [k = l], the part d_h over the stratum and the part
    // 1 - f_h - d_h over the PSU.
    void weigh_full() {
        const std::vector<double> n = psus_by_stratum();
        for (std::size_t k = 0; k < units_; ++k) {
            const std::size_t i = psu(k), h = stratum(i), g = phase_.stratum[k];
            const bool alone = n[h] < 2;
            const double inside = phase_.uncentred && first(h) == 0 ? 1 : alone ? 0 : 1 - first(h);
            const double across = alone || (phase_.uncentred && first(h) == 0) ? 0 : -(1 - first(h)) / (n[h] - 1);
            const double e = lonely(g) ? 0 : between(g);
            weight_[k] += inside * (second(g) - 1 - e);
            weight_[h_at(h)] = across;
            weight_[hg_at(h, g)] = across * e;
            weight_[i_at(i)] = inside - across;
            weight_[ig_at(i, g)] = (inside - across) * e;
        }
    }

    // Σ_i (p_i x_i - S/n)²/p_i = Σ p_i x_i² - 2 S²/n + S²/n² Σ 1/p_i over the PSUs with an element.
    void weigh_approx() {
        const std::vector<double> n = psus_by_stratum();
        std::vector<double> inverse(n.size(), 0);
        for (std::size_t i = 0; i < design_.stages[0].units(); ++i) {
            const std::size_t h = stratum(i);
            if (phase_.psu_share[i] == 0 || n[h] < 2) continue;
            weight_[i_at(i)] = (1 - first(h)) * n[h] / (n[h] - 1) * phase_.psu_share[i];
            inverse[h] += 1 / phase_.psu_share[i];
        }
        for (std::size_t h = 0; h < n.size(); ++h)
            if (n[h] > 1)
                weight_[h_at(h)] = (1 - first(h)) * n[h] / (n[h] - 1) * (inverse[h] / (n[h] * n[h]) - 2 / n[h]);
    }

    bool lonely(std::size_t g) const { return phase_.sampled[g] < 2; }

    // What a unit's value is multiplied by in the second sum: under the approximation √f_h where PSUs hold several.
    double share(std::size_t h) const { return phase_.approx && phase_.clustered ? std::sqrt(first(h)) : 1; }

    // The second phase: E_kl x_k x_l.
    void weigh_second() {
        for (std::size_t k = 0; k < units_; ++k) {
            const std::size_t g = phase_.stratum[k], h = stratum(psu(k));
            if (lonely(g)) continue;
            weight_[k] += share(h) * share(h) * (1 - second(g) + between(g));
            weight_[g_at(g)] = -between(g);
        }
    }

    const SurveyDesign& design_;
    const SecondPhase& phase_;
    std::size_t units_ = 0;
    std::map<std::size_t, double> weight_;
};

}  // namespace

void add_second_phase(DeclaredDesign& declared, const Table& drawn, const PhaseColumns& columns, Diagnostics& faults) {
    PhaseReader(declared, drawn, columns, faults).read();
}

Eigen::MatrixXd two_phase_covariance(const SurveyDesign& design, const std::vector<SparseColumn>& columns,
                                     bool diagonal) {
    const TwoPhase two_phase(design);
    std::vector<Forms> forms;
    for (const SparseColumn& column : columns) forms.push_back(two_phase.forms_of(column));
    const auto k = static_cast<Eigen::Index>(columns.size());
    Eigen::MatrixXd result = Eigen::MatrixXd::Zero(k, k);
    for (Eigen::Index a = 0; a < k; ++a)
        for (Eigen::Index b = diagonal ? a : 0; b <= a; ++b)
            result(a, b) = result(b, a) =
                two_phase.product(forms[static_cast<std::size_t>(a)], forms[static_cast<std::size_t>(b)]);
    return result;
}

}  // namespace cifra
