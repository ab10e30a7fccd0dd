// Plans of sizes from their text.
#pragma once

#include <string>

#include "sampling/size_plan.h"

namespace cifra {

inline SizePlan size_plan_from(const std::string& text) {
    Diagnostics faults;
    SizePlan plan = read_size_plan(parse_yaml(text, "plan.yaml", faults), faults);
    faults.throw_if_errors();
    return plan;
}

}  // namespace cifra
