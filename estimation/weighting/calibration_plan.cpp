#include <fmt/format.h>

#include <cmath>
#include <set>

#include "engine/microdata/microdata.h"
#include "engine/study.h"
#include "estimation/weighting/calibration_key.h"

namespace cifra {

namespace {

std::string trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(';', begin), text.size());
        parts.push_back(trimmed(std::string_view(text).substr(begin, end - begin)));
        begin = end + 1;
    }
    return parts;
}

class PlanReader {
public:
    PlanReader(const std::filesystem::path& directory, const std::filesystem::path& out, Diagnostics& faults)
        : directory_(directory), out_(out), faults_(faults) {}

    CalibrationPlan read(const YamlValue& value, const std::string& design_level) {
        plan_.where = value.where;
        Fields fields(value, faults_, "calibration");
        plan_.level = fields.text("level", design_level);
        fields.choice("weights", {"base"}, "base");
        if (const YamlValue* given = fields.get("given")) read_given(*given);
        read_method(fields);
        read_bounds(fields);
        read_stopping(fields);
        if (const YamlValue* trimming = fields.get("trimming")) read_trimming(*trimming);
        if (const YamlValue* controls = fields.require("controls")) read_controls(*controls);
        if (const YamlValue* variance = fields.get("controls_variance"))
            plan_.controls_variance = read_controls_variance(*variance, directory_, out_, faults_);
        fields.finish();
        check(fields);
        for (const ControlPlan& control : plan_.controls) {
            plan_.mentioned.insert(plan_.mentioned.end(), control.variables.begin(), control.variables.end());
            for (const std::string& name : names_in(control.name)) plan_.mentioned.push_back(name);
        }
        return std::move(plan_);
    }

private:
    void read_given(const YamlValue& value) {
        Fields fields(value, faults_, "given");
        plan_.base = fields.require("base");
        fields.finish();
    }

    void read_method(Fields& fields) {
        const std::vector<std::string> names = {"linear", "truncated", "raking", "logit", "sinh", "poststratification"};
        const std::string method = fields.choice("method", names, "linear");
        for (std::size_t i = 0; i < names.size(); ++i)
            if (method == names[i]) plan_.options.method = static_cast<CalibrationMethod>(i);
        plan_.options.proportional_fitting = fields.choice("algorithm", {"newton", "fitting"}, "newton") == "fitting";
        plan_.sequential = fields.choice("residuals", {"regression", "sequential"}, "regression") == "sequential";
        plan_.variance = fields.get("variance");
        plan_.options.alpha = fields.number("alpha", 1);
        if (!(plan_.options.alpha > 0))
            faults_.error(fields.get("alpha")->where, "bad-alpha", "'alpha' of method sinh is not positive",
                          "leave it out for 1");
    }

    bool bounded() const {
        return plan_.options.method == CalibrationMethod::truncated || plan_.options.method == CalibrationMethod::logit;
    }

    void read_bounds(Fields& fields) {
        CalibrationOptions& options = plan_.options;
        options.bounds_on_weight = fields.choice("bounds_on", {"g", "weight"}, "g") == "weight";
        const YamlValue* bounds = fields.get("bounds");
        if (!bounds) {
            if (bounded() && !plan_.base)
                faults_.error(fields.where(), "missing-key", "methods truncated and logit need bounds",
                              "add 'bounds: [0.5, 2]': the least and the largest calibrated weight over base weight");
            return;
        }
        if (!bounds->is_list() || bounds->items.size() != 2) {
            faults_.error(bounds->where, "bad-bounds", "'bounds' takes two numbers", "write 'bounds: [0.5, 2]'");
            return;
        }
        options.lower = number_of(bounds->items[0], faults_, "the lower bound");
        options.upper = number_of(bounds->items[1], faults_, "the upper bound");
        check_bounds(bounds->where);
        if (!bounded())
            faults_.error(bounds->where, "key-without-effect", "this method has no bounds",
                          "choose 'method: truncated' or 'method: logit', or remove 'bounds'");
    }

    void check_bounds(const Location& where) {
        const double lower = plan_.options.lower, upper = plan_.options.upper;
        if (plan_.options.bounds_on_weight && !(lower >= 0 && lower < upper))
            faults_.error(where, "bad-bounds", fmt::format("the bounds of the weight are {:g} and {:g}", lower, upper),
                          "write the lower bound, at least 0, then the upper, in units of the weight");
        if (!plan_.options.bounds_on_weight && !(lower >= 0 && lower < 1 && 1 < upper))
            faults_.error(where, "bad-bounds", fmt::format("the bounds of g are {:g} and {:g}", lower, upper),
                          "g = calibrated over base weight; write the lower bound, in [0, 1), then the upper, above 1, "
                          "or 'bounds_on: weight' for limits of the weight itself");
    }

