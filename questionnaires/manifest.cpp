#include "questionnaires/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>
#include <set>
#include <utility>
#include <vector>

#include "engine/embedded.h"
#include "engine/study.h"
#include "questionnaires/instrument_reading.h"

namespace cifra {
namespace {

constexpr std::string_view library_prefix = "library:";
constexpr std::size_t most_files = 100, deepest = 8;
const std::set<std::string, std::less<>> head = {"instrument", "version", "title", "languages"};
// One thing each, not united from parts.
const std::set<std::string, std::less<>> wholes = {"period", "missing", "cards", "safety", "bounding"};
const std::set<std::string, std::less<>> directives = {"include", "drop", "change", "add", "order"};

YamlValue* find_in(YamlValue& map, std::string_view key) {
    return const_cast<YamlValue*>(std::as_const(map).find(key));
}

void put(YamlValue& map, const std::string& key, YamlValue value, const Location& where) {
    map.entries.push_back({key, std::move(value)});
    map.key_places.push_back(where);
}

void remove_key(YamlValue& map, std::string_view key) {
    for (std::size_t i = map.entries.size(); i-- > 0;) {
        if (map.entries[i].first != key) continue;
        map.entries.erase(map.entries.begin() + static_cast<std::ptrdiff_t>(i));
        map.key_places.erase(map.key_places.begin() + static_cast<std::ptrdiff_t>(i));
    }
}

bool same(const YamlValue& a, const YamlValue& b) {
    if (a.kind != b.kind || a.scalar != b.scalar || a.items.size() != b.items.size() ||
        a.entries.size() != b.entries.size())
        return false;
    for (std::size_t i = 0; i < a.items.size(); ++i)
        if (!same(a.items[i], b.items[i])) return false;
    for (std::size_t i = 0; i < a.entries.size(); ++i)
        if (a.entries[i].first != b.entries[i].first || !same(a.entries[i].second, b.entries[i].second)) return false;
    return true;
}

// "es" of "es" and of "es@3f9a", a translation with the fingerprint of its source.
std::string_view language_of(std::string_view key) { return key.substr(0, key.find('@')); }

std::set<std::string, std::less<>> languages_of(const YamlValue& document) {
    std::set<std::string, std::less<>> languages;
    const YamlValue* list = document.find("languages");
    if (!list) return languages;
    if (list->is_scalar()) languages.insert(list->scalar);
    for (const YamlValue& item : list->items) languages.insert(item.scalar);
    return languages;
}

// Leaves out the texts of a part in languages that are not wanted. A map is texts when all its keys are languages of
// the part; where none of them is wanted it stays, and the missing translation is found later.
void keep_languages(YamlValue& value, const std::set<std::string, std::less<>>& of_part,
                    const std::set<std::string, std::less<>>& wanted) {
    for (YamlValue& item : value.items) keep_languages(item, of_part, wanted);
    const auto is_language = [&](const YamlValue::Entry& entry) { return of_part.contains(language_of(entry.first)); };
    const auto is_wanted = [&](const YamlValue::Entry& entry) { return wanted.contains(language_of(entry.first)); };
    if (value.entries.empty() || !std::ranges::all_of(value.entries, is_language)) {
        for (YamlValue::Entry& entry : value.entries) keep_languages(entry.second, of_part, wanted);
        return;
    }
    if (std::ranges::none_of(value.entries, is_wanted)) return;
    for (std::size_t i = value.entries.size(); i-- > 0;)
        if (!is_wanted(value.entries[i])) remove_key(value, std::string(value.entries[i].first));
}

std::string place_text(const Location& where) { return fmt::format("{}:{}", where.file, where.line); }

void unite(YamlValue& into, YamlValue from, Diagnostics& faults) {
    for (std::size_t i = 0; i < from.entries.size(); ++i) {
        auto& [key, value] = from.entries[i];
        const YamlValue* there = std::as_const(into).find(key);
        if (!there)
            put(into, key, std::move(value), from.key_places[i]);
        else if (!same(*there, value))
            faults.error(from.key_places[i], "duplicate-include",
                         fmt::format("'{}' is also given, otherwise, at {}", key, place_text(there->where)),
                         "give one of the two another name, or drop it");
    }
}

// Adds a part, or the instrument's own entries, to what stands already.
void join(YamlValue& whole, YamlValue part, bool own, Diagnostics& faults) {
    for (std::size_t i = 0; i < part.entries.size(); ++i) {
        auto& [key, value] = part.entries[i];
        if (directives.contains(key) || (!own && head.contains(key))) continue;
        YamlValue* there = find_in(whole, key);
        if (!there) {
            put(whole, key, std::move(value), part.key_places[i]);
        } else if (there->is_list() && value.is_list()) {
            std::ranges::move(value.items, std::back_inserter(there->items));
        } else if (wholes.contains(key) || !there->is_map() || !value.is_map()) {
            if (own) *there = std::move(value);
        } else {
            unite(*there, std::move(value), faults);
        }
    }
}

class Manifest {
public:
    explicit Manifest(Diagnostics& faults) : faults_(faults) {}

