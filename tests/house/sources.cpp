#include "tests/house/sources.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>

namespace cifra::house {

namespace {

SourceFile read_source(const std::filesystem::path& path) {
    SourceFile file{std::filesystem::relative(path, CIFRA_SOURCE_DIR).generic_string(), {}};
    std::ifstream stream(path);
    for (std::string line; std::getline(stream, line);) file.lines.push_back(line);
    return file;
}

std::vector<SourceFile> sources_below(const std::vector<std::string>& folders) {
    std::vector<SourceFile> files;
    for (const std::string& folder : folders) {
        const std::filesystem::path root = std::filesystem::path(CIFRA_SOURCE_DIR) / folder;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
            const std::string ending = entry.path().extension().string();
            if (ending == ".h" || ending == ".cpp") files.push_back(read_source(entry.path()));
        }
    }
    std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
    return files;
}

// The position after the literal that begins at `at` with the quote `text[at]`.
std::size_t after_literal(const std::string& text, std::size_t at) {
    const char quote = text[at];
    for (++at; at < text.size() && text[at] != quote; ++at)
        if (text[at] == '\\') ++at;
    return std::min(at + 1, text.size());
}

std::size_t after_raw_string(const std::string& text, std::size_t at) {
    const std::size_t open = text.find('(', at);
    const std::string close = ")" + text.substr(at + 2, open - at - 2) + "\"";
    const std::size_t end = text.find(close, open);
    return end == std::string::npos ? text.size() : end + close.size();
}

// The position after the comment, literal or preprocessor line that begins at `at`, or `at` where none does.
std::size_t after_void(const std::string& text, std::size_t at) {
    const auto begins = [&](const char* mark) { return text.compare(at, std::string_view(mark).size(), mark) == 0; };
    const bool follows_digit = at > 0 && std::isxdigit(static_cast<unsigned char>(text[at - 1])) != 0;
    if (begins("//")) return text.find('\n', at);
    if (begins("#") && (at == 0 || text[at - 1] == '\n')) return text.find('\n', at);
    if (begins("/*")) return std::min(text.find("*/", at) + 2, text.size());
    if (begins("R\"")) return after_raw_string(text, at);
    if (begins("\"") || (begins("'") && !follows_digit)) return after_literal(text, at);
    return at;
}

std::string trimmed(const std::string& text) {
    const std::size_t first = text.find_first_not_of(" \n");
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \n") - first + 1);
}

bool has_word(std::string text, const std::string& word) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    return (" " + text + " ").find(" " + word + " ") != std::string::npos;
}

enum class Brace { scope, body, initializer };

Brace brace_after(const std::string& head) {
    const std::string text = trimmed(head);
    if (!head.empty() && head.back() != ' ' && head.back() != '\n') return Brace::initializer;
    if (text.ends_with("=")) return Brace::initializer;
    if (text.find('(') != std::string::npos) return Brace::body;
    for (const char* word : {"namespace", "class", "struct", "union", "enum"})
        if (has_word(text, word)) return Brace::scope;
    return Brace::initializer;
}

std::size_t closing_brace(const std::string& code, std::size_t open) {
    int depth = 0;
    for (std::size_t at = open; at < code.size(); ++at) {
        if (code[at] == '{') ++depth;
        if (code[at] == '}' && --depth == 0) return at;
    }
    return code.size() - 1;
}

}  // namespace

const std::vector<std::string>& wings() {
    static const std::vector<std::string> names = {"engine", "questionnaires", "sampling", "estimation"};
    return names;
}

const std::vector<SourceFile>& wing_sources() {
    static const std::vector<SourceFile> files = sources_below(wings());
    return files;
}

const std::vector<SourceFile>& all_sources() {
    static const std::vector<SourceFile> files =
        sources_below({"engine", "questionnaires", "sampling", "estimation", "tests"});
    return files;
}

std::string code_only(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + '\n';
    for (std::size_t at = 0; at < text.size(); ++at) {
        const std::size_t end = after_void(text, at);
        for (; at < end; ++at)
            if (text[at] != '\n') text[at] = ' ';
    }
    return text;
}

std::vector<FunctionSpan> function_spans(const std::vector<std::string>& lines) {
    const std::string code = code_only(lines);
    const auto line_of = [&](std::size_t at) {
        const auto here = code.begin() + static_cast<std::ptrdiff_t>(at);
        return static_cast<std::size_t>(std::count(code.begin(), here, '\n')) + 1;
    };
    std::vector<FunctionSpan> spans;
    std::size_t begin = 0;    // where the head of the next declaration begins
    for (std::size_t at = 0; at < code.size(); ++at) {
        const std::string head = code[at] == '{' || code[at] == ':' ? code.substr(begin, at - begin) : "";
        const Brace brace = code[at] == '{' ? brace_after(head) : Brace::scope;
        const std::string label = trimmed(head);
        const bool is_label = code[at] == ':' && (label == "public" || label == "private" || label == "protected");
        if (brace == Brace::body) {
            const std::size_t first = line_of(code.find_first_not_of(" \n", begin));
            at = closing_brace(code, at);
            spans.push_back({first, line_of(at) - first + 1});
        }
        if (brace == Brace::initializer) at = closing_brace(code, at);
        else if (std::string_view("{};").find(code[at]) != std::string_view::npos || is_label) begin = at + 1;
    }
    return spans;
}

}  // namespace cifra::house
