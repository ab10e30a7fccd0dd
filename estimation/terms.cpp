#include "estimation/terms.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

namespace cifra {

namespace {

using Mask = std::vector<std::uint8_t>;

Mask mask_of(const Hierarchy& hierarchy, std::size_t level, const std::optional<Expr>& condition) {
    return condition ? hierarchy.filter(level, *condition) : Mask(hierarchy[level].rows(), 1);
}

// An item of the records: its number (truth as 0/1) and whether it is missing. Without an expression it is 1.
struct Items {
    Column column;
    bool all_one = false;
    double value(std::size_t row) const { return all_one ? 1 : column.number(row); }
    Missing missing(std::size_t row) const { return all_one ? Missing::none : column.missing(row); }
};

Items items_of(const Hierarchy& hierarchy, std::size_t level, const std::optional<Expr>& expression) {
    if (!expression) return {{}, true};
    return {hierarchy.evaluate(level, *expression), false};
}

// Entries of the base rows gathered record by record: (row, part) → sums.
class EntryBuilder {
public:
    EntryBuilder(std::size_t rows, std::size_t sums) : of_row_(rows), sums_(sums) {}

    struct Entry {
        std::uint32_t part = 0;
        double cases = 0;
        std::vector<double> values;
    };

    Entry& at(std::size_t row, std::uint32_t part) {
        auto& entries = of_row_[row];
        const auto found = std::lower_bound(entries.begin(), entries.end(), part,
                                            [](const Entry& entry, std::uint32_t p) { return entry.part < p; });
        if (found != entries.end() && found->part == part) return *found;
        return *entries.insert(found, {part, 0, std::vector<double>(sums_, 0.0)});
    }
    std::vector<Entry>& of(std::size_t row) { return of_row_[row]; }

    void write(Terms& terms) const {
        terms.own.assign(sums_, {});
        terms.begin.push_back(0);
        for (const std::vector<Entry>& entries : of_row_) {
            for (const Entry& entry : entries) {
                terms.part.push_back(entry.part);
                terms.cases.push_back(entry.cases);
                for (std::size_t s = 0; s < sums_; ++s) terms.own[s].push_back(entry.values[s]);
            }
            terms.begin.push_back(static_cast<std::uint32_t>(terms.part.size()));
        }
    }

private:
    std::vector<std::vector<Entry>> of_row_;
    std::size_t sums_;
};

class TermBuilder {
public:
    TermBuilder(const Hierarchy& hierarchy, const Indicator& indicator, const Cells* record_cells, Diagnostics& faults)
        : hierarchy_(hierarchy),
          indicator_(indicator),
          record_cells_(record_cells),
          faults_(faults),
          records_(hierarchy[indicator.of]) {}

    Terms build() {
        terms_.shape.parts = {""};
        if (record_cells_)
            terms_.shape.parts.insert(terms_.shape.parts.end(), record_cells_->names.begin(),
                                      record_cells_->names.end());
        counted_ = mask_of(hierarchy_, indicator_.of, indicator_.where);
        if (indicator_.per != no_level)
            over_units();
        else if (indicator_.kind == StatisticKind::formula)
            over_sums();
        else
            over_records();
        TermShape& shape = terms_.shape;
        shape.shared_sums = terms_.shared.size();
        shape.own_sums = terms_.own.size();
        shape.has_entries = !terms_.begin.empty();
        if (shape.whole.empty()) shape.whole.assign(shape.sums(), false);
        return std::move(terms_);
    }

private:
    const std::vector<double>& multiplicity(std::size_t level) const {
        const Level& records = hierarchy_[level];
        if (indicator_.counting.empty() || level != indicator_.of) return records.multiplicity;
        return records.multiplicity_by_rule.at(indicator_.counting);
    }
    double times(std::size_t row) const {
        const std::vector<double>& by_row = multiplicity(indicator_.of);
        return by_row.empty() ? 1 : by_row[row];
    }