    YamlValue joined(YamlValue document, const std::filesystem::path& directory) {
        const YamlValue* include = std::as_const(document).find("include");
        if (!include) {
            no_directives(document);
            return document;
        }
        YamlValue whole;
        whole.kind = YamlValue::Kind::map;
        whole.where = document.where;
        const auto wanted = languages_of(document);
        for (const auto& [name, where] : read_names_once(*include, faults_, "'include'")) {
            YamlValue part = read_part(name, directory, where);
            if (!wanted.empty()) keep_languages(part, languages_of(part), wanted);
            join(whole, std::move(part), false, faults_);
        }
        const YamlValue own = document;
        join(whole, std::move(document), true, faults_);
        if (!broken_) apply(whole, own);  // what a part would have brought is not missed
        return whole;
    }

private:
    YamlValue read_part(const std::string& name, const std::filesystem::path& directory, const Location& where) {
        const bool library = name.starts_with(library_prefix);
        const std::filesystem::path path = library ? std::filesystem::path(name) : resolve(directory, name);
        const std::string id = path.lexically_normal().string();
        if (std::ranges::find(open_, id) != open_.end() || open_.size() >= deepest || ++files_ > most_files) {
            const bool cycle = std::ranges::find(open_, id) != open_.end();
            faults_.error(
                where, cycle ? "include-cycle" : "too-many-includes",
                cycle ? fmt::format("'{}' includes itself", name)
                      : fmt::format("more than {} files, or {} levels of them, are included", most_files, deepest),
                cycle ? "leave one of the two out" : "join some of them");
            return {};
        }
        open_.push_back(id);
        Diagnostics own;
        YamlValue part;
        const bool readable = library || std::filesystem::is_regular_file(path);
        if (readable)
            part = read_instrument_file(name, directory, own);
        else
            own.error(where, "cannot-read", fmt::format("'{}' is no file that can be read", name),
                      "check the path: it starts at the folder of this file");
        if (own.contains("unknown-library")) {
            const std::string hint = own.items().front().hint;
            own = {};
            own.error(where, "unknown-library", fmt::format("no part '{}' is shipped", name), hint);
        }
        if (!own.has_errors() && !part.is_map())
            own.error(part.where, "wrong-type", "a part of an instrument is a map of keys", "begin with 'modules:'");
        broken_ |= own.has_errors();
        if (!own.has_errors()) part = joined(std::move(part), library ? directory : path.parent_path());
        faults_.append(own);
        open_.pop_back();
        return part;
    }

    // Without a part there is nothing to drop, to change or to add to.
    void no_directives(YamlValue& document) {
        for (std::size_t i = 0; i < document.entries.size(); ++i)
            if (directives.contains(document.entries[i].first))
                faults_.error(document.key_places[i], "no-include",
                              fmt::format("'{}' is for an instrument that includes parts", document.entries[i].first),
                              "include the parts first: 'include: [library:modules/household]'");
        for (const std::string_view key : directives) remove_key(document, key);
    }

    void apply(YamlValue& whole, const YamlValue& own) {
        if (const YamlValue* list = own.find("drop")) drop(whole, *list);
        if (const YamlValue* map = own.find("change")) change(whole, *map);
        if (const YamlValue* list = own.find("add")) add(whole, *list);
        if (const YamlValue* list = own.find("order")) order(whole, *list);
    }

