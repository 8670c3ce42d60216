#include "probes/gate.hpp"

#include "probes/sieve.hpp"

#include <algorithm>
#include <utility>

namespace smtptls::probes {
namespace {

using tls::CipherSuite;
using tls::ExtensionSet;
using tls::ProtocolVersion;

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

Gate::Gate(ProtocolVersion version, const Suites& candidates, Absence& absence) : version_(version), absence_(&absence)
{
    Suites common = those(candidates, is_common);
    common.resize(std::min(common.size(), short_list));
    // Backwards: what breaks at the head of the client's list must not hide the version twice.
    std::ranges::reverse(common);
    if (version_ == ProtocolVersion::tls1_3) {
        // Its suites say nothing of credentials, and its hello cannot do without extensions.
        push("every suite", candidates, ExtensionSet::full);
        push("common suites, few extensions", common, ExtensionSet::few);
        return;
    }
    push("every certificate suite", those(candidates, has_certificate_class), ExtensionSet::full);
    push("common suites, few extensions", common, ExtensionSet::few);
    // The last resort has what the oldest servers know: suites with a first byte of 0.
    push("common suites, no extensions", those(common, [](CipherSuite s) { return !is_high(s); }), ExtensionSet::none);
    push("other credentials", those(candidates, [](CipherSuite s) { return !has_certificate_class(s); }),
         ExtensionSet::full);
}

void Gate::push(std::string detail, Suites suites, ExtensionSet extensions)
{
    if (!suites.empty()) {
        ready_.push_back({.kind = model::Purpose::Kind::gate,
                          .detail = std::move(detail),
                          .items = std::move(suites),
                          .extensions = extensions});
    }
}

std::optional<Gate::SuiteAsk> Gate::next(SuiteBench& bench, bool settled)
{
    const ServerProfile& server = bench.server;
    const Suites& candidates = bench.ledger.candidates();
    if (waiting() && settled) {
        stage_ = Stage::parts;
        // A server that is known to read long lists, and to pick nothing it cannot serve, meant what it said.
        if (!server.reads_long_lists && !absence_->refused.empty()) {
            push_parts(candidates);
        }
        if (server.traps || (server.served.any() && !server.client_proven)) {
            for (Suites& list : sieve(candidates, server.served.credentials, server.traps)) {
                push("sieve", std::move(list), ExtensionSet::full);
            }
        }
    }
    if (ready_.empty() && stage_ != Stage::waits && is_in_doubt(server)) {
        in_doubt_ = true;
        push("in doubt", candidates, ExtensionSet::full);
    }
    if (ready_.empty()) {
        return std::nullopt;
    }
    SuiteAsk ask = std::move(ready_.front());
    ready_.pop_front();
    return ask;
}

// Refusals amid trouble, by which a version would be called absent, are asked for once more; and so are closes
// that came before it was known that connections break off for no reason.
bool Gate::is_in_doubt(const ServerProfile& server) const
{
    const int closes = absence_->closes;
    const bool refused = !absence_->refused.empty() && !in_doubt_ && server.log.doubtful(last_answer_);
    const bool closed = closes > 0 && closes < server.enough_closes() && !server.by_alert && absence_->trouble.empty();
    // Who says no by alert and hung up on one of the lists: the next time it may say no.
    const bool hung_up = closes > 0 && server.by_alert && !in_doubt_ && absence_->trouble.empty();
    return !absence_->proved && (refused || closed || hung_up);
}

// An alert 40 is no proof that the whole list was read, nor that no suite in it breaks the answer: once
// more from the other end, in lists that nearly every server reads.
void Gate::push_parts(const Suites& candidates)
{
    Suites suites = those(candidates, has_certificate_class);
    std::ranges::reverse(suites);
    int part = 0;
    for (Suites& list : Nature<CipherSuite>::split(suites, part_of_list)) {
        push("certificate suites, backwards, part " + std::to_string(++part), std::move(list), ExtensionSet::full);
    }
}

bool Gate::take(SuiteBench& bench, SuiteAsk ask, const Reply& reply)
{
    if (opening_) {
        return take_usual_shape(bench, std::move(ask), reply);
    }
    if (!reply.has_choice() || !contains(ask.items, reply.item)) {
        learn(bench, std::move(ask), reply);
        return false;
    }
    const SuiteAsk opening = ask;
    if (bench.settle(ask, reply) == Fate::again) {
        return false;
    }
    open(bench, opening.extensions);
    return !asks_usual_shape(bench, opening);
}

// Hellos with fewer extensions are for servers that hang up on ours. Where the network did, what needs an extension
// would be called rejected: the usual hello is asked once more.
bool Gate::asks_usual_shape(SuiteBench& bench, const SuiteAsk& opening)
{
    if (opening.extensions == ExtensionSet::full || absence_->closes == 0) {
        return false;
    }
    opening_ = opening.extensions;
    push("the usual hello once more", those(bench.ledger.undecided(), has_certificate_class), ExtensionSet::full);
    return true;
}

bool Gate::take_usual_shape(SuiteBench& bench, SuiteAsk ask, const Reply& reply)
{
    constexpr int most_closes = 2;
    const bool closed = reply.kind == ReplyKind::closed;
    const bool nothing = reply.kind == ReplyKind::broken || reply.kind == ReplyKind::throttled;
    const bool again = (closed && ask.patience.count_close() < most_closes) ||
                       (nothing && ask.patience.after_alone(reply.kind, bench.server.shaky) == Patience::Next::again);
    if (again) {
        bench.desk.push_first(std::move(ask));
        return false;
    }
    open(bench, closed || nothing ? *opening_ : ExtensionSet::full);
    if (reply.kind == ReplyKind::chosen && contains(ask.items, reply.item)) {
        bench.settle(ask, reply);
    }
    return true;
}

void Gate::learn(SuiteBench& bench, SuiteAsk ask, const Reply& reply)
{
    absence_->evidence.push_back(reply.evidence);
    switch (reply.kind) {
        case ReplyKind::absent:
        case ReplyKind::lower:
            absence_->proved = true;
            absence_->below = reply.kind == ReplyKind::absent;
            ready_.clear();
            break;
        case ReplyKind::refused: learn_refusal(ask, reply, bench); break;
        case ReplyKind::closed: learn_close(bench, std::move(ask)); break;
        default:
            if (reply.kind != ReplyKind::objected &&
                ask.patience.after_alone(reply.kind, bench.server.shaky) == Patience::Next::again) {
                bench.desk.push_first(std::move(ask));
            } else {
                absence_->trouble = reply.words;
            }
    }
    last_answer_ = bench.server.log.now();
    const bool said_no = !absence_->refused.empty() || absence_->closes >= bench.server.enough_closes();
    const bool may_be_hidden = !absence_->proved && said_no && version_ != ProtocolVersion::tls1_3;
    if (ready_.empty() && bench.desk.idle() && may_be_hidden && stage_ == Stage::shapes) {
        stage_ = Stage::waits;
    }
}

// The other shapes are for servers that choke on the first; after a clear no the one without extensions
// is not needed.
void Gate::learn_refusal(const SuiteAsk& ask, const Reply& reply, SuiteBench& bench)
{
    bench.ledger.note_refusal(ask.items, reply, true);
    absence_->refused.insert(ask.items.begin(), ask.items.end());
    std::erase_if(ready_, [](const SuiteAsk& other) { return other.extensions == ExtensionSet::none; });
    if (!ready_.empty() || ask.extensions == ExtensionSet::full) {
        return;
    }
    // A short list was refused where the long one failed: the others in short lists of that shape.
    const Suites rest =
        those(bench.ledger.candidates(), [this](CipherSuite s) { return !absence_->refused.contains(s); });
    for (Suites& list : Nature<CipherSuite>::split(rest, short_list)) {
        push("the others, " + std::to_string(short_list) + " at a time", std::move(list), ask.extensions);
    }
}

// The shapes differ, and all of them being closed is what counts.
void Gate::learn_close(const SuiteBench& bench, SuiteAsk ask)
{
    ++absence_->closes;
    if (absence_->closes < bench.server.enough_closes() && ready_.empty()) {
        ready_.push_back(std::move(ask));
    }
}

// Once it is there, what an alert refused in another shape, or amid parts, says nothing.
void Gate::open(SuiteBench& bench, ExtensionSet extensions)
{
    bench.shape.extensions = extensions;
    if (extensions != ExtensionSet::full) {
        bench.shape.most = short_list;
        absence_->refused.clear();
    } else if (stage_ == Stage::parts) {
        bench.shape.most = bench.server.reads_long_lists ? SIZE_MAX : part_of_list;
        absence_->refused.clear();
    }
    ready_.clear();
}

void Gate::opened_elsewhere(SuiteBench& bench, ExtensionSet extensions)
{
    bench.shape = {extensions, extensions == ExtensionSet::full ? SIZE_MAX : short_list};
}

void Gate::set_absent(model::QuestionId evidence)
{
    absence_->proved = true;
    absence_->evidence.push_back(evidence);
    ready_.clear();
    stage_ = Stage::parts;
}

}  // namespace smtptls::probes
