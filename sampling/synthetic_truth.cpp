#include "sampling/synthetic_truth.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

namespace cifra {

namespace {

struct Tally {
    double adults = 0, victims = 0, any = 0, personal = 0, personal_known = 0, personal_dark = 0;
    double households = 0, struck = 0, incidents = 0, known = 0, dark = 0;
    double victims_of[crime_count] = {}, incidents_of[crime_count] = {};
};

struct TruthRows {
    std::vector<std::string> indicator, domain;
    std::vector<double> value;
    void add(std::string name, const std::string& where, double number) {
        indicator.push_back(std::move(name));
        domain.push_back(where);
        value.push_back(number);
    }
};

int total(const CrimeCounts& crimes) { return std::accumulate(crimes.begin(), crimes.end(), 0); }

// Domains in a fixed grid: region 0 is the whole country, sex 0 both.
class Census {
public:
    explicit Census(const Country& country) : country_(country), tallies_(3 * (country.plan.regions.size() + 1)) {
        for (const CountryHousehold& household : country.households)
            if (household.outcome != Outcome::ineligible) count(household);
        for (const CountryIncident& incident : country.incidents) count(incident);
    }
    const Tally& at(std::size_t region, std::size_t sex) const { return tallies_[3 * region + sex]; }

private:
    std::size_t region_of(const CountryHousehold& household) const { return country_.psus[household.psu].region + 1; }

    template <class Add>
    void in_domains(std::size_t region, std::size_t sex, const Add& add) {
        for (const std::size_t r : {std::size_t{0}, region}) {
            add(tallies_[3 * r]);
            if (sex > 0) add(tallies_[3 * r + sex]);
        }
    }

    void count(const CountryHousehold& household) {
        in_domains(region_of(household), 0, [&](Tally& tally) {
            tally.households += 1;
            tally.struck += total(household.crimes) > 0;
            for (std::size_t c = 0; c < household_crime_count; ++c) tally.victims_of[c] += household.crimes[c] > 0;
        });
        for (std::uint32_t i = 0; i < household.persons; ++i) count(household, country_.persons[household.first + i]);
    }

    void count(const CountryHousehold& household, const CountryPerson& person) {
        if (!person.adult()) return;
        in_domains(region_of(household), person.sex, [&](Tally& tally) {
            tally.adults += 1;
            tally.victims += total(person.crimes) > 0;
            tally.any += total(person.crimes) + total(household.crimes) > 0;
            for (std::size_t c = household_crime_count; c < crime_count; ++c)
                tally.victims_of[c] += person.crimes[c] > 0;
        });
    }

    void count(const CountryIncident& incident) {
        const CountryHousehold& household = country_.households[incident.household];
        const bool personal = incident.crime >= household_crime_count;
        const std::size_t sex = personal ? country_.persons[household.first + incident.line - 1].sex : 0;
        in_domains(region_of(household), sex, [&](Tally& tally) {
            tally.incidents += 1;
            tally.incidents_of[incident.crime] += 1;
            tally.known += incident.known();
            tally.dark += incident.dark();
            tally.personal += personal;
            tally.personal_known += personal && incident.known();
            tally.personal_dark += personal && incident.dark();
        });
    }

