#include "engine/tables_in_memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace cifra {

namespace {

Column numbers_from(const Column& texts, const std::string& name, const std::string& source, Diagnostics& faults) {
    std::vector<double> values(texts.size(), std::numeric_limits<double>::quiet_NaN());
    for (std::size_t row = 0; row < values.size(); ++row) {
        if (!texts.present(row)) continue;
        const auto number = parse_number(texts.text(row));
        if (number) {
            values[row] = *number;
            continue;
        }
        faults.error({source, 0, 0}, "bad-number", fmt::format("a cell of column '{}' is no number", name),
                     "correct the column, or declare it as text in the codebook");
        break;
    }
    return Column::of_numbers(std::move(values));
}

}  // namespace

Table as_if_read(const Table& table, const CsvOptions& options, Diagnostics& faults) {
    Table result;
    result.source = table.source;
    const bool all = options.columns.empty() && options.optional_columns.empty();
    const auto among = [](const std::vector<std::string>& names, const std::string& name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    for (std::size_t c = 0; c < table.width(); ++c) {
        const std::string& name = table.names()[c];
        if (!all && !among(options.columns, name) && !among(options.optional_columns, name)) continue;
        const Column& column = table.column(c);
        const auto type = options.types.find(name);
        if (type == options.types.end() || (type->second == ColumnType::number) == column.is_number())
            result.set(name, column);
        else
            result.set(name, column.is_number() ? column.as_text() : numbers_from(column, name, table.source, faults));
    }
    for (const std::string& name : options.columns)
        if (!table.has(name))
            faults.error({table.source, 1, 0}, "missing-column", fmt::format("there is no column '{}'", name),
                         suggestion(name, table.names()));
    return result;
}

Table read_csv_or_table(const std::filesystem::path& file, const CsvOptions& options, const TablesInMemory* tables,
                        Diagnostics& faults) {
    const auto found = tables ? tables->find(file) : TablesInMemory::const_iterator();
    return tables && found != tables->end() ? as_if_read(found->second, options, faults)
                                            : read_csv(file, options, faults);
}

}  // namespace cifra
