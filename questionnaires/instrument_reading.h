// Part of `instrument`: what reading a question and reading a module share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "questionnaires/instrument.h"

namespace cifra {

// Which missing answers a question offers, and their codes; "" means the usual code of the answer's width.
struct MissingPolicy {
    bool dont_know = false, refused = false;
    std::string dont_know_code, refused_code;
};

struct Reader {
    Instrument& instrument;
    Diagnostics& faults;
    MissingPolicy policy;  // of the instrument
};

Location place_of(const YamlValue& map, std::string_view key);
std::string read_name(Fields& fields, const YamlValue& map, std::string_view key, Diagnostics& faults);
Texts read_texts(Fields& fields, std::string_view key, Diagnostics& faults);
Condition read_condition(Fields& fields, std::string_view key, Diagnostics& faults);
std::vector<Code> read_codes(const YamlValue& map, Diagnostics& faults);
MissingPolicy read_missing(const YamlValue& value, Diagnostics& faults);
void apply_missing(Question& question, const MissingPolicy& policy);

// Codes written at the question, or the name of a code list.
void read_question_codes(Question& question, const YamlValue& value, Reader& reader);
Question read_question(const YamlValue& map, const Module& module, std::size_t module_index, Reader& reader);

}  // namespace cifra
