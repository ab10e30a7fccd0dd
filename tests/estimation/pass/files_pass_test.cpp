// The files of a pass: several, packed, converted; types that show late; missing items; faults and their places.
#include <fmt/format.h>

#include <algorithm>

#include "engine/microdata/columnar_convert.h"
#include "engine/microdata/microdata.h"
#include "tests/estimation/pass/made_up_rows.h"
#include "tests/estimation/pass/two_ways.h"
#include "tests/support/packed.h"
#include "tests/support/scratch_folder.h"

namespace cifra::testing {
namespace {

const std::string tables = R"(
indicators:
  people: {statistic: total, of: people}
  mean: {statistic: mean, of: people, value: x}
  share: {statistic: proportion, of: people, having: hit = 1}
tables:
  - {id: t, by: [region, [region, sex]], indicators: [people, mean, share]}
)";

// The design of other files than people.csv.
std::string design_of(const std::string& files, const std::string& design) {
    std::string text = design;
    return text.replace(text.find("people.csv"), std::string("people.csv").size(), files);
}

TEST(FilesPass, SeveralAndPackedFilesAreTheOnePlainFile) {
    const ScratchFolder folder;
    const MadeUpRows rows = made_up_rows(1500);
    MadeUpRows first = rows, second = rows;
    first.lines.resize(400);
    second.lines.erase(second.lines.begin(), second.lines.begin() + 400);
    folder.write("people.csv", rows.csv());
    folder.write("first.csv", first.csv());
    folder.write("second.csv", second.csv());
    folder.write("people.csv.gz", gzip(rows.csv()));
    folder.write("people.csv.zst", zstd(rows.csv()));
    folder.write("second.csv.gz", gzip(second.csv()));
    for (const std::string& design : {psu_design, element_design}) {
        const Outcome plain = in_a_pass({folder.path(), design, tables}, 1000);
        ASSERT_TRUE(plain.passed) << plain.why;
        for (const char* packed : {"people.csv.gz", "people.csv.zst"})
            EXPECT_EQ(in_a_pass({folder.path(), design_of(packed, design), tables}, 1000).csv, plain.csv) << packed;
        for (const char* files : {"[first.csv, second.csv]", "[first.csv, second.csv.gz]"}) {
            const TwoWays several{folder.path(), design_of(files, design), tables};
            EXPECT_EQ(difference(in_a_pass(several, 1000).estimates, plain.estimates, 1e-11), "") << files;
            expect_same_estimates(several);
        }
    }
}

TEST(FilesPass, TheColumnarCacheIsUsedWhileItIsCurrent) {
    const ScratchFolder folder;
    const auto csv = folder.write("people.csv", made_up_rows(1500).csv());
    const TwoWays ways{folder.path(), psu_design, tables};
    const Outcome plain = in_a_pass(ways, std::size_t{1} << 20);
    Diagnostics faults;
    ASSERT_TRUE(convert_csv({csv}, cache_of({csv}), {}, faults));
    EXPECT_EQ(in_a_pass(ways, std::size_t{1} << 20).csv, plain.csv);
    // A header of the same length and time of change in the file itself would be a fault: the cache was read.
    const auto changed = std::filesystem::last_write_time(csv);
    std::string other = bytes_of(csv);
    other.replace(other.find("region"), 6, "rogion");
    folder.write("people.csv", other);
    std::filesystem::last_write_time(csv, changed);
    EXPECT_EQ(in_a_pass(ways, std::size_t{1} << 20).csv, plain.csv);
    // Other rows, another length: the cache is left aside.
    folder.write("people.csv", made_up_rows(900).csv());
    const Outcome anew = in_a_pass(ways);
    ASSERT_TRUE(anew.passed);
    EXPECT_NE(anew.csv, plain.csv);
    expect_same_estimates(ways);
}

TEST(FilesPass, CellsThatAreNoNumbersShowLate) {
    const ScratchFolder folder;
    MadeUpRows rows = made_up_rows(1500);
    rows.header = "stratum,psu,w,region,sex,x,offset,hit,code\n";
    for (std::size_t i = 0; i < rows.lines.size(); ++i) {
        std::string& line = rows.lines[i];
        line = line.substr(0, line.rfind(',') + 1) + (i > 1450 ? "0a\n" : fmt::format("0{}\n", i % 4));
    }
    folder.write("people.csv", rows.csv());
    // As a breakdown the first piece's types do; against a text they do not.
    const std::string breakdown = R"(
indicators:
  people: {statistic: total, of: people}
tables:
  - {id: t, by: [code], indicators: [people]}
)";
    const std::string condition = R"(
indicators:
  people: {statistic: total, of: people, where: code = "0a" or code = "01"}
tables:
  - {id: t, by: [region], indicators: [people]}
)";
    const std::string filtered =
        "data:\n  people: {file: people.csv, weight: 'if(code = \"01\", 2 * w, w)'}\n"
        "derive:\n  people:\n    late: {groups: {yes: code = \"0a\", no: not (code = \"0a\")}}\n"
        "design: {strata: stratum, psu: psu}\n";
    const std::string derived = R"(
