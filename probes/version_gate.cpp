#include "probes/version_gate.hpp"

#include "probes/sieve.hpp"

#include <algorithm>

namespace smtptls::probes {
namespace {

using tls::CipherSuite;
using tls::ExtensionSet;
using tls::ProtocolVersion;
using ReplyKind = Reply::Kind;

constexpr std::size_t short_list = 30;    // what servers read that choke on long hellos
constexpr std::size_t part_of_list = 60;  // some read only the first 64

// What nearly every server has at least one of.
bool is_common(CipherSuite suite)
{
    const tls::SuiteInfo& info = info_of(suite);
    const bool aes =
        info.cipher == tls::Cipher::aes && info.mode != tls::CipherMode::ccm && info.mode != tls::CipherMode::ccm_8;
    const bool common = aes || info.cipher == tls::Cipher::chacha20 || info.cipher == tls::Cipher::triple_des;
    return has_certificate_class(suite) && common && !info.export_grade &&
           info.authentication != tls::Authentication::dss;
}

}  // namespace

VersionGate::VersionGate(ProtocolVersion version, const Suites& candidates, const Manner& manner)
    : version_(version), candidates_(candidates), manner_(&manner)
{
    Suites common = those(candidates_, is_common);
    common.resize(std::min(common.size(), short_list));
    // Backwards: what breaks at the head of the client's list must not hide the version twice.
    std::reverse(common.begin(), common.end());
    if (version_ == ProtocolVersion::tls1_3) {
        // Its suites say nothing of credentials, and its hello cannot do without extensions.
        push("every suite", candidates_, ExtensionSet::full);
        push("common suites, few extensions", common, ExtensionSet::few);
        return;
    }
    push("every certificate suite", those(candidates_, has_certificate_class), ExtensionSet::full);
    push("common suites, few extensions", common, ExtensionSet::few);
    // The last resort has what the oldest servers know: suites with a first byte of 0.
    push("common suites, no extensions", those(common, [](CipherSuite s) { return !is_high(s); }), ExtensionSet::none);
    push("other credentials", those(candidates_, [](CipherSuite s) { return !has_certificate_class(s); }),
         ExtensionSet::full);
}

void VersionGate::push(std::string label, Suites suites, ExtensionSet extensions)
{
    if (!suites.empty()) {
        Task task;
        task.label = std::move(label);
        task.suites = std::move(suites);
        task.extensions = extensions;
        ready_.push_back(std::move(task));
    }
}

std::optional<Task> VersionGate::next()
{
    if (waiting() && manner_->settled) {
        parts_wait_ = false;
        // A server that is known to read long lists, and to pick nothing it cannot serve, meant what it said.
        if (!manner_->reads_long_lists && !refused_.empty()) {
            push_parts();
        }
        if (manner_->traps || (manner_->accepted_any() && !manner_->client_proven)) {
            push_sieve();
        }
    }
    if (ready_.empty() && !parts_wait_ && is_in_doubt()) {
        in_doubt_ = true;
        push("in doubt", candidates_, ExtensionSet::full);
    }
    if (ready_.empty()) {
        return std::nullopt;
    }
    Task task = std::move(ready_.front());
    ready_.pop_front();
    return task;
}

// Refusals amid trouble, by which a version would be called absent, are asked for once more; and so are closes
// that came before it was known that connections break off for no reason.
bool VersionGate::is_in_doubt() const
{
    const bool refused = !refused_.empty() && !in_doubt_ && manner_->doubtful(last_answer_);
    const bool closed = closes_ > 0 && closes_ < manner_->enough_closes() && !manner_->by_alert && trouble_.empty();
    // Who says no by alert and hung up on one of the lists: the next time it may say no.
    const bool hung_up = closes_ > 0 && manner_->by_alert && !in_doubt_ && trouble_.empty();
    return !absent_ && (refused || closed || hung_up);
}

// An alert 40 is no proof that the whole list was read, nor that no suite in it breaks the answer: once
// more from the other end, in lists that nearly every server reads.
void VersionGate::push_parts()
{
    in_parts_ = true;
    Suites suites = those(candidates_, has_certificate_class);
    std::reverse(suites.begin(), suites.end());
    const std::size_t parts = (suites.size() + part_of_list - 1) / part_of_list;
    for (std::size_t i = 0; i < parts; ++i) {
        push("certificate suites, backwards, part " + std::to_string(i + 1), interleaved(suites, i, parts),
             ExtensionSet::full);
    }
}

void VersionGate::push_sieve()
{
    in_parts_ = true;
    for (Suites& list : sieve(candidates_, manner_->credentials, manner_->traps)) {
        push("sieve", std::move(list), ExtensionSet::full);
    }
}

void VersionGate::learn(Task task, const Reply& reply)
{
    take(std::move(task), reply);
    last_answer_ = manner_->now();
    const bool said_no = !refused_.empty() || closes_ >= manner_->enough_closes();
    const bool may_be_hidden = !absent_ && said_no && version_ != ProtocolVersion::tls1_3;
    parts_wait_ = ready_.empty() && may_be_hidden && !in_parts_;
}

void VersionGate::take(Task task, const Reply& reply)
{
    evidence_.push_back(reply.evidence);
    switch (reply.kind) {
        case ReplyKind::absent:
        case ReplyKind::lower:
            absent_ = true;
            absent_below_ = reply.kind == ReplyKind::absent;
            ready_.clear();
            return;
        case ReplyKind::refused: learn_refusal(task); return;
        case ReplyKind::closed: learn_close(std::move(task)); return;
        default: break;
    }
    if (reply.kind != ReplyKind::objected && task.may_repeat(reply, manner_->shaky)) {
        ready_.push_front(std::move(task));
    } else {
        trouble_ = reply.words;
    }
}

// The other shapes are for servers that choke on the first; after a clear no the one without extensions
// is not needed.
void VersionGate::learn_refusal(const Task& task)
{
    refused_.insert(task.suites.begin(), task.suites.end());
    std::erase_if(ready_, [](const Task& other) { return other.extensions == ExtensionSet::none; });
    if (!ready_.empty() || task.extensions == ExtensionSet::full) {
        return;
    }
    // A short list was refused where the long one failed: the others in short lists of that shape.
    const Suites rest = those(candidates_, [this](CipherSuite s) { return !refused_.contains(s); });
    const std::size_t lists = (rest.size() + short_list - 1) / short_list;
    for (std::size_t i = 0; i < lists; ++i) {
        push("the others, " + std::to_string(short_list) + " at a time", interleaved(rest, i, lists), task.extensions);
    }
}

// The shapes differ, and all of them being closed is what counts.
void VersionGate::learn_close(Task task)
{
    ++closes_;
    if (closes_ < manner_->enough_closes() && ready_.empty()) {
        ready_.push_back(std::move(task));
    }
}

void VersionGate::opened(const Task& task)
{
    extensions_ = task.extensions;
    if (extensions_ != ExtensionSet::full) {
        most_suites_ = short_list;
        refused_.clear();
    } else if (in_parts_) {
        most_suites_ = manner_->reads_long_lists ? SIZE_MAX : part_of_list;
        refused_.clear();
    }
    ready_.clear();
    parts_wait_ = false;
}

void VersionGate::opened_elsewhere(ExtensionSet shape)
{
    extensions_ = shape;
    most_suites_ = shape == ExtensionSet::full ? SIZE_MAX : short_list;
    ready_.clear();
    parts_wait_ = false;
}

void VersionGate::set_absent(model::QuestionId evidence)
{
    absent_ = true;
    evidence_.push_back(evidence);
    ready_.clear();
    parts_wait_ = false;
}

bool VersionGate::all_closed() const
{
    return trouble_.empty() && closes_ >= manner_->enough_closes() && !manner_->by_alert;
}

}  // namespace smtptls::probes
