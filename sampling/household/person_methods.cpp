#include "sampling/household/person_methods.h"

#include <algorithm>
#include <array>

namespace cifra {

namespace {

struct KishTable {
    std::string_view name;
    std::uint32_t twelfths;
    std::array<std::uint32_t, 6> rank;  // by number of eligible persons
};

constexpr KishTable tables[] = {{"A", 2, {1, 1, 1, 1, 1, 1}},  {"B1", 1, {1, 1, 1, 1, 2, 2}},
                                {"B2", 1, {1, 1, 1, 2, 2, 2}}, {"C", 2, {1, 1, 2, 2, 3, 3}},
                                {"D", 2, {1, 2, 2, 3, 4, 4}},  {"E1", 1, {1, 2, 3, 3, 3, 5}},
                                {"E2", 1, {1, 2, 3, 4, 5, 5}}, {"F", 2, {1, 2, 3, 4, 5, 6}}};

std::uint32_t rank_in(const KishTable& table, std::uint32_t eligible) {
    return table.rank[std::min<std::uint32_t>(eligible, 6) - 1];
}

// Of a year that has the 29th of February.
constexpr int year = 366;
constexpr int days_before_month[] = {0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335};

int day_of_year(int date) { return days_before_month[date / 100 - 1] + date % 100 - 1; }

}  // namespace

std::string_view kish_table(double selection_number) {
    double above = 0;
    for (const KishTable& table : tables) {
        above += table.twelfths;
        if (selection_number * 12 < above) return table.name;
    }
    return std::end(tables)[-1].name;
}

bool is_kish_table(std::string_view name) {
    return std::any_of(std::begin(tables), std::end(tables), [&](const KishTable& each) { return each.name == name; });
}

std::uint32_t kish_rank(std::string_view table, std::uint32_t eligible) {
    return rank_in(*std::find_if(std::begin(tables), std::end(tables) - 1,
                                 [&](const KishTable& each) { return each.name == table; }),
                   eligible);
}

double kish_probability(std::uint32_t rank, std::uint32_t eligible) {
    std::uint32_t twelfths = 0;
    for (const KishTable& table : tables)
        if (rank_in(table, eligible) == rank) twelfths += table.twelfths;
    return twelfths / 12.0;
}

PersonSelection kish_person(std::uint32_t eligible, double selection_number) {
    if (eligible == 0) return {};
    const std::uint32_t rank = kish_rank(kish_table(selection_number), eligible);
    return {rank - 1, eligible, kish_probability(rank, eligible)};
}

PersonSelection rizzo_person(std::uint32_t eligible, std::uint32_t informant, double selection_number) {
    if (eligible == 0) return {};
    const std::uint32_t k = std::min(static_cast<std::uint32_t>(selection_number * eligible), eligible - 1);
    const std::size_t person = k == 0 ? informant : k <= informant ? k - 1 : k;
    return {person, eligible, 1.0 / eligible};
}

int day_by_chance(double number) {
    const int day = std::min(static_cast<int>(number * year), year - 1);
    const auto next = std::upper_bound(std::begin(days_before_month), std::end(days_before_month), day);
    return static_cast<int>(next - std::begin(days_before_month)) * 100 + day - *(next - 1) + 1;
}

PersonSelection birthday_person(std::span<const int> birthdays, int contact, bool next) {
    if (birthdays.empty()) return {};
    const int today = day_of_year(contact);
    const auto days_away = [&](int birthday) {
        const int day = day_of_year(birthday);
        return next ? (day - today - 1 + year) % year : (today - day + year) % year;
    };
    const auto chosen =
        std::min_element(birthdays.begin(), birthdays.end(), [&](int a, int b) { return days_away(a) < days_away(b); });
    const auto eligible = static_cast<std::uint32_t>(birthdays.size());
    return {static_cast<std::size_t>(chosen - birthdays.begin()), eligible, 1.0 / eligible};
}

}  // namespace cifra
