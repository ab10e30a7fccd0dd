// From a pair (unit, cell) to its slot: open addressing, 12 to 24 bytes a pair.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace cifra {

class SlotIndex {
public:
    // The slot of the pair and whether it is new; new slots are numbered in the order of their coming.
    std::pair<std::uint32_t, bool> find_or_add(std::uint32_t unit, std::uint32_t cell) {
        if (2 * (size_ + 1) > slots_.size()) grow();
        const std::uint64_t key = std::uint64_t{unit} << 32U | cell;
        std::size_t at = place(key);
        while (slots_[at] != none && keys_[slots_[at]] != key) at = (at + 1) & (slots_.size() - 1);
        if (slots_[at] != none) return {slots_[at], false};
        slots_[at] = static_cast<std::uint32_t>(size_++);
        keys_.push_back(key);
        return {slots_[at], true};
    }

    static constexpr std::uint32_t none = static_cast<std::uint32_t>(-1);
    // The slot of the pair; `none` where it never came.
    std::uint32_t find(std::uint32_t unit, std::uint32_t cell) const {
        const std::uint64_t key = std::uint64_t{unit} << 32U | cell;
        if (slots_.empty()) return none;
        std::size_t at = place(key);
        while (slots_[at] != none && keys_[slots_[at]] != key) at = (at + 1) & (slots_.size() - 1);
        return slots_[at];
    }

    std::size_t size() const { return size_; }
    std::uint32_t unit(std::size_t slot) const { return static_cast<std::uint32_t>(keys_[slot] >> 32U); }
    std::uint32_t cell(std::size_t slot) const { return static_cast<std::uint32_t>(keys_[slot]); }

private:
    // The finalizer of MurmurHash3 (Appleby 2011, public domain): every bit of the key moves every bit of the place.
    std::size_t place(std::uint64_t key) const {
        key = (key ^ key >> 33U) * 0xff51afd7ed558ccdULL;
        key = (key ^ key >> 33U) * 0xc4ceb9fe1a85ec53ULL;
        return (key ^ key >> 33U) & (slots_.size() - 1);
    }

    void grow() {
        slots_.assign(slots_.empty() ? 64 : 2 * slots_.size(), none);
        for (std::size_t slot = 0; slot < size_; ++slot) {
            std::size_t at = place(keys_[slot]);
            while (slots_[at] != none) at = (at + 1) & (slots_.size() - 1);
            slots_[at] = static_cast<std::uint32_t>(slot);
        }
    }

    std::vector<std::uint32_t> slots_;  // a power of two
    std::vector<std::uint64_t> keys_;   // by slot
    std::size_t size_ = 0;
};

}  // namespace cifra
