#include "estimation/weighting/calibration_controls.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "estimation/numbering.h"
#include "estimation/weighting/calibration_margins.h"

namespace cifra {

namespace {

// The distinct combinations of cells of some columns, among the rows inside.
struct Combinations {
    std::vector<std::uint32_t> of_row;  // no_category: outside
    std::vector<std::string> text;      // "north;urban"
    std::vector<std::size_t> rows;
};

std::vector<std::uint32_t> codes_of(const Column& column, std::uint64_t& count) {
    if (!column.is_number()) {
        count = column.dictionary().size();
        return {column.codes().begin(), column.codes().end()};
    }
    Numbering numbering;
    std::vector<std::uint32_t> codes(column.size());
    for (std::size_t row = 0; row < codes.size(); ++row) codes[row] = numbering.of(key_of(column.number(row)));
    count = numbering.size();
    return codes;
}

Combinations combine_cells(const std::vector<const Column*>& columns, std::span<const double> base) {
    Combinations result;
    result.of_row.resize(base.size());
    for (std::size_t row = 0; row < base.size(); ++row) {
        const auto present = [&](const Column* column) { return column->present(row); };
        const bool inside = base[row] != 0 && std::all_of(columns.begin(), columns.end(), present);
        result.of_row[row] = inside ? 0 : no_category;
    }
    for (const Column* column : columns) {
        std::uint64_t count = 0;
        const std::vector<std::uint32_t> code = codes_of(*column, count);
        Numbering pairs;
        for (std::size_t row = 0; row < base.size(); ++row)
            if (std::uint32_t& number = result.of_row[row]; number != no_category)
                number = pairs.of(number * count + code[row]);
    }
    for (std::size_t row = 0; row < base.size(); ++row) {
        const std::uint32_t number = result.of_row[row];
        if (number == no_category) continue;
        if (number == result.rows.size()) {
            result.rows.push_back(0);
            std::string& text = result.text.emplace_back();
            for (const Column* column : columns) text += (text.empty() ? "" : ";") + column->cell(row);
        }
        ++result.rows[number];
    }
    return result;
}

class Former {
public:
    Former(const CalibrationPlan& plan, const SurveyData& data, std::span<const double> base, Diagnostics& faults)
        : plan_(plan), data_(data), index_(data.hierarchy.find(plan.level)), base_(base), faults_(faults) {}

    Controls form() {
        for (const ControlPlan& control : plan_.controls)
            is_number(control) ? add_number(control) : add_margin(control);
        check_margins(plan_, faults_);
        return std::move(controls_);
    }

private:
    bool is_number(const ControlPlan& plan) const {
        if (plan.number || plan.told || plan.variables.size() != 1) return plan.number;
        return data_.hierarchy.knows(index_, plan.name) && data_.hierarchy.column(index_, plan.name).is_number();
    }

    void add_number(const ControlPlan& plan) {
        const auto expression =
            parse_expression(plan.name, plan.where, data_.hierarchy.schema(index_), faults_, Type::number);
        if (!expression) return;
        const Column column = data_.hierarchy.evaluate(index_, *expression);
        Control control;
        control.names = {plan.name};
        control.totals = plan.told ? plan.totals : std::vector<double>{std::numeric_limits<double>::quiet_NaN()};
        control.value.assign(column.numbers().begin(), column.numbers().end());
        refuse_rows(data_.hierarchy[index_], fmt::format("'{}'", plan.name), faults_, [&](std::size_t row) {
            return base_[row] == 0 || (column.present(row) && std::isfinite(control.value[row]));
        });
        for (std::size_t row = 0; row < base_.size(); ++row)
            if (base_[row] == 0) control.value[row] = 0;
        if (base_.empty()) control.value.clear();
        controls_.add(std::move(control));
    }

    void add_margin(const ControlPlan& plan) {
        const std::size_t before = faults_.error_count();
        check_variables(data_, index_, plan.variables, plan.where, faults_);
        if (faults_.error_count() > before) return;
        std::vector<const Column*> columns;
        for (const std::string& name : plan.variables) columns.push_back(&data_.hierarchy.column(index_, name));
        const Combinations combinations = combine_cells(columns, base_);
        refuse_rows(data_.hierarchy[index_], fmt::format("'{}'", plan.name), faults_,
                    [&](std::size_t row) { return base_[row] == 0 || combinations.of_row[row] != no_category; });
        finish_margin(plan, combinations);
    }

    void finish_margin(const ControlPlan& plan, const Combinations& combinations) {
        SampledCategories sampled;
        for (std::size_t i = 0; i < combinations.text.size(); ++i)
            sampled[combinations.text[i]] += combinations.rows[i];
        MarginColumns columns = margin_columns(plan, sampled, faults_);
        std::vector<std::uint32_t> column(combinations.text.size(), no_category);
        for (std::size_t i = 0; i < column.size(); ++i)
            if (const auto found = columns.place.find(combinations.text[i]); found != columns.place.end())
                column[i] = found->second;
        columns.control.category = combinations.of_row;
        for (std::uint32_t& category : columns.control.category)
            if (category != no_category) category = column[category];
        controls_.add(std::move(columns.control));
    }

    const CalibrationPlan& plan_;
    const SurveyData& data_;
    std::size_t index_;
    std::span<const double> base_;
    Diagnostics& faults_;
    Controls controls_;
};

}  // namespace

Controls form_controls(const CalibrationPlan& plan, const SurveyData& data, std::span<const double> base,
                       Diagnostics& faults) {
    return Former(plan, data, base, faults).form();
}

}  // namespace cifra
