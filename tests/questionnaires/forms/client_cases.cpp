#include "tests/questionnaires/forms/client_cases.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "engine/random.h"
#include "questionnaires/fills.h"
#include "questionnaires/forms/form_paths.h"

namespace cifra {
namespace {

using nlohmann::json;

// A wrong answer to try at a place before the right one.
struct Probe {
    std::string value;
    bool refused = false;                // else doubted
    std::vector<std::size_t> confirmed;  // soft constraints that it breaks
};

std::string multiple_of_two(const Question& question, Stream& chance) {
    std::vector<std::string> codes;
    for (const Code& code : question.codes) codes.push_back(code.code);
    for (const std::string& code : {question.dont_know, question.refused})
        if (!code.empty()) codes.push_back(code);
    const std::size_t a = chance.below(codes.size() - 1);
    return codes[a] + " " + codes[a + 1 + chance.below(codes.size() - 1 - a)];
}

std::string tried(const Question& question, Stream& chance) {
    switch (question.type) {
        case QuestionType::single:
            return question.codes[chance.below(question.codes.size())].code;
        case QuestionType::multiple:
            return multiple_of_two(question, chance);
        case QuestionType::integer:
        case QuestionType::money: {
            const double high = question.high.value_or(1000), low = question.low.value_or(0);
            const double value = chance.bernoulli(0.3) ? high + 1 : low - 1 + chance.uniform() * (high - low + 3);
            return std::to_string(static_cast<long long>(value));
        }
        default:
            return {};
    }
}

bool contains(const std::vector<std::size_t>& list, std::size_t c) {
    return std::find(list.begin(), list.end(), c) != list.end();
}

class CaseMaker {
public:
    CaseMaker(const Instrument& instrument, const ClientForm& form, const RespondentOptions& options)
        : instrument_(instrument),
          dated_(instrument),
          paths_(form),
          options_(options),
          everyone_(instrument.roster && instrument.roster->all),
          chance_({options.seed, Purpose::interview, 1, stable_hash(options.household)}) {
        dated_.period = dated(instrument.period, options.interview_date);
    }

    json make() {
        said_ = client_answers(instrument_, options_);
        const Answerer again = [this](const Place& place, const Question& question, const Board& board) {
            probe(place, question, board);
            hear(place, question, board);
            return std::optional(said_.answers.at(place));
        };
        const Walk walked = walk(instrument_, again,
                                 {.selection_number = options_.selection_number,
                                  .person_responds = options_.person_responds,
                                  .silent = options_.silent,
                                  .interview_date = options_.interview_date});
        cover();
        for (const Visit& visit : walked.visits) answer(visit);
        if (instrument_.roster && module_ <= instrument_.roster->module) leave_roster();
        for (const Visit& visit : walked.visits) expect(visit);
        expect_computed(walked);
        expect_nobody_asked();
        expect_forms();
        expect_texts();
        return {{"name", options_.household}, {"date", options_.interview_date}, {"steps", std::move(steps_)}};
    }

private:
    void set(const std::string& path, const std::string& value) { steps_.push_back({{"set", path}, {"value", value}}); }
    void expect(const std::string& path, const json& state) { steps_.push_back({{"expect", {{path, state}}}}); }

    void cover() {
        set("/data/household", options_.household);
        if (instrument_.roster && !everyone_)
            set("/data/selection_number", fmt::format("{}", options_.selection_number));
        set("/data/outcome", "1");
    }

    void probe(const Place& place, const Question& question, const Board& board) {
        if (!chance_.bernoulli(0.25)) return;
        for (int k = 0; k < 20; ++k) {
            Probe probe{tried(question, chance_), false, {}};
            if (probe.value.empty()) return;
            const ParsedAnswer parsed = parse_answer(question, probe.value, dated_.period);
            probe.refused = !parsed.broken.empty();
            if (!probe.refused)
                for (const std::size_t c : board.broken_constraints(question, parsed.value)) {
                    if (question.constraints[c].hard) probe.refused = true;
                    probe.confirmed.push_back(c);
                }
            if (!probe.refused && probe.confirmed.empty()) continue;
            probes_[place] = std::move(probe);
            return;
        }
    }