indicators:
  people: {statistic: total, of: people}
tables:
  - {id: t, by: [late], indicators: [people]}
)";
    for (const std::string& design : {psu_design, element_design}) {
        expect_same_estimates({folder.path(), design, breakdown});
        expect_same_estimates({folder.path(), design, condition});
    }
    expect_same_estimates({folder.path(), filtered, derived});
}

TEST(FilesPass, ItemsMissingInLatePiecesAlone) {
    const ScratchFolder folder;
    folder.write("people.csv", made_up_rows(1500).csv());
    for (const char* rule : {", missing: exclude", ", missing: zero", ", missing: numerator", ""})
        for (const std::string& design : {psu_design, element_design}) {
            const std::string items =
                fmt::format(R"(
indicators:
  with: {{statistic: proportion, of: people, having: gaps = 1{0}}}
  mean: {{statistic: mean, of: people, value: gaps{1}}}
  total: {{statistic: total, of: people, value: gaps{1}}}
  ratio: {{statistic: ratio, of: people, value: gaps, over: 1 + hit{1}}}
  full: {{statistic: mean, of: people, value: x}}
tables:
  - {{id: t, by: [region], indicators: [with, mean, total, ratio, full]}}
  - {{id: u, indicators: [with, mean]}}
)",
                            rule, std::string(rule) == ", missing: numerator" ? ", missing: zero" : rule);
            const TwoWays ways{folder.path(), design, items};
            if (*rule)
                expect_same_estimates(ways);
            else
                expect_same_faults(ways);
        }
}

TEST(FilesPass, FaultsAreToldAtTheirFileAndLine) {
    const ScratchFolder folder;
    const MadeUpRows rows = made_up_rows(600);
    MadeUpRows wide = rows;
    wide.lines[550].insert(0, "one too many,");
    wide.lines[560] = "too,few\n";
    folder.write("people.csv", wide.csv());
    expect_same_faults({folder.path(), psu_design, tables});
    const Outcome one = in_a_pass({folder.path(), psu_design, tables});
    ASSERT_EQ(one.faults.size(), 2U);
    EXPECT_TRUE(one.faults[0].starts_with((folder.path() / "people.csv").string() + ":552: ")) << one.faults[0];
    folder.write("first.csv", rows.csv());
    const TwoWays two{folder.path(), design_of("[first.csv, people.csv]", psu_design), tables};
    for (const int threads : {1, 8}) EXPECT_EQ(in_a_pass(two, 512, threads).faults, one.faults);
}

