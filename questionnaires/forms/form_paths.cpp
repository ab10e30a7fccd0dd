#include "questionnaires/forms/form_paths.h"

#include <algorithm>

namespace cifra {
namespace {

void visit_all(const std::vector<FormItem>& items, const std::string& repeat,
               const std::function<void(const FormItem&, const std::string&)>& visit) {
    for (const FormItem& item : items) {
        visit(item, repeat);
        visit_all(item.items, item.kind == ItemKind::repeat ? item.name : repeat, visit);
    }
}

}  // namespace

void for_each_item(const ClientForm& form, const std::function<void(const FormItem&, const std::string&)>& visit) {
    visit_all(form.items, "", visit);
}

FormPaths::FormPaths(const ClientForm& form) { collect(form.items, "/data", {}); }

void FormPaths::collect(const std::vector<FormItem>& items, const std::string& path,
                        const std::vector<std::string>& repeats) {
    for (const FormItem& item : items) {
        const std::string own = path + "/" + item.name;
        places_[item.name] = {own, repeats};
        std::vector<std::string> around = repeats;
        if (item.kind == ItemKind::repeat) around.push_back(own);
        collect(item.items, own, around);
    }
}

std::string FormPaths::between(const Place& reader, const std::string& path) {
    const auto holds_both = [&](const std::string& repeat) { return path.starts_with(repeat + "/"); };
    const auto shared = std::find_if(reader.repeats.rbegin(), reader.repeats.rend(), holds_both);
    if (shared == reader.repeats.rend()) return path;
    const auto from = reader.path.begin() + static_cast<std::ptrdiff_t>(shared->size());
    std::string up;
    for (auto steps = std::count(from, reader.path.end(), '/'); steps > 0; --steps) up += "../";
    return up + path.substr(shared->size() + 1);
}

std::string FormPaths::resolved(const std::string& text, const std::string& reader) const {
    const Place& from = places_.at(reader);
    std::string result;
    for_each_reference(
        text, [&](const std::string& plain) { result += plain; },
        [&](const std::string& name) { result += between(from, places_.at(name).path); });
    return result;
}

void for_each_reference(const std::string& text, const std::function<void(const std::string&)>& plain,
                        const std::function<void(const std::string&)>& name) {
    std::size_t at = 0;
    for (std::size_t open = text.find("${"); open != std::string::npos; open = text.find("${", at)) {
        const std::size_t close = text.find('}', open);
        if (close == std::string::npos) break;
        if (open > at) plain(text.substr(at, open - at));
        name(text.substr(open + 2, close - open - 2));
        at = close + 1;
    }
    if (at < text.size()) plain(text.substr(at));
}

}  // namespace cifra
