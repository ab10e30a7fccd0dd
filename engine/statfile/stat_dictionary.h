// What a statistical file says of its variables, before any program's notions are left out; and as a codebook.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/codebook.h"
#include "engine/table.h"

namespace cifra {

// A serial number `v` of a date format is the moment epoch + unit · v, in seconds since 1970-01-01. SPSS counts seconds
// from 1582-10-14, Stata and SAS days, or (milli)seconds, from 1960-01-01.
struct StatDate {
    enum class Kind : std::uint8_t { none, day, moment };
    Kind kind = Kind::none;
    double epoch = 0, unit = 1;
};

// A value v is missing by definition of the user where low <= v <= high (SPSS).
struct MissingNumbers {
    double low = 0, high = 0;
};

struct StatVariable {
    std::string name, label;
    ColumnType type = ColumnType::number;  // in the file
    StatDate date{};
    std::vector<MissingNumbers> missing_numbers{};
    std::vector<std::string> missing_texts{};
    // Code → label, in the order of the file. The code of a number is its shortest text, that of a tagged missing value
    // its name: ".a" to ".z" of Stata, ".A" to ".Z" and "._" of SAS.
    std::vector<std::pair<std::string, std::string>> labels{};
};

struct StatDictionary {
    std::vector<StatVariable> variables;
    std::int64_t rows = -1;             // -1: the file does not say
    std::size_t absent_label_sets = 0;  // variables whose labels the file names and does not hold
};

// Kinds of missing codes by variable and code, as somebody who knows better than the labels declares them.
using MissingKinds = std::map<std::string, std::map<std::string, Missing>>;
MissingKinds missing_kinds(const Codebook& codebook);

// The kind that a label tells by one of the usual words, whatever its capitals and apostrophes:
//   refused     refused, refusal, refused to answer
//   dont_know   don't know, do not know, dk, no sabe
//   not_asked   not asked, not applicable, inapplicable, no aplica
//   not_reached not reached
// Any other label, and none: system.
Missing kind_of_label(std::string_view label);

// The label that kind_of_label takes for this kind; "" of system and none.
std::string_view label_of_kind(Missing kind);

// The kind of a missing code: the declared one, else that of its label. Linear in the labels of the variable.
Missing kind_of_code(const StatVariable& variable, const std::string& code, const MissingKinds& declared);

// True where the code is one of those that the file calls missing.
bool is_missing_code(const StatVariable& variable, const std::string& code);

// Types, labels, categories, and the kinds of the missing codes that stand alone or have a label. A variable of dates
// is text. Labels stand under "": the file does not tell their language.
Codebook codebook_of(const StatDictionary& dictionary, const MissingKinds& declared);

}  // namespace cifra
