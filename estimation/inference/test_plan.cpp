#include "estimation/inference/test_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "estimation/inference/independence.h"

namespace cifra {

namespace {

template <class Enum>
Enum choice_of(Fields& fields, std::string_view key, const std::vector<std::string>& names) {
    const std::string name = fields.choice(key, names, names.front());
    return static_cast<Enum>(std::find(names.begin(), names.end(), name) - names.begin());
}

class TestReader {
public:
    TestReader(const YamlValue& value, const SurveyData& data, Diagnostics& faults)
        : fields_(value, faults, "a test"), data_(data), faults_(faults) {}

    TestPlan read() {
        plan_.domain = read_domain(fields_, data_, faults_);
        if (fields_.require("test")) plan_.kind = choice_of<TestKind>(fields_, "test", test_kind_names());
        switch (plan_.kind) {
            case TestKind::independence:
                read_independence();
                break;
            case TestKind::goodness_of_fit:
                read_goodness_of_fit();
                break;
            default:
                read_comparison();
        }
        fields_.finish();
        return std::move(plan_);
    }

private:
    // One expression, or a list of them crossed.
    std::vector<Expr> expressions(std::string_view key) {
        std::vector<Expr> result;
        const YamlValue* value = fields_.require(key);
        if (!value) return result;
        const auto add = [&](const YamlValue& one) {
            if (auto expression = read_value(&one, plan_.domain, data_, faults_)) result.push_back(*expression);
        };
        if (value->is_list())
            for (const YamlValue& item : value->items) add(item);
        else
            add(*value);
        if (result.empty() && !faults_.has_errors())
            faults_.error(value->where, "missing-key", fmt::format("'{}' names no variable", key), "name a variable");
        return result;
    }

    void read_independence() {
        plan_.rows = expressions("rows");
        plan_.columns = expressions("columns");
        const auto& known = independence_statistics();
        plan_.statistics = fields_.texts("statistics");
        for (const std::string& name : plan_.statistics)
            if (std::find(known.begin(), known.end(), name) == known.end())
                faults_.error(fields_.get("statistics")->where, "unknown-choice",
                              fmt::format("there is no statistic '{}'", name), suggestion(name, known));
        if (plan_.statistics.empty()) plan_.statistics = known;
        plan_.all_records = fields_.choice("n", {"complete", "all"}, "complete") == "all";
    }

    void read_goodness_of_fit() {
        plan_.rows = expressions("variable");
        const YamlValue* shares = fields_.require("shares");
        if (!shares) return;
        if (!shares->is_map() || shares->entries.size() < 2)
            faults_.error(shares->where, "wrong-type", "'shares' must give a share for each of two categories or more",
                          "for example {\"1\": 0.48, \"2\": 0.52}");
        for (const auto& [name, value] : shares->entries) {
            plan_.shares.emplace_back(name, number_of(value, faults_, "a share"));
            if (!(plan_.shares.back().second > 0) && !faults_.has_errors())
                faults_.error(value.where, "out-of-range", "a share must be positive",
                              "leave the category out of the domain with 'where'");
        }
    }

    void read_comparison() {
        plan_.value = read_value(fields_.get("value"), plan_.domain, data_, faults_, std::nullopt);
        plan_.by = read_value(fields_.get("by"), plan_.domain, data_, faults_);
        if (plan_.kind == TestKind::t) read_t();
        if (plan_.kind == TestKind::rank) {
            if (!fields_.has("by")) fields_.require("by");
            plan_.method = choice_of<RankTest>(fields_, "method", rank_test_names());
            plan_.ties = choice_of<RankTies>(fields_, "ties", rank_ties_names());
        }
        if (!fields_.has("value") && !fields_.has("difference")) fields_.require("value");
        if (plan_.value && plan_.value->type() == Type::text)
            faults_.error(fields_.get("value")->where, "type-mismatch", "the value is text",
                          "give a number or a truth");
    }

    void read_t() {
        plan_.null = fields_.number("null", 0);
        if (plan_.null != 0 && fields_.has("by"))
            faults_.error(fields_.get("null")->where, "unsupported", "'null' is for one sample, not for groups",
                          "leave it out: the groups are compared with each other");
        const YamlValue* difference = fields_.get("difference");
        if (!difference) return;
        if (difference->items.size() != 2 || fields_.has("value")) {
            faults_.error(difference->where, "wrong-type", "'difference' takes two values, in place of 'value'",
                          "for example difference: [after, before]");
            return;
        }
        plan_.value = read_value(&difference->items[0], plan_.domain, data_, faults_, Type::number);
        plan_.minus = read_value(&difference->items[1], plan_.domain, data_, faults_, Type::number);
    }

    Fields fields_;
    const SurveyData& data_;
    Diagnostics& faults_;
    TestPlan plan_;
};

}  // namespace

const std::vector<std::string>& test_kind_names() {
    static const std::vector<std::string> names = {"independence", "goodness_of_fit", "t", "rank"};
    return names;
}

std::vector<TestPlan> read_test_plans(const YamlValue& value, const SurveyData& data, Diagnostics& faults) {
    std::vector<TestPlan> plans;
    for (const YamlValue* entry : read_entries(value, "test", faults))
        plans.push_back(TestReader(*entry, data, faults).read());
    return plans;
}

SectionPlan read_tests(const YamlValue& value, const SurveyData& data, const SectionOptions& options,
                       Diagnostics& faults) {
    std::vector<TestPlan> plans = read_test_plans(value, data, faults);
    return {[plans = std::move(plans), &data, level = options.level](const Table&, Diagnostics& found) {
                return run_tests(data, plans, level, found);
            },
            {}};
}

}  // namespace cifra
