#include "report/policy/cbom.hpp"

#include "base/untrusted_text.hpp"
#include "json/json.hpp"
#include "json/layout.hpp"
#include "report/policy/seen.hpp"

#include <algorithm>
#include <array>

namespace smtptls::policy {
namespace {

using json::Value;
using model::Fact;

// "TLS 1.2" -> "1.2": section cryptoProperties.protocolProperties.version.
std::string number_of(tls::ProtocolVersion version)
{
    const std::string name(tls::format(version));
    return name.substr(name.find(' ') + 1);
}

// The bytes of its code: two, or three of SSL 2.
Value identifiers_of(tls::CipherSuite suite)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto code = static_cast<std::uint32_t>(suite);
    Value bytes = Value::array();
    for (int shift = tls::is_ssl2(suite) ? 16 : 8; shift >= 0; shift -= 8) {
        const std::uint32_t byte = (code >> static_cast<unsigned>(shift)) & 0xffU;
        bytes.push_back(std::string("0x") + digits[byte >> 4U] + digits[byte & 0xfU]);
    }
    return bytes;
}

Value asset(const std::string& reference, const std::string& name, const std::string& type, Value properties)
{
    const std::string member =
        type == "related-crypto-material" ? "relatedCryptoMaterialProperties" : type + "Properties";
    return {{"type", "cryptographic-asset"},
            {"bom-ref", reference},
            {"name", name},
            {"cryptoProperties", {{"assetType", type}, {member, std::move(properties)}}}};
}

void add_protocols(const model::EndpointResult& result, const std::string& place, Value& components)
{
    for (const tls::ProtocolVersion version : tls::all_versions) {
        Value suites = Value::array();
        for (const model::CellView& cell : result.matrix.cells()) {
            if (cell.version == version && cell.state == model::CellState::accepted) {
                suites.push_back({{"name", tls::format(cell.suite)}, {"identifiers", identifiers_of(cell.suite)}});
            }
        }
        if (!suites.empty()) {
            const std::string name(tls::format(version));
            components.push_back(asset(place + " " + name, name, "protocol",
                                       {{"type", version < tls::ProtocolVersion::tls1_0 ? "other" : "tls"},
                                        {"version", number_of(version)},
                                        {"cipherSuites", std::move(suites)}}));
        }
    }
}

void add_certificate(const Leaf& leaf, const Seen& seen, const std::string& place, Value& components)
{
    const std::string reference = place + " certificate " + leaf.subject;
    const std::string key = reference + " key";
    const std::string signature = reference + " signature";
    const auto text = [&](Fact fact) { return base::shown(seen.text(fact, leaf.subject)); };
    Value properties = {{"subjectName", text(Fact::certificate_subject)},
                        {"issuerName", text(Fact::certificate_issuer)}};
    for (const auto& [member, when] :
         {std::pair("notValidBefore", leaf.not_before), std::pair("notValidAfter", leaf.not_after)}) {
        if (!when.empty()) {
            properties[member] = base::shown(when);
        }
    }
    properties["signatureAlgorithmRef"] = signature;
    properties["subjectPublicKeyRef"] = key;
    properties["certificateFormat"] = "X.509";
    components.push_back(asset(reference, text(Fact::certificate_subject), "certificate", std::move(properties)));
    Value material = {{"type", "public-key"}};
    if (leaf.key_bits) {
        material["size"] = *leaf.key_bits;
    }
    components.push_back(asset(key, text(Fact::certificate_key_type), "related-crypto-material", std::move(material)));
    components.push_back(
        asset(signature, text(Fact::certificate_signature_algorithm), "algorithm", {{"primitive", "signature"}}));
}

Value property(const std::string& name, const std::string& value)
{
    return {{"name", "smtptls-scan:" + name}, {"value", value}};
}

}  // namespace

std::string cbom_component(const model::EndpointResult& endpoint)
{
    const std::string place = base::escaped(endpoint.endpoint.host) + " " + model::format(endpoint.endpoint) + " " +
                              std::string(format(endpoint.endpoint.mode));
    Value components = Value::array();
    add_protocols(endpoint, place, components);
    const Seen seen(endpoint, "");
    for (const Leaf& leaf : seen.leaves()) {
        add_certificate(leaf, seen, place, components);
    }
    Value component = {{"type", "application"}, {"bom-ref", place}, {"name", place}};
    component["properties"] = {property("status", std::string(format(endpoint.status)))};
    if (!components.empty()) {
        component["components"] = std::move(components);
    }
    const std::array<Value, 1> one = {std::move(component)};
    return json::elements_text(one);
}

std::string cbom(const model::ScanHead& scan, const base::Spool& pieces)
{
    std::string out;
    const base::Sink sink = [&out](std::string_view text) { out += text; };
    json::Document document(sink);
    document.member("bomFormat", "CycloneDX");
    document.member("specVersion", "1.6");
    document.member("version", 1);
    const Value tool = {{"type", "application"}, {"name", "smtptls-scan"}, {"version", scan.program_version}};
    document.member("metadata", {{"timestamp", scan.started}, {"tools", {{"components", Value::array({tool})}}}});
    document.begin_list("components");
    pieces.give([&document](std::string_view piece) { document.add_text(piece); });
    document.end_list();
    document.end();
    return out;
}

}  // namespace smtptls::policy
