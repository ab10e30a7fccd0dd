// Part of `instrument`: what reading a question and reading a module share.
#pragma once

#include <initializer_list>
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
void check_name(const std::string& name, const Location& where, Diagnostics& faults);
std::string read_name(Fields& fields, const YamlValue& map, std::string_view key, Diagnostics& faults);
// A whole number from `least` to `most`; a fault where it is another, and then `fallback`.
std::int64_t read_count(Fields& fields, std::string_view key, std::int64_t least, std::int64_t most,
                        std::int64_t fallback, Diagnostics& faults);
Texts read_texts(Fields& fields, std::string_view key, Diagnostics& faults);
// A condition that is written and says nothing would leave nobody out.
void refuse_blank(const YamlValue& map, std::initializer_list<std::string_view> keys, Diagnostics& faults);
Condition read_condition(Fields& fields, std::string_view key, Diagnostics& faults);
std::vector<Code> read_codes(const YamlValue& map, Diagnostics& faults);
MissingPolicy read_missing(const YamlValue& value, Diagnostics& faults);
void apply_missing(Question& question, const MissingPolicy& policy);

// The names of a list, or of one text, each at its own place.
std::vector<Reference> read_names(const YamlValue& value, Diagnostics& faults, std::string_view what);
// Each once; one that stands twice is a fault.
std::vector<Reference> read_names_once(const YamlValue& value, Diagnostics& faults, std::string_view what);
std::vector<Reference> read_references(Fields& fields, std::string_view key, Diagnostics& faults);
Reference read_reference(Fields& fields, const YamlValue& map, std::string_view key);
Wording read_wording(Fields& fields, std::string_view key, Diagnostics& faults);
std::optional<Unit> read_unit(Fields& fields, const std::vector<std::string>& allowed);
Computation read_computation(Fields& fields, Diagnostics& faults);

// `lint` of the node `map`, over its lines.
void read_allowance(Fields& fields, const YamlValue& map, Reader& reader);

// modes, indicators, bounding, safety, tests and lint of the instrument.
void read_frame(Fields& fields, const YamlValue& document, Reader& reader);

// The questions of a screener: of each crime of the module's unit.
void add_screener(const YamlValue& value, Module& module, std::size_t index, Reader& reader);

template <class Read>
void read_each(const YamlValue* list, std::string_view what, Diagnostics& faults, const Read& read) {
    if (!list) return;
    if (!list->is_list())
        faults.error(list->where, "wrong-type", "'" + std::string(what) + "' must be a list",
                     "begin each item with '-'");
    for (const YamlValue& item : list->items) read(item);
}

// Codes written at the question, or the name of a code list.
void read_question_codes(Question& question, const YamlValue& value, Reader& reader);
Question read_question(const YamlValue& map, const Module& module, std::size_t module_index, Reader& reader);

}  // namespace cifra
