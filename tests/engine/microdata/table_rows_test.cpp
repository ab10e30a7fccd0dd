#include "engine/microdata/table_rows.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cifra {
namespace {

Table some_rows(std::size_t rows) {
    std::vector<double> numbers;
    std::vector<std::string> texts;
    std::vector<Missing> missing;
    for (std::size_t row = 0; row < rows; ++row) {
        numbers.push_back(static_cast<double>(row) / 3);
        texts.push_back("code " + std::to_string(row % 4));
        missing.push_back(row % 5 == 0 ? Missing::refused : Missing::none);
    }
    Table table;
    table.set("x", Column::of_numbers(numbers));
    table.set("code", Column::of_texts(texts, missing));
    return table;
}

TEST(TableRows, PiecesMakeTheTable) {
    const Table table = some_rows(23);
    for (const std::size_t size : {1, 4, 23, 100}) {
        const auto source = open_table_rows(table, {"x", "code", "unread"}, size);
        EXPECT_EQ(source->header().size(), 3u);
        Diagnostics faults;
        std::size_t row = 0, pieces = 0;
        while (const auto piece = source->next(faults)) {
            EXPECT_EQ(piece->index, pieces++);
            const RowBlock block = source->read(*piece);
            EXPECT_EQ(&block.table.at("code").dictionary(), &table.at("code").dictionary());
            for (std::size_t i = 0; i < block.table.rows(); ++i, ++row) {
                EXPECT_EQ(block.table.at("x").number(i), table.at("x").number(row));
                EXPECT_EQ(block.table.at("code").cell(i), table.at("code").cell(row));
                EXPECT_EQ(block.table.at("code").missing(i), table.at("code").missing(row));
                EXPECT_EQ(block.table.lines[i], i);
            }
        }
        EXPECT_EQ(row, 23u);
        EXPECT_EQ(pieces, (23 + size - 1) / size);
        EXPECT_EQ(source->share(), 1);
    }
}

TEST(TableRows, NothingComesOfNoRows) {
    const auto source = open_table_rows(some_rows(0), {"x", "code"});
    Diagnostics faults;
    EXPECT_EQ(source->next(faults), nullptr);
}

}  // namespace
}  // namespace cifra
