#include "tests/benchmark/persons.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <random>
#include <string_view>
#include <vector>

namespace cifra::benchmark {

namespace {

constexpr std::size_t crimes = 12, counted_crimes = 6;
constexpr std::array<double, crimes> prevalence = {0.003, 0.004, 0.007, 0.011, 0.016, 0.024,
                                                   0.033, 0.044, 0.058, 0.077, 0.098, 0.125};

// Distributions of the standard library differ between libraries, engines do not.
class Chance {
public:
    double uniform() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }
    int one_of(int n) { return 1 + static_cast<int>(uniform() * n); }
    bool happens(double probability) { return uniform() < probability; }
    // Nearly normal: exact arithmetic alone.
    double bell() {
        double sum = -6;
        for (int i = 0; i < 12; ++i) sum += uniform();
        return sum;
    }

private:
    std::mt19937_64 engine_{20250101};
};

struct Psu {
    int region = 0, area = 0, stratum = 0;
    double weight = 0;
    std::array<double, crimes> risk{};
};

struct Person {
    int year = 0, sex = 0, age_group = 0, income_quintile = 0;
    double weight = 0;
    std::array<int, crimes> victim{};
    std::array<int, counted_crimes> count{};
    int reported = 0;
    double cost = 0;
    int owner = 0, household = 0;
    double exposure = 0;
};

Psu make_psu(Chance& chance, int stratum, double weight_scale) {
    Psu psu{stratum / 1000, stratum / 100 % 10, stratum, (60 + 940 * chance.uniform()) * weight_scale, {}};
    const double common = 0.4 * chance.bell();
    for (std::size_t c = 0; c < crimes; ++c) psu.risk[c] = prevalence[c] * std::exp(common + 0.2 * chance.bell() - 0.1);
    return psu;
}

std::vector<int> make_strata(Chance& chance) {
    std::vector<int> strata;
    for (int region = 1; region <= 32; ++region)
        for (int area = 1; area <= 3; ++area)
            for (int level = 0; level < 7; ++level)
                if (!chance.happens(0.1)) strata.push_back(1000 * region + 100 * area + level);
    return strata;
}

std::vector<Psu> make_psus(Chance& chance, std::size_t rows) {
    const std::vector<int> strata = make_strata(chance);
    const auto wanted = static_cast<double>(std::min<std::size_t>(20000, rows / 20));
    const double weight_scale = 1e6 / static_cast<double>(rows);
    std::vector<Psu> psus;
    for (const int stratum : strata) {
        const double share = (0.5 + chance.uniform()) / static_cast<double>(strata.size());
        const int drawn = std::max(2, static_cast<int>(std::lround(wanted * share)));
        for (int i = 0; i < drawn; ++i) psus.push_back(make_psu(chance, stratum, weight_scale));
    }
    return psus;
}

// How much likelier than others of the PSU such a person is to become a victim.
double relative_risk(const Person& person) {
    constexpr std::array<double, 6> by_age = {1.3, 1.4, 1.1, 1.0, 0.8, 0.6};
    const double by_sex = person.sex == 1 ? 1.1 : 0.9;
    const double by_income = 0.85 + 0.05 * person.income_quintile;
    const double by_year = person.year == 2025 ? 0.94 : 1.0;
    return by_age[static_cast<std::size_t>(person.age_group - 1)] * by_sex * by_income * by_year;
}

void make_crimes(Chance& chance, const Psu& psu, Person& person) {
    const double relative = relative_risk(person);
    for (std::size_t c = 0; c < crimes; ++c) person.victim[c] = chance.happens(psu.risk[c] * relative);
    for (std::size_t c = 0; c < counted_crimes; ++c) {
        int& count = person.count[c];
        count = person.victim[2 * c + 1];
        while (count > 0 && count < 30 && chance.happens(0.3)) ++count;
    }
    if (std::find(person.victim.begin(), person.victim.end(), 1) == person.victim.end()) return;
    person.reported = chance.happens(0.35);
    person.cost = std::exp(6 + 1.2 * chance.bell());
}

Person make_person(Chance& chance, const Psu& psu) {
    Person person;
    person.year = 2023 + chance.one_of(2);
    person.sex = chance.one_of(2);
    person.age_group = chance.one_of(6);
    person.income_quintile = chance.one_of(5);
    person.weight = psu.weight * (0.7 + 0.6 * chance.uniform());
    make_crimes(chance, psu, person);
    person.owner = chance.happens(0.55);
    person.household = chance.one_of(4);
    person.exposure = std::exp(0.5 * chance.bell());
    return person;
}

constexpr std::string_view header =
    "person_id,year,region,area,stratum,psu,weight,sex,age_group,income_q,"
    "v1,v2,v3,v4,v5,v6,v7,v8,v9,v10,v11,v12,n1,n2,n3,n4,n5,n6,reported,cost,cal1,cal2,cal3\n";

void write_person(fmt::memory_buffer& to, std::size_t id, std::size_t psu_code, const Psu& psu, const Person& p) {
    auto out = std::back_inserter(to);
    fmt::format_to(out, FMT_COMPILE("{},{},{},{},{},{},{:.4f},{},{},{}"), id, p.year, psu.region, psu.area, psu.stratum,
                   psu_code, p.weight, p.sex, p.age_group, p.income_quintile);
    for (const int value : p.victim) fmt::format_to(out, FMT_COMPILE(",{}"), value);
    for (const int value : p.count) fmt::format_to(out, FMT_COMPILE(",{}"), value);
    fmt::format_to(out, FMT_COMPILE(",{},{:.2f},{},{},{:.4f}\n"), p.reported, p.cost, p.owner, p.household, p.exposure);
}

bool write(std::string_view text, std::FILE* to) { return std::fwrite(text.data(), 1, text.size(), to) == text.size(); }

}  // namespace

bool write_persons(std::size_t rows, std::FILE* to) {
    Chance chance;
    const std::vector<Psu> psus = make_psus(chance, rows);
    bool good = write(header, to);
    std::size_t id = 0;
    for (std::size_t k = 0; k < psus.size() && good; ++k) {
        fmt::memory_buffer lines;
        const std::size_t end = rows * (k + 1) / psus.size();
        while (id < end) {
            const Person person = make_person(chance, psus[k]);
            write_person(lines, ++id, k + 1, psus[k], person);
        }
        good = write({lines.data(), lines.size()}, to);
    }
    return good && std::fflush(to) == 0;
}

}  // namespace cifra::benchmark
