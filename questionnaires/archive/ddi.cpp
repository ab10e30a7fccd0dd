#include "questionnaires/archive/ddi.h"

#include <fmt/format.h>
#include <pugixml.hpp>
#include <set>
#include <sstream>

#include "engine/iccs.h"
#include "questionnaires/archive/variables.h"

namespace cifra {
namespace {

// What XML 1.0 cannot hold, however escaped, is left out.
std::string allowed(const std::string& text) {
    std::string result;
    for (const char c : text)
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n') result += c;
    return result;
}

pugi::xml_node add(pugi::xml_node parent, const char* name, const std::string& text) {
    pugi::xml_node node = parent.append_child(name);
    node.text().set(allowed(text).c_str());
    return node;
}

void set(pugi::xml_node node, const char* name, const std::string& value) {
    node.append_attribute(name).set_value(allowed(value).c_str());
}

void add_by_language(pugi::xml_node parent, const char* name, const Labels& labels, const Instrument& instrument) {
    for (const auto& [language, text] : labels)
        set(add(parent, name, text), "xml:lang", language.empty() ? instrument.languages.front() : language);
}

class Writing {
public:
    explicit Writing(const Instrument& instrument) : instrument_(instrument), files_(archive_files(instrument)) {}

    std::string run() {
        pugi::xml_node declaration = document_.prepend_child(pugi::node_declaration);
        set(declaration, "version", "1.0");
        set(declaration, "encoding", "UTF-8");
        pugi::xml_node book = document_.append_child("codeBook");
        set(book, "xmlns", "ddi:codebook:2_5");
        set(book, "version", "2.5");
        set(book, "xml:lang", instrument_.languages.front());
        study(book.append_child("stdyDscr"));
        for (std::size_t f = 0; f < files_.size(); ++f) file(book.append_child("fileDscr"), f);
        pugi::xml_node data = book.append_child("dataDscr");
        for (std::size_t f = 0; f < files_.size(); ++f)
            for (const ArchiveVariable& variable : files_[f].variables) add_variable(data, variable, f);
        std::ostringstream stream;
        document_.save(stream, "  ", pugi::format_default, pugi::encoding_utf8);
        return stream.str();
    }

private:
    void study(pugi::xml_node node) {
        pugi::xml_node titles = node.append_child("citation").append_child("titlStmt");
        const std::string& source = instrument_.languages.front();
        set(add(titles, "titl", label_in(instrument_.title, source, instrument_.name)), "xml:lang", source);
        for (const auto& [language, title] : instrument_.title)
            if (!language.empty() && language != source) set(add(titles, "parTitl", title), "xml:lang", language);
        add(titles, "IDNo", fmt::format("{} {}", instrument_.name, instrument_.version));
        pugi::xml_node summary = node.append_child("stdyInfo").append_child("sumDscr");
        const YearMonth first = first_month(instrument_.period);
        period(summary, "start", first.year, first.month);
        period(summary, "end", instrument_.period.year, instrument_.period.month);
    }

    static void period(pugi::xml_node summary, const char* event, int year, int month) {
        const std::string date = fmt::format("{:04}-{:02}", year, month);
        pugi::xml_node node = add(summary, "timePrd", date);
        set(node, "event", event);
        set(node, "date", date);
    }

    static std::string file_id(std::size_t file) { return fmt::format("F{}", file + 1); }

    void file(pugi::xml_node node, std::size_t index) {
        set(node, "ID", file_id(index));
        pugi::xml_node text = node.append_child("fileTxt");
        add(text, "fileName", files_[index].name);
        add_by_language(text, "fileCont", files_[index].what, instrument_);
        add(text.append_child("dimensns"), "varQnty", fmt::format("{}", files_[index].variables.size()));
        add(text, "fileType", "CSV, UTF-8");
    }

    void add_variable(pugi::xml_node data, const ArchiveVariable& described, std::size_t file) {
        const Variable& variable = described.variable;
        const bool number = variable.type == ColumnType::number;
        pugi::xml_node node = data.append_child("var");
        set(node, "ID", fmt::format("{}_{}", file_id(file), variable.name));
        set(node, "name", variable.name);
        set(node, "files", file_id(file));
        set(node, "intrvl", number ? "contin" : "discrete");
        add_by_language(node, "labl", variable.label, instrument_);
        add_question(node, described);
        add_ranges(node, described);
        if (!described.universe.empty()) add(node, "universe", described.universe);
        for (const auto& [code, labels] : variable.categories) category(node, code, labels);
        for (const auto& [code, kind] : variable.missing) missing_category(node, code, kind);
        add_concept(node, described);
        set(node.append_child("varFormat"), "type", number ? "numeric" : "character");
    }

    void add_question(pugi::xml_node node, const ArchiveVariable& described) {
        if (described.question.empty()) return;
        pugi::xml_node question = node.append_child("qstn");
        add_by_language(question, "qstnLit", described.question, instrument_);
        add_by_language(question, "ivuInstr", described.instruction, instrument_);
    }

    static void add_ranges(pugi::xml_node node, const ArchiveVariable& described) {
        if (described.low && described.high) {
            pugi::xml_node range = node.append_child("valrng").append_child("range");
            set(range, "min", shortest(*described.low));
            set(range, "max", shortest(*described.high));
        }
        if (described.variable.missing.empty()) return;
        pugi::xml_node invalid = node.append_child("invalrng");
        for (const auto& [code, kind] : described.variable.missing) set(invalid.append_child("item"), "VALUE", code);
    }

    void category(pugi::xml_node node, const std::string& code, const Labels& labels) {
        pugi::xml_node category = node.append_child("catgry");
        add(category, "catValu", code);
        add_by_language(category, "labl", labels, instrument_);
    }

    void missing_category(pugi::xml_node node, const std::string& code, Missing kind) {
        pugi::xml_node category = node.append_child("catgry");
        set(category, "missing", "Y");
        add(category, "catValu", code);
        for (const std::string& language : instrument_.languages)
            set(add(category, "labl", missing_label(kind, language)), "xml:lang", language);
    }

    static void add_concept(pugi::xml_node node, const ArchiveVariable& described) {
        const IccsCode* code = described.iccs.empty() ? nullptr : find_iccs(described.iccs);
        if (!code) return;
        pugi::xml_node term = add(node, "concept", fmt::format("{} {}", described.iccs, code->title_en));
        set(term, "vocab", "ICCS");
    }

    const Instrument& instrument_;
    std::vector<ArchiveFile> files_;
    pugi::xml_document document_;
};

}  // namespace

std::string ddi_codebook(const Instrument& instrument) { return Writing(instrument).run(); }

}  // namespace cifra
