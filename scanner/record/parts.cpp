#include "record/parts.hpp"

#include "record/offer.hpp"

namespace smtptls::record {

tls::ProtocolVersion decode_version(const Node& node)
{
    const auto parse = [](std::string_view word) -> std::optional<tls::ProtocolVersion> {
        const auto version = tls::parse_version(word);
        return version && tls::format(*version) == word ? version : std::nullopt;
    };
    return node.parsed<tls::ProtocolVersion>(parse, tls::ProtocolVersion::tls1_2);
}

base::Failure decode_failure(const Node& node)
{
    node.demand_keys({"stage", "reason", "text"});
    return {node.at("stage").one_of(base::Stage::close), node.at("reason").one_of(base::Reason::local_error),
            node.at("text").untrusted()};
}

Json encode_failure(const base::Failure& failure)
{
    return {{"stage", format(failure.stage)}, {"reason", format(failure.reason)}, {"text", failure.text.escaped()}};
}

Json encode_target_failure(const model::TargetFailure& failure)
{
    return {{"target", base::UntrustedText(failure.target).escaped()}, {"failure", encode_failure(failure.failure)}};
}

std::vector<tls::CipherSuite> decode_offer(const Node& node, tls::ProtocolVersion version)
{
    const auto suites = parse_offer(node.view(), version);
    if (!suites) {
        node.err("is not a row of code points");
    }
    return suites.value_or(std::vector<tls::CipherSuite>());
}

std::vector<model::QuestionId> decode_evidence(const Node& node)
{
    std::vector<model::QuestionId> ids;
    for (const Node& element : node.elements()) {
        const std::int64_t id = element.number();
        if (id == 0 || id > UINT32_MAX) {
            element.err("is not the id of an exchange");
        }
        ids.push_back(static_cast<model::QuestionId>(id));
    }
    return ids;
}

std::string decode_escaped(const Node& node)
{
    node.untrusted();
    return base::unescape(node.text()).value_or("");
}

std::vector<std::pair<std::string, std::string>> decode_options(const Node& node)
{
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789-";
    std::vector<std::pair<std::string, std::string>> options;
    for (const Node& option : node.members()) {
        const std::string_view name = option.value().key();
        if (name.empty() || name.find_first_not_of(letters) != std::string_view::npos) {
            option.err("is no option: a name has lower-case letters, digits and hyphens");
            return {};
        }
        options.emplace_back(name, option.text());
    }
    return options;
}

}  // namespace smtptls::record
