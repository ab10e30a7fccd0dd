#include "estimation/indicators.h"

#include <fmt/format.h>

#include <algorithm>

#include "estimation/quantile_interval.h"

namespace cifra {

const std::vector<std::string>& statistic_names() {
    static const std::vector<std::string> names = {
        "total",         "mean",        "proportion", "ratio",        "prevalence", "incidence",
        "concentration", "formula",     "quantile",   "variance",     "sd",         "cv",
        "covariance",    "correlation", "gini",       "lorenz_share", "top_share",  "mean_excess"};
    return names;
}

ParameterRange Indicator::range() const {
    if (declared_range) return *declared_range;
    switch (kind) {
        case StatisticKind::proportion:
        case StatisticKind::prevalence:
        case StatisticKind::gini:
        case StatisticKind::lorenz_share:
        case StatisticKind::top_share:
            return ParameterRange::proportion;
        case StatisticKind::incidence:
        case StatisticKind::concentration:
        case StatisticKind::variance:
        case StatisticKind::sd:
        case StatisticKind::mean_excess:
            return ParameterRange::non_negative;
        case StatisticKind::total:
            return value ? ParameterRange::real : ParameterRange::non_negative;
        default:
            return ParameterRange::real;
    }
}

namespace {

using Kind = StatisticKind;

Location moved(Location where, std::size_t bytes) {
    if (where.column > 0) where.column += bytes;
    return where;
}

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
        indicator_.kind = static_cast<Kind>(std::find(names.begin(), names.end(), kind) - names.begin());
        indicator_.of = level("of");
        read_units();
        indicator_.where = expression("where", indicator_.of, Type::truth);
        read_items();
        if (is({Kind::formula})) read_formula();
        if (over_units()) read_unit_keys();
        if (indicator_.of_rows()) read_row_keys();
        read_rest();
        fields_.finish();
        return std::move(indicator_);
    }

private:
    bool is(std::initializer_list<Kind> kinds) const {
        return std::find(kinds.begin(), kinds.end(), indicator_.kind) != kinds.end();
    }
    bool over_units() const { return is({Kind::prevalence, Kind::incidence, Kind::concentration}); }

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

    std::optional<Expr> parse(const std::string& text, const Location& where, std::size_t at, Type type) {
        return parse_expression(text, where, hierarchy_.schema(at), faults_, type);
    }

    std::optional<Expr> expression(std::string_view key, std::size_t at, Type type) {
        const YamlValue* value = fields_.get(key);
        if (!value || at == no_level) return std::nullopt;
        return parse(text_of(*value, faults_, key), value->where, at, type);
    }

    void need(bool present, std::string_view key) {
        if (!present && !faults_.has_errors())
            faults_.error(fields_.where(), "missing-key",
                          fmt::format("statistic '{}' needs the key '{}'",
                                      statistic_names()[static_cast<std::size_t>(indicator_.kind)], key),
                          fmt::format("add '{}: ...'", key));
    }

    void read_items() {
        if (is({Kind::proportion})) {
            indicator_.having = expression("having", indicator_.of, Type::truth);
            need(indicator_.having.has_value(), "having");
            return;
        }
        if (over_units() || is({Kind::formula})) return;
        indicator_.value = expression("value", indicator_.of, Type::number);
        if (!is({Kind::total})) need(indicator_.value.has_value(), "value");
        if (!is({Kind::ratio, Kind::covariance, Kind::correlation})) return;
        const char* second = is({Kind::ratio}) ? "over" : "with";
        indicator_.over = expression(second, indicator_.of, Type::number);
        need(indicator_.over.has_value(), second);
    }

    void read_unit_keys() {
        indicator_.among = expression("among", indicator_.per, Type::truth);
        if (is({Kind::incidence})) {
            indicator_.months_at_risk = expression("months_at_risk", indicator_.per, Type::number);
            read_bounding();
            return;
        }
        indicator_.victim_key = fields_.texts("victim_key");
        for (const std::string& name : indicator_.victim_key)
            if (indicator_.per != no_level && !hierarchy_.knows(indicator_.per, name))
                faults_.error(fields_.where(), "unknown-name", fmt::format("'victim_key' names no column '{}'", name),
                              suggestion(name, hierarchy_.schema(indicator_.per).names()));
    }