TEST(FilesPass, WeightsThatAreNone) {
    const ScratchFolder folder;
    MadeUpRows rows = made_up_rows(600);
    rows.lines[500] = "s0,p0,-1,r0,f,1,1,1,1\n";
    folder.write("people.csv", rows.csv());
    expect_same_faults({folder.path(), psu_design, tables});
    folder.write("first.csv", made_up_rows(600).csv());
    const Outcome two = in_a_pass({folder.path(), design_of("[first.csv, people.csv]", psu_design), tables});
    EXPECT_EQ(two.faults, in_a_pass({folder.path(), psu_design, tables}).faults);
}

// A fault of reading anywhere leaves those of the weights aside, as in memory, whoever comes first.
TEST(FilesPass, FaultsOfReadingComeFirst) {
    const ScratchFolder folder;
    MadeUpRows rows = made_up_rows(3000);
    for (std::size_t i = 0; i < rows.lines.size(); i += 100) rows.lines[i] = "s0,p0,-1,r0,f,1,1,1,1\n";
    rows.lines[2990] = "too,few\n";
    folder.write("people.csv", rows.csv());
    const TwoWays ways{folder.path(), psu_design, tables};
    expect_same_faults(ways);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(in_a_pass(ways, 512, 8).faults, in_a_pass(ways, 1 << 20, 1).faults);
}

TEST(FilesPass, DesignColumnsThatAreAbsentOrEmpty) {
    const ScratchFolder folder;
    const std::string census = "data:\n  people: {file: people.csv, weight: w}\ndesign: ";
    folder.write("people.csv", made_up_rows(300).csv());
    for (const char* design :
         {"{strata: nowhere, psu: psu}", "{psu: nowhere}", "{strata: stratum, psu: [psu, nowhere]}",
          "{strata: nowhere}", "{strata: stratum, fpc: nowhere}", "{strata: stratum, psu: psu, fpc: nowhere}"}) {
        const Outcome memory = in_memory({folder.path(), census + design, tables}),
                      pass = in_a_pass({folder.path(), census + design, tables});
        ASSERT_EQ(pass.faults.size(), 1U) << design;
        EXPECT_EQ(pass.faults, memory.faults) << design;
    }
    MadeUpRows rows = made_up_rows(300);
    rows.lines[250] = ",p59,5,r0,f,1,1,1,1\n";
    folder.write("people.csv", rows.csv());
    for (const std::string& design : {psu_design, element_design}) {
        const Outcome pass = in_a_pass({folder.path(), design, tables});
        ASSERT_EQ(pass.faults.size(), 1U);
        EXPECT_NE(pass.faults[0].find("people.csv:252: design-missing"), std::string::npos) << pass.faults[0];
        EXPECT_EQ(pass.csv, "");
    }
}

TEST(FilesPass, PopulationCounts) {
    const ScratchFolder folder;
    const auto written = [&](double count, double other, std::size_t at) {
        MadeUpRows rows = made_up_rows(600);
        rows.header = "stratum,psu,w,region,sex,x,offset,hit,n\n";
        for (std::size_t i = 0; i < rows.lines.size(); ++i) {
            std::string& line = rows.lines[i];
            line = line.substr(0, line.rfind(',') + 1) + fmt::format("{}\n", i == at ? other : count);
        }
        folder.write("people.csv", rows.csv());
    };
    const auto design = [](const char* psu) {
        return fmt::format("data:\n  people: {{file: people.csv, weight: w}}\ndesign: {{strata: stratum{}, fpc: n}}\n",
                           psu);
    };
    for (const char* psu : {"", ", psu: psu"}) {
        const TwoWays ways{folder.path(), design(psu), tables};
        for (const double count : {0.25, 1.0, 4000.0}) {
            written(count, count, 0);
            expect_same_estimates(ways);
        }
        for (const double other : {-1.0, 0.0, 3.0, 5000.0}) {
            written(4000, other, 555);
            const Outcome memory = in_memory(ways), pass = in_a_pass(ways);
            ASSERT_EQ(pass.faults.size(), 1U) << other << psu;
            EXPECT_NE(pass.faults[0].find("fpc-value"), std::string::npos);
            EXPECT_EQ(pass.faults, memory.faults) << other << psu;
        }
    }
}

