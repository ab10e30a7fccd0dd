#include "sampling/synthetic_justice.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <tuple>

#include "engine/random.h"

namespace cifra {

namespace {

constexpr std::uint16_t justice_stage = 6, of_wave = 1000;  // beside the stages of synthetic_records.cpp

struct Case {
    std::size_t steps = 0;  // that it reaches
    std::array<Date, justice_step_count> reached{};
    std::optional<Date> ended;  // closed, or released
};

Date later(Date from, double mean, double exponential) {
    return {from.days + static_cast<std::int32_t>(mean * exponential)};
}

// Draws as many numbers whatever becomes of the case.
Case case_of(const PoliceRecord& record, const SyntheticJusticePlan& plan, Stream& stream) {
    Case made;
    Date last = record.entered;
    bool open = true;
    for (std::size_t step = 0; step < justice_step_count; ++step) {
        open = stream.bernoulli(plan.goes_on[step][record.crime]) && open;
        const Date next = later(last, plan.days[step], stream.exponential());
        if (!open) continue;
        made.reached[step] = last = next;
        made.steps = step + 1;
    }
    const bool closes = stream.bernoulli(plan.closed), in_prison = made.steps == justice_step_count;
    const double time = stream.exponential();
    if (in_prison || closes) made.ended = later(last, in_prison ? plan.days_released : plan.days_closed, time);
    return made;
}

// By record; nothing for one entered twice.
std::vector<std::optional<Case>> cases_of(const Country& country, const std::vector<PoliceRecord>& records,
                                          std::uint64_t seed) {
    std::vector<std::optional<Case>> cases;
    const auto stage = static_cast<std::uint16_t>(justice_stage + of_wave * country.wave);
    std::optional<Stream> stream;
    for (std::size_t k = 0; k < records.size(); ++k) {
        if (k == 0 || records[k].household != records[k - 1].household)
            stream.emplace(Draw{seed, Purpose::synthetic, stage,
                                stable_hash(household_id(country, country.households[records[k].household]))});
        const Case made = case_of(records[k], *country.plan.records->justice, *stream);
        cases.push_back(records[k].duplicate ? std::nullopt : std::optional(made));
    }
    return cases;
}

class StepFile {
public:
    explicit StepFile(Date until) : until_(until) {}
    void add(const std::string& record, Date date, std::string_view step) {
        if (date > until_) return;
        records_.push_back(record);
        dates_.push_back(to_text(date));
        steps_.emplace_back(step);
    }
    Table table() const {
        Table table;
        table.set("record", Column::of_texts(records_));
        table.set("date", Column::of_texts(dates_));
        table.set("step", Column::of_texts(steps_));
        return table;
    }

private:
    Date until_;
    std::vector<std::string> records_, dates_, steps_;
};

constexpr std::size_t prosecution = 0, courts = 1, prison = 2;
constexpr std::array<std::size_t, justice_step_count> institution_of_step = {prosecution, courts, courts, courts,
                                                                             prison};

struct JusticeCounts {
    double records = 0, cases = 0;
    std::array<double, justice_step_count> reached{}, known{};
};

// By crime, victim and year of entry.
using JusticeTruth = std::map<std::tuple<std::size_t, int, int>, JusticeCounts>;

Table truth_table(const JusticeTruth& truth) {
    std::vector<std::string> crimes, victims;
    std::vector<double> years, records, cases;
    std::array<std::vector<double>, justice_step_count> reached, known;
    for (const auto& [key, counts] : truth) {
        crimes.emplace_back(crime_ids()[std::get<0>(key)]);
        victims.push_back(std::to_string(std::get<1>(key)));
        years.push_back(std::get<2>(key));
        records.push_back(counts.records);
        cases.push_back(counts.cases);
        for (std::size_t step = 0; step < justice_step_count; ++step) {
            reached[step].push_back(counts.reached[step]);
            known[step].push_back(counts.known[step]);
        }
    }
    Table table;
    table.set("crime", Column::of_texts(crimes));
    table.set("victim", Column::of_texts(victims));
    table.set("year", Column::of_numbers(years));
    table.set("records", Column::of_numbers(records));
    table.set("cases", Column::of_numbers(cases));
    for (std::size_t step = 0; step < justice_step_count; ++step)
        table.set(std::string(justice_steps[step]), Column::of_numbers(reached[step]));
    for (std::size_t step = 0; step < justice_step_count; ++step)
        table.set(fmt::format("known_{}", justice_steps[step]), Column::of_numbers(known[step]));
    return table;
}

void count(const PoliceRecord& record, const std::optional<Case>& one, Date until, JusticeTruth& truth) {
    JusticeCounts& counts = truth[{record.crime, static_cast<int>(record.victim), civil(record.entered).year}];
    counts.records += 1;
    if (!one) return;
    counts.cases += 1;
    for (std::size_t step = 0; step < one->steps; ++step) {
        counts.reached[step] += 1;
        counts.known[step] += one->reached[step] <= until;
    }
}

void write(const std::string& record, const Case& one, std::array<StepFile, 3>& files) {
    for (std::size_t step = 0; step < one.steps; ++step)
        files[institution_of_step[step]].add(record, one.reached[step], justice_steps[step]);
    const std::size_t last = one.steps == 0 ? prosecution : institution_of_step[one.steps - 1];
    const std::size_t closer = one.steps > 0 && last == prosecution ? courts : last;
    if (one.ended) files[closer].add(record, *one.ended, closer == prison ? "released" : "closed");
}

std::vector<std::pair<std::string, Table>> tables_of(const Country& country, std::uint64_t seed) {
    const Date until = country.plan.records->justice->until;
    const std::vector<PoliceRecord> records = police_records(country, seed);
    const std::vector<std::optional<Case>> cases = cases_of(country, records, seed);
    std::array<StepFile, 3> files = {StepFile(until), StepFile(until), StepFile(until)};
    JusticeTruth truth;
    for (std::size_t k = 0; k < records.size(); ++k) {
        count(records[k], cases[k], until, truth);
        if (cases[k]) write(police_record_id(country, k), *cases[k], files);
    }
    return {{"prosecution.csv", files[prosecution].table()},
            {"courts.csv", files[courts].table()},
            {"prison.csv", files[prison].table()},
            {"truth_justice.csv", truth_table(truth)}};
}

}  // namespace

std::vector<std::pair<std::string, Table>> justice_tables(const std::vector<Country>& waves, std::uint64_t seed) {
    std::vector<std::pair<std::string, Table>> tables;
    for (const Country& country : waves) {
        if (!country.plan.records || !country.plan.records->justice) continue;
        for (auto& [name, table] : tables_of(country, seed))
            tables.emplace_back(records_folder(country) + name, std::move(table));
    }
    return tables;
}

}  // namespace cifra
