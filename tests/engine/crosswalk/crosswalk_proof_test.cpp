#include <gtest/gtest.h>

#include "engine/crosswalk/crosswalk_check.h"
#include "tests/support/scratch_folder.h"

namespace cifra {
namespace {

const std::vector<std::string>& pool() {
    static const std::vector<std::string> conditions = {"violence is \"1\"",
                                                        "violence is not \"1\"",
                                                        "violence = \"2\" and age < 2",
                                                        "age >= 2",
                                                        "age < 2 or age is missing",
                                                        "age is missing",
                                                        "violence is missing and age is not missing",
                                                        "not (age >= 2)",
                                                        "age > 3",
                                                        "violence != \"1\" or age in [0..1]"};
    return conditions;
}

// What happens to some record: two conditions, none, and which conditions never hold.
struct Seen {
    bool overlap = false, gap = false;
    std::vector<bool> ever;
};

// Every record that the fields allow, tried one by one.
Seen enumerated(const std::vector<CrosswalkRow>& rows) {
    Seen seen{false, false, std::vector<bool>(rows.size(), false)};
    for (const char* violence : {"1", "2", ""})
        for (int age = -1; age <= 3; ++age) {
            int holding = 0;
            for (std::size_t k = 0; k < rows.size(); ++k) {
                const Value value = evaluate(*rows[k].holds, [&](std::string_view name) {
                    if (name == "age")
                        return age < 0 ? Value::absent(Type::number) : Value::of(static_cast<double>(age));
                    return *violence ? Value::of(std::string(violence)) : Value::absent(Type::text);
                });
                holding += value.is_true();
                if (value.is_true()) seen.ever[k] = true;
            }
            seen.overlap = seen.overlap || holding > 1;
            seen.gap = seen.gap || holding == 0;
        }
    return seen;
}

TEST(CrosswalkProof, AgreesWithTheEnumerationOfAllRecords) {
    const ScratchFolder folder;
    int sound = 0, sets = 0;
    for (std::size_t a = 0; a < pool().size(); ++a)
        for (std::size_t b = a + 1; b < pool().size(); ++b) {
            std::string text =
                "name: T\nversion: '1'\nfields:\n  violence: {codes: ['1', '2']}\n  age: {range: [0, 3]}\n"
                "offences: [{code: x}]\nrows:\n";
            for (const std::size_t k : {a, b})
                text += "  - {offence: x, iccs: '0" + std::to_string(501 + k % 2) +
                        "', above_leaf: true, basis: " + "automatic, condition: '" + pool()[k] + "'}\n";
            Diagnostics faults;
            const Crosswalk crosswalk = read_crosswalk(folder.write("c.yaml", text), faults);
            ASSERT_FALSE(faults.has_errors()) << text;
            check_conditions(crosswalk, written_periods(crosswalk, "x"), faults);
            const Seen seen = enumerated(crosswalk.rows);
            EXPECT_EQ(faults.contains("overlapping-conditions"), seen.overlap) << text;
            EXPECT_EQ(faults.contains("gap-of-conditions"), seen.gap) << text;
            EXPECT_EQ(faults.contains("condition-never-true"), !(seen.ever[0] && seen.ever[1])) << text;
            EXPECT_FALSE(faults.contains("condition-undecided")) << text;
            sound += !faults.has_errors();
            ++sets;
        }
    EXPECT_EQ(sets, 45);
    EXPECT_GE(sound, 2);
}

}  // namespace
}  // namespace cifra
