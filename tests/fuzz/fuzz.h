// What the fuzz targets share. A broken promise aborts, so that a fuzzer keeps the input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "engine/diagnostics.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace cifra::fuzz {

inline std::string text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

inline void require(bool holds, const char* promise) {
    if (holds) return;
    std::fprintf(stderr, "broken promise: %s\n", promise);
    std::abort();
}

inline void require_explained(const Diagnostics& faults) {
    for (const Diagnostic& fault : faults.items())
        require(!fault.code.empty() && !fault.message.empty() && !fault.hint.empty(), "a fault without code or remedy");
}

}  // namespace cifra::fuzz
