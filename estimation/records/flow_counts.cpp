#include "estimation/records/flow_counts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "engine/csv.h"
#include "engine/iccs.h"

namespace cifra {

namespace {

using Text = std::string CountRow::*;

struct TextColumn {
    const char* name;
    Text member;
    std::vector<std::string> allowed;  // none: any
};

const std::vector<TextColumn>& text_columns() {
    static const std::vector<TextColumn> columns = {
        {"area", &CountRow::area, {}},
        {"iccs", &CountRow::iccs, {}},
        {"sex", &CountRow::sex, {"female", "male"}},
        {"age", &CountRow::age, {"minor", "adult"}},
        {"citizenship", &CountRow::citizenship, {"national", "foreign"}},
        {"status", &CountRow::status, {"sentenced", "unsentenced"}},
    };
    return columns;
}

class CountReader {
public:
    CountReader(const Table& table, const CountCodes& codes, Diagnostics& faults)
        : table_(table), codes_(codes), faults_(faults) {}

    std::vector<CountRow> read() {
        std::vector<CountRow> rows;
        for (std::size_t k = 0; k < table_.rows(); ++k) rows.push_back(row(k));
        check_twice(rows);
        return rows;
    }

private:
    Location place(std::size_t k) const { return {table_.source, table_.lines[k], 0}; }

    CountRow row(std::size_t k) {
        CountRow row;
        row.line = table_.lines[k];
        const Column& year = table_.at("year");
        const Column& count = table_.at("count");
        const double number = year.present(k) ? year.number(k) : 0;
        if (!(number >= 1 && number <= 9999 && number == std::floor(number)))
            faults_.error(place(k), "not-a-year", "the column 'year' holds no year", "write it as 2021");
        else
            row.year = static_cast<int>(number);
        if (!count.present(k) || count.number(k) < 0)
            faults_.error(place(k), "negative-count", "the column 'count' holds no count",
                          "write a number from 0, or leave the row out");
        else
            row.count = count.number(k);
        for (const TextColumn& column : text_columns()) row.*column.member = text(column, k);
        check_iccs(row, k);
        return row;
    }

    std::string text(const TextColumn& column, std::size_t k) {
        const Column* cells = table_.find(column.name);
        if (!cells || !cells->present(k)) return "";
        std::string value = cells->text(k);
        if (const auto map = codes_.find(column.name); map != codes_.end())
            if (const auto known = map->second.find(value); known != map->second.end()) value = known->second;
        const auto& allowed = column.allowed;
        if (allowed.empty() || std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return value;
        faults_.error(place(k), "unknown-code",
                      fmt::format("the column '{}' holds a code without a meaning", column.name),
                      fmt::format("{0} is {1}; 'codes: {{{0}: ...}}' of the flow translates other codes", column.name,
                                  fmt::join(allowed, " or ")));
        return "";
    }

    void check_iccs(const CountRow& row, std::size_t k) {
        if (row.iccs.empty() || find_iccs(row.iccs)) return;
        const IccsAlias* alias = find_iccs_alias(row.iccs);
        faults_.error(place(k), "unknown-iccs", "the column 'iccs' holds no code of the ICCS",
                      alias ? fmt::format("'{}' is the right one: {}", alias->right, alias->reason)
                            : "write a code of version 1.0 with its leading zero");
    }

    void check_twice(const std::vector<CountRow>& rows) {
        std::set<std::tuple<int, std::string, std::string, std::string, std::string, std::string, std::string>> seen;
        for (std::size_t k = 0; k < rows.size(); ++k) {
            const CountRow& row = rows[k];
            if (seen.insert({row.year, row.area, row.iccs, row.sex, row.age, row.citizenship, row.status}).second)
                continue;
            faults_.error(place(k), "duplicate-row", "an earlier row counts the same",
                          "add the two up, or leave one out");
        }
    }

    const Table& table_;
    const CountCodes& codes_;
    Diagnostics& faults_;
};

}  // namespace

std::vector<CountRow> read_counts(const std::filesystem::path& file, const CountCodes& codes, Diagnostics& faults) {
    CsvOptions options;
    options.columns = {"year", "count"};
    options.types = {{"year", ColumnType::number}, {"count", ColumnType::number}};
    for (const TextColumn& column : text_columns()) {
        options.optional_columns.emplace_back(column.name);
        options.types[column.name] = ColumnType::text;
    }
    const std::size_t before = faults.error_count();
    const Table table = read_csv(file, options, faults);
    if (faults.error_count() > before) return {};
    return CountReader(table, codes, faults).read();
}

bool within_any(const std::string& iccs, const std::vector<std::string>& codes) {
    return codes.empty() ||
           std::any_of(codes.begin(), codes.end(), [&](const std::string& code) { return iccs_within(iccs, code); });
}

std::vector<CountRow> chosen(const std::vector<CountRow>& rows, const CountChoice& choice) {
    std::vector<CountRow> result;
    for (const CountRow& row : rows)
        if (row.year == choice.year && (choice.area.empty() || row.area == choice.area) &&
            within_any(row.iccs, choice.iccs))
            result.push_back(row);
    return result;
}

double sum_of(const std::vector<CountRow>& rows) {
    double sum = 0;
    for (const CountRow& row : rows) sum += row.count;
    return sum;
}

}  // namespace cifra
