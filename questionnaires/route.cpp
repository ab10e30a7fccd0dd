#include "questionnaires/route.h"

#include <algorithm>
#include <cmath>

#include "engine/design_columns.h"
#include "questionnaires/aggregates.h"

namespace cifra {
namespace {

class Walker {
public:
    Walker(const Instrument& instrument, const Answerer& answerer, const WalkOptions& options)
        : instrument_(instrument),
          answerer_(answerer),
          options_(options),
          records_(options.records),
          period_(dated(instrument.period, options.interview_date)),
          keeps_forms_(std::any_of(instrument.questions.begin(), instrument.questions.end(), over_incidents)) {
        board_.instrument = &instrument;
        board_.unsure.assign(instrument.names.size(), 0);
        for (const Name& name : instrument.names) board_.values.push_back(Value::absent(name.type, Missing::not_asked));
    }

    Walk run() {
        std::size_t m = 0;
        for (; m < instrument_.modules.size(); ++m) {
            if (instrument_.modules[m].unit == Unit::roster)
                roster(m);
            else
                visit_module(m, true);
            if (instrument_.modules[m].unit == Unit::roster && instrument_.roster->all) break;
        }
        if (m < instrument_.modules.size()) each_person(m + 1);
        return std::move(result_);
    }

private:
    static bool over_incidents(const Question& question) {
        return question.computed && question.computed->aggregate != Aggregate::none &&
               question.computed->over == Unit::incident;
    }

    // The household's questions are asked once: with the first person, where several are interviewed.
    void visit_module(std::size_t m, bool first) {
        const Unit unit = instrument_.modules[m].unit;
        const bool responds = line_ > 0 && options_.person_responds && !options_.silent.contains(line_);
        if (unit == Unit::incident)
            incidents(m, first);
        else if (unit == Unit::household ? first : responds)
            module(m, {0, unit == Unit::person ? place_line() : 0, 0, 0});
    }

    // Everything after the roster for one person after another, or once for the household if nobody is interviewed.
    void each_person(std::size_t begin) {
        const std::vector<std::uint32_t> lines = result_.interviewed;
        for (std::size_t i = 0; i < std::max<std::size_t>(lines.size(), 1); ++i) {
            if (i > 0) enter(lines[i]);
            for (std::size_t m = begin; m < instrument_.modules.size(); ++m) visit_module(m, i == 0);
        }
    }

    // The board turns to another person: her line of the roster, none of the answers of the one before.
    void enter(std::uint32_t line) {
        line_ = line;
        forms_.clear();
        for (std::size_t m = 0; m < instrument_.modules.size(); ++m)
            if (const Unit unit = instrument_.modules[m].unit; unit == Unit::person || unit == Unit::incident) clear(m);
        const auto saved = rosters_.find(line);
        for (std::size_t n = 0; n < instrument_.names.size(); ++n) {
            if (instrument_.names[n].unit != Unit::roster || saved == rosters_.end()) continue;
            board_.values[n] = saved->second.values[n];
            board_.unsure[n] = saved->second.unsure[n];
        }
        set_given("line", Value::of(static_cast<double>(line)));
    }

    std::uint32_t place_line() const { return instrument_.roster && instrument_.roster->all ? line_ : 0; }

    void set_given(std::string_view name, Value value, bool unsure = false) {
        const auto found = instrument_.name_index.find(name);
        if (found == instrument_.name_index.end() || instrument_.names[found->second].question) return;
        board_.values[found->second] = std::move(value);
        board_.unsure[found->second] = unsure;
    }

    void set_answer(std::size_t question, const Value& value, bool unsure) {
        for (const std::size_t n : instrument_.names_of[question]) {
            const std::string& code = instrument_.names[n].code;
            board_.values[n] = code.empty() ? value : mention(value, code);
            board_.unsure[n] = unsure;
        }
    }

    void clear(std::size_t module_index) {
        const Module& module = instrument_.modules[module_index];
        for (std::size_t q = module.begin; q < module.end; ++q)
            set_answer(q, Value::absent(value_type(instrument_.questions[q]), Missing::not_asked), false);
    }

