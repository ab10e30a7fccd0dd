#include "engine/diagnostics.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <tuple>

namespace cifra {

namespace {

std::string_view word(Severity severity) {
    switch (severity) {
        case Severity::note:
            return "note";
        case Severity::warning:
            return "warning";
        case Severity::error:
            return "error";
    }
    return "error";
}

std::string place(const Location& where) {
    if (where.line == 0) return where.file;
    return fmt::format("{}:{}:{}", where.file, where.line, std::max<std::size_t>(where.column, 1));
}

std::string joined(const Diagnostics& diagnostics) {
    std::string text;
    for (const Diagnostic& item : diagnostics.items()) {
        if (!text.empty()) text += '\n';
        text += to_text(item);
    }
    return text;
}

Diagnostics sorted(const Diagnostics& diagnostics) {
    std::vector<Diagnostic> items = diagnostics.items();
    std::stable_sort(items.begin(), items.end(), [](const Diagnostic& a, const Diagnostic& b) {
        return std::tie(a.where.file, a.where.line, a.where.column) <
               std::tie(b.where.file, b.where.line, b.where.column);
    });
    Diagnostics result;
    for (Diagnostic& item : items) result.add(std::move(item));
    return result;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t substituted = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({substituted, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

}  // namespace

// What a file says is not let into a terminal as a command, nor at any length.
std::string harmless(const std::string& text) {
    constexpr std::size_t longest = 2000;
    std::string shown;
    for (const char c : text)
        if (const auto byte = static_cast<unsigned char>(c); (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f)
            shown += "?";
        else
            shown += c;
    if (shown.size() <= longest) return shown;
    std::size_t end = longest;
    while ((static_cast<unsigned char>(shown[end]) & 0xC0) == 0x80) --end;
    return shown.substr(0, end) + "…";
}

std::string to_text(const Diagnostic& diagnostic) {
    std::string text = diagnostic.where.file.empty() ? "" : place(diagnostic.where) + ": ";
    text += fmt::format("{}: {} [{}]", word(diagnostic.severity), harmless(diagnostic.message), diagnostic.code);
    if (!diagnostic.hint.empty()) text += "\n    " + harmless(diagnostic.hint);
    return text;
}

void Diagnostics::error(Location where, std::string code, std::string message, std::string hint) {
    add({Severity::error, std::move(where), std::move(code), std::move(message), std::move(hint)});
}

void Diagnostics::warning(Location where, std::string code, std::string message, std::string hint) {
    add({Severity::warning, std::move(where), std::move(code), std::move(message), std::move(hint)});
}

void Diagnostics::note(Location where, std::string code, std::string message, std::string hint) {
    add({Severity::note, std::move(where), std::move(code), std::move(message), std::move(hint)});
}

void Diagnostics::add(Diagnostic diagnostic) {
    if (diagnostic.severity == Severity::error) ++errors_;
    items_.push_back(std::move(diagnostic));
}

void Diagnostics::append(const Diagnostics& other) {
    for (const Diagnostic& item : other.items()) add(item);
}

bool Diagnostics::contains(std::string_view code) const {
    return std::any_of(items_.begin(), items_.end(), [&](const Diagnostic& item) { return item.code == code; });
}

void Diagnostics::throw_if_errors() const {
    if (has_errors()) throw InputError(*this);
}

InputError::InputError(Diagnostics diagnostics)
    : std::runtime_error(joined(sorted(diagnostics))), diagnostics_(sorted(diagnostics)) {}

void fail_input(Location where, std::string code, std::string message, std::string hint) {
    Diagnostics faults;
    faults.error(std::move(where), std::move(code), std::move(message), std::move(hint));
    throw InputError(std::move(faults));
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
    std::string best;
    std::size_t best_distance = std::max<std::size_t>(word.size() / 3, 1) + 1;
    for (const std::string& candidate : candidates) {
        const std::size_t distance = edit_distance(word.substr(0, 64), std::string_view(candidate).substr(0, 64));
        if (distance < best_distance) {
            best_distance = distance;
            best = candidate;
        }
    }
    return best;
}

std::string suggestion(std::string_view word, const std::vector<std::string>& candidates) {
    if (const std::string near = nearest(word, candidates); !near.empty())
        return fmt::format("did you mean '{}'?", near);
    if (candidates.empty()) return "";
    const auto shown = std::min<std::size_t>(candidates.size(), 12);
    return fmt::format("known: {}{}",
                       fmt::join(candidates.begin(), candidates.begin() + static_cast<std::ptrdiff_t>(shown), ", "),
                       shown < candidates.size() ? ", ..." : "");
}

}  // namespace cifra
