// A made-up survey of a few thousand persons as a CSV file and as a Distributed table of two servers: with missing
// cells of several kinds, weights of 0, PSU codes that strata share, and numbers of all sizes.
#pragma once

#include <filesystem>
#include <vector>

#include "tests/support/warehouse_servers.h"

namespace cifra::testing {

// Writes persons.csv and codebook.yaml into the folder.
void write_made_up_survey(const std::filesystem::path& folder);
// Loads the same rows into `made_up` on both servers, by turns, behind the Distributed table `made_up_all`.
void load_made_up_survey(const Servers& servers);

}  // namespace cifra::testing
