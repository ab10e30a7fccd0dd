// Translations that know which source text they translate.
//
// A text is `{en: "How old?", es@3f9a: "¿Qué edad?"}`: after the language stands the fingerprint of the text in the
// source language, the first four hexadecimal digits of its SHA-256 (`printf %s "How old?" | sha256sum`). When the
// source text changes, the translation is *stale* until somebody looks at it and writes the new fingerprint.
#pragma once

#include <string>
#include <vector>

#include "engine/yaml.h"

namespace cifra {

std::string fingerprint(const std::string& source_text);

// The document with plain languages in the place of `es@3f9a`. Findings: stale-translation (warning),
// unknown-source (the text has no text in the source language), duplicate-key.
YamlValue without_fingerprints(YamlValue document, Diagnostics& faults);

// "file:line: es@3f9a" for every translation of the document, with its current fingerprint.
std::vector<std::string> current_fingerprints(const YamlValue& document);

}  // namespace cifra
