#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "engine/expression.h"
#include "engine/table.h"
#include "estimation/library.h"

namespace cifra {

namespace {

constexpr std::string_view expression_keys[] = {"where", "having", "value", "over", "among"};

bool is_expression_key(std::string_view key) {
    return std::find(std::begin(expression_keys), std::end(expression_keys), key) != std::end(expression_keys);
}

// Bytes from 0x80 on are parts of letters.
bool is_name_byte(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool is_plain_name(std::string_view text) {
    if (text.empty() || (text[0] >= '0' && text[0] <= '9')) return false;
    return std::all_of(text.begin(), text.end(), [](char c) { return is_name_byte(c) || c == '.'; });
}

// The end of the quoted text that begins at `at`; doubled quotes read as two texts side by side.
std::size_t end_of_quoted(std::string_view text, std::size_t at) {
    const std::size_t close = text.find(text[at], at + 1);
    return close == std::string_view::npos ? text.size() : close + 1;
}

using Names = std::map<std::string, std::string, std::less<>>;

// Replaces whole identifiers outside quotes.
std::string substitute(std::string_view text, const Names& names) {
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at + 1;
        if (text[at] == '"' || text[at] == '\'') {
            end = end_of_quoted(text, at);
        } else if (is_name_byte(text[at])) {
            while (end < text.size() && (is_name_byte(text[end]) || text[end] == '.')) ++end;
            if (const auto found = names.find(text.substr(at, end - at)); found != names.end()) {
                result += found->second;
                at = end;
                continue;
            }
        }
        result += text.substr(at, end - at);
        at = end;
    }
    return result;
}

YamlValue scalar(std::string text, const Location& where) {
    YamlValue value;
    value.kind = YamlValue::Kind::scalar;
    value.scalar = std::move(text);
    value.where = where;
    return value;
}

YamlValue list_value(const std::string& text, const Location& where) {
    YamlValue value;
    value.kind = YamlValue::Kind::list;
    value.where = where;
    value.items.push_back(scalar(text, where));
    return value;
}

YamlValue labels_value(const Labels& labels, const Location& where) {
    YamlValue value;
    value.kind = YamlValue::Kind::map;
    value.where = where;
    for (const auto& [language, text] : labels) {
        value.entries.push_back({language, scalar(text, where)});
        value.key_places.push_back(where);
    }
    return value;
}

// Sets a key; a null value takes it away.
void set_key(YamlValue& map, const std::string& key, YamlValue value, const Location& where) {
    const auto found = std::find_if(map.entries.begin(), map.entries.end(),
                                    [&](const YamlValue::Entry& entry) { return entry.first == key; });
    if (found != map.entries.end()) {
        const auto place = map.key_places.begin() + (found - map.entries.begin());
        if (!value.is_null()) {
            found->second = std::move(value);
        } else {
            map.key_places.erase(place);
            map.entries.erase(found);
        }
        return;
    }
    if (value.is_null()) return;
    map.entries.push_back({key, std::move(value)});
    map.key_places.push_back(where);
}

std::string quoted(const std::string& text) {
    std::string result = "\"";
    for (const char c : text) result += c == '"' ? std::string("\"\"") : std::string(1, c);
    return result + '"';
}

template <typename Entry>
std::vector<std::string> names_of(const std::vector<Entry>& entries) {
    std::vector<std::string> names;
    for (const Entry& entry : entries) names.push_back(entry.name);
    return names;
}

class Expansion {
public:
    Expansion(const LibraryDefinition& definition, const YamlValue& use, Diagnostics& faults)
        : definition_(definition), use_(use), faults_(faults), errors_before_(faults.error_count()) {
        const YamlValue* name = use.find("use");
        where_ = name ? name->where : use.where;
        bind_ = use.find("bind");
        with_ = use.find("with");
    }

    YamlValue run() {
        refuse_unknown(bind_, names_of(definition_.needs), "unknown-binding", "needs no");
        refuse_unknown(with_, names_of(definition_.parameters), "unknown-parameter", "has no parameter");
        for (const LibraryParameter& parameter : definition_.parameters) read_parameter(parameter);
        for (const LibraryNeed& need : definition_.needs) read_binding(need);
        return failed() ? YamlValue{} : write();
    }

    void check_bindings(const Hierarchy& hierarchy) {
        for (const LibraryNeed& need : definition_.needs)
            if (need.kind == NeedKind::level) check_level(need, hierarchy);
        for (const LibraryNeed& need : definition_.needs)
            if (need.kind != NeedKind::level) check_variable(need, hierarchy);
    }

    bool failed() const { return faults_.error_count() > errors_before_; }
    const Location& where() const { return where_; }

private:
    void refuse_unknown(const YamlValue* map, const std::vector<std::string>& known, const char* code,
                        std::string_view verb) {
        if (!map) return;
        if (!map->is_map()) {
            faults_.error(map->where, "wrong-type", "'bind' and 'with' are maps of names", "write {name: value}");
            return;
        }
        for (std::size_t i = 0; i < map->entries.size(); ++i)
            if (std::find(known.begin(), known.end(), map->entries[i].first) == known.end())
                faults_.error(map->key_places[i], code,
                              fmt::format("definition '{}' {} '{}'", definition_.id, verb, map->entries[i].first),
                              known.empty() ? "it has none: leave this out" : suggestion(map->entries[i].first, known));
    }