    void read_stopping(Fields& fields) {
        const std::optional<double> tolerance = fields.number("tolerance");
        if (tolerance && !(*tolerance > 0))
            faults_.error(fields.get("tolerance")->where, "bad-tolerance", "'tolerance' is not positive",
                          "leave it out for 1e-9");
        if (tolerance && plan_.options.proportional_fitting) plan_.options.change = tolerance;
        if (tolerance && !plan_.options.proportional_fitting) plan_.options.tolerance = *tolerance;
        plan_.options.absolute = fields.number("absolute", 0);
        if (!(plan_.options.absolute >= 0))
            faults_.error(fields.get("absolute")->where, "bad-tolerance", "'absolute' is negative",
                          "write the gap of a total that is allowed, in its units, or leave it out");
        const std::int64_t fallback = plan_.options.proportional_fitting ? 1000 : 200;
        const std::int64_t iterations = fields.integer("iterations", fallback);
        if (iterations < 1)
            faults_.error(fields.get("iterations")->where, "bad-iterations", "'iterations' is less than 1",
                          "leave it out");
        plan_.options.iterations = static_cast<std::size_t>(std::max<std::int64_t>(iterations, 1));
    }

    void read_trimming(const YamlValue& value) {
        Fields fields(value, faults_, "trimming");
        CalibrationPlan::Trimming trimming;
        trimming.lower = fields.number("lower", 0);
        trimming.upper = fields.number("upper", std::numeric_limits<double>::infinity());
        trimming.strict = fields.boolean("strict", false);
        fields.finish();
        if (!(trimming.lower >= 0 && trimming.lower < trimming.upper))
            faults_.error(value.where, "bad-bounds", "the weights' lower limit is not below the upper one",
                          "write 'trimming: {lower: 10, upper: 50}', in units of the weight");
        plan_.trimming = trimming;
    }

    // ---- controls

    void read_controls(const YamlValue& value) {
        plan_.controls_at = value.where;
        if (value.is_map() && value.entries.size() == 1 && value.entries[0].first == "file") {
            read_file(text_of(value.entries[0].second, faults_, "'file'"), value.entries[0].second.where);
        } else if (value.is_map()) {
            for (std::size_t i = 0; i < value.entries.size(); ++i)
                read_control(value.entries[i].first, value.key_places[i], value.entries[i].second);
        } else {
            for (const std::string& name : texts_of(value, faults_, "'controls'")) {
                ControlPlan control = named(name, value.where);
                control.told = false;
                plan_.controls.push_back(std::move(control));
            }
        }
        if (plan_.controls.empty() && !faults_.has_errors())
            faults_.error(value.where, "missing-key", "there are no controls", "name a variable with its totals");
    }

    static ControlPlan named(const std::string& name, const Location& where) {
        ControlPlan control;
        control.name = name;
        control.variables = split(name);
        control.where = where;
        return control;
    }

    void read_control(const std::string& name, const Location& where, const YamlValue& value) {
        ControlPlan control = named(name, where);
        const bool one_total = value.is_map() && value.entries.size() == 1 && value.entries[0].first == "total";
        if (value.is_scalar() || one_total) {
            control.number = true;
            control.variables.clear();
            add_total(control, "", value.is_scalar() ? value : value.entries[0].second);
        } else if (value.is_map()) {
            for (const auto& [category, total] : value.entries) add_total(control, category, total);
        } else {
            faults_.error(where, "wrong-type", fmt::format("the control '{}' has no totals", name),
                          "write a total for every category, '{a: 100, b: 200}', or '{total: 300}' of a number");
        }
        plan_.controls.push_back(std::move(control));
    }

    void add_total(ControlPlan& control, const std::string& category, const YamlValue& total) {
        add_total(control, category, number_of(total, faults_, "a control total"), total.where);
    }

    void add_total(ControlPlan& control, const std::string& category, double total, const Location& where) {
        control.categories.push_back(category);
        control.totals.push_back(total);
        control.places.push_back(where);
        if (!std::isfinite(total) || (!control.number && total < 0))
            faults_.error(where, "bad-control",
                          fmt::format("the total of {} is negative or no number", control.name + " " + category),
                          "write the number of units of the population");
    }

