// The entry points of the R package: frames and specifications in, calls of binding/calls.h, data frames out.
#include <R_ext/Rdynload.h>

#include <bit>
#include <cpp11.hpp>
#include <cpp11/declarations.hpp>
#include <limits>
#include <memory>
#include <unordered_map>

#include "engine/program/binding/calls.h"
#include "engine/program/binding/frames.h"

namespace {

using namespace cifra;
using namespace cpp11::literals;
using binding::Answer;
using binding::Frames;
using binding::Settings;

// Factors and texts as codes into their distinct values. R keeps every string once, so its address tells it.
Column texts_of(const cpp11::strings& values) {
    std::vector<std::int64_t> codes;
    std::vector<std::string> words;
    std::unordered_map<SEXP, std::int64_t> known;
    codes.reserve(static_cast<std::size_t>(values.size()));
    for (const cpp11::r_string value : values) {
        if (value == NA_STRING) {
            codes.push_back(-1);
            continue;
        }
        const auto [word, is_new] = known.try_emplace(value, static_cast<std::int64_t>(words.size()));
        if (is_new) words.emplace_back(value);
        codes.push_back(word->second);
    }
    return binding::code_column(codes, std::move(words));
}

Column factor_of(const cpp11::integers& values, const cpp11::strings& levels) {
    std::vector<std::int64_t> codes;
    codes.reserve(static_cast<std::size_t>(values.size()));
    // NA may be a level of its own.
    const auto is_missing = [&](int value) { return value == NA_INTEGER || levels[value - 1] == NA_STRING; };
    for (const int value : values) codes.push_back(is_missing(value) ? -1 : value - 1);
    return binding::code_column(codes, {levels.begin(), levels.end()});
}

// Whole numbers of the package bit64 lie in the memory of doubles; their NA is the least of them.
Column long_numbers_of(const double* values, std::size_t rows) {
    std::vector<double> numbers(rows);
    for (std::size_t row = 0; row < rows; ++row) {
        const auto value = std::bit_cast<std::int64_t>(values[row]);
        numbers[row] = value == std::numeric_limits<std::int64_t>::min() ? NA_REAL : static_cast<double>(value);
    }
    return Column::of_numbers(std::move(numbers));
}

// Whole numbers and truths, whose NA is a number of its own.
Column whole_numbers_of(const int* values, std::size_t rows) {
    std::vector<double> numbers(rows);
    for (std::size_t row = 0; row < rows; ++row)
        numbers[row] = values[row] == NA_INTEGER ? NA_REAL : static_cast<double>(values[row]);
    return Column::of_numbers(std::move(numbers));
}

Column column_of(SEXP values, const std::string& name) {
    const auto rows = static_cast<std::size_t>(Rf_xlength(values));
    if (Rf_isFactor(values)) return factor_of(values, Rf_getAttrib(values, R_LevelsSymbol));
    switch (TYPEOF(values)) {
        case REALSXP:
            return Rf_inherits(values, "integer64") ? long_numbers_of(REAL_RO(values), rows)
                                                    : binding::number_column(REAL_RO(values), rows);
        case INTSXP:
            return whole_numbers_of(INTEGER_RO(values), rows);
        case LGLSXP:
            return whole_numbers_of(LOGICAL_RO(values), rows);
        case STRSXP:
            return texts_of(values);
        default:
            throw std::invalid_argument("column '" + name + "' holds neither numbers nor texts");
    }
}

Table table_of(const cpp11::list& frame) {
    Table table;
    const cpp11::strings names(frame.names());
    for (R_xlen_t c = 0; c < frame.size(); ++c) {
        const std::string name(names[c]);
        if (table.find(name)) throw std::invalid_argument("two columns are named '" + name + "': rename one of them");
        table.set(name, column_of(frame[c], name));
    }
    return table;
}

YamlValue tree_of(SEXP value, const std::string& what);

YamlValue tree_of_list(const cpp11::list& value, const std::string& what) {
    std::vector<YamlValue> items;
    for (const SEXP item : value) items.push_back(tree_of(item, what));
    if (Rf_isNull(Rf_getAttrib(value, R_NamesSymbol))) return binding::list_value(std::move(items), what);
    std::vector<std::pair<std::string, YamlValue>> entries;
    const cpp11::strings names(value.names());
    for (R_xlen_t i = 0; i < names.size(); ++i)
        entries.emplace_back(std::string(names[i]), std::move(items[static_cast<std::size_t>(i)]));
    return binding::map_value(std::move(entries), what);
}

bool is_na(SEXP value, R_xlen_t at) {
    switch (TYPEOF(value)) {
        case LGLSXP:
            return LOGICAL_RO(value)[at] == NA_LOGICAL;
        case INTSXP:
            return INTEGER_RO(value)[at] == NA_INTEGER;
        case REALSXP:
            return ISNAN(REAL_RO(value)[at]);
        case STRSXP:
            return STRING_ELT(value, at) == NA_STRING;
        default:
            return false;
    }
}

std::string text_of_scalar(SEXP value, R_xlen_t at) {
    if (is_na(value, at)) throw std::invalid_argument("an argument is NA: give a value, or leave it out");
    switch (TYPEOF(value)) {
        case LGLSXP:
            return LOGICAL_RO(value)[at] ? "true" : "false";
        case INTSXP:
            return std::to_string(INTEGER_RO(value)[at]);
        case REALSXP:
            return shortest(REAL_RO(value)[at]);
        case STRSXP:
            return Rf_translateCharUTF8(STRING_ELT(value, at));
        default:
            throw std::invalid_argument("a specification is made of lists, texts, numbers and truths");
    }
}

// Lists with names are maps; vectors of one value are scalars.
YamlValue tree_of(SEXP value, const std::string& what) {
    if (Rf_isNull(value)) return {};
    if (TYPEOF(value) == VECSXP) return tree_of_list(value, what);
    std::vector<YamlValue> items;
    for (R_xlen_t i = 0; i < Rf_xlength(value); ++i)
        items.push_back(binding::scalar_value(text_of_scalar(value, i), what));
    return items.size() == 1 ? items.front() : binding::list_value(std::move(items), what);
}

// A tree, or the path of a YAML file.
YamlValue specification(SEXP value, const std::string& what) {
    if (TYPEOF(value) != STRSXP) return tree_of(value, what);
    Diagnostics faults;
    YamlValue tree = read_yaml(text_of_scalar(value, 0), faults);
    faults.throw_if_errors();
    return tree;
}

Settings settings_of(const cpp11::list& given) {
    Settings settings;
    settings.directory = cpp11::as_cpp<std::string>(given["directory"]);
    settings.out = cpp11::as_cpp<std::string>(given["out"]);
    settings.seed = static_cast<std::uint64_t>(cpp11::as_cpp<double>(given["seed"]));
    settings.threads = cpp11::as_cpp<int>(given["threads"]);
    settings.weighting = specification(given["weighting"], "weighting");
    return settings;
}

cpp11::writable::list diagnostics_of(const Diagnostics& diagnostics) {
    static constexpr const char* words[] = {"note", "warning", "error"};
    cpp11::writable::strings severity, file, code, message, hint;
    cpp11::writable::integers line, column;
    for (const Diagnostic& item : diagnostics.items()) {
        severity.push_back(words[static_cast<std::size_t>(item.severity)]);
        file.push_back(item.where.file);
        line.push_back(static_cast<int>(item.where.line));
        column.push_back(static_cast<int>(item.where.column));
        code.push_back(item.code);
        message.push_back(item.message);
        hint.push_back(item.hint);
    }
    return cpp11::writable::list({"severity"_nm = severity, "file"_nm = file, "line"_nm = line, "column"_nm = column,
                                  "code"_nm = code, "message"_nm = message, "hint"_nm = hint});
}

SEXP cells_of(const Column& column) {
    const auto rows = static_cast<R_xlen_t>(column.size());
    if (column.is_number()) {
        cpp11::writable::doubles numbers(rows);
        for (R_xlen_t row = 0; row < rows; ++row) {
            const auto at = static_cast<std::size_t>(row);
            numbers[row] = column.present(at) ? column.number(at) : NA_REAL;
        }
        return numbers;
    }
    cpp11::writable::strings words(static_cast<R_xlen_t>(column.dictionary().size()));
    for (R_xlen_t w = 0; w < words.size(); ++w) words[w] = column.dictionary()[static_cast<std::size_t>(w)];
    cpp11::writable::strings texts(rows);
    for (R_xlen_t row = 0; row < rows; ++row) {
        const auto at = static_cast<std::size_t>(row);
        SET_STRING_ELT(texts, row,
                       column.present(at) ? STRING_ELT(words, static_cast<R_xlen_t>(column.codes()[at])) : NA_STRING);
    }
    return texts;
}

cpp11::writable::list columns_of(const Table& table) {
    cpp11::writable::list columns;
    for (std::size_t c = 0; c < table.width(); ++c)
        columns.push_back(cpp11::named_arg(table.names()[c].c_str()) = cells_of(table.column(c)));
    return columns;
}

SEXP handed_over(const Answer& answer) {
    cpp11::writable::list tables;
    for (const auto& [name, table] : answer.tables)
        tables.push_back(cpp11::named_arg(name.c_str()) = columns_of(table));
    return cpp11::writable::list({"tables"_nm = tables, "notes"_nm = diagnostics_of(answer.notes)});
}

SEXP objection(const char* kind, const std::exception& error, const Diagnostics& diagnostics) {
    return cpp11::writable::list(
        {"kind"_nm = kind, "message"_nm = error.what(), "notes"_nm = diagnostics_of(diagnostics)});
}

// The answer, or what the engine objects to, for R to raise as a condition.
template <class Call>
SEXP called(const Call& call) {
    try {
        return handed_over(call());
    } catch (const InputError& error) {
        return objection("cifra_input_error", error, error.diagnostics());
    } catch (const Refusal& refusal) {
        return objection("cifra_refusal", refusal, {});
    }
}

using FramesPointer = cpp11::external_pointer<Frames>;

extern "C" SEXP cifra_r_frames(SEXP given) {
    BEGIN_CPP11
    auto frames = std::make_unique<Frames>();
    const cpp11::list all(given);
    const cpp11::strings names(all.names());
    for (R_xlen_t f = 0; f < all.size(); ++f) frames->emplace_back(std::string(names[f]), table_of(all[f]));
    return FramesPointer(frames.release());
    END_CPP11
}

extern "C" SEXP cifra_r_estimate(SEXP design, SEXP tables, SEXP frames, SEXP settings) {
    BEGIN_CPP11
    return called([&] {
        return binding::estimate(specification(design, "design"), specification(tables, "tables"),
                                 *FramesPointer(frames), settings_of(settings));
    });
    END_CPP11
}

extern "C" SEXP cifra_r_weigh(SEXP plan, SEXP frames, SEXP settings) {
    BEGIN_CPP11
    return called(
        [&] { return binding::weigh(specification(plan, "plan"), *FramesPointer(frames), settings_of(settings)); });
    END_CPP11
}

extern "C" SEXP cifra_r_draw(SEXP plan, SEXP frames, SEXP settings) {
    BEGIN_CPP11
    return called(
        [&] { return binding::draw(specification(plan, "plan"), *FramesPointer(frames), settings_of(settings)); });
    END_CPP11
}

template <class Function>
DL_FUNC entry(Function* function) {
    return reinterpret_cast<DL_FUNC>(reinterpret_cast<void (*)()>(function));
}

const R_CallMethodDef entry_points[] = {{"cifra_r_frames", entry(cifra_r_frames), 1},
                                        {"cifra_r_estimate", entry(cifra_r_estimate), 4},
                                        {"cifra_r_weigh", entry(cifra_r_weigh), 3},
                                        {"cifra_r_draw", entry(cifra_r_draw), 3},
                                        {nullptr, nullptr, 0}};

}  // namespace

// By this name R finds a package's library.
extern "C" __attribute__((visibility("default"))) void R_init_cifra(DllInfo* library) {
    R_registerRoutines(library, nullptr, entry_points, nullptr, nullptr);
    R_useDynamicSymbols(library, FALSE);
}