    bool holds(const LibraryCondition& condition) const {
        return std::all_of(condition.begin(), condition.end(), [&](const auto& part) {
            const auto chosen = choices_.find(part.first);
            return chosen != choices_.end() &&
                   std::find(part.second.begin(), part.second.end(), chosen->second) != part.second.end();
        });
    }

    const YamlValue* given(const YamlValue* map, const std::string& name) const {
        return map && map->is_map() ? map->find(name) : nullptr;
    }

    void read_parameter(const LibraryParameter& parameter) {
        const YamlValue* value = given(with_, parameter.name);
        if (!value && parameter.fallback.empty()) {
            if (holds(parameter.only))
                faults_.error(where_, "missing-parameter",
                              fmt::format("definition '{}' must be given '{}': {}", definition_.id, parameter.name,
                                          label_in(parameter.text, "en", "")),
                              fmt::format("add 'with: {{{}: ...}}'", parameter.name));
            return;
        }
        switch (parameter.kind) {
            case LibraryParameter::Kind::choice:
                return read_choice(parameter, value);
            case LibraryParameter::Kind::codes:
                return read_codes(parameter, *value);
            case LibraryParameter::Kind::number:
                break;
        }
        const auto number = parse_number(value ? value->scalar : parameter.fallback);
        if (!number || (value && !value->is_scalar()))
            faults_.error(value ? value->where : where_, "wrong-parameter",
                          fmt::format("'{}' must be a number", parameter.name),
                          fmt::format("for example {}", parameter.fallback.empty() ? "18" : parameter.fallback));
        else
            names_[parameter.name] = *number < 0 ? fmt::format("({})", shortest(*number)) : shortest(*number);
    }

    void read_choice(const LibraryParameter& parameter, const YamlValue* value) {
        const std::string chosen = value ? value->scalar : parameter.fallback;
        const auto& choices = parameter.choices;
        if (std::find(choices.begin(), choices.end(), chosen) == choices.end())
            faults_.error(value ? value->where : where_, "wrong-parameter",
                          fmt::format("'{}' is not a choice of '{}'", chosen, parameter.name),
                          fmt::format("one of: {}", fmt::join(choices, ", ")));
        choices_[parameter.name] = chosen;
    }

    // ["01", "02"] or [1, 2]: numbers where every code is a number without quotes.
    void read_codes(const LibraryParameter& parameter, const YamlValue& value) {
        const std::vector<YamlValue> items = value.is_list() ? value.items : std::vector<YamlValue>{value};
        const auto is_number = [](const YamlValue& item) { return !item.quoted && parse_number(item.scalar); };
        const bool numbers = std::all_of(items.begin(), items.end(), is_number);
        if (items.empty() ||
            !std::all_of(items.begin(), items.end(), [](const YamlValue& item) { return item.is_scalar(); })) {
            faults_.error(value.where, "wrong-parameter", fmt::format("'{}' must be a list of codes", parameter.name),
                          "for example [\"01\", \"02\"]");
            return;
        }
        std::vector<std::string> codes;
        for (const YamlValue& item : items)
            codes.push_back(numbers ? shortest(*parse_number(item.scalar)) : quoted(item.scalar));
        names_[parameter.name] = fmt::format("[{}]", fmt::join(codes, ", "));
    }

    void read_binding(const LibraryNeed& need) {
        const YamlValue* value = given(bind_, need.name);
        if (!value) {
            if (need.fallback)
                names_[need.name] = *need.fallback;
            else if (holds(need.only))
                faults_.error(where_, "missing-binding",
                              fmt::format("definition '{}' must be bound to '{}': {}", definition_.id, need.name,
                                          label_in(need.text, "en", "")),
                              fmt::format("add 'bind: {{{}: ...}}'", need.name));
            return;
        }
        const bool level = need.kind == NeedKind::level;
        if (!value->is_scalar() || value->scalar.empty() || (level && !is_plain_name(value->scalar)))
            faults_.error(value->where, "wrong-binding",
                          fmt::format("'{}' must be bound to {}", need.name,
                                      level ? "the name of a level" : "a column or an expression"),
                          level ? "for example persons" : "for example EDAD, or 'BP1_20 is 1'");
        else
            names_[need.name] =
                level || is_plain_name(value->scalar) ? value->scalar : fmt::format("({})", value->scalar);
    }

    // ---- writing

    YamlValue write() {
        YamlValue template_keys = definition_.indicator;
        for (const LibraryVariant& variant : definition_.variants)
            if (holds(variant.when))
                for (const auto& [key, value] : variant.keys.entries) set_key(template_keys, key, value, where_);
        YamlValue result = labels_value({}, use_.where);
        set_key(result, "label", labels_value(definition_.title, where_), where_);
        for (const auto& [key, value] : template_keys.entries) {
            if (value.is_map())
                set_key(result, key, relocated(value), where_);
            else if (is_expression_key(key) || !names_.contains(value.scalar))
                set_key(result, key, scalar(written(key, value.scalar), where_), where_);
            else if (key == "victim_key")
                set_key(result, key, list_value(names_[value.scalar], where_), where_);
            else
                set_key(result, key, scalar(names_[value.scalar], where_), where_);
        }
        for (std::size_t i = 0; i < use_.entries.size(); ++i) {
            const std::string& key = use_.entries[i].first;
            if (key != "use" && key != "bind" && key != "with")
                set_key(result, key, use_.entries[i].second, use_.key_places[i]);
        }
        return result;
    }