    // What the question says where the form fills it in.
    void hear(const Place& place, const Question& question, const Board& board) {
        const Texts text = wording(question, instrument_.modules[question.module].mode).text;
        const auto answers = [&](std::string_view name) { return board.lookup(name); };
        for (const std::string& language : instrument_.languages)
            if (label_in(text, language, "").find('{') != std::string::npos)
                heard_[language][place] = say(dated_, text, language, answers);
    }

    void expect_texts() {
        for (const auto& [language, texts] : heard_) {
            steps_.push_back({{"language", language_name(language)}});
            for (const auto& [place, text] : texts)
                expect(path(place, instrument_.questions[place.question].name), {{"label", text}});
        }
    }

    void expect_computed(const Walk& walked) {
        for (const auto& [place, value] : walked.computed) {
            const std::string text = !value.present()             ? ""
                                     : value.type == Type::truth  ? value.is_true() ? "1" : "2"
                                     : value.type == Type::number ? shortest(value.number)
                                                                  : value.text;
            expect(path(place, instrument_.questions[place.question].name), {{"value", text}});
        }
        for (std::uint32_t q = 0; q < instrument_.questions.size(); ++q) {
            const Question& question = instrument_.questions[q];
            const bool once = question.unit == Unit::household || question.unit == Unit::person;
            if (question.computed && once && !everyone_ && !walked.computed.contains({q, 0, 0, 0}))
                expect(paths_.path(question.name), {{"value", ""}});
        }
    }

    // Instances of the repeat of the person on `line`, of all crimes before `crime`.
    std::uint32_t forms_before(std::uint32_t line, std::uint32_t crime) const {
        std::uint32_t forms = 0;
        for (const Announced& announced : said_.walk.announced)
            if (announced.line == line && announced.crime < crime) forms += instances(announced);
        return forms;
    }

    // Of the repeat, which does not shrink where a form stands for a series.
    std::uint32_t instances(const Announced& announced) const {
        if (!announced.happened) return 0;
        const double cap = static_cast<double>(instrument_.incidents->max.value_or(1));
        return static_cast<std::uint32_t>(std::min(announced.times.value_or(1), cap));
    }

    std::string path(const Place& place, const std::string& node) const {
        std::string plain = paths_.path(node);
        const Unit unit = instrument_.questions[place.question].unit;
        if (unit == Unit::roster || unit == Unit::incident) {
            const std::uint32_t at =
                unit == Unit::roster ? place.line : forms_before(place.line, place.crime) + place.ordinal;
            plain.insert(plain.rfind('/'), fmt::format("[{}]", at));
        }
        return everyone_ && unit >= Unit::person ? of_person(place.line, plain) : plain;
    }

    // Where all are interviewed, the path in the interview of the person on `line`.
    std::string of_person(std::uint32_t line, std::string path) const {
        if (!everyone_) return path;
        const auto& lines = said_.walk.interviewed;
        const auto nth = std::find(lines.begin(), lines.end(), line) - lines.begin() + 1;
        return path.insert(paths_.path(std::string(persons_repeat)).size(), fmt::format("[{}]", nth));
    }

    bool responds(std::uint32_t line) const { return options_.person_responds && !options_.silent.contains(line); }

    // What stands between modules: the acknowledgements, the person's outcome.
    void enter(const Place& place) {
        const std::size_t module = instrument_.questions[place.question].module;
        if (everyone_ && instrument_.incidents && instrument_.incidents->module == module &&
            begun_.insert(place.line).second)
            start(module, place.line);
        if (module == module_) return;
        const auto begins = [&](std::size_t m) { return module_ < m && module >= m; };
        const bool roster = instrument_.roster && begins(instrument_.roster->module);
        const bool after_roster = instrument_.roster && begins(instrument_.roster->module + 1);
        if (roster) start(instrument_.roster->module);
        if (after_roster) leave_roster();
        if (!everyone_ && instrument_.incidents && instrument_.incidents->module == module) start(module);
        module_ = module;
    }

