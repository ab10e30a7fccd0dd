#include "sampling/household/person_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace cifra {

namespace {

constexpr std::pair<const char*, PersonMethod> methods[] = {{"full_roster", PersonMethod::full_roster},
                                                            {"kish_grid", PersonMethod::kish_grid},
                                                            {"rizzo", PersonMethod::rizzo},
                                                            {"next_birthday", PersonMethod::next_birthday},
                                                            {"last_birthday", PersonMethod::last_birthday},
                                                            {"all", PersonMethod::all},
                                                            {"none", PersonMethod::none}};

// "MM-DD" as month * 100 + day.
int read_date(const YamlValue& value, Diagnostics& faults) {
    int month = 0, day = 0;
    char rest = 0;
    const bool sound = value.is_scalar() && value.scalar.size() == 5 &&
                       std::sscanf(value.scalar.c_str(), "%2d-%2d%c", &month, &day, &rest) == 2 && month >= 1 &&
                       month <= 12 && day >= 1 && day <= 31;
    if (!sound) faults.error(value.where, "bad-date", "'date' must be a month and a day", "write it like \"03-31\"");
    return sound ? month * 100 + day : 0;
}

}  // namespace

bool by_birthday(const PersonPlan& plan) {
    return plan.method == PersonMethod::next_birthday || plan.method == PersonMethod::last_birthday;
}

const char* to_text(PersonMethod method) {
    return std::find_if(std::begin(methods), std::end(methods), [&](const auto& each) { return each.second == method; })
        ->first;
}

std::optional<PersonMethod> find_person_method(std::string_view name) {
    for (const auto& [known, method] : methods)
        if (name == known) return method;
    return std::nullopt;
}

PersonPlan read_person_plan(const YamlValue& value, Diagnostics& faults) {
    PersonPlan plan;
    plan.stated = true;
    Fields fields(value, faults, "'person'");
    std::vector<std::string> names;
    for (const auto& [name, method] : methods) names.emplace_back(name);
    const std::string word = fields.choice("method", names, "full_roster");
    plan.method = find_person_method(word).value_or(plan.method);
    plan.eligible = fields.text("eligible", plan.eligible);
    plan.eligible_at = fields.has("eligible") ? fields.get("eligible")->where : value.where;
    plan.numbered = fields.texts("numbered");
    if (!plan.numbered.empty() && plan.method != PersonMethod::kish_grid)
        faults.error(fields.get("numbered")->where, "unused-key", "only the Kish grid numbers persons anew",
                     "remove it, or write 'method: kish_grid'");
    const bool birthday = plan.method == PersonMethod::next_birthday || plan.method == PersonMethod::last_birthday;
    if (const YamlValue* date = fields.get("date")) {
        plan.date = read_date(*date, faults);
        if (!birthday) faults.error(date->where, "unused-key", "only the birthday methods use 'date'", "remove it");
    }
    fields.finish();
    return plan;
}

}  // namespace cifra
