#include "sampling/frame.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/sampling/plans.h"

namespace cifra {
namespace {

const char* const good_psus = "psu,stratum,dwellings,region\np2,b,3,1\np1,a,2,1\np3,a,1,2\n";
const char* const good_dwellings = "dwelling,psu\nd5,p2\nd1,p1\nd2,p1\nd6,p2\nd3,p3\nd4,p2\n";

Frame make(const std::string& psus, const std::string& dwellings, Diagnostics& faults) {
    return testing::frame_from({psus, dwellings}, testing::draw_plan("{psus: 1}").stages, faults);
}

// The one error of a frame that is right but for one thing.
Diagnostic only_fault(const std::string& psus, const std::string& dwellings) {
    Diagnostics faults;
    make(psus, dwellings, faults);
    EXPECT_EQ(faults.error_count(), 1u);
    for (const Diagnostic& each : faults.items())
        if (each.severity == Severity::error) return each;
    return {};
}

TEST(Frame, StandsInOrderOfIds) {
    Diagnostics faults;
    const Frame frame = make(good_psus, good_dwellings, faults);
    EXPECT_TRUE(faults.items().empty());
    const std::vector<FrameStratum> strata = first_stage_strata(frame, testing::draw_plan("{psus: 1}").stages.front());
    ASSERT_EQ(strata.size(), 2u);
    EXPECT_EQ(strata[0].id, "a");
    EXPECT_EQ(strata[0].units.size(), 2u);
    EXPECT_EQ(strata[0].size, 3);
    EXPECT_EQ(strata[0].last_units, 3u);
    const FrameLevel &psus = frame.levels[0], &dwellings = frame.levels[1];
    EXPECT_EQ(psus.id(0), "p1");
    EXPECT_EQ(psus.id(1), "p2");
    EXPECT_EQ(psus.stratum(1), "b");
    EXPECT_EQ(psus.units[1].row, 0u);
    EXPECT_EQ(dwellings.id(psus.units[1].first), "d4");
    EXPECT_EQ(psus.units[1].count, 3u);
}

TEST(Frame, NamesEachFaultWithItsLine) {
    const std::string psus = good_psus, dwellings = good_dwellings;
    Diagnostic fault = only_fault(psus + "p1,a,2,1\n", dwellings);
    EXPECT_EQ(fault.code, "duplicate-id");
    EXPECT_EQ(fault.where.line, 5u);
    EXPECT_EQ(fault.where.file, "psus.csv");
    fault = only_fault(psus, dwellings + "d3,p1\n");
    EXPECT_EQ(fault.code, "duplicate-id");
    EXPECT_EQ(fault.where.line, 8u);
    fault = only_fault(psus, dwellings + "d7,p9\n");
    EXPECT_EQ(fault.code, "unknown-psu");
    EXPECT_EQ(fault.where.file, "dwellings.csv");
    fault = only_fault(psus + "p4,a,0,1\n", dwellings + "d7,p4\n");
    EXPECT_EQ(fault.code, "bad-size");
    fault = only_fault(psus + "p4,,1,1\n", dwellings + "d7,p4\n");
    EXPECT_EQ(fault.code, "unknown-stratum");
    fault = only_fault(psus + ",a,1,1\n", dwellings);
    EXPECT_EQ(fault.code, "missing-id");
    fault = only_fault(psus + "p4,a,1,1\n", dwellings);
    EXPECT_EQ(fault.code, "psu-without-dwellings");
    EXPECT_EQ(fault.where.line, 5u);
}

TEST(Frame, AgreesOnStrata) {
    Diagnostic fault = only_fault(good_psus, "dwelling,psu,stratum\nd1,p1,a\nd2,p2,a\nd3,p3,a\n");
    EXPECT_EQ(fault.code, "stratum-mismatch");
    EXPECT_EQ(fault.where.line, 3u);
    fault = only_fault(good_psus, "dwelling,psu,stratum\nd1,p1,a\nd2,p2,c\nd3,p3,a\n");
    EXPECT_EQ(fault.code, "unknown-stratum");
}

TEST(Frame, WarnsWhereSizesAreNotCounts) {
    Diagnostics faults;
    make("psu,stratum,dwellings\np1,a,4\np2,a,1\n", "dwelling,psu\nd1,p1\nd2,p1\nd3,p2\n", faults);
    EXPECT_FALSE(faults.has_errors());
    EXPECT_TRUE(faults.contains("size-mismatch"));
}

TEST(Frame, ListsTwentyOfAKindAndCountsTheRest) {
    std::string dwellings = good_dwellings;
    for (int i = 0; i < 50; ++i) dwellings += "x" + std::to_string(i) + ",nowhere\n";
    Diagnostics faults;
    make(good_psus, dwellings, faults);
    EXPECT_EQ(faults.error_count(), 20u);
    EXPECT_EQ(faults.items().back().message, "30 more rows with this fault");
}

TEST(Frame, MissingColumnsAndEmptyFrames) {
    Diagnostics faults;
    make("psu,strata,dwelling\np1,a,4\n", good_dwellings, faults);
    EXPECT_EQ(faults.error_count(), 2u);  // stratum and dwellings
    EXPECT_TRUE(faults.contains("missing-column"));
    Diagnostics empty;
    make("psu,stratum,dwellings\n", "dwelling,psu\n", empty);
    EXPECT_TRUE(empty.contains("empty-frame") || empty.contains("bad-size"));
}

}  // namespace
}  // namespace cifra
