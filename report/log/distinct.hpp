// How many different texts there were, in constant memory: linear counting (Whang, Vander-Zanden and Taylor,
// 1990). A bit map of 2^20 bits is right within about one per cent up to some three million.
#pragma once

#include <cstdint>
#include <vector>

namespace smtptls::log {

class Distinct {
public:
    void add(std::uint64_t hash);

    /// The estimate; exact to about one for a few hundred.
    std::uint64_t count() const;

private:
    static constexpr std::uint64_t bits = 1U << 20U;

    std::vector<bool> seen_;  // empty until something is added
    std::uint64_t set_ = 0;
};

}  // namespace smtptls::log
