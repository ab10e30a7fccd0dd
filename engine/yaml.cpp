#include "engine/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/anchor.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <unordered_map>

#include "engine/csv_scanner.h"
#include "engine/table.h"

namespace cifra {

namespace {

constexpr std::size_t max_depth = 64;
constexpr std::size_t max_values = 1'000'000;
constexpr std::size_t max_bytes = std::size_t{64} << 20;
constexpr std::size_t max_scalar = std::size_t{4} << 20;

struct TooLarge : std::runtime_error {
    TooLarge(const char* what, Location at) : std::runtime_error(what), where(std::move(at)) {}
    Location where;
};

// Builds the tree from the parser's events, so that bounds hold before anything grows.
class TreeBuilder : public YAML::EventHandler {
public:
    TreeBuilder(std::string file, Diagnostics& faults) : file_(std::move(file)), faults_(faults) {}

    YamlValue result() { return std::move(root_); }
    const Location& start() const { return start_; }

    void OnDocumentStart(const YAML::Mark& mark) override { start_ = location(mark); }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        leaf(make(YamlValue::Kind::null, mark), anchor);
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto known = anchors_.find(anchor);
        if (known == anchors_.end()) throw TooLarge("an alias that refers to a value containing it", location(mark));
        count(size_of(known->second), location(mark));
        place(known->second);
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& text) override {
        if (text.size() > max_scalar) throw TooLarge("a text of more than 4 MiB", location(mark));
        YamlValue value = make(YamlValue::Kind::scalar, mark);
        value.scalar = text;
        value.quoted = tag == "!";
        if (!value.quoted && (text == "~" || text == "null" || text.empty())) value.kind = YamlValue::Kind::null;
        leaf(std::move(value), anchor);
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(YamlValue::Kind::list, mark, anchor);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(YamlValue::Kind::map, mark, anchor);
    }
    void OnMapEnd() override { close(); }

private:
    struct Open {
        YamlValue value;
        YAML::anchor_t anchor;
        bool expects_key;
    };

    YamlValue make(YamlValue::Kind kind, const YAML::Mark& mark) const {
        YamlValue value;
        value.kind = kind;
        value.where = location(mark);
        return value;
    }

    Location location(const YAML::Mark& mark) const {
        return {file_, static_cast<std::size_t>(mark.line) + 1, static_cast<std::size_t>(mark.column) + 1};
    }

    static std::size_t size_of(const YamlValue& value) {
        std::size_t size = 1;
        for (const YamlValue& item : value.items) size += size_of(item);
        for (const auto& [key, item] : value.entries) size += size_of(item);
        return size;
    }

    void count(std::size_t more, const Location& where) {
        values_ += more;
        if (values_ > max_values) throw TooLarge("more than 1,000,000 values", where);
    }

    void leaf(YamlValue value, YAML::anchor_t anchor) {
        count(1, value.where);
        if (anchor != 0) anchors_[anchor] = value;
        place(std::move(value));
    }

    void open(YamlValue::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
        count(1, location(mark));
        if (open_.size() >= max_depth) throw TooLarge("more than 64 levels", location(mark));
        open_.push_back({make(kind, mark), anchor, true});
    }

    void close() {
        Open done = std::move(open_.back());
        open_.pop_back();
        if (done.anchor != 0) anchors_[done.anchor] = done.value;
        place(std::move(done.value));
    }

    void place(YamlValue value) {
        if (open_.empty()) {
            root_ = std::move(value);
            return;
        }
        Open& parent = open_.back();
        if (parent.value.is_list()) {
            parent.value.items.push_back(std::move(value));
        } else if (parent.expects_key) {
            add_key(parent, value);
        } else {
            parent.value.entries.back().second = std::move(value);
            parent.expects_key = true;
        }
    }

    void add_key(Open& parent, const YamlValue& key) {
        const std::string name = key.is_null() ? "null" : key.scalar;
        if (key.is_list() || key.is_map())
            faults_.error(key.where, "yaml-key", "a key must be plain text",
                          "write the key as one word or quoted text");
        if (parent.value.find(name))
            faults_.error(key.where, "duplicate-key", fmt::format("key '{}' stands twice in the same map", name),
                          "keep one of the two");
        parent.value.entries.push_back({name, YamlValue{}});
        parent.value.key_places.push_back(key.where);
        parent.expects_key = false;
    }

