#include "model_json/side_by_side.hpp"

#include "json/json.hpp"
#include "model_json/parts.hpp"

#include <algorithm>
#include <iterator>

namespace smtptls::model_json {
namespace {

using json::Node;

json::Value encode_certificate_compared(const model::ComparedCertificate& one)
{
    return {{"sha256", base::shown(one.sha256)},  {"subject", one.subject.escaped()},
            {"key", base::shown(one.key)},        {"not_after", base::shown(one.not_after)},
            {"places", encode_texts(one.places)}, {"place_count", one.place_count}};
}

model::ComparedCertificate decode_certificate_compared(const Node& node)
{
    node.demand_keys({"sha256", "subject", "key", "not_after", "places", "place_count"});
    return {node.at("sha256").text(),        node.at("subject").untrusted(),
            node.at("key").text(),           node.at("not_after").text(),
            decode_texts(node.at("places")), static_cast<std::size_t>(node.at("place_count").number())};
}

json::Value encode_difference(const model::Difference& one)
{
    json::Value out = {{"of", format(one.of)}};
    if (!one.version.empty()) {
        out["version"] = one.version;
    }
    out["items"] = encode_texts(one.items);
    out["at"] = encode_texts(one.at);
    out["not_at"] = encode_texts(one.not_at);
    if (!one.not_known_at.empty()) {
        out["not_known_at"] = encode_texts(one.not_known_at);
    }
    return out;
}

model::Difference decode_difference(const Node& node)
{
    node.demand_keys({"of", "items", "at", "not_at"}, {"version", "not_known_at"});
    return {node.at("of").one_of(model::Compared::dates),
            node.has("version") ? std::string(tls::format(decode_version(node.at("version")))) : "",
            decode_texts(node.at("items")),
            decode_texts(node.at("at")),
            decode_texts(node.at("not_at")),
            node.has("not_known_at") ? decode_texts(node.at("not_known_at")) : std::vector<std::string>()};
}

json::Value encode_name(const model::ComparedName& one)
{
    json::Value out = {{"name", base::shown(one.name)}, {"endpoints", encode_texts(one.endpoints)}};
    json::Value& others = out["not_compared"] = json::Value::array();
    for (const model::NotCompared& other : one.not_compared) {
        others.push_back({{"endpoint", base::shown(other.endpoint)}, {"failure", encode_failure(other.failure)}});
    }
    json::Value& differences = out["differences"] = json::Value::array();
    std::ranges::transform(one.differences, std::back_inserter(differences), encode_difference);
    return out;
}

model::ComparedName decode_name(const Node& node)
{
    node.demand_keys({"name", "endpoints", "not_compared", "differences"});
    model::ComparedName out{node.at("name").text(), decode_texts(node.at("endpoints")), {}, {}};
    for (const Node& other : node.at("not_compared").elements()) {
        other.demand_keys({"endpoint", "failure"});
        out.not_compared.push_back({other.at("endpoint").text(), decode_failure(other.at("failure"))});
    }
    for (const Node& one : node.at("differences").elements()) {
        out.differences.push_back(decode_difference(one));
    }
    return out;
}

json::Value encode_key(const model::KeyUse& one)
{
    return {{"spki_sha256", base::shown(one.spki_sha256)},
            {"certificates", encode_texts(one.certificates)},
            {"names", one.names}};
}

model::KeyUse decode_key(const Node& node)
{
    node.demand_keys({"spki_sha256", "certificates", "names"});
    return {node.at("spki_sha256").text(), decode_texts(node.at("certificates")),
            static_cast<std::size_t>(node.at("names").number())};
}

json::Value encode_factor(const model::SharedFactor& one)
{
    return {{"certificates", {base::shown(one.first), base::shown(one.second)}},
            {"bits", one.bits},
            {"whole_modulus", one.whole}};
}

model::SharedFactor decode_factor(const Node& node)
{
    node.demand_keys({"certificates", "bits", "whole_modulus"});
    const std::vector<std::string> certificates = decode_texts(node.at("certificates"));
    if (certificates.size() != 2) {
        node.at("certificates").err("is not two");
        return {};
    }
    return {certificates[0], certificates[1], node.at("bits").number(), node.at("whole_modulus").boolean()};
}

template <typename Items, typename Encode>
json::Value encode_list(const Items& items, Encode encode)
{
    json::Value out = json::Value::array();
    std::ranges::transform(items, std::back_inserter(out), encode);
    return out;
}

std::string note_of(const std::string& note)
{
    return base::shown(note);
}

}  // namespace

json::Value encode_side_by_side(const model::SideBySide& all)
{
    return {{"names", encode_list(all.names, encode_name)},
            {"keys", encode_list(all.keys, encode_key)},
            {"shared_factors", encode_list(all.shared_factors, encode_factor)},
            {"certificates", encode_list(all.certificates, encode_certificate_compared)},
            {"notes", encode_texts(all.notes)}};
}

model::SideBySide decode_side_by_side(const Node& node)
{
    node.demand_keys({"names", "keys", "shared_factors", "certificates", "notes"});
    model::SideBySide out;
    const auto decode_list = [&node](const char* name, auto decode, auto& list) {
        for (const Node& one : node.at(name).elements()) {
            list.push_back(decode(one));
        }
    };
    decode_list("names", decode_name, out.names);
    decode_list("keys", decode_key, out.keys);
    decode_list("shared_factors", decode_factor, out.shared_factors);
    decode_list("certificates", decode_certificate_compared, out.certificates);
    out.notes = decode_texts(node.at("notes"));
    return out;
}

std::vector<json::Value> side_by_side_parts(const model::SideBySide& all)
{
    std::vector<json::Value> parts;
    const auto add = [&parts](const char* name, const auto& list, auto encode) {
        for (const auto& one : list) {
            parts.push_back({{name, encode(one)}});
        }
    };
    add("name", all.names, encode_name);
    add("key", all.keys, encode_key);
    add("shared_factor", all.shared_factors, encode_factor);
    add("certificate", all.certificates, encode_certificate_compared);
    add("note", all.notes, note_of);
    return parts;
}

void decode_part(const Node& node, model::SideBySide& all)
{
    if (node.has("name")) {
        all.names.push_back(decode_name(node.at("name")));
    } else if (node.has("key")) {
        all.keys.push_back(decode_key(node.at("key")));
    } else if (node.has("shared_factor")) {
        all.shared_factors.push_back(decode_factor(node.at("shared_factor")));
    } else if (node.has("certificate")) {
        all.certificates.push_back(decode_certificate_compared(node.at("certificate")));
    } else {
        all.notes.push_back(node.at("note").text());
    }
}

}  // namespace smtptls::model_json
