#include "estimation/terms.h"

#include <fmt/format.h>

#include <unordered_map>

namespace cifra {

namespace {

using Mask = std::vector<std::uint8_t>;

Mask mask_of(const Hierarchy& hierarchy, std::size_t level, const std::optional<Expr>& condition) {
    return condition ? hierarchy.filter(level, *condition) : Mask(hierarchy[level].rows(), 1);
}

double times(const Level& level, std::size_t row) { return level.multiplicity.empty() ? 1 : level.multiplicity[row]; }

// An item of the records: its number (truth as 0/1) and whether it is missing under `rule`.
struct Items {
    Column column;
    bool all_one = false;
    double value(std::size_t row) const { return all_one ? 1 : column.number(row); }
    bool present(std::size_t row) const { return all_one || column.present(row); }
};

Items items_of(const Hierarchy& hierarchy, std::size_t level, const std::optional<Expr>& expression) {
    if (!expression) return {{}, true};
    return {hierarchy.evaluate(level, *expression), false};
}

class TermBuilder {
public:
    TermBuilder(const Hierarchy& hierarchy, const Indicator& indicator, const NumeratorCell& only, Diagnostics& faults)
        : hierarchy_(hierarchy),
          indicator_(indicator),
          only_(only),
          faults_(faults),
          records_(hierarchy[indicator.of]) {}

    Terms build() {
        counted_ = mask_of(hierarchy_, indicator_.of, indicator_.where);
        if (only_.cell_of_record)
            for (std::size_t row = 0; row < counted_.size(); ++row)
                if ((*only_.cell_of_record)[row] != only_.cell) counted_[row] = 0;
        if (indicator_.per == no_level)
            over_records();
        else
            over_units();
        return std::move(terms_);
    }

private:
    // total, mean, proportion, ratio: the rows are the records themselves.
    void over_records() {
        const bool proportion = indicator_.kind == StatisticKind::proportion,
                   ratio = indicator_.kind == StatisticKind::ratio;
        const Items value = items_of(hierarchy_, indicator_.of, proportion ? indicator_.having : indicator_.value);
        const Items over = items_of(hierarchy_, indicator_.of, ratio ? indicator_.over : std::nullopt);
        const std::size_t rows = records_.rows();
        terms_.numerator.assign(rows, 0);
        terms_.cases.assign(rows, 0);
        terms_.universe.assign(rows, 0);
        if (indicator_.kind != StatisticKind::total) terms_.denominator.assign(rows, 0);
        for (std::size_t row = 0; row < rows; ++row) {
            const double weight = records_.weight[row] * times(records_, row);
            if (!counted_[row] || weight == 0) continue;
            double item = value.value(row);
            if (!value.present(row) || !over.present(row)) {
                note_missing(row, weight);
                if (indicator_.missing == MissingRule::exclude) continue;
                item = indicator_.missing == MissingRule::numerator ? 1 : 0;
            }
            terms_.universe[row] = 1;
            terms_.numerator[row] = weight * item;
            terms_.cases[row] = item != 0;
            if (!terms_.denominator.empty())
                terms_.denominator[row] = weight * (over.present(row) ? over.value(row) : 0);
        }
        refuse_undeclared();
    }

    // prevalence, incidence, concentration: the rows are units, the records lie below.
    void over_units() {
        const Level& units = hierarchy_[indicator_.per];
        const Mask among = mask_of(hierarchy_, indicator_.per, indicator_.among);
        sum_records(units.rows());
        Mask victim(units.rows(), 0);
        for (std::size_t row = 0; row < units.rows(); ++row) victim[row] = terms_.cases[row] > 0;
        if (!indicator_.victim_key.empty()) share_victims(victim);
        terms_.denominator.assign(units.rows(), 0);
        terms_.universe.assign(units.rows(), 0);
        for (std::size_t row = 0; row < units.rows(); ++row) {
            const bool counts = among[row] && units.weight[row] > 0;
            if (indicator_.kind == StatisticKind::prevalence) {
                terms_.numerator[row] = victim[row] ? units.weight[row] : 0;
                terms_.cases[row] = victim[row];
            }
            if (!counts) terms_.numerator[row] = terms_.cases[row] = 0;
            terms_.universe[row] = counts && (indicator_.kind != StatisticKind::concentration || victim[row]);
            terms_.denominator[row] = terms_.universe[row] ? units.weight[row] : 0;
        }
    }

    void sum_records(std::size_t units) {
        terms_.numerator.assign(units, 0);
        terms_.cases.assign(units, 0);
        const std::vector<std::size_t> owner = hierarchy_.ancestor_rows(indicator_.of, indicator_.per);
        for (std::size_t row = 0; row < records_.rows(); ++row) {
            if (!counted_[row] || records_.weight[row] == 0) continue;
            terms_.numerator[owner[row]] += records_.weight[row] * times(records_, row);
            terms_.cases[owner[row]] += 1;
        }
    }

    void share_victims(Mask& victim) const {
        std::vector<Column> key;
        for (const std::string& name : indicator_.victim_key)
            key.push_back(hierarchy_.column(indicator_.per, name).as_text());
        const auto text = [&](std::size_t row) {
            std::string joined;
            for (const Column& column : key) joined += column.text(row) + '\x1f';
            return joined;
        };
        std::unordered_map<std::string, std::uint8_t> any;
        for (std::size_t row = 0; row < victim.size(); ++row)
            if (victim[row]) any[text(row)] = 1;
        for (std::size_t row = 0; row < victim.size(); ++row) victim[row] = any.contains(text(row));
    }

    void note_missing(std::size_t row, double weight) {
        if (terms_.missing_weight.empty()) terms_.missing_weight.assign(records_.rows(), 0);
        terms_.missing_weight[row] = weight;
        ++missing_;
    }

    void refuse_undeclared() {
        if (missing_ == 0 || indicator_.missing != MissingRule::undeclared) return;
        faults_.error(
            indicator_.where_defined, "missing-items",
            fmt::format("indicator '{}': the item is missing in {} records, and no rule says what they count as",
                        indicator_.id, missing_),
            "declare 'missing: exclude' (out of both sums), 'zero' (not in the numerator) or 'numerator', or use a "
            "null-safe condition (is, is in)");
    }

    const Hierarchy& hierarchy_;
    const Indicator& indicator_;
    const NumeratorCell& only_;
    Diagnostics& faults_;
    const Level& records_;
    Mask counted_;
    Terms terms_;
    std::size_t missing_ = 0;
};

}  // namespace

Terms terms_of(const Hierarchy& hierarchy, const Indicator& indicator, const NumeratorCell& only, Diagnostics& faults) {
    return TermBuilder(hierarchy, indicator, only, faults).build();
}

}  // namespace cifra
