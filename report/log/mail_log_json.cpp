#include "report/log/mail_log_json.hpp"

#include "json/json.hpp"
#include "json/layout.hpp"

namespace smtptls::log {
namespace {

json::Value encode_time(const std::optional<LogTime>& time)
{
    return time ? json::Value(format(*time)) : json::Value();
}

json::Value encode_split(const VersionSplit& split)
{
    return {{"below", split.below}, {"enough", split.enough}, {"unknown", split.unknown}};
}

json::Value encode_uses(const std::vector<TlsUse>& uses)
{
    json::Value out = json::Value::array();
    for (const TlsUse& use : uses) {
        out.push_back({{"version", use.version ? json::Value(tls::format(*use.version)) : json::Value()},
                       {"protocol", use.protocol.escaped()},
                       {"suite", use.suite.escaped()},
                       {"sessions", use.sessions}});
    }
    return out;
}

json::Value encode_service(const MailService& service)
{
    json::Value failures = json::Value::array();
    for (const FailureCount& failure : service.failures) {
        failures.push_back({{"reason", failure.reason.escaped()}, {"count", failure.count}});
    }
    return {{"name", service.name.escaped()},
            {"mailer", format(service.mailer)},
            {"direction", format(service.direction)},
            {"peers", service.peers},
            {"sessions", encode_split(service.split)},
            {"clear", service.clear},
            {"failed", service.failed},
            {"reused", service.reused},
            {"unlogged", service.unlogged},
            {"uses", encode_uses(service.uses)},
            {"failures", failures}};
}

json::Value encode_impact(const MailLog& log, const DirectionImpact& impact)
{
    json::Value services = json::Value::array();
    for (const ServiceImpact& one : impact.services) {
        services.push_back({{"service", log.services[one.service].name.escaped()},
                            {"peers", one.peers},
                            {"cut", one.cut},
                            {"mixed", one.mixed},
                            {"then", format(one.then)},
                            {"why", one.why},
                            {"own_side", format(one.own_side)}});
    }
    return {{"peers", impact.peers},
            {"cut", impact.cut},
            {"mixed", impact.mixed},
            {"cut_sessions", impact.cut_sessions},
            {"sessions", encode_split(impact.split)},
            {"php_may_be", impact.php_may_be},
            {"services", services}};
}

json::Value encode_not_kept(const NotKept& rest)
{
    return {{"sessions", rest.sessions},
            {"below", rest.below},
            {"peers_estimated", rest.peers},
            {"peers_below_estimated", rest.peers_below}};
}

json::Value encode_peer(const MailLog& log, const MailPeer& peer, const PeerLoss* loss)
{
    const MailService& service = log.services[peer.service];
    json::Value out = {{"direction", format(service.direction)},
                       {"service", service.name.escaped()},
                       {"name", peer.name.escaped()},
                       {"address", peer.address.escaped()},
                       {"login", peer.login.escaped()},
                       {"helo", peer.helo.escaped()},
                       {"sessions", encode_split(peer.split)},
                       {"clear", peer.clear},
                       {"failed", peer.failed},
                       {"first", encode_time(peer.span.first)},
                       {"last", encode_time(peer.span.last)},
                       {"first_below", encode_time(peer.below.first)},
                       {"last_below", encode_time(peer.below.last)},
                       {"uses", encode_uses(peer.uses)}};
    if (loss != nullptr) {
        out["loss"] = format(loss->kind);
        out["then"] = format(loss->then);
    }
    return out;
}

json::Value encode_head(const MailLog& log, std::string_view program_version)
{
    json::Value sources = json::Value::array();
    for (const LogSource& source : log.sources) {
        json::Value one = {{"name", source.name.escaped()}};
        if (!source.problem.empty()) {
            one["problem"] = source.problem.escaped();
        }
        sources.push_back(std::move(one));
    }
    json::Value services = json::Value::array();
    for (const MailService& service : log.services) {
        services.push_back(encode_service(service));
    }
    return {
        {"format", "smtptls-scan log"},
        {"schema_version", log_schema_version},
        {"scanner", {{"name", "smtptls-scan"}, {"version", program_version}}},
        {"complete", log.complete()},
        {"sources", sources},
        {"below", tls::format(log.below)},
        {"lines", log.lines},
        {"bytes", log.bytes},
        {"mail_lines", log.mail_lines},
        {"malformed", log.malformed},
        {"over_long", log.over_long},
        {"early", log.early},
        {"ignored", log.ignored},
        {"evicted", log.evicted},
        {"first", encode_time(log.span.first)},
        {"last", encode_time(log.span.last)},
        {"services", services},
        {"impact", {{"inbound", encode_impact(log, log.impact[0])}, {"outbound", encode_impact(log, log.impact[1])}}},
        {"not_kept", {{"inbound", encode_not_kept(log.not_kept[0])}, {"outbound", encode_not_kept(log.not_kept[1])}}}};
}

}  // namespace

void write_json(const MailLog& log, std::string_view program_version, const std::function<void(std::string_view)>& sink)
{
    json::Document document(sink);
    const json::Value head = encode_head(log, program_version);
    for (const auto& [name, value] : head.items()) {
        document.member(name, value);
    }
    document.begin_list("peers");
    std::vector<const PeerLoss*> losses(log.peers.size());
    for (const DirectionImpact& impact : log.impact) {
        for (const PeerLoss& loss : impact.losses) {
            losses[loss.peer] = &loss;
        }
    }
    for (std::size_t i = 0; i < log.peers.size(); ++i) {
        document.add(encode_peer(log, log.peers[i], losses[i]));
    }
    document.end_list();
    document.end();
}

}  // namespace smtptls::log
