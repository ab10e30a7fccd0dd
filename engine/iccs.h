// The International Classification of Crime for Statistical Purposes, version 1.0 (UNODC 2015): 320 codes in a tree.
//
// Codes are strings: leading zeros count, and a child's code begins with its parent's. Titles in English and Spanish
// are the official ones, © 2015 United Nations. The data ship in engine/data/iccs.csv and are compiled into the
// library.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cifra {

struct IccsCode {
    std::string code;
    int level = 0;                 // 1 section .. 4
    std::string parent;            // "" at level 1
    std::string title_en, title_es, title_fr;    // French: working translations, mostly empty
    bool residual = false;         // "other acts of ..."
    std::string survey_crime;      // our mapping to a survey crime, "" if none
    std::string victim_unit;       // household, person, ... ; "" if none
};

// All codes in classification order.
const std::vector<IccsCode>& iccs_codes();
const IccsCode* find_iccs(std::string_view code);    // nullptr when unknown

// True when `code` is `ancestor` or below it; false when either is unknown.
bool iccs_within(std::string_view code, std::string_view ancestor);

// The ancestor of `code` at `level`, or nothing when the code is unknown or above that level.
std::optional<std::string> iccs_at_level(std::string_view code, int level);

// The title in `language` ("es", "es-MX"), in English where there is none.
std::string iccs_title(const IccsCode& code, std::string_view language);

// Wrong codes in circulation and the right one, with the reason, sorted: transcription errors and misprints
// (engine/data/iccs_aliases.csv) and codes whose leading zero was lost. Four more codes of the printed index of version
// 1.0 are wrong and have no certain right one: 06013, 060131, 060132, 070219.
struct IccsAlias {
    std::string wrong, right, reason;
};
const std::vector<IccsAlias>& iccs_aliases();
const IccsAlias* find_iccs_alias(std::string_view wrong);

}  // namespace cifra
