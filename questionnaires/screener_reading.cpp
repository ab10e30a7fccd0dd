#include <fmt/format.h>

#include "questionnaires/instrument_reading.h"

namespace cifra {
namespace {

constexpr std::int64_t most_times = 99997;

struct Screener {
    std::vector<Code> codes;
    std::string code_list;
    std::int64_t max = 97;
    Texts count, wide, narrow;
};

Screener read_screener(const YamlValue& map, Reader& reader) {
    Fields fields(map, reader.faults, "'screener'");
    Screener screener;
    Question codes;
    if (const YamlValue* value = fields.require("codes")) read_question_codes(codes, *value, reader);
    screener.codes = codes.codes;
    screener.code_list = codes.code_list;
    screener.max = read_count(fields, "max", 1, most_times, 97, reader.faults);
    fields.require("count");
    screener.count = read_texts(fields, "count", reader.faults);
    if (reader.instrument.period.long_months > 0) {
        fields.require("long");
        screener.wide = read_texts(fields, "long", reader.faults);
        screener.narrow = read_texts(fields, "narrow", reader.faults);
    }
    fields.finish();
    return screener;
}

// "first second" in every language that both have.
Texts joined(const Texts& first, const Texts& second) {
    Texts result(Labels(), second.where);
    for (const auto& [language, text] : second)
        if (const std::string before = label_in(first, language, ""); !before.empty())
            result[language] = before + " " + text;
    return result;
}

Condition said_yes(const Question& question) {
    const std::string yes = question.codes.empty() ? "1" : question.codes.front().code;
    return {fmt::format("{} = \"{}\"", question.name, yes), question.where, {}};
}

Question screener_question(const Crime& crime, std::size_t index, const Screener& screener, const Module& module,
                           std::size_t module_index, const MissingPolicy& policy) {
    Question question;
    question.name = crime.id;
    question.unit = module.unit;
    question.module = module_index;
    question.text = crime.cue;
    question.note = crime.note;
    question.codes = screener.codes;
    question.code_list = screener.code_list;
    question.ask_if = crime.ask_if;
    question.sensitive = crime.sensitive;
    question.part = ScreenerPart::happened;
    question.crime = index;
    question.where = crime.where;
    question.label = crime.label;
    question.indicators = crime.indicators;
    apply_missing(question, policy);
    return question;
}

Question count_question(const Question& happened, const Screener& screener, const MissingPolicy& policy) {
    Question question = happened;
    question.name = happened.name + "_count";
    question.type = QuestionType::integer;
    question.text = screener.count;
    question.note.clear();
    question.codes.clear();
    question.code_list.clear();
    question.low = 1;
    question.high = static_cast<double>(screener.max);
    question.range_where = happened.where;
    question.ask_if = said_yes(happened);
    question.part = ScreenerPart::count;
    question.dont_know.clear();
    question.refused.clear();
    apply_missing(question, policy);
    return question;
}

// The crime in the long period; `happened` is then asked only of those who say yes.
Question wide_question(Question& happened, const Screener& screener) {
    Question wide = happened;
    wide.name = happened.name + "_long";
    wide.part = ScreenerPart::wide;
    wide.text = joined(screener.wide, happened.text);
    wide.indicators.clear();
    happened.ask_if = said_yes(wide);
    if (!screener.narrow.empty()) {
        happened.text = screener.narrow;
        happened.note.clear();
    }
    return wide;
}

}  // namespace

void add_screener(const YamlValue& value, Module& module, std::size_t index, Reader& reader) {
    const Screener screener = read_screener(value, reader);
    module.screener = true;
    Instrument& instrument = reader.instrument;
    for (std::size_t c = 0; c < instrument.crimes.size(); ++c) {
        const Crime& crime = instrument.crimes[c];
        if (crime.unit != module.unit) continue;
        Question happened = screener_question(crime, c, screener, module, index, reader.policy);
        if (!screener.wide.empty()) instrument.questions.push_back(wide_question(happened, screener));
        Question count = count_question(happened, screener, reader.policy);
        instrument.questions.push_back(std::move(happened));
        instrument.questions.push_back(std::move(count));
    }
}

}  // namespace cifra
