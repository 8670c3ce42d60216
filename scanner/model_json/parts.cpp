#include "model_json/parts.hpp"

#include "json/json.hpp"
#include "model/idn.hpp"
#include "model_json/offer.hpp"

namespace smtptls::model_json {

tls::ProtocolVersion decode_version(const json::Node& node)
{
    const auto parse = [](std::string_view word) -> std::optional<tls::ProtocolVersion> {
        const auto version = tls::parse_version(word);
        return version && tls::format(*version) == word ? version : std::nullopt;
    };
    return node.parsed<tls::ProtocolVersion>(parse, tls::ProtocolVersion::tls1_2);
}

base::Failure decode_failure(const json::Node& node)
{
    node.demand_keys({"stage", "reason", "text"});
    return {node.at("stage").one_of(base::Stage::close), node.at("reason").one_of(base::Reason::local_error),
            node.at("text").untrusted()};
}

json::Value encode_failure(const base::Failure& failure)
{
    return {{"stage", format(failure.stage)}, {"reason", format(failure.reason)}, {"text", failure.text.escaped()}};
}

json::Value encode_target_failure(const model::TargetFailure& failure)
{
    return {{"target", base::UntrustedText(failure.target).escaped()}, {"failure", encode_failure(failure.failure)}};
}

std::vector<tls::CipherSuite> decode_offer(const json::Node& node, tls::ProtocolVersion version)
{
    const auto suites = parse_offer(node.view(), version);
    if (!suites) {
        node.err("is not a row of code points");
    }
    return suites.value_or(std::vector<tls::CipherSuite>());
}

std::vector<model::QuestionId> decode_evidence(const json::Node& node)
{
    std::vector<model::QuestionId> ids;
    const std::vector<json::Node> elements = node.elements();
    if (elements.size() > model::Matrix::most) {
        node.err("has more exchanges than can be kept");
        return ids;
    }
    for (const json::Node& element : elements) {
        const std::int64_t id = element.number();
        if (id == 0 || id > UINT32_MAX) {
            element.err("is not the id of an exchange");
        }
        ids.push_back(static_cast<model::QuestionId>(id));
    }
    return ids;
}

std::string decode_escaped(const json::Node& node)
{
    node.untrusted();
    return base::unescape(node.text()).value_or("");
}

std::vector<std::pair<std::string, std::string>> decode_options(const json::Node& node)
{
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789-";
    std::vector<std::pair<std::string, std::string>> options;
    for (const json::Node& option : node.members()) {
        const std::string_view name = option.key();
        if (name.empty() || name.find_first_not_of(letters) != std::string_view::npos) {
            option.err("is no option: a name has lower-case letters, digits and hyphens");
            return {};
        }
        options.emplace_back(name, option.text());
    }
    return options;
}

std::string decode_unicode_host(const json::Node& node)
{
    if (!node.has("host_unicode")) {
        return "";
    }
    const std::string written = node.at("host_unicode").text();
    return written == model::unicode_host(node.at("host").text()) ? written : "";
}

model::Endpoint decode_place(const json::Node& node)
{
    model::Endpoint endpoint;
    endpoint.host = node.at("host").text();
    endpoint.unicode_host = decode_unicode_host(node);
    const auto address = model::IpAddress::parse(node.at("address").text());
    if (!address) {
        node.at("address").err("is not an address");
    }
    endpoint.address = address.value_or(model::IpAddress());
    constexpr std::int64_t most_port = 65535;
    const std::int64_t port = node.at("port").number();
    if (port == 0 || port > most_port) {
        node.at("port").err("is not a port");
    }
    endpoint.port = static_cast<std::uint16_t>(port);
    endpoint.mode = node.at("tls").one_of(model::TlsMode::implicit);
    return endpoint;
}

json::Value encode_options(const std::vector<std::pair<std::string, std::string>>& options)
{
    json::Value out = json::Value::object();
    for (const auto& [name, value] : options) {
        out[name] = value;
    }
    return out;
}

json::Value encode_texts(const std::vector<std::string>& texts)
{
    json::Value out = json::Value::array();
    for (const std::string& text : texts) {
        out.push_back(base::shown(text));
    }
    return out;
}

std::vector<std::string> decode_texts(const json::Node& node)
{
    std::vector<std::string> texts;
    for (const json::Node& one : node.elements()) {
        texts.push_back(one.text());
    }
    return texts;
}

}  // namespace smtptls::model_json
