#include "tests/questionnaires/slow_route.h"

#include <cmath>

namespace cifra {
namespace {

struct Reader {
    const Instrument& instrument;
    const std::vector<Place>& path;
    const Answers& answers;
    std::uint32_t line = 0;                // the line read by roster names
    std::uint32_t crime = 0, ordinal = 0;  // of the incident; ordinal 0: none
    std::vector<std::uint32_t> lines, eligible;

    Value answer(const Question& question, std::size_t index) const {
        Place place{static_cast<std::uint32_t>(index), 0, 0, 0};
        if (question.unit == Unit::roster) place.line = line;
        if (question.unit == Unit::incident) place = {static_cast<std::uint32_t>(index), 0, crime, ordinal};
        for (const Place& on : path)
            if (on == place) return parse_answer(question, answers.at(place), instrument.period).value;
        return Value::absent(value_type(question.type), Missing::not_asked);
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

    bool holds(const Condition& condition) const {
        return !condition.given() ||
               evaluate(condition.expr, [this](std::string_view name) { return (*this)(name); }).is_true();
    }
};

}  // namespace

std::vector<Place> slow_route(const Instrument& instrument, const Answers& answers, double selection_number) {
    std::vector<Place> path;
    Reader reader{instrument, path, answers, 0, 0, 0, {}, {}};
    const auto ask = [&](const Module& module, Place place) {
        for (std::size_t q = module.begin; q < module.end; ++q) {
            place.question = static_cast<std::uint32_t>(q);
            if (reader.holds(module.ask_if) && reader.holds(instrument.questions[q].ask_if)) path.push_back(place);
        }
    };
    for (const Module& module : instrument.modules) {
        if (module.unit == Unit::household || (module.unit == Unit::person && !reader.eligible.empty()))
            ask(module, {});
        if (module.unit == Unit::roster) {
            const double size = reader(instrument.roster->count).number;
            for (std::uint32_t line = 1; line <= size; ++line) {
                reader.line = line;
                reader.lines.push_back(line);
                ask(module, {0, line, 0, 0});
                if (reader.holds(instrument.roster->eligible)) reader.eligible.push_back(line);
            }
            const double n = static_cast<double>(reader.eligible.size());
            reader.line = n > 0 ? reader.eligible[static_cast<std::size_t>(std::floor(selection_number * n))] : 0;
        }
        if (module.unit != Unit::incident || reader.eligible.empty()) continue;
        for (reader.crime = 0; reader.crime < instrument.crimes.size(); ++reader.crime) {
            const std::string& id = instrument.crimes[reader.crime].id;
            if (!(reader(id).present() && reader(id).text == "1")) continue;
            const double times = reader.times().present() ? reader.times().number : 1;
            for (reader.ordinal = 1; reader.ordinal <= times && reader.ordinal <= *instrument.incidents->max;
                 ++reader.ordinal) {
                ask(module, {0, 0, reader.crime, reader.ordinal});
                if (reader.ordinal == 1 && instrument.incidents->series.given() &&
                    reader.holds(instrument.incidents->series))
                    break;
            }
        }
        reader.ordinal = 0;
        reader.crime = 0;
    }
    return path;
}

}  // namespace cifra
