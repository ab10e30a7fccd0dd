#include "estimation/domain_rows.h"

#include <fmt/format.h>

#include <optional>

namespace cifra {

namespace {

class Gathering {
public:
    Gathering(const Hierarchy& hierarchy, const Indicator& indicator, const Cells& cells)
        : records_(hierarchy[indicator.of]),
          indicator_(indicator),
          cells_(cells),
          value_(hierarchy.evaluate(indicator.of, *indicator.value)),
          times_(indicator.counting.empty() ? records_.multiplicity
                                            : records_.multiplicity_by_rule.at(indicator.counting)),
          domains_(cells.names.size()) {
        if (indicator.over) other_ = hierarchy.evaluate(indicator.of, *indicator.over);
        if (indicator.where) where_ = hierarchy.filter(indicator.of, *indicator.where);
    }

    void add(std::uint32_t row) {
        const std::uint32_t c = cells_.of_row[row];
        if (c == no_cell || (!where_.empty() && !where_[row])) return;
        const double weight = records_.weight[row] * (times_.empty() ? 1 : times_[row]);
        if (weight == 0) return;
        DomainRows& domain = domains_[c];
        domain.counted += weight;
        const Missing missing = value_.present(row) && other_ ? other_->missing(row) : value_.missing(row);
        if (missing == Missing::none) return add_to(domain, row, weight);
        domain.missing += weight;
        if (indicator_.missing[missing] == MissingRule::undeclared) ++undeclared_;
    }

    std::vector<DomainRows> finish(Diagnostics& faults) {
        for (DomainRows& domain : domains_) domain.unit_begin.push_back(static_cast<std::uint32_t>(domain.size()));
        if (undeclared_ > 0)
            faults.error(indicator_.where_defined, "missing-items",
                         fmt::format("indicator '{}': the item is missing in {} records, and no rule says what they "
                                     "count as",
                                     indicator_.id, undeclared_),
                         "declare 'missing: exclude'");
        return std::move(domains_);
    }

private:
    void add_to(DomainRows& domain, std::uint32_t row, double weight) {
        const std::uint32_t unit = records_.unit_of_row[row];
        if (domain.unit.empty() || domain.unit.back() != unit) {
            domain.unit.push_back(unit);
            domain.unit_begin.push_back(static_cast<std::uint32_t>(domain.size()));
        }
        const double y = value_.number(row);
        domain.row.push_back(row);
        domain.y.push_back(y);
        if (other_) domain.x.push_back(other_->number(row));
        domain.w.push_back(weight);
        domain.total += weight;
        domain.cases += y != 0;
    }

    const Level& records_;
    const Indicator& indicator_;
    const Cells& cells_;
    Column value_;
    std::optional<Column> other_;
    std::vector<std::uint8_t> where_;  // empty: all rows
    const std::vector<double>& times_;
    std::vector<DomainRows> domains_;
    std::size_t undeclared_ = 0;
};

}  // namespace

std::vector<DomainRows> domain_rows(const Hierarchy& hierarchy, const Indicator& indicator, const Cells& cells,
                                    const std::vector<std::uint32_t>& order, Diagnostics& faults) {
    Gathering gathering(hierarchy, indicator, cells);
    for (const std::uint32_t row : order) gathering.add(row);
    return gathering.finish(faults);
}

}  // namespace cifra
