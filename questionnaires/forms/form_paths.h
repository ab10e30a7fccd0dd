// Where the items of a form stand in its answers: /data, the groups and repeats, the item.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "questionnaires/forms/client_form.h"

namespace cifra {

// Every item, groups and repeats before what they hold; `repeat` is the name of the repeat around it, or "".
void for_each_item(const ClientForm& form,
                   const std::function<void(const FormItem& item, const std::string& repeat)>& visit);

class FormPaths {
public:
    explicit FormPaths(const ClientForm& form);

    // "/data/members/age". Throws std::out_of_range for a name that the form does not have.
    const std::string& path(const std::string& name) const { return places_.at(name).path; }

    // `text` with each ${name} replaced, as read from the item `reader`: "../age" where both stand in one instance of a
    // repeat, which may hold others, else the path. A predicate that names what stands in the reader's own repeat has
    // no such path: clients differ in where it would begin.
    std::string resolved(const std::string& text, const std::string& reader) const;

private:
    struct Place {
        std::string path;
        std::vector<std::string> repeats;  // paths of those around it, the innermost last
    };
    void collect(const std::vector<FormItem>& items, const std::string& path, const std::vector<std::string>& repeats);
    static std::string between(const Place& reader, const std::string& path);
    std::map<std::string, Place> places_;
};

// Cuts `text` at its ${name}: `plain` gets what stands between, `name` the names, in turn.
void for_each_reference(const std::string& text, const std::function<void(const std::string&)>& plain,
                        const std::function<void(const std::string&)>& name);

}  // namespace cifra