    Relevance relevance(const Condition& condition) const {
        if (!condition.given()) return Relevance::on;
        if (condition.expr.empty()) return Relevance::undecided;
        if (board_.reads_unsure(condition.expr)) return Relevance::undecided;
        const Value value = evaluate(condition.expr, [&](std::string_view name) { return board_.lookup(name); });
        return value.is_true() ? Relevance::on : Relevance::off;
    }

    void module(std::size_t index, Place place) {
        const Module& module = instrument_.modules[index];
        const Relevance whole = relevance(module.ask_if);
        for (std::size_t q = module.begin; q < module.end; ++q) {
            place.question = static_cast<std::uint32_t>(q);
            const Relevance own = whole == Relevance::off ? Relevance::off : relevance(instrument_.questions[q].ask_if);
            visit(place, whole == Relevance::undecided && own == Relevance::on ? whole : own);
        }
    }

    void visit(const Place& place, Relevance relevance) {
        const Question& question = instrument_.questions[place.question];
        if (question.computed) return pass(place, relevance);
        Visit visit{place, relevance, false, {}, {}};
        std::optional<std::string> text;
        if (relevance != Relevance::off) text = answerer_(place, question, board_);
        if (!text) {
            const Value absent = Value::absent(value_type(question), Missing::not_asked);
            set_answer(place.question, absent, relevance != Relevance::off);
        } else {
            ParsedAnswer parsed = parse_answer(question, *text, period_);
            visit.answered = true;
            visit.broken = parsed.broken;
            if (parsed.broken.empty()) visit.broken_constraints = board_.broken_constraints(question, parsed.value);
            set_answer(place.question, parsed.value, !parsed.broken.empty());
        }
        result_.visits.push_back(std::move(visit));
    }

    void pass(const Place& place, Relevance relevance) {
        const Question& question = instrument_.questions[place.question];
        Computed computed{Value::absent(value_type(question), Missing::not_asked), relevance == Relevance::undecided};
        if (relevance == Relevance::on)
            computed = compute(*question.computed, board_,
                               question.computed->over == Unit::roster ? boards(rosters_) : boards(forms_));
        set_answer(place.question, computed.value, computed.unsure);
        if (relevance == Relevance::on && !computed.unsure) result_.computed[place] = std::move(computed.value);
    }

    template <class Key>
    static std::vector<const Board*> boards(const std::map<Key, Board>& kept) {
        std::vector<const Board*> result;
        for (const auto& [key, board] : kept) result.push_back(&board);
        return result;
    }

    std::vector<std::uint32_t> lines() {
        const auto count = instrument_.name_index.find(instrument_.roster->count);
        result_.roster_decided = count != instrument_.name_index.end() && board_.values[count->second].present();
        if (records_) return records_->lines;
        if (!result_.roster_decided) return {};
        const double cap = static_cast<double>(instrument_.roster->max.value_or(100));
        const double size = std::min(board_.values[count->second].number, cap);
        std::vector<std::uint32_t> lines;
        for (std::uint32_t line = 1; line <= size; ++line) lines.push_back(line);
        return lines;
    }

    void roster(std::size_t index) {
        for (const std::uint32_t line : lines()) {
            clear(index);
            set_given("line", Value::of(static_cast<double>(line)));
            module(index, {0, line, 0, 0});
            const Relevance eligible = relevance(instrument_.roster->eligible);
            result_.eligible_decided &= eligible != Relevance::undecided;
            if (eligible == Relevance::on) result_.eligible_lines.push_back(line);
            rosters_.emplace(line, board_);
        }
        result_.eligible_decided &= result_.roster_decided;
        result_.persons = static_cast<std::uint32_t>(rosters_.size());
        result_.eligible = static_cast<std::uint32_t>(result_.eligible_lines.size());
        select(index);
    }

    std::vector<std::uint32_t> chosen() const {
        if (records_) return records_->persons;
        if (!result_.eligible_decided || result_.eligible == 0) return {};
        if (instrument_.roster->all) return result_.eligible_lines;
        return {result_.eligible_lines[design_columns::selected_line(options_.selection_number, result_.eligible) - 1]};
    }

    void select(std::size_t index) {
        result_.interviewed = chosen();
        result_.selected = result_.interviewed.empty() ? 0 : result_.interviewed.front();
        if (!rosters_.contains(result_.selected)) clear(index);
        enter(result_.selected);
        set_given("persons", Value::of(static_cast<double>(result_.persons)), !result_.roster_decided);
        set_given("eligible", Value::of(static_cast<double>(result_.eligible)), !result_.eligible_decided);
    }

