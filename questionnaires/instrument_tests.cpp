#include "questionnaires/instrument_tests.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "questionnaires/coding.h"
#include "questionnaires/play/place_names.h"

namespace cifra {
namespace {

std::string value_text(const Value& value) {
    if (!value.present()) return "missing";
    if (value.type == Type::truth) return value.number != 0 ? "true" : "false";
    return value.type == Type::number ? shortest(value.number) : value.text;
}

// How the places of a question are written, or the name that may have been meant.
std::string place_hint(const Instrument& instrument, const std::string& text) {
    const std::string name = text.substr(0, text.find('['));
    const Question* question = instrument.find(name);
    std::vector<std::string> names;
    for (const Question& known : instrument.questions) names.push_back(known.name);
    if (!question) return suggestion(name, names);
    const bool all = instrument.roster && instrument.roster->all;
    Place place{static_cast<std::uint32_t>(question - instrument.questions.data()), 0, 0, 0};
    if (question->unit == Unit::roster || (all && question->unit != Unit::household)) place.line = 1;
    if (question->unit == Unit::incident) place.ordinal = 1;
    return instrument.crimes.empty() && place.ordinal > 0
               ? "there are no crimes"
               : fmt::format("write it as '{}'", place_name(instrument, place));
}

class TestRun {
public:
    TestRun(const Instrument& instrument, const InstrumentTest& test, Diagnostics& faults)
        : instrument_(instrument), test_(test), faults_(faults) {
        options_.interview_date = test.date;
        options_.after_form = [this](const IncidentKey& key, const Board& board) {
            coded_[key] = code_incident(instrument_, instrument_.coding, key.crime, board);
        };
    }

    void run() {
        for (const PlaceValue& given : test_.given)
            if (const auto place = place_at(given); place && !answers_.emplace(*place, given.value).second)
                faults_.error(given.where, "duplicate-key",
                              fmt::format("test '{}': '{}' is given twice", test_.name, given.place),
                              "keep one of the two answers");
        if (test_.selected) select();
        coded_.clear();
        walk_ = walk(instrument_, answers_, options_);
        for (const PlaceValue& given : test_.given) check_given(given);
        for (const PlaceValue& asked : test_.asked) check_asked(asked, true);
        for (const PlaceValue& asked : test_.not_asked) check_asked(asked, false);
        for (const PlaceValue& value : test_.values) check_value(value);
        for (const PlaceValue& refused : test_.refused) check_refused(refused);
    }

private:
    void fail(const Location& where, const std::string& message) {
        faults_.error(where, "failed-test", fmt::format("test '{}': {}", test_.name, message),
                      "correct the instrument, or the expectation");
    }

    std::optional<Place> place_at(const PlaceValue& at) {
        auto place = find_place(instrument_, at.place);
        if (!place)
            faults_.error(at.where, "unknown-place", fmt::format("test '{}': '{}' is no place", test_.name, at.place),
                          place_hint(instrument_, at.place));
        return place;
    }

    // A selection number that selects the line.
    void select() {
        const Walk first = walk(instrument_, answers_, options_);
        const auto& lines = first.eligible_lines;
        const auto found = std::find(lines.begin(), lines.end(), static_cast<std::uint32_t>(*test_.selected));
        if (found == lines.end())
            return fail(test_.selected_where, fmt::format("line {} is not eligible", *test_.selected));
        options_.selection_number =
            (static_cast<double>(found - lines.begin()) + 0.5) / static_cast<double>(lines.size());
    }

    static const Visit* visit_at(const Walk& walk, const Place& place) {
        const auto found = std::find_if(walk.visits.begin(), walk.visits.end(),
                                        [&](const Visit& visit) { return visit.place == place; });
        return found == walk.visits.end() || found->relevance == Relevance::off ? nullptr : &*found;
    }

    bool refuses(const Visit& visit) const {
        const auto& constraints = instrument_.questions[visit.place.question].constraints;
        return !visit.broken.empty() || std::any_of(visit.broken_constraints.begin(), visit.broken_constraints.end(),
                                                    [&](std::size_t c) { return constraints[c].hard; });
    }

    void check_given(const PlaceValue& given) {
        const auto place = find_place(instrument_, given.place);
        if (!place) return;
        const Visit* visit = visit_at(walk_, *place);
        if (!visit || refuses(*visit))
            faults_.error(given.where, "test-not-given",
                          fmt::format("test '{}': '{}' {}", test_.name, given.place,
                                      visit ? "does not accept this answer" : "is not asked after the other answers"),
                          "give answers that an interview could have");
    }

