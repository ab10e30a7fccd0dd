// Tables for papers: no label breaks a table, and LaTeX takes the file.
#include "estimation/publishing/paper/paper.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/estimation/publishing/made_up_publication.h"
#include "tests/support/scratch_folder.h"

namespace cifra {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

// Signs that are not behind a backslash.
std::size_t bare(const std::string& line, char sign) {
    std::size_t found = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '\\')
            ++i;
        else if (line[i] == sign)
            ++found;
    }
    return found;
}

TEST(Paper, EscapesWhatLatexAndMarkdownWouldRead) {
    EXPECT_EQ(escape_latex("a_b\\c{d}$5&6%#~^"),
              "a\\_b\\textbackslash{}c\\{d\\}\\$5\\&6\\%\\#\\textasciitilde{}\\textasciicircum{}");
    EXPECT_EQ(escape_latex("x\n\u2212\u2009\u202fñ"), "x $-$\\,\\,ñ");
    EXPECT_EQ(escape_markdown("a|b*c_[d](e)<f>`\\\n"), "a\\|b\\*c\\_\\[d\\](e)\\<f\\>\\`\\\\ ");
}

TEST(Paper, LatexRowsHaveAsManyCellsAsColumns) {
    const std::string text = to_latex(MadeUpPublication().page("en"));
    std::size_t tables = 0, rows = 0;
    for (const std::string& line : lines_of(text)) {
        tables += line.starts_with("\\begin{tabular}") ? 1 : 0;
        if (!line.starts_with("{}") || line.find("multicolumn") != std::string::npos) continue;
        const std::size_t cells = bare(line, '&') + 1;
        EXPECT_TRUE(cells == 7 || cells == 4) << line;  // two indicators, one
        ++rows;
    }
    EXPECT_EQ(tables, 2u);
    EXPECT_EQ(rows, 4u + 6u);  // with the heads
    EXPECT_EQ(text.find("\\input{"), std::string::npos);
    EXPECT_NE(text.find("& 12.5 &"), std::string::npos);
}

TEST(Paper, MarkdownRowsHaveAsManyCellsAsColumns) {
    std::size_t rows = 0;
    for (const std::string& line : lines_of(to_markdown(MadeUpPublication().page("es")))) {
        if (!line.starts_with("|")) continue;
        const std::size_t pipes = bare(line, '|');
        EXPECT_TRUE(pipes == 8 || pipes == 5) << line;
        ++rows;
    }
    EXPECT_EQ(rows, 2u * 2 + 3 + 1 + 5 + 1);
}

TEST(Paper, HiddenFiguresAreNotPrinted) {
    const Page page = MadeUpPublication(RowChoice{{}, {"low"}}).page("en");
    for (const std::string& text : {to_latex(page), to_markdown(page)}) EXPECT_EQ(text.find("12.5"), std::string::npos);
}

TEST(Paper, LatexTakesTheTables) {
    if (std::system("pdflatex --version > /dev/null 2>&1") != 0) GTEST_SKIP() << "pdflatex is not installed";
    const ScratchFolder folder;
    std::ofstream(folder.path() / "tables.tex") << to_latex(MadeUpPublication().page("es"));
    std::ofstream(folder.path() / "paper.tex")
        << "\\documentclass{article}\\usepackage[T1]{fontenc}\\usepackage{textcomp}\\usepackage{booktabs}\n"
           "\\begin{document}\\input{tables}\\end{document}\n";
    const std::string command = "cd '" + folder.path().string() + "' && pdflatex -halt-on-error paper.tex > out 2>&1";
    EXPECT_EQ(std::system(command.c_str()), 0) << bytes_of(folder.path() / "out");
    EXPECT_TRUE(std::filesystem::exists(folder.path() / "paper.pdf"));
}

}  // namespace
}  // namespace cifra
