#include "record/offer.hpp"

#include "base/bytes.hpp"

#include <algorithm>
#include <charconv>

namespace smtptls::record {

std::string encode_offer(const std::vector<tls::CipherSuite>& suites)
{
    base::Bytes wire;
    for (const tls::CipherSuite suite : suites) {
        const auto code = static_cast<std::uint32_t>(suite);
        if (tls::is_ssl2(suite)) {
            wire.push_back(static_cast<std::uint8_t>(code >> 16U));
        }
        wire.push_back(static_cast<std::uint8_t>(code >> 8U));
        wire.push_back(static_cast<std::uint8_t>(code));
    }
    return base::format_hex(wire);
}

std::optional<std::vector<tls::CipherSuite>> parse_offer(std::string_view text, tls::ProtocolVersion version)
{
    const std::size_t digits = version == tls::ProtocolVersion::ssl2 ? 6 : 4;
    std::vector<tls::CipherSuite> suites;
    for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(digits)) {
        std::uint32_t code = 0;
        const char* const end = rest.data() + std::min(digits, rest.size());
        const auto [stop, error] = std::from_chars(rest.data(), end, code, 16);
        if (rest.size() < digits || stop != end || error != std::errc()) {
            return std::nullopt;
        }
        suites.push_back(tls::CipherSuite{code});
    }
    return encode_offer(suites) == text ? std::optional(suites) : std::nullopt;
}

}  // namespace smtptls::record
