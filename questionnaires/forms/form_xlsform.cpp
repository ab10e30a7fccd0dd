#include "questionnaires/forms/form_xlsform.h"

#include <algorithm>

#include "engine/workbook.h"

namespace cifra {
namespace {

std::string type_of(const FormItem& item) {
    switch (item.kind) {
        case ItemKind::group:
            return "begin_group";
        case ItemKind::repeat:
            return "begin_repeat";
        case ItemKind::select_one:
            return "select_one " + item.list;
        case ItemKind::select_multiple:
            return "select_multiple " + item.list;
        case ItemKind::integer:
            return "integer";
        case ItemKind::decimal:
            return "decimal";
        case ItemKind::text:
            return "text";
        case ItemKind::date:
            return "date";
        case ItemKind::today:
            return "today";
        case ItemKind::note:
            return "note";
        case ItemKind::acknowledge:
            return "acknowledge";
        case ItemKind::calculate:
            return "calculate";
    }
    return {};
}

// A sheet filled by the names of its columns, which stand in the first row.
class Columns {
public:
    Columns(Sheet& sheet, const std::vector<std::string>& names) : sheet_(sheet), names_(names) {
        for (std::size_t c = 0; c < names.size(); ++c)
            sheet.write(0, static_cast<std::uint16_t>(c), names[c], {.bold = true});
        sheet.freeze(1, 0);
    }
    void next_row() { ++row_; }
    void put(const std::string& column, const std::string& text) {
        const auto found = std::find(names_.begin(), names_.end(), column);
        if (!text.empty()) sheet_.write(row_, static_cast<std::uint16_t>(found - names_.begin()), text);
    }
    void put(const std::string& column, const Labels& texts, const std::vector<std::string>& languages) {
        if (texts.empty()) return;
        for (const std::string& language : languages)
            put(column + "::" + language_name(language), label_in(texts, language, ""));
    }

private:
    Sheet& sheet_;
    std::vector<std::string> names_;
    std::uint32_t row_ = 0;
};

std::vector<std::string> column_names(const std::vector<std::string>& plain, const std::vector<std::string>& spoken,
                                      const std::vector<std::string>& languages) {
    std::vector<std::string> names = plain;
    for (const std::string& column : spoken)
        for (const std::string& language : languages) names.push_back(column + "::" + language_name(language));
    return names;
}

void write_items(Columns& survey, const std::vector<FormItem>& items, const std::vector<std::string>& languages) {
    for (const FormItem& item : items) {
        survey.next_row();
        survey.put("type", type_of(item));
        survey.put("name", item.name);
        survey.put("label", item.label, languages);
        survey.put("hint", item.hint, languages);
        survey.put("relevant", item.relevant);
        survey.put("constraint", item.constraint);
        survey.put("constraint_message", item.message, languages);
        survey.put("calculation", item.calculation);
        survey.put("choice_filter", item.choice_filter);
        survey.put("appearance", item.appearance);
        if (item.required) survey.put("required", "yes");
        if (item.read_only) survey.put("read_only", "yes");
        if (item.kind == ItemKind::repeat) survey.put("repeat_count", "${" + item.count + "}");
        write_items(survey, item.items, languages);
        if (item.kind != ItemKind::group && item.kind != ItemKind::repeat) continue;
        survey.next_row();
        survey.put("type", item.kind == ItemKind::group ? "end_group" : "end_repeat");
    }
}

void write_choices(Columns& choices, const ClientForm& form) {
    for (const ChoiceList& list : form.lists)
        for (const Code& code : list.codes) {
            choices.next_row();
            choices.put("list_name", list.name);
            choices.put("name", code.code);
            choices.put("label", code.label, form.languages);
        }
}

void write_settings(Columns& settings, const ClientForm& form) {
    settings.next_row();
    settings.put("form_title", form.title);
    settings.put("form_id", form.id);
    settings.put("version", form.version);
    settings.put("default_language", language_name(form.languages.front()));
}

}  // namespace

std::string form_xlsform(const ClientForm& form) {
    Workbook book;
    Columns survey(book.add("survey"),
                   column_names({"type", "name", "required", "relevant", "constraint", "calculation", "choice_filter",
                                 "repeat_count", "read_only", "appearance"},
                                {"label", "hint", "constraint_message"}, form.languages));
    write_items(survey, form.items, form.languages);
    Columns choices(book.add("choices"), column_names({"list_name", "name"}, {"label"}, form.languages));
    write_choices(choices, form);
    Columns settings(book.add("settings"), {"form_title", "form_id", "version", "default_language"});
    write_settings(settings, form);
    return book.bytes();
}

}  // namespace cifra
