#include "engine/warehouse/warehouse_rows.h"

#include <fmt/format.h>

#include <limits>
#include <numeric>
#include <utility>

#include "engine/csv_column.h"
#include "engine/warehouse/answer.h"
#include "engine/warehouse/answer_stream.h"
#include "engine/warehouse/server.h"

namespace cifra {

namespace {

constexpr std::size_t piece_bytes = std::size_t{1} << 20, longest_row = std::size_t{64} << 20, most_faults = 100;

struct WarehousePiece : RowPiece {
    std::string rows;
};

// What the query asks for: the keys of the order, then the columns.
struct Asked {
    std::vector<SqlOutput> outputs;
    std::vector<RowColumn> columns;  // the last of the outputs
    std::vector<std::string> header;
    std::string from;
};

Asked ask(const SqlSource& source, const WarehouseTable& table, const CsvOptions& options, Diagnostics& faults) {
    Asked asked;
    for (const SqlColumn& column : source.columns) asked.header.push_back(column.name);
    const auto column_of = [&](const std::string& name) {
        const SqlColumn* column = source.find(name);
        if (!column)
            faults.error(table.where, "missing-column", fmt::format("the table has no column '{}'", name),
                         suggestion(name, asked.header));
        return column;
    };
    const auto add_text = [&](const std::string& name, const std::string& output) {
        const SqlColumn* column = column_of(name);
        const auto key = column ? sql_key(*column, table.where, faults) : std::nullopt;
        if (key) asked.outputs.push_back({output, key->value, key->missing, ColumnType::text});
    };
    for (const std::string& name : table.order) {
        const SqlColumn* column = source.find(name);
        const SqlKind kind = column ? sql_type(column->type).kind : SqlKind::text;
        const std::string output = fmt::format("order {}", asked.outputs.size());
        if (kind != SqlKind::integer && kind != SqlKind::real)
            add_text(name, output);
        else if (const auto number = sql_of_name(name, Type::number, source, table.where, faults))
            asked.outputs.push_back({output, sql_or_nan(*number)});
    }
    for (const std::string& name : options.columns) {
        add_text(name, name);
        asked.columns.push_back({name, options.types.at(name)});
    }
    asked.from = fmt::format("FROM {}.{}", sql_identifier(table.address.database), sql_identifier(table.address.table));
    return asked;
}

std::string query_of(const Asked& asked) {
    std::vector<std::size_t> order(asked.outputs.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    return framed_query(asked.outputs, asked.from, order);
}

double rows_of(const WarehouseClient& client, const Asked& asked) {
    const std::vector<SqlOutput> count = {{"rows", "count()"}};
    return read_answer(client.query(framed_query(count, asked.from, {})), count, client).column(0).number(0);
}

class WarehouseRows : public RowSource {
public:
    WarehouseRows(WarehouseClient client, Asked asked)
        : client_(std::move(client)),
          asked_(std::move(asked)),
          all_rows_(rows_of(client_, asked_)),
          stream_(client_, query_of(asked_)) {}

    const std::vector<std::string>& header() const override { return asked_.header; }
    const std::vector<RowColumn>& columns() const override { return asked_.columns; }
    std::vector<std::string> files() const override { return {to_text(client_.address())}; }
    std::vector<std::string> digests() const override { return {""}; }
    double share() const override { return all_rows_ > 0 ? std::min(taken_ / all_rows_, 1.0) : 1; }

    std::unique_ptr<RowPiece> next(Diagnostics& faults) override {
        if (ended_) return nullptr;
        auto piece = std::make_unique<WarehousePiece>();
        try {
            piece->rows = take_rows();
        } catch (const InputError& error) {
            ended_ = true;
            faults.append(error.diagnostics());
            return nullptr;
        }
        if (piece->rows.empty()) return nullptr;
        piece->index = count_++;
        piece->first_of_file = piece->index == 0;
        return piece;
    }

    RowBlock read(const RowPiece& piece) const override {
        const Table cells = read_answer_rows(static_cast<const WarehousePiece&>(piece).rows, asked_.outputs);
        RowBlock block;
        block.table.source = to_text(client_.address());
        block.table.lines.resize(cells.rows());
        std::iota(block.table.lines.begin(), block.table.lines.end(), 0U);
        block.lines = static_cast<std::uint32_t>(cells.rows());
        for (const RowColumn& column : asked_.columns)
            block.table.set(column.name, column.type == ColumnType::text ? cells.at(column.name)
                                                                         : numbers_of(cells, column.name, block));
        return block;
    }

private:
    // Whole rows of about piece_bytes; none behind the last.
    std::string take_rows() {
        std::size_t whole = 0;
        while (whole < piece_bytes && !ended_) {
            const AnswerRowSpan row = first_row(std::string_view(held_).substr(whole), asked_.outputs);
            if (row.kind == AnswerRow::whole) {
                whole += row.bytes;
                ++taken_;
            } else if (row.kind == AnswerRow::last) {
                end(whole + row.bytes);
            } else if (row.kind == AnswerRow::broken || held_.size() - whole > longest_row || !stream_.more(held_)) {
                fail_answer(std::string_view(held_).substr(whole), client_);
            }
        }
        std::string rows = held_.substr(0, whole);
        held_.erase(0, whole);
        return rows;
    }

    // Behind the last row nothing may stand.
    void end(std::size_t bytes) {
        while (held_.size() == bytes && stream_.more(held_)) {
        }
        if (held_.size() != bytes) fail_answer(std::string_view(held_).substr(bytes), client_);
        ended_ = true;
    }

    // As the cells of a CSV file are read.
    static Column numbers_of(const Table& cells, const std::string& name, RowBlock& block) {
        const Column& texts = cells.at(name);
        std::vector<std::optional<double>> of_code;
        for (const std::string& text : texts.dictionary()) of_code.push_back(read_csv_number(text, true, false));
        std::vector<double> numbers(texts.size(), std::numeric_limits<double>::quiet_NaN());
        for (std::size_t row = 0; row < texts.size(); ++row) {
            if (!texts.present(row)) continue;
            const std::optional<double>& number = of_code[texts.codes()[row]];
            if (number) numbers[row] = *number;
            if (!number && block.faults.error_count() < most_faults)
                block.faults.error({block.table.source, row, 0}, "not-a-number",
                                   fmt::format("column '{}' holds a cell that is no number", name),
                                   "declare the field with 'codes', or correct the table");
        }
        return Column::of_numbers(std::move(numbers));
    }

    WarehouseClient client_;
    Asked asked_;
    double all_rows_ = 0, taken_ = 0;
    AnswerStream stream_;
    std::string held_;
    bool ended_ = false;
    std::size_t count_ = 0;
};

}  // namespace

std::unique_ptr<RowSource> open_warehouse_rows(const WarehouseTable& table, const CsvOptions& options,
                                               Diagnostics& faults, const Environment& environment) {
    const auto credentials = warehouse_credentials(table.address, environment, faults);
    const WarehouseOptions settings = warehouse_options(environment, faults);
    if (!credentials || faults.has_errors()) return nullptr;
    WarehouseClient client(table.address, *credentials, table.where, settings);
    Asked asked = ask(read_source(client), table, options, faults);
    if (faults.has_errors()) return nullptr;
    return std::make_unique<WarehouseRows>(std::move(client), std::move(asked));
}

}  // namespace cifra