TEST(FilesPass, HostileCells) {
    const ScratchFolder folder;
    std::string csv = "stratum,psu,w,code,x\n";
    const std::string codes[] = {"a;b",
                                 "\"a,b\"",
                                 "a\x1f",
                                 "\x1f"
                                 "a",
                                 "a=1",
                                 "-0",
                                 "0",
                                 "1e3",
                                 "1000",
                                 " a",
                                 "\"\"\"\"",
                                 "\xc3\xa9",
                                 "n\x01"};
    const char* numbers[] = {"1e+300", "-1e+300", "-0", "0", "5", "1e+200", "0.1"};
    for (int i = 0; i < 260; ++i)
        csv += fmt::format("s{},p{},{},{},{}\n", i % 2, i % 20, 1 + i % 3, codes[i % 13], numbers[i % 7]);
    folder.write("people.csv", csv);
    const std::string of_codes = R"(
indicators:
  people: {statistic: total, of: people}
  tenth: {statistic: proportion, of: people, having: x > 0 and x < 1}
tables:
  - {id: t, by: [code, x, [code, x]], indicators: [people, tenth]}
)";
    for (const std::string& design : {psu_design, element_design})
        for (const std::size_t piece : {std::size_t{1}, std::size_t{700}})
            expect_same_estimates({folder.path(), design, of_codes}, 1e-10, piece);
    const std::string huge = R"(
indicators:
  mean: {statistic: mean, of: people, value: x}
  total: {statistic: total, of: people, value: x}
tables:
  - {id: t, by: [code], indicators: [mean, total]}
)";
    for (const std::string& design : {psu_design, element_design}) {
        const Outcome memory = in_memory({folder.path(), design, huge}),
                      pass = in_a_pass({folder.path(), design, huge});
        ASSERT_TRUE(pass.passed) << pass.why;
        EXPECT_EQ(pass.estimates.rows(), memory.estimates.rows());
        EXPECT_EQ(pass.estimates.at("n").numbers().size(), memory.estimates.rows());
        EXPECT_EQ(pass.faults, memory.faults);
    }
}

TEST(FilesPass, ManyDomainsAndColumns) {
    const ScratchFolder folder;
    std::string csv = "stratum,psu,w,id";
    for (int c = 0; c < 60; ++c) csv += fmt::format(",c{}", c);
    csv += '\n';
    for (int i = 0; i < 20000; ++i) {
        csv += fmt::format("s{},p{},1,{}", i % 3, i % 30, i % 15000);
        for (int c = 0; c < 60; ++c) csv += (i + c) % 7 == 0 ? ",1" : ",0";
        csv += '\n';
    }
    folder.write("people.csv", csv);
    std::string wide = "indicators:\n  people: {statistic: total, of: people}\n", names = "people";
    for (int c = 0; c < 60; ++c) {
        wide += fmt::format("  i{0}: {{statistic: proportion, of: people, having: c{0} = 1}}\n", c);
        names += fmt::format(", i{}", c);
    }
    expect_same_estimates({folder.path(), psu_design, wide + "tables:\n  - {id: t, indicators: [" + names + "]}\n"},
                          1e-10, 100000);
    const Outcome many =
        in_a_pass({folder.path(), psu_design, wide + "tables:\n  - {id: t, by: [id], indicators: [people]}\n"}, 100000);
    ASSERT_EQ(many.estimates.rows(), 15001U);
    double in_domains = 0;
    for (std::size_t row = 1; row < many.estimates.rows(); ++row)
        in_domains += many.estimates.at("estimate").number(row);
    EXPECT_EQ(in_domains, 20000);
    EXPECT_EQ(many.estimates.at("estimate").number(0), 20000);
}

}  // namespace
}  // namespace cifra::testing
