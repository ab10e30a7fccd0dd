#include "questionnaires/play/burden.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>

#include "engine/parallel.h"

namespace cifra {
namespace {

constexpr double taught_pace = 120, silent_pace = 238;

// Speed of reading a text against the speed of the same text in English.
double relative_speed(const std::string& language) {
    constexpr double english = 228, mean_of_languages = 184;
    static const std::map<std::string, double> speeds = {{"en", english}, {"es", 218}, {"fr", 195}, {"pt", 181}};
    const auto found = speeds.find(language.substr(0, language.find('-')));
    return (found == speeds.end() ? mean_of_languages : found->second) / english;
}

double count_words(const std::string& text) {
    std::istringstream stream(text);
    double words = 0;
    for (std::string word; stream >> word;) ++words;
    return words;
}

double words_of_codes(const Question& question, const std::string& language) {
    if (question.codes.size() <= 2) return 0;
    return std::accumulate(question.codes.begin(), question.codes.end(), 0.0, [&](double sum, const Code& code) {
        return sum + count_words(label_in(code.label, language, ""));
    });
}

double quantile(const std::vector<double>& sorted, double p) {
    const double rank = std::ceil(p * static_cast<double>(sorted.size()));
    return sorted[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

void summarize(std::vector<double> minutes, BurdenLine& line) {
    const auto n = static_cast<double>(minutes.size());
    std::sort(minutes.begin(), minutes.end());
    line.mean = std::accumulate(minutes.begin(), minutes.end(), 0.0) / n;
    line.median = quantile(minutes, 0.5);
    line.p95 = quantile(minutes, 0.95);
    line.longest = minutes.back();
    line.asked = static_cast<double>(std::count_if(minutes.begin(), minutes.end(), [](double m) { return m > 0; })) / n;
}

// For each language and mode, for each module and then the whole: the minutes of each respondent.
using Minutes = std::vector<std::vector<std::vector<double>>>;

struct Simulator {
    const Instrument& instrument;
    const Behaviour& behaviour;
    const BurdenOptions& options;
    const std::vector<Timing>& timings;

    Minutes shard(std::size_t begin, std::size_t end) const {
        const std::size_t modules = instrument.modules.size();
        Minutes minutes(timings.size(), std::vector<std::vector<double>>(modules + 1));
        for (std::size_t h = begin + 1; h <= end; ++h) {
            const auto said = simulate_interview(instrument, behaviour, options.seed, fmt::format("{}", h));
            for (std::size_t t = 0; t < timings.size(); ++t) {
                const auto own = module_minutes(instrument, timings[t], said.respondent.walk);
                for (std::size_t m = 0; m < modules; ++m) minutes[t][m].push_back(own[m]);
                minutes[t][modules].push_back(std::accumulate(own.begin(), own.end(), 0.0));
            }
        }
        return minutes;
    }

    Minutes all() const {
        constexpr std::size_t per_shard = 250;
        const std::size_t shards = (options.respondents + per_shard - 1) / per_shard;
        auto parts = map_shards<Minutes>(shards, options.threads, [&](std::size_t s) {
            return shard(s * per_shard, std::min(options.respondents, (s + 1) * per_shard));
        });
        Minutes result = std::move(parts.front());
        for (std::size_t s = 1; s < parts.size(); ++s)
            for (std::size_t t = 0; t < result.size(); ++t)
                for (std::size_t m = 0; m < result[t].size(); ++m)
                    result[t][m].insert(result[t][m].end(), parts[s][t][m].begin(), parts[s][t][m].end());
        return result;
    }
};

}  // namespace

std::string_view to_text(Administration mode) { return mode == Administration::self ? "self" : "interviewer"; }

double words_per_minute(const BurdenModel& model, const std::string& language, Administration mode) {
    const bool silent = mode == Administration::self;
    const auto& given = silent ? model.silent_words_per_minute : model.words_per_minute;
    const auto found = given.find(language);
    return found != given.end() ? found->second : (silent ? silent_pace : taught_pace) * relative_speed(language);
}

Timing timing(const Instrument& instrument, const BurdenModel& model, const std::string& language,
              Administration mode) {
    const double seconds_a_word = 60 / words_per_minute(model, language, mode);
    const auto words = [&](const Labels& labels) { return count_words(say(instrument, labels, language)); };
    Timing result;
    for (const Module& module : instrument.modules) result.introduction.push_back(words(module.intro) * seconds_a_word);
    for (const Question& question : instrument.questions) {
        double read = words(question.text) + words_of_codes(question, language);
        if (mode == Administration::self) read += words(question.note);
        result.question.push_back(read * seconds_a_word + model.answering[static_cast<std::size_t>(question.type)] +
                                  model.overhead[static_cast<std::size_t>(mode)]);
    }
    return result;
}

std::vector<double> module_minutes(const Instrument& instrument, const Timing& timing, const Walk& walk) {
    std::vector<double> minutes(instrument.modules.size(), 0.0);
    for (const Visit& visit : walk.visits) {
        if (visit.relevance != Relevance::on) continue;
        const std::size_t module = instrument.questions[visit.place.question].module;
        if (minutes[module] == 0) minutes[module] = timing.introduction[module] / 60;
        minutes[module] += timing.question[visit.place.question] / 60;
    }
    return minutes;
}

std::vector<BurdenLine> estimate_burden(const Instrument& instrument, const BurdenModel& model, Behaviour behaviour,
                                        const BurdenOptions& options) {
    behaviour.breakoff = 0;
    std::vector<Timing> timings;
    for (const std::string& language : options.languages)
        for (const Administration mode : options.modes) timings.push_back(timing(instrument, model, language, mode));
    const Minutes minutes = Simulator{instrument, behaviour, options, timings}.all();
    std::vector<BurdenLine> lines;
    std::size_t t = 0;
    for (const std::string& language : options.languages)
        for (const Administration mode : options.modes) {
            const std::size_t modules = instrument.modules.size();
            for (std::size_t m = 0; m <= modules; ++m) {
                BurdenLine line;
                line.language = language;
                line.mode = mode;
                if (m > 0) line.module = m - 1;
                summarize(minutes[t][m > 0 ? m - 1 : modules], line);
                lines.push_back(line);
            }
            ++t;
        }
    return lines;
}

void check_burden(const std::vector<BurdenLine>& lines, const BurdenModel& model, Diagnostics& faults) {
    if (!model.target) return;
    for (const BurdenLine& line : lines)
        if (!line.module && line.p95 > *model.target)
            faults.warning(model.target_where, "burden-over-target",
                           fmt::format("5 of 100 interviews in '{}' ({}) take more than {:.1f} minutes; the target is "
                                       "{:g}",
                                       line.language, to_text(line.mode), line.p95, *model.target),
                           "shorten the modules that take most of the time, or the cap of incident forms");
}

}  // namespace cifra
