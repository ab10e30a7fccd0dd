#include <fmt/format.h>

#include "estimation/publishing/paper/paper.h"
#include "estimation/publishing/paper/paper_table.h"

namespace cifra {

namespace {

std::string cell_markdown(const std::string& cell) {
    const std::size_t sign = cell.find(mark_sign);
    if (sign == std::string::npos) return escape_markdown(cell);
    return escape_markdown(cell.substr(0, sign)) + " (" + escape_markdown(cell.substr(sign + 1)) + ")";
}

std::string line(const std::vector<std::string>& cells) { return fmt::format("| {} |\n", fmt::join(cells, " | ")); }

// Pipe tables have one line of heads, so the indicator stands before the column it heads.
std::vector<std::string> heads(const PaperTable& table) {
    std::vector<std::string> heads;
    std::size_t column = 0;
    for (const PaperGroup& group : table.groups)
        for (int i = 0; i < group.columns; ++i) {
            const std::string name = escape_markdown(table.columns[column++]);
            heads.push_back(i == 0 && !group.label.empty() ? escape_markdown(group.label) + ": " + name : name);
        }
    for (; column < table.columns.size(); ++column) heads.push_back(escape_markdown(table.columns[column]));
    return heads;
}

std::string table_markdown(const PaperTable& table, const std::string& title) {
    std::vector<std::string> rule(table.columns.size(), "---:");
    rule.front() = ":---";
    std::string markdown;
    if (table.caption != title) markdown = fmt::format("**{}**\n\n", escape_markdown(table.caption));
    markdown += line(heads(table)) + line(rule);
    for (const PaperRow& row : table.rows) {
        if (!row.heading.empty()) {
            std::vector<std::string> group(table.columns.size(), "");
            group.front() = "*" + escape_markdown(row.heading) + "*";
            markdown += line(group);
        }
        std::vector<std::string> cells;
        for (const std::string& cell : row.cells) cells.push_back(cell_markdown(cell));
        markdown += line(cells);
    }
    markdown += '\n';
    for (const std::string& note : table.notes) markdown += "- " + escape_markdown(note) + "\n";
    return markdown + (table.notes.empty() ? "" : "\n");
}

}  // namespace

std::string escape_markdown(std::string_view text) {
    std::string markdown;
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            markdown += ' ';
            continue;
        }
        if (std::string_view("\\`*_{}[]<>#|~$&!").find(c) != std::string_view::npos) markdown += '\\';
        markdown += c;
    }
    return markdown;
}

std::string to_markdown(const Page& page) {
    std::string markdown = fmt::format("# {}\n\n", escape_markdown(page.title));
    for (const PageSection& section : page.sections) {
        markdown += fmt::format("## {}\n\n", escape_markdown(section.title));
        for (const PaperTable& table : paper_tables(section, page.language))
            markdown += table_markdown(table, section.title);
    }
    if (!page.source.empty()) markdown += escape_markdown(page.source) + "\n";
    return markdown;
}

}  // namespace cifra
