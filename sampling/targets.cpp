#include "sampling/targets.h"

#include <algorithm>
#include <map>

namespace cifra {

namespace {

// Need of each domain within its partition; partitions are named by their sorted domains.
using Needs = std::map<std::vector<std::string>, std::map<std::string, double>>;

std::vector<std::string> partition_of(const SizeTarget& target) {
    std::vector<std::string> names;
    for (const SizeDomain& domain : target.domains) names.push_back(domain.name);
    std::sort(names.begin(), names.end());
    return names;
}

Needs needs_of(const SizePlan& plan) {
    Needs needs;
    for (const SizeTarget& target : plan.targets)
        for (const SizeDomain& domain : target.domains) {
            double& need = needs[partition_of(target)][domain.name];
            const std::uint64_t asked = sample_size(domain.target).issued_rounded * domain.count;
            need = std::max(need, static_cast<double>(asked));
        }
    return needs;
}

double total_of(const std::map<std::string, double>& domains) {
    double total = 0;
    for (const auto& [name, need] : domains) total += need;
    return total;
}

}  // namespace

std::uint64_t largest_issued(const SizePlan& plan) {
    double largest = 0;
    for (const auto& [partition, domains] : needs_of(plan)) largest = std::max(largest, total_of(domains));
    return static_cast<std::uint64_t>(largest);
}

std::vector<std::vector<double>> divide_issued(const SizePlan& plan, double total) {
    const Needs needs = needs_of(plan);
    std::vector<std::vector<double>> result;
    for (const SizeTarget& target : plan.targets) {
        const auto& domains = needs.at(partition_of(target));
        result.emplace_back();
        for (const SizeDomain& domain : target.domains)
            result.back().push_back(total * (domains.at(domain.name) / total_of(domains)));
    }
    return result;
}

}  // namespace cifra
