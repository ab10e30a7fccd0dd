#include "estimation/weighting/cells.h"

#include <algorithm>
#include <optional>

namespace cifra {

namespace {

CellKey key_of_row(const std::vector<Column>& texts, std::size_t row) {
    CellKey key;
    key.reserve(texts.size());
    for (const Column& text : texts) key.push_back(text.text(row));
    return key;
}

std::size_t shared_prefix(const CellKey& a, const CellKey& b) {
    const auto [end, ignored] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    return static_cast<std::size_t>(end - a.begin());
}

std::optional<std::size_t> worst_group(const std::vector<CellGroup>& groups, const CollapseRule& rule) {
    std::optional<std::size_t> worst;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (!deficient(groups[i].sums, rule)) continue;
        if (!worst || groups[i].sums.respondents < groups[*worst].sums.respondents) worst = i;
    }
    return worst;
}

// The left one of the pair to join: i - 1 for (i - 1, i), i for (i, i + 1).
std::size_t pair_to_join(const AdjustmentCells& cells, const std::vector<CellGroup>& groups, std::size_t i) {
    if (i == 0) return 0;
    if (i + 1 == groups.size()) return i - 1;
    const CellGroup &left = groups[i - 1], &here = groups[i], &right = groups[i + 1];
    const std::size_t with_left = shared_prefix(cells.keys[left.members.back()], cells.keys[here.members.front()]);
    const std::size_t with_right = shared_prefix(cells.keys[here.members.back()], cells.keys[right.members.front()]);
    if (with_left != with_right) return with_left > with_right ? i - 1 : i;
    return left.sums.respondents <= right.sums.respondents ? i - 1 : i;
}

void join_with_next(std::vector<CellGroup>& groups, std::size_t i) {
    const CellGroup next = std::move(groups[i + 1]);
    groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    CellGroup& group = groups[i];
    group.members.insert(group.members.end(), next.members.begin(), next.members.end());
    group.sums.respondents += next.sums.respondents;
    group.sums.base += next.sums.base;
    group.sums.target += next.sums.target;
}

}  // namespace

AdjustmentCells form_cells(std::vector<std::string> variables, const std::vector<Column>& columns,
                           std::span<const std::uint8_t> inside, const std::vector<CellKey>& extra) {
    std::vector<Column> texts;
    for (const Column& column : columns) texts.push_back(column.as_text());
    AdjustmentCells cells{std::move(variables), extra,
                          std::vector<std::uint32_t>(inside.size(), AdjustmentCells::none)};
    for (std::size_t row = 0; row < inside.size(); ++row)
        if (inside[row]) cells.keys.push_back(key_of_row(texts, row));
    std::sort(cells.keys.begin(), cells.keys.end());
    cells.keys.erase(std::unique(cells.keys.begin(), cells.keys.end()), cells.keys.end());
    for (std::size_t row = 0; row < inside.size(); ++row) {
        if (!inside[row]) continue;
        const auto place = std::lower_bound(cells.keys.begin(), cells.keys.end(), key_of_row(texts, row));
        cells.of_row[row] = static_cast<std::uint32_t>(place - cells.keys.begin());
    }
    return cells;
}

std::string cell_name(const std::vector<std::string>& variables, const CellKey& key) {
    if (variables.empty()) return "all";
    std::string name;
    for (std::size_t i = 0; i < variables.size(); ++i) {
        if (i > 0) name += ';';
        name += variables[i] + "=" + key[i];
    }
    return name;
}

bool deficient(const AdjustmentSums& sums, const CollapseRule& rule) {
    return sums.respondents < rule.min_respondents || sums.target > rule.max_factor * sums.base;
}

std::vector<CellGroup> collapse_cells(const AdjustmentCells& cells, const std::vector<AdjustmentSums>& sums,
                                      const CollapseRule& rule) {
    std::vector<CellGroup> groups;
    for (std::uint32_t i = 0; i < sums.size(); ++i) groups.push_back({{i}, sums[i]});
    while (groups.size() > 1) {
        const auto worst = worst_group(groups, rule);
        if (!worst) break;
        join_with_next(groups, pair_to_join(cells, groups, *worst));
    }
    return groups;
}

std::string group_name(const AdjustmentCells& cells, const CellGroup& group) {
    std::string name;
    for (const std::uint32_t member : group.members) {
        if (!name.empty()) name += " + ";
        name += cell_name(cells.variables, cells.keys[member]);
    }
    return name;
}

}  // namespace cifra
