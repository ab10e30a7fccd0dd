#include "engine/statfile/dbf.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <map>
#include <string>
#include <system_error>
#include <utility>

#include "engine/statfile/to_utf8.h"

namespace cifra {

namespace {

constexpr std::size_t header_bytes = 32, field_bytes = 32;

struct DbfField {
    std::string name;
    char type = 'C';
    std::size_t begin = 0, size = 0;  // in a record
};

struct DbfHeader {
    std::uint32_t records = 0;
    std::size_t bytes = 0, record_bytes = 0;
    unsigned char code_page = 0;
    std::vector<DbfField> fields;
};

std::uint32_t little(std::string_view bytes, std::size_t at, std::size_t size) {
    std::uint32_t number = 0;
    for (std::size_t i = size; i > 0; --i) number = number << 8 | static_cast<unsigned char>(bytes[at + i - 1]);
    return number;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(std::string_view(" \0", 2));
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(std::string_view(" \0", 2)) + 1 - first);
}

void damaged(const StatFile& file, const std::string& what, Diagnostics& faults) {
    faults.error({file.path.string(), 0, 0}, "damaged-statfile", "the file is cut short or damaged: " + what,
                 "get it anew, or check that its ending tells what it is");
}

// Where the fields' descriptions are out of order, an empty list.
std::vector<DbfField> fields_of(std::string_view bytes, std::size_t record_bytes) {
    std::vector<DbfField> fields;
    std::size_t begin = 1;  // after the mark of deletion
    for (std::size_t at = header_bytes; at + field_bytes < bytes.size() + 1 && bytes[at] != '\r'; at += field_bytes) {
        const std::string_view described = bytes.substr(at, field_bytes);
        DbfField field{std::string(described.substr(0, described.substr(0, 11).find('\0'))), described[11], begin,
                       static_cast<unsigned char>(described[16])};
        if (field.name.size() > 11) field.name.resize(11);
        // Long texts have the higher byte of their size where numbers have their decimals.
        if (field.type == 'C') field.size = little(described, 16, 2);
        begin += field.size;
        fields.push_back(std::move(field));
    }
    return begin == record_bytes ? fields : std::vector<DbfField>{};
}

std::optional<DbfHeader> read_header(const StatFile& file, std::ifstream& stream, Diagnostics& faults) {
    stream.open(file.path, std::ios::binary);
    if (!stream) {
        faults.error({file.path.string(), 0, 0}, "cannot-read", "the file cannot be opened",
                     "check its name, folder and permissions");
        return std::nullopt;
    }
    std::string bytes(header_bytes, '\0');
    stream.read(bytes.data(), header_bytes);
    DbfHeader header;
    header.records = little(bytes, 4, 4);
    header.bytes = little(bytes, 8, 2);
    header.record_bytes = little(bytes, 10, 2);
    header.code_page = static_cast<unsigned char>(bytes[29]);
    if (!stream || header.bytes <= header_bytes) return damaged(file, "no header", faults), std::nullopt;
    bytes.resize(header.bytes);
    stream.read(bytes.data() + header_bytes, static_cast<std::streamsize>(header.bytes - header_bytes));
    std::error_code error;
    const auto size = std::filesystem::file_size(file.path, error);
    if (!stream || error || size < header.bytes + std::uintmax_t{header.records} * header.record_bytes)
        return damaged(file, "it ends before its last row", faults), std::nullopt;
    header.fields = fields_of(bytes, header.record_bytes);
    if (header.fields.empty()) return damaged(file, "its fields do not make up a row", faults), std::nullopt;
    return header;
}

// "1252", "UTF-8", "ISO 88591", "CP850": what programs write into a .cpg file.
std::string encoding_of_cpg(std::filesystem::path file) {
    std::string word;
    for (const char* ending : {".cpg", ".CPG"}) {
        std::ifstream stream(file.replace_extension(ending));
        if (word.empty()) std::getline(stream, word);
    }
    word = trimmed(word.substr(0, word.find('\r')));
    if (word.starts_with("ISO 8859") && word.size() > 8) return "ISO-8859-" + word.substr(word[8] == '-' ? 9 : 8);
    if (word.starts_with("ANSI ")) word = word.substr(5);
    const bool digits = !word.empty() && word.find_first_not_of("0123456789") == std::string::npos;
    return digits ? "CP" + word : word;
}

// The language drivers of dBASE and FoxPro that stand for an encoding of Western, Central or Eastern Europe.
std::string encoding_of_mark(unsigned char mark) {
    static const std::map<unsigned char, const char*> marks = {
        {0x01, "CP437"}, {0x02, "CP850"}, {0x08, "CP865"},  {0x09, "CP437"},  {0x0A, "CP850"},  {0x0B, "CP437"},
        {0x0D, "CP437"}, {0x0E, "CP850"}, {0x0F, "CP437"},  {0x10, "CP850"},  {0x11, "CP437"},  {0x12, "CP850"},
        {0x14, "CP850"}, {0x15, "CP437"}, {0x16, "CP850"},  {0x17, "CP865"},  {0x18, "CP437"},  {0x19, "CP437"},
        {0x1A, "CP850"}, {0x1B, "CP437"}, {0x1D, "CP850"},  {0x1F, "CP852"},  {0x22, "CP852"},  {0x23, "CP852"},
        {0x24, "CP860"}, {0x25, "CP850"}, {0x26, "CP866"},  {0x37, "CP850"},  {0x40, "CP852"},  {0x64, "CP852"},
        {0x65, "CP866"}, {0x66, "CP865"}, {0xC8, "CP1250"}, {0xC9, "CP1251"}, {0xCA, "CP1254"}, {0xCB, "CP1253"}};
    const auto found = marks.find(mark);
    return found == marks.end() ? "CP1252" : found->second;
}

std::string encoding_of(const StatFile& file, const DbfHeader& header) {
    if (!file.encoding.empty()) return file.encoding;
    const std::string beside = encoding_of_cpg(file.path);
    return beside.empty() ? encoding_of_mark(header.code_page) : beside;
}

// Nothing where the file does not say so.
ToUtf8 converter_of(const StatFile& file, const DbfHeader& header, Diagnostics& faults) {
    const std::string encoding = encoding_of(file, header);
    ToUtf8 to_utf8(encoding);
    if (!to_utf8.knows_encoding())
        faults.error({file.path.string(), 0, 0}, "unsupported-statfile",
                     fmt::format("there is no encoding '{}'", encoding),
                     "name one: cifra convert FILE --encoding windows-1252 --out ...");
    return to_utf8;
}

bool is_number(const DbfField& field) { return field.type == 'N' || field.type == 'F' || field.type == 'L'; }

double number_of(const DbfField& field, std::string_view cell) {
    if (field.type != 'L') return parse_number(cell).value_or(tagged_missing(0));
    if (cell == "T" || cell == "t" || cell == "Y" || cell == "y") return 1;
    return cell == "F" || cell == "f" || cell == "N" || cell == "n" ? 0 : tagged_missing(0);
}

// 20210331 as 2021-03-31; zeros are no date.
std::string date_of(std::string_view cell) {
    if (cell.find_first_not_of('0') == std::string_view::npos) return {};
    if (cell.size() != 8) return std::string(cell);
    return fmt::format("{}-{}-{}", cell.substr(0, 4), cell.substr(4, 2), cell.substr(6, 2));
}

void add_cell(const DbfField& field, std::string_view record, ToUtf8& to_utf8, StatColumn& column) {
    const std::string_view cell = trimmed(record.substr(field.begin, field.size));
    if (is_number(field))
        column.add(number_of(field, cell));
    else if (field.type == 'D')
        column.add(std::string_view(date_of(cell)));
    else
        column.add(to_utf8(cell));
}

}  // namespace

