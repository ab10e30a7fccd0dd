// One margin, of one or several variables, as categories of the groups that a server sent and as SQL of its rows.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/table.h"
#include "engine/warehouse/answer.h"
#include "estimation/weighting/calibration_margins.h"

namespace cifra {

class CrossedMargin {
public:
    // `keys`: of the variables of all margins, the first columns of `groups`; `variables`: the positions of this
    // margin's; `rows`: of positive base weight by group.
    CrossedMargin(const std::vector<SqlOutput>& keys, const Table& groups, const std::vector<std::size_t>& variables,
                  const Column& rows);

    const SampledCategories& sampled() const { return sampled_; }
    double rows_without_category() const { return without_; }

    // Each group and each literal gets the number of its category.
    void number_categories(const std::map<std::string, std::uint32_t>& place);
    const std::vector<std::uint32_t>& category() const { return category_; }  // by group; no_category
    const std::string& sql() const { return sql_; }                           // of a row, a whole number or a String
    const std::vector<std::string>& literals() const { return literal_; }     // of this value, by category

private:
    void cross(const std::vector<SqlOutput>& keys, const Table& groups, const std::vector<std::size_t>& variables);

    std::vector<std::uint8_t> known_;        // by group: it has a category
    std::vector<std::string> text_, value_;  // "E;Yes", and the literal of `sql_`
    SampledCategories sampled_;
    double without_ = 0;
    std::string sql_;
    std::vector<std::uint32_t> category_;
    std::vector<std::string> literal_;
};

}  // namespace cifra
