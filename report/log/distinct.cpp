#include "report/log/distinct.hpp"

#include <algorithm>
#include <cmath>

namespace smtptls::log {

void Distinct::add(std::uint64_t hash)
{
    if (seen_.empty()) {
        seen_.resize(bits);
    }
    const auto at = static_cast<std::size_t>(hash % bits);
    if (!seen_[at]) {
        seen_[at] = true;
        ++set_;
    }
}

std::uint64_t Distinct::count() const
{
    // A full map would be infinitely many.
    const double empty = static_cast<double>(std::max<std::uint64_t>(1, bits - set_)) / static_cast<double>(bits);
    return static_cast<std::uint64_t>(std::llround(-static_cast<double>(bits) * std::log(empty)));
}

}  // namespace smtptls::log