    static std::string id_of(const YamlValue& item) {
        for (const std::string_view key : {"id", "name"})
            if (const YamlValue* value = item.find(key)) return value->scalar;
        return {};
    }

    // Every list whose items have ids: crimes, modules, and the questions of each module.
    static std::vector<YamlValue*> lists(YamlValue& whole) {
        std::vector<YamlValue*> result;
        for (const std::string_view key : {"crimes", "modules"})
            if (YamlValue* list = find_in(whole, key)) result.push_back(list);
        if (YamlValue* modules = find_in(whole, "modules"))
            for (YamlValue& module : modules->items)
                if (YamlValue* questions = find_in(module, "questions")) result.push_back(questions);
        return result;
    }

    static YamlValue* item_of(YamlValue& whole, std::string_view id) {
        for (YamlValue* list : lists(whole))
            for (YamlValue& item : list->items)
                if (id_of(item) == id) return &item;
        YamlValue* codes = find_in(whole, "codes");
        return codes ? find_in(*codes, id) : nullptr;
    }

    void unknown(YamlValue& whole, const Location& where, const std::string& id) {
        std::vector<std::string> ids;
        for (YamlValue* list : lists(whole))
            for (const YamlValue& item : list->items) ids.push_back(id_of(item));
        if (const YamlValue* codes = std::as_const(whole).find("codes"))
            for (const YamlValue::Entry& list : codes->entries) ids.push_back(list.first);
        const std::string like = suggestion(id, ids);
        faults_.error(
            where, "unknown-id", fmt::format("nothing that is included is called '{}'", id),
            like.empty() ? "write the id of a module or crime, or the name of a question or code list" : like);
    }

    void drop(YamlValue& whole, const YamlValue& ids) {
        for (const auto& [id, where] : read_names_once(ids, faults_, "'drop'")) {
            if (!item_of(whole, id)) {
                unknown(whole, where, id);
                continue;
            }
            // From the innermost: an erased module moves those after it, and the lists in them.
            auto all = lists(whole);
            for (YamlValue* list : all | std::views::reverse)
                std::erase_if(list->items, [&, &name = id](const YamlValue& item) { return id_of(item) == name; });
            if (YamlValue* codes = find_in(whole, "codes")) remove_key(*codes, id);
        }
    }

    static void replace(YamlValue& target, const YamlValue& by) {
        for (std::size_t i = 0; i < by.entries.size(); ++i) {
            const auto& [key, value] = by.entries[i];
            YamlValue* there = find_in(target, key);
            if (value.is_null())
                remove_key(target, key);
            else if (there) {
                // What was changed is to be found where the change stands.
                const auto place = std::ranges::find(target.entries, key, &YamlValue::Entry::first);
                target.key_places[static_cast<std::size_t>(place - target.entries.begin())] = by.key_places[i];
                if (there->is_map() && value.is_map()) {
                    replace(*there, value);
                    there->where = value.where;
                } else {
                    *there = value;
                }
            } else
                put(target, key, value, by.key_places[i]);
        }
    }

    void change(YamlValue& whole, const YamlValue& changes) {
        if (!changes.is_map())
            faults_.error(changes.where, "wrong-type", "'change' must be a map", "write name: {key: value}");
        for (std::size_t i = 0; i < changes.entries.size(); ++i) {
            const auto& [id, keys] = changes.entries[i];
            YamlValue* item = item_of(whole, id);
            if (!item)
                unknown(whole, changes.key_places[i], id);
            else if (!item->is_map() || !keys.is_map())
                faults_.error(keys.where, "wrong-type", fmt::format("the change of '{}' must be a map", id),
                              "write name: {key: value}");
            else
                replace(*item, keys);
        }
    }

    void add(YamlValue& whole, const YamlValue& additions) {
        if (!additions.is_list())
            faults_.error(additions.where, "wrong-type", "'add' must be a list", "begin each item with '- to:'");
        for (const YamlValue& addition : additions.items) {
            Fields fields(addition, faults_, "an addition");
            const std::string to = fields.required_text("to"), after = fields.text("after");
            const YamlValue* questions = fields.require("questions");
            fields.finish();
            YamlValue* module = item_of(whole, to);
            if (questions && !questions->is_list())
                faults_.error(questions->where, "wrong-type", "'questions' must be a list",
                              "begin each with '- name:'");
            if (!module || !is_module(whole, *module) || !questions) {
                if (questions && !to.empty()) unknown_module(whole, addition.find("to")->where, to);
                continue;
            }
            if (!find_in(*module, "questions")) {
                YamlValue none;
                none.kind = YamlValue::Kind::list;
                put(*module, "questions", none, addition.where);
            }
            insert(*find_in(*module, "questions"), *questions, after,
                   after.empty() ? addition.where : addition.find("after")->where, to);
        }
    }

