// Faults of the user's input, gathered and reported together.
//
// Readers never stop at the first fault: they add a Diagnostic per fault to a Diagnostics list and go on. At the border
// of a verb `throw_if_errors` throws one InputError that carries them all. A message says what is wrong, the hint says
// what to do about it; neither ever quotes a cell of microdata.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace cifra {

enum class Severity { note, warning, error };

// A place in a file. Lines and columns count from 1; 0 means "the file as a whole".
struct Location {
    std::string file;
    std::size_t line = 0;
    std::size_t column = 0;
    bool operator==(const Location&) const = default;
};

struct Diagnostic {
    Severity severity = Severity::error;
    Location where;
    std::string code;     // stable kebab-case name of the kind of fault, e.g. "unknown-key"
    std::string message;  // what is wrong
    std::string hint;     // the remedy; may be empty
};

// "file:line:column: error: message [code]\n    hint"
std::string to_text(const Diagnostic& diagnostic);

class Diagnostics {
public:
    void error(Location where, std::string code, std::string message, std::string hint = {});
    void warning(Location where, std::string code, std::string message, std::string hint = {});
    void note(Location where, std::string code, std::string message, std::string hint = {});
    void add(Diagnostic diagnostic);
    void append(const Diagnostics& other);

    bool has_errors() const { return errors_ > 0; }
    std::size_t error_count() const { return errors_; }
    const std::vector<Diagnostic>& items() const { return items_; }
    bool contains(std::string_view code) const;

    // Throws InputError holding every item if there is at least one error.
    void throw_if_errors() const;

private:
    std::vector<Diagnostic> items_;
    std::size_t errors_ = 0;
};

// All faults of one input, sorted by file and place; what() is their text, one fault after another.
class InputError : public std::runtime_error {
public:
    explicit InputError(Diagnostics diagnostics);
    const Diagnostics& diagnostics() const { return diagnostics_; }

private:
    Diagnostics diagnostics_;
};

// The data or the numbers refuse the request although the input is well formed (lonely PSU under policy `fail`,
// calibration that cannot be met, hard violations in responses). The program exits with 1.
class Refusal : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// Throws InputError with a single error.
[[noreturn]] void fail_input(Location where, std::string code, std::string message, std::string hint = {});

// The candidate nearest to `word` by edit distance, or "" when none is near (more than a third of the letters differ).
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

// "did you mean 'x'?" for a near candidate, else "known: a, b, c" (at most twelve), else "".
std::string suggestion(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace cifra
