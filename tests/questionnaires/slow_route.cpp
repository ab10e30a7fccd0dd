#include "tests/questionnaires/slow_route.h"

#include <algorithm>
#include <cmath>

namespace cifra {
namespace {

struct Form {
    std::uint32_t crime = 0, ordinal = 0;
};

struct Reader {
    const Instrument& instrument;
    const std::vector<Place>& path;
    const Answers& answers;
    bool all = false;
    std::uint32_t line = 0;                // the line read by roster names
    std::uint32_t crime = 0, ordinal = 0;  // of the incident; ordinal 0: none
    std::vector<std::uint32_t> lines, eligible;
    std::vector<Form> forms;

    Place place_of(const Question& question, std::size_t index) const {
        Place place{static_cast<std::uint32_t>(index), 0, 0, 0};
        if (question.unit == Unit::roster || (all && question.unit != Unit::household)) place.line = line;
        if (question.unit == Unit::incident) {
            place.crime = crime;
            place.ordinal = ordinal;
        }
        return place;
    }

    Value answer(const Question& question, std::size_t index) const {
        if (question.computed) return computed(question);
        const Place place = place_of(question, index);
        for (const Place& on : path)
            if (on == place) return parse_answer(question, answers.at(place), instrument.period).value;
        return Value::absent(value_type(question), Missing::not_asked);
    }

    Value evaluated(const Condition& condition) const {
        return evaluate(condition.expr, [this](std::string_view name) { return (*this)(name); });
    }

    // Every record of the loop that the question sees, as a reader that stands there.
    std::vector<Reader> records(const Question& question) const {
        std::vector<Reader> result;
        if (question.computed->over == Unit::roster)
            for (const std::uint32_t one : lines) {
                result.push_back(*this);
                result.back().line = one;
            }
        else
            for (const Form& form : forms) {
                result.push_back(*this);
                result.back().crime = form.crime;
                result.back().ordinal = form.ordinal;
            }
        return result;
    }

    Value computed(const Question& question) const {
        const Computation& computation = *question.computed;
        if (!holds(instrument.modules[question.module].ask_if) || !holds(question.ask_if))
            return Value::absent(computation.type, Missing::not_asked);
        if (computation.aggregate == Aggregate::none) return evaluated(computation.value);
        double count = 0, sum = 0, all_of = 0;
        std::vector<double> numbers;
        for (const Reader& record : records(question)) {
            if (!record.holds(computation.where)) continue;
            const Value value = record.evaluated(computation.value);
            ++all_of;
            count += value.is_true();
            if (value.present()) numbers.push_back(value.number);
        }
        for (const double number : numbers) sum += number;
        std::sort(numbers.begin(), numbers.end());
        if (computation.aggregate == Aggregate::count) return Value::of(count);
        if (computation.aggregate == Aggregate::sum) return Value::of(sum);
        if (computation.aggregate == Aggregate::any) return Value::of(count > 0);
        if (computation.aggregate == Aggregate::all) return Value::of(count == all_of);
        if (numbers.empty()) return Value::absent(Type::number);
        return Value::of(computation.aggregate == Aggregate::min ? numbers.front() : numbers.back());
    }

    Value times() const {
        const std::string name = instrument.crimes[crime].id + "_count";
        return (*this)(name);
    }

    Value operator()(std::string_view name) const {
        if (name == "line") return Value::of(static_cast<double>(line));
        if (name == "persons") return Value::of(static_cast<double>(lines.size()));
        if (name == "eligible") return Value::of(static_cast<double>(eligible.size()));
        if (name == "crime") return Value::of(instrument.crimes[crime].id);
        if (name == "ordinal") return Value::of(static_cast<double>(ordinal));
        if (name == "times") return times();
        for (std::size_t q = 0; q < instrument.questions.size(); ++q)
            if (instrument.questions[q].name == name) return answer(instrument.questions[q], q);
        for (std::size_t q = 0; q < instrument.questions.size(); ++q)
            for (const Code& code : instrument.questions[q].codes)
                if (instrument.questions[q].name + "_" + code.code == name)
                    return mention(answer(instrument.questions[q], q), code.code);
        return Value::absent(Type::text);
    }

