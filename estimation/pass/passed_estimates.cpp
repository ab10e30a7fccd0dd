#include "estimation/pass/passed_estimates.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <stdexcept>

namespace cifra {

std::string request_key(const EstimateRequest& request) {
    return fmt::format("{}|{}|{}|{}|{}", request.indicator->id, request.indicator->counting,
                       fmt::join(request.by, "\x1f"), fmt::join(request.numerator_by, "\x1f"), request.whole_numerator);
}

std::vector<Estimate> PassedEstimates::of(const std::vector<EstimateRequest>& requests) const {
    std::vector<Estimate> estimates;
    for (const EstimateRequest& request : requests) {
        const auto found = by_key.find(request_key(request));
        if (found == by_key.end()) throw std::logic_error("an estimate is asked for that the pass did not make");
        estimates.push_back(found->second);
    }
    return estimates;
}

}  // namespace cifra
