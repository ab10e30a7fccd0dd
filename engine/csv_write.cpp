#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "engine/csv.h"

namespace cifra {

namespace {

std::string quoted_if(std::string_view text, std::string_view special) {
    if (text.find_first_of(special) == std::string_view::npos) return std::string(text);
    std::string result = "\"";
    for (const char byte : text) {
        if (byte == '"') result += '"';
        result += byte;
    }
    return result + '"';
}

// Readers find the separator in the header, so a name that holds another one is quoted too.
std::string header_cell(std::string_view name) { return quoted_if(name, ",;\t\"\r\n"); }

class CellWriter {
public:
    CellWriter(const Column& column, NumberFormat format) : column_(column), format_(format) {
        for (const std::string& entry : column.dictionary()) dictionary_.push_back(quoted_if(entry, ",\"\r\n"));
    }
    void append(std::string& text, std::size_t row) const {
        if (!column_.present(row)) return;
        if (column_.is_number())
            text += format_(column_.number(row));
        else
            text += dictionary_[column_.codes()[row]];
    }

private:
    const Column& column_;
    NumberFormat format_;
    std::vector<std::string> dictionary_;
};

// A record of one empty cell would be a blank line, which is no record.
void end_record(std::string& text, std::size_t begin) { text += text.size() == begin ? "\"\"\n" : "\n"; }

void append_header(std::string& text, const Table& table) {
    for (std::size_t i = 0; i < table.width(); ++i) {
        if (i > 0) text += ',';
        text += header_cell(table.names()[i]);
    }
    end_record(text, 0);
}

bool write_bytes(const std::filesystem::path& file, std::string_view bytes) {
    std::ofstream stream(file, std::ios::binary | std::ios::trunc);
    stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    stream.close();
    return !stream.fail();
}

}  // namespace

std::string to_csv(const Table& table, NumberFormat format) {
    std::string text;
    if (table.width() == 0) return text;
    std::vector<CellWriter> cells;
    for (std::size_t i = 0; i < table.width(); ++i) cells.emplace_back(table.column(i), format);
    append_header(text, table);
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const std::size_t begin = text.size();
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (i > 0) text += ',';
            cells[i].append(text, row);
        }
        end_record(text, begin);
    }
    return text;
}

void write_csv(const Table& table, const std::filesystem::path& file, NumberFormat format) {
    std::error_code error, ignored;
    if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), error);
    const std::filesystem::path temporary = file.string() + ".new";
    if (write_bytes(temporary, to_csv(table, format))) {
        std::filesystem::rename(temporary, file, error);
        if (!error) return;
    }
    std::filesystem::remove(temporary, ignored);
    fail_input({file.string(), 0, 0}, "cannot-write", "the file cannot be written",
               "check the folder's permissions and the free space");
}

}  // namespace cifra