    Announced announced(std::uint32_t crime) const {
        Announced result{place_line(), crime, true, false, std::nullopt, 0};
        const auto happened = instrument_.name_index.find(instrument_.crimes[crime].id);
        const auto count = instrument_.name_index.find(instrument_.crimes[crime].id + "_count");
        if (happened == instrument_.name_index.end() || count == instrument_.name_index.end()) return result;
        result.decided = !board_.unsure[happened->second] && !board_.unsure[count->second];
        const Question& screener = instrument_.questions[*instrument_.names[happened->second].question];
        const Value& value = board_.values[happened->second];
        result.happened = value.present() && value.text == screener.codes.front().code;
        if (!result.happened) return result;
        const Value& times = board_.values[count->second];
        if (times.present()) result.times = times.number;
        const double cap = static_cast<double>(instrument_.incidents->max.value_or(1));
        result.forms = static_cast<std::uint32_t>(std::min(result.times.value_or(1), cap));
        return result;
    }

    bool form(std::size_t index, const Announced& crime, std::uint32_t ordinal) {
        clear(index);
        set_given("crime", Value::of(instrument_.crimes[crime.crime].id));
        set_given("ordinal", Value::of(static_cast<double>(ordinal)));
        set_given("times", crime.times ? Value::of(*crime.times) : Value::absent(Type::number, Missing::dont_know),
                  !crime.decided);
        const IncidentKey key{place_line(), crime.crime, ordinal};
        module(index, {0, key.line, key.crime, key.ordinal});
        const Condition& rule = instrument_.incidents->series;
        const bool series = rule.given() && relevance(rule) == Relevance::on;
        result_.series[key] = series;
        if (keeps_forms_) forms_.emplace(key, board_);
        if (options_.after_form) options_.after_form(key, board_);
        return series;
    }

    std::vector<std::uint32_t> ordinals(const Announced& crime) const {
        std::vector<std::uint32_t> result;
        if (records_) {
            for (const IncidentKey& key : records_->incidents)
                if (key.line == crime.line && key.crime == crime.crime) result.push_back(key.ordinal);
        } else if (crime.decided) {
            for (std::uint32_t ordinal = 1; ordinal <= crime.forms; ++ordinal) result.push_back(ordinal);
        }
        return result;
    }

    // Of the household's crimes there are forms with the first person only.
    void incidents(std::size_t index, bool first) {
        if (line_ == 0) return;
        for (std::uint32_t c = 0; c < instrument_.crimes.size(); ++c) {
            if (!first && instrument_.crimes[c].unit == Unit::household) continue;
            Announced crime = announced(c);
            for (const std::uint32_t ordinal : ordinals(crime)) {
                if (ordinal > 1 && crime.forms == 1 && !records_) break;
                if (form(index, crime, ordinal) && ordinal == 1) crime.forms = 1;
            }
            result_.announced.push_back(crime);
        }
    }

    const Instrument& instrument_;
    const Answerer& answerer_;
    const WalkOptions& options_;
    const Records* records_;
    const Period period_;
    const bool keeps_forms_;
    Board board_;
    std::map<std::uint32_t, Board> rosters_;  // the board after each line of the roster
    std::map<IncidentKey, Board> forms_;      // the board after each form of the person being interviewed
    std::uint32_t line_ = 0;                  // of the person being interviewed
    Walk result_;
};

}  // namespace

Walk walk(const Instrument& instrument, const Answerer& answerer, const WalkOptions& options) {
    return Walker(instrument, answerer, options).run();
}

Walk walk(const Instrument& instrument, const Answers& answers, const WalkOptions& options) {
    const Answerer from_map = [&](const Place& place, const Question&, const Board&) -> std::optional<std::string> {
        const auto found = answers.find(place);
        return found == answers.end() ? std::nullopt : std::optional(found->second);
    };
    return walk(instrument, from_map, options);
}

std::vector<Place> route(const Instrument& instrument, const Answers& answers, const WalkOptions& options) {
    std::vector<Place> places;
    for (const Visit& visit : walk(instrument, answers, options).visits)
        if (visit.relevance == Relevance::on) places.push_back(visit.place);
    return places;
}

}  // namespace cifra
