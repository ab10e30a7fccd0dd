#include "engine/satisfiability.h"

#include <algorithm>
#include <functional>
#include <set>
#include <stdexcept>

#include "engine/solver/symbols.h"

namespace cifra {
namespace {

enum class Form : std::uint8_t { holds, fails, lacks, kind, equals, same, negation, all, any, with };

// A formula as it was asked for: what the solver is told, and what a witness is tested by.
struct FormulaNode {
    Form form = Form::all;
    Expr expr = {};
    std::string name = {};
    Value value = {};
    std::vector<Proposition> children = {};
};

constexpr int most_witnesses = 8;

using Values = std::map<std::string, Value>;

bool equal_or_missing_alike(const Value& a, const Value& b) {
    if (!a.present() || !b.present()) return a.missing == b.missing;
    return a.type == Type::text ? a.text == b.text : a.number == b.number;
}

}  // namespace

class Satisfiability::Room {
public:
    explicit Room(std::uint32_t limit) : symbols_(context_), settings_(context_) {
        settings_.set("rlimit", limit);
        settings_.set("random_seed", 0U);
    }

    void declare(const std::string& name, const solver::Symbol& symbol) {
        if (!variables_.emplace(name, symbol).second) throw std::invalid_argument("declared twice: " + name);
        variable_facts_[name] = symbols_.take_facts();
    }
    solver::Symbols& symbols() { return symbols_; }
    const solver::Symbol& variable(const std::string& name) const {
        const auto found = variables_.find(name);
        if (found == variables_.end()) throw std::invalid_argument("not declared: " + name);
        return found->second;
    }
    bool declared(const std::string& name) const { return variables_.contains(name); }
    void declare_mention(const std::string& name, const std::string& of, const std::string& code) {
        declare(name, symbols_.mention(variable(of), code));
        mentions_[name] = {of, code};
    }

    Proposition add(FormulaNode node) {
        for (const std::string& name : node.expr.empty() ? std::vector<std::string>{} : node.expr.names())
            variable(name);
        if (!node.name.empty()) variable(node.name);
        nodes_.push_back(std::move(node));
        return {static_cast<std::uint32_t>(nodes_.size() - 1)};
    }

    // A solver knows what bears on its decisions and nothing else; decisions about much the same formulas share one. A
    // witness that evaluate refutes is excluded, and the solver asked for another.
    Verdict decide(std::span<const Proposition> formulas) {
        z3::solver& solver = solver_for(formulas);
        z3::expr_vector assumptions(context_);
        for (const Proposition formula : formulas) assumptions.push_back(switches_.at(formula));
        Reach reach;
        for (const Proposition formula : formulas) collect(formula, reach);
        for (int attempt = 0; attempt < most_witnesses; ++attempt) {
            const z3::check_result result = solver.check(assumptions);
            if (result == z3::unsat && attempt == 0) return {Decision::never, {}, conflict(formulas, solver)};
            if (result != z3::sat) return {};
            Values witness = read_witness(reach, solver.get_model());
            const auto true_there = [&](Proposition formula) { return holds_in(formula, witness); };
            if (std::all_of(formulas.begin(), formulas.end(), true_there))
                return {Decision::possible, std::move(witness), {}};
            const z3::expr other = symbols_.fresh("other", context_.bool_sort());
            solver.add(z3::implies(other, differs_from(witness)));
            assumptions.push_back(other);
        }
        return {};
    }

private:
    using Overlay = std::map<std::string, Value>;

    // The names that formulas read, and the formulas that they consist of.
    struct Reach {
        std::set<std::string> names;
        std::set<Proposition> parts;
    };

    // The solver of the last decision, if it knows all but a few of the formulas and not many others, or a new one.
    z3::solver& solver_for(std::span<const Proposition> formulas) {
        const auto unknown = static_cast<std::size_t>(std::count_if(
            formulas.begin(), formulas.end(), [&](Proposition formula) { return !loaded_.contains(formula); }));
        if (!solver_ || unknown > 3 || loaded_.size() > formulas.size() + 8) {
            solver_.emplace(context_, z3::solver::simple());
            solver_->set(settings_);
            loaded_.clear();
            known_ = {};
        }
        for (const Proposition formula : formulas)
            if (loaded_.insert(formula).second) load(formula);
        return *solver_;
    }

    // A truth of its own turns a formula on: the solver tells a conflict by such assumptions.
    void load(Proposition formula) {
        const z3::expr part = term(formula);
        if (!switches_.contains(formula)) switches_.emplace(formula, symbols_.fresh("on", context_.bool_sort()));
        solver_->add(z3::implies(switches_.at(formula), part));
        Reach reach;
        collect(formula, reach);
        const auto add = [&](const std::vector<z3::expr>& facts) {
            for (const z3::expr& fact : facts) solver_->add(fact);
        };
        for (const Proposition each : reach.parts)
            if (known_.parts.insert(each).second && term_facts_.contains(each)) add(term_facts_.at(each));
        for (const std::string& name : reach.names) {
            if (known_.names.insert(name).second) add(variable_facts_.at(name));
            if (variable(name).set) add(variable(name).set->one_order);
        }
    }

