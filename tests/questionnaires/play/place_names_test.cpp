#include "questionnaires/play/place_names.h"

#include <gtest/gtest.h>

#include "questionnaires/respondent.h"

namespace cifra {
namespace {

TEST(PlaceNames, EveryPlaceOfARouteIsFoundByItsName) {
    Diagnostics faults;
    const Instrument core = load_instrument("library:victimization_core", {}, faults);
    std::size_t places = 0;
    for (const char* id : {"a", "b", "c", "d", "e", "f", "g", "h"})
        for (const auto& [place, text] : respond(core, {.household = id}).answers) {
            EXPECT_EQ(find_place(core, place_name(core, place)), place) << place_name(core, place);
            ++places;
        }
    EXPECT_GT(places, 300u);
    const auto month = static_cast<std::uint32_t>(core.find("month") - core.questions.data());
    const auto robbery = static_cast<std::uint32_t>(*core.crime_index("robbery"));
    EXPECT_EQ(place_name(core, {month, 0, robbery, 2}), "month[robbery.2]");
    EXPECT_EQ(find_place(core, "month[3.robbery.2]"), (Place{month, 3, robbery, 2}));
}

TEST(PlaceNames, WhatIsNoPlaceIsNotFound) {
    Diagnostics faults;
    const Instrument core = load_instrument("library:victimization_core", {}, faults);
    for (const char* name : {"", "nothing", "age", "age[0]", "age[01]", "age[x]", "age[1", "age[]", "age[1.2]",
                             "tenure[1]", "month", "month[1]", "month[robbery]", "month[robbery.0]", "month[nothing.1]",
                             "month[x.robbery.1]", "month[.1]", "month[robbery.]"})
        EXPECT_EQ(find_place(core, name), std::nullopt) << name;
}

}  // namespace
}  // namespace cifra
