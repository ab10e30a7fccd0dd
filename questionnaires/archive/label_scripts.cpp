#include "questionnaires/archive/label_scripts.h"

#include <fmt/format.h>
#include <functional>

#include "questionnaires/archive/variables.h"

namespace cifra {
namespace {

std::string one_line(const std::string& text) {
    std::string result;
    for (const char c : text) result += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    return result;
}

// 'it''s'
std::string spss_quoted(const std::string& text) {
    std::string result = "'";
    for (const char c : one_line(text)) result += c == '\'' ? "''" : std::string(1, c);
    return result + "'";
}

// `"text"': holds quotes, but neither a macro's opening nor its own end.
std::string stata_quoted(const std::string& text) {
    std::string result = "`\"";
    for (const char c : one_line(text)) {
        if (c == '`')
            result += '\'';
        else if (c == '$')
            result += "\\$";
        else
            result += c;
    }
    for (std::size_t at = result.find("\"'"); at != std::string::npos; at = result.find("\"'", at)) result.erase(at, 1);
    return result + "\"'";
}

std::string r_quoted(const std::string& text) {
    std::string result = "\"";
    for (const char c : one_line(text)) {
        if (c == '"' || c == '\\') result += '\\';
        result += c;
    }
    return result + "\"";
}

using Codes = std::vector<std::pair<std::string, std::string>>;  // code, label

Codes codes_of(const ArchiveVariable& described, const std::string& language) {
    Codes codes;
    for (const auto& [code, labels] : described.variable.categories)
        codes.emplace_back(code, label_in(labels, language, code));
    for (const auto& [code, kind] : described.variable.missing) codes.emplace_back(code, missing_label(kind, language));
    return codes;
}

bool is_number(const ArchiveVariable& described) { return described.variable.type == ColumnType::number; }

std::string stem(const ArchiveFile& file) { return file.name.substr(0, file.name.find('.')); }

std::string spss_file(const ArchiveFile& file, const Instrument& instrument, const std::string& language) {
    std::string text = fmt::format(
        "GET DATA /TYPE=TXT /FILE='{}' /ENCODING='UTF8' /DELIMITERS=',' /QUALIFIER='\"'\n"
        "  /ARRANGEMENT=DELIMITED /FIRSTCASE=2 /VARIABLES=",
        file.name);
    for (const ArchiveVariable& v : file.variables)
        text += fmt::format("\n  {} {}", v.variable.name, is_number(v) ? "F17.6" : "A200");
    text += ".\nVARIABLE LABELS";
    for (const ArchiveVariable& v : file.variables)
        text += fmt::format("\n  {} {}", v.variable.name, spss_quoted(variable_label(v, instrument, language)));
    text += ".\n";
    for (const ArchiveVariable& v : file.variables) {
        const auto value = [&](const std::string& code) { return is_number(v) ? code : spss_quoted(code); };
        const Codes codes = codes_of(v, language);
        if (!codes.empty()) text += fmt::format("VALUE LABELS {}", v.variable.name);
        for (const auto& [code, label] : codes) text += fmt::format("\n  {} {}", value(code), spss_quoted(label));
        if (!codes.empty()) text += ".\n";
        std::string missing;
        for (const auto& [code, kind] : v.variable.missing) missing += (missing.empty() ? "" : " ") + value(code);
        // Strings of more than 8 bytes take no user-missing values unless they are cut to size first.
        if (!missing.empty() && !is_number(v)) text += fmt::format("ALTER TYPE {} (AMIN).\n", v.variable.name);
        if (!missing.empty()) text += fmt::format("MISSING VALUES {} ({}).\n", v.variable.name, missing);
    }
    return text + fmt::format("SAVE OUTFILE='{}.sav'.\n", stem(file));
}

std::string stata_file(const ArchiveFile& file, const Instrument& instrument, const std::string& language) {
    std::string text = fmt::format(
        "import delimited using \"{}\", clear varnames(1) case(preserve) stringcols(_all) encoding(\"utf-8\")\n",
        file.name);
    for (const ArchiveVariable& v : file.variables) {
        const std::string& name = v.variable.name;
        text += fmt::format("label variable {} {}\n", name, stata_quoted(variable_label(v, instrument, language, 80)));
        for (const auto& [code, label] : codes_of(v, language))
            text += fmt::format("notes {}: {}\n", name, stata_quoted(code + " = " + label));
        if (!is_number(v)) continue;
        std::string rules, labels;
        for (const auto& [code, kind] : v.variable.missing) {
            const char* extended = kind == Missing::dont_know ? ".d" : kind == Missing::refused ? ".r" : ".n";
            rules += fmt::format("{}{}={}", rules.empty() ? "" : " \\ ", code, extended);
            labels += fmt::format(" {} {}", extended, stata_quoted(missing_label(kind, language)));
        }
        text += fmt::format("destring {}, replace\n", name);
        if (!rules.empty())
            text += fmt::format("mvdecode {0}, mv({1})\nlabel define {0}{2}, replace\nlabel values {0} {0}\n", name,
                                rules, labels);
    }
    return text + fmt::format("save \"{}.dta\", replace\n", stem(file));
}

std::string r_vector(const Codes& codes) {
    std::string text;
    for (const auto& [name, value] : codes)
        text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", r_quoted(name), r_quoted(value));
    return "c(" + text + ")";
}

std::string r_file(const ArchiveFile& file, const Instrument& instrument, const std::string& language) {
    const std::string table = stem(file);
    std::string text =
        fmt::format("{0} <- read.csv(\"{1}\", colClasses = \"character\", na.strings = \"\", encoding = \"UTF-8\")\n",
                    table, file.name);
    for (const ArchiveVariable& v : file.variables) {
        Codes missing, categories;
        for (const auto& [code, kind] : v.variable.missing) missing.emplace_back(code, std::string(to_text(kind)));
        for (const auto& [code, labels] : v.variable.categories)
            categories.emplace_back(code, label_in(labels, language, code));
        text += fmt::format("{0}${1} <- labelled_column({0}${1}, {2}, {3}, {4}, {5})\n", table, v.variable.name,
                            r_quoted(variable_label(v, instrument, language)), is_number(v) ? "TRUE" : "FALSE",
                            r_vector(categories), r_vector(missing));
    }
    return text;
}

constexpr std::string_view r_function =
    "labelled_column <- function(x, label, number, categories, missing) {\n"
    "  kind <- unname(missing[x])\n"
    "  x[x %in% names(missing)] <- NA\n"
    "  if (number) x <- as.numeric(x)\n"
    "  if (length(categories) > 0) x <- factor(x, levels = names(categories), labels = categories)\n"
    "  structure(x, label = label, missing = kind)\n"
    "}\n";

using FileScript = std::function<std::string(const ArchiveFile&, const Instrument&, const std::string&)>;

std::string all_files(const Instrument& instrument, const std::string& language, const FileScript& script) {
    std::string text;
    for (const ArchiveFile& file : archive_files(instrument))
        if (!file.variables.empty()) text += script(file, instrument, language);
    return text;
}

}  // namespace

std::string spss_script(const Instrument& instrument, const std::string& language) {
    return "* Encoding: UTF-8.\n" + all_files(instrument, language, spss_file);
}

std::string stata_script(const Instrument& instrument, const std::string& language) {
    return "version 14\n" + all_files(instrument, language, stata_file);
}

std::string r_script(const Instrument& instrument, const std::string& language) {
    return std::string(r_function) + all_files(instrument, language, r_file);
}

}  // namespace cifra
