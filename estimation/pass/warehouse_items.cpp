#include "estimation/pass/warehouse_items.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

namespace cifra {

namespace {

constexpr std::array kinds = {Missing::system, Missing::not_asked, Missing::not_reached, Missing::refused,
                              Missing::dont_know};

std::string any_of(const std::vector<std::string>& conditions) {
    if (conditions.empty()) return "0";
    return conditions.size() == 1 ? conditions[0] : fmt::format("or({})", fmt::join(conditions, ", "));
}

std::string both(const std::string& a, const std::string& b) { return fmt::format("and({}, {})", a, b); }
std::string negated(const std::string& condition) { return fmt::format("equals({}, 0)", condition); }

// Of two items the kind is that of the first that is missing.
SqlItem joined(const SqlItem& item, const SqlItem& over) {
    if (over.value.missing == "0") return item;
    SqlItem result = over;
    if (item.value.missing == "0") return result;
    for (std::size_t k = 0; k < result.kinds.size(); ++k)
        if (item.kinds[k] != "0" || over.kinds[k] != "0")
            result.kinds[k] = fmt::format("if({}, {}, {})", item.value.missing, item.kinds[k], over.kinds[k]);
    result.value.missing = fmt::format("or({}, {})", item.value.missing, over.value.missing);
    return result;
}

// `system` is what is missing with no other kind.
std::string of_kind(const SqlItem& item, Missing kind) {
    if (kind != Missing::system) return item.kinds[static_cast<std::size_t>(kind)];
    std::vector<std::string> others;
    for (const std::string& other : item.kinds)
        if (other != "0") others.push_back(other);
    return others.empty() ? item.value.missing : both(item.value.missing, negated(any_of(others)));
}

// Rows whose missing item one of the rules puts where it says.
std::string under_rules(const Indicator& indicator, const SqlItem& missing, std::initializer_list<MissingRule> rules) {
    std::vector<std::string> conditions;
    bool all = true;
    for (const Missing kind : kinds) {
        const bool holds = std::find(rules.begin(), rules.end(), indicator.missing[kind]) != rules.end();
        const std::string condition = of_kind(missing, kind);
        all = all && (holds || condition == "0");
        if (holds && condition != "0") conditions.push_back(condition);
    }
    return all ? missing.value.missing : any_of(conditions);
}

class ItemCompiler {
public:
    ItemCompiler(const WarehouseRows& rows, const Indicator& indicator, Diagnostics& faults)
        : rows_(rows), indicator_(indicator), faults_(faults) {}

    std::optional<WarehouseItems> run() {
        const auto universe = warehouse_universe(rows_, indicator_.where, indicator_.where_defined, faults_);
        const bool proportion = indicator_.kind == StatisticKind::proportion;
        const auto item = compiled(proportion ? indicator_.having : indicator_.value);
        const auto over = compiled(indicator_.over);
        if (!universe || !item || !over) return std::nullopt;
        items_.universe = items_.kept = *universe;
        items_.value = sql_or_nan(item->value);
        items_.over = over->value.missing == "0"
                          ? sql_or_nan(over->value)
                          : fmt::format("if({}, 0., {})", over->value.missing, over->value.value);
        const SqlItem missing = joined(*item, *over);
        if (missing.value.missing != "0") place_missing(missing);
        return items_;
    }

private:
    std::optional<SqlItem> compiled(const std::optional<Expr>& expression) {
        if (expression) return sql_item(*expression, rows_.source, indicator_.where_defined, faults_);
        SqlItem one;
        one.value = {Type::number, "1.", "0"};
        return one;
    }

    void place_missing(const SqlItem& missing) {
        const std::string out = under_rules(indicator_, missing, {MissingRule::exclude, MissingRule::undeclared});
        const std::string counted = under_rules(indicator_, missing, {MissingRule::numerator});
        items_.missing = both(items_.universe, missing.value.missing);
        items_.value = fmt::format("if({}, toFloat64({}), {})", missing.value.missing, counted, items_.value);
        if (out != "0") items_.kept = both(items_.universe, negated(out));
        for (const Missing kind : kinds)
            if (indicator_.missing[kind] == MissingRule::undeclared && of_kind(missing, kind) != "0")
                items_.undeclared.emplace_back(kind, both(items_.universe, of_kind(missing, kind)));
    }

    const WarehouseRows& rows_;
    const Indicator& indicator_;
    Diagnostics& faults_;
    WarehouseItems items_;
};

}  // namespace

std::optional<std::string> warehouse_universe(const WarehouseRows& rows, const std::optional<Expr>& where,
                                              const Location& at, Diagnostics& faults) {
    const std::string weighed = fmt::format("greater({}, 0.)", rows.weight.value);
    if (!where) return weighed;
    const auto condition = sql_of(*where, rows.source, at, faults);
    if (!condition) return std::nullopt;
    return both(condition->value, weighed);
}

std::optional<WarehouseItems> warehouse_items(const WarehouseRows& rows, const Indicator& indicator,
                                              Diagnostics& faults) {
    return ItemCompiler(rows, indicator, faults).run();
}

}  // namespace cifra
