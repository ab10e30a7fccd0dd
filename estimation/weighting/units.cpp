#include "estimation/weighting/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string_view>
#include <unordered_map>

#include "engine/design_columns.h"
#include "estimation/weighting/group_variables.h"
#include "estimation/weighting/person_factor.h"

namespace cifra {

namespace {

using Index = std::unordered_map<std::string_view, std::size_t>;

constexpr double tolerance = 1e-9;
constexpr double unknown_number = std::numeric_limits<double>::quiet_NaN();

Location row_place(const Table& table, std::size_t row) {
    return {table.source, row < table.lines.size() ? table.lines[row] : 0, 0};
}

double number_or_nan(const Table& table, std::string_view name, std::size_t row) {
    const Column* column = table.find(name);
    const bool usable = column && row != Column::npos && column->is_number() && column->present(row);
    return usable ? column->number(row) : unknown_number;
}

bool holds(const std::vector<std::string>& codes, const std::string& code) {
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

// Joins the files dwelling by dwelling, and person by person within them.
class Joiner {
public:
    Joiner(const Table& sample, const std::optional<Table>& household, const std::optional<Table>& person,
           const WeightingPlan& plan, Diagnostics& faults)
        : sample_(sample),
          household_(household ? &*household : nullptr),
          person_(person ? &*person : nullptr),
          plan_(plan),
          faults_(faults) {}

    WeightingUnits join() {
        if (!columns_are_there()) return {};
        check_person_method(sample_, plan_, faults_);
        if (faults_.has_errors()) return {};
        order_dwellings();
        find_households();
        group_persons();
        for (std::size_t i = 0; i < units_.file_row.size(); ++i) add_dwelling(i);
        warn_of_kish_grid();
        add_levels();
        add_group_variables(plan_.groups, units_.levels, faults_);
        return std::move(units_);
    }

private:
    bool has_columns(const Table& table, const std::vector<std::string>& names) {
        bool complete = true;
        for (const std::string& name : names) {
            if (table.has(name)) continue;
            complete = false;
            faults_.error({table.source, 1, 0}, "missing-column", fmt::format("there is no column '{}'", name),
                          suggestion(name, table.names()));
        }
        return complete;
    }

    bool columns_are_there() {
        bool complete = has_columns(sample_, {plan_.unit, plan_.base_weight});
        if (household_) complete &= has_columns(*household_, {"household", plan_.outcome});
        if (person_) complete &= has_columns(*person_, {"household"});
        if (plan_.selects_one_person() && !source_of_eligible())
            complete &= has_columns(person_ ? *person_ : household_ ? *household_ : sample_, {plan_.eligible});
        return complete;
    }

    // The household file, else the person file, else the sample of a draw from a file of persons.
    const Table* source_of_eligible() const {
        for (const Table* table : {household_, person_, &sample_})
            if (table && table->has(plan_.eligible)) return table;
        return nullptr;
    }

    // ---- dwellings

    void order_dwellings() {
        const Column ids = sample_.at(plan_.unit).as_text();
        drawn_ = ids;
        for (std::size_t row = 0; row < ids.size(); ++row) check_id(sample_, drawn_, row, sample_index_, "unit");
        units_.file_row.resize(ids.size());
        std::iota(units_.file_row.begin(), units_.file_row.end(), std::size_t{0});
        std::sort(units_.file_row.begin(), units_.file_row.end(),
                  [&](std::size_t a, std::size_t b) { return ids.text(a) < ids.text(b); });
        place_.resize(ids.size());
        for (std::size_t i = 0; i < place_.size(); ++i) place_[units_.file_row[i]] = i;
    }

    void check_id(const Table& table, const Column& ids, std::size_t row, Index& index, const char* what) {
        if (!ids.present(row))
            faults_.error(row_place(table, row), "missing-id", fmt::format("the row has no {}", what), "write its id");
        else if (!index.emplace(ids.text(row), row).second)
            faults_.error(row_place(table, row), "duplicate-id",
                          fmt::format("this {} stands on an earlier line too", what), "keep one row for each");
    }

    // The dwelling of a row of another file; npos after a fault.
    std::size_t dwelling_of(const Table& table, const Column& ids, std::size_t row) {
        if (!ids.present(row)) return Column::npos;
        const auto found = sample_index_.find(ids.text(row));
        if (found != sample_index_.end()) return place_[found->second];
        faults_.error(row_place(table, row), "unknown-dwelling", "this household is not among the drawn dwellings",
                      "correct its id, or give the sample file it was drawn with");
        return Column::npos;
    }

    void find_households() {
        household_row_.assign(units_.file_row.size(), Column::npos);
        if (!household_) return;
        household_ids_ = household_->at("household").as_text();
        Index index;
        for (std::size_t row = 0; row < household_ids_.size(); ++row) {
            check_id(*household_, household_ids_, row, index, "household");
            const std::size_t at = dwelling_of(*household_, household_ids_, row);
            if (at != Column::npos) household_row_[at] = row;
        }
    }

    void group_persons() {
        persons_of_.resize(units_.file_row.size());
        if (!person_) return;
        const Column ids = person_->at("household").as_text();
        for (std::size_t row = 0; row < ids.size(); ++row) {
            if (!ids.present(row))
                faults_.error(row_place(*person_, row), "missing-id", "the row has no household", "write its id");
            const std::size_t at = dwelling_of(*person_, ids, row);
            if (at != Column::npos) persons_of_[at].push_back(row);
        }
        for (auto& rows : persons_of_) order_persons(rows);
    }

    // By line of the household; files without lines keep their order only where a household has one person.
    void order_persons(std::vector<std::size_t>& rows) {
        if (rows.size() < 2) return;
        const Column* lines = person_->find("line");
        if (plan_.selects_one_person()) {
            faults_.error(row_place(*person_, rows[1]), "too-many-persons",
                          "this household stands on an earlier line too, and one person of it is selected",
                          "keep the selected person, or say 'persons: all' at the step person_selection");
        } else if (!lines) {
            faults_.error(row_place(*person_, rows[1]), "missing-column", "households of several persons need a 'line'",
                          "number the persons of a household in the column 'line'");
        } else {
            std::stable_sort(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) {
                return lines->is_number() ? lines->number(a) < lines->number(b) : lines->text(a) < lines->text(b);
            });
            for (std::size_t i = 1; i < rows.size(); ++i)
                if (lines->cell(rows[i]) == lines->cell(rows[i - 1]))
                    faults_.error(row_place(*person_, std::max(rows[i], rows[i - 1])), "duplicate-id",
                                  "this line of the household stands twice", "keep one row for each person");
        }
    }

    double base_weight(std::size_t row) {
        namespace c = design_columns;
        for (const char* name : {c::psu_probability, c::dwelling_probability}) {
            if (!sample_.has(name)) continue;
            const double p = number_or_nan(sample_, name, row);
            if (!(p > 0 && p <= 1))
                faults_.error(row_place(sample_, row), "bad-probability",
                              fmt::format("'{}' is not above 0 and at most 1", name),
                              "take the probabilities from the draw");
        }
        const double weight = number_or_nan(sample_, plan_.base_weight, row);
        const double expected = 1 / (number_or_nan(sample_, c::psu_probability, row) *
                                     number_or_nan(sample_, c::dwelling_probability, row));
        if (!(weight > 0) || std::isinf(weight))
            faults_.error(row_place(sample_, row), "bad-weight",
                          fmt::format("'{}' is not a number above 0", plan_.base_weight), "it is 1 / (pi_1 pi_2)");
        else if (std::abs(weight - expected) > tolerance * expected)
            faults_.error(row_place(sample_, row), "weight-mismatch",
                          fmt::format("'{}' is not 1 / (pi_1 pi_2)", plan_.base_weight),
                          "take weight and probabilities from the same draw");
        return weight;
    }

    // ---- what came of them

    std::string outcome_of(std::size_t dwelling) {
        if (household_)
            return household_row_[dwelling] == Column::npos
                       ? std::string()
                       : household_->at(plan_.outcome).cell(household_row_[dwelling]);
        const Column* column = sample_.find(plan_.outcome);
        return column ? column->cell(units_.file_row[dwelling]) : plan_.outcomes.respondent.front();
    }

    void add_status(UnitStatus& status, const OutcomeCodes& codes, const std::string& outcome) {
        status.known.push_back(!holds(codes.unknown, outcome));
        status.in_scope.push_back(!holds(codes.ineligible, outcome));
        status.responds.push_back(holds(codes.respondent, outcome));
    }

    void add_dwelling(std::size_t i) {
        units_.base_weight.push_back(base_weight(units_.file_row[i]));
        units_.outcome.push_back(outcome_of(i));
        check_disposition(i);
        add_status(units_.dwellings, plan_.outcomes, units_.outcome.back());
        const bool responds = units_.dwellings.responds[i];
        for (const std::size_t row : persons_of_[i])
            if (!responds)
                faults_.error(row_place(*person_, row), "orphan-person",
                              "a person was interviewed in a household that did not respond",
                              "correct the outcome of the household, or take the person out");
        units_.person_factor.push_back(responds && plan_.selects_one_person() ? factor_of_person(i) : unknown_number);
        if (plan_.weighs_all_persons()) check_certain_persons(i);
        if (responds && plan_.weighs_persons()) add_persons(i);
    }

    void check_disposition(std::size_t i) {
        if (plan_.dispositions.empty() || units_.outcome[i].empty() || plan_.dispositions.contains(units_.outcome[i]))
            return;
        const bool own = household_ != nullptr;
        faults_.error(row_place(own ? *household_ : sample_, own ? household_row_[i] : units_.file_row[i]),
                      "unknown-disposition", "this outcome is not among the 'dispositions' of the plan",
                      "map the code to an AAPOR disposition");
    }

    // NaN where nobody is eligible, or it is not told and nobody was interviewed.
    double factor_of_person(std::size_t i) {
        const std::size_t person = persons_of_[i].empty() ? Column::npos : persons_of_[i].front();
        const Table& source = *source_of_eligible();
        const std::size_t row = &source == household_ ? household_row_[i]
                                : &source == person_  ? person
                                                      : units_.file_row[i];
        const double eligible = number_or_nan(source, plan_.eligible, row);
        if (std::isnan(eligible) && person == Column::npos) return unknown_number;
        if (!(eligible >= 0) || eligible != std::floor(eligible) || (eligible == 0 && person != Column::npos)) {
            faults_.error(row_place(source, row), "bad-eligible",
                          fmt::format("'{}' is not the number of eligible persons", plan_.eligible),
                          "it is a whole number, at least 1 where a person was interviewed");
            return unknown_number;
        }
        if (eligible == 0) return unknown_number;
        if (beyond_kish_grid(sample_, units_.file_row[i], eligible)) beyond_grid_.push_back(units_.file_row[i]);
        return person_factor(sample_, {units_.file_row[i], person_, person, eligible}, faults_);
    }

    void check_certain_persons(std::size_t i) {
        const Column* column = person_ ? person_->find(design_columns::person_probability) : nullptr;
        if (!column) return;
        for (const std::size_t row : persons_of_[i])
            if (column->present(row) && !(column->is_number() && column->number(row) == 1))
                faults_.error(row_place(*person_, row), "selection-mismatch",
                              "'pi_3' is not 1, and the plan weighs all persons of a household",
                              "leave out 'persons: all', or say 'probability: pi_3', at the step person_selection");
    }

    void warn_of_kish_grid() {
        if (beyond_grid_.empty()) return;
        const std::size_t first = *std::min_element(beyond_grid_.begin(), beyond_grid_.end());
        faults_.warning(row_place(sample_, first), "kish-grid-limit",
                        fmt::format("{} households, first here, have more than six eligible persons, of whom the Kish "
                                    "grid can select six",
                                    beyond_grid_.size()),
                        "totals fall short by the others; take full_roster or rizzo for large households");
    }

    // ---- persons

    void add_persons(std::size_t dwelling) {
        for (const std::size_t row : persons_of_[dwelling]) add_person(dwelling, row);
        if (plan_.selects_one_person() && persons_of_[dwelling].empty() && !std::isnan(units_.person_factor[dwelling]))
            add_person(dwelling, Column::npos);
    }

    void add_person(std::size_t dwelling, std::size_t row) {
        units_.dwelling.push_back(dwelling);
        units_.person_row.push_back(row);
        const Column* outcome = row == Column::npos ? nullptr : person_->find(plan_.person_outcome);
        if (row == Column::npos || outcome)
            add_status(units_.persons, plan_.person_outcomes, outcome ? outcome->cell(row) : std::string());
        else
            add_status(units_.persons, plan_.person_outcomes, plan_.person_outcomes.respondent.front());
    }

    void add_levels() {
        Level dwellings;
        dwellings.name = "dwellings";
        dwellings.table = sample_.pick(units_.file_row);
        if (household_) add_columns(dwellings.table, *household_, household_row_);
        units_.levels.add(std::move(dwellings));
        if (!plan_.weighs_persons()) return;
        Level persons;
        persons.name = "persons";
        persons.parent = dwelling_level;
        persons.parent_row = units_.dwelling;
        std::vector<std::size_t> sample_rows;
        for (const std::size_t dwelling : units_.dwelling) sample_rows.push_back(units_.file_row[dwelling]);
        persons.table.set("household", drawn_.pick(sample_rows));
        if (person_) add_columns(persons.table, *person_, units_.person_row);
        units_.levels.add(std::move(persons));
    }

    // What stands above under the same name hides what stands below: the sample knows it of every unit.
    void add_columns(Table& facts, const Table& source, const std::vector<std::size_t>& rows) {
        for (std::size_t i = 0; i < source.width(); ++i)
            if (!facts.has(source.names()[i]) && !known_above(source.names()[i]))
                facts.set(source.names()[i], source.column(i).pick(rows));
        facts.source = source.source;
    }

    bool known_above(const std::string& name) const {
        return units_.levels.size() > 0 && units_.levels.knows(dwelling_level, name);
    }

    const Table& sample_;
    const Table* household_;
    const Table* person_;
    const WeightingPlan& plan_;
    Diagnostics& faults_;
    WeightingUnits units_;
    Column drawn_, household_ids_;
    Index sample_index_;              // row of the sample file by id
    std::vector<std::size_t> place_;  // unit by row of the sample file
    std::vector<std::size_t> household_row_;
    std::vector<std::size_t> beyond_grid_;  // rows of the sample file
    std::vector<std::vector<std::size_t>> persons_of_;
};

}  // namespace

WeightingUnits join_units(const Table& sample, const std::optional<Table>& household,
                          const std::optional<Table>& person, const WeightingPlan& plan, Diagnostics& faults) {
    return Joiner(sample, household, person, plan, faults).join();
}

}  // namespace cifra
