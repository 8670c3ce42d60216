#include "base/csv.hpp"
#include "report/log/format.hpp"

namespace smtptls::log {
namespace {

using base::csv_cell;

constexpr std::string_view header =
    "direction,mailer,service,name,address,login,helo,what,version,protocol,suite,count,first,last,first_below,last_"
    "below,loss,then\r\n";

std::string time_cell(const std::optional<LogTime>& time)
{
    return time ? format(*time) : "";
}

// The cells that all lines of a peer begin with.
std::string front(const MailLog& log, const MailPeer& peer)
{
    const MailService& service = log.services[peer.service];
    std::string out(format(service.direction));
    out.append(",").append(format(service.mailer));
    for (const base::UntrustedText* const text : {&service.name, &peer.name, &peer.address, &peer.login, &peer.helo}) {
        out.append(",").append(csv_cell(text->escaped()));
    }
    return out + ",";
}

}  // namespace

void write_csv(const MailLog& log, const Sink& sink)
{
    sink(header);
    std::vector<const PeerLoss*> losses(log.peers.size());
    for (const DirectionImpact& impact : log.impact) {
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
        for (const TlsUse& use : peer.uses) {
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
