#include "questionnaires/forms/form_xform.h"

#include <fmt/format.h>
#include <functional>
#include <pugixml.hpp>
#include <sstream>

#include "questionnaires/forms/form_paths.h"

namespace cifra {
namespace {

using pugi::xml_node;

xml_node add(xml_node parent, const char* name) { return parent.append_child(name); }

void set(xml_node node, const char* name, const std::string& value) {
    if (!value.empty()) node.append_attribute(name) = value.c_str();
}

bool holds_items(ItemKind kind) { return kind == ItemKind::group || kind == ItemKind::repeat; }
bool is_select(ItemKind kind) { return kind == ItemKind::select_one || kind == ItemKind::select_multiple; }
bool is_shown(ItemKind kind) { return kind != ItemKind::calculate && kind != ItemKind::today; }

const char* data_type(ItemKind kind) {
    switch (kind) {
        case ItemKind::integer:
            return "int";
        case ItemKind::decimal:
            return "decimal";
        case ItemKind::date:
        case ItemKind::today:
            return "date";
        default:
            return "string";
    }
}

const char* control(ItemKind kind) {
    switch (kind) {
        case ItemKind::select_one:
            return "select1";
        case ItemKind::select_multiple:
            return "select";
        case ItemKind::acknowledge:
            return "trigger";
        default:
            return "input";
    }
}

std::string text_call(const std::string& id) { return "jr:itext('" + id + "')"; }

class Writer {
public:
    explicit Writer(const ClientForm& form) : form_(form), paths_(form) {}

    std::string write() {
        xml_node html = add(document_, "h:html");
        namespaces(html);
        xml_node head = add(html, "h:head");
        add(head, "h:title").text() = form_.title.c_str();
        xml_node model = add(head, "model");
        set(model, "odk:xforms-version", "1.0.0");
        texts(model);
        answers(add(model, "instance"));
        for (const ChoiceList& list : form_.lists) choices(model, list);
        for_each_item(form_, [&](const FormItem& item, const std::string&) { bind(model, item); });
        bind_identity(model);
        xml_node body = add(html, "h:body");
        controls(body, form_.items);
        std::ostringstream out;
        document_.save(out, " ", pugi::format_raw, pugi::encoding_utf8);
        return out.str();
    }

private:
    static void namespaces(xml_node html) {
        set(html, "xmlns", "http://www.w3.org/2002/xforms");
        set(html, "xmlns:h", "http://www.w3.org/1999/xhtml");
        set(html, "xmlns:jr", "http://openrosa.org/javarosa");
        set(html, "xmlns:odk", "http://www.opendatakit.org/xforms");
        set(html, "xmlns:xsd", "http://www.w3.org/2001/XMLSchema");
    }

    void texts(xml_node model) const {
        xml_node itext = add(model, "itext");
        for (const std::string& language : form_.languages) {
            xml_node translation = add(itext, "translation");
            set(translation, "lang", language_name(language));
            if (language == form_.languages.front()) set(translation, "default", "true()");
            for_each_item(form_, [&](const FormItem& item, const std::string&) {
                text(translation, item, "label", item.label, language);
                text(translation, item, "hint", item.hint, language);
                text(translation, item, "jr:constraintMsg", item.message, language);
            });
            for (const ChoiceList& list : form_.lists) list_texts(translation, list, language);
        }
    }

    std::string text_id(const FormItem& item, const std::string& part) const {
        return paths_.path(item.name) + ":" + part;
    }

    void text(xml_node translation, const FormItem& item, const std::string& part, const Labels& labels,
              const std::string& language) const {
        if (labels.empty()) return;
        xml_node entry = add(translation, "text");
        set(entry, "id", text_id(item, part));
        words(add(entry, "value"), label_in(labels, language, ""),
              [&](const std::string& name) { return paths_.resolved("${" + name + "}", item.name); });
    }

    static void words(xml_node value, const std::string& text,
                      const std::function<std::string(const std::string&)>& path) {
        const auto plain = [&](const std::string& some) {
            value.append_child(pugi::node_pcdata).set_value(some.c_str());
        };
        for_each_reference(text, plain,
                           [&](const std::string& name) { set(add(value, "output"), "value", path(name)); });
    }

    void list_texts(xml_node translation, const ChoiceList& list, const std::string& language) const {
        for (std::size_t k = 0; k < list.codes.size(); ++k) {
            xml_node entry = add(translation, "text");
            set(entry, "id", fmt::format("{}-{}", list.name, k));
            words(add(entry, "value"), label_in(list.codes[k].label, language, list.codes[k].code),
                  [&](const std::string& name) { return paths_.path(name); });
        }
    }

