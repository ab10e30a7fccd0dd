#include "estimation/replication/replication_plan.h"

#include <fmt/format.h>

#include <algorithm>

namespace cifra {

const std::vector<std::string>& replication_names() {
    static const std::vector<std::string> names = {"JK1", "JKn",    "JK2",  "BRR",         "Fay",
                                                   "SDR", "rao_wu", "rwyb", "antal_tille", "generalized"};
    return names;
}

ReplicationMethod replication_from_text(std::string_view name) {
    const auto& names = replication_names();
    return static_cast<ReplicationMethod>(std::find(names.begin(), names.end(), name) - names.begin());
}

bool is_jackknife(ReplicationMethod method) { return method <= ReplicationMethod::jk2; }

bool is_half_sample(ReplicationMethod method) {
    return method == ReplicationMethod::jk2 || method == ReplicationMethod::brr || method == ReplicationMethod::fay;
}

bool is_bootstrap(ReplicationMethod method) { return method >= ReplicationMethod::rao_wu; }

std::vector<std::uint64_t> replicate_seeds(std::uint64_t seed, std::size_t first, std::size_t size) {
    std::vector<std::uint64_t> seeds;
    for (std::size_t r = first; r < first + size; ++r) seeds.push_back(stable_hash(fmt::format("{}/{}", seed, r)));
    return seeds;
}

Draw replicate_draw(ReplicationMethod method, std::size_t stage, std::uint64_t group_key,
                    std::uint64_t replicate_seed) {
    const auto kind = static_cast<std::uint16_t>((static_cast<unsigned>(method) << 8) | stage);
    return {replicate_seed, Purpose::replicate, kind, group_key};
}

}  // namespace cifra
