#include "model_json/endpoint.hpp"

#include "json/json.hpp"
#include "model_json/offer.hpp"
#include "model_json/parts.hpp"

#include <algorithm>

namespace smtptls::model_json {
namespace {

using json::Node;
using json::Value;

constexpr std::string_view of_certificates = "certificate.";

struct EncodeValue {
    Value operator()(const base::UntrustedText& value) const { return value.escaped(); }
    Value operator()(const std::vector<base::UntrustedText>& values) const
    {
        Value out = Value::array();
        for (const base::UntrustedText& value : values) {
            out.push_back(value.escaped());
        }
        return out;
    }
    template <typename Plain>
    Value operator()(const Plain& value) const
    {
        return value;
    }
};

Value encode_observation(const model::Observation& observation)
{
    Value out = {{"id", format(observation.id)}};
    if (!observation.subject.empty()) {
        out["subject"] = observation.subject;
    }
    out["value"] = std::visit(EncodeValue(), observation.value);
    if (!observation.evidence.empty()) {
        out["evidence"] = observation.evidence;
    }
    return out;
}

// A certificate's observations, which have the same subject and rest on the same exchanges, as one object.
std::vector<Value> encode_certificates(const std::vector<model::Observation>& observations)
{
    std::vector<Value> all;
    const std::string* subject = nullptr;
    for (const model::Observation& one : observations) {
        if (!is_of_certificate(one.id)) {
            continue;
        }
        if (subject == nullptr || *subject != one.subject) {
            subject = &one.subject;
            all.push_back({{"id", one.subject}});
        }
        Value& certificate = all.back();
        certificate.erase("evidence");
        certificate[std::string(format(one.id).substr(of_certificates.size()))] = std::visit(EncodeValue(), one.value);
        certificate["evidence"] = one.evidence;
    }
    for (Value& one : all) {
        if (one.contains("sha256") && one["sha256"] == one["id"]) {
            one.erase("id");
        }
    }
    return all;
}

void put_certificates(const std::vector<model::Observation>& observations, Value& endpoint)
{
    std::vector<Value> all = encode_certificates(observations);
    if (all.empty()) {
        return;
    }
    endpoint["certificate"] = std::move(all.front());
    for (std::size_t i = 1; i < all.size(); ++i) {
        endpoint["more_certificates"].push_back(std::move(all[i]));
    }
}

model::Fact decode_fact(const Node& node, std::string_view id)
{
    const auto fact = model::parse_fact(id);
    if (!fact) {
        node.err(base::UntrustedText(id).escaped() +
                 " is no observation that this program knows: a newer one may have written it");
    }
    return fact.value_or(model::Fact());
}

model::Value decode_value(const Node& node, model::FactType type)
{
    switch (type) {
        case model::FactType::boolean: return node.boolean();
        case model::FactType::integer: return node.integer();
        case model::FactType::text: return node.untrusted();
        case model::FactType::texts: break;
    }
    std::vector<base::UntrustedText> texts;
    for (const Node& element : node.elements()) {
        texts.push_back(element.untrusted());
    }
    return texts;
}

model::Observation decode_fact_of_certificate(const Node& value, const std::string& subject)
{
    const model::Fact fact = decode_fact(value, std::string(of_certificates) + std::string(value.key()));
    return {fact, subject, decode_value(value, model::info_of(fact).type), {}};
}

void decode_certificate(const Node& node, std::vector<model::Observation>& observations)
{
    const std::string subject = node.at(node.has("id") ? "id" : "sha256").text();
    for (const Node& value : node.members()) {
        const bool known = value.key() == "id" || value.key() == "evidence" ||
                           model::parse_fact(std::string(of_certificates) + std::string(value.key()));
        if (!known) {
            node.err("has an unknown key " + base::UntrustedText(value.key()).escaped());
        }
    }
    const auto evidence = decode_evidence(node.at("evidence"));
    for (const Node& value : node.members()) {
        if (value.key() != "id" && value.key() != "evidence") {
            observations.push_back(decode_fact_of_certificate(value, subject));
            observations.back().evidence = evidence;
        }
    }
}

Value encode_exchange(const model::Exchange& exchange)
{
    return {{"id", exchange.id},
            {"purpose", exchange.purpose},
            {"question", exchange.handshake ? "handshake" : "hello"},
            {"version", tls::format(exchange.version)},
            {"offered", encode_offer(exchange.offered)},
            {"outcome", exchange.outcome},
            {"started_ms", exchange.started_ms},
            {"duration_ms", exchange.duration_ms}};
}

// The versions of which a suite is accepted.
std::vector<std::string> accepted_versions(const model::Matrix& matrix)
{
    std::vector<std::string> names;
    for (const tls::ProtocolVersion version : matrix.versions()) {
        if (matrix.count(version, model::CellState::accepted) > 0) {
            names.push_back(tls::format(version));
        }
    }
    return names;
}

Value encode_end(const model::EndpointResult& result)
{
    constexpr std::size_t most_members = 24;
    Value out = json::object(most_members);
    json::put(out, "host", result.endpoint.host);
    if (!result.endpoint.unicode_host.empty()) {
        out["host_unicode"] = result.endpoint.unicode_host;
    }
    json::put(out, "address", result.endpoint.address.format());
    json::put(out, "port", result.endpoint.port);
    json::put(out, "tls", model::format(result.endpoint.mode));
    if (!result.endpoint.server_name.empty()) {
        out["sni"] = result.endpoint.server_name;
    }
    if (result.endpoint.role) {
        out["role"] = model::format(*result.endpoint.role);
    }
    out["status"] = model::format(result.status);
    if (result.failure) {
        out["failure"] = encode_failure(*result.failure);
    }
    if (!result.source_address.empty()) {
        out["source_address"] = result.source_address;
    }
    if (!result.asked_for.empty()) {
        out["asked_for"] = encode_texts(result.asked_for);
    }
    return out;
}

}  // namespace

Value encode_endpoint(const model::EndpointResult& result, const Detail& detail)
{
    Value out = encode_end(result);
    out["versions"] = accepted_versions(result.matrix);
    put_certificates(result.observations, out);
    out["connections"] = result.connections;
    out["handshakes"] = result.handshakes;
    out["duration_ms"] = result.duration_ms;
    out["coverage"] = encode_coverage(result.matrix);
    encode_matrix(result.matrix, detail, out);
    Value& observations = out["observations"] = Value::array();
    for (const model::Observation& one : result.observations) {
        if (!is_of_certificate(one.id)) {
            observations.push_back(encode_observation(one));
        }
    }
    // A scan that was saved without them has none to list.
    if (detail.exchanges && result.exchanges.size() == result.connections) {
        Value& exchanges = out["exchanges"] = Value::array();
        std::ranges::transform(result.exchanges, std::back_inserter(exchanges), encode_exchange);
    }
    return out;
}

model::EndpointResult decode_end(const Node& node)
{
    model::EndpointResult result;
    result.endpoint = decode_place(node);
    result.status = node.at("status").one_of(model::EndpointStatus::failed);
    if (node.has("failure")) {
        result.failure = decode_failure(node.at("failure"));
    }
    if (node.has("source_address")) {
        result.source_address = node.at("source_address").text();
    }
    if (node.has("asked_for")) {
        result.asked_for = decode_texts(node.at("asked_for"));
    }
    result.connections = static_cast<std::size_t>(node.at("connections").number());
    result.duration_ms = node.at("duration_ms").number();
    return result;
}

model::Observation decode_observation(const Node& node)
{
    node.demand_keys({"id", "value"}, {"subject", "evidence"});
    const model::Fact fact = decode_fact(node.at("id"), node.at("id").view());
    return {fact, node.has("subject") ? node.at("subject").text() : "",
            decode_value(node.at("value"), model::info_of(fact).type),
            node.has("evidence") ? decode_evidence(node.at("evidence")) : std::vector<model::QuestionId>()};
}

model::Exchange decode_exchange(const Node& node)
{
    node.demand_keys({"id", "purpose", "question", "version", "offered", "outcome", "started_ms", "duration_ms"});
    model::Exchange exchange;
    exchange.id = static_cast<model::QuestionId>(node.at("id").number());
    exchange.purpose = node.at("purpose").text();
    exchange.handshake = node.at("question").is("handshake");
    if (!exchange.handshake && !node.at("question").is("hello")) {
        node.at("question").err("is neither hello nor handshake");
    }
    exchange.version = decode_version(node.at("version"));
    exchange.offered = decode_offer(node.at("offered"), exchange.version);
    exchange.outcome = node.at("outcome").text();
    exchange.started_ms = node.at("started_ms").number();
    exchange.duration_ms = node.at("duration_ms").number();
    return exchange;
}

model::EndpointResult decode_endpoint(const Node& node)
{
    node.demand_keys({"host", "address", "port", "tls", "status", "versions", "connections", "handshakes",
                      "duration_ms", "coverage", "observations"},
                     {"host_unicode", "sni", "role", "failure", "source_address", "asked_for", "certificate",
                      "more_certificates", "suites", "matrix", "not_tested", "exchanges"});
    model::EndpointResult result = decode_end(node);
    if (node.has("sni")) {
        result.endpoint.server_name = node.at("sni").text();
    }
    if (node.has("role")) {
        result.endpoint.role = node.at("role").one_of(model::Role::submissions);
    }
    result.handshakes = static_cast<std::size_t>(node.at("handshakes").number());
    result.matrix = decode_matrix(node);
    check_coverage(node.at("coverage"), result.matrix);
    if (decode_texts(node.at("versions")) != accepted_versions(result.matrix)) {
        node.at("versions").err("are not those of which the matrix has an accepted suite");
    }
    if (node.has("certificate")) {
        decode_certificate(node.at("certificate"), result.observations);
    }
    if (node.has("more_certificates")) {
        for (const Node& one : node.at("more_certificates").elements()) {
            decode_certificate(one, result.observations);
        }
    }
    for (const Node& one : node.at("observations").elements()) {
        result.observations.push_back(decode_observation(one));
    }
    if (node.has("exchanges")) {
        for (const Node& one : node.at("exchanges").elements()) {
            result.exchanges.push_back(decode_exchange(one));
        }
    }
    return result;
}

}  // namespace smtptls::model_json