std::optional<StatDictionary> parse_dbf_dictionary(const StatFile& file, Diagnostics& faults) {
    std::ifstream stream;
    const auto header = read_header(file, stream, faults);
    if (!header) return std::nullopt;
    const std::size_t errors = faults.error_count();
    ToUtf8 to_utf8 = converter_of(file, *header, faults);
    if (faults.error_count() > errors) return std::nullopt;
    StatDictionary dictionary;
    dictionary.rows = header->records;
    for (const DbfField& field : header->fields) {
        if (std::string_view("CNFDL").find(field.type) == std::string_view::npos)
            faults.error({file.path.string(), 0, 0}, "unsupported-statfile",
                         fmt::format("field '{}' is a memo or binary", field.name),
                         "leave it out, or save the file as dBASE IV or CSV");
        StatVariable variable;
        variable.name = to_utf8(field.name);
        variable.type = is_number(field) ? ColumnType::number : ColumnType::text;
        dictionary.variables.push_back(std::move(variable));
    }
    if (faults.error_count() > errors) return std::nullopt;
    return dictionary;
}

void parse_dbf_rows(const StatFile& file, const ColumnPlaces& places, CellSink& sink, Diagnostics& faults) {
    std::ifstream stream;
    const auto header = read_header(file, stream, faults);
    if (!header) return;
    ToUtf8 to_utf8 = converter_of(file, *header, faults);
    if (!to_utf8.knows_encoding()) return;
    std::string record(header->record_bytes, '\0');
    for (std::uint32_t row = 0; row < header->records; ++row) {
        if (!stream.read(record.data(), static_cast<std::streamsize>(record.size())))
            return damaged(file, "it ends before its last row", faults);
        if (record[0] == '*') continue;
        for (std::size_t i = 0; i < places.size(); ++i)
            if (places[i] != unwanted) add_cell(header->fields[i], record, to_utf8, sink.column(places[i]));
        if (!sink.end_row()) return;
    }
}

}  // namespace cifra
