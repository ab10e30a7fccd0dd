#include "sampling/size_table.h"

#include <limits>

namespace cifra {

namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

// Columns by name, filled row by row in one order.
struct Columns {
    std::vector<std::pair<std::string, std::vector<std::string>>> texts;
    std::vector<std::pair<std::string, std::vector<double>>> numbers;

    template <typename Cells, typename Value>
    static void put(Cells& columns, const char* name, const Value& value) {
        for (auto& [known, cells] : columns)
            if (known == name) return cells.push_back(value);
        columns.push_back({name, {value}});
    }
    void text(const char* name, const std::string& value) { put(texts, name, value); }
    void number(const char* name, double value) { put(numbers, name, value); }
    Table table() const {
        Table result;
        for (const auto& [name, cells] : texts) result.set(name, Column::of_texts(cells));
        for (const auto& [name, cells] : numbers) result.set(name, Column::of_numbers(cells));
        return result;
    }
};

void put_assumptions(Columns& columns, const SizeDomain& domain) {
    const PrecisionTarget& target = domain.target;
    columns.number("mean", target.mean);
    columns.number("mean_2", target.change ? target.change->mean2 : nothing);
    columns.number("confidence", target.confidence);
    columns.number("deff", target.deff);
    columns.number("take", domain.take.value_or(nothing));
    columns.number("eligibility", target.rates.eligibility);
    columns.number("contact_rate", target.rates.contact);
    columns.number("response_rate", target.rates.response);
    columns.number("domains", static_cast<double>(domain.count));
}

void put_size(Columns& columns, const SizeDomain& domain, const SampleSize& size, bool has_costs) {
    const auto all = static_cast<double>(domain.count);
    const PrecisionTarget& target = domain.target;
    columns.number("completed", all * static_cast<double>(size.completed_rounded));
    columns.number("contacted", all * static_cast<double>(size.contacted_rounded));
    columns.number("issued", all * static_cast<double>(size.issued_rounded));
    const double psus =
        domain.take ? static_cast<double>(expected_psus(target.rates, *domain.take, size.issued_rounded)) : nothing;
    columns.number("psus", all * psus);
    columns.number(
        "cost", has_costs ? all * field_cost(domain.costs, target.rates, domain.take.value_or(1), size.issued_rounded)
                          : nothing);
}

void put_precision(Columns& columns, const Precision& own, const Precision& at_largest) {
    columns.number("cv", own.cv);
    columns.number("margin", own.margin);
    columns.number("power", own.power);
    columns.number("detectable_change", own.detectable_change);
    columns.number("cv_at_largest", at_largest.cv);
    columns.number("margin_at_largest", at_largest.margin);
    columns.number("power_at_largest", at_largest.power);
    columns.number("detectable_change_at_largest", at_largest.detectable_change);
}

}  // namespace

Table size_table(const SizePlan& plan) {
    Columns columns;
    const auto largest = divide_issued(plan, static_cast<double>(largest_issued(plan)));
    for (std::size_t t = 0; t < plan.targets.size(); ++t)
        for (std::size_t d = 0; d < plan.targets[t].domains.size(); ++d) {
            const SizeTarget& target = plan.targets[t];
            const SizeDomain& domain = target.domains[d];
            const SampleSize size = sample_size(domain.target);
            columns.text("target", target.name);
            columns.text("domain", domain.name);
            columns.text("quantity", target.quantity);
            columns.text("of", target.of);
            columns.text("requirement", domain.requirement);
            put_assumptions(columns, domain);
            put_size(columns, domain, size, plan.has_costs);
            const double at_largest = largest[t][d] / static_cast<double>(domain.count);
            put_precision(columns, expected_precision(domain.target, size.issued),
                          expected_precision(domain.target, at_largest));
        }
    return columns.table();
}

}  // namespace cifra