    z3::expr term(Proposition formula) {
        const auto known = terms_.find(formula);
        if (known != terms_.end()) return known->second;
        const z3::expr made = built(formula, {});
        term_facts_[formula] = symbols_.take_facts();
        return terms_.emplace(formula, made).first->second;
    }

    z3::expr term(Proposition formula, const Overlay& overlay) {
        return overlay.empty() ? term(formula) : built(formula, overlay);
    }

    solver::Symbol symbol(const std::string& name, const Overlay& overlay) {
        const auto given = overlay.find(name);
        return given == overlay.end() ? variable(name) : symbols_.constant(given->second);
    }

    z3::expr built(Proposition formula, const Overlay& overlay) {
        const FormulaNode node = nodes_[formula.id];
        switch (node.form) {
            case Form::holds:
            case Form::fails:
            case Form::lacks:
            case Form::same:
                return of_expression(node, overlay);
            case Form::kind:
                return symbol(node.name, overlay).kinds[static_cast<std::size_t>(node.value.missing)];
            case Form::equals:
                return alike(symbol(node.name, overlay), symbols_.constant(node.value));
            case Form::negation:
                return solver::neg(term(node.children[0], overlay));
            case Form::with: {
                Overlay more = overlay;
                add_to(more, node.name, node.value);
                return built(node.children[0], more);
            }
            default:
                return joined(node, overlay);
        }
    }

    z3::expr joined(const FormulaNode& node, const Overlay& overlay) {
        z3::expr result = symbols_.truth(node.form == Form::all);
        for (const Proposition child : node.children) {
            const z3::expr part = term(child, overlay);
            result = node.form == Form::all ? solver::conj(result, part) : solver::disj(result, part);
        }
        return result;
    }

    z3::expr of_expression(const FormulaNode& node, const Overlay& overlay) {
        const solver::Symbol value =
            symbols_.translate(node.expr, [&](const std::string& name) { return symbol(name, overlay); });
        if (node.form == Form::same) return alike(symbol(node.name, overlay), value);
        if (node.form == Form::lacks) return solver::neg(value.present());
        const bool wanted = node.form == Form::holds;
        return solver::conj(value.present(), wanted ? *value.truth : solver::neg(*value.truth));
    }

    z3::expr alike(const solver::Symbol& a, const solver::Symbol& b) {
        z3::expr result = solver::conj(a.present(), symbols_.same(a, b));
        for (std::size_t k = 1; k < a.kinds.size(); ++k)
            result = solver::disj(result, solver::conj(a.kinds[k], b.kinds[k]));
        return result;
    }

    // The value of a name, and of the names that stand for one of its answers.
    void add_to(Overlay& overlay, const std::string& name, const Value& value) const {
        overlay[name] = value;
        for (const auto& [mention, of] : mentions_)
            if (of.first == name) overlay[mention] = mentioned(value, of.second);
    }

    static Value mentioned(const Value& answers, const std::string& code) {
        if (!answers.present()) return Value::absent(Type::text, answers.missing);
        const std::string padded = " " + answers.text + " ";
        return Value::of(std::string(padded.find(" " + code + " ") == std::string::npos ? "2" : "1"));
    }

    std::vector<std::size_t> conflict(std::span<const Proposition> formulas, z3::solver& solver) {
        std::set<unsigned> core;
        for (const z3::expr& member : solver.unsat_core()) core.insert(member.id());
        std::vector<std::size_t> indices;
        for (std::size_t f = 0; f < formulas.size(); ++f)
            if (core.contains(switches_.at(formulas[f]).id())) indices.push_back(f);
        return indices;
    }

    Values read_witness(const Reach& reach, const z3::model& model) const {
        Values witness;
        for (const std::string& name : reach.names)
            if (!mentions_.contains(name)) add_to(witness, name, symbols_.value_in(model, variable(name)));
        return witness;
    }

    z3::expr differs_from(const Values& witness) {
        z3::expr same = symbols_.truth(true);
        for (const auto& [name, value] : witness)
            same = solver::conj(same, alike(variable(name), symbols_.constant(value)));
        return solver::neg(same);
    }

    void collect(Proposition formula, Reach& reach) const {
        if (!reach.parts.insert(formula).second) return;
        const FormulaNode& node = nodes_[formula.id];
        if (!node.name.empty()) add_name(node.name, reach);
        if (!node.expr.empty())
            for (const std::string& name : node.expr.names()) add_name(name, reach);
        for (const Proposition child : node.children) collect(child, reach);
    }

