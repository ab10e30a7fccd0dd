#include "engine/crosswalk/record_tags.h"

#include <gtest/gtest.h>

#include <sstream>

#include "engine/crosswalk/records_reports.h"
#include "tests/support/made_up_records.h"

namespace cifra {
namespace {

constexpr const char* declared_tags = R"(We: {field: violence, values: {"1": "1", "2": "3", "": "6"}}
AV:
  conditions:
    "1": age <= 14
    "2": age in [15..29]
    "5": age in [60..120]
    "6": age is dk
Rep: {field: office, values: {north: N}, missing: {south: refused}}
)";

std::vector<RecordTag> tags_of(const std::string& text, Diagnostics& faults) {
    return read_record_tags(parse_yaml(text, "tags.yaml", faults), faults);
}

// What the tags above say of a record, in plain code: code and kind.
struct Expected {
    std::string code, kind;
};

Expected weapon_of(const MadeUpRecord& one) {
    if (one.violence == "1") return {"1", "category"};
    if (one.violence == "2") return {"3", "category"};
    if (one.violence.empty()) return {"6", "not_known"};
    return {"", "undeclared"};
}

Expected age_of(const MadeUpRecord& one) {
    if (one.age == "999") return {"6", "not_known"};
    if (one.age.empty()) return {"", "system"};
    const int age = std::stoi(one.age);
    if (age <= 14) return {"1", "category"};
    if (age <= 29) return {"2", "category"};
    return age >= 60 && age <= 120 ? Expected{"5", "category"} : Expected{"", "undeclared"};
}

Expected reporter_of(const MadeUpRecord& one) {
    if (one.office == "north") return {"N", "category"};
    return {"", one.office == "south" ? "refused" : "system"};
}

struct Coded {
    ScratchFolder folder;
    std::vector<MadeUpRecord> records;
    std::string csv;
    Diagnostics faults;
    RecodedFiles files;

