#include "report/log/format.hpp"

#include <algorithm>
#include <array>

namespace smtptls::log {
namespace {

using model::MailLog;
using model::MailPeer;
using model::PeerLoss;

constexpr std::string_view header =
    "direction,mailer,service,name,address,login,helo,what,version,protocol,suite,count,first,last,first_below,last_"
    "below,loss,then\r\n";

bool is_formula(std::string_view text)
{
    const std::size_t start = text.find_first_not_of(' ');
    text = start == std::string_view::npos ? std::string_view() : text.substr(start);
    constexpr std::array<std::string_view, 8> signs = {"=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"};
    return std::ranges::any_of(signs, [text](std::string_view sign) { return text.starts_with(sign); });
}

std::string time_cell(const std::optional<model::LogTime>& time)
{
    return time ? model::format(*time) : "";
}

// The cells that all lines of a peer begin with.
std::string front(const MailLog& log, const MailPeer& peer)
{
    const model::MailService& service = log.services[peer.service];
    std::string out(format(service.direction));
    out.append(",").append(format(service.mailer));
    for (const base::UntrustedText* const text : {&service.name, &peer.name, &peer.address, &peer.login, &peer.helo}) {
        out.append(",").append(csv_cell(text->escaped()));
    }
    return out + ",";
}

}  // namespace

std::string csv_cell(std::string_view text)
{
    std::string out = is_formula(text) ? "'" : "";
    out += text;
    if (out.find_first_of(",\"\r\n") == std::string::npos && !out.starts_with(' ') && !out.ends_with(' ')) {
        return out;
    }
    std::string quoted = "\"";
    for (const char c : out) {
        quoted += c == '"' ? "\"\"" : std::string(1, c);
    }
    return quoted + "\"";
}

void write_csv(const model::MailLog& log, const Sink& sink)
{
    sink(header);
    std::vector<const PeerLoss*> losses(log.peers.size());
    for (const model::DirectionImpact& impact : log.impact) {
        for (const PeerLoss& loss : impact.losses) {
            losses[loss.peer] = &loss;
        }
    }
    for (std::size_t i = 0; i < log.peers.size(); ++i) {
        const MailPeer& peer = log.peers[i];
        const std::string begin = front(log, peer);
        std::string end = "," + time_cell(peer.span.first) + "," + time_cell(peer.span.last);
        end += "," + time_cell(peer.below.first) + "," + time_cell(peer.below.last);
        end.append(",").append(losses[i] != nullptr ? format(losses[i]->kind) : "");
        end.append(",").append(losses[i] != nullptr ? format(losses[i]->then) : "").append("\r\n");
        for (const model::TlsUse& use : peer.uses) {
            std::string line = begin + "tls," + (use.version ? tls::format(*use.version) : "") + ",";
            line += csv_cell(use.protocol.escaped()) + "," + csv_cell(use.suite.escaped()) + ",";
            sink(line + std::to_string(use.sessions) + end);
        }
        if (peer.clear > 0) {
            sink(begin + "clear,,,," + std::to_string(peer.clear) + end);
        }
        if (peer.failed > 0) {
            sink(begin + "failed,,,," + std::to_string(peer.failed) + end);
        }
    }
}

}  // namespace smtptls::log
