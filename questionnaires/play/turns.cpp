#include "questionnaires/play/turns.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cifra {
namespace {

using Needs = std::set<std::size_t>;

// The questions that must have an answer for the node to be true: comparisons with a missing operand are not.
Needs needs_of_node(const Instrument& instrument, const Expr& expression, std::size_t index) {
    using Op = ExprNode::Op;
    const ExprNode& node = expression.nodes()[index];
    Needs result;
    if (node.op == Op::name) {
        const auto found = instrument.name_index.find(node.text);
        if (found == instrument.name_index.end()) return result;
        if (const auto& question = instrument.names[found->second].question) result.insert(*question);
        return result;
    }
    static const std::set<Op> strict = {Op::equal,         Op::not_equal, Op::less,   Op::less_equal, Op::greater,
                                        Op::greater_equal, Op::in,        Op::not_in, Op::and_,       Op::or_,
                                        Op::multiply,      Op::add,       Op::negate, Op::subtract,   Op::divide};
    if (!strict.contains(node.op)) return result;
    for (std::size_t c = 0; c < node.children.size(); ++c) {
        Needs own = needs_of_node(instrument, expression, node.children[c]);
        if (node.op == Op::or_ && c > 0)
            std::erase_if(result, [&](std::size_t question) { return !own.contains(question); });
        else
            result.merge(own);
    }
    return result;
}

std::vector<Needs> needs_of_questions(const Instrument& instrument) {
    std::vector<Needs> needs;
    for (const Question& question : instrument.questions) {
        const Expr& expression = question.ask_if.expr;
        needs.push_back(expression.empty() ? Needs{}
                                           : needs_of_node(instrument, expression, expression.nodes().size() - 1));
    }
    return needs;
}

// A question of one run of its module; the interview as a line of steps, with loops that go back.
class Steps {
public:
    explicit Steps(const Instrument& instrument) : instrument_(instrument), needs_(needs_of_questions(instrument)) {
        if (!instrument.roster) return;
        selects_ = true;
        const Question* count = instrument.find(instrument.roster->count);
        may_be_empty_ = !count || count->low.value_or(0) < 1 || count->ask_if.given() ||
                        instrument.modules[count->module].ask_if.given();
    }

    // Whether `to` may be asked straight after `from`, when what is said of the selected person holds.
    bool follows(std::uint32_t from, std::uint32_t to, bool somebody) const {
        if (needs_person(from) || needs_person(to)) somebody = true;
        const std::uint32_t begin = from == outside ? 0 : from + 1;
        const auto end = to == outside ? static_cast<std::uint32_t>(instrument_.questions.size()) : to;
        if (begin <= end && to != from && skippable(begin, end, from, to, somebody)) return true;
        return loops_back(from, to, somebody);
    }

    // Whether a question between `from` and `by` must have been asked for `to`.
    bool passes_a_need(std::uint32_t from, std::uint32_t by, std::uint32_t to) const {
        if (to == outside || by == outside) return false;
        for (std::uint32_t q = from == outside ? 0 : from + 1; q < by; ++q)
            if (needs(to, q) && (!is_loop(module_of(q)) || (same_module(from, by) && same_module(by, to) && by < to)))
                return true;
        return false;
    }

    bool needs_person(std::uint32_t q) const {
        if (q == outside || !selects_) return false;
        const Unit unit = instrument_.questions[q].unit;
        return unit == Unit::person || unit == Unit::incident;
    }

private:
    const Module& module_of(std::uint32_t q) const { return instrument_.modules[instrument_.questions[q].module]; }
    bool same_module(std::uint32_t a, std::uint32_t b) const {
        return a != outside && instrument_.questions[a].module == instrument_.questions[b].module;
    }
    static bool is_loop(const Module& module) { return module.unit == Unit::roster || module.unit == Unit::incident; }

    // Whether the questions begin .. end - 1 may all be skipped between `from` and `to`.
    bool skippable(std::uint32_t begin, std::uint32_t end, std::uint32_t from, std::uint32_t to, bool somebody) const {
        for (std::uint32_t q = begin; q < end; ++q)
            if (!may_skip(q, same_module(from, q) ? from : outside, same_module(to, q) ? to : outside, somebody) ||
                (needs(to, q) && !is_loop(module_of(q))))
                return false;
        return true;
    }

