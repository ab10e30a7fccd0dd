#include "estimation/replication/replicate_factors.h"

#include <fmt/format.h>

#include <algorithm>

#include "estimation/replication/leading_units.h"
#include "estimation/variance/groups.h"

namespace cifra {

namespace {

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t i = 0; i < std::min<std::size_t>(names.size(), 10); ++i) text += (i ? ", " : "") + names[i];
    return names.size() > 10 ? text + ", ..." : text;
}

void check_lonely(const SurveyDesign& design, const std::vector<std::string>& lonely, const Location& where,
                  Diagnostics& faults) {
    if (lonely.empty() || design.lonely == LonelyPsu::certainty || design.lonely == LonelyPsu::remove) return;
    const bool fail = design.lonely == LonelyPsu::fail || design.lonely == LonelyPsu::collapse;
    if (fail)
        faults.error(where, "lonely-psu", fmt::format("one unit was drawn in {}: {}", lonely.size(), listed(lonely)),
                     "no replicate can vary it: declare lonely_psu: collapse, or certainty where it was certain");
    else
        faults.error(where, "lonely-policy",
                     fmt::format("lonely_psu: {} cannot be made by replicates: {}",
                                 lonely_psu_names()[static_cast<std::size_t>(design.lonely)], listed(lonely)),
                     "declare lonely_psu: collapse, or certainty where the unit was certain");
}

void check_pairs(const SurveyDesign& design, const LeadingUnits& leading, const Location& where, Diagnostics& faults) {
    std::vector<std::string> odd;
    for (const LeadingUnits::Group& group : leading.groups)
        if (group.size() % 2 == 1) odd.push_back(group_name(design, group));
    if (!odd.empty())
        faults.error(where, "odd-psus", fmt::format("an odd number of units cannot be paired: {}", listed(odd)),
                     "take JKn, SDR or a bootstrap, or declare strata of two units in the sample");
}

// Groups of later stages with one unit, which bootstraps and the generalized bootstrap vary where F (1 - f) > 0.
void add_inner_lonely(const SurveyDesign& design, std::vector<std::string>& lonely) {
    for (std::size_t s = 1; s < design.stages.size(); ++s) {
        const std::vector<double> earlier = earlier_fractions(design, s);
        const std::vector<std::uint32_t> borders = group_borders(design.stages[s]);
        for (std::uint32_t g = 0; g < design.stages[s].groups(); ++g) {
            const bool varies = earlier[g] > 0 && earlier[g] < 1 && design.stages[s].fraction[g] < 1;
            if (varies && borders[g + 1] - borders[g] == 1) lonely.push_back(group_name(design, {0, 0, 0, s, g}));
        }
    }
    std::sort(lonely.begin(), lonely.end());
    lonely.erase(std::unique(lonely.begin(), lonely.end()), lonely.end());
}

// Of a Poisson sample, and of the Horvitz-Thompson forms, one unit alone has a variance.
bool has_lonely_variance(const UnequalDesign& unequal) {
    return unequal.method == UnequalMethod::poisson || unequal.method == UnequalMethod::horvitz_thompson ||
           unequal.horvitz_thompson;
}

}  // namespace