    const Country& country_;
    std::vector<Tally> tallies_;
};

double ratio(double part, double whole) { return whole > 0 ? part / whole : std::numeric_limits<double>::quiet_NaN(); }

void add_persons(const Tally& tally, const std::string& domain, TruthRows& rows) {
    rows.add("persons_18plus", domain, tally.adults);
    rows.add("personal_prevalence", domain, ratio(tally.victims, tally.adults));
    rows.add("personal_incidence_per_1000", domain, 1000 * ratio(tally.personal, tally.adults));
    rows.add("any_prevalence", domain, ratio(tally.any, tally.adults));
    rows.add("personal_reported_share", domain, ratio(tally.personal_known, tally.personal));
    rows.add("personal_dark_figure", domain, ratio(tally.personal_dark, tally.personal));
}

void add_households(const Tally& tally, const std::string& domain, TruthRows& rows) {
    const double crimes = tally.incidents - tally.personal;
    rows.add("households", domain, tally.households);
    rows.add("household_prevalence", domain, ratio(tally.struck, tally.households));
    rows.add("household_incidence_per_1000", domain, 1000 * ratio(crimes, tally.households));
    rows.add("reported_share", domain, ratio(tally.known, tally.incidents));
    rows.add("dark_figure", domain, ratio(tally.dark, tally.incidents));
}

void add_crimes(const Tally& tally, const std::string& domain, std::size_t first, std::size_t last, TruthRows& rows) {
    for (std::size_t c = first; c < last; ++c) {
        const double units = c < household_crime_count ? tally.households : tally.adults;
        rows.add(fmt::format("{}_prevalence", crime_ids()[c]), domain, ratio(tally.victims_of[c], units));
        rows.add(fmt::format("{}_incidence_per_1000", crime_ids()[c]), domain,
                 1000 * ratio(tally.incidents_of[c], units));
    }
}

std::string domain_name(const Country& country, std::size_t region, std::size_t sex) {
    std::string name = region == 0 ? "" : "region=" + country.plan.regions[region - 1].name;
    if (sex > 0) name += fmt::format("{}sex={}", name.empty() ? "" : ";", sex);
    return name;
}

void add_totals(const Tally& tally, const std::string& domain, bool households, TruthRows& rows) {
    rows.add("personal_victims", domain, tally.victims);
    rows.add("personal_incidents", domain, tally.personal);
    if (!households) return;
    rows.add("struck_households", domain, tally.struck);
    rows.add("household_incidents", domain, tally.incidents - tally.personal);
}

TruthRows truth_of(const Country& country, bool totals) {
    const Census census(country);
    TruthRows rows;
    for (std::size_t region = 0; region <= country.plan.regions.size(); ++region)
        for (std::size_t sex = 0; sex <= 2; ++sex) {
            const std::string domain = domain_name(country, region, sex);
            const Tally& tally = census.at(region, sex);
            add_persons(tally, domain, rows);
            if (sex == 0) add_households(tally, domain, rows);
            add_crimes(tally, domain, sex == 0 ? 0 : household_crime_count, crime_count, rows);
            if (totals) add_totals(tally, domain, sex == 0, rows);
        }
    return rows;
}

}  // namespace

Table truth_table(const Country& country) {
    const TruthRows rows = truth_of(country, false);
    Table table;
    table.set("indicator", Column::of_texts(rows.indicator));
    table.set("domain", Column::of_texts(rows.domain));
    table.set("value", Column::of_numbers(rows.value));
    return table;
}

Table truth_changes_table(const std::vector<Country>& waves) {
    std::vector<TruthRows> truths;
    for (const Country& country : waves) truths.push_back(truth_of(country, true));
    std::vector<std::string> from, to;
    TruthRows changes;
    std::vector<double> before, after, percent;
    for (std::size_t b = 1; b < truths.size(); ++b)
        for (std::size_t a = 0; a < b; ++a)
            for (std::size_t row = 0; row < truths[a].value.size(); ++row) {
                from.push_back(waves[a].plan.waves.names[a]);
                to.push_back(waves[b].plan.waves.names[b]);
                before.push_back(truths[a].value[row]);
                after.push_back(truths[b].value[row]);
                changes.add(truths[a].indicator[row], truths[a].domain[row], after.back() - before.back());
                percent.push_back(100 * (ratio(after.back(), before.back()) - 1));
            }
    Table table;
    table.set("indicator", Column::of_texts(changes.indicator));
    table.set("domain", Column::of_texts(changes.domain));
    table.set("from", Column::of_texts(from));
    table.set("to", Column::of_texts(to));
    table.set("from_value", Column::of_numbers(before));
    table.set("to_value", Column::of_numbers(after));
    table.set("difference", Column::of_numbers(changes.value));
    table.set("percent", Column::of_numbers(percent));
    return table;
}

}  // namespace cifra