    bool needs(std::uint32_t asked, std::uint32_t q) const { return asked != outside && needs_[asked].contains(q); }

    // `before` and `after`: the asked questions of the same run of the module, if any.
    bool may_skip(std::uint32_t q, std::uint32_t before, std::uint32_t after, bool somebody) const {
        const Question& question = instrument_.questions[q];
        if (question.computed || (needs_person(q) && !somebody)) return true;
        const bool run = before == outside && after == outside;
        if (question.unit == Unit::incident && run) return true;
        if (question.unit == Unit::roster && run && may_be_empty_) return true;
        if (module_of(q).ask_if.given() && run) return true;
        if (!question.ask_if.given()) return false;
        return !same_condition(q, before) && !same_condition(q, after) && !needs(after, q);
    }

    bool same_condition(std::uint32_t q, std::uint32_t asked) const {
        return asked != outside && instrument_.questions[q].ask_if.text == instrument_.questions[asked].ask_if.text;
    }

    // From a run of a loop's module to its next run.
    bool loops_back(std::uint32_t from, std::uint32_t to, bool somebody) const {
        if (from == outside || to == outside || !same_module(from, to) || !is_loop(module_of(from))) return false;
        const Module& module = module_of(from);
        for (std::uint32_t q = from + 1; q < module.end; ++q)
            if (!may_skip(q, from, outside, somebody)) return false;
        for (auto q = static_cast<std::uint32_t>(module.begin); q < to; ++q)
            if (!may_skip(q, outside, to, somebody)) return false;
        return true;
    }

    const Instrument& instrument_;
    std::vector<Needs> needs_;   // by question
    bool selects_ = false;       // there is a roster, of which a person is selected
    bool may_be_empty_ = false;  // the roster may have no line
};

}  // namespace

std::set<Turn> turns_of(const Walk& walk) {
    std::set<Turn> turns;
    Turn turn;
    for (const Visit& visit : walk.visits) {
        if (visit.relevance != Relevance::on) continue;
        turn = {turn.by, turn.to, visit.place.question};
        if (turn.by != outside) turns.insert(turn);
    }
    if (turn.to != outside) turns.insert({turn.by, turn.to, outside});
    return turns;
}

std::set<Turn> possible_turns(const Instrument& instrument) {
    const Steps steps(instrument);
    const auto count = static_cast<std::uint32_t>(instrument.questions.size());
    std::vector<std::uint32_t> ends;
    for (std::uint32_t q = 0; q < count; ++q)
        if (!instrument.questions[q].computed) ends.push_back(q);
    ends.push_back(outside);
    // Edges after each question, for an interview with or without a selected person.
    std::array<std::map<std::uint32_t, std::vector<std::uint32_t>>, 2> after;
    for (const std::uint32_t from : ends)
        for (const std::uint32_t to : ends)
            for (const bool somebody : {false, true})
                if ((from != outside || to != outside) && steps.follows(from, to, somebody))
                    after[somebody][from].push_back(to);
    std::set<Turn> turns;
    for (const bool somebody : {false, true})
        for (const std::uint32_t from : ends)
            for (const std::uint32_t by : after[somebody][from])
                for (const std::uint32_t to : by == outside ? std::vector<std::uint32_t>{} : after[somebody][by]) {
                    const bool person = steps.needs_person(from) || steps.needs_person(by) || steps.needs_person(to);
                    if ((!person || somebody) && !steps.passes_a_need(from, by, to)) turns.insert({from, by, to});
                }
    return turns;
}

std::string turn_name(const Instrument& instrument, const Turn& turn) {
    const auto name = [&](std::uint32_t q, const char* otherwise) {
        return q == outside ? std::string(otherwise) : instrument.questions[q].name;
    };
    return fmt::format("{} > {} > {}", name(turn.from, "start"), name(turn.by, "start"), name(turn.to, "end"));
}

}  // namespace cifra