void ReplicateFactors::check(const SurveyDesign& design, const LeadingUnits& leading, const Location& where,
                             Diagnostics& faults) {
    const ReplicationMethod method = plan_.method;
    if (design.second_phase)
        faults.error(where, "replicates-two-phases", "replicates are not made for samples of two phases",
                     "leave 'replicates' out: the variance is then linearized");
    if (design.unequal.used() && method != ReplicationMethod::rwyb && method != ReplicationMethod::generalized)
        faults.error(where, "replicates-unequal",
                     fmt::format("{} is for PSUs of equal probabilities or drawn with replacement",
                                 replication_names()[static_cast<std::size_t>(method)]),
                     "take rwyb or generalized, or leave 'unequal' out");
    if (design.unequal.method == UnequalMethod::rao_hartley_cochran && method == ReplicationMethod::rwyb)
        faults.error(where, "replicates-unequal", "rwyb does not know the variance of random groups",
                     "take generalized, or leave 'unequal' out");
    std::vector<std::string> lonely;
    if (!has_lonely_variance(design.unequal)) lonely = leading.lonely;
    if (is_bootstrap(method)) add_inner_lonely(design, lonely);
    check_lonely(design, lonely, where, faults);
    if (method == ReplicationMethod::jk1 && leading.groups.size() > 1)
        faults.error(where, "strata-under-jk1", "JK1 is for a sample without strata", "take JKn");
    if (is_half_sample(method)) check_pairs(design, leading, where, faults);
    if (method == ReplicationMethod::sdr && !design.successive.used)
        faults.error(where, "order-missing", "SDR needs the order of selection",
                     "declare variance: successive_difference_circular and order");
    if (is_bootstrap(method) ? plan_.count < 2 : plan_.count != 0 && method != ReplicationMethod::sdr)
        faults.error(where, "replicate-count",
                     is_bootstrap(method) ? "a bootstrap needs a 'count' of two replicates or more"
                                          : "the number of these replicates follows from the design",
                     is_bootstrap(method) ? "for example 1000" : "leave 'count' out");
    if (!(plan_.fay >= 0 && plan_.fay < 1))
        faults.error(where, "out-of-range", "'fay' lies between 0 and 1", "for example fay: 0.5");
}

void ReplicateFactors::set_coefficients(const LeadingUnits& leading) {
    if (const auto* balanced = std::get_if<BalancedFactors>(&factors_)) plan_.count = balanced->count();
    const auto replicates = static_cast<double>(plan_.count);
    double scale = 1 / replicates;
    if (plan_.method == ReplicationMethod::fay) scale /= (1 - plan_.fay) * (1 - plan_.fay);
    if (plan_.method == ReplicationMethod::sdr) scale *= 4;
    if (plan_.method == ReplicationMethod::jk2) scale = 1;
    if (const auto* perturbed = std::get_if<PerturbedFactors>(&factors_)) scale *= perturbed->tau() * perturbed->tau();
    coefficients_.assign(plan_.count, scale);
    df_ = leading.degrees_of_freedom();
    if (is_half_sample(plan_.method)) df_ = static_cast<double>(leading.unit.size()) / 2;
    if (plan_.method != ReplicationMethod::jk1 && plan_.method != ReplicationMethod::jkn) return;
    for (const LeadingUnits::Group& group : leading.groups) {
        const auto n = static_cast<double>(group.size());
        for (std::size_t i = group.begin; i < group.end; ++i) coefficients_[i] = (n - 1) / n * (1 - group.fraction);
    }
}

void ReplicateFactors::add_notices(const SurveyDesign& design) {
    if (!is_bootstrap(plan_.method) && design.stages.size() > 1)
        notices_.emplace_back(
            "these replicates vary the first stage not taken with certainty alone; the variance that "
            "later stages add under the fpc is left out: bootstraps have it");
    const auto* balanced = std::get_if<BalancedFactors>(&factors_);
    if (balanced && balanced->reuses_columns())
        notices_.emplace_back(
            "fewer SDR replicates than units: differences share columns, the variance is unbiased "
            "over random orders only");
}

ReplicateFactors ReplicateFactors::make(const ReplicationPlan& plan, const SurveyDesign& design, const Location& where,
                                        Diagnostics& faults) {
    ReplicateFactors result;
    result.plan_ = plan;
    result.units_ = design.units();
    const LeadingUnits leading = leading_units(design);
    const std::size_t before = faults.error_count();
    result.check(design, leading, where, faults);
    if (faults.error_count() > before) return {};
    if (plan.method == ReplicationMethod::generalized) {
        std::vector<std::string> not_positive;
        result.factors_ = PerturbedFactors(plan, design, not_positive);
        if (!not_positive.empty())
            faults.error(where, "not-positive",
                         fmt::format("the variance form is not positive in {}", listed(not_positive)),
                         "take unequal: hajek_deville, whose form is positive");
    } else if (is_bootstrap(plan.method)) {
        result.factors_ = ResampledFactors(plan, design);
    } else {
        result.factors_ = BalancedFactors(plan, design, leading);
    }
    result.set_coefficients(leading);
    result.add_notices(design);
    return result;
}

void ReplicateFactors::block(std::size_t first, std::size_t size, std::span<double> by_unit) const {
    std::visit([&](const auto& factors) { factors.block(first, size, by_unit); }, factors_);
}

}  // namespace cifra
