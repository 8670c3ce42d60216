#include "model/target.hpp"

#include "base/text_layout.hpp"
#include "base/untrusted_text.hpp"
#include "model/idn.hpp"

#include <algorithm>
#include <charconv>

namespace smtptls::model {
namespace {

using Error = base::Unexpected<std::string>;

std::string quoted(std::string_view text)
{
    return "'" + base::UntrustedText(text).escaped() + "'";
}

bool is_label_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool is_label(std::string_view label)
{
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::all_of(label.begin(), label.end(), is_label_character);
}

bool is_host_name(std::string_view name)
{
    if (name.empty() || name.size() > 253) {
        return false;
    }
    while (true) {
        const std::size_t dot = name.find('.');
        if (!is_label(name.substr(0, dot))) {
            return false;
        }
        if (dot == std::string_view::npos) {
            return true;
        }
        name.remove_prefix(dot + 1);
    }
}

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// RFC 1123 section 2.1: a name whose last label is all digits can only be a mistyped address.
bool looks_like_address(std::string_view name)
{
    const std::string_view last = name.substr(name.rfind('.') + 1);
    return std::ranges::all_of(last, is_digit);
}

base::Expected<std::uint16_t, std::string> parse_port(std::string_view digits, std::string_view target)
{
    unsigned port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    const bool whole = error == std::errc() && end == digits.data() + digits.size();
    if (!whole || port == 0 || port > 65535 || digits.size() > 5) {
        return Error("the port in " + quoted(target) + " is not a number from 1 to 65535");
    }
    return static_cast<std::uint16_t>(port);
}

struct Parts {
    std::string_view host;
    std::optional<std::string_view> port;
    bool bracketed = false;
};

base::Expected<Parts, std::string> split(std::string_view text)
{
    if (text.front() == '[') {
        const std::size_t close = text.find(']');
        if (close == std::string_view::npos) {
            return Error("the bracket in " + quoted(text) + " is not closed; write [2001:db8::1]:587");
        }
        const std::string_view after = text.substr(close + 1);
        if (!after.empty() && after.front() != ':') {
            return Error("what follows the bracket in " + quoted(text) + " is not a port; write [2001:db8::1]:587");
        }
        Parts parts{text.substr(1, close - 1), std::nullopt, true};
        if (!after.empty()) {
            parts.port = after.substr(1);
        }
        return parts;
    }
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || text.find(':', colon + 1) != std::string_view::npos) {
        return Parts{text, std::nullopt, false};
    }
    return Parts{text.substr(0, colon), text.substr(colon + 1), false};
}

// "::1:587" is an IPv6 address that nobody means; "2001:db8::25" is one that many mail hosts have.
bool ends_like_port(std::string_view host)
{
    const std::size_t colon = host.rfind(':');
    const std::string_view last = colon == std::string_view::npos ? std::string_view() : host.substr(colon + 1);
    return last == "465" || last == "587" || last == "2525";
}

base::Expected<Target, std::string> with_host(Target target, const Parts& parts)
{
    target.address = IpAddress::parse(parts.host);
    if (target.address) {
        if (parts.bracketed && !target.address->is_v6()) {
            return Error("brackets are for IPv6 addresses; write " + std::string(parts.host));
        }
        if (!parts.bracketed && ends_like_port(parts.host)) {
            const std::size_t colon = parts.host.rfind(':');
            const std::string port(parts.host.substr(colon));
            return Error(quoted(parts.host) + " ends like a port; write [" + std::string(parts.host.substr(0, colon)) +
                         "]" + port + " for the port, or [" + std::string(parts.host) + "] for the address");
        }
        target.host = target.address->format();
        return target;
    }
    if (parts.bracketed || parts.host.find(':') != std::string_view::npos) {
        return Error(quoted(parts.host) + " is not an IPv6 address; write 2001:db8::1 or [2001:db8::1]:587");
    }
    const auto ascii = is_ascii(parts.host) ? base::lower(parts.host) : ascii_host(parts.host);
    if (!ascii) {
        return Error(ascii.error());
    }
    std::string host = *ascii;
    if (host.size() > 1 && host.back() == '.') {
        host.pop_back();
    }
    if (!is_host_name(host)) {
        return Error(quoted(parts.host) + " is not a host name; write mail.example.com, mail.example.com:587, " +
                     "192.0.2.1 or [2001:db8::1]:587");
    }
    if (std::ranges::all_of(host, is_digit) && host.size() <= 5) {
        return Error(quoted(parts.host) + " is no host name; a port stands behind its host: mail.example.com:" + host);
    }
    if (looks_like_address(host)) {
        return Error(quoted(parts.host) + " is neither an IPv4 address (four numbers from 0 to 255) nor a host name");
    }
    if (!every_label_decodes(host)) {
        return Error(quoted(parts.host) +
                     " has a label that begins with xn-- and is not the ASCII form of any (RFC 3492)");
    }
    target.unicode_host = is_ascii(parts.host) ? "" : unicode_host(host);
    target.host = std::move(host);
    return target;
}

}  // namespace

base::Expected<Target, std::string> parse_target(std::string_view text)
{
    if (text.empty()) {
        return Error("an empty target; write mail.example.com or mail.example.com:587");
    }
    if (text.find("://") != std::string_view::npos) {
        return Error(quoted(text) + " is a URL; write only the host and port, as in mail.example.com:587");
    }
    if (text.find('@') != std::string_view::npos) {
        return Error(quoted(text) + " is a mail address; write the mail server's host name");
    }
    const auto parts = split(text);
    if (!parts) {
        return Error(parts.error());
    }
    Target target;
    target.text = text;
    if (parts->port) {
        const auto port = parse_port(*parts->port, text);
        if (!port) {
            return Error(port.error());
        }
        target.port = *port;
    }
    return with_host(std::move(target), *parts);
}

std::vector<std::uint16_t> ports_of(const Target& target)
{
    return target.port ? std::vector{*target.port} : std::vector<std::uint16_t>{25, 465, 587};
}

TlsMode tls_mode(TlsChoice choice, std::uint16_t port)
{
    if (choice == TlsChoice::automatic) {
        return port == 465 ? TlsMode::implicit : TlsMode::starttls;
    }
    return choice == TlsChoice::implicit ? TlsMode::implicit : TlsMode::starttls;
}

std::string_view format(TlsMode mode)
{
    return mode == TlsMode::implicit ? "implicit" : "starttls";
}

std::string_view format(TlsChoice choice)
{
    static constexpr std::array<std::string_view, 3> names = {"auto", "starttls", "implicit"};
    return names.at(static_cast<std::size_t>(choice));
}

std::string_view format(Role role)
{
    static constexpr std::array<std::string_view, 4> names = {"mx", "mx-mandatory", "submission", "submissions"};
    return names.at(static_cast<std::size_t>(role));
}

std::string format(const Endpoint& endpoint)
{
    const std::string address = endpoint.address.format();
    const std::string host = endpoint.address.is_v6() ? "[" + address + "]" : address;
    return host + ":" + std::to_string(endpoint.port);
}

}  // namespace smtptls::model