    void add_name(const std::string& name, Reach& reach) const {
        reach.names.insert(name);
        if (const auto mention = mentions_.find(name); mention != mentions_.end())
            reach.names.insert(mention->second.first);
    }

    bool holds_in(Proposition formula, const Values& values) const {
        const FormulaNode& node = nodes_[formula.id];
        const auto child_holds = [&](Proposition child) { return holds_in(child, values); };
        const auto value = [&] {
            return evaluate(node.expr, [&](std::string_view name) { return values.at(std::string(name)); });
        };
        switch (node.form) {
            case Form::holds:
                return value().is_true();
            case Form::fails:
                return value() == Value::of(false);
            case Form::lacks:
                return !value().present();
            case Form::kind:
                return values.at(node.name).missing == node.value.missing;
            case Form::equals:
                return equal_or_missing_alike(values.at(node.name), node.value);
            case Form::same:
                return equal_or_missing_alike(values.at(node.name), value());
            case Form::negation:
                return !child_holds(node.children[0]);
            case Form::all:
                return std::all_of(node.children.begin(), node.children.end(), child_holds);
            case Form::any:
                return std::any_of(node.children.begin(), node.children.end(), child_holds);
            default: {
                Values more = values;
                add_to(more, node.name, node.value);
                return holds_in(node.children[0], more);
            }
        }
    }

    z3::context context_;
    solver::Symbols symbols_;
    z3::params settings_;
    std::map<std::string, solver::Symbol> variables_;
    std::map<std::string, std::pair<std::string, std::string>> mentions_;  // name -> multiple answers, code
    std::vector<FormulaNode> nodes_;
    std::map<Proposition, z3::expr> terms_, switches_;
    std::optional<z3::solver> solver_;
    std::set<Proposition> loaded_;  // formulas that the solver knows
    Reach known_;                   // names and parts whose facts it knows
    std::map<Proposition, std::vector<z3::expr>> term_facts_;
    std::map<std::string, std::vector<z3::expr>> variable_facts_;
};

Satisfiability::Satisfiability(std::uint32_t limit) : room_(std::make_unique<Room>(limit)) {}
Satisfiability::~Satisfiability() = default;
Satisfiability::Satisfiability(Satisfiability&&) noexcept = default;
Satisfiability& Satisfiability::operator=(Satisfiability&&) noexcept = default;

void Satisfiability::declare(const std::string& name, const Domain& domain) {
    room_->declare(name, room_->symbols().variable(name, domain));
}

void Satisfiability::declare_mention(const std::string& name, const std::string& of, const std::string& code) {
    room_->declare_mention(name, of, code);
}

bool Satisfiability::declared(const std::string& name) const { return room_->declared(name); }

Proposition Satisfiability::holds(const Expr& condition) {
    return room_->add({.form = Form::holds, .expr = condition});
}

Proposition Satisfiability::fails(const Expr& condition) {
    return room_->add({.form = Form::fails, .expr = condition});
}

Proposition Satisfiability::lacks(const Expr& condition) {
    return room_->add({.form = Form::lacks, .expr = condition});
}

Proposition Satisfiability::is_kind(const std::string& name, Missing kind) {
    return room_->add({.form = Form::kind, .name = name, .value = Value::absent(Type::truth, kind)});
}

Proposition Satisfiability::equals(const std::string& name, const Value& value) {
    return room_->add({.form = Form::equals, .name = name, .value = value});
}

Proposition Satisfiability::same(const std::string& name, const Expr& value) {
    return room_->add({.form = Form::same, .expr = value, .name = name});
}

Proposition Satisfiability::negation(Proposition formula) {
    return room_->add({.form = Form::negation, .children = {formula}});
}

Proposition Satisfiability::all(std::span<const Proposition> formulas) {
    return room_->add({.form = Form::all, .children = {formulas.begin(), formulas.end()}});
}

Proposition Satisfiability::any(std::span<const Proposition> formulas) {
    return room_->add({.form = Form::any, .children = {formulas.begin(), formulas.end()}});
}

Proposition Satisfiability::with(Proposition formula, const std::string& name, const Value& value) {
    return room_->add({.form = Form::with, .name = name, .value = value, .children = {formula}});
}

Verdict Satisfiability::decide(std::span<const Proposition> formulas) { return room_->decide(formulas); }

Verdict decide(const Expr& condition, const std::map<std::string, Domain>& domains) {
    Satisfiability room;
    for (const auto& [name, domain] : domains) room.declare(name, domain);
    const Proposition formula = room.holds(condition);
    return room.decide({&formula, 1});
}

}  // namespace cifra
