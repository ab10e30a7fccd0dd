#include "estimation/imputation_rows.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

namespace cifra {

namespace {

constexpr char separator = '\x1f';

// The cell as text; missing cells of all kinds are one value, which no cell of a file can hold.
std::string cell_text(const Column& column, std::size_t row) {
    return column.present(row) ? column.cell(row) : std::string("\x1e");
}

std::string content(const Hierarchy& hierarchy, std::size_t level, std::size_t row) {
    const Table& table = hierarchy[level].table;
    std::vector<std::string> names = table.names();
    std::sort(names.begin(), names.end());
    std::string text;
    for (const std::string& name : names) text += cell_text(table.at(name), row) + separator;
    return text;
}

// What differs only by the order of rows: records alike in all they have.
std::vector<std::string> names_by_content(const Hierarchy& hierarchy, std::size_t level) {
    std::vector<std::string> names(hierarchy[level].rows());
    for (std::size_t at = level; at != no_level; at = hierarchy[at].parent) {
        const std::vector<std::size_t> rows = hierarchy.ancestor_rows(level, at);
        for (std::size_t row = 0; row < names.size(); ++row)
            if (rows[row] != Column::npos) names[row] += content(hierarchy, at, rows[row]);
    }
    std::map<std::string, std::size_t> seen;
    for (std::string& name : names) {
        const std::size_t before = seen[name]++;
        if (before > 0) name += std::to_string(before);
    }
    return names;
}

// Categories present, in text order.
std::vector<std::string> categories_of(const Column& column, const std::vector<std::uint8_t>& universe) {
    std::map<std::string, bool> found;
    for (std::size_t row = 0; row < column.size(); ++row)
        if (universe[row]) found[cell_text(column, row)] = true;
    std::vector<std::string> categories;
    for (const auto& entry : found) categories.push_back(entry.first);
    return categories;
}

}  // namespace

bool is_missing_item(const Column& column, std::size_t row, const std::vector<std::string>& codes) {
    if (!column.present(row)) return column.missing(row) != Missing::not_asked;
    return std::any_of(codes.begin(), codes.end(), [&](const std::string& code) {
        if (!column.is_number()) return column.text(row) == code;
        const std::optional<double> number = parse_number(code);
        return number && *number == column.number(row);
    });
}

ImputationRows imputation_rows(const Hierarchy& hierarchy, const ImputationItem& item) {
    const Level& level = hierarchy[item.level];
    const Column& column = level.table.at(item.variable);
    ImputationRows rows;
    rows.universe = item.where ? hierarchy.filter(item.level, *item.where) : std::vector<std::uint8_t>(level.rows(), 1);
    rows.missing.assign(level.rows(), 0);
    for (std::size_t row = 0; row < level.rows(); ++row) {
        if (!column.present(row) && column.missing(row) == Missing::not_asked) rows.universe[row] = 0;
        if (!rows.universe[row]) continue;
        const double times = level.multiplicity.empty() ? 1 : level.multiplicity[row];
        const double weight = level.weight.empty() ? 1 : level.weight[row] * times;
        rows.missing[row] = is_missing_item(column, row, item.missing_codes);
        ++rows.universe_count;
        rows.missing_count += rows.missing[row];
        rows.universe_weight += weight;
        rows.missing_weight += rows.missing[row] ? weight : 0;
    }
    return rows;
}

std::vector<std::string> record_names(const Hierarchy& hierarchy, std::size_t level,
                                      const std::vector<std::string>& id) {
    if (id.empty()) return names_by_content(hierarchy, level);
    std::vector<std::string> names(hierarchy[level].rows());
    for (const std::string& column_name : id) {
        const Column& column = hierarchy.column(level, column_name);
        for (std::size_t row = 0; row < names.size(); ++row) names[row] += cell_text(column, row) + separator;
    }
    return names;
}

DonorClasses donor_classes(const Hierarchy& hierarchy, const ImputationItem& item) {
    DonorClasses classes;
    classes.minimum = item.minimum;
    std::vector<std::string> kept = item.classes;
    for (std::size_t step = 0; step <= item.collapse.size(); ++step) {
        if (step > 0) std::erase(kept, item.collapse[step - 1]);
        std::vector<std::string> keys(hierarchy[item.level].rows());
        for (const std::string& name : kept) {
            const Column& column = hierarchy.column(item.level, name);
            for (std::size_t row = 0; row < keys.size(); ++row) keys[row] += cell_text(column, row) + separator;
        }
        std::map<std::string, std::uint32_t> codes;
        std::vector<std::uint32_t>& level = classes.levels.emplace_back();
        for (const std::string& key : keys)
            level.push_back(codes.emplace(key, static_cast<std::uint32_t>(codes.size())).first->second);
    }
    return classes;
}

Eigen::MatrixXd predictor_matrix(const Hierarchy& hierarchy, const ImputationItem& item) {
    const auto rows = static_cast<Eigen::Index>(hierarchy[item.level].rows());
    const std::vector<std::uint8_t> universe = imputation_rows(hierarchy, item).universe;
    std::vector<Eigen::VectorXd> columns;
    for (const std::string& name : item.predictors) {
        const Column& column = hierarchy.column(item.level, name);
        if (column.is_number()) {
            Eigen::VectorXd& numbers = columns.emplace_back(rows);
            for (Eigen::Index row = 0; row < rows; ++row) numbers(row) = column.number(static_cast<std::size_t>(row));
            continue;
        }
        const std::vector<std::string> categories = categories_of(column, universe);
        for (std::size_t c = 1; c < categories.size(); ++c) {
            Eigen::VectorXd& indicator = columns.emplace_back(rows);
            for (Eigen::Index row = 0; row < rows; ++row)
                indicator(row) = cell_text(column, static_cast<std::size_t>(row)) == categories[c] ? 1 : 0;
        }
    }
    Eigen::MatrixXd matrix(rows, static_cast<Eigen::Index>(columns.size()));
    for (std::size_t c = 0; c < columns.size(); ++c) matrix.col(static_cast<Eigen::Index>(c)) = columns[c];
    return matrix;
}

}  // namespace cifra
