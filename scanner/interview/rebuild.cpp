#include "interview/rebuild.hpp"

#include "base/text_layout.hpp"
#include "interview/replay.hpp"

#include <algorithm>
#include <array>

namespace smtptls::interview {
namespace {

using model::evidence::Asked;
using model::evidence::Begun;
using model::evidence::Ended;
using model::evidence::Examined;
using model::evidence::Found;
using model::evidence::Learnt;
using model::evidence::Left;
using Problem = std::optional<std::string>;

std::optional<model::Confirm> confirm_of(const std::string& word)
{
    const auto* const found =
        std::ranges::find(model::all_confirms, word, [](model::Confirm confirm) { return model::format(confirm); });
    return found == model::all_confirms.end() ? std::nullopt : std::optional(*found);
}

std::string listed(const std::vector<model::QuestionId>& ids)
{
    std::string text;
    for (const model::QuestionId id : ids) {
        text += (text.empty() ? "" : ", ") + std::to_string(id);
    }
    return text.empty() ? "none" : text;
}

std::string probe_list(const std::vector<std::string>& names)
{
    return names.empty() ? "none" : base::escaped(base::joined(names));
}

std::string release_of(const std::string& program_version)
{
    return "smtptls-scan " + base::UntrustedText(program_version).escaped();
}

std::string refusal_of_probes(const Begun& begun)
{
    const std::string release = release_of(begun.program_version);
    return "this evidence was written by " + release + " with the probes " + probe_list(begun.probes) +
           "; this program has " + probe_list(probe_names()) + ": use " + release + " to rebuild it";
}

}  // namespace

// For what the bytes do not decide: whether the file was changed, or another program asked.
std::string Rebuild::or_other_probes(const std::string& sentence) const
{
    const std::string release = release_of(result_.program_version);
    return sentence + ". If nobody changed the file, its writer's probes ask otherwise: use " + release +
           " to rebuild it";
}

Problem Rebuild::take(const Event& event)
{
    if (ended_) {
        return "something comes behind the scan's end";
    }
    if (!begun_ && !std::holds_alternative<Begun>(event)) {
        return "the beginning is missing";
    }
    return std::visit([this](const auto& one) { return learn(one); }, event);
}

Problem Rebuild::learn(const Begun& begun)
{
    const auto confirm = confirm_of(begun.confirm);
    if (begun_ || !confirm) {
        return begun_ ? "a second scan begins" : "\"" + begun.confirm + "\" is no way to confirm";
    }
    if (begun.probes != probe_names()) {
        return refusal_of_probes(begun);
    }
    begun_ = true;
    names_ = {begun.ehlo_name, begun.server_name};
    known_ = {{}, begun.speakable, *confirm};
    known_.schemes = begun.schemes;
    known_.double_check = begun.double_check;
    known_.double_check_seed = begun.double_check_seed;
    result_.program_version = begun.program_version;
    result_.library_version = begun.library_version;
    result_.started = begun.started;
    result_.finished = begun.started;
    result_.options = begun.options;
    result_.targets = begun.targets;
    result_.interruption = model::Interruption::signal;  // until the end is seen
    return std::nullopt;
}

Problem Rebuild::learn(const Found& found)
{
    if (found.target >= result_.targets.size() || !found_.emplace(found.target, found).second) {
        return "a target is found twice, or is none of the scan's";
    }
    focuses_.insert(focuses_.end(), found.focuses.begin(), found.focuses.end());
    for (std::size_t i = 0; i < found.endpoints.size(); ++i) {
        const auto [desk, fresh] = desks_.try_emplace(found.endpoints[i]);
        if (!fresh) {
            return "an endpoint is found twice";
        }
        if (!found.focus_of.empty()) {
            desk->second.focus = focuses_.at(found.focus_of.at(i));
        }
    }
    return std::nullopt;
}

Rebuild::Desk* Rebuild::desk_of(const model::Endpoint& endpoint)
{
    const auto known = desks_.find(endpoint);
    if (known == desks_.end() || known->second.result) {
        return nullptr;
    }
    Desk& desk = known->second;
    if (!desk.interview) {
        probes::Knowledge about = known_;
        about.endpoint = endpoint;
        about.focus = desk.focus;
        about.named = !server_name(names_, endpoint).empty();
        desk.interview.emplace(std::move(about));
    }
    return &desk;
}

Problem Rebuild::learn(const Asked& asked)
{
    Desk* const desk = desk_of(asked.endpoint);
    if (desk == nullptr) {
        return "questions for an endpoint that is not there, or done with";
    }
    const std::vector<model::QuestionId> ids = desk->interview->ask(asked.room);
    if (ids != asked.ids) {
        return or_other_probes("the probes ask " + listed(ids) + ", recorded is " + listed(asked.ids));
    }
    while (auto question = desk->interview->take()) {
        const model::QuestionId id = question->id;
        desk->under_way.emplace(id, std::move(*question));
    }
    return std::nullopt;
}

Problem Rebuild::learn(const Learnt& learnt)
{
    Desk* const desk = desk_of(learnt.endpoint);
    if (desk == nullptr) {
        return "an answer of an endpoint that is not there, or done with";
    }
    const model::QuestionId id = learnt.answer.question.id;
    const auto question = desk->under_way.find(id);
    if (question == desk->under_way.end()) {
        return "an answer to question " + std::to_string(id) + ", which was not asked, or is answered";
    }
    const std::string purpose = model::format(question->second.purpose);
    if (learnt.purpose != purpose || learnt.answer.question.asked != question->second.asked) {
        return or_other_probes("exchange " + std::to_string(id) + ": another question is recorded than \"" + purpose +
                               "\", which the probes ask");
    }
    const auto answer = answer_again(names_, question->second, learnt, desk->certificates);
    if (!answer) {
        return "exchange " + std::to_string(id) + ": " + answer.error();
    }
    desk->under_way.erase(question);
    desk->interview->learn(*answer);
    return std::nullopt;
}

// What roots a scanner had, and what others said, is taken as recorded: no rebuild can come to it again.
Problem Rebuild::learn(const Examined& examined)
{
    Desk* const desk = desk_of(examined.endpoint);
    if (desk == nullptr) {
        return "an examination for an endpoint that is not there, or done with";
    }
    return desk->interview->learn(examined.examination)
               ? std::nullopt
               : std::optional<std::string>("an examination of a chain that was not shown");
}

Problem Rebuild::learn(const Left& left)
{
    Desk* const desk = desk_of(left.endpoint);
    if (desk == nullptr) {
        return "an end of an endpoint that is not there, or done with";
    }
    desk->result = desk->interview->conclude(left.duration_ms);
    desk->interview.reset();
    desk->certificates = {};
    if (model::evidence::summary_of(*desk->result) != left) {
        return or_other_probes("the result is another one than is recorded: an answer is missing");
    }
    return std::nullopt;
}

Problem Rebuild::learn(const Ended& ended)
{
    ended_ = true;
    result_.finished = ended.finished;
    result_.duration_ms = ended.duration_ms;
    result_.interruption = ended.interruption;
    const bool open = std::ranges::any_of(desks_, [](const auto& desk) { return desk.second.interview.has_value(); });
    return open ? Problem("the scan ends before an endpoint does") : std::nullopt;
}

std::optional<model::ScanResult> Rebuild::conclude()
{
    if (!begun_) {
        return std::nullopt;
    }
    for (const auto& [target, found] : found_) {
        if (found.failure) {
            result_.failures.push_back({result_.targets[target], *found.failure});
        }
        for (const model::Endpoint& endpoint : found.endpoints) {
            Desk& desk = desks_[endpoint];
            if (desk.interview) {
                desk.result = desk.interview->conclude(0);
            }
            result_.endpoints.push_back(desk.result ? std::move(*desk.result) : never_begun(endpoint));
        }
    }
    return std::move(result_);
}

}  // namespace smtptls::interview