    void answers(xml_node instance) const {
        xml_node data = add(instance, "data");
        set(data, "id", form_.id);
        set(data, "version", form_.version);
        nodes(data, form_.items);
        add(add(data, "meta"), "instanceID");
    }

    // A repeat stands as a template and once by itself: clients differ in which of the two they open a form with.
    static void nodes(xml_node parent, const std::vector<FormItem>& items) {
        for (const FormItem& item : items) {
            xml_node node = add(parent, item.name.c_str());
            nodes(node, item.items);
            if (item.kind != ItemKind::repeat) continue;
            node.append_attribute("jr:template") = "";
            nodes(add(parent, item.name.c_str()), item.items);
        }
    }

    static void choices(xml_node model, const ChoiceList& list) {
        xml_node instance = add(model, "instance");
        set(instance, "id", list.name);
        xml_node root = add(instance, "root");
        for (std::size_t k = 0; k < list.codes.size(); ++k) {
            xml_node item = add(root, "item");
            add(item, "itextId").text() = fmt::format("{}-{}", list.name, k).c_str();
            add(item, "name").text() = list.codes[k].code.c_str();
        }
    }

    void bind(xml_node model, const FormItem& item) const {
        if (holds_items(item.kind) && item.relevant.empty()) return;
        xml_node bind = add(model, "bind");
        const auto expression = [&](const char* name, const std::string& text) {
            set(bind, name, paths_.resolved(text, item.name));
        };
        set(bind, "nodeset", paths_.path(item.name));
        if (!holds_items(item.kind)) set(bind, "type", data_type(item.kind));
        expression("calculate", item.calculation);
        expression("relevant", item.relevant);
        expression("constraint", item.constraint);
        if (!item.message.empty()) set(bind, "jr:constraintMsg", text_call(text_id(item, "jr:constraintMsg")));
        if (item.required) set(bind, "required", "true()");
        if (item.read_only || item.kind == ItemKind::note) set(bind, "readonly", "true()");
        if (item.kind != ItemKind::today) return;
        set(bind, "jr:preload", "date");
        set(bind, "jr:preloadParams", "today");
    }

    static void bind_identity(xml_node model) {
        xml_node bind = add(model, "bind");
        set(bind, "nodeset", "/data/meta/instanceID");
        set(bind, "type", "string");
        set(bind, "readonly", "true()");
        set(bind, "jr:preload", "uid");
    }

    void controls(xml_node parent, const std::vector<FormItem>& items) const {
        for (const FormItem& item : items) {
            if (!is_shown(item.kind)) continue;
            const std::string& path = paths_.path(item.name);
            xml_node node = add(parent, holds_items(item.kind) ? "group" : control(item.kind));
            set(node, "ref", path);
            set(node, "appearance", item.appearance);
            if (!item.label.empty()) set(add(node, "label"), "ref", text_call(text_id(item, "label")));
            if (!item.hint.empty()) set(add(node, "hint"), "ref", text_call(text_id(item, "hint")));
            if (is_select(item.kind)) itemset(node, item);
            if (item.kind == ItemKind::group) controls(node, item.items);
            if (item.kind == ItemKind::repeat) controls(repeat(node, item), item.items);
        }
    }

    xml_node repeat(xml_node group, const FormItem& item) const {
        xml_node node = add(group, "repeat");
        set(node, "nodeset", paths_.path(item.name));
        set(node, "jr:count", paths_.resolved("${" + item.count + "}", item.name));
        set(node, "jr:noAddRemove", "true()");
        return node;
    }

    void itemset(xml_node node, const FormItem& item) const {
        const std::string filter =
            item.choice_filter.empty() ? "" : "[" + paths_.resolved(item.choice_filter, item.name) + "]";
        xml_node set_of = add(node, "itemset");
        set(set_of, "nodeset", fmt::format("instance('{}')/root/item{}", item.list, filter));
        set(add(set_of, "value"), "ref", "name");
        set(add(set_of, "label"), "ref", "jr:itext(itextId)");
    }

    const ClientForm& form_;
    FormPaths paths_;
    pugi::xml_document document_;
};

}  // namespace

std::string form_xform(const ClientForm& form) { return Writer(form).write(); }

}  // namespace cifra
