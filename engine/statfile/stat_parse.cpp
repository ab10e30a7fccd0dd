#include "engine/statfile/stat_parse.h"

#include <fmt/format.h>
#include <readstat.h>

#include <array>
#include <cctype>
#include <exception>
#include <fstream>
#include <map>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "engine/statfile/stat_dates.h"

namespace cifra {

namespace {

struct FreeParser {
    void operator()(readstat_parser_t* parser) const { readstat_parser_free(parser); }
};
using Parser = std::unique_ptr<readstat_parser_t, FreeParser>;

// An exception must not cross the library, which is C: it waits here.
class Guard {
public:
    template <class Work>
    int operator()(const Work& work) {
        try {
            return work();
        } catch (...) {
            thrown_ = std::current_exception();
            return READSTAT_HANDLER_ABORT;
        }
    }
    void rethrow() const {
        if (thrown_) std::rethrow_exception(thrown_);
    }

private:
    std::exception_ptr thrown_;
};

std::string text_or_nothing(const char* text) { return text ? text : ""; }

std::string code_of(const readstat_value_t& value) {
    if (readstat_value_type_class(value) == READSTAT_TYPE_CLASS_STRING)
        return text_or_nothing(readstat_string_value(value));
    if (readstat_value_is_tagged_missing(value)) return std::string(".") + readstat_value_tag(value);
    return shortest(readstat_double_value(value));
}

// The dictionary as it comes by the handlers: label sets may come before or after the variables that use them.
class DictionaryReader {
public:
    explicit DictionaryReader(StatFormat format) : format_(format) {}

    void listen(readstat_parser_t* parser) {
        readstat_set_metadata_handler(parser, [](readstat_metadata_t* about, void* self) {
            static_cast<DictionaryReader*>(self)->dictionary_.rows = readstat_get_row_count(about);
            return static_cast<int>(READSTAT_HANDLER_OK);
        });
        readstat_set_variable_handler(parser, [](int, readstat_variable_t* variable, const char* labels, void* self) {
            auto& reader = *static_cast<DictionaryReader*>(self);
            return reader.guard_([&] { return reader.add_variable(variable, labels); });
        });
        readstat_set_value_label_handler(
            parser, [](const char* labels, readstat_value_t value, const char* label, void* self) {
                auto& reader = *static_cast<DictionaryReader*>(self);
                return reader.guard_([&] { return reader.add_label(labels, value, label); });
            });
    }

    StatDictionary finish() {
        guard_.rethrow();
        for (std::size_t i = 0; i < sets_of_variables_.size(); ++i) {
            const auto set = sets_.find(sets_of_variables_[i]);
            if (set != sets_.end())
                dictionary_.variables[i].labels = set->second;
            else if (!sets_of_variables_[i].empty())
                ++dictionary_.absent_label_sets;
        }
        return std::move(dictionary_);
    }

private:
    int add_variable(readstat_variable_t* from, const char* labels) {
        StatVariable variable;
        variable.name = text_or_nothing(readstat_variable_get_name(from));
        variable.label = text_or_nothing(readstat_variable_get_label(from));
        const bool text = readstat_variable_get_type_class(from) == READSTAT_TYPE_CLASS_STRING;
        variable.type = text ? ColumnType::text : ColumnType::number;
        if (!text) variable.date = date_of_format(format_, text_or_nothing(readstat_variable_get_format(from)));
        for (int i = 0; i < readstat_variable_get_missing_ranges_count(from); ++i) {
            const readstat_value_t low = readstat_variable_get_missing_range_lo(from, i);
            const readstat_value_t high = readstat_variable_get_missing_range_hi(from, i);
            if (text)
                variable.missing_texts.push_back(text_or_nothing(readstat_string_value(low)));
            else
                variable.missing_numbers.push_back({readstat_double_value(low), readstat_double_value(high)});
        }
        dictionary_.variables.push_back(std::move(variable));
        sets_of_variables_.push_back(text_or_nothing(labels));
        return READSTAT_HANDLER_OK;
    }

    int add_label(const char* labels, const readstat_value_t& value, const char* label) {
        sets_[text_or_nothing(labels)].emplace_back(code_of(value), text_or_nothing(label));
        return READSTAT_HANDLER_OK;
    }

    StatFormat format_;
    StatDictionary dictionary_;
    std::map<std::string, std::vector<std::pair<std::string, std::string>>> sets_;
    std::vector<std::string> sets_of_variables_;
    Guard guard_;
};

class RowsReader {
public:
    RowsReader(const ColumnPlaces& places, CellSink& sink) : places_(places), sink_(sink) {
        for (std::size_t i = 0; i < places.size(); ++i)
            if (places[i] != unwanted) last_ = static_cast<int>(i);
    }

    void listen(readstat_parser_t* parser) {
        readstat_set_variable_handler(parser, [](int index, readstat_variable_t*, const char*, void* self) {
            const bool wanted = static_cast<RowsReader*>(self)->is_wanted(index);
            return static_cast<int>(wanted ? READSTAT_HANDLER_OK : READSTAT_HANDLER_SKIP_VARIABLE);
        });
        readstat_set_value_handler(parser, [](int, readstat_variable_t* variable, readstat_value_t value, void* self) {
            auto& reader = *static_cast<RowsReader*>(self);
            return reader.guard_([&] { return reader.add(readstat_variable_get_index(variable), value); });
        });
    }

    void finish() const { guard_.rethrow(); }

private:
    bool is_wanted(int index) const {
        const auto at = static_cast<std::size_t>(index);
        return at < places_.size() && places_[at] != unwanted;
    }

