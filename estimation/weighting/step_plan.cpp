#include "estimation/weighting/step_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace cifra {

namespace {

constexpr std::array<const char*, 11> kind_names = {
    "multiplicity",       "subsampling", "first_stage_ratio", "eligibility", "nonresponse", "person_selection",
    "poststratification", "calibration", "trimming",          "time_factor", "raking"};
constexpr std::int64_t default_min_respondents = 20;
constexpr double default_max_factor = 2;

class StepReader {
public:
    StepReader(const YamlValue& value, const WeightingPlaces& places, Diagnostics& faults)
        : value_(value), places_(places), faults_(faults), fields_(value, faults, "weighting step") {}

    WeightingStep read() {
        step_.where = value_.where;
        if (!fields_.require("step")) return step_;
        step_.name = fields_.required_text("step");
        if (!read_kind()) return step_;
        read_keys();
        if (!step_.calibration_keys) fields_.finish();
        return step_;
    }

private:
    bool read_kind() {
        std::string kind = step_.name;
        const auto take = [&](const char* prefix, StepLevel level) {
            if (kind == "person_selection" || !kind.starts_with(prefix)) return;
            kind = kind.substr(std::string(prefix).size());
            step_.level = level;
        };
        take("household_", StepLevel::household);
        if (step_.level == StepLevel::current) take("person_", StepLevel::person);
        const auto place = std::find(kind_names.begin(), kind_names.end(), kind);
        if (place == kind_names.end()) return unknown_step();
        raking_ = kind == "raking";
        step_.kind = raking_ ? StepKind::calibration : static_cast<StepKind>(place - kind_names.begin());
        return true;
    }

    bool unknown_step() {
        std::vector<std::string> names(kind_names.begin(), kind_names.end());
        const std::string known = fmt::format("{}", fmt::join(names, ", "));
        for (const char* name : kind_names)
            for (const char* level : {"household_", "person_"}) names.push_back(std::string(level) + name);
        faults_.error(fields_.get("step")->where, "unknown-choice",
                      fmt::format("'{}' is no step of weighting: {}; household_ or person_ may stand before it",
                                  step_.name, known),
                      suggestion(step_.name, names));
        return false;
    }

    void read_keys() {
        switch (step_.kind) {
            case StepKind::multiplicity:
                return read_factor("links");
            case StepKind::subsampling:
            case StepKind::time_factor:
                return read_factor("factor");
            case StepKind::first_stage_ratio:
                return read_ratio();
            case StepKind::eligibility:
                return read_cells(default_min_respondents, std::numeric_limits<double>::infinity());
            case StepKind::nonresponse:
                return read_nonresponse();
            case StepKind::person_selection:
                return read_selection();
            case StepKind::poststratification:
                return read_poststratification();
            case StepKind::calibration:
                return read_calibration();
            case StepKind::trimming:
                return read_trimming();
        }
    }

    void bad_number(const char* key, const char* expected) {
        const YamlValue* value = fields_.get(key);
        faults_.error(value ? value->where : fields_.where(), "bad-number",
                      fmt::format("'{}' must be {}", key, expected), "correct the number");
    }

    void read_cap() {
        step_.cap = fields_.number("cap", 0);
        if (fields_.has("cap") && !(step_.cap >= 1)) bad_number("cap", "at least 1");
    }

    void read_factor(const char* key) {
        step_.factor = fields_.required_text(key);
        step_.factor_at = fields_.get(key) ? fields_.get(key)->where : step_.where;
        read_cap();
    }

    void read_ratio() {
        step_.cells = fields_.texts("cells");
        step_.size = fields_.required_text("size");
        read_benchmarks();
    }

    void read_benchmarks() {
        step_.benchmarks = fields_.required_text("benchmarks");
        step_.total = fields_.text("total", "total");
    }

    void read_cells(std::int64_t min_respondents, double max_factor) {
        step_.cells = fields_.texts("cells");
        const std::int64_t min = fields_.integer("min_respondents", min_respondents);
        const double max = fields_.number("max_factor", max_factor);
        if (min < 1) bad_number("min_respondents", "at least 1");
        if (!(max > 1)) bad_number("max_factor", "above 1");
        step_.collapse = CollapseRule{static_cast<std::size_t>(std::max<std::int64_t>(min, 1)), max};
    }

