// Reads what evidence_encode.cpp writes. Strict: nothing is left out, and nothing is there that is not read.
#include "base/base64.hpp"
#include "interview/evidence_json.hpp"
#include "interview/examination_json.hpp"
#include "interview/facts_json.hpp"
#include "interview/focus_json.hpp"
#include "json/json.hpp"
#include "json/parse.hpp"
#include "model_json/parts.hpp"

#include <algorithm>

namespace smtptls::interview {

using model::WireEvent;
using namespace model::evidence;

namespace {

constexpr std::int64_t most_port = 65535;
constexpr std::int64_t most_targets = std::int64_t{1} << 32U;
constexpr std::int64_t most_room = 1000;
constexpr std::int64_t last_second = 253402300799;  // of the year 9999: no certificate says more
constexpr std::int64_t most_left_out = std::int64_t{1} << 53U;
constexpr std::size_t most_chain = 64;

base::Bytes decode_base64(const json::Node& node)
{
    auto bytes = base::decode_base64(node.text());
    if (!bytes) {
        node.err("is not base64");
    }
    return bytes ? *std::move(bytes) : base::Bytes();
}

// What was said, in the clear: with its line ends.
base::Bytes decode_plain(const json::Node& node)
{
    const base::ByteView bytes = base::bytes_of(node.raw());
    return {bytes.begin(), bytes.end()};
}

void decode_received(const json::Node& node, base::ByteView bytes, model::Wire& wire)
{
    if (!node.has("pieces")) {
        wire.received(bytes);
        return;
    }
    for (const json::Node& piece : node.at("pieces").elements()) {
        const auto size = static_cast<std::size_t>(piece.number());
        if (size == 0 || size > bytes.size()) {
            piece.err("is not the size of a piece of this");
            return;
        }
        wire.received(bytes.first(size));
        bytes = bytes.subspan(size);
    }
    if (!bytes.empty()) {
        node.at("pieces").err("are less than the whole");
    }
}

void decode_end(const json::Node& node, model::Wire& wire)
{
    if (node.is("closed")) {
        wire.ended(WireEvent::Kind::closed);
    } else if (node.is("closed_by_error")) {
        wire.ended(WireEvent::Kind::broke, base::Reason::closed);
    } else {
        wire.ended(WireEvent::Kind::broke, node.one_of(base::Reason::local_error));
    }
}

void decode_wire_event(const json::Node& node, model::Wire& wire)
{
    if (node.has("end")) {
        node.demand_keys({"end"});
        decode_end(node.at("end"), wire);
    } else if (node.has("left_out")) {
        node.demand_keys({"left_out"});
        if (wire.left_out > 0) {
            node.err("is the second of its kind");
        }
        wire.left_out = static_cast<std::uint64_t>(bounded(node.at("left_out"), 1, most_left_out));
    } else if (node.has("sent") || node.has("sent_text")) {
        const bool plain = node.has("sent_text");
        node.demand_keys({plain ? "sent_text" : "sent"});
        wire.sent(plain ? decode_plain(node.at("sent_text")) : decode_base64(node.at("sent")));
    } else {
        const bool plain = node.has("got_text");
        node.demand_keys({plain ? "got_text" : "got"}, {"pieces"});
        decode_received(node, plain ? decode_plain(node.at("got_text")) : decode_base64(node.at("got")), wire);
    }
}

model::Wire decode_wire(const json::Node& exchange, std::string_view key)
{
    model::Wire wire;
    if (exchange.has(key)) {
        for (const json::Node& event : exchange.at(key).elements()) {
            decode_wire_event(event, wire);
        }
    }
    return wire;
}

tls::HelloTrial decode_trial(const json::Node& node)
{
    if (!node.has("trial")) {
        return {};
    }
    constexpr std::int64_t longest = 16000;  // in one record
    const json::Node trial = node.at("trial");
    trial.demand_keys({"grease", "unknown_extension", "without_name", "size"});
    return {trial.at("grease").boolean(), trial.at("unknown_extension").boolean(), trial.at("without_name").boolean(),
            static_cast<std::uint16_t>(bounded(trial.at("size"), 0, longest))};
}

std::vector<tls::SignatureScheme> decode_schemes(const json::Node& node)
{
    std::vector<tls::SignatureScheme> schemes;
    for (const json::Node& one : node.elements()) {
        if (const auto scheme = tls::parse_scheme(one.text())) {
            schemes.push_back(*scheme);
        } else {
            one.err("is no signature scheme");
        }
    }
    return schemes;
}

model::Asked decode_question(const json::Node& node)
{
    const tls::ProtocolVersion version = model_json::decode_version(node.at("version"));
    std::vector<tls::CipherSuite> suites = model_json::decode_offer(node.at("offered"), version);
    const std::string kind = node.at("question").text();
    if (kind == "handshake") {
        const bool mute = node.has("mute") && node.at("mute").boolean();
        const model::NameSent name =
            node.has("name") ? node.at("name").one_of(model::NameSent::other) : model::NameSent::usual;
        return model::HandshakeQuestion{
            version,
            std::move(suites),
            node.at("dialogue").boolean(),
            mute,
            node.has("schemes") ? decode_schemes(node.at("schemes")) : std::vector<tls::SignatureScheme>(),
            name};
    }
    if (kind != "hello") {
        node.at("question").err("is neither hello nor handshake");
    }
    const auto set = std::ranges::find(extension_words, node.at("extensions").text());
    if (set == extension_words.end()) {
        node.at("extensions").err("is none of full, few and none");
        return model::HelloQuestion{};
    }
    return model::HelloQuestion{version, std::move(suites),
                                static_cast<tls::ExtensionSet>(set - extension_words.begin()), decode_trial(node)};
}

model::Trace decode_trace(const json::Node& node)
{
    model::Trace trace;
    if (node.has("unconnected")) {
        trace.unconnected = model_json::decode_failure(node.at("unconnected"));
    }
    if (node.has("source_port")) {
        trace.source_port = static_cast<std::uint16_t>(bounded(node.at("source_port"), 0, most_port));
    }
    trace.before_tls = decode_wire(node, "before_tls");
    trace.tls = decode_wire(node, "tls");
    trace.inside_tls = decode_wire(node, "inside_tls");
    if (node.has("chain")) {
        for (const json::Node& certificate : node.at("chain").elements()) {
            trace.chain.push_back(decode_base64(certificate));
        }
    }
    if (trace.chain.size() > most_chain) {
        node.at("chain").err("is longer than any that is read");
    }
    if (node.has("staple")) {
        trace.staple = decode_base64(node.at("staple"));
    }
    if (node.has("key_log")) {
        for (const json::Node& line : node.at("key_log").elements()) {
            trace.key_log.push_back(line.text());
        }
    }
    return trace;
}

std::uint32_t uint32_of(const json::Node& node)
{
    const std::int64_t number = node.number();
    if (number > UINT32_MAX) {
        node.err("is too large");
    }
    return static_cast<std::uint32_t>(number);
}

Begun decode_begun(const json::Node& node)
{
    node.demand_keys({"event", "format", "format_version", "scanner", "started", "options", "targets", "probes", "ehlo",
                      "sni", "confirm", "double_check", "speakable", "schemes"});
    const json::Node scanner = node.at("scanner");
    scanner.demand_keys({"name", "version", "tls_library"});
    Begun begun;
    begun.program_version = scanner.at("version").text();
    begun.library_version = scanner.at("tls_library").text();
    begun.started = node.at("started").text();
    begun.options = model_json::decode_options(node.at("options"));
    for (const json::Node& target : node.at("targets").elements()) {
        begun.targets.push_back(model_json::decode_escaped(target));
    }
    for (const json::Node& probe : node.at("probes").elements()) {
        begun.probes.push_back(probe.text());
    }
    begun.ehlo_name = node.at("ehlo").text();
    begun.server_name = node.at("sni").text();
    begun.confirm = node.at("confirm").text();
    const json::Node check = node.at("double_check");
    check.demand_keys({"cells", "seed"});
    begun.double_check = uint32_of(check.at("cells"));
    begun.double_check_seed = uint32_of(check.at("seed"));
    begun.schemes = decode_schemes(node.at("schemes"));
    const json::Node speakable = node.at("speakable");
    for (const json::Node& offer : speakable.members()) {
        const auto version = tls::parse_version(offer.key());
        if (!version || tls::format(*version) != offer.key()) {
            speakable.err("has a key that is no version");
            break;
        }
        begun.speakable[*version] = model_json::decode_offer(offer, *version);
    }
    return begun;
}

model::Endpoint decode_endpoint(const json::Node& node)
{
    node.demand_keys({"host", "address", "port", "tls", "port_chosen_by_us", "family_chosen_by_us"},
                     {"host_unicode", "sni", "role"});
    const auto address = model::IpAddress::parse(node.at("address").text());
    if (!address || address->format() != node.at("address").text()) {
        node.at("address").err("is not an address");
    }
    model::Endpoint endpoint{node.at("host").text(),
                             address.value_or(model::IpAddress()),
                             static_cast<std::uint16_t>(bounded(node.at("port"), 1, most_port)),
                             node.at("tls").one_of(model::TlsMode::implicit),
                             node.at("port_chosen_by_us").boolean(),
                             node.at("family_chosen_by_us").boolean()};
    endpoint.unicode_host = model_json::decode_unicode_host(node);
    if (node.has("sni")) {
        endpoint.server_name = node.at("sni").text();
    }
    if (node.has("role")) {
        endpoint.role = node.at("role").one_of(model::Role::submissions);
    }
    return endpoint;
}

// `focuses` were told before.
Found decode_found(const json::Node& node, std::size_t focuses)
{
    node.demand_keys({"event", "target", "endpoints"}, {"failure", "focuses", "focus_of"});
    Found found{.target = static_cast<std::size_t>(bounded(node.at("target"), 1, most_targets)) - 1};
    if (node.has("failure")) {
        found.failure = model_json::decode_failure(node.at("failure"));
    }
    for (const json::Node& one : node.at("endpoints").elements()) {
        found.endpoints.push_back(decode_endpoint(one));
    }
    if (!node.has("focus_of")) {
        return found;
    }
    for (const json::Node& one : node.at("focuses").elements()) {
        found.focuses.push_back(decode_focus(one));
    }
    for (const json::Node& one : node.at("focus_of").elements()) {
        found.focus_of.push_back(static_cast<std::size_t>(one.number()));
        if (found.focus_of.back() >= focuses + found.focuses.size()) {
            one.err("is none of the focuses");
        }
    }
    if (found.focus_of.size() != found.endpoints.size()) {
        node.at("focus_of").err("has not one number for each endpoint");
    }
    return found;
}

model::QuestionId decode_id(const json::Node& node)
{
    return static_cast<model::QuestionId>(bounded(node, 1, UINT32_MAX));
}

Asked decode_asked(const json::Node& node, const model::Endpoint& endpoint)
{
    node.demand_keys({"event", "endpoint", "room", "ids"});
    Asked asked{endpoint, static_cast<std::size_t>(bounded(node.at("room"), 1, most_room)), {}};
    for (const json::Node& id : node.at("ids").elements()) {
        asked.ids.push_back(decode_id(id));
    }
    return asked;
}

Learnt decode_learnt(const json::Node& node, const model::Endpoint& endpoint)
{
    node.demand_keys({"event", "endpoint", "id", "purpose", "question", "version", "offered", "at", "started_ms",
                      "duration_ms", "source_address", "outcome"},
                     {"extensions", "trial", "dialogue", "mute", "unconnected", "source_port", "before_tls", "tls",
                      "inside_tls", "chain", "staple", "key_log", "schemes", "name", "facts"});
    Learnt learnt;
    learnt.endpoint = endpoint;
    model::Answer& answer = learnt.answer;
    answer.question.id = decode_id(node.at("id"));
    learnt.purpose = node.at("purpose").text();
    answer.question.asked = decode_question(node);
    answer.at = bounded(node.at("at"), 0, last_second);
    answer.started_ms = node.at("started_ms").number();
    answer.duration_ms = node.at("duration_ms").number();
    answer.source_address = node.at("source_address").text();
    answer.trace = decode_trace(node);
    if (std::holds_alternative<model::HandshakeQuestion>(answer.question.asked)) {
        const json::Node facts = node.at("facts");
        answer.outcome = facts.is_null() ? model::Outcome(model::Broken()) : decode_facts(facts);
    }
    learnt.outcome = node.at("outcome").text();
    return learnt;
}

Left decode_left(const json::Node& node, const model::Endpoint& endpoint)
{
    node.demand_keys({"event", "endpoint", "status", "connections", "accepted", "rejected", "inconclusive",
                      "not_tested", "duration_ms"});
    Left left;
    left.endpoint = endpoint;
    left.status = node.at("status").one_of(model::EndpointStatus::failed);
    left.connections = static_cast<std::size_t>(node.at("connections").number());
    for (std::size_t state = 0; state < left.cells.size(); ++state) {
        const std::string_view key = format(static_cast<model::CellState>(state));
        left.cells[state] = static_cast<std::size_t>(node.at(key).number());
    }
    left.duration_ms = node.at("duration_ms").number();
    return left;
}

Ended decode_ended(const json::Node& node)
{
    node.demand_keys({"event", "finished", "duration_ms", "interruption", "sha256"});
    return {node.at("finished").text(), node.at("duration_ms").number(),
            node.at("interruption").one_of(model::Interruption::max_time), node.at("sha256").text()};
}

// The endpoint of an event about one.
model::Endpoint endpoint_of(const json::Node& node, const std::vector<model::Endpoint>& endpoints)
{
    const std::int64_t number = node.at("endpoint").number();
    const bool known = number > 0 && static_cast<std::uint64_t>(number) <= endpoints.size();
    if (!known) {
        node.at("endpoint").err("is the number of none");
    }
    return known ? endpoints[static_cast<std::size_t>(number) - 1] : model::Endpoint();
}

std::optional<Event> decode_event(const json::Node& node, const std::vector<model::Endpoint>& endpoints,
                                  std::size_t focuses)
{
    const std::string word = node.at("event").text();
    if (word == "scan") {
        return decode_begun(node);
    }
    if (word == "target") {
        return decode_found(node, focuses);
    }
    if (word == "ask") {
        return decode_asked(node, endpoint_of(node, endpoints));
    }
    if (word == "exchange") {
        return decode_learnt(node, endpoint_of(node, endpoints));
    }
    if (word == "examination") {
        return Examined{endpoint_of(node, endpoints), decode_examination(node)};
    }
    if (word == "endpoint_end") {
        return decode_left(node, endpoint_of(node, endpoints));
    }
    if (word == "end") {
        return decode_ended(node);
    }
    node.at("event").err(base::UntrustedText(word).escaped() + " is no event");
    return std::nullopt;
}

// Of a first line, of which nothing more is known than that it is one.
std::string refusal_of_version(const json::Node& node)
{
    const json::Node version = node.at("format_version");
    const std::string writer = node.at("scanner").at("version").text();
    const std::string reads = "this program reads version " + std::to_string(evidence_version);
    if (writer.empty() || !version.is_number()) {
        return "this evidence has no format_version that is known; " + reads;
    }
    const std::string release = "smtptls-scan " + base::UntrustedText(writer).escaped();
    return "this evidence was written by " + release + " (evidence version " + std::to_string(version.number()) +
           "); " + reads + ": use " + release + " to rebuild it";
}

}  // namespace

base::Expected<Event, std::string> EvidenceReader::decode(std::string_view line)
{
    using Failed = base::Unexpected<std::string>;
    const auto value = json::parse(line);
    if (!value) {
        return Failed(value.error().starts_with("not JSON") ? "is not JSON" : value.error());
    }
    json::Reading reading(*value);
    const json::Node node = reading.node();
    if (!begun_ && !node.at("format").is(evidence_format)) {
        return Failed("is not the beginning of a scan's evidence");
    }
    if (!begun_ && !node.at("format_version").is(evidence_version)) {
        return Failed(refusal_of_version(node));
    }
    auto event = decode_event(node, endpoints_, focuses_);
    if (!event || !reading.error().empty()) {
        return Failed(reading.error());
    }
    begun_ = true;
    if (const auto* const found = std::get_if<Found>(&*event)) {
        endpoints_.insert(endpoints_.end(), found->endpoints.begin(), found->endpoints.end());
        focuses_ += found->focuses.size();
    }
    return *std::move(event);
}

}  // namespace smtptls::interview
