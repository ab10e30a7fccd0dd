// A table filled row by row, for reports.
#pragma once

#include <cmath>
#include <initializer_list>
#include <limits>
#include <string>
#include <vector>

#include "engine/table.h"

namespace cifra {

class ReportTable {
public:
    // Texts first, then numbers.
    ReportTable(std::vector<std::string> texts, std::vector<std::string> numbers)
        : text_names_(std::move(texts)),
          number_names_(std::move(numbers)),
          texts_(text_names_.size()),
          numbers_(number_names_.size()) {}

    // NaN is a missing cell.
    void add(const std::vector<std::string>& texts, const std::vector<double>& numbers) {
        for (std::size_t k = 0; k < texts_.size(); ++k) texts_[k].push_back(texts.at(k));
        for (std::size_t k = 0; k < numbers_.size(); ++k) numbers_[k].push_back(numbers.at(k));
    }

    Table finish() {
        Table table;
        for (std::size_t k = 0; k < texts_.size(); ++k) table.set(text_names_[k], Column::of_texts(texts_[k]));
        for (std::size_t k = 0; k < numbers_.size(); ++k)
            table.set(number_names_[k], Column::of_numbers(std::move(numbers_[k])));
        return table;
    }

private:
    std::vector<std::string> text_names_, number_names_;
    std::vector<std::vector<std::string>> texts_;
    std::vector<std::vector<double>> numbers_;
};

inline double share_of(double part, double whole) {
    return whole > 0 ? part / whole : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace cifra
