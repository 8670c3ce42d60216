#include "interview/focus_json.hpp"

#include "json/json.hpp"

#include "model_json/offer.hpp"

#include <algorithm>

namespace smtptls::interview {
namespace {

using model::Mark;
using tls::ProtocolVersion;

constexpr std::size_t most_marks = 4096;

using Suites = std::map<ProtocolVersion, std::vector<tls::CipherSuite>>;

// The suites of one mark.
Suites decode_mark(const json::Node& node)
{
    Suites suites;
    for (const json::Node& offer : node.members()) {
        const auto version = tls::parse_version(offer.key());
        if (!version || tls::format(*version) != offer.key()) {
            node.err("has a key that is no version");
            return {};
        }
        const auto list = model_json::parse_offer(offer.view(), *version);
        if (!list) {
            offer.err("is no list of suites of that version");
            return {};
        }
        suites[*version] = *list;
    }
    return suites;
}

}  // namespace

json::Value encode_focus(const model::Focus& focus)
{
    std::vector<Suites> by_mark;
    for (const auto& [version, suites] : focus.marks) {
        for (const auto& [suite, marks] : suites) {
            for (const Mark mark : marks) {
                by_mark.resize(std::max<std::size_t>(by_mark.size(), mark + std::size_t{1}));
                by_mark[mark][version].push_back(suite);
            }
        }
    }
    json::Value marks = json::Value::array();
    for (const Suites& one : by_mark) {
        json::Value versions = json::Value::object();
        for (const auto& [version, suites] : one) {
            versions[tls::format(version)] = model_json::encode_offer(suites);
        }
        marks.push_back(std::move(versions));
    }
    return {{"asked_for", focus.asked_for}, {"certificates", focus.certificates}, {"marks", std::move(marks)}};
}

model::Focus decode_focus(const json::Node& node)
{
    node.demand_keys({"asked_for", "certificates", "marks"});
    model::Focus focus;
    focus.certificates = node.at("certificates").boolean();
    for (const json::Node& name : node.at("asked_for").elements()) {
        focus.asked_for.push_back(name.text());
    }
    const json::Node list = node.at("marks");
    const auto marks = list.elements();
    if (marks.size() > most_marks || focus.asked_for.empty()) {
        node.err(focus.asked_for.empty() ? "is asked for by nobody" : "has more marks than any that is read");
        return {};
    }
    for (std::size_t mark = 0; mark < marks.size(); ++mark) {
        for (const auto& [version, suites] : decode_mark(marks[mark])) {
            for (const tls::CipherSuite suite : suites) {
                focus.marks[version][suite].push_back(static_cast<Mark>(mark));
            }
        }
    }
    return focus;
}

}  // namespace smtptls::interview
