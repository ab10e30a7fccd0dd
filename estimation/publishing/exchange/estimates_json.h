// The published rows with all that names them as one JSON document, for programs. Its schema (JSON Schema, draft
// 2020-12) is estimates.schema.json in this folder; a figure that is unknown or hidden is null, a text for every
// language has the tag "und".
#pragma once

#include <span>
#include <string>
#include <vector>

#include "estimation/publishing/published_rows.h"
#include "estimation/publishing/texts.h"

namespace cifra {

// UTF-8; bytes of a label that are none become U+FFFD.
std::string estimates_json(std::span<const PublishedRow> rows, const PageTexts& texts, RuleSets& rules);

}  // namespace cifra
