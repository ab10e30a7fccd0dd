// A crosswalk: which code of the International Classification of Crime (iccs.h) each national offence has, from when to
// when, and under which condition of the record. The keys of the file are explained in README.md.
//
//   Diagnostics faults;
//   const Crosswalk crosswalk = read_crosswalk("crosswalk.yaml", faults);
//   check_crosswalk(crosswalk, faults);   // crosswalk_check.h
//
// An *offence* is a national code with the days it is in force; one code may have several such entries whose text
// differs. A *row* assigns one ICCS code, or a status without a code, to an offence for some days. Rows of one offence
// and the same days that share a condition are one *case*: of several, each holds a share of the records.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/calendar.h"
#include "engine/codebook.h"
#include "engine/expression.h"
#include "engine/satisfiability.h"

namespace cifra {

// All days, where a validity is left open.
inline constexpr int first_year = 1, last_year = 9999;
DateRange all_days();

// A variable of the records that conditions read.
struct RecordField {
    Variable variable;  // codes, and which are a kind of missing
    Domain domain;      // what it may stand for, for the proofs
};

// The names and types that conditions over the fields may use.
Schema schema_of_fields(const std::vector<RecordField>& fields);

// A map of codes to kinds of missing. Faults: unknown-missing.
std::map<std::string, Missing> read_missing_codes(const YamlValue& codes, Diagnostics& faults);

struct NationalOffence {
    std::string code;
    DateRange validity;
    Labels text;
    std::string legal_reference, family;
    std::optional<double> severity;  // a rank: the higher, the graver
    Location where;
};

// excluded: no crime in the ICCS (civil, administrative); no_match: judged, and nothing fits; pending: not yet judged.
enum class MappingStatus : std::uint8_t { assigned, excluded, no_match, pending };
// Who mapped, in the order of precedence: on a day on which an offence has rows of a later one, earlier ones rest.
enum class MappingBasis : std::uint8_t { automatic, manual, adjudicated };
// n offences : m codes. exact 1:1, narrower n:1, broader 1:n, partial n:m.
enum class MappingRelation : std::uint8_t { unstated, exact, narrower, broader, partial };

std::string_view to_text(MappingStatus status);
std::string_view to_text(MappingBasis basis);
std::string_view to_text(MappingRelation relation);

struct CrosswalkRow {
    std::string offence, iccs;
    DateRange validity;
    std::string condition;                    // as written; "" always, "else" where no other case of the offence holds
    std::optional<Expr> holds;                // neither "" nor "else"
    std::optional<double> share;              // of the records of its case
    std::string source;                       // of the share
    std::optional<double> sample_size, deff;  // of the coded sample behind the share
    MappingRelation relation = MappingRelation::unstated;
    MappingStatus status = MappingStatus::assigned;
    MappingBasis basis = MappingBasis::manual;
    std::string confidence;  // high, medium, low, or ""
    std::string reviewer, note;
    std::optional<Date> reviewed;
    bool above_leaf = false;  // a code that has finer ones is meant
    Location where;
};

struct Crosswalk {
    std::string name, version;
    std::vector<RecordField> fields;
    std::vector<NationalOffence> offences;
    std::vector<CrosswalkRow> rows;
    Location where;
    std::vector<std::filesystem::path> files;  // read for it, itself first
};

// Faults of form: YAML and CSV, unknown-key, missing-key, wrong-type, out-of-range, bad-date, expression-*,
// unknown-name. What the rows say together is for check_crosswalk.
Crosswalk read_crosswalk(const std::filesystem::path& file, Diagnostics& faults);

}  // namespace cifra