    // total, mean, proportion, ratio: the rows are the records themselves.
    void over_records() {
        const bool proportion = indicator_.kind == StatisticKind::proportion,
                   ratio = indicator_.kind == StatisticKind::ratio, total = indicator_.kind == StatisticKind::total;
        const Items value = items_of(hierarchy_, indicator_.of, proportion ? indicator_.having : indicator_.value);
        const Items over = items_of(hierarchy_, indicator_.of, ratio ? indicator_.over : std::nullopt);
        const std::size_t rows = records_.rows();
        terms_.shape.formula = total ? Formula::identity() : Formula::quotient();
        terms_.shape.counts_cases = total && !indicator_.value;
        terms_.shared.assign(total ? 1 : 2, std::vector<double>(rows, 0));
        terms_.cases.assign(rows, 0);
        terms_.universe.assign(rows, 0);
        // Of counted records also where no item is missing: the rows may be but a part of all.
        const bool counted = !multiplicity(indicator_.of).empty();
        if (counted || value.column.any_missing() || over.column.any_missing()) terms_.item_weight.assign(rows, 0);
        for (std::size_t row = 0; row < rows; ++row) {
            const double weight = records_.weight[row] * times(row);
            if (!counted_[row] || weight == 0) continue;
            if (!terms_.item_weight.empty()) terms_.item_weight[row] = weight;
            double item = value.value(row);
            const Missing missing = value.missing(row) != Missing::none ? value.missing(row) : over.missing(row);
            if (missing != Missing::none) {
                const MissingRule rule = note_missing(row, weight, missing);
                if (rule == MissingRule::exclude) continue;
                item = rule == MissingRule::numerator ? 1 : 0;
            }
            terms_.universe[row] = 1;
            terms_.shared[0][row] = weight * item;
            terms_.cases[row] = item != 0;
            if (!total) terms_.shared[1][row] = weight * (over.missing(row) == Missing::none ? over.value(row) : 0);
        }
    }

    // A formula: its sums by row of `of`, those of records below summed to their row.
    void over_sums() {
        const std::size_t rows = records_.rows();
        terms_.shape.formula = *indicator_.formula;
        terms_.cases.assign(rows, 0);
        terms_.universe.assign(rows, 0);
        for (std::size_t row = 0; row < rows; ++row) terms_.universe[row] = counted_[row] && records_.weight[row] > 0;
        for (const FormulaSum& sum : indicator_.sums) {
            terms_.shared.push_back(sum_by_row(sum));
            terms_.shape.whole.push_back(sum.whole);
        }
        for (std::size_t row = 0; row < rows; ++row)
            terms_.cases[row] = terms_.universe[row] && terms_.shared[0][row] != 0;
    }

    std::vector<double> sum_by_row(const FormulaSum& sum) {
        const Level& level = hierarchy_[sum.level];
        const Items value = items_of(hierarchy_, sum.level, sum.value);
        const Mask mask = mask_of(hierarchy_, sum.level, sum.condition);
        const std::vector<std::size_t> owner = hierarchy_.ancestor_rows(sum.level, indicator_.of);
        const std::vector<double>& rule = multiplicity(sum.level);
        std::vector<double> by_row(records_.rows(), 0);
        for (std::size_t row = 0; row < level.rows(); ++row) {
            const double weight = level.weight[row] * (rule.empty() ? 1 : rule[row]);
            if (!mask[row] || weight == 0 || !terms_.universe[owner[row]]) continue;
            const Missing missing = value.missing(row);
            // A condition counts as false where it is missing, as every filter does.
            const bool is_item = sum.value && sum.value->type() == Type::number;
            if (missing != Missing::none && is_item) note_missing(owner[row], weight, missing);
            if (missing == Missing::none) by_row[owner[row]] += weight * value.value(row);
        }
        return by_row;
    }

