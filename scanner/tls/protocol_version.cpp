#include "tls/protocol_version.hpp"

#include "tls/code_point.hpp"

#include <charconv>

namespace smtptls::tls {
namespace {

constexpr NamedCode<ProtocolVersion> names[] = {
    {ProtocolVersion::ssl2, "SSL 2"},     {ProtocolVersion::ssl3, "SSL 3"},     {ProtocolVersion::tls1_0, "TLS 1.0"},
    {ProtocolVersion::tls1_1, "TLS 1.1"}, {ProtocolVersion::tls1_2, "TLS 1.2"}, {ProtocolVersion::tls1_3, "TLS 1.3"},
};

// Lower case, without the blank or the "v" between the letters and the number.
std::string squeezed(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        if (lower != ' ' && lower != 'v') {
            out += lower;
        }
    }
    return out;
}

}  // namespace

std::string format(ProtocolVersion version)
{
    const std::string_view name = name_of<ProtocolVersion>(names, version);
    return name.empty() ? format_code(static_cast<std::uint16_t>(version), 4) : std::string(name);
}

std::optional<ProtocolVersion> parse_version(std::string_view text)
{
    // As format() writes it: nearly always.
    if (const auto* const exact = find_name<ProtocolVersion>(names, text)) {
        return exact->code;
    }
    const std::string wanted = squeezed(text);
    for (const auto& [code, name] : names) {
        if (squeezed(name) == wanted) {
            return code;
        }
    }
    if (wanted == "tls1") {
        return ProtocolVersion::tls1_0;
    }
    if (text.size() != 6 || !text.starts_with("0x")) {
        return std::nullopt;
    }
    std::uint16_t code = 0;
    const auto [end, error] = std::from_chars(text.data() + 2, text.data() + text.size(), code, 16);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return ProtocolVersion{code};
}

}  // namespace smtptls::tls