    int add(int index, const readstat_value_t& value) {
        StatColumn& column = sink_.column(places_[static_cast<std::size_t>(index)]);
        if (readstat_value_type_class(value) == READSTAT_TYPE_CLASS_STRING) {
            const char* text = readstat_string_value(value);
            column.add(std::string_view(text ? text : ""));
        } else if (readstat_value_is_tagged_missing(value)) {
            column.add(tagged_missing(readstat_value_tag(value)));
        } else {
            const double number = readstat_double_value(value);
            column.add(std::isfinite(number) ? number : tagged_missing(0));
        }
        return index != last_ || sink_.end_row() ? READSTAT_HANDLER_OK : READSTAT_HANDLER_ABORT;
    }

    const ColumnPlaces& places_;
    CellSink& sink_;
    int last_ = -1;
    Guard guard_;
};

readstat_error_t parse(const StatFile& file, readstat_parser_t* parser, void* self) {
    if (!file.encoding.empty()) readstat_set_file_character_encoding(parser, file.encoding.c_str());
    const char* path = file.path.c_str();
    switch (file.format) {
        case StatFormat::sav:
            return readstat_parse_sav(parser, path, self);
        case StatFormat::por:
            return readstat_parse_por(parser, path, self);
        case StatFormat::dta:
            return readstat_parse_dta(parser, path, self);
        case StatFormat::sas7bdat:
            return readstat_parse_sas7bdat(parser, path, self);
        case StatFormat::xpt:
            return readstat_parse_xport(parser, path, self);
        case StatFormat::dbf:
            break;
    }
    return READSTAT_ERROR_UNSUPPORTED_FILE_FORMAT_VERSION;
}

// What the library does not look at: a file of Stata 13 and later ends with a word; one of SAS transport fills its last
// record of 80 bytes, and tells in no other way where it ends.
bool is_cut_short(const StatFile& file) {
    if (file.format != StatFormat::xpt && file.format != StatFormat::dta) return false;
    std::error_code error;
    const auto bytes = std::filesystem::file_size(file.path, error);
    if (error || file.format == StatFormat::xpt) return !error && bytes % 80 != 0;
    constexpr std::string_view begin = "<stata_dta>", end = "</stata_dta>";
    std::ifstream stream(file.path, std::ios::binary);
    std::string head(begin.size(), ' '), tail(end.size(), ' ');
    stream.read(head.data(), static_cast<std::streamsize>(head.size()));
    stream.seekg(-static_cast<std::streamoff>(end.size()), std::ios::end);
    stream.read(tail.data(), static_cast<std::streamsize>(tail.size()));
    return head == begin && tail != end;
}

// The library's words for the code only: what it tells beside may quote a cell.
void report(const StatFile& file, readstat_error_t error, Diagnostics& faults) {
    const Location where{file.path.string(), 0, 0};
    switch (error) {
        case READSTAT_OK:
        case READSTAT_ERROR_USER_ABORT:
            return;
        case READSTAT_ERROR_OPEN:
            faults.error(where, "cannot-read", "the file cannot be opened", "check its name, folder and permissions");
            return;
        case READSTAT_ERROR_UNSUPPORTED_COMPRESSION:
        case READSTAT_ERROR_UNSUPPORTED_CHARSET:
        case READSTAT_ERROR_UNSUPPORTED_FILE_FORMAT_VERSION:
            faults.error(where, "unsupported-statfile",
                         fmt::format("the file is of a kind that is not read: {}", readstat_error_message(error)),
                         "save it anew from its program, without compression or encryption, or as CSV");
            return;
        case READSTAT_ERROR_CONVERT_BAD_STRING:
            faults.error(where, "not-utf8", "a text is not in the encoding that the file states",
                         "name the encoding: cifra convert FILE --encoding windows-1252 --out ...");
            return;
        default:
            faults.error(where, "damaged-statfile",
                         fmt::format("the file is cut short or damaged: {}", readstat_error_message(error)),
                         "get it anew, or check that its ending tells what it is");
    }
}

// False with a fault.
template <class Reader>
bool run(const StatFile& file, Reader& reader, Diagnostics& faults) {
    const Parser parser(readstat_parser_init());
    if (!parser) throw std::bad_alloc();
    reader.listen(parser.get());
    readstat_error_t error = parse(file, parser.get(), &reader);
    if (error == READSTAT_OK && is_cut_short(file)) error = READSTAT_ERROR_READ;
    report(file, error, faults);
    return error == READSTAT_OK;
}

}  // namespace

std::optional<StatDictionary> parse_stat_dictionary(const StatFile& file, Diagnostics& faults) {
    DictionaryReader reader(file.format);
    const bool whole = run(file, reader, faults);
    StatDictionary dictionary = reader.finish();
    if (!whole) return std::nullopt;
    const bool in_file = file.format != StatFormat::sas7bdat && file.format != StatFormat::xpt;
    if (in_file && dictionary.absent_label_sets > 0)
        faults.warning(
            {file.path.string(), 0, 0}, "labels-absent",
            fmt::format("{} variables name labels that the file does not hold", dictionary.absent_label_sets),
            "if they were not dropped on purpose, the file is cut short: get it anew");
    return dictionary;
}

void parse_stat_rows(const StatFile& file, const ColumnPlaces& places, CellSink& sink, Diagnostics& faults) {
    RowsReader reader(places, sink);
    run(file, reader, faults);
    reader.finish();
}

}  // namespace cifra