    std::string file_;
    Diagnostics& faults_;
    std::vector<Open> open_;
    std::unordered_map<YAML::anchor_t, YamlValue> anchors_;
    YamlValue root_;
    std::size_t values_ = 0;
    Location start_;
};

// The parser would put U+FFFD in place of bytes that are no UTF-8. A mark of UTF-16 or UTF-32 leaves them to it.
bool is_sound_text(const std::string& text, const std::string& name, Diagnostics& faults) {
    if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) return true;
    if (text.starts_with(std::string_view("\0\0\xfe\xff", 4))) return true;
    const std::size_t before = faults.error_count();
    CsvFaults report(text, name, faults);
    check_csv_bytes(text, report);
    return faults.error_count() == before;
}

void wrong_type(const YamlValue& value, Diagnostics& faults, std::string_view what, std::string_view expected,
                std::string_view example) {
    faults.error(value.where, "wrong-type", fmt::format("{} must be {}", what, expected),
                 fmt::format("for example {}", example));
}

}  // namespace

std::string label_in(const Labels& labels, const std::string& language, const std::string& fallback) {
    for (const std::string& key : {language, std::string()})
        if (const auto found = labels.find(key); found != labels.end()) return found->second;
    return labels.empty() ? fallback : labels.begin()->second;
}

const YamlValue* YamlValue::find(std::string_view key) const {
    for (const auto& [name, value] : entries)
        if (name == key) return &value;
    return nullptr;
}

YamlValue parse_yaml(const std::string& text, const std::string& name, Diagnostics& faults) {
    if (text.size() > max_bytes) {
        faults.error({name, 0, 0}, "yaml-too-large", "the file is larger than 64 MiB", "split it");
        return {};
    }
    YamlValue nothing;
    nothing.where = {name, 1, 1};
    if (!is_sound_text(text, name, faults)) return nothing;
    TreeBuilder builder(name, faults);
    try {
        std::istringstream stream(text);
        YAML::Parser parser(stream);
        if (!parser.HandleNextDocument(builder)) return nothing;
        if (parser) {
            TreeBuilder rest(name, faults);
            if (parser.HandleNextDocument(rest))
                faults.error(rest.start(), "yaml-documents", "the file holds more than one YAML document",
                             "remove the '---' between them");
        }
    } catch (const YAML::Exception& fault) {
        faults.error(
            {name, static_cast<std::size_t>(fault.mark.line + 1), static_cast<std::size_t>(fault.mark.column + 1)},
            "yaml-syntax", fmt::format("not well-formed YAML: {}", fault.msg),
            "check indentation, quotes and brackets at this place");
        return {};
    } catch (const TooLarge& fault) {
        faults.error(fault.where, "yaml-too-large", fmt::format("the document has {}", fault.what()),
                     "simplify the document");
        return {};
    }
    return builder.result();
}

YamlValue read_yaml(const std::filesystem::path& file, Diagnostics& faults) {
    std::ifstream stream(file, std::ios::binary);
    std::error_code error;
    if (!stream || std::filesystem::is_directory(file, error)) {
        faults.error({file.string(), 0, 0}, "cannot-read", "the file cannot be read",
                     "check the path and the permissions");
        return {};
    }
    std::ostringstream text;
    text << stream.rdbuf();
    return parse_yaml(text.str(), file.string(), faults);
}

std::string text_of(const YamlValue& value, Diagnostics& faults, std::string_view what) {
    if (value.is_scalar()) return value.scalar;
    wrong_type(value, faults, what, "a text", "'north'");
    return {};
}

double number_of(const YamlValue& value, Diagnostics& faults, std::string_view what) {
    if (value.is_scalar())
        if (const auto number = parse_number(value.scalar)) return *number;
    wrong_type(value, faults, what, "a number", "0.15");
    return 0;
}

std::int64_t integer_of(const YamlValue& value, Diagnostics& faults, std::string_view what) {
    if (value.is_scalar()) {
        const auto number = parse_number(value.scalar);
        if (number && *number >= -9007199254740992.0 && *number <= 9007199254740992.0) {
            const auto whole = static_cast<std::int64_t>(*number);
            if (static_cast<double>(whole) == *number) return whole;
        }
    }
    wrong_type(value, faults, what, "a whole number", "20");
    return 0;
}

bool boolean_of(const YamlValue& value, Diagnostics& faults, std::string_view what) {
    if (value.is_scalar()) {
        if (value.scalar == "true" || value.scalar == "yes") return true;
        if (value.scalar == "false" || value.scalar == "no") return false;
    }
    wrong_type(value, faults, what, "true or false", "true");
    return false;
}