    explicit Coded(std::size_t count, int threads = 0) : records(made_up_records(count)) {
        RecordsPlan plan = made_up_plan(folder, records);
        plan.tags = tags_of(declared_tags, faults);
        std::ostringstream written;
        files = recode_files(plan, read_made_up(folder), nullptr, {.threads = threads, .recoded = &written}, faults);
        faults.throw_if_errors();
        csv = written.str();
    }
};

TEST(RecordTags, EveryRecordHasTheCodesOfTheRulesByHand) {
    const Coded coded(60000);
    std::string expected = "id,We,AV,Rep\n";
    for (std::size_t k = 0; k < coded.records.size(); ++k) {
        const MadeUpRecord& one = coded.records[k];
        expected +=
            std::to_string(k) + ',' + weapon_of(one).code + ',' + age_of(one).code + ',' + reporter_of(one).code + '\n';
    }
    std::string found, line;
    for (std::istringstream lines(coded.csv); std::getline(lines, line);) {
        std::size_t tags = line.size();
        for (int comma = 0; comma < 3; ++comma) tags = line.rfind(',', tags - 1);
        found += line.substr(0, line.find(',')) + line.substr(tags) + '\n';
    }
    EXPECT_TRUE(found == expected);
}

TEST(RecordTags, ReportsCountTheRecordsThemselves) {
    const Coded coded(20000);
    std::map<std::vector<std::string>, double> expected, found;
    for (std::size_t k = 0; k < coded.records.size(); ++k)
        for (const auto& [tag, one] : {std::pair("We", weapon_of(coded.records[k])),
                                       {"AV", age_of(coded.records[k])},
                                       {"Rep", reporter_of(coded.records[k])}})
            ++expected[{tag, one.kind, one.code}];
    const Table counts = tag_counts(coded.files, "en");
    for (std::size_t row = 0; row < counts.rows(); ++row)
        found[{counts.at("tag").text(row), counts.at("kind").text(row), counts.at("code").text(row)}] +=
            counts.at("records").number(row);
    EXPECT_EQ(found, expected);

    double murders = 0, counted = 0;
    for (const MadeUpRecord& one : coded.records) murders += one.code == "hom" && one.date == "2020-02-29";
    const Table complete = tag_completeness(coded.files);
    for (std::size_t row = 0; row < complete.rows(); ++row) {
        double sum = 0;
        for (const char* name : {"known", "not_applicable", "not_known", "missing", "undeclared"})
            sum += complete.at(name).number(row);
        EXPECT_EQ(sum, complete.at("records").number(row));
        EXPECT_NEAR(complete.at("known_share").number(row) * sum, complete.at("known").number(row), 1e-9);
        if (complete.at("tag").text(row) == "We" && complete.at("iccs").text(row) == "0101" &&
            complete.at("year").number(row) == 2020)
            counted += sum;
    }
    EXPECT_GT(murders, 100);
    EXPECT_EQ(counted, murders);
}

TEST(RecordTags, AreTheSameBytesAtAnyNumberOfThreads) {
    const Coded one(120000, 1), three(120000, 3);
    EXPECT_TRUE(one.csv == three.csv);
    EXPECT_TRUE(to_csv(tag_counts(one.files, "es")) == to_csv(tag_counts(three.files, "es")));
}

TEST(RecordTags, UndeclaredValuesAreToldByTheirPlaceAndNumberAlone) {
    const Coded coded(60000);
    std::vector<Diagnostic> all;
    for (const Diagnostic& one : coded.faults.items())
        if (one.code == "undeclared-tag-value") all.push_back(one);
    ASSERT_EQ(all.size(), 2u);
    const auto& records = coded.records;
    const auto check = [&](const Diagnostic& told, auto undeclared) {
        const auto first = std::find_if(records.begin(), records.end(), undeclared);
        EXPECT_EQ(told.where.line, static_cast<std::size_t>(first - records.begin()) + 2);
        const auto count = std::to_string(std::count_if(records.begin(), records.end(), undeclared));
        EXPECT_NE(told.message.find(": " + count + " in all"), std::string::npos) << told.message;
    };
    check(all[0], [](const MadeUpRecord& one) { return one.violence == "7"; });
    check(all[1], [](const MadeUpRecord& one) { return one.age == "150"; });
    EXPECT_EQ(all[0].message.find('7'), std::string::npos);
}

TEST(RecordTags, AFieldsOwnMissingCodesHoldUnlessTheTagSaysOtherwise) {
    const ScratchFolder folder;
    std::string text = made_up_crosswalk();
    const std::string codes = R"(violence: {codes: ["1", "2"])";
    text.replace(text.find(codes), codes.size(), codes + R"(, missing: {"7": refused, "8": dont_know})");
    Diagnostics faults;
    const Crosswalk crosswalk = read_crosswalk(folder.write("crosswalk.yaml", text), faults);
    RecordsPlan plan = made_up_plan(folder, {});
    plan.files = {folder.write("few.csv", "id,code,date,office,violence,age\na,hom,,,7,1\nb,hom,,,8,1\nc,hom,,,1,1\n")};
    plan.tags = tags_of(R"(We: {field: violence, values: {"1": "1", "2": "2", "8": "4"}})", faults);
    const RecodedFiles recoded = recode_files(plan, crosswalk, nullptr, {}, faults);
    faults.throw_if_errors();
    const Table counts = tag_counts(recoded, "en");
    ASSERT_EQ(counts.rows(), 3u);
    EXPECT_EQ(counts.at("code").text(0), "1");
    EXPECT_EQ(counts.at("title").text(1), "Unknown means");
    EXPECT_EQ(counts.at("kind").text(2), "refused");
}

TEST(RecordTags, AllFaultsOfATagAreToldAtTheirLines) {
    Diagnostics faults;
    tags_of(
        "Weapon: {field: a, values: {\"1\": \"1\"}}\n"
        "SiC: {field: a, values: {x: \"3\", y: \"11\"}}\n"
        "Cit: {field: a, values: {x: \"1\"}}\n"
        "Mot: {field: a}\n"
        "At: {conditions: {\"9\": else}}\n"
        "Cy: {field: a, values: {x: \"1\"}, missing: {z: nobody}}\n"
        "SV: {field: a, values: {x: \"\"}}\n"
        "We: {field: a, values: {G: \"1\"}, missing: {G: refused}}\n",
        faults);
    const std::vector<std::pair<std::size_t, std::string>> expected = {
        {1, "unknown-tag"},     {2, "unknown-tag-code"}, {2, "unknown-tag-code"},
        {3, "unknown-tag"},     {4, "missing-key"},      {5, "unknown-tag-code"},
        {6, "unknown-missing"}, {7, "unknown-tag-code"}, {8, "value-twice"}};
    std::vector<std::pair<std::size_t, std::string>> found;
    for (const Diagnostic& one : faults.items()) found.emplace_back(one.where.line, one.code);
    EXPECT_EQ(found, expected);
    EXPECT_EQ(faults.items()[1].hint, "its codes are 1, 2, 4, 5, 6, 7, 8, 9, 10");
    EXPECT_NE(faults.items()[0].hint.find("At, We, SiC, Geo"), std::string::npos);
}

TEST(RecordTags, AreCheckedAgainstTheFieldsOfTheCrosswalk) {
    const ScratchFolder folder;
    const Crosswalk crosswalk = read_made_up(folder);
    const auto codes_of = [&](const std::string& text) {
        Diagnostics faults;
        bind_record_tags(tags_of(text, faults), crosswalk, faults);
        std::string codes;
        for (const Diagnostic& one : faults.items()) codes += one.code + ' ';
        return codes;
    };
    EXPECT_EQ(codes_of(R"(We: {field: violence, values: {"1": "1", "2": "2"}})"), "");
    EXPECT_EQ(codes_of(R"(We: {field: violence, values: {"1": "1"}, missing: {"2": refused}})"), "");
    EXPECT_EQ(codes_of(R"(We: {field: violence, values: {"1": "1", "3": "2"}})"),
              "value-without-code undeclared-value ");
    EXPECT_EQ(codes_of(R"(AV: {field: age, values: {"1": "1"}})"), "field-of-another-type ");
    EXPECT_EQ(codes_of(R"(AV: {conditions: {"1": years < 3}})"), "unknown-name ");
    // The first condition takes all that the second would.
    EXPECT_EQ(codes_of(R"(AV: {conditions: {"1": age < 30, "2": age < 15}})"), "condition-never-true ");
    EXPECT_EQ(codes_of(R"(AV: {conditions: {"6": else, "2": age < 15}})"), "condition-never-true ");
    EXPECT_EQ(codes_of(R"(AV: {conditions: {"2": age < 15, "6": else}})"), "");
}

// The numbers of categories as the classification prints them; the gap of SiC stays.
TEST(RecordTags, TheListIsThatOfTheClassification) {
    const std::map<std::string, std::string> closed = {{"At", "1 2 3- 4?"},
                                                       {"We", "1 2 3 4 5- 6?"},
                                                       {"SiC", "1 2 4 5 6 7 8 9- 10?"},
                                                       {"Mot", "1 2 3 4 5 6 7- 8?"},
                                                       {"Cy", "1 2 3- 4?"},
                                                       {"AV", "1 2 3 4 5 6?"},
                                                       {"Lo", "1 2 3 4 5 6 7 8"},
                                                       {"ViP", "1 2 3 4 5 6 7 8 9 10 11?"},
                                                       {"victim.LS", "1a 1b 2a 2b 3 4?"},
                                                       {"perpetrator.LS", "1a 1b 2a 2b 3 4?"},
                                                       {"ES", "A B C D E F G H I J K L M N O P Q R S T U"}};
    std::map<std::string, std::string> found;
    for (const IccsTag& tag : iccs_tags()) {
        EXPECT_EQ(tag.title.size(), 4u) << tag.name;
        for (const IccsTagCategory& one : tag.categories) {
            std::string& codes = found[tag.name];
            codes += (codes.empty() ? "" : " ") + one.code;
            codes += one.answer == TagAnswer::not_applicable ? "-" : one.answer == TagAnswer::not_known ? "?" : "";
            EXPECT_EQ(one.title.size(), tag.name == "Lo" ? 0u : 4u) << tag.name << one.code;
        }
    }
    EXPECT_EQ(found, closed);
    EXPECT_EQ(iccs_tags().size(), 25u);
}

}  // namespace
}  // namespace cifra
