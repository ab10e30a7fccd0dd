// A program that only knows the installed library: a table, a filter on it, and its design.
#include <iostream>

#include "engine/csv.h"
#include "engine/evaluate.h"
#include "estimation/design.h"
#include "questionnaires/verbs.h"

int main() {
    cifra::Diagnostics faults;
    const cifra::Table persons = cifra::parse_csv(
        "stratum,psu,victim\nNorth,1,1\nNorth,1,0\nNorth,2,0\nSouth,1,1\nSouth,3,0\n", "persons.csv", {}, faults);
    const auto victims = cifra::parse_expression("victim = 1", {}, cifra::schema_of(persons), faults);
    faults.throw_if_errors();
    const auto lookup = [&](std::string_view name) -> const cifra::Column& { return persons.at(name); };
    const auto marks = cifra::evaluate_filter(*victims, persons.rows(), lookup);
    const cifra::DesignColumns columns{.strata = "stratum", .psu = {"psu"}, .fpc = {}, .certainty = {}};
    const auto declared = cifra::declare_design(persons, columns, faults);
    faults.throw_if_errors();

    std::size_t count = 0;
    for (const auto mark : marks) count += mark;
    std::cout << count << " victims, " << declared.design.units() << " PSUs\n";
    return count == 2 && declared.design.units() == 4 && !cifra::questionnaires_verbs().empty() ? 0 : 1;
}