    std::uint32_t all_instances(std::uint32_t line) const {
        return forms_before(line, static_cast<std::uint32_t>(instrument_.crimes.size()));
    }

    // The roster, or the incident forms of the person on `line`.
    void start(std::size_t module, std::uint32_t line = 0) {
        const bool roster = instrument_.modules[module].unit == Unit::roster;
        const auto at = [&](const std::string& name) {
            return roster ? paths_.path(name) : of_person(line, paths_.path(name));
        };
        const std::string& id = instrument_.modules[module].id;
        set(at(id + "_start"), "OK");
        expect_count(at(id), roster ? said_.walk.persons : kept_instances(line));
    }

    // One stays, and is not asked, where a person of several has no incident.
    std::uint32_t kept_instances(std::uint32_t line) const {
        return everyone_ ? std::max(all_instances(line), 1U) : all_instances(line);
    }

    void expect_count(const std::string& path, std::uint32_t count) {
        steps_.push_back({{"expectCount", {{path, count}}}});
    }

    void leave_roster() {
        const Walk& walk = said_.walk;
        expect("/data/persons", {{"value", std::to_string(walk.persons)}});
        expect("/data/eligible", {{"value", std::to_string(walk.eligible)}});
        if (everyone_) return begin_interviews();
        expect("/data/selected_line", {{"value", std::to_string(walk.selected)}});
        expect("/data/person_outcome", {{"relevant", walk.selected > 0}});
        if (walk.selected > 0) set("/data/person_outcome", options_.person_responds ? "1" : "2");
    }

    void begin_interviews() {
        const std::string repeat = "/data/" + std::string(persons_repeat);
        const auto& lines = said_.walk.interviewed;
        expect("/data/persons_start", {{"relevant", !lines.empty()}});
        if (!lines.empty()) set("/data/persons_start", "OK");
        expect_count(repeat, static_cast<std::uint32_t>(lines.size()));
        for (const std::uint32_t line : lines) {
            expect(of_person(line, repeat + "/selected_line"), {{"value", std::to_string(line)}});
            set(of_person(line, repeat + "/person_outcome"), responds(line) ? "1" : "2");
        }
    }

    void answer(const Visit& visit) {
        enter(visit.place);
        const Question& question = instrument_.questions[visit.place.question];
        const std::string node = path(visit.place, question.name);
        expect(node, {{"relevant", visit.relevance == Relevance::on}});
        if (visit.relevance != Relevance::on) return;
        if (const auto probe = probes_.find(visit.place); probe != probes_.end()) try_wrong(visit, probe->second);
        set(node, said_.answers.at(visit.place));
        expect(node, {{"valid", true}});
    }

    void try_wrong(const Visit& visit, const Probe& probe) {
        const Question& question = instrument_.questions[visit.place.question];
        const std::string node = path(visit.place, question.name);
        set(node, probe.value);
        expect(node, {{"valid", !probe.refused}});
        for (const std::size_t c : probe.confirmed)
            if (!question.constraints[c].hard) expect(remark_path(visit.place, c), {{"relevant", true}});
    }

    // The acknowledgement or note of a soft constraint.
    std::string remark_path(const Place& place, std::size_t constraint) const {
        const Question& question = instrument_.questions[place.question];
        const bool inform = question.constraints[constraint].inform;
        std::string name = question.name + (inform ? "_inform" : "_confirm");
        for (std::size_t c = 0; c < constraint; ++c)
            if (!question.constraints[c].hard && question.constraints[c].inform == inform) name += "_";
        return path(place, name);
    }

    void expect(const Visit& visit) {
        const Question& question = instrument_.questions[visit.place.question];
        json state = {{"relevant", visit.relevance == Relevance::on}};
        if (visit.relevance == Relevance::on) state["value"] = said_.answers.at(visit.place);
        expect(path(visit.place, question.name), state);
        for (std::size_t c = 0; c < question.constraints.size(); ++c)
            if (!question.constraints[c].hard)
                expect(remark_path(visit.place, c), {{"relevant", contains(visit.broken_constraints, c)}});
    }