Labels labels_of(const YamlValue& value, Diagnostics& faults, std::string_view what) {
    if (value.is_scalar()) return {{"", value.scalar}};
    Labels labels;
    if (value.is_map()) {
        for (const auto& [language, text] : value.entries) labels[language] = text_of(text, faults, what);
        return labels;
    }
    wrong_type(value, faults, what, "a text or a map of texts by language", "{en: Region, es: Región}");
    return labels;
}

std::vector<std::string> texts_of(const YamlValue& value, Diagnostics& faults, std::string_view what) {
    if (value.is_scalar()) return {value.scalar};
    std::vector<std::string> texts;
    if (value.is_list()) {
        for (const YamlValue& item : value.items) texts.push_back(text_of(item, faults, what));
        return texts;
    }
    wrong_type(value, faults, what, "a text or a list of texts", "[region, sex]");
    return texts;
}

Fields::Fields(const YamlValue& map, Diagnostics& faults, std::string what)
    : map_(&map), faults_(&faults), what_(std::move(what)) {
    if (!map.is_map())
        faults.error(map.where, "wrong-type", fmt::format("{} must be a map of keys and values", what_),
                     "write 'key: value' lines");
}

const YamlValue* Fields::get(std::string_view key) {
    if (std::find(asked_.begin(), asked_.end(), key) == asked_.end()) asked_.emplace_back(key);
    const YamlValue* value = map_->find(key);
    return value && !value->is_null() ? value : nullptr;
}

const YamlValue* Fields::require(std::string_view key) {
    const YamlValue* value = get(key);
    if (!value && map_->is_map())
        faults_->error(map_->where, "missing-key", fmt::format("{} needs the key '{}'", what_, key),
                       fmt::format("add '{}: ...'", key));
    return value;
}

std::string Fields::text(std::string_view key, std::string fallback) {
    const YamlValue* value = get(key);
    return value ? text_of(*value, *faults_, fmt::format("'{}'", key)) : fallback;
}

std::string Fields::required_text(std::string_view key) {
    const YamlValue* value = require(key);
    return value ? text_of(*value, *faults_, fmt::format("'{}'", key)) : std::string();
}

double Fields::number(std::string_view key, double fallback) { return number(key).value_or(fallback); }

// What is no number is told once, and no check of the number follows.
std::optional<double> Fields::number(std::string_view key) {
    const YamlValue* value = get(key);
    if (!value) return std::nullopt;
    const std::size_t before = faults_->error_count();
    const double number = number_of(*value, *faults_, fmt::format("'{}'", key));
    return faults_->error_count() == before ? std::optional(number) : std::nullopt;
}

std::int64_t Fields::integer(std::string_view key, std::int64_t fallback) {
    const YamlValue* value = get(key);
    if (!value) return fallback;
    const std::size_t before = faults_->error_count();
    const std::int64_t number = integer_of(*value, *faults_, fmt::format("'{}'", key));
    return faults_->error_count() == before ? number : fallback;
}

bool Fields::boolean(std::string_view key, bool fallback) {
    const YamlValue* value = get(key);
    return value ? boolean_of(*value, *faults_, fmt::format("'{}'", key)) : fallback;
}

Labels Fields::labels(std::string_view key) {
    const YamlValue* value = get(key);
    return value ? labels_of(*value, *faults_, fmt::format("'{}'", key)) : Labels{};
}

std::vector<std::string> Fields::texts(std::string_view key) {
    const YamlValue* value = get(key);
    return value ? texts_of(*value, *faults_, fmt::format("'{}'", key)) : std::vector<std::string>{};
}

std::string Fields::choice(std::string_view key, const std::vector<std::string>& allowed, std::string fallback) {
    const YamlValue* value = get(key);
    if (!value) return fallback;
    const std::string text = text_of(*value, *faults_, fmt::format("'{}'", key));
    for (const std::string& word : allowed)
        if (word == text) return text;
    if (!value->is_scalar()) return fallback;
    const std::string near = nearest(text, allowed);
    faults_->error(value->where, "unknown-choice", fmt::format("'{}' is not a value of '{}'", text, key),
                   fmt::format("{}one of: {}", near.empty() ? "" : fmt::format("did you mean '{}'? ", near),
                               fmt::join(allowed, ", ")));
    return fallback;
}

void Fields::finish() {
    for (std::size_t i = 0; i < map_->entries.size(); ++i) {
        const std::string& key = map_->entries[i].first;
        if (std::find(asked_.begin(), asked_.end(), key) == asked_.end())
            faults_->error(map_->key_places[i], "unknown-key", fmt::format("{} has no key '{}'", what_, key),
                           suggestion(key, asked_));
    }
}

}  // namespace cifra
