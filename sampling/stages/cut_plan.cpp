#include "sampling/stages/cut_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cifra {

namespace {

const std::vector<std::string> method_names = {"limits", "cumulative_root", "geometric", "lavallee_hidiroglou",
                                               "k_means"};

class CutReader {
public:
    CutReader(const YamlValue& value, Diagnostics& faults) : fields_(value, faults, "'strata'"), faults_(faults) {
        plan_.where = value.where;
    }

    CutPlan read() {
        const auto& names = method_names;
        const std::string method = fields_.choice("method", names, "cumulative_root");
        plan_.method = static_cast<CutMethod>(std::find(names.begin(), names.end(), method) - names.begin());
        read_columns();
        plan_.by = fields_.texts("by");
        read_number();
        plan_.bins = whole("bins", plan_.bins, plan_.strata, CutMethod::cumulative_root);
        plan_.minimum = whole("minimum", plan_.minimum, 1, CutMethod::lavallee_hidiroglou);
        if (of(CutMethod::lavallee_hidiroglou, "take_all")) plan_.take_all = fields_.boolean("take_all", true);
        if (of(CutMethod::lavallee_hidiroglou, "cv")) plan_.cv = fields_.number("cv", plan_.cv);
        if (!(plan_.cv > 0 && plan_.cv < 1)) out_of_range("cv", "above 0 and below 1");
        fields_.finish();
        return std::move(plan_);
    }

private:
    void out_of_range(const char* key, const std::string& range) {
        faults_.error(fields_.has(key) ? fields_.get(key)->where : plan_.where, "out-of-range",
                      fmt::format("'{}' must be {}", key, range), "correct the number");
    }

    // Whether the method knows the key; a fault where it does not and the key is there.
    bool of(CutMethod method, const char* key) {
        if (plan_.method == method) return true;
        if (const YamlValue* value = fields_.get(key))
            faults_.error(value->where, "unused-key", fmt::format("'{}' is of the method {}", key, to_text(method)),
                          "remove it");
        return false;
    }

    std::size_t whole(const char* key, std::size_t standard, std::size_t least, CutMethod method) {
        if (!of(method, key)) return standard;
        const std::int64_t number = fields_.integer(key, static_cast<std::int64_t>(standard));
        if (number >= static_cast<std::int64_t>(least) && number <= 100'000) return static_cast<std::size_t>(number);
        out_of_range(key, fmt::format("a whole number from {}", least));
        return std::max(standard, least);
    }

    void read_columns() {
        if (!fields_.require("cut")) return;
        const YamlValue& cut = *fields_.get("cut");
        plan_.columns = cut.is_list() ? texts_of(cut, faults_, "'cut'") : std::vector{fields_.text("cut")};
        if (plan_.columns.empty() || (plan_.columns.size() > 1 && plan_.method != CutMethod::k_means))
            faults_.error(cut.where, "unused-key", fmt::format("'{}' cuts one column", to_text(plan_.method)),
                          "name one, or take 'method: k_means'");
    }

    void read_number() {
        if (plan_.method == CutMethod::limits) {
            read_limits();
            return;
        }
        of(CutMethod::limits, "limits");
        const std::int64_t strata = fields_.require("strata") ? fields_.integer("strata", 2) : 2;
        if (strata < 2 || strata > 100) out_of_range("strata", "a whole number from 2 to 100");
        plan_.strata = static_cast<std::size_t>(std::clamp<std::int64_t>(strata, 2, 100));
    }

    void read_limits() {
        const YamlValue* list = fields_.require("limits");
        for (std::size_t i = 0; list && i < list->items.size(); ++i)
            plan_.limits.push_back(number_of(list->items[i], faults_, "a limit"));
        for (std::size_t i = 1; i < plan_.limits.size(); ++i)
            if (!(plan_.limits[i] > plan_.limits[i - 1])) return out_of_range("limits", "a list of rising numbers");
        if (list && plan_.limits.empty()) out_of_range("limits", "a list of rising numbers");
        plan_.strata = plan_.limits.size() + 1;
    }

    Fields fields_;
    Diagnostics& faults_;
    CutPlan plan_;
};

}  // namespace

const char* to_text(CutMethod method) { return method_names[static_cast<std::size_t>(method)].c_str(); }

CutPlan read_cut_plan(const YamlValue& value, Diagnostics& faults) { return CutReader(value, faults).read(); }

}  // namespace cifra
