// The form of the sources: short lines, short files, short functions.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "tests/house/sources.h"

namespace cifra::house {
namespace {

constexpr std::size_t longest_line = 120, longest_file = 500, median_file = 200;
constexpr std::size_t longest_function = 60, ninth_decile_function = 30, median_function = 8;

// Columns, not bytes: continuation bytes of UTF-8 do not count.
std::size_t columns(const std::string& line) {
    return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::size_t quantile(std::vector<std::size_t> values, double share) {
    std::sort(values.begin(), values.end());
    return values.at(static_cast<std::size_t>(share * static_cast<double>(values.size() - 1)));
}

// A published algorithm may stand whole in one function if a comment above or in it names the source.
bool prints_an_algorithm(const SourceFile& file, const FunctionSpan& span) {
    const std::size_t first = span.first_line > 4 ? span.first_line - 4 : 1;
    for (std::size_t line = first; line < span.first_line + span.lines; ++line)
        if (file.lines[line - 1].find("// Algorithm: ") != std::string::npos) return true;
    return false;
}

std::vector<std::size_t> function_lengths() {
    std::vector<std::size_t> lengths;
    for (const SourceFile& file : wing_sources())
        for (const FunctionSpan& span : function_spans(file.lines)) lengths.push_back(span.lines);
    return lengths;
}

TEST(Form, LinesAreShort) {
    for (const SourceFile& file : all_sources())
        for (std::size_t i = 0; i < file.lines.size(); ++i)
            EXPECT_LE(columns(file.lines[i]), longest_line) << file.path << ':' << i + 1;
}

// A formatter of sources makes a heading of a manual a preprocessor line.
TEST(Form, ManualsBeginWithTheirTitle) {
    for (const std::string& wing : wings())
        for (const auto& entry : std::filesystem::recursive_directory_iterator(CIFRA_SOURCE_DIR "/" + wing)) {
            if (entry.path().extension() != ".md") continue;
            std::string first;
            std::getline(std::ifstream(entry.path()), first);
            EXPECT_TRUE(first.starts_with("# ")) << entry.path();
        }
}

TEST(Form, FilesAreShort) {
    std::vector<std::size_t> lengths;
    for (const SourceFile& file : all_sources()) EXPECT_LE(file.lines.size(), longest_file) << file.path;
    for (const SourceFile& file : wing_sources()) lengths.push_back(file.lines.size());
    EXPECT_LE(quantile(lengths, 0.5), median_file);
}

TEST(Form, FunctionsAreShort) {
    for (const SourceFile& file : wing_sources())
        for (const FunctionSpan& span : function_spans(file.lines))
            EXPECT_TRUE(span.lines <= longest_function || prints_an_algorithm(file, span))
                << file.path << ':' << span.first_line << ": a function of " << span.lines << " lines";
}

TEST(Form, MostFunctionsAreVeryShort) {
    EXPECT_LE(quantile(function_lengths(), 0.5), median_function);
    EXPECT_LE(quantile(function_lengths(), 0.9), ninth_decile_function);
}

TEST(Form, FunctionsAreFoundByTheirBraces) {
    const std::vector<std::string> source = {
        "#include <x>  // {",                               // 1
        "namespace a {",                                    // 2
        "struct B : C {",                                   // 3
        "    int x = 0, y{1};",                             // 4
        "    std::vector<int> z = {1, 2};",                 // 5
        "public:",                                          // 6
        "    B(int i, int j = {}) : x{i}, y(j), z{1, 2} {",  // 7
        "        if (x) { y = '{'; }",                      // 8
        "    }",                                            // 9
        "    int f() const { return R\"(}})\"[0] + 1'000; }",  // 10
        "};",                                               // 11
        "const char* t[] = {\"{\",",                        // 12
        "    \"\\\"{\"};",                                  // 13
        "template <class T>",                               // 14
        "int g(T t) {",                                     // 15
        "    return [&](int k) { return k; }(t);  /* } */",  // 16
        "}",                                                // 17
        "}"};
    const std::vector<FunctionSpan> spans = function_spans(source);
    ASSERT_EQ(spans.size(), 3u);
    EXPECT_EQ(spans[0].first_line, 7u);
    EXPECT_EQ(spans[0].lines, 3u);
    EXPECT_EQ(spans[1].first_line, 10u);
    EXPECT_EQ(spans[1].lines, 1u);
    EXPECT_EQ(spans[2].first_line, 14u);
    EXPECT_EQ(spans[2].lines, 4u);
}

TEST(Form, ASourceIncludesItsOwnHeaderFirst) {
    std::set<std::string> headers;
    for (const SourceFile& file : wing_sources())
        if (file.is_header()) headers.insert(file.path);
    std::size_t sources = 0;
    for (const SourceFile& file : wing_sources()) {
        const std::string header = std::filesystem::path(file.path).replace_extension(".h").generic_string();
        if (file.is_header() || !headers.contains(header)) continue;
        const auto first = std::find_if(file.lines.begin(), file.lines.end(),
                                        [](const std::string& line) { return line.starts_with("#include"); });
        ASSERT_NE(first, file.lines.end()) << file.path;
        EXPECT_EQ(*first, "#include \"" + header + "\"") << file.path;
        ++sources;
    }
    EXPECT_GT(sources, 300u);
}

}  // namespace
}  // namespace cifra::house
