// A hash of short texts, and an index that uses it: open addressing without removal, so that a look-up of what
// is not there, the usual case when a log has more peers than are kept, touches one cache line.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

namespace smtptls::log {

/// `seed` chains the parts of a key. Not for security: what collides is compared in full.
inline std::uint64_t hash(std::string_view text, std::uint64_t seed = 0)
{
    constexpr std::uint64_t factor = 0x9e3779b97f4a7c15ULL;
    std::uint64_t h = (seed ^ text.size()) * factor;
    while (!text.empty()) {
        const std::size_t size = text.size() < sizeof h ? text.size() : sizeof h;
        std::uint64_t word = 0;
        std::memcpy(&word, text.data(), size);
        h = std::rotl(h ^ word, 29) * factor;
        text.remove_prefix(size);
    }
    h ^= h >> 32U;
    h *= 0xd6e8feb86659fd93ULL;
    return h ^ (h >> 32U);
}

/// Numbers below 2^32 - 1 by their hash.
class HashIndex {
public:
    /// The number for which `same(number)` holds, among those that were put in with this hash.
    template <typename Same>
    std::optional<std::uint32_t> find(std::uint64_t hash, Same same) const
    {
        if (slots_.empty()) {
            return std::nullopt;
        }
        const auto tag = static_cast<std::uint32_t>(hash >> 32U);
        for (std::size_t at = hash & mask();; at = (at + 1) & mask()) {
            const Slot& slot = slots_[at];
            if (slot.next == 0) {
                return std::nullopt;
            }
            if (slot.tag == tag && same(slot.next - 1)) {
                return slot.next - 1;
            }
        }
    }

    void insert(std::uint64_t hash, std::uint32_t number)
    {
        if (2 * (hashes_.size() + 1) > slots_.size()) {
            grow();
        }
        hashes_.push_back(hash);
        numbers_.push_back(number);
        put(hash, number);
    }

private:
    struct Slot {
        std::uint32_t tag = 0;
        std::uint32_t next = 0;  // the number plus one; 0: empty
    };
    static constexpr std::size_t smallest = 64;

    std::size_t mask() const { return slots_.size() - 1; }

    void put(std::uint64_t hash, std::uint32_t number)
    {
        std::size_t at = hash & mask();
        while (slots_[at].next != 0) {
            at = (at + 1) & mask();
        }
        slots_[at] = {static_cast<std::uint32_t>(hash >> 32U), number + 1};
    }

    void grow()
    {
        slots_.assign(slots_.empty() ? smallest : 2 * slots_.size(), Slot{});
        for (std::size_t i = 0; i < hashes_.size(); ++i) {
            put(hashes_[i], numbers_[i]);
        }
    }

    std::vector<Slot> slots_;
    std::vector<std::uint64_t> hashes_;  // all that was put in, for growing
    std::vector<std::uint32_t> numbers_;
};

}  // namespace smtptls::log
