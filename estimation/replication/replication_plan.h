// Which replicates are to be made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/random.h"

namespace cifra {

// Names in files: JK1 JKn JK2 BRR Fay SDR rao_wu rwyb antal_tille generalized, in this order.
enum class ReplicationMethod : std::uint8_t { jk1, jkn, jk2, brr, fay, sdr, rao_wu, rwyb, antal_tille, generalized };
const std::vector<std::string>& replication_names();
ReplicationMethod replication_from_text(std::string_view name);  // a name of the list above

struct ReplicationPlan {
    ReplicationMethod method = ReplicationMethod::rao_wu;
    // Replicates of the bootstraps; of SDR at least so many, 0: enough for full balance. Jackknives, BRR and Fay have
    // as many as the design asks for.
    std::size_t count = 0;
    std::uint64_t seed = 1;
    double fay = 0.5;  // rho of Fay's method, 0 <= rho < 1
};

bool is_jackknife(ReplicationMethod method);    // JK1, JKn, JK2: not for quantiles
bool is_half_sample(ReplicationMethod method);  // BRR, Fay, JK2: in pairs of units
bool is_bootstrap(ReplicationMethod method);    // drawn at random, count given

// Chance: each replicate has a seed of its own, made from the study's; in it each group of a stage has its draw.
std::vector<std::uint64_t> replicate_seeds(std::uint64_t seed, std::size_t first, std::size_t size);
Draw replicate_draw(ReplicationMethod method, std::size_t stage, std::uint64_t group_key, std::uint64_t replicate_seed);

}  // namespace cifra
