#include "interview/examination_json.hpp"

#include "json/json.hpp"
#include "model_json/parts.hpp"

namespace smtptls::interview {
namespace {

using model::RevocationWord;

constexpr std::size_t most_words = 16;  // a staple, two responders, two lists

json::Value encode_word(const RevocationWord& word)
{
    json::Value out = {{"source", model::format(word.source)}, {"state", model::format(word.state)}};
    const auto put = [&out](const char* key, const std::string& text) {
        if (!text.empty()) {
            out[key] = text;
        }
    };
    put("url", word.url.escaped());
    put("words", word.words.escaped());
    put("this_update", word.this_update);
    put("next_update", word.next_update);
    return out;
}

RevocationWord decode_word(const json::Node& node)
{
    node.demand_keys({"source", "state"}, {"url", "words", "this_update", "next_update"});
    RevocationWord word;
    word.source = node.at("source").one_of(model::RevocationSource::crl);
    word.state = node.at("state").one_of(model::RevocationState::unusable);
    const auto untrusted = [&node](const char* key) {
        return node.has(key) ? node.at(key).untrusted() : base::UntrustedText();
    };
    word.url = untrusted("url");
    word.words = untrusted("words");
    word.this_update = node.has("this_update") ? node.at("this_update").text() : "";
    word.next_update = node.has("next_update") ? node.at("next_update").text() : "";
    return word;
}

}  // namespace

json::Value encode_examination(const model::Examination& examination)
{
    json::Value out = {{"sha256", examination.sha256}};
    if (examination.trust) {
        out["trust"] = {{"trusted", examination.trust->trusted},
                        {"fault", examination.trust->fault.escaped()},
                        {"anchor", examination.trust->anchor.escaped()}};
    }
    if (examination.names_host) {
        out["names_host"] = *examination.names_host;
    }
    for (const RevocationWord& word : examination.revocation) {
        out["revocation"].push_back(encode_word(word));
    }
    return out;
}

model::Examination decode_examination(const json::Node& node)
{
    node.demand_keys({"event", "endpoint", "sha256"}, {"trust", "names_host", "revocation"});
    model::Examination examination;
    examination.sha256 = node.at("sha256").text();
    if (node.has("trust")) {
        const json::Node trust = node.at("trust");
        trust.demand_keys({"trusted", "fault", "anchor"});
        examination.trust =
            model::Trust{trust.at("trusted").boolean(), trust.at("fault").untrusted(), trust.at("anchor").untrusted()};
    }
    if (node.has("names_host")) {
        examination.names_host = node.at("names_host").boolean();
    }
    if (node.has("revocation")) {
        for (const json::Node& word : node.at("revocation").elements()) {
            examination.revocation.push_back(decode_word(word));
        }
    }
    if (examination.revocation.size() > most_words) {
        node.at("revocation").err("is longer than any that is written");
    }
    return examination;
}

}  // namespace smtptls::interview