    std::string written(const std::string& key, const std::string& text) const {
        return is_expression_key(key) ? substitute(text, names_) : text;
    }

    YamlValue relocated(YamlValue value) const {
        value.where = where_;
        for (auto& place : value.key_places) place = where_;
        for (auto& entry : value.entries) entry.second = relocated(std::move(entry.second));
        return value;
    }

    // ---- against the data

    void check_level(const LibraryNeed& need, const Hierarchy& hierarchy) {
        const auto name = names_.find(need.name);
        if (name == names_.end()) return;
        levels_[need.name] = hierarchy.find(name->second);
        if (levels_[need.name] == no_level)
            faults_.error(given(bind_, need.name)->where, "unknown-level",
                          fmt::format("there is no level '{}' under data:", name->second),
                          suggestion(name->second, hierarchy.names()));
    }

    void check_variable(const LibraryNeed& need, const Hierarchy& hierarchy) {
        const YamlValue* value = given(bind_, need.name);
        const auto level = levels_.find(need.at);
        if (!value || level == levels_.end() || level->second == no_level) return;
        std::optional<Type> type;
        if (need.kind == NeedKind::number) type = Type::number;
        if (need.kind == NeedKind::text) type = Type::text;
        if (need.kind == NeedKind::truth) type = Type::truth;
        parse_expression(value->scalar, value->where, hierarchy.schema(level->second), faults_, type);
    }

    const LibraryDefinition& definition_;
    const YamlValue& use_;
    Diagnostics& faults_;
    std::size_t errors_before_;
    Location where_;
    const YamlValue* bind_ = nullptr;
    const YamlValue* with_ = nullptr;
    Names names_;
    std::map<std::string, std::string> choices_;
    std::map<std::string, std::size_t> levels_;
};

const LibraryDefinition* definition_of(const YamlValue& indicator, Diagnostics& faults) {
    const YamlValue* use = indicator.find("use");
    const std::size_t errors = faults.error_count();
    const std::string id = use ? text_of(*use, faults, "'use'") : "";
    const LibraryDefinition* definition = find_definition(id);
    if (definition || faults.error_count() > errors) return definition;
    std::vector<std::string> known;
    for (const LibraryDefinition& one : library_definitions()) known.push_back(one.id);
    const std::string near = nearest(id, known);
    faults.error(
        use ? use->where : indicator.where, "unknown-definition",
        fmt::format("there is no definition '{}' in the library", id),
        near.empty() ? "estimation/library/README.md lists them all" : fmt::format("did you mean '{}'?", near));
    return nullptr;
}

// Conditions of the definition that do not fit the data although each binding does.
void check_expanded(const LibraryDefinition& definition, const YamlValue& use, const YamlValue& expanded,
                    const Hierarchy& hierarchy, const Location& where, Diagnostics& faults) {
    for (const std::string_view key : expression_keys) {
        const YamlValue* value = expanded.find(key);
        const YamlValue* level = expanded.find(key == "among" ? "per" : "of");
        if (!value || use.find(key) || !level) continue;
        const std::size_t at = hierarchy.find(level->scalar);
        Diagnostics own;
        if (at != no_level) parse_expression(value->scalar, {"", 1, 1}, hierarchy.schema(at), own);
        if (own.has_errors())
            faults.error(where, "definition-misfit",
                         fmt::format("in definition '{}' the condition '{}: {}' does not fit: {}", definition.id, key,
                                     value->scalar, own.items().front().message),
                         "check the bindings against estimation/library/README.md");
    }
}

}  // namespace

bool uses_library(const YamlValue& indicator) { return indicator.find("use") != nullptr; }

YamlValue expand_definition(const LibraryDefinition& definition, const YamlValue& indicator, Diagnostics& faults) {
    return Expansion(definition, indicator, faults).run();
}

YamlValue expand_library(const YamlValue& indicator, Diagnostics& faults) {
    const LibraryDefinition* definition = definition_of(indicator, faults);
    return definition ? expand_definition(*definition, indicator, faults) : YamlValue{};
}

YamlValue expand_library(const YamlValue& indicator, const Hierarchy& hierarchy, Diagnostics& faults) {
    const LibraryDefinition* definition = definition_of(indicator, faults);
    if (!definition) return {};
    Expansion expansion(*definition, indicator, faults);
    YamlValue expanded = expansion.run();
    expansion.check_bindings(hierarchy);
    if (!expansion.failed()) check_expanded(*definition, indicator, expanded, hierarchy, expansion.where(), faults);
    return expansion.failed() ? YamlValue{} : expanded;
}

}  // namespace cifra
