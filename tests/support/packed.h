// Archives as the other halves of zlib and zstd make them.
#pragma once

#include <string>

namespace cifra::testing {

std::string gzip(const std::string& text);

// `window_bits`: of the frame; 0: as the library chooses.
std::string zstd(const std::string& text, int window_bits = 0);

}  // namespace cifra::testing