    // prevalence, incidence, concentration: the rows are units, the records lie below.
    void over_units() {
        const Level& units = hierarchy_[indicator_.per];
        const Mask among = mask_of(hierarchy_, indicator_.per, indicator_.among);
        terms_.universe.assign(units.rows(), 0);
        for (std::size_t row = 0; row < units.rows(); ++row) terms_.universe[row] = among[row] && units.weight[row] > 0;
        if (indicator_.kind == StatisticKind::incidence)
            incidence(units);
        else
            victims(units);
    }

    // Calls add(row of the unit, part, weight of the records) for every counted record.
    template <class Add>
    void for_each_record(const Add& add) const {
        const std::vector<std::size_t> owner = hierarchy_.ancestor_rows(indicator_.of, indicator_.per);
        for (std::size_t row = 0; row < records_.rows(); ++row) {
            if (!counted_[row] || records_.weight[row] == 0) continue;
            const double weight = records_.weight[row] * times(row);
            add(owner[row], 0U, weight);
            if (record_cells_ && record_cells_->of_row[row] != no_cell)
                add(owner[row], record_cells_->of_row[row] + 1, weight);
        }
    }

    std::vector<double> unit_weights(const Level& units) const {
        std::vector<double> weights(units.rows(), 0);
        for (std::size_t row = 0; row < units.rows(); ++row)
            if (terms_.universe[row]) weights[row] = units.weight[row];
        return weights;
    }

    void incidence(const Level& units) {
        terms_.shared = {exposure(unit_weights(units))};
        if (indicator_.bounding) {
            bounded_incidence(units);
            return;
        }
        EntryBuilder entries(units.rows(), 1);
        for_each_record([&](std::size_t row, std::uint32_t part, double weight) {
            if (!terms_.universe[row]) return;
            EntryBuilder::Entry& entry = entries.at(row, part);
            entry.values[0] += weight;
            entry.cases += 1;
        });
        entries.write(terms_);
        terms_.shape.formula = formula_of("a / b", {"b", "a"});
        terms_.shape.counts_cases = true;
    }

    static Formula formula_of(const char* text, const std::vector<std::string>& variables) {
        Diagnostics faults;
        return *Formula::parse(text, {}, variables, faults);
    }

    std::vector<double> exposure(std::vector<double> weights) {
        if (!indicator_.months_at_risk) return weights;
        const Column months = hierarchy_.evaluate(indicator_.per, *indicator_.months_at_risk);
        for (std::size_t row = 0; row < weights.size(); ++row) {
            if (weights[row] == 0) continue;
            if (months.present(row) && months.number(row) < 0) ++negative_;
            weights[row] *= months.present(row) ? months.number(row) / 12 : 0;
        }
        if (negative_ > 0)
            faults_.error(indicator_.where_defined, "negative-months",
                          fmt::format("'months_at_risk' is negative in {} units", negative_),
                          "months in which an incident could have been reported: 0 or more");
        return weights;
    }

    // (bounded + b unbounded) / units, b from the whole sample or from outside.
    void bounded_incidence(const Level& units) {
        const Mask unbounded = hierarchy_.filter(indicator_.per, indicator_.bounding->unbounded);
        const bool outside = indicator_.bounding->factor.has_value();
        EntryBuilder entries(units.rows(), outside ? 2 : 4);
        for_each_record([&](std::size_t row, std::uint32_t part, double weight) {
            if (!terms_.universe[row]) return;
            EntryBuilder::Entry& entry = entries.at(row, part);
            const std::size_t s = unbounded[row] ? 1 : 0;
            entry.values[s] += weight;
            if (!outside) entry.values[2 + s] += weight;
            entry.cases += 1;
        });
        entries.write(terms_);
        if (outside) {
            terms_.shape.factors = {{*indicator_.bounding->factor, indicator_.bounding->se}};
            terms_.shape.formula = formula_of("(a + f * u) / w", {"w", "a", "u", "f"});
            return;
        }
        std::vector<double> first = terms_.shared[0], second = terms_.shared[0];
        for (std::size_t row = 0; row < units.rows(); ++row) (unbounded[row] ? first : second)[row] = 0;
        terms_.shared.push_back(std::move(first));
        terms_.shared.push_back(std::move(second));
        terms_.shape.whole = {false, true, true, false, false, true, true};
        terms_.shape.formula =
            formula_of("(a + (ta / twa) / (tu / twu) * u) / w", {"w", "twa", "twu", "a", "u", "ta", "tu"});
    }

