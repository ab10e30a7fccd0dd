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
    std::size_t i = 0;
    for (; i + 4 <= words.size(); i += 4, ++counter[0]) {
        const auto four = r123::Philox4x32()(counter, key);
        std::copy(four.begin(), four.end(), words.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (i == words.size()) return;
    const auto last = r123::Philox4x32()(counter, key);
    for (std::size_t k = 0; i < words.size(); ++i, ++k) words[i] = last[k];
}

}  // namespace cifra
