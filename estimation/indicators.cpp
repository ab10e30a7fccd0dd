#include "estimation/indicators.h"

#include <fmt/format.h>

#include <algorithm>

namespace cifra {

const std::vector<std::string>& statistic_names() {
    static const std::vector<std::string> names = {"total",      "mean",      "proportion",   "ratio",
                                                   "prevalence", "incidence", "concentration"};
    return names;
}

ParameterRange Indicator::range() const {
    switch (kind) {
        case StatisticKind::proportion:
        case StatisticKind::prevalence:
            return ParameterRange::proportion;
        case StatisticKind::incidence:
        case StatisticKind::concentration:
            return ParameterRange::non_negative;
        case StatisticKind::total:
            return value ? ParameterRange::real : ParameterRange::non_negative;
        default:
            return ParameterRange::real;
    }
}

namespace {

// Reads the parts of one indicator and remembers what its statistic needs.
class IndicatorReader {
public:
    IndicatorReader(const std::string& id, const YamlValue& value, const Hierarchy& hierarchy, Diagnostics& faults)
        : fields_(value, faults, fmt::format("indicator '{}'", id)), hierarchy_(hierarchy), faults_(faults) {
        indicator_.id = id;
        indicator_.where_defined = value.where;
    }

    Indicator read() {
        const std::string kind =
            fields_.require("statistic") ? fields_.choice("statistic", statistic_names(), "total") : "total";
        const auto& names = statistic_names();
        indicator_.kind = static_cast<StatisticKind>(std::find(names.begin(), names.end(), kind) - names.begin());
        indicator_.of = level("of");
        read_units();
        read_expressions();
        read_rest();
        fields_.finish();
        return std::move(indicator_);
    }

private:
    bool over_units() const {
        return indicator_.kind == StatisticKind::prevalence || indicator_.kind == StatisticKind::incidence ||
               indicator_.kind == StatisticKind::concentration;
    }

    std::size_t level(std::string_view key) {
        const YamlValue* value = fields_.require(key);
        if (!value) return no_level;
        const std::string name = text_of(*value, faults_, key);
        const std::size_t found = hierarchy_.find(name);
        if (found == no_level)
            faults_.error(value->where, "unknown-level", fmt::format("there is no level '{}' under data:", name),
                          suggestion(name, hierarchy_.names()));
        return found;
    }

    void read_units() {
        if (!over_units()) return;
        indicator_.per = level("per");
        if (indicator_.of == no_level || indicator_.per == no_level) return;
        if (indicator_.per == indicator_.of || !hierarchy_.is_above(indicator_.per, indicator_.of))
            faults_.error(fields_.where(), "level-order",
                          "the level named by 'per' must lie above the one named by 'of'",
                          "for example of: incidents, per: persons");
    }

    std::optional<Expr> expression(std::string_view key, std::size_t at, Type type) {
        const YamlValue* value = fields_.get(key);
        if (!value || at == no_level) return std::nullopt;
        return parse_expression(text_of(*value, faults_, key), value->where, hierarchy_.schema(at), faults_, type);
    }

    void need(bool present, std::string_view key) {
        if (!present && !faults_.has_errors())
            faults_.error(fields_.where(), "missing-key",
                          fmt::format("statistic '{}' needs the key '{}'",
                                      statistic_names()[static_cast<std::size_t>(indicator_.kind)], key),
                          fmt::format("add '{}: ...'", key));
    }

    void read_expressions() {
        indicator_.where = expression("where", indicator_.of, Type::truth);
        const bool sums = indicator_.kind == StatisticKind::total || indicator_.kind == StatisticKind::mean ||
                          indicator_.kind == StatisticKind::ratio;
        if (sums) indicator_.value = expression("value", indicator_.of, Type::number);
        if (sums && indicator_.kind != StatisticKind::total) need(indicator_.value.has_value(), "value");
        if (indicator_.kind == StatisticKind::ratio) {
            indicator_.over = expression("over", indicator_.of, Type::number);
            need(indicator_.over.has_value(), "over");
        }
        if (indicator_.kind == StatisticKind::proportion) {
            indicator_.having = expression("having", indicator_.of, Type::truth);
            need(indicator_.having.has_value(), "having");
        }
        if (over_units()) indicator_.among = expression("among", indicator_.per, Type::truth);
        if (indicator_.kind != StatisticKind::prevalence && indicator_.kind != StatisticKind::concentration) return;
        indicator_.victim_key = fields_.texts("victim_key");
        for (const std::string& name : indicator_.victim_key)
            if (indicator_.per != no_level && !hierarchy_.knows(indicator_.per, name))
                faults_.error(fields_.where(), "unknown-name", fmt::format("'victim_key' names no column '{}'", name),
                              suggestion(name, hierarchy_.schema(indicator_.per).names()));
    }

    void read_rest() {
        const std::string missing = fields_.choice("missing", {"exclude", "zero", "numerator"}, "");
        if (missing == "exclude") indicator_.missing = MissingRule::exclude;
        if (missing == "zero") indicator_.missing = MissingRule::zero;
        if (missing == "numerator") indicator_.missing = MissingRule::numerator;
        if (missing == "numerator" && indicator_.kind != StatisticKind::proportion)
            faults_.error(fields_.where(), "missing-rule", "'missing: numerator' is for proportions",
                          "use exclude or zero");
        indicator_.scale = fields_.number("scale", 1);
        if (!(indicator_.scale > 0))
            faults_.error(fields_.where(), "out-of-range", "'scale' must be positive",
                          "for example 100, 1000 or 100000");
        indicator_.interval = interval_from_text(fields_.choice("interval", interval_names(), "automatic"));
        indicator_.label = fields_.labels("label");
        indicator_.unit = fields_.labels("unit");
    }

    Fields fields_;
    const Hierarchy& hierarchy_;
    Diagnostics& faults_;
    Indicator indicator_;
};

}  // namespace

Indicator read_indicator(const std::string& id, const YamlValue& value, const Hierarchy& hierarchy,
                         Diagnostics& faults) {
    return IndicatorReader(id, value, hierarchy, faults).read();
}

}  // namespace cifra
