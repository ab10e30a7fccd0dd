// Interviews of random respondents in the forms in which clients of the field send them back.
#pragma once

#include <fmt/format.h>

#include <string>
#include <tuple>

#include "engine/markup.h"
#include "engine/random.h"
#include "questionnaires/fieldwork.h"
#include "questionnaires/respondent.h"

namespace cifra {

struct Interviewed {
    std::string household, date, key;
    Respondent said;
};

inline Interviewed interview_at_random(const Instrument& instrument, std::size_t number, std::uint64_t seed) {
    const std::string id = fmt::format("H{}", number);
    const double selection = uniform({seed, Purpose::household, 0, stable_hash(id)}, 0);
    return {id, fieldwork_window(instrument.period).first, fmt::format("uuid:{:08x}-{}", stable_hash(id), number),
            respond(instrument, {.seed = seed, .household = id, .selection_number = selection})};
}

// The names that a client's form adds to the questions, with their values.
inline std::vector<std::pair<std::string, std::string>> about_interview(const Interviewed& one) {
    return {{"start", one.date + "T10:00:00.000+00:00"},
            {"end", one.date + "T10:42:30.000+00:00"},
            {"deviceid", "tablet-7"},
            {"username", fmt::format("field{}", one.household.size())},
            {"household", one.household},
            {"outcome", "1"},
            {"interview_date", one.date},
            {"selected", fmt::format("{}", one.said.walk.selected)}};
}

// The keys of the roster line or incident that a place belongs to.
inline std::vector<std::pair<std::string, std::string>> keys_of_repeat(const Instrument& instrument, Unit unit,
                                                                       const Place& place, std::uint32_t selected) {
    if (unit == Unit::roster) return {{"line", fmt::format("{}", place.line)}};
    return {{"crime", instrument.crimes[place.crime].id},
            {"ordinal", fmt::format("{}", place.ordinal)},
            {"line", fmt::format("{}", selected)}};
}

inline bool in_repeat(Unit unit) { return unit == Unit::roster || unit == Unit::incident; }

inline std::string xml_element(const std::string& name, const std::string& text) {
    return fmt::format("<{0}>{1}</{0}>", name, escape_markup(text));
}

// An XForm instance: one group per module, a repeat for each roster line and each incident; what was not asked is
// absent.
inline std::string xml_instance(const Instrument& instrument, const Interviewed& one) {
    std::string xml = fmt::format("<?xml version=\"1.0\"?>\n<data id=\"{}\" version=\"{}\">", instrument.name,
                                  escape_markup(instrument.version));
    for (const auto& [name, value] : about_interview(one)) xml += xml_element(name, value);
    std::string open;
    std::tuple<std::size_t, std::uint32_t, std::uint32_t, std::uint32_t> group{};
    for (const auto& [place, relevance, answered, broken, constraints] : one.said.walk.visits) {
        if (relevance != Relevance::on) continue;
        const Question& question = instrument.questions[place.question];
        const Module& module = instrument.modules[question.module];
        const auto own = std::tuple(question.module, place.line, place.crime, place.ordinal);
        if (open.empty() || own != group) {
            if (!open.empty()) xml += fmt::format("</{}>", open);
            xml += fmt::format("<{}>", module.id);
            if (in_repeat(module.unit))
                for (const auto& [name, value] : keys_of_repeat(instrument, module.unit, place, one.said.walk.selected))
                    xml += xml_element(name, value);
        }
        open = module.id;
        group = own;
        xml += xml_element(question.name, one.said.answers.at(place));
    }
    if (!open.empty()) xml += fmt::format("</{}>", open);
    return xml + fmt::format("<meta>{}</meta></data>\n", xml_element("instanceID", one.key));
}

inline std::string csv_field(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + "\"";
}

// The tables of an export by ODK Central: columns named with their group, repeats in files of their own whose
// PARENT_KEY is the KEY of the interview.
class CentralExport {
public:
    explicit CentralExport(const Instrument& instrument) : instrument_(instrument) {
        main = "SubmissionDate,start,end,deviceid,username,household,outcome,interview_date,selected";
        for (const Question& question : instrument.questions)
            if (!in_repeat(question.unit))
                main += fmt::format(",{}-{}", instrument.modules[question.module].id, question.name);
        main += ",KEY\n";
        roster = "line" + columns(Unit::roster) + ",PARENT_KEY,KEY\n";
        incident = "crime,ordinal,line" + columns(Unit::incident) + ",PARENT_KEY,KEY\n";
    }

    void add(const Interviewed& one) {
        main += one.date + "T12:00:00Z";
        for (const auto& [name, value] : about_interview(one)) main += "," + csv_field(value);
        for (std::uint32_t q = 0; q < instrument_.questions.size(); ++q)
            if (!in_repeat(instrument_.questions[q].unit)) main += "," + answer(one, {q, 0, 0, 0});
        main += "," + one.key + "\n";
        for (std::uint32_t line = 1; line <= one.said.walk.persons; ++line)
            repeat(roster, one, Unit::roster, {0, line, 0, 0}, line);
        std::size_t nth = 0;
        for (const auto& [key, series] : one.said.walk.series)
            repeat(incident, one, Unit::incident, {0, 0, key.crime, key.ordinal}, ++nth);
    }

    std::string main, roster, incident;

private:
    std::string columns(Unit unit) const {
        std::string text;
        for (const Question& question : instrument_.questions)
            if (question.unit == unit) text += "," + question.name;
        return text;
    }

    static std::string answer(const Interviewed& one, const Place& place) {
        const auto found = one.said.answers.find(place);
        return found == one.said.answers.end() ? "" : csv_field(found->second);
    }

    void repeat(std::string& table, const Interviewed& one, Unit unit, Place place, std::size_t nth) const {
        bool first = true;
        for (const auto& [name, value] : keys_of_repeat(instrument_, unit, place, one.said.walk.selected)) {
            table += (first ? "" : ",") + value;
            first = false;
        }
        std::string module;
        for (std::uint32_t q = 0; q < instrument_.questions.size(); ++q) {
            if (instrument_.questions[q].unit != unit) continue;
            place.question = q;
            table += "," + answer(one, place);
            module = instrument_.modules[instrument_.questions[q].module].id;
        }
        table += fmt::format(",{0},{0}/{1}[{2}]\n", one.key, module, nth);
    }

    const Instrument& instrument_;
};

}  // namespace cifra
