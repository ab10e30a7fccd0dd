// The names by which sampling hands the design to weighting and estimation, in sample.csv and in every file made from
// it. One row of sample.csv is one selected dwelling.
#pragma once

#include <cstdint>

namespace cifra::design_columns {

inline constexpr const char* stratum = "stratum";
inline constexpr const char* psu = "psu";
inline constexpr const char* dwelling = "dwelling";                  // stable id of the selected dwelling
inline constexpr const char* psu_count = "n_psu";                    // PSUs drawn in the stratum
inline constexpr const char* psu_population = "N_psu";               // PSUs in the stratum of the frame
inline constexpr const char* dwelling_count = "n_dwelling";          // dwellings drawn in the PSU
inline constexpr const char* dwelling_population = "N_dwelling";     // dwellings in the PSU of the frame
inline constexpr const char* psu_probability = "pi_1";               // inclusion probability of the PSU
inline constexpr const char* dwelling_probability = "pi_2";          // of the dwelling given its PSU
inline constexpr const char* person_probability = "pi_3";            // of the adult given the dwelling
inline constexpr const char* person_method = "person_method";        // how the adult is selected; absent: full_roster
inline constexpr const char* kish_table = "kish_table";              // of the dwelling, under kish_grid
inline constexpr const char* group_units = "group_units";            // of PSUs drawn in random groups: N_g of the group
inline constexpr const char* group_size = "group_size";              // and its measure of size X_g: pi_1 = x / X_g
inline constexpr const char* certainty = "certainty";                // 1 where the PSU was taken with certainty
inline constexpr const char* base_weight = "base_weight";            // 1 / (pi_1 pi_2): weight of the dwelling
inline constexpr const char* selection_number = "selection_number";  // uniform (0,1) that selects the adult

// The line, 1 .. eligible, of the adult to interview: 1 + floor(u * eligible). The same formula serves the draw, the
// field and its check. `eligible` >= 1 counts the eligible persons in roster order.
inline std::uint32_t selected_line(double selection_number, std::uint32_t eligible) {
    const auto line = static_cast<std::uint32_t>(selection_number * eligible);
    return (line < eligible ? line : eligible - 1) + 1;
}

}  // namespace cifra::design_columns
