#include <gtest/gtest.h>

#include <set>

#include "engine/iccs.h"
#include "questionnaires/instrument.h"

namespace cifra {
namespace {

Instrument core(Diagnostics& faults) { return load_instrument("library:victimization_core", {}, faults); }

TEST(Library, EveryShippedInstrumentPassesTheCheckWithoutFaultOrWarning) {
    ASSERT_FALSE(library_instruments().empty());
    for (const std::string& name : library_instruments()) {
        Diagnostics faults;
        load_instrument(name, {}, faults);
        for (const Diagnostic& fault : faults.items()) ADD_FAILURE() << to_text(fault);
    }
}

TEST(Library, TheCoreHoldsTheTwelveCrimesAndTheirUnits) {
    Diagnostics faults;
    const Instrument instrument = core(faults);
    const std::set<std::string> household = {"vehicle_theft", "vehicle_parts_theft", "burglary", "vandalism"};
    const std::set<std::string> personal = {"robbery",   "personal_theft", "card_fraud", "consumer_fraud",
                                            "extortion", "threat",         "assault",    "sexual_offence"};
    std::map<Unit, std::set<std::string>> found;
    for (const Crime& crime : instrument.crimes) found[*crime.unit].insert(crime.id);
    EXPECT_EQ(found[Unit::household], household);
    EXPECT_EQ(found[Unit::person], personal);
    for (const std::set<std::string>& crimes : {household, personal})
        for (const std::string& crime : crimes) {
            ASSERT_NE(instrument.find(crime), nullptr) << crime;
            ASSERT_NE(instrument.find(crime + "_count"), nullptr) << crime;
            EXPECT_EQ(instrument.find(crime + "_count")->high, 97);
            EXPECT_EQ(instrument.find(crime + "_count")->dont_know, "98");
        }
}

TEST(Library, NamesOfTheAgreedFilesAreQuestionsOfTheRightUnit) {
    Diagnostics faults;
    const Instrument instrument = core(faults);
    const std::vector<std::pair<std::string, Unit>> names = {{"owns_vehicle", Unit::household},
                                                             {"sex", Unit::roster},
                                                             {"age", Unit::roster},
                                                             {"relationship", Unit::roster},
                                                             {"safe_walking_night", Unit::person},
                                                             {"month", Unit::incident},
                                                             {"place", Unit::incident},
                                                             {"weapon", Unit::incident},
                                                             {"injury", Unit::incident},
                                                             {"loss", Unit::incident},
                                                             {"reported", Unit::incident},
                                                             {"reported_by_other", Unit::incident},
                                                             {"file_opened", Unit::incident},
                                                             {"reason_not_reported", Unit::incident}};
    for (const auto& [name, unit] : names) {
        ASSERT_NE(instrument.find(name), nullptr) << name;
        EXPECT_EQ(instrument.find(name)->unit, unit) << name;
    }
    EXPECT_EQ(instrument.find("file_opened")->dont_know, "8");
}

TEST(Library, UnknownNameIsRefusedWithTheNearest) {
    Diagnostics faults;
    load_instrument("library:victimisation_core", {}, faults);
    ASSERT_EQ(faults.error_count(), 1u);
    EXPECT_EQ(faults.items()[0].code, "unknown-library");
    EXPECT_NE(faults.items()[0].hint.find("library:victimization_core"), std::string::npos);
}

TEST(Period, TextAndMonths) {
    const Period year{12, 2025, 12, {}}, half{6, 2026, 3, {}}, month{1, 2025, 2, {}};
    EXPECT_EQ(period_text(year, "en"), "January to December 2025");
    EXPECT_EQ(period_text(year, "es"), "enero a diciembre de 2025");
    EXPECT_EQ(period_text(half, "en"), "October 2025 to March 2026");
    EXPECT_EQ(period_text(half, "es"), "octubre de 2025 a marzo de 2026");
    EXPECT_EQ(period_text(month, "es"), "febrero de 2025");
    for (int m = 1; m <= 12; ++m) {
        EXPECT_TRUE(in_period(year, m));
        EXPECT_EQ(in_period(half, m), m >= 10 || m <= 3) << m;
        EXPECT_EQ(in_period(month, m), m == 2) << m;
    }
}

}  // namespace
}  // namespace cifra
