// Pages of records as HTML in the style of the published pages: self-contained, no script, one caption a table, scope
// on every heading cell. Texts given here are plain; markup is made here alone, except where a member says so.
#pragma once

#include <string>
#include <vector>

#include "engine/yaml.h"

namespace cifra {

struct MarkupTable {
    std::string caption;
    std::vector<std::string> head;               // first of the row's name
    std::vector<std::vector<std::string>> rows;  // as wide as the head; "" is printed as –
    std::size_t texts = 1;                       // so many columns from the left hold words
    bool title_above = false;                    // the caption repeats it: it is read, not shown
};
std::string table_markup(const MarkupTable& table);

std::string paragraph_markup(const std::string& text);  // "" for ""

struct MarkupSection {
    std::string anchor, title, lead;
    std::string content;     // markup
    std::size_t number = 0;  // above the title; 0 for none
};
// `back`: the anchor of the contents, "" for none.
std::string section_markup(const MarkupSection& section, const std::string& language, const std::string& back);

struct MarkupPage {
    std::string language, title, lead, note;
    std::string about_title, about;  // beside the contents
    std::vector<MarkupSection> sections;
    std::vector<std::pair<std::string, std::string>> siblings;  // other languages: code, file
    std::string style = {};                                     // beyond that of all pages
    std::string foot = {};                                      // markup, behind the note
};
std::string page_markup(const MarkupPage& page);

// "flow.html", and "flow.es.html" for a further language.
std::string page_file(const std::string& stem, const std::vector<std::string>& languages, std::size_t i);

// Rates in per cent: one decimal from 1 on, two below. "" for NaN.
std::string per_cent_text(double share, const std::string& language);
std::string count_text(double count, const std::string& language);

}  // namespace cifra
