#include "sampling/synthetic_tables.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <functional>
#include <map>

#include "sampling/synthetic_truth.h"

namespace cifra {

namespace {

// A text column whose dictionary is known beforehand: no look-up per cell.
template <class Unit>
Column coded(const std::vector<Unit>& units, std::vector<std::string> dictionary,
             const std::function<std::uint32_t(const Unit&)>& code) {
    std::vector<std::uint32_t> codes;
    codes.reserve(units.size());
    for (const Unit& unit : units) codes.push_back(code(unit));
    return Column::of_codes(std::move(codes), std::move(dictionary));
}

// Answers 1 .. 9 as text; 0 is an empty cell.
template <class Unit>
Column answers(const std::vector<Unit>& units, const std::function<std::uint8_t(const Unit&)>& answer) {
    std::vector<std::uint32_t> codes;
    std::vector<Missing> missing;
    for (const Unit& unit : units) {
        const std::uint8_t code = answer(unit);
        codes.push_back(code > 0 ? code - 1u : 0u);
        missing.push_back(code > 0 ? Missing::none : Missing::system);
    }
    return Column::of_codes(std::move(codes), {"1", "2", "3", "4", "5", "6", "7", "8", "9"}, std::move(missing));
}

template <class Unit>
Column numbers(const std::vector<Unit>& units, const std::function<double(const Unit&)>& number) {
    std::vector<double> values;
    for (const Unit& unit : units) values.push_back(number(unit));
    return Column::of_numbers(std::move(values));
}

std::vector<std::string> household_ids(const Country& country) {
    std::vector<std::string> ids;
    for (const CountryHousehold& household : country.households) ids.push_back(household_id(country, household));
    return ids;
}

std::vector<std::string> psu_ids(const Country& country) {
    std::vector<std::string> ids;
    for (const CountryPsu& psu : country.psus) ids.push_back(psu.id);
    return ids;
}

std::vector<std::string> region_names(const Country& country) {
    std::vector<std::string> names;
    for (const SyntheticRegion& region : country.plan.regions) names.push_back(region.name);
    return names;
}

std::uint32_t stratum_code(const CountryPsu& psu) { return 2 * psu.region + (psu.urban ? 0u : 1u); }

std::vector<std::string> stratum_names(const Country& country) {
    std::vector<std::string> names;
    for (const SyntheticRegion& region : country.plan.regions)
        for (const char* area : {"-U", "-R"}) names.push_back(region.name + area);
    return names;
}

// Every dwelling once, in order: its code is its position.
Column own_ids(const Country& country) {
    std::vector<std::uint32_t> codes(country.households.size());
    for (std::uint32_t i = 0; i < codes.size(); ++i) codes[i] = i;
    return Column::of_codes(std::move(codes), household_ids(country));
}

const std::array<const char*, 4> age_groups = {"18-29", "30-44", "45-59", "60+"};

std::size_t age_group(std::uint8_t age) { return age < 30 ? 0 : age < 45 ? 1 : age < 60 ? 2 : 3; }

}  // namespace

Table frame_psu_table(const Country& country) {
    using Unit = CountryPsu;
    Table table;
    table.set("psu", Column::of_texts(psu_ids(country)));
    table.set("stratum", coded<Unit>(country.psus, stratum_names(country), stratum_code));
    table.set("region", coded<Unit>(country.psus, region_names(country), [](const Unit& psu) { return psu.region; }));
    table.set("area", coded<Unit>(country.psus, {"U", "R"}, [](const Unit& psu) { return psu.urban ? 0u : 1u; }));
    table.set("dwellings", numbers<Unit>(country.psus, [](const Unit& psu) { return psu.dwellings; }));
    return table;
}

Table frame_dwelling_table(const Country& country) {
    using Unit = CountryHousehold;
    Table table;
    table.set("dwelling", own_ids(country));
    table.set("psu", coded<Unit>(country.households, psu_ids(country), [](const Unit& unit) { return unit.psu; }));
    table.set("stratum", coded<Unit>(country.households, stratum_names(country),
                                     [&](const Unit& unit) { return stratum_code(country.psus[unit.psu]); }));
    return table;
}

Table country_households_table(const Country& country) {
    using Unit = CountryHousehold;
    const auto occupied = [](const Unit& unit) { return unit.outcome != Outcome::ineligible; };
    const auto& units = country.households;
    Table table;
    table.set("household", own_ids(country));
    table.set("psu", coded<Unit>(units, psu_ids(country), [](const Unit& unit) { return unit.psu; }));
    table.set("region", coded<Unit>(units, region_names(country),
                                    [&](const Unit& unit) { return country.psus[unit.psu].region; }));
    table.set("outcome",
              answers<Unit>(units, [](const Unit& unit) { return static_cast<std::uint8_t>(unit.outcome); }));
    table.set("household_size",
              answers<Unit>(units, [](const Unit& unit) { return static_cast<std::uint8_t>(unit.persons); }));
    table.set("tenure",
              answers<Unit>(units, [&](const Unit& unit) { return occupied(unit) ? unit.tenure : std::uint8_t{0}; }));
    table.set("owns_vehicle", answers<Unit>(units, [&](const Unit& unit) {
                  return static_cast<std::uint8_t>(!occupied(unit) ? 0 : unit.vehicle ? 1 : 2);
              }));
    if (country.wave > 0)
        table.set("new_household", answers<Unit>(units, [&](const Unit& unit) {
                      return static_cast<std::uint8_t>(unit.entered == country.wave ? 1 : 2);
                  }));
    return table;
}

Table country_persons_table(const Country& country) {
    using Unit = CountryPerson;
    const auto& units = country.persons;
    const auto if_adult = [](const Unit& unit, std::uint8_t code) { return unit.adult() ? code : std::uint8_t{0}; };
    Table table;
    table.set("household", coded<Unit>(units, household_ids(country), [](const Unit& unit) { return unit.household; }));
    table.set("line", numbers<Unit>(units, [](const Unit& unit) { return unit.line; }));
    table.set("relationship", answers<Unit>(units, [](const Unit& unit) { return unit.relationship; }));
    table.set("sex", answers<Unit>(units, [](const Unit& unit) { return unit.sex; }));
    table.set("age", numbers<Unit>(units, [](const Unit& unit) { return unit.age; }));
    table.set("person_outcome",
              answers<Unit>(units, [&](const Unit& unit) { return if_adult(unit, unit.responds ? 1 : 2); }));
    table.set("safe_walking_night",
              answers<Unit>(units, [&](const Unit& unit) { return if_adult(unit, unit.safe_walking_night); }));
    table.set("education", answers<Unit>(units, [&](const Unit& unit) { return if_adult(unit, unit.education); }));
    return table;
}

Table country_incidents_table(const Country& country) {
    using Unit = CountryIncident;
    const auto& units = country.incidents;
    const std::vector<std::string> crimes(crime_ids().begin(), crime_ids().end());
    Table table;
    table.set("household", coded<Unit>(units, household_ids(country), [](const Unit& unit) { return unit.household; }));
    table.set("line", numbers<Unit>(units, [](const Unit& unit) { return unit.line; }));
    table.set("crime", coded<Unit>(units, crimes, [](const Unit& unit) { return unit.crime; }));
    table.set("month", numbers<Unit>(units, [](const Unit& unit) { return unit.month; }));
    const std::pair<const char*, std::uint8_t CountryIncident::*> codes[] = {{"place", &Unit::place},
                                                                             {"time_of_day", &Unit::time_of_day},
                                                                             {"attempted", &Unit::attempted},
                                                                             {"weapon", &Unit::weapon},
                                                                             {"injury", &Unit::injury}};
    for (const auto& [name, member] : codes)
        table.set(name, answers<Unit>(units, [member = member](const Unit& unit) { return unit.*member; }));
    table.set("loss", numbers<Unit>(units, [](const Unit& unit) { return unit.loss; }));
    const std::pair<const char*, std::uint8_t CountryIncident::*> after[] = {
        {"reported", &Unit::reported},
        {"reported_by_other", &Unit::reported_by_other},
        {"reason_not_reported", &Unit::reason},
        {"file_opened", &Unit::file_opened}};
    for (const auto& [name, member] : after)
        table.set(name, answers<Unit>(units, [member = member](const Unit& unit) { return unit.*member; }));
    return table;
}

Table benchmark_persons_table(const Country& country) {
    std::vector<std::array<double, 8>> counts(country.plan.regions.size());
    for (const CountryPerson& person : country.persons) {
        const std::uint32_t region = country.psus[country.households[person.household].psu].region;
        if (person.adult()) counts[region][4u * (person.sex - 1u) + age_group(person.age)] += 1;
    }
    std::vector<std::string> regions, sexes, groups;
    std::vector<double> persons;
    for (std::size_t r = 0; r < counts.size(); ++r)
        for (std::size_t cell = 0; cell < 8; ++cell) {
            regions.push_back(country.plan.regions[r].name);
            sexes.push_back(cell < 4 ? "1" : "2");
            groups.push_back(age_groups[cell % 4]);
            persons.push_back(counts[r][cell]);
        }
    Table table;
    table.set("region", Column::of_texts(regions));
    table.set("sex", Column::of_texts(sexes));
    table.set("age_group", Column::of_texts(groups));
    table.set("persons", Column::of_numbers(persons));
    return table;
}

Table benchmark_households_table(const Country& country) {
    std::map<std::pair<std::uint32_t, bool>, double> counts;  // region, rural
    for (const CountryHousehold& household : country.households) {
        const CountryPsu& psu = country.psus[household.psu];
        if (household.outcome != Outcome::ineligible) counts[{psu.region, !psu.urban}] += 1;
    }
    std::vector<std::string> regions, areas;
    std::vector<double> households;
    for (const auto& [cell, count] : counts) {
        regions.push_back(country.plan.regions[cell.first].name);
        areas.push_back(cell.second ? "R" : "U");
        households.push_back(count);
    }
    Table table;
    table.set("region", Column::of_texts(regions));
    table.set("area", Column::of_texts(areas));
    table.set("households", Column::of_numbers(households));
    return table;
}

std::vector<std::pair<std::string, Table>> country_tables(const Country& country) {
    std::vector<std::pair<std::string, Table>> tables;
    tables.emplace_back("frame_psu.csv", frame_psu_table(country));
    tables.emplace_back("frame_dwelling.csv", frame_dwelling_table(country));
    tables.emplace_back("country_households.csv", country_households_table(country));
    tables.emplace_back("country_persons.csv", country_persons_table(country));
    tables.emplace_back("country_incidents.csv", country_incidents_table(country));
    tables.emplace_back("benchmark_persons.csv", benchmark_persons_table(country));
    tables.emplace_back("benchmark_households.csv", benchmark_households_table(country));
    tables.emplace_back("truth.csv", truth_table(country));
    return tables;
}

}  // namespace cifra
