// How long an interview takes, before anybody is interviewed.
//
// Minutes of a respondent = sum over the questions on the path of
//   reading     words read / words per minute: the text, in self administration also the note, and the labels of the
//               codes where a list has more than two; before a module's first question also its introduction
//   answering   seconds by type of question
//   overhead    seconds a question for entering the answer and moving on
// The interviewer reads aloud, the respondent of a self-administered form in silence.
//
// Defaults. Reading aloud: two words a second in English, the pace taught to interviewers (Cannell, Miller and
// Oksenberg 1981, Research on interviewing techniques). Silent: 238 words per minute in English non-fiction (Brysbaert
// 2019, How many words do we read per minute?). Other languages: these times the ratio of the speeds of the same texts
// in the two languages, es 218/228, fr 195/228, pt 181/228, else 184/228, the mean of 17 languages
// (Trauzettel-Klosinski and Dietz 2012, The new international reading speed texts IReST). The seconds of answering and
// of overhead are assumptions: replace them by the times of a pilot.
//
// Who is asked what is simulated (behaviour.h), so the spread is that of the routes: two respondents of one route
// take the same time here.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/table.h"
#include "questionnaires/play/behaviour.h"

namespace cifra {

enum class Administration : std::uint8_t { interviewer, self };
std::string_view to_text(Administration mode);

struct BurdenModel {
    std::map<std::string, double> words_per_minute;            // by language, read aloud; default where absent
    std::map<std::string, double> silent_words_per_minute;     // by language
    std::array<double, 7> answering = {3, 8, 5, 8, 8, 6, 15};  // seconds, in the order of QuestionType
    std::array<double, 2> overhead = {2, 1};                   // seconds, in the order of Administration
    std::optional<double> target;                              // minutes that 95 of 100 interviews must not exceed
    Location target_where;
};

// Replaces what the map says: words_per_minute and silent_words_per_minute {en: 120, ...}, answering {single: 3, ...},
// overhead {interviewer: 2, self: 1}, target. Faults: out-of-range and those of reading YAML.
void read_burden(const YamlValue& map, const Instrument& instrument, BurdenModel& model, Diagnostics& faults);

double words_per_minute(const BurdenModel& model, const std::string& language, Administration mode);

// The seconds of each question each time that it is asked, and of each module's introduction.
struct Timing {
    std::vector<double> question, introduction;
};
Timing timing(const Instrument& instrument, const BurdenModel& model, const std::string& language, Administration mode);

// The minutes that each module takes of the respondent whose interview was walked; 0 where it is not asked.
std::vector<double> module_minutes(const Instrument& instrument, const Timing& timing, const Walk& walk);

struct BurdenLine {
    std::string language;
    Administration mode = Administration::interviewer;
    std::optional<std::size_t> module;                  // nothing: the whole interview
    double asked = 0;                                   // share of interviews with a question of the module
    double mean = 0, median = 0, p95 = 0, longest = 0;  // minutes over all interviews; a quantile p is the least value
                                                        // that at least a share p does not exceed
};

struct BurdenOptions {
    std::vector<std::string> languages;
    std::vector<Administration> modes = {Administration::interviewer};
    std::size_t respondents = 2000;
    std::uint64_t seed = 1;
    int threads = 0;
};

// For each language and mode: the whole interview, then each module. Nobody breaks off.
std::vector<BurdenLine> estimate_burden(const Instrument& instrument, const BurdenModel& model, Behaviour behaviour,
                                        const BurdenOptions& options);

// Warning burden-over-target for each language and mode whose 95th percentile is above the target.
void check_burden(const std::vector<BurdenLine>& lines, const BurdenModel& model, Diagnostics& faults);

Table burden_table(const Instrument& instrument, const std::vector<BurdenLine>& lines);
// One language and mode in lines of equal columns.
std::string burden_words(const Instrument& instrument, const std::vector<BurdenLine>& lines,
                         const std::string& language, Administration mode);
// A bar per module: mean and 95th percentile.
std::string burden_plot(const Instrument& instrument, const std::vector<BurdenLine>& lines, const std::string& language,
                        Administration mode);

}  // namespace cifra
