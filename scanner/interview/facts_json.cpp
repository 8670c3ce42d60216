#include "interview/facts_json.hpp"

#include "model_json/parts.hpp"

#include <string>

namespace smtptls::interview {
namespace {

model::ServerChoice decode_choice(const json::Node& node)
{
    node.demand_keys({"version", "suite", "flight_complete", "certificate_requested"});
    return {tls::ProtocolVersion{static_cast<std::uint16_t>(bounded(node.at("version"), 0, 0xffff))},
            tls::CipherSuite{static_cast<std::uint32_t>(bounded(node.at("suite"), 0, 0xffffff))},
            node.at("flight_complete").boolean(), node.at("certificate_requested").boolean()};
}

std::optional<model::ServerChoice> decode_choice_of(const json::Node& node)
{
    return node.has("choice") ? std::optional(decode_choice(node.at("choice"))) : std::nullopt;
}

tls::Alert decode_alert(const json::Node& node)
{
    return {tls::AlertLevel{static_cast<std::uint8_t>(bounded(node.at("level"), 0, 255))},
            tls::AlertDescription{static_cast<std::uint8_t>(bounded(node.at("description"), 0, 255))}};
}

model::Completed decode_completed(const json::Node& node)
{
    node.demand_keys({"kind", "choice", "group", "signature", "encrypt_then_mac"},
                     {"extended_master_secret", "refused"});
    model::Completed completed;
    completed.choice = decode_choice(node.at("choice"));
    completed.group = node.at("group").text();
    completed.signature = node.at("signature").text();
    if (node.has("extended_master_secret")) {
        completed.extended_master_secret = node.at("extended_master_secret").boolean();
    }
    completed.encrypt_then_mac = node.at("encrypt_then_mac").boolean();
    if (node.has("refused")) {
        const json::Node refused = node.at("refused");
        refused.demand_keys({"level", "description"});
        completed.refused = decode_alert(refused);
    }
    return completed;
}

model::AlertReceived decode_alert_received(const json::Node& node)
{
    node.demand_keys({"kind", "level", "description"}, {"choice"});
    const tls::Alert alert = decode_alert(node);
    return {alert.level, alert.description, decode_choice_of(node)};
}

}  // namespace

std::int64_t bounded(const json::Node& node, std::int64_t least, std::int64_t most)
{
    const std::int64_t number = node.number();
    if (number < least || number > most) {
        node.err("is not from " + std::to_string(least) + " to " + std::to_string(most));
        return least;
    }
    return number;
}

model::Outcome decode_facts(const json::Node& node)
{
    const std::string kind = node.at("kind").text();
    if (kind == "completed") {
        return decode_completed(node);
    }
    if (kind == "alert") {
        return decode_alert_received(node);
    }
    if (kind == "other_version") {
        node.demand_keys({"kind", "choice"});
        return model::OtherVersion{decode_choice(node.at("choice"))};
    }
    if (kind != "broken") {
        node.at("kind").err("is none of completed, alert, other_version and broken");
        return model::Broken{};
    }
    node.demand_keys({"kind", "failure"}, {"choice"});
    return model::Broken{model_json::decode_failure(node.at("failure")), decode_choice_of(node)};
}

}  // namespace smtptls::interview
