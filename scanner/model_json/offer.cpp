#include "model_json/offer.hpp"

#include <array>
#include <cstdint>

namespace smtptls::model_json {
namespace {

constexpr std::uint8_t no_digit = 0xff;

// Of the digits that encode_offer writes. A scan has a hundred thousand of them for each endpoint.
constexpr std::array<std::uint8_t, 256> digit_values = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(no_digit);
    std::uint8_t value = 0;
    for (const char digit : {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'}) {
        values[static_cast<unsigned char>(digit)] = value++;
    }
    return values;
}();

}  // namespace

std::string encode_offer(const std::vector<tls::CipherSuite>& suites)
{
    constexpr std::string_view hex = "0123456789abcdef";
    std::string text;
    text.reserve(4 * suites.size());
    for (const tls::CipherSuite suite : suites) {
        const auto code = static_cast<std::uint32_t>(suite);
        for (unsigned shift = tls::is_ssl2(suite) ? 24 : 16; shift > 0;) {
            shift -= 4;
            text += hex[code >> shift & 0x0fU];
        }
    }
    return text;
}

std::optional<std::vector<tls::CipherSuite>> parse_offer(std::string_view text, tls::ProtocolVersion version)
{
    const bool ssl2 = version == tls::ProtocolVersion::ssl2;
    const std::size_t digits = ssl2 ? 6 : 4;
    if (text.size() % digits != 0) {
        return std::nullopt;
    }
    std::vector<tls::CipherSuite> suites;
    suites.reserve(text.size() / digits);
    for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(digits)) {
        std::uint32_t code = 0;
        for (const char digit : rest.substr(0, digits)) {
            const std::uint8_t value = digit_values[static_cast<unsigned char>(digit)];
            if (value == no_digit) {
                return std::nullopt;
            }
            code = code << 4U | value;
        }
        const tls::CipherSuite suite{code};
        if (tls::is_ssl2(suite) != ssl2) {
            return std::nullopt;
        }
        suites.push_back(suite);
    }
    return suites;
}

}  // namespace smtptls::model_json
