// The conditions of a period exclude each other and leave no record out: proved for all values of the fields.
#include <fmt/format.h>

#include "engine/crosswalk/crosswalk_check.h"

namespace cifra {

namespace {

std::string shown(const std::string& name, const Value& value) {
    if (!value.present()) return fmt::format("{} is missing ({})", name, to_text(value.missing));
    if (value.type == Type::text) return fmt::format("{} = \"{}\"", name, value.text);
    return fmt::format("{} = {}", name, shortest(value.number));
}

std::string shown(const std::map<std::string, Value>& witness) {
    std::vector<std::string> parts;
    for (const auto& [name, value] : witness) parts.push_back(shown(name, value));
    return fmt::format("{}", fmt::join(parts, ", "));
}

// One period before the solver.
class Trial {
public:
    Trial(const Crosswalk& crosswalk, const CrosswalkPeriod& period, Satisfiability& solver, Diagnostics& faults)
        : crosswalk_(crosswalk), solver_(solver), faults_(faults) {
        for (const CrosswalkCase& one : period.cases) {
            const CrosswalkRow& row = crosswalk_.rows[one.rows.front()];
            if (row.condition == "else")
                otherwise_ = &row;
            else
                cases_.push_back({&row, row.holds ? solver_.holds(*row.holds) : solver_.all({})});
        }
    }

    void run() {
        for (std::size_t k = 0; k < cases_.size(); ++k) {
            const Verdict alone = decide({cases_[k].holds}, *cases_[k].row);
            if (alone.decision == Decision::never) tell_never(*cases_[k].row);
            for (std::size_t other = 0; other < k; ++other) tell_overlap(cases_[other], cases_[k]);
        }
        std::vector<Proposition> none;
        for (const Case& one : cases_) none.push_back(solver_.negation(one.holds));
        const CrosswalkRow& last = otherwise_ ? *otherwise_ : *cases_.back().row;
        const Verdict rest = decide(none, last);
        if (otherwise_ && rest.decision == Decision::never) tell_never(*otherwise_);
        if (!otherwise_ && rest.decision == Decision::possible)
            faults_.error(last.where, "gap-of-conditions",
                          fmt::format("no row of '{}' holds when {}", last.offence, shown(rest.witness)),
                          "widen a condition, or add a row with 'condition: else'");
    }

private:
    struct Case {
        const CrosswalkRow* row;
        Proposition holds;
    };

    Verdict decide(const std::vector<Proposition>& formulas, const CrosswalkRow& row) {
        Verdict verdict = solver_.decide(formulas);
        if (verdict.decision == Decision::undecided)
            faults_.warning(row.where, "condition-undecided", "whether this can be true could not be decided",
                            "write the conditions of the offence more simply");
        return verdict;
    }

    void tell_never(const CrosswalkRow& row) {
        faults_.error(row.where, "condition-never-true",
                      row.condition == "else" ? "the other conditions leave nothing to this row"
                                              : "no record can fulfil the condition",
                      "correct the condition or the codes of the fields that it reads, or remove the row");
    }

    void tell_overlap(const Case& a, const Case& b) {
        const Verdict both = decide({a.holds, b.holds}, *b.row);
        if (both.decision != Decision::possible) return;
        const std::string when = both.witness.empty() ? "" : " when " + shown(both.witness);
        faults_.error(
            b.row->where, "overlapping-conditions",
            fmt::format("this row of '{}' and that of line {} both hold{}", b.row->offence, a.row->where.line, when),
            "narrow one of the conditions; 'else' is what no other row takes");
    }

    const Crosswalk& crosswalk_;
    Satisfiability& solver_;
    Diagnostics& faults_;
    std::vector<Case> cases_;
    const CrosswalkRow* otherwise_ = nullptr;
};

bool is_plain(const Crosswalk& crosswalk, const CrosswalkPeriod& period) {
    return period.cases.size() == 1 && crosswalk.rows[period.cases.front().rows.front()].condition.empty();
}

}  // namespace

void check_conditions(const Crosswalk& crosswalk, const std::vector<CrosswalkPeriod>& periods, Diagnostics& faults) {
    Satisfiability solver;
    for (const RecordField& field : crosswalk.fields) solver.declare(field.variable.name, field.domain);
    for (const CrosswalkPeriod& period : periods)
        if (!is_plain(crosswalk, period)) Trial(crosswalk, period, solver, faults).run();
}

}  // namespace cifra
