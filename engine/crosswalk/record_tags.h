// Which column of the records tells which tag of the classification (iccs_tags.h): the key `tags` of the section
// `records`. The keys are explained in README.md.
//
//   tags:
//     We: {field: weapon, values: {G: "1", K: "2", "": "6"}, missing: {U: dont_know}}
//     AV: {conditions: {"1": age <= 14, "5": age >= 60, "6": age is missing}}
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/crosswalk/crosswalk.h"
#include "engine/crosswalk/iccs_tags.h"

namespace cifra {

struct TagValue {
    std::string value, code;  // of the record; of the tag
    Location where;
};

struct TagCondition {
    std::string code, condition;
    std::optional<Expr> holds;  // none for `else`
    Location where;             // of the condition
};

// Either of a field, by its values, or by conditions, of which the first that holds decides.
struct RecordTag {
    const IccsTag* tag = nullptr;
    std::string field;
    std::vector<TagValue> values;
    std::map<std::string, Missing> missing;  // values of the field that are a kind of missing
    std::vector<TagCondition> conditions;
    std::vector<IccsTagCategory>
        categories;  // those of the tag; of an open one the codes that the plan names, in order
    Location where;
};

// Faults: unknown-tag and unknown-tag-code (with all that there are), missing-key, unknown-missing, value-twice (a
// value that has a code and is missing, too), and those of yaml.h.
std::vector<RecordTag> read_record_tags(const YamlValue& value, Diagnostics& faults);

// The tags with their conditions read: over the fields of the crosswalk. Faults: those of expressions;
// condition-never-true, proved for all values that the fields may have; and where the field of a tag is one of the
// crosswalk: field-of-another-type (a range), undeclared-value (a value that the field does not have), and
// value-without-code (one that it has, and the tag does not).
std::vector<RecordTag> bind_record_tags(std::vector<RecordTag> tags, const Crosswalk& crosswalk, Diagnostics& faults);

}  // namespace cifra
