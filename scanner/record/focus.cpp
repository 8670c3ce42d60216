#include "record/focus.hpp"

#include "record/offer.hpp"

#include <algorithm>

namespace smtptls::record {
namespace {

using model::Mark;
using tls::ProtocolVersion;

constexpr std::size_t most_marks = 4096;

using Suites = std::map<ProtocolVersion, std::vector<tls::CipherSuite>>;

// The suites of one mark.
Suites decode_mark(const Node& node)
{
    Suites suites;
    for (const Node& offer : node.members()) {
        const auto version = tls::parse_version(offer.value().key());
        if (!version || tls::format(*version) != offer.value().key()) {
            node.err("has a key that is no version");
            return {};
        }
        const auto list = parse_offer(offer.view(), *version);
        if (!list) {
            offer.err("is no list of suites of that version");
            return {};
        }
        suites[*version] = *list;
    }
    return suites;
}

}  // namespace

Json encode_focus(const model::Focus& focus)
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
    Json marks = Json::array();
    for (const Suites& one : by_mark) {
        Json versions = Json::object();
        for (const auto& [version, suites] : one) {
            versions[tls::format(version)] = encode_offer(suites);
        }
        marks.push_back(std::move(versions));
    }
    return {{"asked_for", focus.asked_for}, {"marks", std::move(marks)}};
}

model::Focus decode_focus(const Node& node)
{
    node.demand_keys({"asked_for", "marks"});
    model::Focus focus;
    for (const Node& name : node.at("asked_for").elements()) {
        focus.asked_for.push_back(name.text());
    }
    const Node list = node.at("marks");
    const Elements marks = list.elements();
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

}  // namespace smtptls::record
