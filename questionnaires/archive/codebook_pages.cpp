#include "questionnaires/archive/codebook_pages.h"

#include <fmt/format.h>
#include <map>

#include "engine/markup.h"
#include "questionnaires/archive/variables.h"

namespace cifra {
namespace {

constexpr std::string_view style =
    "body{font:15px/1.45 'Source Sans 3','Noto Sans','DejaVu Sans',Arial,sans-serif;color:#1d2731;max-width:62rem;"
    "margin:2rem auto;padding:0 1rem}h1,h2,h3{color:#16425b}h3{margin:0}article{border-top:1px solid #ccd6dd;"
    "padding:.8rem 0;break-inside:avoid}code{font-size:.92em;overflow-wrap:anywhere}.universe{color:#8a4b08}"
    ".note,.missing{color:#5b6b78}table{border-collapse:collapse}td{padding:.1rem .8rem .1rem 0;vertical-align:top}"
    "nav{columns:3 14rem}nav a{display:block;overflow-wrap:anywhere}a{color:#16425b}";

std::string word(const std::string& key, const std::string& language) {
    static const std::map<std::string, std::pair<const char*, const char*>> words = {
        {"codebook", {"Codebook", "Libro de códigos"}},
        {"asked", {"Asked if", "Se pregunta si"}},
        {"everyone", {"Asked of everyone of the file", "Se pregunta a todo el archivo"}},
        {"range", {"Valid range", "Rango válido"}}};
    const auto& [english, spanish] = words.at(key);
    return language == "es" ? spanish : english;
}

class Page {
public:
    Page(const Instrument& instrument, const std::string& language)
        : instrument_(instrument), language_(language), files_(archive_files(instrument)) {}

    std::string run() const {
        std::string body =
            fmt::format("<h1>{}</h1>\n<p>{} · {} · {}</p>\n", title(), word("codebook", language_),
                        escape_markup(instrument_.version), escape_markup(period_text(instrument_.period, language_)));
        for (const ArchiveFile& file : files_) body += contents(file);
        for (const ArchiveFile& file : files_) {
            body += heading(file);
            for (const ArchiveVariable& variable : file.variables) body += article(file, variable);
        }
        return fmt::format(
            "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"{0}\" xml:lang=\"{0}\">\n<head><meta "
            "charset=\"utf-8\"/><meta name=\"viewport\" content=\"width=device-width\"/><title>{1}</title>\n"
            "<style>{2}</style></head>\n<body>\n{3}</body>\n</html>\n",
            escape_markup(language_), title(), style, body);
    }

private:
    std::string title() const { return escape_markup(label_in(instrument_.title, language_, instrument_.name)); }

    std::string heading(const ArchiveFile& file) const {
        return fmt::format("<h2>{} <code>{}</code></h2>\n", escape_markup(label_in(file.what, language_, file.name)),
                           escape_markup(file.name));
    }

    static std::string anchor(const ArchiveFile& file, const ArchiveVariable& variable) {
        return file.name.substr(0, file.name.find('.')) + "-" + variable.variable.name;
    }

    std::string contents(const ArchiveFile& file) const {
        std::string text = heading(file) + "<nav>\n";
        for (const ArchiveVariable& variable : file.variables)
            text += fmt::format("<a href=\"#{}\">{}</a>\n", anchor(file, variable), variable.variable.name);
        return text + "</nav>\n";
    }

    std::string article(const ArchiveFile& file, const ArchiveVariable& described) const {
        std::string text =
            fmt::format("<article id=\"{}\"><h3><code>{}</code> {}</h3>\n", anchor(file, described),
                        described.variable.name, escape_markup(variable_label(described, instrument_, language_)));
        if (!described.question.empty()) {
            text += fmt::format("<p>{}</p>\n", escape_markup(label_in(described.question, language_, "")));
            text += universe(described);
        }
        if (!described.instruction.empty())
            text += fmt::format("<p class=\"note\">{}</p>\n",
                                escape_markup(label_in(described.instruction, language_, "")));
        return text + codes(described) + "</article>\n";
    }

    std::string universe(const ArchiveVariable& described) const {
        if (described.universe.empty())
            return fmt::format("<p class=\"universe\">{}</p>\n", word("everyone", language_));
        return fmt::format("<p class=\"universe\">{} <code>{}</code></p>\n", word("asked", language_),
                           escape_markup(described.universe));
    }

    std::string codes(const ArchiveVariable& described) const {
        std::string rows;
        for (const auto& [code, labels] : described.variable.categories)
            rows += fmt::format("<tr><td><code>{}</code></td><td>{}</td></tr>\n", escape_markup(code),
                                escape_markup(label_in(labels, language_, code)));
        for (const auto& [code, kind] : described.variable.missing)
            rows += fmt::format("<tr class=\"missing\"><td><code>{}</code></td><td>{}</td></tr>\n", escape_markup(code),
                                missing_label(kind, language_));
        std::string text;
        if (described.low && described.high)
            text = fmt::format("<p>{}: {}–{}</p>\n", word("range", language_), shortest(*described.low),
                               shortest(*described.high));
        return rows.empty() ? text : text + "<table><tbody>\n" + rows + "</tbody></table>\n";
    }

    const Instrument& instrument_;
    const std::string& language_;
    std::vector<ArchiveFile> files_;
};

}  // namespace

std::string codebook_html(const Instrument& instrument, const std::string& language) {
    return Page(instrument, language).run();
}

Table codebook_table(const Instrument& instrument, const std::string& language) {
    static const std::vector<std::string> names = {"file",     "variable", "type",       "label",  "question",
                                                   "universe", "code",     "code_label", "missing"};
    std::vector<std::vector<std::string>> columns(names.size());
    const auto add = [&](const std::vector<std::string>& cells) {
        for (std::size_t c = 0; c < cells.size(); ++c) columns[c].push_back(cells[c]);
    };
    for (const ArchiveFile& file : archive_files(instrument)) {
        for (const ArchiveVariable& described : file.variables) {
            const Variable& variable = described.variable;
            const std::vector<std::string> head = {file.name,
                                                   variable.name,
                                                   variable.type == ColumnType::number ? "number" : "text",
                                                   variable_label(described, instrument, language),
                                                   label_in(described.question, language, ""),
                                                   described.universe};
            const auto row = [&](const std::string& code, const std::string& label, std::string_view kind) {
                std::vector<std::string> cells = head;
                cells.insert(cells.end(), {code, label, std::string(kind)});
                add(cells);
            };
            for (const auto& [code, labels] : variable.categories) row(code, label_in(labels, language, code), "");
            for (const auto& [code, kind] : variable.missing) row(code, missing_label(kind, language), to_text(kind));
            if (variable.categories.empty() && variable.missing.empty()) row("", "", "");
        }
    }
    Table table;
    for (std::size_t c = 0; c < names.size(); ++c) table.set(names[c], Column::of_texts(columns[c]));
    return table;
}

}  // namespace cifra
