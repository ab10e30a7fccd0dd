#include "sampling/synthetic_records.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>

#include "engine/random.h"

namespace cifra {

namespace {

constexpr std::uint16_t records_stage = 5, of_wave = 1000;  // beside the stages of synthetic.cpp

// How the fictitious penal code calls a crime.
struct PenalCode {
    const char* offence;
    const char* object;  // of thefts
    bool of_businesses;  // strikes them too
};

constexpr PenalCode penal_codes[crime_count] = {{"241", "1", true}, {"241", "2", false}, {"245", "", true},
                                                {"260", "", true},  {"240", "", true},   {"241", "3", true},
                                                {"250", "", false}, {"251", "", false},  {"243", "", false},
                                                {"170", "", false}, {"147", "", false},  {"178", "", false}};

int year_of(const Country& country) {
    const auto& names = country.plan.waves.names;
    constexpr int usual_year = 2025;
    if (country.wave >= names.size()) return usual_year;
    const auto year = parse_number(names[country.wave]);
    return year && *year >= 1 && *year <= 9999 ? static_cast<int>(*year) : usual_year;
}

class Police {
public:
    Police(const Country& country, std::uint64_t seed)
        : country_(country), plan_(*country.plan.records), seed_(seed), year_(year_of(country)) {}

    std::vector<PoliceRecord> records() {
        std::size_t next = 0;
        for (std::uint32_t h = 0; h < country_.households.size(); ++h) {
            const auto stage = static_cast<std::uint16_t>(records_stage + of_wave * country_.wave);
            Stream stream(
                {seed_, Purpose::synthetic, stage, stable_hash(household_id(country_, country_.households[h]))});
            for (; next < country_.incidents.size() && country_.incidents[next].household == h; ++next)
                meet(country_.incidents[next], stream);
        }
        return std::move(records_);
    }

private:
    void meet(const CountryIncident& incident, Stream& stream) {
        const double chance = incident.known() ? plan_.recorded[incident.crime] : plan_.found;
        PoliceRecord record = record_of(incident, stream);
        if (!stream.bernoulli(chance)) return;
        add(record, stream);
        record.victim = PoliceVictim::business;
        if (stream.bernoulli(penal_codes[incident.crime].of_businesses ? plan_.businesses : 0)) add(record, stream);
        record.victim = PoliceVictim::visitor;
        if (stream.bernoulli(incident.crime >= household_crime_count ? plan_.visitors : 0)) add(record, stream);
    }

    void add(PoliceRecord record, Stream& stream) {
        record.duplicate = false;
        records_.push_back(record);
        record.duplicate = true;
        if (stream.bernoulli(plan_.duplicates)) records_.push_back(record);
    }

    PoliceRecord record_of(const CountryIncident& incident, Stream& stream) const {
        constexpr double days_until_told = 4;
        PoliceRecord record;
        record.crime = incident.crime;
        record.household = incident.household;
        record.region = country_.psus[country_.households[incident.household].psu].region;
        record.event = *make_date(year_, incident.month, 1 + static_cast<int>(stream.below(28)));
        record.entered = {record.event.days + static_cast<std::int32_t>(days_until_told * stream.exponential())};
        record.injury = incident.injury;
        record.attempted = incident.attempted;
        record.reporter = incident.reported == 1 ? 1 : incident.known() ? 2 : 3;
        return record;
    }

