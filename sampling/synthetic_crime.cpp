#include "sampling/synthetic_crime.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace cifra {

namespace {

enum Family : std::size_t { property, violence, fraud };

// What sets one crime apart; shares are of incidents.
struct CrimeKind {
    Family family;
    double repeat;        // probability that an event is followed by another
    double urban, rural;  // factors of area
    double female;        // factor of women; men have 2 − female
    double attempted;
    double weapon, injury;  // negative: the question is not asked of this crime
    double median_loss;     // 0: no loss is asked
    double reported;
    std::uint8_t places[3];  // usual, next, rare
};

constexpr CrimeKind kinds[crime_count] = {
    {property, 0.05, 1.15, 0.75, 1.0, 0.00, -1, -1, 90000, 0.72, {3, 1, 8}},     // vehicle_theft
    {property, 0.15, 1.25, 0.60, 1.0, 0.10, -1, -1, 2500, 0.12, {3, 1, 8}},      // vehicle_parts_theft
    {property, 0.12, 1.05, 0.90, 1.0, 0.20, -1, -1, 6000, 0.24, {1, 1, 1}},      // burglary
    {property, 0.20, 1.15, 0.75, 1.0, 0.05, -1, -1, 1500, 0.09, {1, 3, 8}},      // vandalism
    {property, 0.10, 1.35, 0.45, 0.9, 0.15, 0.55, 0.10, 3000, 0.18, {3, 4, 6}},  // robbery
    {property, 0.10, 1.25, 0.60, 1.1, 0.08, -1, -1, 1800, 0.08, {4, 3, 6}},      // personal_theft
    {fraud, 0.10, 1.25, 0.60, 1.0, 0.10, -1, -1, 3500, 0.25, {7, 6, 8}},         // card_fraud
    {fraud, 0.10, 1.10, 0.80, 1.0, 0.00, -1, -1, 1200, 0.05, {7, 6, 8}},         // consumer_fraud
    {violence, 0.25, 1.10, 0.85, 0.9, 0.60, -1, -1, 2000, 0.04, {7, 1, 3}},      // extortion
    {violence, 0.35, 1.10, 0.85, 1.0, 0.00, 0.15, -1, 0, 0.12, {3, 5, 1}},       // threat
    {violence, 0.25, 1.05, 0.90, 0.8, 0.05, 0.20, 0.60, 0, 0.20, {3, 1, 5}},     // assault
    {violence, 0.25, 1.05, 0.90, 1.7, 0.15, 0.05, 0.12, 0, 0.10, {4, 3, 1}}};    // sexual_offence

std::uint8_t yes_no(Stream& stream, double probability) { return stream.bernoulli(probability) ? 1 : 2; }

std::uint8_t asked(Stream& stream, double probability) {
    const std::uint8_t answer = yes_no(stream, std::max(probability, 0.0));
    return probability < 0 ? 0 : answer;
}

std::uint8_t weighted_code(Stream& stream, std::span<const double> shares) {
    double u = stream.uniform();
    std::size_t code = 0;
    while (code + 1 < shares.size() && u >= shares[code]) u -= shares[code++];
    return static_cast<std::uint8_t>(code + 1);
}

void add_reporting(const CrimeKind& kind, Stream& stream, CountryIncident& incident) {
    constexpr double reasons[] = {0.08, 0.02, 0.34, 0.10, 0.16, 0.12, 0.12, 0.04, 0.02};
    const double stress =
        (incident.weapon == 1 ? 1.4 : 1) * (incident.injury == 1 ? 1.5 : 1) * (incident.attempted == 2 ? 0.4 : 1);
    incident.reported = yes_no(stream, std::min(0.95, kind.reported * stress));
    const std::uint8_t other = yes_no(stream, 0.03);
    if (incident.reported == 2) incident.reported_by_other = other;
    const std::uint8_t reason = weighted_code(stream, reasons);
    const double file = stream.uniform();
    if (incident.known())
        incident.file_opened = file < 0.62 ? 1 : file < 0.93 ? 2 : 8;
    else
        incident.reason = reason;
}

CountryIncident make_incident(std::size_t crime, Stream& stream) {
    const CrimeKind& kind = kinds[crime];
    constexpr double place_shares[] = {0.7, 0.2, 0.1}, times[] = {0.22, 0.30, 0.33, 0.15};
    CountryIncident incident;
    incident.crime = static_cast<std::uint8_t>(crime);
    incident.month = static_cast<std::uint8_t>(1 + stream.below(12));
    incident.place = kind.places[weighted_code(stream, place_shares) - 1];
    incident.time_of_day = weighted_code(stream, times);
    incident.attempted = stream.bernoulli(kind.attempted) ? 2 : 1;
    incident.weapon = asked(stream, kind.weapon);
    incident.injury = asked(stream, kind.injury);
    const double loss = kind.median_loss * std::exp(0.9 * stream.normal());
    if (incident.attempted == 1) incident.loss = static_cast<std::uint32_t>(std::round(loss));
    add_reporting(kind, stream, incident);
    return incident;
}

// Events, each with its train of repeats; 97 is the most an interview can hold.
std::uint8_t count_incidents(double mean, double repeat, Stream& stream) {
    std::uint64_t count = stream.poisson(std::min(mean, 97.0));
    for (std::uint64_t events = count; events > 0; --events)
        while (count < 97 && stream.bernoulli(repeat)) ++count;
    return static_cast<std::uint8_t>(std::min<std::uint64_t>(count, 97));
}

double base_rate(const SyntheticPlan& plan, const CountryPsu& psu, std::size_t crime) {
    const CrimeKind& kind = kinds[crime];
    const double rate = plan.rates_per_1000[crime] / 1000 * (1 - kind.repeat);
    return rate * plan.regions[psu.region].risk * (psu.urban ? kind.urban : kind.rural) * psu.factor[kind.family] *
           psu.trend[crime];
}

// The score of this wave from that of the wave before; a new one keeps nothing.
double moved_score(double before, double correlation, double fresh) {
    return correlation * before + std::sqrt(1 - correlation * correlation) * fresh;
}

double age_factor(const CountryPerson& person) { return person.age < 35 ? 1.3 : person.age < 60 ? 1.0 : 0.6; }

}  // namespace