    void read_bounding() {
        const YamlValue* value = fields_.get("bounding");
        if (!value || indicator_.per == no_level) return;
        Fields fields(*value, faults_, "'bounding'");
        Bounding bounding;
        if (const YamlValue* unbounded = fields.require("unbounded"))
            if (auto condition =
                    parse(text_of(*unbounded, faults_, "'unbounded'"), unbounded->where, indicator_.per, Type::truth))
                bounding.unbounded = *condition;
        bounding.factor = fields.number("factor");
        bounding.se = fields.number("se", 0);
        if (bounding.factor && !(*bounding.factor > 0 && fields.has("se") && bounding.se >= 0))
            faults_.error(value->where, "out-of-range", "a bounding 'factor' from outside is positive and has its 'se'",
                          "for example {unbounded: visit = 1, factor: 0.87, se: 0.03}");
        fields.finish();
        indicator_.bounding = bounding;
    }

    void add_probability(const std::string& text) {
        const Location& where = fields_.get("probabilities")->where;
        const std::size_t before = faults_.error_count();
        const double probability = share(text, "probabilities", where);
        std::vector<double>& all = indicator_.probabilities;
        if (faults_.error_count() == before && std::ranges::find(all, probability) != all.end())
            faults_.error(where, "duplicate-probability", fmt::format("the probability {} stands twice", text),
                          "keep one of the two");
        all.push_back(probability);
    }

    void read_row_keys() {
        if (is({Kind::quantile})) {
            for (const std::string& text : fields_.texts("probabilities")) add_probability(text);
            need(!indicator_.probabilities.empty(), "probabilities");
            indicator_.rule = fields_.choice("rule", quantile_rule_names(), "math");
            indicator_.as_r = fields_.boolean("as_r", false);
            indicator_.clamp = fields_.boolean("clamp", false);
        }
        if (is({Kind::gini, Kind::lorenz_share, Kind::top_share}))
            indicator_.universe =
                fields_.choice("universe", {"all", "victims"}, "all") == "victims" ? Universe::victims : Universe::all;
        if (is({Kind::lorenz_share, Kind::top_share}))
            if (const YamlValue* part = fields_.require("share"))
                indicator_.share = share(text_of(*part, faults_, "'share'"), "share", part->where);
        if (is({Kind::mean_excess})) {
            fields_.require("threshold");
            indicator_.threshold = fields_.number("threshold", 0);
        }
    }

    double share(const std::string& text, const char* key, const Location& where) {
        const auto number = parse_number(text);
        if (number && *number > 0 && *number < 1) return *number;
        faults_.error(where, "out-of-range", fmt::format("'{}' must lie between 0 and 1", key), "for example 0.5");
        return 0.5;
    }

    // formula: sum(loss) / sum(victim) * 100, with records of `of` or of a level below.
    void read_formula() {
        const YamlValue* value = fields_.require("formula");
        if (!value || indicator_.of == no_level) return;
        const std::string text = text_of(*value, faults_, "'formula'");
        const AggregateText aggregates = find_aggregates(text, value->where, faults_);
        if (faults_.has_errors()) return;
        if (aggregates.calls.empty())
            faults_.error(value->where, "no-sums", "a formula is made of weighted sums",
                          "for example formula: sum(loss) / count(victim)");
        for (const AggregateCall& call : aggregates.calls) indicator_.sums.push_back(read_sum(call, value->where));
        indicator_.formula = Formula::parse(aggregates.formula, value->where, aggregates.variables, faults_);
    }

    FormulaSum read_sum(const AggregateCall& call, const Location& where) {
        FormulaSum sum;
        sum.whole = call.whole;
        sum.level = level_of_names(call.argument + " " + call.condition);
        const bool everything = call.count && call.argument.find_first_not_of(' ') == std::string::npos;
        if (!everything)
            sum.value = parse(call.argument, moved(where, call.argument_offset), sum.level,
                              call.count ? Type::truth : Type::number);
        if (!call.condition.empty())
            sum.condition = parse(call.condition, moved(where, call.condition_offset), sum.level, Type::truth);
        return sum;
    }

    // The level below `of` that a qualified name (crimes.loss) points to; else `of`.
    std::size_t level_of_names(const std::string& text) const {
        for (std::size_t level = 0; level < hierarchy_.size(); ++level) {
            const std::size_t at = text.find(hierarchy_[level].name + ".");
            const bool whole_word =
                at == 0 || (at != std::string::npos && !std::isalnum(static_cast<unsigned char>(text[at - 1])) &&
                            text[at - 1] != '_');
            if (whole_word && level != indicator_.of && hierarchy_.is_above(indicator_.of, level)) return level;
        }
        return indicator_.of;
    }

