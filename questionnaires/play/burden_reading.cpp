#include <fmt/format.h>

#include <algorithm>

#include "questionnaires/play/burden.h"

namespace cifra {
namespace {

double within(const YamlValue& value, double low, double high, Diagnostics& faults) {
    const double number = number_of(value, faults, "a number of minutes, seconds or words");
    if (number >= low && number <= high) return number;
    faults.error(value.where, "out-of-range", "the number is out of range",
                 fmt::format("write a number from {} to {}", low, high));
    return low;
}

void read_speeds(const YamlValue& map, const Instrument& instrument, std::map<std::string, double>& speeds,
                 Diagnostics& faults) {
    Fields fields(map, faults, "words per minute");
    for (const std::string& language : instrument.languages)
        if (const YamlValue* value = fields.get(language)) speeds[language] = within(*value, 10, 1000, faults);
    fields.finish();
}

constexpr double longest_seconds = 600;

}  // namespace

void read_burden(const YamlValue& map, const Instrument& instrument, BurdenModel& model, Diagnostics& faults) {
    Fields fields(map, faults, "'burden'");
    if (const YamlValue* value = fields.get("words_per_minute"))
        read_speeds(*value, instrument, model.words_per_minute, faults);
    if (const YamlValue* value = fields.get("silent_words_per_minute"))
        read_speeds(*value, instrument, model.silent_words_per_minute, faults);
    if (const YamlValue* value = fields.get("answering")) {
        Fields types(*value, faults, "'answering'");
        for (std::size_t t = 0; t < model.answering.size(); ++t)
            if (const YamlValue* seconds = types.get(to_text(static_cast<QuestionType>(t))))
                model.answering[t] = within(*seconds, 0, longest_seconds, faults);
        types.finish();
    }
    if (const YamlValue* value = fields.get("overhead")) {
        Fields modes(*value, faults, "'overhead'");
        for (std::size_t m = 0; m < model.overhead.size(); ++m)
            if (const YamlValue* seconds = modes.get(to_text(static_cast<Administration>(m))))
                model.overhead[m] = within(*seconds, 0, longest_seconds, faults);
        modes.finish();
    }
    if (const YamlValue* value = fields.get("target")) {
        model.target = within(*value, 0.1, 1000, faults);
        model.target_where = value->where;
    }
    fields.finish();
}

}  // namespace cifra
