#include "record/mail_log_json.hpp"

#include <nlohmann/json.hpp>

namespace smtptls::record {
namespace {

using Json = nlohmann::ordered_json;
using model::MailLog;

Json encode_time(const std::optional<model::LogTime>& time)
{
    return time ? Json(model::format(*time)) : Json();
}

Json encode_split(const model::VersionSplit& split)
{
    return {{"below", split.below}, {"enough", split.enough}, {"unknown", split.unknown}};
}

Json encode_uses(const std::vector<model::TlsUse>& uses)
{
    Json out = Json::array();
    for (const model::TlsUse& use : uses) {
        out.push_back({{"version", use.version ? Json(tls::format(*use.version)) : Json()},
                       {"protocol", use.protocol.escaped()},
                       {"suite", use.suite.escaped()},
                       {"sessions", use.sessions}});
    }
    return out;
}

Json encode_service(const model::MailService& service)
{
    Json failures = Json::array();
    for (const model::FailureCount& failure : service.failures) {
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

Json encode_impact(const MailLog& log, const model::DirectionImpact& impact)
{
    Json services = Json::array();
    for (const model::ServiceImpact& one : impact.services) {
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

Json encode_not_kept(const model::NotKept& rest)
{
    return {{"sessions", rest.sessions},
            {"below", rest.below},
            {"peers_estimated", rest.peers},
            {"peers_below_estimated", rest.peers_below}};
}

Json encode_peer(const MailLog& log, const model::MailPeer& peer, const model::PeerLoss* loss)
{
    const model::MailService& service = log.services[peer.service];
    Json out = {{"direction", format(service.direction)},
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

Json encode_head(const MailLog& log, std::string_view program_version)
{
    Json sources = Json::array();
    for (const model::LogSource& source : log.sources) {
        Json one = {{"name", source.name.escaped()}};
        if (!source.problem.empty()) {
            one["problem"] = source.problem.escaped();
        }
        sources.push_back(std::move(one));
    }
    Json services = Json::array();
    for (const model::MailService& service : log.services) {
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
        {"malformed", log.malformed},
        {"over_long", log.over_long},
        {"early", log.early},
        {"evicted", log.evicted},
        {"first", encode_time(log.span.first)},
        {"last", encode_time(log.span.last)},
        {"services", services},
        {"impact", {{"inbound", encode_impact(log, log.impact[0])}, {"outbound", encode_impact(log, log.impact[1])}}},
        {"not_kept", {{"inbound", encode_not_kept(log.not_kept[0])}, {"outbound", encode_not_kept(log.not_kept[1])}}}};
}

}  // namespace

void encode(const model::MailLog& log, std::string_view program_version,
            const std::function<void(std::string_view)>& sink)
{
    std::string head = encode_head(log, program_version).dump(2);
    head.resize(head.rfind('}') - 1);  // the document goes on with its peers
    sink(head + ",\n  \"peers\": [");
    std::vector<const model::PeerLoss*> losses(log.peers.size());
    for (const model::DirectionImpact& impact : log.impact) {
        for (const model::PeerLoss& loss : impact.losses) {
            losses[loss.peer] = &loss;
        }
    }
    for (std::size_t i = 0; i < log.peers.size(); ++i) {
        sink((i == 0 ? "\n    " : ",\n    ") + encode_peer(log, log.peers[i], losses[i]).dump());
    }
    sink(log.peers.empty() ? "]\n}\n" : "\n  ]\n}\n");
}

}  // namespace smtptls::record
