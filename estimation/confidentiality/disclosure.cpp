#include "estimation/confidentiality/disclosure.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "estimation/confidentiality/audit.h"
#include "estimation/confidentiality/figures.h"
#include "estimation/confidentiality/rounding.h"
#include "estimation/confidentiality/suppression.h"
#include "estimation/shares.h"

namespace cifra {

namespace {

enum class Status { open, quality, sensitive, complementary, follows };
// An empty cell protects others only as a last resort, at the price of the largest figure: who knows that it must be
// empty is not misled.
constexpr double cost_of_nothing = 1;
constexpr std::array<const char*, 5> status_names = {"", "quality", "sensitive", "complementary", "follows"};

struct Mark {
    Status status = Status::open;
    std::string reason;
    double lower = missing_number, upper = missing_number;
    bool determined = false;
};

class Protector {
public:
    Protector(const Table& estimates, const ConfidentialityPlan& plan, const std::function<bool(std::size_t)>& hidden)
        : estimates_(estimates), plan_(plan), figures_(figures_of(estimates)), marks_(figures_.size()) {
        for (std::size_t i = 0; i < figures_.size(); ++i) {
            names_.emplace(name_of(figures_[i].indicator, figures_[i], figures_[i].domain), i);
            if (hidden(figures_[i].rows.front())) marks_[i] = {Status::quality, "precision_rule"};
            const std::string reason = why_sensitive(figures_[i]);
            if (!reason.empty()) marks_[i] = {Status::sensitive, reason};
        }
    }

    Disclosure protect() {
        const FigureTable cells = figure_table(figures_, plan_);
        Disclosure result;
        suppress_cells(cells, result);
        audit(cells);
        follow();
        count(cells, result);
        result.published = published(cells);
        result.full = full();
        result.report = report(cells);
        return result;
    }

private:
    using Name = std::array<std::string, 4>;

    static Name name_of(const std::string& indicator, const Figure& like, const std::string& domain) {
        return {indicator, like.period, like.table, domain_of_parts(parts_of_domain(domain))};
    }

    // A figure without a case tells of nobody.
    std::string why_sensitive(const Figure& figure) const {
        if (figure.cases > 0 && figure.cases < plan_.minimum_cases)
            return fmt::format("cases_below_{}", plan_.minimum_cases);
        if (figure.cases == 0) return "";
        if (figure.n > 0 && figure.n < plan_.minimum_n) return fmt::format("n_below_{}", plan_.minimum_n);
        if (figure.df < plan_.minimum_df) return fmt::format("df_below_{}", plan_.minimum_df);
        return "";
    }

    bool suppressed(std::size_t i) const { return marks_[i].status != Status::open; }

    void suppress_cells(const FigureTable& cells, Disclosure& result) {
        SuppressionProblem problem{cells.table, cells.cost, {}, {}, {}};
        for (std::size_t i = 0; i < figures_.size(); ++i) {
            const double value = cells.table.values[i];
            if (value == 0) problem.cost[i] = cost_of_nothing;
            if (marks_[i].status == Status::sensitive && value > 0)
                problem.sensitive.push_back({i, plan_.protection * value});
            else if (suppressed(i))
                problem.held_back.push_back(i);
        }
        problem.published.resize(figures_.size(), false);
        problem.published.resize(cells.table.values.size(), true);
        const Suppression found = suppress(problem);
        result.proven = found.proven;
        if (!found.unprotected.empty()) refuse(found.unprotected.front());
        for (std::size_t i = 0; i < figures_.size(); ++i)
            if (found.suppressed[i] && !suppressed(i)) marks_[i] = {Status::complementary, "protects_others"};
    }

    // The intruder's view of what will be published; a sensitive figure that is not protected stops everything.
    void audit(const FigureTable& cells) {
        std::vector<bool> kept_back(cells.table.values.size());
        for (std::size_t i = 0; i < figures_.size(); ++i) kept_back[i] = suppressed(i);
        for (const AuditedCell& seen : audit_suppression(cells.table, kept_back)) {
            Mark& mark = marks_[seen.cell];
            mark.lower = seen.lower;
            mark.upper = seen.upper;
            mark.determined = seen.determined;
            const double value = cells.table.values[seen.cell], away = 0.999 * plan_.protection * value;
            if (mark.status != Status::sensitive || value == 0) continue;
            if (seen.determined || seen.lower > value - away || seen.upper < value + away) refuse(seen.cell);
        }
    }

    [[noreturn]] void refuse(std::size_t i) const {
        throw Refusal(
            fmt::format("no pattern of suppressed cells protects '{}' in the domain '{}': publish fewer domains, join "
                        "categories, or lower 'protection'",
                        figures_[i].indicator, figures_[i].domain));
    }

    bool suppressed_at(const Name& name) const {
        const auto found = names_.find(name);
        return found != names_.end() && suppressed(found->second);
    }

