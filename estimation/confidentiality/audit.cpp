#include "estimation/confidentiality/audit.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>

#include "estimation/confidentiality/programme.h"

namespace cifra {

namespace {

constexpr std::uint64_t prime = 2'147'483'647;

std::uint64_t power(std::uint64_t base, std::uint64_t exponent) {
    std::uint64_t result = 1;
    for (; exponent > 0; exponent >>= 1U, base = base * base % prime)
        if (exponent & 1U) result = result * base % prime;
    return result;
}

using Matrix = std::vector<std::vector<std::uint64_t>>;

void subtract(std::vector<std::uint64_t>& row, const std::vector<std::uint64_t>& pivot, std::uint64_t factor) {
    for (std::size_t j = 0; j < row.size(); ++j) row[j] = (row[j] + (prime - factor) * pivot[j]) % prime;
}

// Columns whose unit vector is a combination of the rows: in reduced echelon form, a pivot alone in its row.
std::vector<bool> determined_columns(Matrix rows, std::size_t columns) {
    std::size_t rank = 0;
    std::vector<bool> determined(columns, false);
    for (std::size_t c = 0; c < columns && rank < rows.size(); ++c) {
        const auto pivot = std::find_if(rows.begin() + static_cast<std::ptrdiff_t>(rank), rows.end(),
                                        [c](const auto& row) { return row[c] != 0; });
        if (pivot == rows.end()) continue;
        std::swap(rows[rank], *pivot);
        const std::uint64_t inverse = power(rows[rank][c], prime - 2);
        for (std::uint64_t& x : rows[rank]) x = x * inverse % prime;
        for (std::size_t r = 0; r < rows.size(); ++r)
            if (r != rank && rows[r][c] != 0) subtract(rows[r], rows[rank], rows[r][c]);
        ++rank;
    }
    for (std::size_t r = 0; r < rank; ++r) {
        if (std::count(rows[r].begin(), rows[r].end(), 0U) + 1 != static_cast<std::ptrdiff_t>(columns)) continue;
        const auto at = std::find_if(rows[r].begin(), rows[r].end(), [](std::uint64_t x) { return x != 0; });
        determined[static_cast<std::size_t>(at - rows[r].begin())] = true;
    }
    return determined;
}

class Intruder {
public:
    Intruder(const AdditiveTable& table, const std::vector<bool>& suppressed) : table_(table) {
        for (std::size_t cell = 0; cell < suppressed.size(); ++cell) {
            if (!suppressed[cell]) continue;
            place_[cell] = programme_.add_variable(0, std::numeric_limits<double>::infinity(), 0);
            scale_ = std::max(scale_, table.values[cell]);
        }
        for (const Relation& relation : table.relations) add(relation);
    }

    std::vector<AuditedCell> audit() {
        const std::vector<bool> determined = determined_columns(rows_, place_.size());
        std::vector<AuditedCell> cells;
        for (const auto& [cell, variable] : place_)
            cells.push_back({cell, -reach(variable, 1), reach(variable, -1), determined[variable]});
        return cells;
    }

private:
    // What is kept back of a relation must come to what its published cells leave.
    void add(const Relation& relation) {
        std::vector<std::pair<std::size_t, double>> terms;
        std::vector<std::uint64_t> row(place_.size());
        double known = -relation.rest;
        const auto take = [&](std::size_t cell, bool is_total) {
            const auto found = place_.find(cell);
            if (found == place_.end()) {
                known += is_total ? table_.values[cell] : -table_.values[cell];
                return;
            }
            terms.emplace_back(found->second, is_total ? -1 : 1);
            row[found->second] = is_total ? prime - 1 : 1;
        };
        take(relation.total, true);
        for (const std::size_t part : relation.parts) take(part, false);
        if (terms.empty()) return;
        programme_.add_row(terms, known / scale_, known / scale_);
        rows_.push_back(std::move(row));
    }

    // minus the least of `direction` times the cell
    double reach(std::size_t variable, double direction) {
        programme_.set_cost(variable, direction);
        const Programme::Outcome outcome = programme_.solve();
        programme_.set_cost(variable, 0);
        if (outcome == Programme::Outcome::unbounded) return std::numeric_limits<double>::infinity();
        return -scale_ * programme_.objective();
    }

    const AdditiveTable& table_;
    std::map<std::size_t, std::size_t> place_;
    Matrix rows_;
    double scale_ = 1;
    Programme programme_;
};

}  // namespace

std::vector<AuditedCell> audit_suppression(const AdditiveTable& table, const std::vector<bool>& suppressed) {
    return Intruder(table, suppressed).audit();
}

}  // namespace cifra