    // prevalence and concentration
    void victims(const Level& units) {
        const bool concentration = indicator_.kind == StatisticKind::concentration;
        EntryBuilder entries(units.rows(), concentration ? 2 : 1);
        for_each_record([&](std::size_t row, std::uint32_t part, double weight) {
            EntryBuilder::Entry& entry = entries.at(row, part);
            entry.values[0] += weight;
            entry.cases += 1;
        });
        if (!indicator_.victim_key.empty()) share_victims(entries, units.rows());
        for (std::size_t row = 0; row < units.rows(); ++row) {
            if (!terms_.universe[row]) entries.of(row).clear();
            for (EntryBuilder::Entry& entry : entries.of(row)) {
                if (concentration) {
                    entry.values[1] = units.weight[row];
                } else {
                    entry.values[0] = units.weight[row];
                    entry.cases = 1;
                }
            }
        }
        entries.write(terms_);
        terms_.shape.universe_is_entries = concentration;
        if (!concentration) terms_.shared = {unit_weights(units)};
        terms_.shape.formula = concentration ? Formula::quotient() : formula_of("a / b", {"b", "a"});
    }

    // Units with the same key share their victimization, part by part.
    void share_victims(EntryBuilder& entries, std::size_t rows) const {
        std::vector<Column> key;
        for (const std::string& name : indicator_.victim_key)
            key.push_back(hierarchy_.column(indicator_.per, name).as_text());
        const auto text = [&](std::size_t row) {
            std::string joined;
            for (const Column& column : key) joined += column.text(row) + '\x1f';
            return joined;
        };
        std::unordered_map<std::string, std::vector<std::uint32_t>> parts_of_key;
        for (std::size_t row = 0; row < rows; ++row)
            for (const EntryBuilder::Entry& entry : entries.of(row)) parts_of_key[text(row)].push_back(entry.part);
        for (std::size_t row = 0; row < rows; ++row)
            if (const auto found = parts_of_key.find(text(row)); found != parts_of_key.end())
                for (const std::uint32_t part : found->second) entries.at(row, part);
    }

    MissingRule note_missing(std::size_t row, double weight, Missing kind) {
        if (terms_.missing_weight.empty()) terms_.missing_weight.assign(hierarchy_[indicator_.base()].rows(), 0);
        terms_.missing_weight[row] += weight;
        const MissingRule rule = indicator_.missing[kind];
        if (rule == MissingRule::undeclared) {
            ++terms_.undeclared;
            terms_.undeclared_kind = kind;
            return MissingRule::exclude;
        }
        return rule;
    }

    const Hierarchy& hierarchy_;
    const Indicator& indicator_;
    const Cells* record_cells_;
    Diagnostics& faults_;
    const Level& records_;
    Mask counted_;
    Terms terms_;
    std::size_t negative_ = 0;
};

}  // namespace

Terms terms_of(const Hierarchy& hierarchy, const Indicator& indicator, const Cells* record_cells, Diagnostics& faults) {
    return TermBuilder(hierarchy, indicator, record_cells, faults).build();
}

void refuse_undeclared(const Indicator& indicator, std::size_t undeclared, Missing kind, Diagnostics& faults) {
    if (undeclared == 0) return;
    faults.error(
        indicator.where_defined, "missing-items",
        fmt::format(
            "indicator '{}': the item is missing in {} records (kind '{}'), and no rule says what they count as",
            indicator.id, undeclared, to_text(kind)),
        "declare 'missing: exclude' (out of both sums), 'zero' (not in the numerator) or 'numerator', or use a "
        "null-safe condition (is, is in)");
}

}  // namespace cifra