    void check_asked(const PlaceValue& at, bool expected) {
        const auto place = place_at(at);
        if (!place) return;
        const Visit* visit = visit_at(walk_, *place);
        const bool asked = visit && visit->relevance == Relevance::on;
        if (asked == expected && !(visit && visit->relevance == Relevance::undecided)) return;
        fail(at.where, visit && visit->relevance == Relevance::undecided
                           ? fmt::format("whether '{}' is asked depends on an answer that is not given", at.place)
                           : fmt::format("'{}' is {}asked", at.place, asked ? "" : "not "));
    }

    // What the coding gives an incident: `offence[robbery.1]`; nothing where the place is another.
    std::optional<Value> coded_at(const std::string& place) const {
        static const std::set<std::string> columns = {"offence", "iccs", "secondary_offences", "secondary_iccs"};
        const std::size_t bracket = place.find('[');
        const std::string column = place.substr(0, bracket);
        if (!columns.contains(column) || !place.ends_with(']')) return std::nullopt;
        const auto key = find_incident(instrument_, place.substr(bracket + 1, place.size() - bracket - 2));
        if (!key) return std::nullopt;
        const auto found = coded_.find(*key);
        if (found == coded_.end()) return Value::absent(Type::text, Missing::not_asked);
        const Coded& coded = found->second;
        if (column == "offence") return Value::of(coded.offence);
        if (column == "iccs") return Value::of(coded.iccs);
        return Value::of(fmt::format(
            "{}", fmt::join(column == "secondary_offences" ? coded.secondary_offences : coded.secondary_iccs, " ")));
    }

    std::optional<Value> value_at(const PlaceValue& at) {
        if (const auto coded = coded_at(at.place)) return coded;
        if (at.place == "persons") return Value::of(static_cast<double>(walk_.persons));
        if (at.place == "eligible") return Value::of(static_cast<double>(walk_.eligible));
        const auto place = place_at(at);
        if (!place) return std::nullopt;
        const Question& question = instrument_.questions[place->question];
        const Value absent = Value::absent(value_type(question), Missing::not_asked);
        if (question.computed) {
            const auto found = walk_.computed.find(*place);
            return found == walk_.computed.end() ? absent : found->second;
        }
        const Visit* visit = visit_at(walk_, *place);
        return visit && visit->answered ? Value::of(answers_.at(*place)) : absent;
    }

    void check_value(const PlaceValue& at) {
        const auto value = value_at(at);
        if (value && value_text(*value) != at.value)
            fail(at.where, fmt::format("'{}' is {}, not {}", at.place, value_text(*value), at.value));
    }

    void check_refused(const PlaceValue& at) {
        const auto place = place_at(at);
        if (!place) return;
        Answers tried = answers_;
        tried[*place] = at.value;
        WalkOptions plain = options_;
        plain.after_form = {};
        const Walk walked = walk(instrument_, tried, plain);
        const Visit* visit = visit_at(walked, *place);
        if (!visit)
            fail(at.where, fmt::format("'{}' is not asked", at.place));
        else if (!refuses(*visit))
            fail(at.where, fmt::format("'{}' accepts {}", at.place, at.value));
    }

    const Instrument& instrument_;
    const InstrumentTest& test_;
    Diagnostics& faults_;
    WalkOptions options_;
    Answers answers_;
    Walk walk_;
    std::map<IncidentKey, Coded> coded_;
};

}  // namespace

void run_tests(const Instrument& instrument, Diagnostics& faults) {
    std::map<std::string, std::size_t> lines;
    for (const InstrumentTest& test : instrument.tests) {
        const auto [first, fresh] = lines.emplace(test.name, test.where.line);
        if (!fresh)
            faults.error(test.where, "duplicate-test", fmt::format("two tests are called '{}'", test.name),
                         fmt::format("rename one; the other is at line {}", first->second));
        if (test.asked.empty() && test.not_asked.empty() && test.values.empty() && test.refused.empty())
            faults.error(test.where, "empty-test", fmt::format("test '{}' expects nothing", test.name),
                         "say under 'expect' what is asked, not_asked, refused, or a value");
        TestRun(instrument, test, faults).run();
    }
}

}  // namespace cifra
