// Which person of a selected dwelling is asked, as the plan says it.
//
//   person: {method: kish_grid, eligible: 'age >= 18 and sex = "f"', numbered: [sex, -age]}
//
// Keys: README.md of sampling. Methods: person_methods.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/diagnostics.h"
#include "engine/yaml.h"

namespace cifra {

enum class PersonMethod { full_roster, kish_grid, rizzo, next_birthday, last_birthday, all, none };

struct PersonPlan {
    PersonMethod method = PersonMethod::full_roster;
    std::string eligible = "age >= 18";  // over the columns of the file of persons
    Location eligible_at;
    std::vector<std::string> numbered;  // Kish's numbering: columns, '-' before a falling one; then by line
    int date = 0;                       // birthday methods: the day of contact, month * 100 + day; 0: in the field
    bool stated = false;                // the plan has the key `person`: results name the method
};

// Next or last birthday.
bool by_birthday(const PersonPlan& plan);

const char* to_text(PersonMethod method);
std::optional<PersonMethod> find_person_method(std::string_view name);

PersonPlan read_person_plan(const YamlValue& value, Diagnostics& faults);

}  // namespace cifra
