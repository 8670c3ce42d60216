#include "report/log/event.hpp"

#include "report/log/words.hpp"
#include "tls/cipher_suite.hpp"

#include <algorithm>
#include <string>

namespace smtptls::log {
namespace {

using tls::ProtocolVersion;

constexpr std::size_t longest_protocol = 16;

// The usual words without any copying: this runs once for each session of gigabytes.
std::optional<ProtocolVersion> usual(std::string_view protocol)
{
    if (protocol == "TLSv1.3" || protocol == "TLS1.3") {
        return ProtocolVersion::tls1_3;
    }
    if (protocol == "TLSv1.2" || protocol == "TLS1.2") {
        return ProtocolVersion::tls1_2;
    }
    return std::nullopt;
}

}  // namespace

Peer parse_peer(std::string_view text)
{
    Peer peer;
    const std::size_t open = text.find('[');
    if (open == std::string_view::npos) {
        peer.name = text;
        return peer;
    }
    peer.name = text.substr(0, open);
    while (peer.name.ends_with(' ')) {
        peer.name.remove_suffix(1);
    }
    peer.address = text.substr(open + 1);
    peer.address = peer.address.substr(0, peer.address.find(']'));
    eat(peer.address, "IPv6:");
    return peer;
}

std::optional<tls::ProtocolVersion> version_of(std::string_view protocol, std::string_view suite)
{
    if (const auto version = usual(protocol)) {
        return version;
    }
    if (protocol.size() > longest_protocol) {
        return std::nullopt;
    }
    if (protocol == "TLSv1/SSLv3") {
        const tls::SuiteInfo* const info = tls::find_suite(suite);
        return info != nullptr && info->lowest == ProtocolVersion::tls1_2 ? std::optional(info->lowest) : std::nullopt;
    }
    // GnuTLS in Exim: "TLS-1.0", "SSL3.0"; what is left is a name that tls knows.
    std::string name(protocol);
    std::erase(name, '-');
    if (name.starts_with("SSL") && name.ends_with(".0")) {
        name.resize(name.size() - 2);
    }
    return name.starts_with("0x") ? std::nullopt : tls::parse_version(name);
}

std::optional<Event> read_event(const Line& line)
{
    const std::string_view program = line.program;
    // Most lines are of Postfix's other daemons (cleanup, qmgr): out with them first.
    const std::size_t slash = program.rfind('/');
    if (slash != std::string_view::npos) {
        const std::string_view daemon = program.substr(slash + 1);
        switch (daemon.empty() ? ' ' : daemon[0]) {
            case 's':
                return daemon == "smtpd" || daemon == "smtp" ? std::optional(read_postfix(program, line.message))
                                                             : std::nullopt;
            case 'l':
            case 'p':
            case 't':
                return daemon == "lmtp" || daemon == "postscreen" || daemon == "tlsproxy"
                           ? std::optional(read_postfix(program, line.message))
                           : std::nullopt;
            default: return std::nullopt;
        }
    }
    if (program.starts_with("exim")) {
        return read_exim(line.message);
    }
    if (program == "smtpd") {
        return read_opensmtpd(line.message);
    }
    if (program == "sendmail" || program.starts_with("sm-")) {
        return read_sendmail(line.message);
    }
    return std::nullopt;
}

}  // namespace smtptls::log
