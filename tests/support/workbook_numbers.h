// The cells of a sheet of a workbook as numbers and texts: what a test wants to compare.
#pragma once

#include <map>
#include <regex>
#include <string>
#include <vector>

namespace cifra::testing {

struct SheetCell {
    std::string text;
    double number = 0;
    bool is_number = false;
};

// Rows in order, cells by column letter. `files`: the parts of the workbook (zip.h); `sheet` counts from 1.
inline std::vector<std::map<std::string, SheetCell>> sheet_cells(const std::map<std::string, std::string>& files,
                                                                 std::size_t sheet) {
    std::vector<std::string> words;
    const std::string& shared = files.at("xl/sharedStrings.xml");
    const std::regex word("<si><t[^>]*>([^<]*)</t></si>");
    for (std::sregex_iterator it(shared.begin(), shared.end(), word), end; it != end; ++it) words.push_back((*it)[1]);
    const std::string& content = files.at("xl/worksheets/sheet" + std::to_string(sheet) + ".xml");
    const std::regex cell("<c r=\"([A-Z]+)([0-9]+)\"([^>]*)><v>([^<]*)</v></c>");
    std::map<std::size_t, std::map<std::string, SheetCell>> rows;
    for (std::sregex_iterator it(content.begin(), content.end(), cell), end; it != end; ++it) {
        SheetCell& made = rows[std::stoul((*it)[2])][(*it)[1]];
        made.is_number = (*it)[3].str().find("t=\"s\"") == std::string::npos;
        if (made.is_number)
            made.number = std::stod((*it)[4]);
        else
            made.text = words.at(std::stoul((*it)[4]));
    }
    std::vector<std::map<std::string, SheetCell>> result;
    for (auto& [number, cells] : rows) result.push_back(std::move(cells));
    return result;
}

}  // namespace cifra::testing
