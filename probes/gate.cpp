#include "probes/gate.hpp"

#include "probes/sieve.hpp"

#include <algorithm>
#include <utility>

namespace smtptls::probes {
namespace {

using tls::CipherSuite;
using tls::ExtensionSet;
using tls::KeyExchange;
using tls::ProtocolVersion;

constexpr std::size_t short_list = 30;    // what servers read that choke on long hellos
constexpr std::size_t part_of_list = 60;  // some read only the first 64
constexpr std::size_t few_likely = 24;    // so many are asked suite by suite
constexpr int most_apart = 160;           // questions
constexpr int answers_between = 4;        // the first refusal and the second hello

// What nearly every server has at least one of, and no library's own inventions.
bool is_common(CipherSuite suite)
{
    const tls::SuiteInfo& info = info_of(suite);
    const bool aes =
        info.cipher == tls::Cipher::aes && (info.mode == tls::CipherMode::cbc || info.mode == tls::CipherMode::gcm);
    const bool common = aes || info.cipher == tls::Cipher::chacha20 || info.cipher == tls::Cipher::triple_des;
    return has_certificate_class(suite) && common && !info.export_grade && !info.openssl_name.empty() &&
           info.authentication != tls::Authentication::dss;
}

// What breaks at the head of the list of all suites, which begins with static RSA and finite fields, must not hide the
// version twice: elliptic curves come first, and finite fields, which servers without parameters trip over, last.
int rank_of(CipherSuite suite)
{
    const tls::SuiteInfo& info = info_of(suite);
    switch (info.key_exchange) {
        case KeyExchange::ecdhe: return info.authentication == tls::Authentication::rsa ? 0 : 1;
        case KeyExchange::rsa: return 2;
        case KeyExchange::dhe: return 3;
        default: return 4;
    }
}

Suites curves_first(Suites suites)
{
    std::ranges::reverse(suites);
    // Not ChaCha20 first, which some servers then prefer.
    const auto place = [](CipherSuite s) {
        return std::pair(rank_of(s), info_of(s).family == tls::CipherFamily::chacha20);
    };
    std::stable_sort(suites.begin(), suites.end(), [&](CipherSuite a, CipherSuite b) { return place(a) < place(b); });
    return suites;
}

Suites common_of(const Suites& candidates)
{
    Suites common = curves_first(those(candidates, is_common));
    common.resize(std::min(common.size(), short_list));
    return common;
}

// What fails may be the network's fault rather than the server's.
bool may_be_the_network(const ServerProfile& server)
{
    return server.log.shaky || server.hellos.long_lists;
}

// So many times without an answer a hello is one that the server hangs on. Each costs the longest wait there is.
int enough_silences(const ServerProfile& server)
{
    return may_be_the_network(server) ? 4 : 2;
}

}  // namespace

Gate::Gate(ProtocolVersion version, const Suites& candidates, Absence& absence) : version_(version), absence_(&absence)
{
    const Suites common = common_of(candidates);
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
    last_answer_ = last_answer_ < 0 ? server.log.now() : last_answer_;
    const bool apart = absence_->told && server.log.now() >= last_answer_ + answers_between;
    if (waiting() && (settled || apart)) {
        stage_ = Stage::proof;
        push_proof(bench);
    }
    if (ready_.empty() && stage_ != Stage::waits && is_in_doubt(server)) {
        in_doubt_ = true;
        push("in doubt", bench.ledger.candidates(), ExtensionSet::full);
    }
    shorten(server);
    if (ready_.empty()) {
        return std::nullopt;
    }
    SuiteAsk ask = std::move(ready_.front());
    ready_.pop_front();
    return ask;
}

// What shows that the version is not only hidden.
void Gate::push_proof(const SuiteBench& bench)
{
    const ServerProfile& server = bench.server;
    const Suites& candidates = bench.ledger.candidates();
    const bool fails = absence_->failures >= Absence::enough_failures;
    if (absence_->told || std::ranges::any_of(absence_->refused, has_certificate_class)) {
        push_variety(candidates, server);
    }
    if (absence_->told || version_ == ProtocolVersion::tls1_3) {
        return;
    }
    // A server that is known to read long lists, and to pick nothing it cannot serve, meant what it said.
    const Suites refused = those(candidates, [this](CipherSuite suite) { return !absence_->failed.contains(suite); });
    if (!server.hellos.long_lists && !absence_->refused.empty()) {
        push_parts(refused);
    }
    const bool by_close = absence_->enough_closes(server);
    if (fails && server.served.any()) {
        push_apart(failed_of(bench), server);
    }
    if (server.traps || (server.served.any() && (by_close || !server.client_proven))) {
        for (Suites& list : sieve(refused, server.served.credentials, server.traps)) {
            push("sieve", std::move(list), ExtensionSet::full);
        }
    }
}

// The second hello without which nothing is absent. It differs in what a real server may trip over: it begins with
// another key exchange and has none over finite fields, and other groups and schemes.
void Gate::push_variety(const Suites& candidates, const ServerProfile& server)
{
    const Suites suites =
        server.hellos.long_lists ? curves_first(those(candidates, has_certificate_class)) : common_of(candidates);
    push("another key exchange first", those(suites, [](CipherSuite s) { return rank_of(s) < 3; }), ExtensionSet::few);
    if (version_ == ProtocolVersion::tls1_3) {
        push("another suite first", {candidates.rbegin(), candidates.rend()}, ExtensionSet::few);
    }
    if (!ready_.empty()) {
        ready_.back().variety = true;
    }
}

// Refusals amid trouble, by which a version would be called absent, are asked for once more; and so are closes
// that came before it was known that connections break off for no reason.
bool Gate::is_in_doubt(const ServerProfile& server) const
{
    const int closes = absence_->closes;
    const bool refused = !absence_->refused.empty() && !in_doubt_ && server.log.doubtful(last_answer_);
    const bool closed = closes > 0 && !absence_->enough_closes(server) && !server.by_alert && absence_->trouble.empty();
    // Who says no by alert and hung up on one of the lists: the next time it may say no.
    const bool hung_up = closes > 0 && server.by_alert && !in_doubt_ && absence_->trouble.empty();
    return !absence_->told && (refused || closed || hung_up);
}

// An alert 40 is no proof that the whole list was read, nor that no suite in it breaks the answer: once
// more from the other end, in lists that nearly every server reads.
void Gate::push_parts(const Suites& refused)
{
    Suites suites = those(refused, has_certificate_class);
    std::ranges::reverse(suites);
    int part = 0;
    for (Suites& list : Nature<CipherSuite>::split(suites, part_of_list)) {
        push("certificate suites, backwards, part " + std::to_string(++part), std::move(list), ExtensionSet::full);
    }
}

// A library that fails has chosen a suite: likely one that it serves in another version. The others are refused by an
// alert once these are not among them.
void Gate::push_apart(const Suites& failed, const ServerProfile& server)
{
    const auto is_likely = [&](CipherSuite suite) {
        return info_of(suite).lowest <= version_ && server.served.knows(suite);
    };
    const Suites likely = those(failed, is_likely);
    const std::size_t before = ready_.size();
    push("what it does not serve elsewhere", those(failed, [&](CipherSuite s) { return !is_likely(s); }),
         ExtensionSet::full);
    const std::size_t most = likely.size() <= few_likely ? 1 : likely.size() / 2;
    for (Suites& list : Nature<CipherSuite>::split(likely, most)) {
        push("what it serves elsewhere", std::move(list), ExtensionSet::full);
    }
    for (std::size_t i = before; i < ready_.size(); ++i) {
        ready_[i].apart = true;
    }
}

Suites Gate::failed_of(const SuiteBench& bench) const
{
    return those(bench.ledger.candidates(), [this](CipherSuite suite) { return absence_->failed.contains(suite); });
}

// For a server that is known to choke on long hellos: the same in short ones.
void Gate::shorten(const ServerProfile& server)
{
    if (!server.hellos.short_only) {
        return;
    }
    for (SuiteAsk& ask : std::exchange(ready_, {})) {
        for (Suites& list : Nature<CipherSuite>::split(ask.items, short_list)) {
            SuiteAsk part = ask;
            part.items = std::move(list);
            part.extensions = std::min(ExtensionSet::few, ask.extensions, std::greater());
            ready_.push_back(std::move(part));
        }
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

// Hellos with fewer extensions are for servers that hang, or hang up, on ours. Where the network did, what needs an
// extension would be called rejected: the usual hello is asked once more, behind it what was just chosen.
bool Gate::asks_usual_shape(SuiteBench& bench, const SuiteAsk& opening)
{
    const bool met_trouble = absence_->closes > 0 || silences_ > 0 || opening.variety;
    Hellos& hellos = bench.server.hellos;
    // Where long hellos are known not to be borne, the one with few extensions is.
    const ExtensionSet usual_set = hellos.short_only ? ExtensionSet::few : ExtensionSet::full;
    if (opening.extensions <= usual_set || !met_trouble || hellos.bare_only) {
        return false;
    }
    opening_ = opening.extensions;
    if (usual_set == ExtensionSet::full) {
        hellos.short_only = hellos.hang_if_long = silences_ > 0;
    }
    const Suites& found = bench.ledger.found();
    Suites suites = those(opening.items, [&](CipherSuite suite) { return !contains(found, suite); });
    if (!opening.variety) {
        const Suites rest = those(bench.ledger.undecided(), [&](CipherSuite suite) {
            return has_certificate_class(suite) && !contains(suites, suite);
        });
        suites.insert(suites.end(), rest.begin(), rest.end());
    }
    SuiteAsk usual = bench.ask(model::Purpose::Kind::gate, "the usual hello once more", std::move(suites), found);
    usual.extensions = usual_set;
    usual.items.resize(usual_set == ExtensionSet::full ? usual.items.size() : std::min(usual.items.size(), short_list));
    usual.variety = opening.variety;
    ready_.clear();
    bench.desk.push(std::move(usual));
    return true;
}

bool Gate::take_usual_shape(SuiteBench& bench, SuiteAsk ask, const Reply& reply)
{
    const bool closed = reply.kind == ReplyKind::closed;
    const bool silent = reply.kind == ReplyKind::silent;
    const bool nothing =
        reply.kind == ReplyKind::broken || reply.kind == ReplyKind::unreached || reply.kind == ReplyKind::throttled;
    // What fails here may be the network again, of which little is known at the first contact. A close costs nothing, a
    // silence the longest wait there is.
    const int most_closes = may_be_the_network(bench.server) ? 6 : 4;
    const int most_silences = enough_silences(bench.server);
    const bool again =
        (closed && ask.patience.count_close() < most_closes) ||
        (silent && ask.patience.count_silence() < most_silences) ||
        (nothing && ask.patience.after_alone(reply.kind, bench.server.log.shaky) == Patience::Next::again);
    if (again) {
        bench.desk.push_first(std::move(ask));
        return false;
    }
    // To a list that was just read in another shape only a choice is an answer.
    const bool bears = ask.variety ? reply.has_choice() : !closed && !silent && !nothing;
    if (ask.extensions == ExtensionSet::full) {
        bench.server.hellos.hang_if_long = silent;
        bench.server.hellos.short_only = silent || closed;
    } else {
        bench.server.hellos.bare_only = silent || closed;
    }
    open(bench, bears ? ask.extensions : *opening_);
    if (reply.kind == ReplyKind::chosen && contains(ask.items, reply.item)) {
        bench.settle(ask, reply);
    }
    return true;
}

void Gate::learn(SuiteBench& bench, SuiteAsk ask, const Reply& reply)
{
    absence_->evidence.push_back(reply.evidence);
    const bool no = reply.says_no() || reply.kind == ReplyKind::failed;
    const bool hung_up = reply.kind == ReplyKind::closed && ask.patience.closes() + 1 >= bench.server.enough_closes();
    if (ask.variety && absence_->told && (no || hung_up)) {
        absence_->proved = true;
    } else {
        switch (reply.kind) {
            case ReplyKind::absent:
            case ReplyKind::lower:
                absence_->told = true;
                absence_->below = reply.kind == ReplyKind::absent;
                absence_->proved = !absence_->refused.empty();
                ready_.clear();
                break;
            case ReplyKind::refused: learn_refusal(ask, reply, bench); break;
            case ReplyKind::closed: learn_close(bench, std::move(ask)); break;
            case ReplyKind::failed: learn_failure(bench, std::move(ask)); break;
            default: learn_nothing(bench, std::move(ask), reply);
        }
    }
    last_answer_ = bench.server.log.now();
    settle_shapes(bench);
}

void Gate::settle_shapes(const SuiteBench& bench)
{
    const bool few_failures = absence_->failures > 0 && absence_->failures < Absence::enough_failures;
    if (few_failures && !absence_->told && ready_.empty() && bench.desk.idle()) {
        push("every certificate suite, once more", failed_of(bench), ExtensionSet::full);
    }
    const bool said_no = absence_->told || !absence_->refused.empty() || absence_->enough_closes(bench.server) ||
                         absence_->failures >= Absence::enough_failures;
    if (stage_ == Stage::shapes && ready_.empty() && bench.desk.idle() && said_no && !absence_->proved) {
        stage_ = Stage::waits;
    }
}

// The other shapes are for servers that choke on the first. After a clear no they are not needed; what they would show
// is asked later, in a hello that differs in more.
void Gate::learn_refusal(const SuiteAsk& ask, const Reply& reply, SuiteBench& bench)
{
    bench.ledger.note_refusal(ask.items, reply, true);
    for (const CipherSuite suite : ask.items) {
        absence_->refused.insert(suite);
        absence_->failed.erase(suite);
    }
    const bool clear = ask.extensions == ExtensionSet::full && absence_->closes == 0 && absence_->failures == 0;
    std::erase_if(ready_, [&](const SuiteAsk& other) {
        return other.extensions == ExtensionSet::none ||
               (clear && other.extensions == ExtensionSet::few && !other.variety);
    });
    if (silences_ >= enough_silences(bench.server) && ask.extensions != ExtensionSet::full) {
        bench.server.hellos.short_only = bench.server.hellos.hang_if_long = true;
    }
    if (!ready_.empty() || ask.extensions == ExtensionSet::full || ask.variety) {
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
    ask.patience.count_close();
    ++absence_->closes;
    if ((ask.variety && absence_->told) || (!absence_->enough_closes(bench.server) && ready_.empty())) {
        ready_.push_front(std::move(ask));
    }
}

// As with closes; a hello without a name is one that differs too.
void Gate::learn_failure(const SuiteBench& bench, SuiteAsk ask)
{
    ++absence_->failures;
    for (const CipherSuite suite : ask.items) {
        if (!absence_->refused.contains(suite)) {
            absence_->failed.insert(suite);
        }
    }
    if (stage_ == Stage::proof) {
        const std::size_t half = (ask.items.size() + 1) / 2;
        if (ask.apart && half < ask.items.size() && ++apart_ < most_apart) {
            for (Suites& list : Nature<CipherSuite>::split(ask.items, half)) {
                SuiteAsk part = ask;
                part.items = std::move(list);
                ready_.push_front(std::move(part));
            }
        }
        return;
    }
    std::erase_if(ready_, [](const SuiteAsk& other) { return other.extensions == ExtensionSet::none; });
    if (absence_->failures == 1 && bench.server.hellos.named) {
        SuiteAsk nameless = ask;
        nameless.detail += ", without a name";
        nameless.without_name = true;
        ready_.push_front(std::move(nameless));
    }
}

void Gate::learn_nothing(SuiteBench& bench, SuiteAsk ask, const Reply& reply)
{
    const bool objected = reply.kind == ReplyKind::objected;
    const bool nameless = ask.without_name || ask.extensions == ExtensionSet::none;
    if (objected && nameless && bench.server.hellos.named) {
        return;  // perhaps to the missing name: it says nothing of the hellos that have one
    }
    silences_ += reply.kind == ReplyKind::silent ? 1 : 0;
    if (objected || ask.patience.after_alone(reply.kind, bench.server.log.shaky) != Patience::Next::again) {
        absence_->trouble = reply.words;
    } else if (reply.kind == ReplyKind::silent) {
        ready_.push_back(std::move(ask));  // whoever hangs on it may answer another shape
    } else {
        bench.desk.push_first(std::move(ask));
    }
}

// Once it is there, what an alert refused in another shape, or amid parts, says nothing.
void Gate::open(SuiteBench& bench, ExtensionSet extensions)
{
    bench.shape.extensions = extensions;
    if (extensions != ExtensionSet::full) {
        bench.shape.most = short_list;
        absence_->refused.clear();
    } else {
        const bool in_parts = stage_ == Stage::proof && !bench.server.hellos.long_lists;
        bench.shape.most = in_parts ? part_of_list : SIZE_MAX;
    }
    if (stage_ == Stage::proof) {
        absence_->refused.clear();
    }
    absence_->failed.clear();
    absence_->told = absence_->proved = false;
    ready_.clear();
}

void Gate::opened_elsewhere(SuiteBench& bench, ExtensionSet extensions)
{
    bench.shape = {extensions, extensions == ExtensionSet::full ? SIZE_MAX : short_list};
    absence_->told = absence_->proved = false;
}

void Gate::tell_absent(model::QuestionId evidence)
{
    if (stage_ != Stage::shapes) {
        return;
    }
    absence_->told = true;
    absence_->evidence.push_back(evidence);
    ready_.clear();
    stage_ = Stage::waits;
    last_answer_ = -1;  // it is only now told
}

}  // namespace smtptls::probes