    bool must_follow(const Figure& figure) const {
        if (const auto share = share_named(figure.indicator)) {
            const std::string written = estimates_.at("domain").as_text().text(figure.rows.front());
            if (suppressed_at(name_of(share->of, figure, written)) ||
                suppressed_at(name_of(share->of, figure, share_margin(share->kind, written))))
                return true;
        }
        const auto follows = plan_.follows.find(figure.indicator);
        return follows != plan_.follows.end() &&
               std::any_of(follows->second.begin(), follows->second.end(), [&](const std::string& indicator) {
                   return suppressed_at(name_of(indicator, figure, figure.domain));
               });
    }

    void follow() {
        for (bool again = true; again;) {
            again = false;
            for (std::size_t i = 0; i < figures_.size(); ++i) {
                if (suppressed(i) || !must_follow(figures_[i])) continue;
                marks_[i] = {Status::follows, "would_reveal_another"};
                again = true;
            }
        }
    }

    void count(const FigureTable& cells, Disclosure& result) const {
        double all = 0, lost = 0;
        for (std::size_t i = 0; i < figures_.size(); ++i) {
            const Status status = marks_[i].status;
            result.sensitive += status == Status::sensitive ? 1 : 0;
            result.complementary += status == Status::complementary ? 1 : 0;
            result.follows += status == Status::follows ? 1 : 0;
            result.quality += status == Status::quality ? 1 : 0;
            all += cells.cost[i];  // of an empty cell 0
            if (status == Status::complementary) lost += cells.cost[i];
        }
        result.lost = all > 0 ? lost / all : 0;
    }

    Table published(const FigureTable& cells) const;
    void round_sums(const FigureTable& cells, std::map<std::string, std::vector<double>>& numbers) const;
    Table full() const;
    Table report(const FigureTable& cells) const;

