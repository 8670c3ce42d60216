#include "model/http_url.hpp"

#include "model/address.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace smtptls::model {
namespace {

constexpr std::string_view scheme = "http://";
constexpr std::uint16_t usual_port = 80;  // RFC 9110 section 4.2.1
constexpr std::size_t longest_name = 253;

base::Unexpected<std::string> refused_url(const char* why)
{
    return base::Unexpected<std::string>(why);
}

bool is_alphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_hexadecimal(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

char in_lower_case(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool begins_with_scheme(std::string_view text)
{
    return text.size() >= scheme.size() && std::equal(scheme.begin(), scheme.end(), text.begin(),
                                                      [](char one, char other) { return one == in_lower_case(other); });
}

bool is_host_name(std::string_view name)
{
    return !name.empty() && name.size() <= longest_name && std::all_of(name.begin(), name.end(), [](char c) {
        return is_alphanumeric(c) || c == '-' || c == '_' || c == '.';
    });
}

// pchar, '/' and '?': RFC 3986 sections 3.3 and 3.4.
bool is_target(std::string_view target)
{
    constexpr std::string_view marks = "-._~!$&'()*+,;=:@/?";
    for (std::size_t i = 0; i < target.size(); ++i) {
        if (target[i] == '%') {
            if (i + 2 >= target.size() || !is_hexadecimal(target[i + 1]) || !is_hexadecimal(target[i + 2])) {
                return false;
            }
        } else if (!is_alphanumeric(target[i]) && marks.find(target[i]) == std::string_view::npos) {
            return false;
        }
    }
    return true;
}

// An empty port is the usual one: RFC 3986 section 6.2.3. Nothing if it is none.
std::optional<std::uint16_t> port_in(std::string_view digits)
{
    if (digits.empty()) {
        return usual_port;
    }
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    const bool whole = error == std::errc() && end == digits.data() + digits.size();
    return whole && port != 0 ? std::optional<std::uint16_t>(port) : std::nullopt;
}

// "[2001:db8::1]" without its brackets, or a name; nothing if it is neither. A zone means nothing to others.
std::optional<std::string> host_in(std::string_view text)
{
    if (!text.empty() && text.front() == '[') {
        const bool closed = text.size() > 2 && text.back() == ']';
        const auto address = closed ? IpAddress::parse(text.substr(1, text.size() - 2)) : std::nullopt;
        const bool plain = text.find('%') == std::string_view::npos;
        return address && address->is_v6() && plain ? std::optional<std::string>(address->format()) : std::nullopt;
    }
    std::string name(text);
    std::transform(name.begin(), name.end(), name.begin(), in_lower_case);
    return is_host_name(name) ? std::optional<std::string>(name) : std::nullopt;
}

}  // namespace

std::string HttpUrl::authority() const
{
    const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
    return port == usual_port ? name : name + ":" + std::to_string(port);
}

base::Expected<HttpUrl, std::string> parse_http_url(std::string_view text)
{
    if (text.size() > longest_http_url) {
        return refused_url("the URL is too long");
    }
    if (!begins_with_scheme(text)) {
        return refused_url("it is no http URL");
    }
    const std::string_view rest = text.substr(scheme.size(), text.find('#') - scheme.size());
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
    const std::string_view target = rest.substr(authority.size());
    if (authority.find('@') != std::string_view::npos) {
        return refused_url("its URL names a user");
    }
    const std::size_t bracket = authority.rfind(']');
    const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
    const auto port = port_in(colon == std::string_view::npos ? std::string_view() : authority.substr(colon + 1));
    const auto host = host_in(authority.substr(0, colon));
    if (!host || !port) {
        return refused_url("its URL names no host and port");
    }
    if (!is_target(target)) {
        return refused_url("its URL has characters that no URL has");
    }
    const bool has_path = !target.empty() && target.front() == '/';
    return HttpUrl{*host, *port, (has_path ? "" : "/") + std::string(target)};
}

}  // namespace smtptls::model
