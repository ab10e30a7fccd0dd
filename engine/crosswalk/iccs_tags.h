// The disaggregating variables ("tags") of the International Classification of Crime for Statistical Purposes, version
// 1.0 (UNODC 2015, table II): what a record tells beside the act. The list ships in engine/data/iccs_tags.csv.
//
// The classification numbers the categories of a tag; the numbers stand here as it prints them, also where they leave
// one out (SiC has no 3). Acronyms that it uses of the victim and of the perpetrator alike are told apart by
// `victim.` and `perpetrator.`. Titles are ours. A tag without categories here is *open*: a plan brings its own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/yaml.h"

namespace cifra {

// What a category says: something of the act, that the tag does not apply to it, or that it is not known.
enum class TagAnswer : std::uint8_t { category, not_applicable, not_known };
std::string_view to_text(TagAnswer answer);

struct IccsTagCategory {
    std::string code;
    TagAnswer answer = TagAnswer::category;
    Labels title;  // empty: the list that we hold gives none
};

struct IccsTag {
    std::string name, of;  // of: event, victim, perpetrator, victim and perpetrator
    Labels title;
    std::vector<IccsTagCategory> categories;  // empty: open
};

// In the order of the table.
const std::vector<IccsTag>& iccs_tags();
const IccsTag* find_iccs_tag(std::string_view name);  // nullptr when unknown

}  // namespace cifra