    static bool is_module(YamlValue& whole, const YamlValue& item) {
        const YamlValue* modules = find_in(whole, "modules");
        return modules && !modules->items.empty() && &item >= &modules->items.front() &&
               &item <= &modules->items.back();
    }

    void unknown_module(YamlValue& whole, const Location& where, const std::string& id) {
        std::vector<std::string> ids;
        if (const YamlValue* modules = find_in(whole, "modules"))
            for (const YamlValue& module : modules->items) ids.push_back(id_of(module));
        faults_.error(where, "unknown-id", fmt::format("no module is called '{}'", id), suggestion(id, ids));
    }

    void insert(YamlValue& into, const YamlValue& questions, const std::string& after, const Location& where,
                const std::string& module) {
        auto place = into.items.end();
        if (!after.empty()) {
            std::vector<std::string> names;
            for (const YamlValue& item : into.items) names.push_back(id_of(item));
            place = std::ranges::find_if(into.items, [&](const YamlValue& item) { return id_of(item) == after; });
            if (place == into.items.end()) {
                faults_.error(where, "unknown-id", fmt::format("module '{}' has no question '{}'", module, after),
                              suggestion(after, names));
                return;
            }
            ++place;
        }
        into.items.insert(place, questions.items.begin(), questions.items.end());
    }

    void order(YamlValue& whole, const YamlValue& ids) {
        YamlValue* modules = find_in(whole, "modules");
        if (!modules) return;
        std::vector<YamlValue> ordered;
        for (const auto& [id, where] : read_names_once(ids, faults_, "'order'")) {
            const auto found = std::ranges::find_if(
                modules->items, [&name = id](const YamlValue& item) { return id_of(item) == name; });
            if (found == modules->items.end()) {
                unknown_module(whole, where, id);
                continue;
            }
            ordered.push_back(std::move(*found));
            modules->items.erase(found);
        }
        for (YamlValue& left : modules->items) {
            const auto twin = [&](const YamlValue& known) { return id_of(known) == id_of(left); };
            if (std::ranges::any_of(ordered, twin))
                faults_.error(left.where, "duplicate-module",
                              fmt::format("two parts bring the module '{}'", id_of(left)),
                              "include one of the two parts");
            else
                faults_.error(ids.where, "unordered-module",
                              fmt::format("'order' leaves out the module '{}'", id_of(left)),
                              "name every module, or drop it");
            ordered.push_back(std::move(left));
        }
        modules->items = std::move(ordered);
    }

    Diagnostics& faults_;
    std::vector<std::string> open_;
    std::size_t files_ = 0;
    bool broken_ = false;  // a part could not be read
};

}  // namespace

YamlValue read_instrument_file(const std::string& name, const std::filesystem::path& directory, Diagnostics& faults) {
    if (!name.starts_with(library_prefix)) return read_yaml(resolve(directory, name), faults);
    const std::string id = name.substr(library_prefix.size());
    std::vector<std::string> names;
    constexpr std::string_view folder = "questionnaires/library/", ending = ".yaml";
    for (const EmbeddedFile& file : embedded_questionnaires()) {
        if (!file.name.starts_with(folder) || !file.name.ends_with(ending)) continue;
        const std::string_view known =
            file.name.substr(folder.size(), file.name.size() - folder.size() - ending.size());
        if (known == id) return parse_yaml(std::string(file.content), name, faults);
        names.push_back(fmt::format("{}{}", library_prefix, known));
    }
    faults.error({name, 0, 0}, "unknown-library", "no instrument of this name is shipped", suggestion(name, names));
    return {};
}

YamlValue resolve_manifest(YamlValue document, const std::filesystem::path& directory, Diagnostics& faults) {
    return Manifest(faults).joined(std::move(document), directory);
}

}  // namespace cifra
