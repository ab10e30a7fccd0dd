// Who may include whom: the floors of the house, read from every #include.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <optional>
#include <regex>
#include <set>

#include "tests/house/sources.h"

namespace cifra::house {
namespace {

// All arrows between the wings. The program stands above them and no one includes it.
const std::map<std::string, std::set<std::string>> arrows = {
    {"engine", {"engine"}},
    {"questionnaires", {"questionnaires", "engine"}},
    {"sampling", {"sampling", "engine"}},
    {"estimation", {"estimation", "sampling", "engine"}},
};

bool in_program(const std::string& path) { return path.starts_with("engine/program/"); }

// The inside of engine/satisfiability.cpp, which is not installed.
bool is_private(const std::string& path) { return path.starts_with("engine/solver/"); }

bool may_include(const std::string& from, const std::string& to) {
    if (in_program(from)) return true;
    return !in_program(to) && arrows.at(from.substr(0, from.find('/'))).contains(to.substr(0, to.find('/')));
}

// A test stands on the floor of the wing it tests, and may use the tests' own support.
bool test_may_include(const std::string& from, const std::string& to) {
    static const std::regex place("tests/([a-z]+)/.*");
    std::smatch match;
    if (!std::regex_match(from, match, place)) return false;
    const std::string folder = match[1];
    if (to.starts_with("tests/")) return to.starts_with("tests/support/") || to.starts_with("tests/" + folder + "/");
    if (folder == "support") return may_include("engine/", to);
    return arrows.contains(folder) ? may_include(folder + "/", to) : !in_program(to);
}

struct Include {
    std::string name;
    bool own = false;  // in quotes: a file of this checkout
};

std::optional<Include> include_of(const std::string& line) {
    static const std::regex directive(R"(\s*#\s*include\s*([<"])([^>"]+)[>"].*)");
    std::smatch match;
    if (!std::regex_match(line, match, directive)) return std::nullopt;
    return Include{match[2], match[1] == "\""};
}

template <class Check>
void for_each_include(const std::vector<SourceFile>& files, const Check& check) {
    for (const SourceFile& file : files) {
        for (std::size_t i = 0; i < file.lines.size(); ++i) {
            const auto include = include_of(file.lines[i]);
            if (!include) continue;
            SCOPED_TRACE(file.path + ":" + std::to_string(i + 1) + ": " + include->name);
            check(file, *include);
        }
    }
}

TEST(Layering, OnlyTheAllowedArrows) {
    std::size_t own = 0;
    for_each_include(wing_sources(), [&](const SourceFile& file, const Include& include) {
        if (!include.own) return;
        ++own;
        EXPECT_TRUE(may_include(file.path, include.name));
    });
    EXPECT_GT(own, wing_sources().size() / 2) << "the includes were not found";
}

TEST(Layering, TestsStandOnTheFloorTheyTest) {
    for_each_include(all_sources(), [](const SourceFile& file, const Include& include) {
        if (file.folder() != "tests" || file.path.starts_with("tests/house/outside/")) return;
        EXPECT_TRUE(!include.own || test_may_include(file.path, include.name));
    });
}

TEST(Layering, IncludesAreWrittenFromTheRoot) {
    for_each_include(all_sources(), [](const SourceFile& file, const Include& include) {
        if (!include.own || file.path.starts_with("tests/house/outside/")) return;
        EXPECT_TRUE(std::filesystem::exists(std::filesystem::path(CIFRA_SOURCE_DIR) / include.name));
    });
}

// What an outside program sees: the standard library, our own headers, and Eigen where matrices are handed over.
TEST(Layering, PublicHeadersNeedOnlyTheStandardLibrary) {
    for_each_include(wing_sources(), [](const SourceFile& file, const Include& include) {
        if (!file.is_header() || include.own || in_program(file.path) || is_private(file.path)) return;
        const bool standard = include.name.find_first_of("./") == std::string::npos;
        const bool matrices =
            include.name.starts_with("Eigen/") && file.folder() != "engine" && file.folder() != "questionnaires";
        EXPECT_TRUE(standard || matrices);
    });
}

TEST(Layering, LibrariesStayInTheirRooms) {
    const std::map<std::string, std::set<std::string>> homes = {{"yaml-cpp/", {"engine"}},
                                                                {"CLI/", {"engine"}},
                                                                {"openssl/", {"engine"}},
                                                                {"Eigen/", {"sampling", "estimation"}}};
    for_each_include(wing_sources(), [&](const SourceFile& file, const Include& include) {
        for (const auto& [library, home] : homes)
            EXPECT_TRUE(!include.name.starts_with(library) || home.contains(file.folder()));
        EXPECT_TRUE(!include.name.starts_with("CLI/") || in_program(file.path));
    });
}

TEST(Layering, HeadersAreGuarded) {
    for (const SourceFile& file : all_sources()) {
        if (!file.is_header()) continue;
        const auto& lines = file.lines;
        EXPECT_EQ(std::count(lines.begin(), lines.end(), "#pragma once"), 1) << file.path;
    }
}

TEST(Layering, ForbiddenArrowsAreForbidden) {
    EXPECT_FALSE(may_include("engine/csv.cpp", "sampling/frame.h"));
    EXPECT_FALSE(may_include("sampling/draw.cpp", "estimation/design.h"));
    EXPECT_FALSE(may_include("sampling/draw.cpp", "questionnaires/route.h"));
    EXPECT_FALSE(may_include("estimation/design.cpp", "questionnaires/route.h"));
    EXPECT_FALSE(may_include("estimation/verbs.cpp", "engine/program/console.h"));
    EXPECT_TRUE(may_include("estimation/rehearsal.cpp", "sampling/draw.h"));
    EXPECT_TRUE(may_include("engine/program/main.cpp", "questionnaires/verbs.h"));
    EXPECT_FALSE(test_may_include("tests/sampling/draw_test.cpp", "estimation/design.h"));
    EXPECT_FALSE(test_may_include("tests/support/oracle.h", "sampling/draw.h"));
    EXPECT_FALSE(include_of("// #include \"engine/csv.h\"").has_value());
}

// The program links all wings: two types of one name would be one type to the linker.
TEST(Layering, NoTwoHeadersDefineATypeOfOneName) {
    static const std::regex definition(
        R"(^(?:struct|class|enum class) ([A-Z][A-Za-z0-9]*)(?: final)? (?:\{|:[^:;]*\{).*)");
    std::map<std::string, std::string> place;
    for (const SourceFile& file : wing_sources()) {
        if (!file.is_header()) continue;
        for (const std::string& line : file.lines) {
            std::smatch match;
            if (!std::regex_match(line, match, definition)) continue;
            const auto [known, is_new] = place.emplace(match[1], file.path);
            EXPECT_TRUE(is_new) << match[1] << " is defined in " << known->second << " and in " << file.path;
        }
    }
    EXPECT_GT(place.size(), 300u);
}

}  // namespace
}  // namespace cifra::house
