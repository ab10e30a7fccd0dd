#include "tests/estimation/warehouse/made_up_table.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <fstream>
#include <optional>

#include "engine/random.h"
#include "engine/table.h"

namespace cifra::testing {

namespace {

constexpr const char* columns =
    "id UInt32, strat String, upm UInt32, n_upm UInt32, w Float64, region String, sex Nullable(UInt8), age UInt8, "
    "loss Nullable(Float64), crime Enum8('1' = 1, '2' = 2, '03' = 3, '9' = 9), events UInt16";

struct Person {
    std::size_t id, stratum, upm, age, crime, events;
    double weight;
    std::string region;
    std::optional<std::size_t> sex;
    std::optional<double> loss;
};

// A number, one of two codes of missing, or nothing.
std::optional<double> random_loss(Stream& chance) {
    const double u = chance.uniform();
    if (u < 0.05) return 9999998;
    if (u < 0.12) return 9999999;
    return u < 0.2 ? std::nullopt : std::optional(std::exp(12 * chance.uniform()) / 7);
}

Person random_person(std::size_t id, Stream& chance) {
    constexpr std::array<const char*, 4> regions = {"north", "south", "it's, east", ""};
    constexpr std::array<std::size_t, 4> crimes = {1, 2, 3, 9};
    Person person{id,
                  chance.below(7),
                  1 + chance.below(6),
                  18 + chance.below(60),
                  crimes[chance.below(4)],
                  chance.below(5),
                  chance.bernoulli(0.03) ? 0 : 100 * chance.uniform() + 0.001,
                  regions[chance.below(4)],
                  std::nullopt,
                  random_loss(chance)};
    if (chance.bernoulli(0.9)) person.sex = 1 + chance.below(2);
    return person;
}

std::vector<Person> people() {
    Stream chance({.seed = 21, .unit = stable_hash("made up")});
    std::vector<Person> all;
    for (std::size_t id = 1; id <= 4000; ++id) all.push_back(random_person(id, chance));
    return all;
}

std::string csv_row(const Person& p) {
    return fmt::format("{},{:02},{},{},{},\"{}\",{},{},{},{},{}\n", p.id, p.stratum, p.upm, 40 + p.stratum,
                       digits17(p.weight), p.region, p.sex ? std::to_string(*p.sex) : "", p.age,
                       p.loss ? digits17(*p.loss) : "", p.crime == 3 ? "03" : std::to_string(p.crime), p.events);
}

void write_row(const Person& p, RowBinaryWriter& out) {
    out.whole(p.id, 4).text(fmt::format("{:02}", p.stratum)).whole(p.upm, 4).whole(40 + p.stratum, 4).number(p.weight);
    out.text(p.region).byte(p.sex ? 0 : 1);
    if (p.sex) out.whole(*p.sex, 1);
    out.whole(p.age, 1).byte(p.loss ? 0 : 1);
    if (p.loss) out.number(*p.loss);
    out.whole(p.crime, 1).whole(p.events, 2);
}

}  // namespace

// `loss` has more digits than a column is taken as numbers for by itself: the codebook says that it is.
void write_made_up_survey(const std::filesystem::path& folder) {
    std::ofstream out(folder / "persons.csv");
    out << "id,strat,upm,n_upm,w,region,sex,age,loss,crime,events\n";
    for (const Person& person : people()) out << csv_row(person);
    std::ofstream(folder / "codebook.yaml") << R"(variables:
  w: {type: number}
  loss: {type: number, missing: {"9999998": refused, "9999999": dont_know}, blank: not_asked}
  crime: {type: text, missing: {"9": dont_know}}
)";
}

void load_made_up_survey(const Servers& servers) {
    std::array<RowBinaryWriter, 2> halves;
    for (const Person& person : people()) write_row(person, halves[person.id % 2]);
    servers.execute("DROP TABLE IF EXISTS made_up");
    servers.execute("DROP TABLE IF EXISTS made_up_all");
    servers.execute(fmt::format("CREATE TABLE made_up ({}) ENGINE = Memory", columns));
    servers.execute("CREATE TABLE made_up_all AS made_up ENGINE = Distributed(two, default, made_up)");
    for (int shard = 0; shard < 2; ++shard)
        servers.execute(shard,
                        "INSERT INTO made_up FORMAT RowBinary\n" + halves[static_cast<std::size_t>(shard)].bytes());
}

}  // namespace cifra::testing
