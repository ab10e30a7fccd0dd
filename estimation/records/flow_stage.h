// The stages that a crime may pass from its occurrence to prison: S0 to S9.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cifra {

// In order. identified: a suspect is known; charged: brought before a court; tried: judged; sentenced: to prison;
// imprisoned: taken into prison under that sentence.
enum class FlowStage : std::uint8_t {
    occurred,
    reported,
    recorded,
    investigated,
    identified,
    charged,
    tried,
    convicted,
    sentenced,
    imprisoned
};
inline constexpr std::size_t flow_stage_count = 10;

std::string_view to_text(FlowStage stage);
std::optional<FlowStage> flow_stage_from_text(std::string_view name);
const std::vector<std::string>& flow_stage_names();

// What a person reads, in English, Spanish, French or Portuguese: English for a language that is not known.
std::string flow_stage_title(FlowStage stage, const std::string& language);

// What a stage counts.
const std::vector<std::string>& flow_units();
std::string flow_unit_title(const std::string& unit, const std::string& language);  // in the plural

}  // namespace cifra