void add_household_crimes(const SyntheticPlan& plan, const CountryPsu& psu, CountryHousehold& household,
                          std::uint32_t index, Stream stream, std::vector<CountryIncident>& incidents) {
    constexpr double owners = 0.5;  // crimes against vehicles strike owners, about half of the households
    for (std::size_t c = 0; c < household_crime_count; ++c) {
        const double exposure = c > 1 ? 1 : household.vehicle ? 1 / owners : 0;
        const double mean = base_rate(plan, psu, c) * household.factor * exposure;
        household.crimes[c] = count_incidents(mean, kinds[c].repeat, stream);
        for (std::uint8_t i = 0; i < household.crimes[c]; ++i) {
            incidents.push_back(make_incident(c, stream));
            incidents.back().household = index;
        }
    }
}

void add_personal_crimes(const SyntheticPlan& plan, const CountryPsu& psu, const CountryHousehold& household,
                         CountryPerson& person, Stream stream, std::vector<CountryIncident>& incidents) {
    constexpr double spread = 0.7;
    person.proneness =
        moved_score(person.proneness, person.known_proneness ? plan.waves.person_correlation : 0, stream.normal());
    person.known_proneness = true;
    const double proneness =
        std::exp(spread * person.proneness - spread * spread / 2) * household.factor * age_factor(person);
    for (std::size_t c = household_crime_count; c < crime_count; ++c) {
        const double sex = person.sex == 2 ? kinds[c].female : 2 - kinds[c].female;
        person.crimes[c] = count_incidents(base_rate(plan, psu, c) * proneness * sex, kinds[c].repeat, stream);
        for (std::uint8_t i = 0; i < person.crimes[c]; ++i) {
            incidents.push_back(make_incident(c, stream));
            incidents.back().household = person.household;
            incidents.back().line = person.line;
        }
    }
}

}  // namespace cifra
