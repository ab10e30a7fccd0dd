// A YAML document as a located tree of plain values.
//
// Text from outside becomes this tree at the border; nothing else of cifra sees the YAML library. Hostile documents are
// bounded: at most 64 levels, 1,000,000 values (aliases counted each time they are used), 4 MiB a text and 64 MiB in
// all; bytes that are no UTF-8, NUL and duplicate keys are faults. Scalars keep their text: `03` stays "03", and the
// reader of a key decides its type.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/diagnostics.h"

namespace cifra {

// Texts by language tag ("en", "es"); a scalar in YAML is stored under "" and serves every language.
using Labels = std::map<std::string, std::string>;

// The text in `language`, else the one for all languages, else the first, else `fallback`.
std::string label_in(const Labels& labels, const std::string& language, const std::string& fallback);

struct YamlValue {
    enum class Kind { null, scalar, list, map };
    Kind kind = Kind::null;
    std::string scalar;
    bool quoted = false;
    std::vector<YamlValue> items;      // kind list
    struct Entry;                      // of a map: `first` the key, `second` the value
    std::vector<Entry> entries;        // kind map, in file order
    std::vector<Location> key_places;  // of entries, same order
    Location where;

    bool is_null() const { return kind == Kind::null; }
    bool is_scalar() const { return kind == Kind::scalar; }
    bool is_list() const { return kind == Kind::list; }
    bool is_map() const { return kind == Kind::map; }
    const YamlValue* find(std::string_view key) const;  // nullptr when absent or not a map
};

// A type of its own: clang 14 refuses a vector of std::pair of a type that is not complete yet.
struct YamlValue::Entry {
    std::string first;
    YamlValue second;
};

YamlValue read_yaml(const std::filesystem::path& file, Diagnostics& faults);
YamlValue parse_yaml(const std::string& text, const std::string& name, Diagnostics& faults);

// Typed reading of scalars; a fault names the place, what was expected and the key. The default is returned on a fault.
std::string text_of(const YamlValue& value, Diagnostics& faults, std::string_view what);
double number_of(const YamlValue& value, Diagnostics& faults, std::string_view what);
std::int64_t integer_of(const YamlValue& value, Diagnostics& faults, std::string_view what);
bool boolean_of(const YamlValue& value, Diagnostics& faults, std::string_view what);
Labels labels_of(const YamlValue& value, Diagnostics& faults, std::string_view what);
std::vector<std::string> texts_of(const YamlValue& value, Diagnostics& faults,
                                  std::string_view what);  // list, or one scalar

// Reads the keys of one map and diagnoses those nobody asked for.
//
//   Fields fields(value, faults, "sample plan");
//   plan.seed = fields.integer("seed", 1);
//   plan.name = fields.required_text("name");
//   fields.finish();                 // unknown key 'sede': did you mean 'seed'?
class Fields {
public:
    Fields(const YamlValue& map, Diagnostics& faults, std::string what);

    const YamlValue* get(std::string_view key);      // nullptr when absent
    const YamlValue* require(std::string_view key);  // fault when absent
    bool has(std::string_view key) { return get(key) != nullptr; }

    std::string text(std::string_view key, std::string fallback = {});
    std::string required_text(std::string_view key);
    double number(std::string_view key, double fallback);
    std::optional<double> number(std::string_view key);
    std::int64_t integer(std::string_view key, std::int64_t fallback);
    bool boolean(std::string_view key, bool fallback);
    Labels labels(std::string_view key);
    std::vector<std::string> texts(std::string_view key);

    // The text of `key` if it is one of `allowed`; a fault that lists them otherwise.
    std::string choice(std::string_view key, const std::vector<std::string>& allowed, std::string fallback);

    // Diagnoses every key that was never asked for. Call last.
    void finish();

    const Location& where() const { return map_->where; }

private:
    const YamlValue* map_;
    Diagnostics* faults_;
    std::string what_;
    std::vector<std::string> asked_;
};

}  // namespace cifra
