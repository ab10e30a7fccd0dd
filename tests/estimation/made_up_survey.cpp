#include "tests/estimation/made_up_survey.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "engine/random.h"

namespace cifra::testing {

const std::string MadeUpSurvey::design = R"(
data:
  households: {file: households.csv, weight: hw}
  persons: {file: persons.csv, weight: pw, parent: households, by: [household]}
  incidents: {file: incidents.csv, weight: pw, parent: persons, by: [household, line],
              where: crime != "abroad", count: series}
design: {level: households, strata: stratum, psu: psu}
counting:
  series: {series: times > 5, count: times, cap: 10, unknown: [99], unknown_as: 6}
derive:
  persons:
    age_group: {groups: {young: age < 30, old: age >= 30}}
    suffered: {count: incidents, where: crime = "theft"}
    lost: {sum: incidents, value: loss}
)";

const std::string MadeUpSurvey::tables = R"(
indicators:
  incidents: {statistic: total, of: incidents}
  thefts: {statistic: incidence, of: incidents, where: crime = "theft", per: persons, scale: 1000}
  victims: {statistic: prevalence, of: incidents, per: persons, scale: 100}
  repeated: {statistic: concentration, of: incidents, per: persons}
  reported: {statistic: proportion, of: incidents, having: reported = 1, missing: exclude, scale: 100}
  loss: {statistic: mean, of: incidents, value: loss, missing: exclude}
  age: {statistic: mean, of: persons, value: age}
  ages: {statistic: quantile, of: persons, value: age, probabilities: [0.25, 0.5, 0.9]}
  counted: {statistic: total, of: persons, value: suffered}
  spent: {statistic: total, of: persons, value: lost}
tables:
  - {id: whole, by: [region, sex, [region, sex], age_group],
     indicators: [incidents, thefts, victims, repeated, reported, loss, age, ages, counted, spent]}
  - {id: crimes, indicators: [thefts, victims], by: [sex], numerator_by: [crime]}
)";

namespace {

void write(const std::filesystem::path& file, const std::string& header, std::vector<std::string> lines,
           bool shuffled) {
    if (shuffled)
        std::sort(lines.begin(), lines.end(),
                  [](const auto& a, const auto& b) { return stable_hash(a) < stable_hash(b); });
    std::ofstream out(file, std::ios::binary);
    out << header << '\n';
    for (const std::string& line : lines) out << line << '\n';
}

std::string read(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
}

}  // namespace

MadeUpSurvey::MadeUpSurvey(bool shuffled) {
    static int made = 0;
    folder_ = std::filesystem::temp_directory_path() / fmt::format("cifra_survey_{}_{}", getpid(), ++made);
    std::filesystem::create_directories(folder_);
    std::vector<std::string> households, persons, incidents;
    for (int h = 0; h < 400; ++h) {
        Stream chance({2026, Purpose::test, 1, static_cast<std::uint64_t>(h)});
        const int psu = h / 10, stratum = psu / 8;
        const bool responds = chance.bernoulli(0.8);
        const double weight = responds ? 50 + static_cast<double>(chance.below(100)) / 3 : 0;
        households.push_back(
            fmt::format("{},s{},p{},{},{}", h, stratum, psu % 8, stratum % 2 ? "north" : "south", weight));
        if (!responds) continue;
        const auto people = 1 + chance.below(3);
        for (std::uint64_t line = 1; line <= people; ++line) {
            persons.push_back(fmt::format("{},{},{},{},{}", h, line, chance.bernoulli(0.5) ? "f" : "m",
                                          18 + chance.below(60), weight * (1 + chance.uniform())));
            for (std::uint64_t i = chance.poisson(0.4); i > 0; --i) {
                const char* crimes[] = {"theft", "assault", "abroad"};
                incidents.push_back(fmt::format("{},{},{},{},{},{},{}", h, line, crimes[chance.below(3)],
                                                chance.bernoulli(0.1) ? (chance.bernoulli(0.3) ? 99 : 12) : 1,
                                                chance.bernoulli(0.1)   ? ""
                                                : chance.bernoulli(0.3) ? "1"
                                                                        : "2",
                                                chance.bernoulli(0.2) ? "" : fmt::format("{}", chance.below(5000)), i));
            }
        }
    }
    // The incident's weight is its person's: the column is inherited.
    write(folder_ / "households.csv", "household,stratum,psu,region,hw", households, shuffled);
    write(folder_ / "persons.csv", "household,line,sex,age,pw", persons, shuffled);
    write(folder_ / "incidents.csv", "household,line,crime,times,reported,loss,nr", incidents, shuffled);
}

MadeUpSurvey::~MadeUpSurvey() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

void MadeUpSurvey::replace(const std::string& file, const std::string& from, const std::string& to) const {
    std::string text = read(folder_ / file);
    const std::size_t at = text.find(from);
    if (at == std::string::npos) throw std::logic_error("nothing to replace in " + file);
    std::ofstream(folder_ / file, std::ios::binary) << text.replace(at, from.size(), to);
}

void MadeUpSurvey::append(const std::string& file, const std::string& line) const {
    std::ofstream(folder_ / file, std::ios::app | std::ios::binary) << line << '\n';
}

}  // namespace cifra::testing