    void read_nonresponse() {
        if (const YamlValue* value = fields_.get("propensity")) {
            Fields keys(*value, faults_, "propensity");
            PropensityKeys propensity;
            if (keys.require("predictors")) propensity.predictors = keys.texts("predictors");
            const std::int64_t classes = keys.integer("classes", 5);
            if (classes < 0 || classes == 1 || classes > 100)
                faults_.error(value->where, "bad-number", "'classes' is 0 (inverse propensity), or 2 to 100",
                              "five are usual");
            propensity.classes = static_cast<std::size_t>(std::clamp<std::int64_t>(classes, 0, 100));
            propensity.weighted = keys.boolean("weighted", true);
            const std::string factor = keys.choice("factor", {"response_rate", "mean_propensity"}, "response_rate");
            propensity.factor = factor == "response_rate" ? ClassFactor::response_rate : ClassFactor::mean_propensity;
            keys.finish();
            step_.propensity = propensity;
            if (const YamlValue* cells = fields_.get("cells"))
                faults_.error(cells->where, "key-without-effect", "'cells' has no effect beside 'propensity'",
                              "name the variables as predictors");
        }
        read_cells(default_min_respondents, default_max_factor);
    }

    void read_selection() {
        step_.all_persons = fields_.choice("persons", {"one", "all"}, "one") == "all";
        if (fields_.has("probability")) {
            step_.factor = fields_.text("probability");
            step_.factor_at = fields_.get("probability")->where;
        }
        read_cap();
    }

    void read_poststratification() {
        if (fields_.require("cells")) step_.cells = fields_.texts("cells");
        read_benchmarks();
        if (fields_.has("min_respondents") || fields_.has("max_factor"))
            read_cells(1, std::numeric_limits<double>::infinity());
    }

    // The keys of `calibration:` in a design file, and `of: persons`.
    void read_calibration() {
        step_.of_persons = fields_.choice("of", {"units", "persons"}, "units") == "persons";
        auto keys = std::make_shared<YamlValue>(value_);
        for (std::size_t i = keys->entries.size(); i-- > 0;)
            if (keys->entries[i].first == "step" || keys->entries[i].first == "of") {
                keys->entries.erase(keys->entries.begin() + static_cast<std::ptrdiff_t>(i));
                keys->key_places.erase(keys->key_places.begin() + static_cast<std::ptrdiff_t>(i));
            }
        for (const char* key : {"given", "level", "weights", "trimming", "residuals"})
            if (const YamlValue* value = keys->find(key))
                faults_.error(value->where, "key-without-effect", fmt::format("'{}' has no place in a chain", key),
                              "the chain knows weights and level; extreme weights are a step of their own");
        if (raking_ && !keys->find("method")) {
            YamlValue method;
            method.kind = YamlValue::Kind::scalar;
            method.scalar = "raking";
            method.where = step_.where;
            keys->entries.push_back({"method", method});
            keys->key_places.push_back(step_.where);
        }
        step_.calibration_keys = keys;
        step_.calibration = read_calibration_plan(*keys, "units", places_.directory, places_.out, faults_);
    }

    void read_trimming() {
        TrimmingKeys keys;
        const std::string rule = fields_.choice("rule", {"fixed", "mean", "median", "iqr"}, "iqr");
        keys.limits.rule = rule == "fixed"    ? LimitRule::fixed
                           : rule == "mean"   ? LimitRule::mean
                           : rule == "median" ? LimitRule::median
                                              : LimitRule::iqr;
        keys.limits.lower = fields_.number("lower");
        if (const YamlValue* minimize = fields_.get("minimize"))
            read_candidates(*minimize, keys);
        else
            keys.limits.upper = fields_.number("upper");
        keys.limits.weighted = fields_.boolean("weighted", false);
        keys.keep_controls = fields_.choice("keep", {"cells", "controls"}, "cells") == "controls";
        step_.cells = fields_.texts("cells");
        if (!keys.limits.lower && !keys.limits.upper && keys.candidates.empty()) fields_.require("upper");
        if (keys.limits.lower && !(*keys.limits.lower >= 0)) bad_number("lower", "at least 0");
        if (keys.limits.upper && !(*keys.limits.upper > keys.limits.lower.value_or(0)))
            bad_number("upper", "above 'lower'");
        step_.trimming = keys;
    }

    // `upper: [2, 3, 4]`, one of which `minimize: [expressions]` chooses.
    void read_candidates(const YamlValue& minimize, TrimmingKeys& keys) {
        for (const std::string& text : texts_of(minimize, faults_, "'minimize'"))
            keys.minimize.emplace_back(text, minimize.where);
        const YamlValue* upper = fields_.require("upper");
        if (!upper) return;
        for (const std::string& text : texts_of(*upper, faults_, "'upper'")) {
            const auto number = parse_number(text);
            if (!number || !(*number > keys.limits.lower.value_or(0))) bad_number("upper", "numbers above 'lower'");
            keys.candidates.push_back(number.value_or(1));
        }
    }

    const YamlValue& value_;
    const WeightingPlaces& places_;
    Diagnostics& faults_;
    Fields fields_;
    WeightingStep step_;
    bool raking_ = false;
};

}  // namespace

WeightingStep read_step(const YamlValue& value, const WeightingPlaces& places, Diagnostics& faults) {
    return StepReader(value, places, faults).read();
}

}  // namespace cifra
