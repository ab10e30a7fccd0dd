#include "estimation/table_sections.h"

#include "estimation/inference/gvf_section.h"
#include "estimation/inference/model_plan.h"
#include "estimation/inference/small_area_section.h"
#include "estimation/inference/test_plan.h"

namespace cifra {

const std::vector<TableSection>& table_sections() {
    static const std::vector<TableSection> sections = {
        {"models", "models.csv", read_models},
        {"tests", "tests.csv", read_tests},
        gvf_section(),
        small_area_section(),
    };
    return sections;
}

}  // namespace cifra