    // Where nobody is selected or the person does not take part, no question of a person is asked.
    void expect_nobody_asked() {
        std::vector<std::uint32_t> nobody;
        for (const std::uint32_t line : said_.walk.interviewed)
            if (!responds(line)) nobody.push_back(line);
        if (said_.walk.selected == 0 && !everyone_) nobody.push_back(0);
        for (const std::uint32_t line : nobody)
            for (const Question& question : instrument_.questions)
                if (question.unit == Unit::person && !question.computed)
                    expect(of_person(line, paths_.path(question.name)), {{"relevant", false}});
    }

    void expect_forms() {
        if (!instrument_.incidents) return;
        const std::size_t module = instrument_.incidents->module;
        const std::string repeat = paths_.path(instrument_.modules[module].id);
        if (everyone_)
            for (const std::uint32_t line : said_.walk.interviewed)
                expect_count(of_person(line, repeat), kept_instances(line));
        else
            expect_count(repeat, kept_instances(0));
        for (const Announced& announced : said_.walk.announced)
            for (std::uint32_t ordinal = 1; ordinal <= instances(announced); ++ordinal)
                expect_form(announced, ordinal, module);
    }

    void expect_form(const Announced& announced, std::uint32_t ordinal, std::size_t module) {
        const auto first = static_cast<std::uint32_t>(instrument_.modules[module].begin);
        const Place place{first, announced.line, announced.crime, ordinal};
        expect(path(place, "crime"), {{"value", instrument_.crimes[announced.crime].id}});
        expect(path(place, "ordinal"), {{"value", std::to_string(ordinal)}});
        const auto series = said_.walk.series.find({announced.line, announced.crime, ordinal});
        if (series != said_.walk.series.end() && instrument_.incidents->series.given())
            expect(path(place, "series"), {{"value", ordinal == 1 && series->second ? "1" : "2"}});
        if (series != said_.walk.series.end()) return;
        for (std::size_t q = first; q < instrument_.modules[module].end; ++q)
            if (!instrument_.questions[q].computed)
                expect(path(place, instrument_.questions[q].name), {{"relevant", false}});
    }

    const Instrument& instrument_;
    Instrument dated_;  // with the period of the interview
    FormPaths paths_;
    RespondentOptions options_;
    bool everyone_;  // of the household is interviewed
    Stream chance_;
    Respondent said_;
    std::map<Place, Probe> probes_;
    std::map<std::string, std::map<Place, std::string>> heard_;
    std::size_t module_ = 0;
    std::set<std::uint32_t> begun_;  // lines of persons whose incident forms have begun
    json steps_ = json::array();
};

}  // namespace

json client_case(const Instrument& instrument, const ClientForm& form, const RespondentOptions& options) {
    return CaseMaker(instrument, form, options).make();
}

Respondent client_answers(const Instrument& instrument, const RespondentOptions& options) {
    const bool everyone = instrument.roster && instrument.roster->all;
    const std::string size = std::to_string(1 + stable_hash(options.household) % 4);
    return respond(instrument, options, [&](const Place&, const Question& question, std::uint32_t) {
        return everyone && question.name == instrument.roster->count ? std::optional(size) : std::nullopt;
    });
}

RespondentOptions client_respondent(const Instrument& instrument, std::size_t k) {
    const bool everyone = instrument.roster && instrument.roster->all, takes_part = k % 7 != 6;
    RespondentOptions options;
    options.seed = 5;
    options.household = fmt::format("H{}", k);
    options.selection_number = (static_cast<double>(k * 37 % 101) + 0.5) / 101;
    options.person_responds = everyone || takes_part;
    if (everyone && k % 3 == 1) options.silent = {1 + static_cast<std::uint32_t>(k) % 4};
    options.interview_date = fmt::format("2026-{:02}-{:02}", 1 + k * 5 % 12, 1 + k % 28);
    options.missing_share = k % 3 == 2 ? 0.25 : 0.03;
    return options;
}

json client_cases(const Instrument& instrument, const ClientForm& form, std::size_t count) {
    json cases = json::array();
    for (std::size_t k = 0; k < count; ++k)
        cases.push_back(client_case(instrument, form, client_respondent(instrument, k)));
    return cases;
}

}  // namespace cifra