    void read_file(const std::string& name, const Location& where) {
        plan_.file = resolve(directory_, name, out_);
        CsvOptions options;
        options.types = {{"variable", ColumnType::text}, {"category", ColumnType::text}, {"total", ColumnType::number}};
        options.columns = {"variable", "category", "total"};
        const std::size_t before = faults_.error_count();
        const Table table = read_rows({plan_.file}, options, faults_);
        if (faults_.error_count() > before) return;
        std::set<std::pair<std::string, std::string>> seen;
        for (std::size_t row = 0; row < table.rows(); ++row) {
            const Location place{table.source, row < table.lines.size() ? table.lines[row] : 0, 0};
            const std::string variable = table.at("variable").text(row), category = table.at("category").text(row);
            if (variable.empty() || !table.at("total").present(row))
                faults_.error(place, "bad-control", "a line of the controls lacks its variable or its total",
                              "write variable,category,total; the category is empty for the total of a number");
            else if (!seen.emplace(variable, category).second)
                faults_.error(place, "duplicate-control", fmt::format("'{}' '{}' stands twice", variable, category),
                              "keep one line for each");
            else
                add_line(variable, category, table.at("total").number(row), place, where);
        }
    }

    void add_line(const std::string& variable, const std::string& category, double total, const Location& place,
                  const Location& where) {
        auto control = plan_.controls.begin();
        while (control != plan_.controls.end() && control->name != variable) ++control;
        if (control == plan_.controls.end()) {
            plan_.controls.push_back(named(variable, where));
            control = plan_.controls.end() - 1;
            control->number = category.empty();
            if (control->number) control->variables.clear();
        }
        if (control->number != category.empty())
            faults_.error(place, "bad-control", fmt::format("'{}' has categories and a total of its own", variable),
                          "give the totals of its categories, or that of a number");
        add_total(*control, category, total, place);
    }

    // ---- what does not go together

    void check(Fields& fields) {
        const auto without_effect = [&](const char* key, const char* why) {
            if (const YamlValue* value = fields.get(key))
                faults_.error(value->where, "key-without-effect", fmt::format("'{}' has no effect {}", key, why),
                              fmt::format("remove '{}'", key));
        };
        if (plan_.base)
            for (const char* key :
                 {"method", "algorithm", "tolerance", "absolute", "iterations", "trimming", "bounds", "weights"})
                without_effect(key, "on weights that are given calibrated");
        bool told = true, margins = true;
        for (const ControlPlan& control : plan_.controls) told = told && control.told, margins &= !control.number;
        if (!told && !plan_.base)
            faults_.error(plan_.controls_at, "missing-key", "the controls have no totals",
                          "write a total for every category, or 'given: {base: ...}' for calibrated weights");
        if (plan_.options.method != CalibrationMethod::sinh) without_effect("alpha", "but on method sinh");
        if (!fields.get("bounds")) without_effect("bounds_on", "without 'bounds'");
        const bool fitting = plan_.options.proportional_fitting;
        const bool post = plan_.options.method == CalibrationMethod::poststratification;
        if (post && (plan_.controls.size() > 1 || !margins))
            faults_.error(plan_.controls_at, "poststratification-controls", "poststratification takes one margin",
                          "cross the variables, \"region;sex\": {...}, or choose 'method: raking'");
        if (fitting && plan_.options.method != CalibrationMethod::raking) without_effect("algorithm", "but on raking");
        if (fitting && !margins)
            faults_.error(plan_.controls_at, "fitting-controls", "proportional fitting takes margins alone",
                          "remove 'algorithm: fitting': Newton's method takes totals of numbers too");
        if (plan_.sequential && !(margins && (fitting || plan_.base)))
            without_effect("residuals", "but on margins under 'algorithm: fitting' or given weights");
        if (plan_.sequential || fitting || post) without_effect("variance", "here");
    }

    const std::filesystem::path& directory_;
    const std::filesystem::path& out_;
    Diagnostics& faults_;
    CalibrationPlan plan_;
};

}  // namespace

CalibrationPlan read_calibration_plan(const YamlValue& value, const std::string& design_level,
                                      const std::filesystem::path& directory, const std::filesystem::path& out,
                                      Diagnostics& faults) {
    return PlanReader(directory, out, faults).read(value, design_level);
}

}  // namespace cifra
