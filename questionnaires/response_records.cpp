#include "questionnaires/response_records.h"

#include <fmt/format.h>
#include <algorithm>
#include <cmath>

namespace cifra {
namespace {

// 1, 2, ... or nothing.
std::optional<std::uint32_t> positive(const std::string& text) {
    const auto number = parse_number(text);
    if (!number || *number < 1 || *number > 100000 || *number != std::floor(*number)) return std::nullopt;
    return static_cast<std::uint32_t>(*number);
}

class Grouping {
public:
    Grouping(const Instrument& instrument, const AnswerTables& tables, ViolationList& violations)
        : instrument_(instrument), tables_(tables), violations_(violations) {}

    GroupedRows run() {
        households();
        roster();
        persons();
        incidents();
        return std::move(result_);
    }

private:
    void households() {
        const Table& table = tables_.household;
        std::map<std::string, std::size_t> seen;
        for (std::size_t row = 0; row < table.rows(); ++row) {
            const std::string id = cell(table, "household", row);
            if (id.empty())
                violations_.add(Unit::household, row, "household", "missing-key", "the household has no id");
            else if (tables_.earlier.contains(id) || !seen.emplace(id, row).second)
                violations_.add(Unit::household, row, "household", "duplicate-key", "the household stands twice");
            else
                outcome(id, row);
        }
    }

    void outcome(const std::string& id, std::size_t row) {
        const std::string outcome = cell(tables_.household, "outcome", row);
        if (outcome == "1" || outcome == "5") {
            index_[id] = result_.complete.size();
            HouseholdRows rows;
            rows.id = id;
            rows.row = row;
            rows.broken_off = outcome == "5";
            rows.roster_sound = rows.incidents_sound = !rows.broken_off;
            result_.complete.push_back(std::move(rows));
            return;
        }
        result_.incomplete.push_back(row);
        if (outcome != "2" && outcome != "3" && outcome != "4")
            violations_.add(Unit::household, row, "outcome", "unknown-outcome", "the outcome is 1, 2, 3, 4 or 5");
    }

    // The household of a row in another file, or nullptr with a violation.
    HouseholdRows* owner(Unit unit, std::size_t row) {
        const std::string id = cell(tables_.of(unit), "household", row);
        const auto found = index_.find(id);
        if (found != index_.end()) return &result_.complete[found->second];
        if (id.empty())
            violations_.add(unit, row, "household", "missing-key", "the record has no household");
        else
            violations_.add(unit, row, "household", "orphan-record", "no complete household has this id");
        return nullptr;
    }

    std::optional<std::uint32_t> number(Unit unit, std::size_t row, const std::string& column) {
        const auto value = positive(cell(tables_.of(unit), column, row));
        if (!value) violations_.add(unit, row, column, "bad-line", "this must be 1, 2, 3, ...");
        return value;
    }

    void roster() {
        for (std::size_t row = 0; row < tables_.roster.rows(); ++row) {
            HouseholdRows* household = owner(Unit::roster, row);
            const auto line = household ? number(Unit::roster, row, "line") : std::nullopt;
            if (!household) continue;
            const bool placed = line && household->roster.emplace(*line, row).second;
            household->roster_sound &= placed;
            if (line && !placed)
                violations_.add(Unit::roster, row, "line", "duplicate-key", "the line stands twice in its household");
        }
    }

    void persons() {
        for (std::size_t row = 0; row < tables_.person.rows(); ++row) {
            HouseholdRows* household = owner(Unit::person, row);
            const auto line = household ? number(Unit::person, row, "line") : std::nullopt;
            if (!line) continue;
            if (!several_ && !household->persons.empty()) {
                violations_.add(Unit::person, row, "household", "duplicate-key",
                                "the household has two persons interviewed");
                continue;
            }
            if (!household->persons.emplace(*line, row).second) {
                violations_.add(Unit::person, row, "line", "duplicate-key", "the person stands twice");
                continue;
            }
            person_outcome(*household, *line, row);
        }
    }

    void person_outcome(HouseholdRows& household, std::uint32_t line, std::size_t row) {
        if (!tables_.person.has("outcome")) return;
        const std::string outcome = cell(tables_.person, "outcome", row);
        if (outcome != "1") household.silent.insert(line);
        if (outcome != "1" && outcome != "2" && outcome != "3")
            violations_.add(Unit::person, row, "outcome", "unknown-outcome", "the outcome of a person is 1, 2 or 3");
    }

    void incidents() {
        for (std::size_t row = 0; row < tables_.incident.rows(); ++row) {
            HouseholdRows* household = owner(Unit::incident, row);
            if (!household) continue;
            const auto crime = instrument_.crime_index(cell(tables_.incident, "crime", row));
            if (!crime)
                violations_.add(Unit::incident, row, "crime", "unknown-crime", "the instrument has no such crime");
            const auto line = number(Unit::incident, row, "line");
            const auto ordinal = number(Unit::incident, row, "ordinal");
            household->incidents_sound &=
                crime && line && ordinal &&
                place(*household, row, *line, {several_ ? *line : 0, static_cast<std::uint32_t>(*crime), *ordinal});
        }
    }

    bool place(HouseholdRows& household, std::size_t row, std::uint32_t line, const IncidentKey& key) {
        if (!household.persons.contains(line)) {
            violations_.add(Unit::incident, row, "line", "orphan-record", "no person of this line was interviewed");
            return false;
        }
        const bool fresh = household.incidents.emplace(key, row).second;
        if (!fresh) violations_.add(Unit::incident, row, "ordinal", "duplicate-key", "the incident stands twice");
        return fresh;
    }

    const Instrument& instrument_;
    const AnswerTables& tables_;
    ViolationList& violations_;
    const bool several_ = instrument_.roster && instrument_.roster->all;
    std::map<std::string, std::size_t> index_;
    GroupedRows result_;
};

}  // namespace

bool has_not_reached_code(const Question& question) { return !question.low || *question.low > -1; }

std::optional<std::size_t> HouseholdRows::person_row(std::uint32_t place_line) const {
    const auto found = place_line == 0 ? persons.begin() : persons.find(place_line);
    return found == persons.end() ? std::nullopt : std::optional(found->second);
}

std::string file_name(Unit unit) { return fmt::format("answers_{}.csv", to_text(unit)); }

std::string cell(const Table& table, std::string_view column, std::size_t row) {
    const Column* found = table.find(column);
    return found && found->present(row) ? found->cell(row) : std::string();
}

void ViolationList::add(Unit unit, std::size_t row, std::string column, std::string rule, std::string message,
                        bool hard) {
    const Table& table = tables_.of(unit);
    const std::size_t line = row < table.lines.size() ? table.lines[row] : row + 2;
    items_.push_back({unit, {hard, file_name(unit), line, std::move(column), std::move(rule), std::move(message)}});
}

std::vector<Violation> ViolationList::sorted() const {
    auto items = items_;
    std::stable_sort(items.begin(), items.end(), [](const auto& a, const auto& b) {
        return std::tie(a.first, a.second.line) < std::tie(b.first, b.second.line);
    });
    std::vector<Violation> result;
    for (auto& [unit, violation] : items) result.push_back(std::move(violation));
    return result;
}

GroupedRows group_rows(const Instrument& instrument, const AnswerTables& tables, ViolationList& violations) {
    return Grouping(instrument, tables, violations).run();
}

}  // namespace cifra
