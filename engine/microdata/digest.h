// XXH3 (Collet, https://xxhash.com): fast digests that tell whether bytes changed by accident. Not for secrets: who
// wants to can make two files of one digest; receipts of a run are SHA-256 (engine/manifest.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace cifra {

// XXH3-128 of bytes that come in parts.
class Digest {
public:
    Digest();
    ~Digest();
    Digest(Digest&&) noexcept;
    Digest& operator=(Digest&&) noexcept;
    void add(const char* bytes, std::size_t size);
    std::string hexadecimal() const;  // of what was added so far: 32 digits, as `xxhsum -H2` prints them

private:
    struct State;
    std::unique_ptr<State> state_;
};

// XXH3-64, seed 0.
std::uint64_t checksum(std::string_view bytes);

}  // namespace cifra