    const Table& estimates_;
    const ConfidentialityPlan& plan_;
    std::vector<Figure> figures_;
    std::vector<Mark> marks_;
    std::map<Name, std::size_t> names_;
};

std::vector<double> numbers_of(const Column& column) {
    std::vector<double> numbers;
    for (std::size_t row = 0; row < column.size(); ++row)
        numbers.push_back(column.present(row) ? column.number(row) : missing_number);
    return numbers;
}

// What a suppressed row still says: what it is a row of, and how such rows are made.
bool tells_nothing(const std::string& column) {
    const std::vector<std::string> harmless = {"table", "indicator",  "domain",          "period",
                                               "level", "weight_set", "variance_method", "interval"};
    return std::find(harmless.begin(), harmless.end(), column) != harmless.end();
}

Table Protector::published(const FigureTable& cells) const {
    std::map<std::string, std::vector<double>> numbers;
    std::map<std::string, std::vector<std::string>> texts;
    for (std::size_t c = 0; c < estimates_.width(); ++c) {
        const Column& column = estimates_.column(c);
        if (column.is_number())
            numbers[estimates_.names()[c]] = numbers_of(column);
        else
            for (std::size_t row = 0; row < column.size(); ++row)
                texts[estimates_.names()[c]].push_back(column.text(row));
    }
    round_sums(cells, numbers);
    texts["suppressed"].resize(estimates_.rows());
    for (std::size_t i = 0; i < figures_.size(); ++i) {
        if (!suppressed(i)) continue;
        for (const std::size_t row : figures_[i].rows) {
            for (auto& [name, column] : numbers)
                if (!tells_nothing(name)) column[row] = missing_number;
            for (auto& [name, column] : texts)
                if (!tells_nothing(name)) column[row].clear();
            texts["suppressed"][row] = marks_[i].status == Status::quality ? "quality" : "confidential";
        }
    }
    Table table;
    for (const std::string& name : estimates_.names())
        table.set(name, numbers.contains(name) ? Column::of_numbers(std::move(numbers[name]))
                                               : Column::of_texts(texts[name]));
    table.set("suppressed", Column::of_texts(texts["suppressed"]));
    table.source = estimates_.source;
    table.lines = estimates_.lines;
    return table;
}

// Standard errors go, since estimate = se / cv; limits are rounded, since those of a logarithmic interval give the
// estimate as the root of their product.
void Protector::round_sums(const FigureTable& cells, std::map<std::string, std::vector<double>>& numbers) const {
    if (plan_.rounding == RoundingMethod::none) return;
    AdditiveTable sums;
    std::vector<std::size_t> place(cells.of_sums.size());
    for (std::size_t i = 0; i < cells.of_sums.size(); ++i) {
        place[i] = sums.values.size();
        if (cells.of_sums[i]) sums.values.push_back(cells.table.values[i]);
    }
    for (Relation relation : cells.table.relations) {
        if (!cells.of_sums[relation.total]) continue;
        relation.total = place[relation.total];
        for (std::size_t& part : relation.parts) part = place[part];
        sums.relations.push_back(std::move(relation));
    }
    std::vector<double> rounded;
    for (const double value : sums.values) rounded.push_back(round_to_base(value, plan_.base));
    if (plan_.rounding == RoundingMethod::controlled) {
        auto controlled = controlled_rounding(sums, plan_.base);
        if (!controlled)
            throw Refusal(
                fmt::format("no rounding to multiples of {} keeps all sums: round conventionally, or publish "
                            "fewer crossed domains",
                            plan_.base));
        rounded = std::move(*controlled);
    }
    for (std::size_t i = 0; i < figures_.size(); ++i) {
        if (!cells.of_sums[i]) continue;
        for (const std::size_t row : figures_[i].rows) {
            numbers["estimate"][row] = rounded[place[i]];
            if (numbers.contains("se")) numbers["se"][row] = missing_number;
            for (const char* limit : {"lower", "upper"})
                if (numbers.contains(limit)) numbers[limit][row] = round_to_base(numbers[limit][row], plan_.base);
        }
    }
}

Table Protector::full() const {
    std::vector<std::string> notices(estimates_.rows());
    if (const Column* column = estimates_.find("notices"); column && !column->is_number())
        for (std::size_t row = 0; row < estimates_.rows(); ++row) notices[row] = column->text(row);
    for (std::size_t i = 0; i < figures_.size(); ++i) {
        if (!suppressed(i)) continue;
        const std::string why = fmt::format("kept back: {} ({})",
                                            status_names[static_cast<std::size_t>(marks_[i].status)], marks_[i].reason);
        for (const std::size_t row : figures_[i].rows) notices[row] += (notices[row].empty() ? "" : "; ") + why;
    }
    Table table = estimates_;
    table.set("notices", Column::of_texts(notices));
    return table;
}

Table Protector::report(const FigureTable& cells) const {
    std::map<std::string, std::vector<std::string>> texts;
    std::map<std::string, std::vector<double>> numbers;
    const Column tables = estimates_.at("table").as_text();
    for (std::size_t i = 0; i < figures_.size(); ++i) {
        if (!suppressed(i)) continue;
        const Figure& figure = figures_[i];
        const Mark& mark = marks_[i];
        std::string where;
        for (const std::size_t row : figure.rows) where += (where.empty() ? "" : " ") + tables.text(row);
        const std::pair<const char*, std::string> words[] = {
            {"indicator", figure.indicator},
            {"domain", figure.domain},
            {"period", figure.period},
            {"tables", where},
            {"status", status_names[static_cast<std::size_t>(mark.status)]},
            {"reason", mark.reason},
            {"measure", cells.of_sums[i] ? "estimate" : "cases"},
            {"determined", mark.determined ? "yes" : "no"}};
        for (const auto& [name, word] : words) texts[name].push_back(word);
        const std::pair<const char*, double> values[] = {{"estimate", figure.estimate},
                                                         {"n_cases", figure.cases},
                                                         {"n", figure.n},
                                                         {"lower", mark.lower},
                                                         {"upper", mark.upper}};
        for (const auto& [name, value] : values) numbers[name].push_back(std::isfinite(value) ? value : missing_number);
    }
    Table table;
    for (const char* name : {"indicator", "domain", "period", "tables", "status", "reason"})
        table.set(name, Column::of_texts(texts[name]));
    for (const char* name : {"estimate", "n_cases", "n", "lower", "upper"})
        table.set(name, Column::of_numbers(numbers[name]));
    table.set("measure", Column::of_texts(texts["measure"]));
    table.set("determined", Column::of_texts(texts["determined"]));
    return table;
}

void check_indicators(const Table& estimates, const ConfidentialityPlan& plan, Diagnostics& faults) {
    const Column column = estimates.at("indicator").as_text();
    std::vector<std::string> known = column.dictionary(), named;
    for (const std::vector<std::string>& partition : plan.partitions)
        named.insert(named.end(), partition.begin(), partition.end());
    for (const auto* lists : {&plan.sums, &plan.follows})
        for (const auto& [indicator, others] : *lists) {
            named.push_back(indicator);
            named.insert(named.end(), others.begin(), others.end());
        }
    for (const std::string& indicator : named)
        if (std::find(known.begin(), known.end(), indicator) == known.end())
            faults.error({estimates.source, 0, 0}, "unknown-indicator",
                         fmt::format("the estimates have no indicator '{}'", indicator), suggestion(indicator, known));
}

}  // namespace

Disclosure protect(const Table& estimates, const ConfidentialityPlan& plan,
                   const std::function<bool(std::size_t)>& hidden, Diagnostics& faults) {
    const std::size_t before = faults.error_count();
    check_indicators(estimates, plan, faults);
    if (faults.error_count() > before) return {};
    return Protector(estimates, plan, hidden).protect();
}

}  // namespace cifra
