#include "engine/statfile/stat_write.h"

#include <fmt/format.h>
#include <readstat.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <optional>
#include <stdexcept>

namespace cifra {

namespace {

struct FreeWriter {
    void operator()(readstat_writer_t* writer) const { readstat_writer_free(writer); }
};

// Limits of the formats: IBM SPSS Statistics 29 (names 64 bytes, labels 256 and 120 bytes, texts 32767); Stata 18 [D]
// limits (labels 80 and 32000 characters, str2045; the largest double is 8.988e307); SAS TS-140 (labels 256, numbers of
// IBM/360 from 5.4e-79 to 7.2e75).
WriteTarget target_of(StatFormat format) {
    WriteTarget target;
    if (format == StatFormat::sav) {
        target.name = "SPSS";
        target.longest_name = 64;
        target.longest_text = 32767;
        target.longest_label = 85;  // of at most 3 bytes
        target.longest_value_label = 40;
        target.longest_text_code = 8;
        target.capitals_count = false;
    } else if (format == StatFormat::dta) {
        target.name = "Stata";
        target.longest_name = 32;
        target.codes = WriteTarget::Codes::small_tags;
        target.longest_text = 2045;
        target.longest_label = 80;
        target.longest_value_label = 8000;
        target.longest_text_code = 0;
        target.largest_number = 8.9884656743115785e307;
        target.whole_texts_as_numbers = true;
    } else {
        target.name = "SAS";
        target.longest_name = 32;
        target.codes = WriteTarget::Codes::large_tags;
        target.longest_text = 32767;
        target.longest_label = 85;
        target.longest_value_label = target.longest_text_code = 0;
        target.largest_number = 7.2370055773322608e75;
        target.smallest_number = 5.3976053469340279e-79;
        target.capitals_count = false;
    }
    return target;
}

// The library writes times as the clock of the place shows them: this is the same everywhere.
std::time_t fixed_time() {
    std::tm civil{};
    civil.tm_year = 100;
    civil.tm_mday = 1;
    civil.tm_isdst = -1;
    return std::mktime(&civil);
}

class Writer {
public:
    Writer(const WriteRequest& request, StatFormat format, std::ostream& to, Diagnostics& faults)
        : request_(request), format_(format), to_(to), faults_(faults), writer_(readstat_writer_init()) {
        if (!writer_) throw std::bad_alloc();
        readstat_set_data_writer(writer_.get(), [](const void* bytes, std::size_t size, void* self) {
            std::ostream& stream = static_cast<Writer*>(self)->to_;
            stream.write(static_cast<const char*>(bytes), static_cast<std::streamsize>(size));
            return stream ? static_cast<ssize_t>(size) : -1;
        });
        readstat_writer_set_file_timestamp(writer_.get(), fixed_time());
    }

    std::vector<WrittenVariable> write() {
        const std::size_t errors = faults_.error_count();
        variables_ = written_variables(request_, target_of(format_), faults_);
        if (variables_.empty())
            faults_.error({request_.file, 0, 0}, "no-columns", "a table without columns cannot be written",
                          "choose another file");
        if (faults_.error_count() == errors) declare_all();
        if (faults_.error_count() == errors) write_rows();
        return std::move(variables_);
    }

private:
    // Whatever the library may refuse is told before: what it refuses still is a fault of ours, or of the disk.
    static void expect(readstat_error_t error) {
        if (error != READSTAT_OK) throw std::runtime_error(readstat_error_message(error));
    }

    readstat_error_t begin() {
        const auto rows = static_cast<long>(request_.table.rows());
        if (format_ == StatFormat::sav) return readstat_begin_writing_sav(writer_.get(), this, rows);
        const bool stata = format_ == StatFormat::dta;
        readstat_writer_set_file_format_version(writer_.get(), stata ? 118 : 8);
        return stata ? readstat_begin_writing_dta(writer_.get(), this, rows)
                     : readstat_begin_writing_xport(writer_.get(), this, rows);
    }

    void declare_all() {
        for (std::size_t i = 0; i < variables_.size(); ++i) declare(i);
        expect(begin());
        for (std::size_t i = 0; i < variables_.size(); ++i) check(i);
    }

    void write_rows() {
        for (std::size_t row = 0; row < request_.table.rows(); ++row) write_row(row);
        expect(readstat_end_writing(writer_.get()));
    }

    static std::size_t width_of(const WrittenVariable& variable) {
        if (variable.type == ColumnType::number) return 0;
        std::size_t width = 1;
        for (const std::string& word : variable.column->dictionary()) width = std::max(width, word.size());
        for (const auto& [kind, code] : variable.codes) width = std::max(width, code.size());
        return width;
    }

    void declare(std::size_t index) {
        const WrittenVariable& variable = variables_[index];
        const bool number = variable.type == ColumnType::number;
        const readstat_type_t type = number ? READSTAT_TYPE_DOUBLE : READSTAT_TYPE_STRING;
        readstat_variable_t* made =
            readstat_add_variable(writer_.get(), variable.name.c_str(), type, width_of(variable));
        readstat_variable_set_label(made, variable.label.c_str());
        if (!variable.labels.empty()) {
            readstat_label_set_t* set =
                readstat_add_label_set(writer_.get(), type, fmt::format("labels{}", index + 1).c_str());
            for (const auto& [code, label] : variable.labels) add_label(set, number, code, label);
            readstat_variable_set_label_set(made, set);
        }
        if (format_ == StatFormat::sav) declare_missing(variable, made);
        made_.push_back(made);
    }

