#include "engine/random_words.h"

#include <Random123/philox.h>

#include <algorithm>

namespace cifra {

void random_words(const Draw& draw, std::span<std::uint32_t> words) {
    const r123::Philox4x32::key_type key = {
        {static_cast<std::uint32_t>(draw.seed), static_cast<std::uint32_t>(draw.seed >> 32)}};
    r123::Philox4x32::ctr_type counter = {{0, (static_cast<std::uint32_t>(draw.purpose) << 16) | draw.stage,
                                           static_cast<std::uint32_t>(draw.unit),
                                           static_cast<std::uint32_t>(draw.unit >> 32)}};
    for (std::size_t i = 0; i < words.size(); i += 4, ++counter[0]) {
        const auto four = r123::Philox4x32()(counter, key);
        for (std::size_t k = 0; k < std::min<std::size_t>(4, words.size() - i); ++k) words[i + k] = four[k];
    }
}

}  // namespace cifra
