#include "base/base64.hpp"
#include "interview/evidence_json.hpp"
#include "interview/examination_json.hpp"
#include "interview/focus_json.hpp"
#include "json/json.hpp"
#include "json/layout.hpp"
#include "model_json/offer.hpp"
#include "model_json/parts.hpp"

#include <algorithm>

namespace smtptls::interview {

using model::WireEvent;
using namespace model::evidence;

namespace {

bool is_plain(base::ByteView bytes)
{
    return std::ranges::all_of(bytes, [](std::uint8_t byte) {
        return (byte >= 0x20 && byte < 0x7f) || byte == '\r' || byte == '\n' || byte == '\t';
    });
}

// SMTP is to be read by people; the rest is base64.
json::Value encode_wire_event(const WireEvent& event)
{
    if (event.kind == WireEvent::Kind::closed) {
        return {{"end", "closed"}};
    }
    if (event.kind == WireEvent::Kind::broke) {
        return {{"end", event.reason == base::Reason::closed ? "closed_by_error" : format(event.reason)}};
    }
    const bool plain = is_plain(event.bytes);
    const std::string key = event.kind == WireEvent::Kind::sent ? "sent" : "got";
    json::Value out = json::Value::object();
    out[key + (plain ? "_text" : "")] =
        plain ? std::string(base::text_of(event.bytes)) : base::encode_base64(event.bytes);
    if (event.pieces.size() > 1) {
        out["pieces"] = event.pieces;
    }
    return out;
}

void put_wire(json::Value& out, const char* key, const model::Wire& wire)
{
    if (wire.events.empty() && wire.left_out == 0) {
        return;
    }
    json::Value& list = out[key] = json::Value::array();
    for (const WireEvent& event : wire.events) {
        list.push_back(encode_wire_event(event));
    }
    if (wire.left_out > 0) {
        list.push_back({{"left_out", wire.left_out}});
    }
}

json::Value encode_choice(const model::ServerChoice& choice)
{
    return {{"version", static_cast<std::uint16_t>(choice.version)},
            {"suite", static_cast<std::uint32_t>(choice.suite)},
            {"flight_complete", choice.flight_complete},
            {"certificate_requested", choice.certificate_requested}};
}

json::Value encode_alert(const tls::Alert& alert)
{
    return {{"level", static_cast<std::uint8_t>(alert.level)},
            {"description", static_cast<std::uint8_t>(alert.description)}};
}

void put_choice(json::Value& out, const std::optional<model::ServerChoice>& choice)
{
    if (choice) {
        out["choice"] = encode_choice(*choice);
    }
}

json::Value encode_schemes(const std::vector<tls::SignatureScheme>& schemes)
{
    json::Value out = json::Value::array();
    std::ranges::transform(schemes, std::back_inserter(out), [](tls::SignatureScheme one) { return tls::format(one); });
    return out;
}

// What OpenSSL made of a handshake. The outcomes of hellos follow from their bytes.
struct EncodeFacts {
    json::Value operator()(const model::Completed& completed) const
    {
        json::Value out = {{"kind", "completed"},
                           {"choice", encode_choice(completed.choice)},
                           {"group", completed.group},
                           {"signature", completed.signature}};
        if (completed.extended_master_secret) {
            out["extended_master_secret"] = *completed.extended_master_secret;
        }
        out["encrypt_then_mac"] = completed.encrypt_then_mac;
        if (completed.refused) {
            out["refused"] = encode_alert(*completed.refused);
        }
        return out;
    }
    json::Value operator()(const model::AlertReceived& alert) const
    {
        json::Value out = encode_alert({alert.level, alert.description});
        out["kind"] = "alert";
        put_choice(out, alert.choice);
        return out;
    }
    json::Value operator()(const model::OtherVersion& other) const
    {
        return {{"kind", "other_version"}, {"choice", encode_choice(other.choice)}};
    }
    json::Value operator()(const model::Broken& broken) const
    {
        json::Value out = {{"kind", "broken"}, {"failure", model_json::encode_failure(broken.failure)}};
        put_choice(out, broken.choice);
        return out;
    }
    template <typename Hello>
    json::Value operator()(const Hello&) const
    {
        return nullptr;
    }
};

// Most hellos are none: then nothing is said of it.
void put_trial(json::Value& out, const tls::HelloTrial& trial)
{
    if (trial != tls::HelloTrial()) {
        out["trial"] = {{"grease", trial.grease},
                        {"unknown_extension", trial.unknown_extension},
                        {"without_name", trial.without_name},
                        {"size", trial.size}};
    }
}

void put_question(json::Value& out, const model::Asked& asked)
{
    const auto* const hello = std::get_if<model::HelloQuestion>(&asked);
    out["question"] = hello != nullptr ? "hello" : "handshake";
    out["version"] = tls::format(model::version_of(asked));
    out["offered"] = model_json::encode_offer(model::suites_of(asked));
    if (hello != nullptr) {
        out["extensions"] = extension_words.at(static_cast<std::size_t>(hello->extensions));
        put_trial(out, hello->trial);
    } else {
        const auto& handshake = std::get<model::HandshakeQuestion>(asked);
        out["dialogue"] = handshake.dialogue;
        if (handshake.mute) {
            out["mute"] = true;
        }
        if (!handshake.schemes.empty()) {
            out["schemes"] = encode_schemes(handshake.schemes);
        }
        if (handshake.name != model::NameSent::usual) {
            out["name"] = model::format(handshake.name);
        }
    }
}

void put_trace(json::Value& out, const model::Trace& trace)
{
    if (trace.unconnected) {
        out["unconnected"] = model_json::encode_failure(*trace.unconnected);
        return;
    }
    out["source_port"] = trace.source_port;
    put_wire(out, "before_tls", trace.before_tls);
    put_wire(out, "tls", trace.tls);
    put_wire(out, "inside_tls", trace.inside_tls);
    if (!trace.chain.empty()) {
        json::Value& chain = out["chain"] = json::Value::array();
        std::ranges::transform(trace.chain, std::back_inserter(chain), base::encode_base64);
    }
    if (!trace.staple.empty()) {
        out["staple"] = base::encode_base64(trace.staple);
    }
    if (!trace.key_log.empty()) {
        out["key_log"] = trace.key_log;
    }
}

json::Value encode_endpoint(const model::Endpoint& endpoint)
{
    json::Value out = {{"host", endpoint.host},
                       {"address", endpoint.address.format()},
                       {"port", endpoint.port},
                       {"tls", model::format(endpoint.mode)},
                       {"port_chosen_by_us", endpoint.port_chosen_by_us},
                       {"family_chosen_by_us", endpoint.family_chosen_by_us}};
    if (!endpoint.unicode_host.empty()) {
        out["host_unicode"] = endpoint.unicode_host;
    }
    if (!endpoint.server_name.empty()) {
        out["sni"] = endpoint.server_name;
    }
    if (endpoint.role) {
        out["role"] = model::format(*endpoint.role);
    }
    return out;
}

struct EncodeEvent {
    std::map<model::Endpoint, std::size_t>& numbers;

