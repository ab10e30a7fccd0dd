// The estimates of a pass, by request.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "estimation/estimate.h"
#include "estimation/statistics.h"

namespace cifra {

// Equal for requests of the same estimates.
std::string request_key(const EstimateRequest& request);

struct PassedEstimates {
    std::map<std::string, Estimate> by_key;

    // Throws std::logic_error for a request that was not part of the pass.
    std::vector<Estimate> of(const std::vector<EstimateRequest>& requests) const;
};

}  // namespace cifra
