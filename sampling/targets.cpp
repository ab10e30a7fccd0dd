#include "sampling/targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <stdexcept>

namespace cifra {

namespace {

struct Defaults {
    double confidence = 0.95, deff = 1;
    std::optional<double> population;
    FieldworkRates rates;
};

double read_deff(const YamlValue& value, Diagnostics& faults) {
    if (!value.is_map()) return number_of(value, faults, "'deff'");
    Fields fields(value, faults, "'deff'");
    fields.require("take");
    fields.require("icc");
    const double take = fields.number("take", 1), icc = fields.number("icc", 0),
                 weight_cv = fields.number("weight_cv", 0);
    fields.finish();
    return design_effect(take, icc, weight_cv);
}

Defaults read_common(Fields& fields, Defaults common, Diagnostics& faults) {
    common.confidence = fields.number("confidence", common.confidence);
    common.rates.response = fields.number("response_rate", common.rates.response);
    common.rates.eligibility = fields.number("eligibility", common.rates.eligibility);
    if (const auto population = fields.number("population")) common.population = population;
    if (const YamlValue* deff = fields.get("deff")) common.deff = read_deff(*deff, faults);
    return common;
}

double required(Fields& fields, const char* key) { return fields.require(key) ? fields.number(key, 0) : 0.5; }

ChangeTarget read_change(Fields& fields, const Defaults& common) {
    ChangeTarget change;
    change.p1 = fields.require("p1") ? fields.number("p1", 0) : 0.1;
    change.p2 = fields.require("p2") ? fields.number("p2", 0) : 0.2;
    change.alpha = fields.number("alpha", 1 - common.confidence);
    change.power = fields.number("power", 0.80);
    change.overlap = fields.number("overlap", 0);
    change.correlation = fields.number("correlation", 0);
    change.deff = common.deff;
    change.rates = common.rates;
    return change;
}

void read_requirement(Fields& fields, PrecisionTarget& target, Diagnostics& faults) {
    target.cv = fields.number("cv");
    target.margin = fields.number("margin");
    target.relative_error = fields.number("relative_error");
    if (int(target.cv.has_value()) + int(target.margin.has_value()) + int(target.relative_error.has_value()) == 1)
        return;
    faults.error(fields.where(), "one-requirement", "a target needs exactly one of cv, margin and relative_error",
                 "keep one, for instance 'cv: 0.10'");
    target.cv = 0.1;
    target.margin = target.relative_error = std::nullopt;
}

PrecisionTarget read_precision(Fields& fields, const std::string& quantity, const Defaults& common,
                               Diagnostics& faults) {
    PrecisionTarget target;
    target.confidence = common.confidence;
    target.deff = common.deff;
    target.population = common.population;
    target.rates = common.rates;
    read_requirement(fields, target, faults);
    const double p = required(fields, "p");
    target.mean = p;
    if (quantity == "count") {
        target.mean = p * (target.margin ? required(fields, "mean_count") : fields.number("mean_count", 1));
        target.relvariance = count_relvariance(p, required(fields, "count_cv"));
        return target;
    }
    if (quantity == "share") {
        target.units_per_person = required(fields, "incidents_per_person");
        if (target.population) *target.population *= target.units_per_person;
    }
    target.relvariance = proportion_relvariance(p);
    return target;
}

SizeTarget read_target(const YamlValue& value, const Defaults& defaults, Diagnostics& faults) {
    SizeTarget target;
    Fields fields(value, faults, "a target");
    target.name = fields.required_text("name");
    target.quantity = fields.choice("quantity", {"proportion", "count", "share", "change"}, "proportion");
    const std::int64_t domains = fields.integer("domains", 1);
    if (domains < 1)
        faults.error(value.where, "out-of-range", "'domains' must be at least 1",
                     "leave it out for the whole population");
    target.domains = static_cast<std::uint64_t>(std::max<std::int64_t>(domains, 1));
    try {
        const Defaults common = read_common(fields, defaults, faults);
        if (target.quantity == "change")
            target.target = read_change(fields, common);
        else
            target.target = read_precision(fields, target.quantity, common, faults);
        sample_size(target);
    } catch (const std::invalid_argument& fault) {
        faults.error(value.where, "out-of-range", fault.what(),
                     "correct the value in this target or in the defaults above it");
    }
    fields.finish();
    return target;
}

std::string requirement(const SizeTarget& target) {
    if (const auto* change = std::get_if<ChangeTarget>(&target.target))
        return fmt::format("{} to {}, power {}", shortest(change->p1), shortest(change->p2), shortest(change->power));
    const auto& precision = std::get<PrecisionTarget>(target.target);
    if (precision.cv) return "cv " + shortest(*precision.cv);
    if (precision.margin) return "margin " + shortest(*precision.margin);
    return "relative_error " + shortest(*precision.relative_error);
}

struct Row {
    double confidence, deff;
    FieldworkRates rates;
    double cv_at_largest;
};

Row row_of(const SizeTarget& target, std::uint64_t largest) {
    if (const auto* change = std::get_if<ChangeTarget>(&target.target))
        return {1 - change->alpha, change->deff, change->rates, std::numeric_limits<double>::quiet_NaN()};
    const auto& precision = std::get<PrecisionTarget>(target.target);
    const double share = static_cast<double>(largest) / static_cast<double>(target.domains);
    return {precision.confidence, precision.deff, precision.rates, expected_cv(precision, share)};
}

}  // namespace

SizePlan read_size_plan(const YamlValue& value, Diagnostics& faults) {
    SizePlan plan;
    Fields fields(value, faults, "'size'");
    Defaults common;
    try {
        common = read_common(fields, common, faults);
    } catch (const std::invalid_argument& fault) {
        faults.error(value.where, "out-of-range", fault.what(), "correct 'deff'");
    }
    const YamlValue* targets = fields.require("targets");
    if (targets && !targets->is_list())
        faults.error(targets->where, "wrong-type", "'targets' must be a list",
                     "write one '- {name: ..., p: ..., cv: ...}' a line");
    if (targets)
        for (const YamlValue& item : targets->items) plan.targets.push_back(read_target(item, common, faults));
    fields.finish();
    return plan;
}

SampleSize sample_size(const SizeTarget& target) {
    SampleSize size = std::visit([](const auto& each) { return sample_size(each); }, target.target);
    const auto domains = static_cast<double>(target.domains);
    return {size.cv, size.completed * domains, size.issued * domains, size.completed_rounded * target.domains,
            size.issued_rounded * target.domains};
}

std::uint64_t largest_issued(const SizePlan& plan) {
    std::uint64_t largest = 0;
    for (const SizeTarget& target : plan.targets) largest = std::max(largest, sample_size(target).issued_rounded);
    return largest;
}

Table size_table(const SizePlan& plan) {
    const std::uint64_t largest = largest_issued(plan);
    std::vector<std::string> names, quantities, requirements;
    std::vector<double> numbers[8];
    for (const SizeTarget& target : plan.targets) {
        const SampleSize size = sample_size(target);
        const Row row = row_of(target, largest);
        names.push_back(target.name);
        quantities.push_back(target.quantity);
        requirements.push_back(requirement(target));
        const double cells[] = {size.cv,
                                row.confidence,
                                row.deff,
                                row.rates.response,
                                row.rates.eligibility,
                                static_cast<double>(target.domains),
                                static_cast<double>(size.completed_rounded),
                                static_cast<double>(size.issued_rounded)};
        for (std::size_t i = 0; i < std::size(cells); ++i) numbers[i].push_back(cells[i]);
    }
    Table table;
    table.set("target", Column::of_texts(names));
    table.set("quantity", Column::of_texts(quantities));
    table.set("requirement", Column::of_texts(requirements));
    const char* labels[] = {"cv",          "confidence", "deff",      "response_rate",
                            "eligibility", "domains",    "completed", "issued"};
    for (std::size_t i = 0; i < std::size(labels); ++i) table.set(labels[i], Column::of_numbers(numbers[i]));
    std::vector<double> reached;
    for (const SizeTarget& target : plan.targets) reached.push_back(row_of(target, largest).cv_at_largest);
    table.set("cv_at_largest", Column::of_numbers(reached));
    return table;
}

}  // namespace cifra