    json::Value operator()(const Begun& begun) const
    {
        json::Value options = json::Value::object();
        for (const auto& [name, value] : begun.options) {
            options[name] = value;
        }
        json::Value targets = json::Value::array();
        std::ranges::transform(begun.targets, std::back_inserter(targets), base::escaped);
        json::Value speakable = json::Value::object();
        for (const auto& [version, suites] : begun.speakable) {
            speakable[tls::format(version)] = model_json::encode_offer(suites);
        }
        return {
            {"event", "scan"},
            {"format", evidence_format},
            {"format_version", evidence_version},
            {"scanner",
             {{"name", "smtptls-scan"}, {"version", begun.program_version}, {"tls_library", begun.library_version}}},
            {"started", begun.started},
            {"options", options},
            {"targets", targets},
            {"probes", begun.probes},
            {"ehlo", begun.ehlo_name},
            {"sni", begun.server_name},
            {"confirm", begun.confirm},
            {"double_check", {{"cells", begun.double_check}, {"seed", begun.double_check_seed}}},
            {"speakable", speakable},
            {"schemes", encode_schemes(begun.schemes)}};
    }
    json::Value operator()(const Found& found) const
    {
        json::Value out = {{"event", "target"}, {"target", found.target + 1}};
        if (found.failure) {
            out["failure"] = model_json::encode_failure(*found.failure);
        }
        json::Value endpoints = json::Value::array();
        for (const model::Endpoint& endpoint : found.endpoints) {
            numbers.emplace(endpoint, numbers.size() + 1);
            endpoints.push_back(encode_endpoint(endpoint));
        }
        out["endpoints"] = std::move(endpoints);
        if (!found.focus_of.empty()) {
            out["focuses"] = json::Value::array();
            for (const model::Focus& focus : found.focuses) {
                out["focuses"].push_back(encode_focus(focus));
            }
            out["focus_of"] = found.focus_of;
        }
        return out;
    }
    json::Value operator()(const Asked& asked) const
    {
        return {{"event", "ask"}, {"endpoint", numbers.at(asked.endpoint)}, {"room", asked.room}, {"ids", asked.ids}};
    }
    json::Value operator()(const Learnt& learnt) const
    {
        const model::Answer& answer = learnt.answer;
        json::Value out = {{"event", "exchange"},
                           {"endpoint", numbers.at(learnt.endpoint)},
                           {"id", answer.question.id},
                           {"purpose", learnt.purpose}};
        put_question(out, answer.question.asked);
        out["at"] = answer.at;
        out["started_ms"] = answer.started_ms;
        out["duration_ms"] = answer.duration_ms;
        out["source_address"] = answer.source_address;
        put_trace(out, answer.trace.value_or(model::Trace()));
        if (std::holds_alternative<model::HandshakeQuestion>(answer.question.asked)) {
            out["facts"] = std::visit(EncodeFacts(), answer.outcome);
        }
        out["outcome"] = learnt.outcome;
        return out;
    }
    json::Value operator()(const Examined& examined) const
    {
        json::Value out = {{"event", "examination"}, {"endpoint", numbers.at(examined.endpoint)}};
        out.update(encode_examination(examined.examination));
        return out;
    }
    json::Value operator()(const Left& left) const
    {
        json::Value out = {{"event", "endpoint_end"},
                           {"endpoint", numbers.at(left.endpoint)},
                           {"status", model::format(left.status)},
                           {"connections", left.connections}};
        for (std::size_t state = 0; state < left.cells.size(); ++state) {
            out[std::string(format(static_cast<model::CellState>(state)))] = left.cells[state];
        }
        out["duration_ms"] = left.duration_ms;
        return out;
    }
    json::Value operator()(const Ended& ended) const
    {
        return {{"event", "end"},
                {"finished", ended.finished},
                {"duration_ms", ended.duration_ms},
                {"interruption", model::format(ended.interruption)},
                {"sha256", ended.sha256}};
    }
};

}  // namespace

std::string EvidenceEncoder::encode(const Event& event)
{
    return json::one_line(std::visit(EncodeEvent{numbers_}, event)) + "\n";
}

std::string_view before_digest(std::string_view line, const Ended& ended)
{
    const std::size_t at = line.rfind(ended.sha256 + "\"}");
    return line.substr(0, at);
}

}  // namespace smtptls::interview
