#include <fmt/format.h>

#include <array>
#include <cctype>
#include <utility>

#include "estimation/publishing/paper/paper.h"
#include "estimation/publishing/paper/paper_table.h"

namespace cifra {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 20> commands = {{
    {"\\", "\\textbackslash{}"},
    {"{", "\\{"},
    {"}", "\\}"},
    {"$", "\\$"},
    {"&", "\\&"},
    {"#", "\\#"},
    {"%", "\\%"},
    {"_", "\\_"},
    {"^", "\\textasciicircum{}"},
    {"~", "\\textasciitilde{}"},
    {"<", "\\textless{}"},
    {">", "\\textgreater{}"},
    {"|", "\\textbar{}"},
    {"\"", "\\textquotedbl{}"},
    {"\u2212", "$-$"},
    {"\u2009", "\\,"},
    {"\u202f", "\\,"},
    {"×", "\\texttimes{}"},
    {"·", "\\textperiodcentered{}"},
    {"…", "\\ldots{}"},
}};

// A label of LaTeX takes no command: letters, digits and "-" stay.
std::string label_latex(const std::string& id) {
    std::string label;
    for (const char c : id)
        label += std::isalnum(static_cast<unsigned char>(c)) != 0 && static_cast<unsigned char>(c) < 0x80 ? c : '-';
    return label;
}

std::string cell_latex(const std::string& cell) {
    const std::size_t sign = cell.find(mark_sign);
    if (sign == std::string::npos) return escape_latex(cell);
    return escape_latex(cell.substr(0, sign)) + "\\textsuperscript{" + escape_latex(cell.substr(sign + 1)) + "}";
}

// After a line's \\ a bracket or a star would be read as its argument.
std::string line_latex(const std::vector<std::string>& cells) {
    return "{}" + fmt::format("{}", fmt::join(cells, " & ")) + " \\\\\n";
}

// The unit under the name: beside it they would widen the table beyond the page.
std::string group_latex(const std::string& label) {
    const std::size_t unit = label.rfind(" (");
    if (unit == std::string::npos) return escape_latex(label);
    return fmt::format("\\shortstack{{{}\\\\{}}}", escape_latex(label.substr(0, unit)),
                       escape_latex(label.substr(unit + 1)));
}

std::string head(const PaperTable& table) {
    std::string latex;
    if (!table.groups.empty()) {
        std::vector<std::string> groups;
        std::string rules;
        int column = 1;
        for (const PaperGroup& group : table.groups) {
            groups.push_back(group.label.empty() ? ""
                                                 : fmt::format("\\multicolumn{{{}}}{{c}}{{{}}}", group.columns,
                                                               group_latex(group.label)));
            if (!group.label.empty())
                rules += fmt::format("\\cmidrule(lr){{{}-{}}}", column, column + group.columns - 1);
            column += group.columns;
        }
        latex += line_latex(groups) + rules + "\n";
    }
    std::vector<std::string> columns;
    for (const std::string& column : table.columns) columns.push_back(escape_latex(column));
    return latex + line_latex(columns);
}

std::string body(const PaperTable& table) {
    std::string latex;
    for (const PaperRow& row : table.rows) {
        if (!row.heading.empty())
            latex += fmt::format("\\addlinespace\n\\multicolumn{{{}}}{{l}}{{\\textit{{{}}}}} \\\\\n",
                                 table.columns.size(), escape_latex(row.heading));
        std::vector<std::string> cells;
        for (const std::string& cell : row.cells) cells.push_back(cell_latex(cell));
        if (!row.total && !table.groups.empty()) cells.front() = "\\quad " + cells.front();
        latex += line_latex(cells);
    }
    return latex;
}

std::string table_latex(const PaperTable& table) {
    std::string latex = fmt::format(
        "\\begin{{table}}[htbp]\n\\centering\\footnotesize\\setlength{{\\tabcolsep}}{{3pt}}\n\\caption{{{}}}\\label{{"
        "tab:{}}}\n"
        "\\begin{{tabular}}{{@{{}}l*{{{}}}{{r}}@{{}}}}\n\\toprule\n{}\\midrule\n{}\\bottomrule\n\\end{{tabular}}\n",
        escape_latex(table.caption), label_latex(table.id), table.columns.size() - 1, head(table), body(table));
    if (!table.notes.empty()) {
        latex += "\\par\\smallskip\n\\begin{minipage}{\\linewidth}\\scriptsize\n";
        for (const std::string& note : table.notes) latex += escape_latex(note) + "\\par\n";
        latex += "\\end{minipage}\n";
    }
    return latex + "\\end{table}\n\n";
}

}  // namespace

std::string escape_latex(std::string_view text) {
    std::string latex;
    while (!text.empty()) {
        std::string_view shown = text.substr(0, 1), from = shown;
        if (static_cast<unsigned char>(text.front()) < 0x20 || text.front() == 0x7f) shown = " ";
        for (const auto& [sign, command] : commands)
            if (text.starts_with(sign)) {
                shown = command;
                from = sign;
            }
        latex += shown;
        text.remove_prefix(from.size());
    }
    return latex;
}

std::string to_latex(const Page& page) {
    std::string latex = "% \\usepackage[T1]{fontenc} \\usepackage{booktabs}\n\n";
    for (const PageSection& section : page.sections)
        for (const PaperTable& table : paper_tables(section, page.language)) latex += table_latex(table);
    return latex;
}

}  // namespace cifra
