#include "report/log/event.hpp"

#include "report/log/tag.hpp"
#include "report/log/words.hpp"
#include "tls/cipher_suite.hpp"

#include <algorithm>
#include <array>
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

// Who writes the lines of a program. smtpd: Postfix where the journal names the file that runs, or OpenSMTPD.
enum class Dialect { none, postfix, smtpd, exim, sendmail, opensmtpd, dovecot };

bool is_postfix_daemon(std::string_view daemon)
{
    switch (daemon.empty() ? ' ' : daemon[0]) {
        case 's': return daemon == "smtpd" || daemon == "smtp";
        case 'l':
        case 'p':
        case 't': return daemon == "lmtp" || daemon == "postscreen" || daemon == "tlsproxy";
        default: return false;
    }
}

Dialect dialect_of(std::string_view program)
{
    // Most lines are of Postfix's other daemons (cleanup, qmgr): out with them first.
    const std::size_t slash = program.rfind('/');
    if (slash != std::string_view::npos) {
        return is_postfix_daemon(program.substr(slash + 1)) ? Dialect::postfix : Dialect::none;
    }
    if (program == "smtpd") {
        return Dialect::smtpd;
    }
    if (program.starts_with("exim")) {
        return Dialect::exim;
    }
    if (program.starts_with("sendmail") || program.starts_with("sm-")) {
        return Dialect::sendmail;
    }
    if (program == "dovecot" || program.starts_with("dovecot.") || program == "submission-login") {
        return Dialect::dovecot;
    }
    if (program.starts_with("opensmtpd")) {
        return Dialect::opensmtpd;
    }
    // The journal's unit of Postfix, and daemons by the file that runs.
    const bool unit = program.starts_with("postfix") && program.ends_with(".service");
    return unit || is_postfix_daemon(program) ? Dialect::postfix : Dialect::none;
}

// "5df87dbf30ab2c24 smtp ...", "smtp-in: ...", "info: ...": no message of Postfix begins so.
bool is_opensmtpd(std::string_view message)
{
    constexpr std::size_t id_size = 16;
    return message.starts_with("smtp-in: ") || message.starts_with("smtp-out: ") || message.starts_with("info: ") ||
           (message.size() > id_size && message[id_size] == ' ' &&
            message.substr(0, id_size).find_first_not_of("0123456789abcdef") == std::string_view::npos);
}

// Without "info ", "NOTICE: " or "debug ".
std::string_view without_word(std::string_view message)
{
    constexpr std::size_t longest = 8;
    const std::size_t blank = message.substr(0, longest).find(' ');
    if (blank == std::string_view::npos) {
        return message;
    }
    std::string_view word = message.substr(0, blank);
    if (word.ends_with(':')) {
        word.remove_suffix(1);
    }
    return word.size() > 3 && is_label(word) ? message.substr(blank + 1) : message;
}

// Templates and supervisors put a level in front of the message. Postfix's own "warning: " is the message's.
std::string_view without_level(std::string_view message)
{
    std::string_view rest = message;
    switch (message.empty() ? ' ' : message[0]) {
        case '[':
            // Solaris: "[ID 197553 mail.info] ".
            if (eat(rest, "[ID ")) {
                cut(rest, "] ");
                return rest;
            }
            return is_label(cut(rest, " ")) ? rest : message;
        case '<': return is_label(cut(rest, " ")) ? rest : message;
        case 'I':
        case 'i':
        case 'N':
        case 'n':
        case 'D':
        case 'd': return without_word(message);
        default: return message;
    }
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

bool is_mail_server(std::string_view program)
{
    return dialect_of(program) != Dialect::none;
}

bool smells_of_tls(std::string_view text)
{
    constexpr std::array<std::string_view, 4> smells = {
        "TLS connection established ", "TARTTLS=server, relay=", "TARTTLS=client, relay=", " tls ciphers="};
    return std::any_of(smells.begin(), smells.end(),
                       [text](std::string_view smell) { return text.find(smell) != std::string_view::npos; });
}

std::optional<Event> read_event(const Line& line)
{
    const Dialect dialect = dialect_of(line.program);
    if (dialect == Dialect::none) {
        return std::nullopt;
    }
    const std::string_view message = without_level(line.message);
    switch (dialect) {
        case Dialect::postfix: return read_postfix(line.program, message);
        case Dialect::smtpd:
            return is_opensmtpd(message) ? read_opensmtpd(message) : read_postfix(line.program, message);
        case Dialect::exim: return read_exim(message);
        case Dialect::sendmail: return read_sendmail(message);
        case Dialect::opensmtpd: return read_opensmtpd(message);
        case Dialect::dovecot: return read_dovecot(line.program, message);
        case Dialect::none: break;
    }
    return std::nullopt;
}

}  // namespace smtptls::log