    void read_missing() {
        const YamlValue* value = fields_.get("missing");
        if (!value) return;
        const auto set = [&](Missing kind, MissingRule rule) {
            indicator_.missing.of_kind[static_cast<std::size_t>(kind)] = rule;
        };
        if (value->is_scalar()) {
            const MissingRule rule = missing_rule(*value);
            for (const Missing kind :
                 {Missing::system, Missing::not_asked, Missing::not_reached, Missing::refused, Missing::dont_know})
                set(kind, rule);
            return;
        }
        for (const auto& [name, rule] : value->entries) {
            const auto kind = missing_from_text(name);
            if (kind && *kind != Missing::none)
                set(*kind, missing_rule(rule));
            else
                faults_.error(rule.where, "unknown-choice", fmt::format("'{}' is no kind of missing", name),
                              "one of: system, not_asked, not_reached, refused, dont_know");
        }
    }

    MissingRule missing_rule(const YamlValue& value) {
        static const std::vector<std::string> rules = {"exclude", "zero", "numerator"};
        const std::string name = text_of(value, faults_, "'missing'");
        const auto found = std::find(rules.begin(), rules.end(), name);
        if (found == rules.end())
            faults_.error(value.where, "unknown-choice", fmt::format("'{}' is no rule for missing items", name),
                          "one of: exclude, zero, numerator");
        if (name == "numerator" && !is({Kind::proportion}))
            faults_.error(value.where, "missing-rule", "'missing: numerator' is for proportions",
                          "use exclude or zero");
        if (name == "zero" && indicator_.of_rows())
            faults_.error(value.where, "missing-rule", "'missing: zero' is for sums", "use exclude");
        return static_cast<MissingRule>(found - rules.begin() + 1);
    }

    void read_rest() {
        read_missing();
        indicator_.scale = fields_.number("scale", 1);
        if (!(indicator_.scale > 0))
            faults_.error(fields_.get("scale")->where, "out-of-range", "'scale' must be positive",
                          "for example 100, 1000 or 100000");
        indicator_.counting = fields_.text("count");
        if (indicator_.of != no_level && !indicator_.counting.empty()) check_counting();
        if (fields_.has("range")) {
            static const std::vector<std::string> ranges = {"real", "non_negative", "proportion"};
            const std::string range = fields_.choice("range", ranges, "real");
            indicator_.declared_range =
                static_cast<ParameterRange>(std::find(ranges.begin(), ranges.end(), range) - ranges.begin());
        }
        read_interval();
        indicator_.label = fields_.labels("label");
        indicator_.unit = fields_.labels("unit");
    }

    // Quantiles have intervals of their own; `replicates` is the spread of the quantile over replicate weights.
    void read_interval() {
        if (!is({Kind::quantile})) {
            indicator_.interval = interval_from_text(fields_.choice("interval", interval_names(), "automatic"));
            refuse_unsuited_interval();
            return;
        }
        std::vector<std::string> names = quantile_interval_names();
        names.emplace_back("replicates");
        indicator_.interval_name = fields_.choice("interval", names, "mean");
    }

    void refuse_unsuited_interval() {
        if (indicator_.interval == IntervalKind::automatic || suits(indicator_.interval, indicator_.range())) return;
        faults_.error(fields_.get("interval")->where, "wrong-interval",
                      fmt::format("interval '{}' is not made for statistic '{}'", to_text(indicator_.interval),
                                  statistic_names()[static_cast<std::size_t>(indicator_.kind)]),
                      "leave it out, use t, or declare the 'range' of the statistic");
    }

    void check_counting() {
        const auto& rules = hierarchy_[indicator_.of].multiplicity_by_rule;
        if (rules.contains(indicator_.counting)) return;
        std::vector<std::string> known;
        for (const auto& [name, rule] : rules) known.push_back(name);
        faults_.error(fields_.get("count")->where, "unknown-rule",
                      fmt::format("level '{}' does not name the counting rule '{}'", hierarchy_[indicator_.of].name,
                                  indicator_.counting),
                      known.empty() ? "list it under 'count:' of the level" : suggestion(indicator_.counting, known));
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

const Indicator* find_indicator(const std::vector<Indicator>& indicators, const std::string& id, const Location& where,
                                Diagnostics& faults) {
    const auto found =
        std::find_if(indicators.begin(), indicators.end(), [&](const Indicator& i) { return i.id == id; });
    if (found != indicators.end()) return &*found;
    std::vector<std::string> known;
    for (const Indicator& indicator : indicators) known.push_back(indicator.id);
    faults.error(where, "unknown-indicator", fmt::format("there is no indicator '{}'", id), suggestion(id, known));
    return nullptr;
}

}  // namespace cifra