    void add_label(readstat_label_set_t* set, bool number, const std::string& code, const std::string& label) const {
        const auto value = parse_number(code);
        if (!number)
            readstat_label_string_value(set, code.c_str(), label.c_str());
        else if (!value)
            readstat_label_tagged_value(set, code[1], label.c_str());
        else if (format_ == StatFormat::dta)
            readstat_label_int32_value(set, static_cast<std::int32_t>(*value), label.c_str());
        else
            readstat_label_double_value(set, *value, label.c_str());
    }

    void declare_missing(const WrittenVariable& variable, readstat_variable_t* made) {
        if (variable.type == ColumnType::text) {
            if (variable.codes.size() > 3) too_many(variable);
            for (const auto& [kind, code] : variable.codes)
                if (variable.codes.size() <= 3 && code.size() <= 8)
                    expect(readstat_variable_add_missing_string_value(made, code.c_str()));
            return;
        }
        std::vector<double> codes;
        for (const auto& [kind, code] : variable.codes) codes.push_back(parse_number(code).value_or(0));
        std::sort(codes.begin(), codes.end());
        if (codes.size() > 3) return declare_range(variable, codes, made);
        for (const double code : codes) expect(readstat_variable_add_missing_double_value(made, code));
    }

    // Four codes: a range of three that no cell lies in, and the one that stands apart.
    void declare_range(const WrittenVariable& variable, const std::vector<double>& codes, readstat_variable_t* made) {
        for (const std::size_t apart : {codes.size() - 1, std::size_t{0}}) {
            const double low = codes[apart == 0 ? 1 : 0], high = codes[apart == 0 ? codes.size() - 1 : apart - 1];
            if (holds_number_in(*variable.column, low, high)) continue;
            expect(readstat_variable_add_missing_double_range(made, low, high));
            expect(readstat_variable_add_missing_double_value(made, codes[apart]));
            return;
        }
        too_many(variable);
    }

    static bool holds_number_in(const Column& column, double low, double high) {
        for (std::size_t row = 0; row < column.size(); ++row)
            if (column.present(row) && low <= column.number(row) && column.number(row) <= high) return true;
        return false;
    }

    void too_many(const WrittenVariable& variable) {
        faults_.error(
            {request_.file, 0, 0}, "too-many-missing-codes",
            fmt::format("column '{}': SPSS holds three missing codes, or a range without cells and one", variable.name),
            "declare one code for several kinds in a codebook");
    }

    void check(std::size_t index) {
        const readstat_error_t error = readstat_validate_variable(writer_.get(), made_[index]);
        if (error != READSTAT_OK)
            faults_.error({request_.file, 0, 0}, "name-not-allowed",
                          fmt::format("{} refuses the name of column '{}': {}", target_of(format_).name,
                                      variables_[index].name, readstat_error_message(error)),
                          "rename the column: a letter first, then letters, digits and _, and not too long");
    }

    void write_row(std::size_t row) {
        expect(readstat_begin_row(writer_.get()));
        for (std::size_t i = 0; i < variables_.size(); ++i) expect(write_cell(variables_[i], made_[i], row));
        expect(readstat_end_row(writer_.get()));
    }

    readstat_error_t write_cell(const WrittenVariable& variable, const readstat_variable_t* made, std::size_t row) {
        const Column& column = *variable.column;
        if (!column.present(row)) {
            const auto code = variable.codes.find(column.missing(row));
            if (code == variable.codes.end()) return readstat_insert_missing_value(writer_.get(), made);
            return write_code(variable, made, code->second);
        }
        if (column.is_number()) return readstat_insert_double_value(writer_.get(), made, column.number(row));
        return write_code(variable, made, column.text(row));
    }

    readstat_error_t write_code(const WrittenVariable& variable, const readstat_variable_t* made,
                                const std::string& code) {
        if (variable.type == ColumnType::text) return readstat_insert_string_value(writer_.get(), made, code.c_str());
        if (const auto number = parse_number(code)) return readstat_insert_double_value(writer_.get(), made, *number);
        return readstat_insert_tagged_missing_value(writer_.get(), made, code[1]);
    }

    const WriteRequest& request_;
    StatFormat format_;
    std::ostream& to_;
    Diagnostics& faults_;
    std::unique_ptr<readstat_writer_t, FreeWriter> writer_;
    std::vector<WrittenVariable> variables_;
    std::vector<readstat_variable_t*> made_;
};

}  // namespace

std::vector<WrittenVariable> write_stat(const WriteRequest& request, StatFormat format, std::ostream& to,
                                        Diagnostics& faults) {
    if (format == StatFormat::sav || format == StatFormat::dta || format == StatFormat::xpt)
        return Writer(request, format, to, faults).write();
    faults.error({request.file, 0, 0}, "cannot-write-format", "files of this kind are read only",
                 "write .sav, .dta, .xpt or .csv");
    return {};
}

}  // namespace cifra