    const Country& country_;
    const SyntheticRecordsPlan& plan_;
    std::uint64_t seed_;
    int year_;
    std::vector<PoliceRecord> records_;
};

std::string code(std::uint8_t value) { return value == 0 ? "" : std::to_string(value); }

struct TruthCounts {
    double incidents = 0, reported = 0, with_file = 0, records = 0;
};

double ratio(double part, double whole) { return whole > 0 ? part / whole : std::numeric_limits<double>::quiet_NaN(); }

// By crime (the last is all of them) and region (0 is the whole).
std::map<std::pair<std::size_t, std::size_t>, TruthCounts> true_counts(const Country& country, std::uint64_t seed) {
    std::map<std::pair<std::size_t, std::size_t>, TruthCounts> counts;
    const auto each = [&](std::size_t crime, std::size_t region, const auto& add) {
        for (const std::size_t c : {crime, crime_count})
            for (const std::size_t r : {std::size_t{0}, region + 1}) add(counts[{c, r}]);
    };
    for (const CountryIncident& incident : country.incidents)
        each(incident.crime, country.psus[country.households[incident.household].psu].region, [&](TruthCounts& count) {
            count.incidents += 1;
            count.reported += incident.known();
            count.with_file += !incident.dark();
        });
    for (const PoliceRecord& record : police_records(country, seed))
        if (record.victim == PoliceVictim::resident && !record.duplicate)
            each(record.crime, record.region, [](TruthCounts& count) { count.records += 1; });
    return counts;
}

}  // namespace

std::vector<PoliceRecord> police_records(const Country& country, std::uint64_t seed) {
    return Police(country, seed).records();
}

std::string police_record_id(const Country& country, std::size_t index) {
    return fmt::format("{}-{}", year_of(country), index + 1);
}

Table police_table(const Country& country, std::uint64_t seed) {
    const std::vector<PoliceRecord> records = police_records(country, seed);
    std::map<std::string, std::vector<std::string>> cells;
    for (const PoliceRecord& record : records) {
        const PenalCode& penal = penal_codes[record.crime];
        cells["record"].push_back(police_record_id(country, cells["record"].size()));
        cells["offence"].emplace_back(penal.offence);
        cells["date"].push_back(to_text(record.event));
        cells["recorded"].push_back(to_text(record.entered));
        cells["region"].push_back(country.plan.regions[record.region].name);
        cells["victim"].push_back(code(static_cast<std::uint8_t>(record.victim)));
        cells["object"].emplace_back(penal.object);
        cells["injury"].push_back(code(record.injury));
        cells["attempted"].push_back(code(record.attempted));
        cells["reporter"].push_back(code(record.reporter));
    }
    Table table;
    for (const char* name :
         {"record", "offence", "date", "recorded", "region", "victim", "object", "injury", "attempted", "reporter"})
        table.set(name, Column::of_texts(cells[name]));
    return table;
}

Table records_truth_table(const Country& country, std::uint64_t seed) {
    std::vector<std::string> crimes, regions;
    std::array<std::vector<double>, 7> numbers;
    for (const auto& [key, count] : true_counts(country, seed)) {
        crimes.emplace_back(key.first < crime_count ? crime_ids()[key.first] : "total");
        regions.push_back(key.second == 0 ? "" : country.plan.regions[key.second - 1].name);
        const double row[] = {count.incidents,
                              count.reported,
                              count.with_file,
                              count.records,
                              ratio(count.reported, count.incidents),
                              ratio(count.records, count.reported),
                              ratio(count.records, count.incidents)};
        for (std::size_t k = 0; k < numbers.size(); ++k) numbers[k].push_back(row[k]);
    }
    constexpr const char* names[] = {"incidents",      "reported",        "with_file",    "records",
                                     "reporting_rate", "recording_ratio", "capture_ratio"};
    Table table;
    table.set("crime", Column::of_texts(crimes));
    table.set("region", Column::of_texts(regions));
    for (std::size_t k = 0; k < numbers.size(); ++k) table.set(names[k], Column::of_numbers(numbers[k]));
    return table;
}

std::string records_folder(const Country& country) {
    return country.wave == 0 ? "country/" : "waves/" + country.plan.waves.names[country.wave] + "/country/";
}

std::vector<std::pair<std::string, Table>> record_tables(const std::vector<Country>& waves, std::uint64_t seed) {
    std::vector<std::pair<std::string, Table>> tables;
    for (const Country& country : waves) {
        if (!country.plan.records) continue;
        const std::string folder = records_folder(country);
        tables.emplace_back(folder + "police.csv", police_table(country, seed));
        tables.emplace_back(folder + "truth_records.csv", records_truth_table(country, seed));
    }
    return tables;
}

}  // namespace cifra