    bool holds(const Condition& condition) const { return !condition.given() || evaluated(condition).is_true(); }
};

class SlowWalk {
public:
    SlowWalk(const Instrument& instrument, const Answers& answers, double selection_number)
        : instrument_(instrument),
          selection_number_(selection_number),
          reader_{instrument, path_, answers, instrument.roster && instrument.roster->all, 0, 0, 0, {}, {}, {}} {}

    std::vector<Place> run() {
        std::size_t m = 0;
        for (; m < instrument_.modules.size() && instrument_.modules[m].unit != Unit::roster; ++m)
            ask(instrument_.modules[m], {});
        if (m == instrument_.modules.size()) return path_;
        roster(instrument_.modules[m]);
        const std::vector<std::uint32_t> lines = interviewed();
        for (std::size_t i = 0; i < std::max<std::size_t>(lines.size(), 1); ++i) {
            reader_.line = lines.empty() ? 0 : lines[i];
            reader_.forms.clear();
            for (std::size_t after = m + 1; after < instrument_.modules.size(); ++after)
                rest(instrument_.modules[after], i == 0);
        }
        return path_;
    }

private:
    void ask(const Module& module, Place place) {
        for (std::size_t q = module.begin; q < module.end; ++q) {
            place.question = static_cast<std::uint32_t>(q);
            if (!instrument_.questions[q].computed && reader_.holds(module.ask_if) &&
                reader_.holds(instrument_.questions[q].ask_if))
                path_.push_back(place);
        }
    }

    std::vector<std::uint32_t> interviewed() const {
        if (reader_.all || reader_.eligible.empty()) return reader_.eligible;
        const double n = static_cast<double>(reader_.eligible.size());
        return {reader_.eligible[static_cast<std::size_t>(std::floor(selection_number_ * n))]};
    }

    void roster(const Module& module) {
        const double size = reader_(instrument_.roster->count).number;
        for (std::uint32_t line = 1; line <= size; ++line) {
            reader_.line = line;
            reader_.lines.push_back(line);
            ask(module, {0, line, 0, 0});
            if (reader_.holds(instrument_.roster->eligible)) reader_.eligible.push_back(line);
        }
        reader_.line = interviewed().empty() ? 0 : interviewed().front();
    }

    // A module after the roster, with one person; the household's only with the first.
    void rest(const Module& module, bool first) {
        if (module.unit == Unit::household && first) ask(module, {});
        if (reader_.line == 0) return;
        if (module.unit == Unit::person) ask(module, {0, reader_.all ? reader_.line : 0, 0, 0});
        if (module.unit == Unit::incident) incidents(module, first);
    }

    void incidents(const Module& module, bool first) {
        for (reader_.crime = 0; reader_.crime < instrument_.crimes.size(); ++reader_.crime)
            if (first || instrument_.crimes[reader_.crime].unit == Unit::person) forms(module);
        reader_.ordinal = 0;
        reader_.crime = 0;
    }

    void forms(const Module& module) {
        const std::string& id = instrument_.crimes[reader_.crime].id;
        if (!(reader_(id).present() && reader_(id).text == "1")) return;
        const double times = reader_.times().present() ? reader_.times().number : 1;
        for (reader_.ordinal = 1; reader_.ordinal <= times && reader_.ordinal <= *instrument_.incidents->max;
             ++reader_.ordinal) {
            ask(module, {0, reader_.all ? reader_.line : 0, reader_.crime, reader_.ordinal});
            reader_.forms.push_back({reader_.crime, reader_.ordinal});
            if (reader_.ordinal == 1 && instrument_.incidents->series.given() &&
                reader_.holds(instrument_.incidents->series))
                return;
        }
    }

    const Instrument& instrument_;
    const double selection_number_;
    std::vector<Place> path_;
    Reader reader_;
};

}  // namespace

std::vector<Place> slow_route(const Instrument& instrument, const Answers& answers, double selection_number) {
    return SlowWalk(instrument, answers, selection_number).run();
}

}  // namespace cifra
