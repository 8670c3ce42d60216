// From a hello to the bytes that answer it, as the table says.
#include "hello_table.hpp"

#include "hello_choice.hpp"
#include "hello_flight.hpp"

#include "tls/writer.hpp"

#include <algorithm>

namespace smtptls::lab {

namespace {

using tls::ProtocolVersion;

void append(base::Bytes& bytes, const base::Bytes& more)
{
    bytes.insert(bytes.end(), more.begin(), more.end());
}

std::string name_of(const Manner& manner)
{
    switch (manner.kind) {
        case Manner::Kind::alert: return "alert " + tls::format(manner.alert);
        case Manner::Kind::close: return "close";
        case Manner::Kind::reset: return "reset";
        case Manner::Kind::silence: return "silence";
    }
    return "close";
}

// Ends the connection at once; an alert is the last thing that is sent.
void end_by(Reply& reply, const Manner& manner, ProtocolVersion record_version)
{
    reply.then = Reply::Then::end;
    if (manner.kind == Manner::Kind::alert) {
        append(reply.bytes, tls::encode_alert({tls::AlertLevel::fatal, manner.alert}, record_version));
    } else {
        reply.end = manner.kind;
    }
}

Reply refusal_by(const Manner& manner, ProtocolVersion record_version)
{
    Reply reply;
    end_by(reply, manner, record_version);
    reply.what = name_of(manner);
    return reply;
}

const base::Bytes& certificate_of(const HelloTable& table, tls::Authentication authentication)
{
    const auto found = table.certificates.find(certificate_kind(authentication));
    return found != table.certificates.end() ? found->second : certificate_for(authentication);
}

// One hello and the server that reads it.
class Answerer {
public:
    Answerer(const HelloTable& table, const tls::ClientHello& hello, unsigned turn)
        : table_(table),
          hello_(hello),
          turn_(turn),
          record_version_(std::clamp(hello.legacy_version, ProtocolVersion::ssl3, ProtocolVersion::tls1_2))
    {
    }

    Reply reply();

private:
    Reply refuse(const Manner& manner) const { return refusal_by(manner, record_version_); }
    Reply answer_in(ProtocolVersion version);
    Reply play(ProtocolVersion version, tls::CipherSuite suite);
    Reply play_flight(const FlightPlan& plan, const VersionTable& rules);
    Reply play_tls13(const FlightPlan& plan, const VersionTable& rules);
    base::Bytes alert(tls::AlertLevel level, tls::AlertDescription description) const;
    base::Bytes in_records(const base::Bytes& messages) const;
    Reply flood(const base::Bytes& hello) const;

    const HelloTable& table_;
    const tls::ClientHello& hello_;
    unsigned turn_;
    ProtocolVersion record_version_;
};

base::Bytes Answerer::alert(tls::AlertLevel level, tls::AlertDescription description) const
{
    return tls::encode_alert({level, description}, record_version_);
}

base::Bytes Answerer::in_records(const base::Bytes& messages) const
{
    base::Bytes records;
    const base::ByteView all(messages);
    for (std::size_t at = 0; at < all.size(); at += table_.record_length) {
        const auto piece = all.subspan(at, std::min(table_.record_length, all.size() - at));
        append(records, tls::encode_records(tls::ContentType::handshake, record_version_, piece));
    }
    return records;
}

Reply Answerer::reply()
{
    if (const auto manner = intolerance_of(table_, hello_)) {
        return refuse(*manner);
    }
    if (table_.sni_required && tls::offered_server_name(hello_).empty()) {
        return refuse({Manner::Kind::alert, tls::AlertDescription::unrecognized_name});
    }
    const auto& limit = table_.read_limit;
    if (limit.over && hello_.cipher_suites.size() > limit.suites) {
        return refuse(*limit.over);
    }
    const auto choice = choose_version(table_, hello_);
    return choice.version ? answer_in(*choice.version) : refuse(choice.refusal);
}

Reply Answerer::answer_in(ProtocolVersion version)
{
    const auto& rules = table_.versions.at(version);
    const auto& all = hello_.cipher_suites;
    const auto read = static_cast<std::ptrdiff_t>(std::min(all.size(), table_.read_limit.suites));
    const Suites offered(all.begin(), all.begin() + read);
    const auto group = choose_group(table_, hello_);
    const auto suite = choose_suite(rules, offered, group.has_value());
    if (suite && contains(rules.bare, *suite)) {
        return refuse(rules.poison);
    }
    if (suite && !contains(rules.credential_trap, *suite)) {
        return play(version, *suite);
    }
    if (!suite && table_.unoffered) {
        return play(version, *table_.unoffered);
    }
    return refuse(rules.refusal.value_or(table_.refusal));
}

Reply Answerer::play(ProtocolVersion version, tls::CipherSuite suite)
{
    const auto wrong = table_.wrong_version.find(version);
    FlightPlan plan;
    plan.version = wrong != table_.wrong_version.end() ? wrong->second : version;
    plan.suite = suite;
    plan.group = choose_group(table_, hello_).value_or(tls::NamedGroup::secp256r1);
    plan.dh_bits = table_.dh_bits;
    plan.extensions = hello_.extensions.has_value();
    plan.certificate_request = table_.certificate_request;
    plan.flaw = table_.versions.at(version).flaw;
    plan.chain_bytes = table_.chain_bytes;
    const auto* const info = tls::find(suite);
    plan.certificate = certificate_of(table_, info != nullptr ? info->authentication : tls::Authentication::rsa);
    plan.session_id = hello_.session_id;
    record_version_ = std::min(plan.version, ProtocolVersion::tls1_2);
    const auto& rules = table_.versions.at(version);
    const bool tls13 = version >= ProtocolVersion::tls1_3 && plan.version >= ProtocolVersion::tls1_3;
    auto reply = tls13 ? play_tls13(plan, rules) : play_flight(plan, rules);
    if (table_.warning_first) {
        auto bytes = alert(tls::AlertLevel::warning, tls::AlertDescription::unrecognized_name);
        append(bytes, reply.bytes);
        reply.bytes = std::move(bytes);
    }
    reply.version = plan.version;
    reply.chosen = {suite};
    return reply;
}

Reply Answerer::flood(const base::Bytes& hello) const
{
    constexpr std::size_t repeats = 512;
    Reply reply;
    reply.what = "flood";
    if (table_.endless == Endless::alerts) {
        for (std::size_t i = 0; i < repeats; ++i) {
            append(reply.endless, alert(tls::AlertLevel::warning, tls::AlertDescription::unrecognized_name));
        }
        return reply;
    }
    reply.bytes = in_records(hello);
    if (table_.endless == Endless::certificate) {
        append(reply.bytes, in_records({static_cast<std::uint8_t>(tls::HandshakeType::certificate), 0xff, 0xff, 0xff}));
        reply.endless = in_records(base::Bytes(tls::longest_fragment, 0x30));
    } else {
        // Four zeros are a HelloRequest, which a client passes over (RFC 5246 section 7.4.1.1).
        reply.endless = in_records(base::Bytes(4 * repeats, 0));
    }
    return reply;
}

Reply Answerer::play_flight(const FlightPlan& plan, const VersionTable& rules)
{
    const auto flight = make_flight(plan);
    const auto hello = tls::encode(flight.hello);
    if (table_.endless != Endless::none) {
        return flood(hello);
    }
    Reply reply;
    if (contains(rules.after_hello, plan.suite)) {
        reply.bytes = in_records(hello);
        end_by(reply, rules.poison, record_version_);
        reply.what = "hello, then " + name_of(rules.poison);
        return reply;
    }
    base::Bytes messages = table_.second_server_hello ? hello : base::Bytes();
    append(messages, tls::encode(flight));
    reply.bytes = in_records(messages);
    reply.then = Reply::Then::await_client;
    reply.what = "flight";
    const auto& manner = contains(rules.after_flight, plan.suite) ? rules.poison : table_.after_flight;
    if (manner.kind == Manner::Kind::alert) {
        reply.last_words = alert(tls::AlertLevel::fatal, manner.alert);
    } else {
        reply.end = manner.kind;
    }
    return reply;
}

Reply Answerer::play_tls13(const FlightPlan& plan, const VersionTable& rules)
{
    Reply reply;
    const bool share = has_share(hello_, plan.group) && !table_.hrr_loop;
    if (!share && turn_ > 1 && !table_.hrr_loop) {
        return refuse({Manner::Kind::alert, tls::AlertDescription::illegal_parameter});
    }
    if (share && table_.share_refusal) {
        return refuse(*table_.share_refusal);
    }
    const auto hello = tls::encode(share ? make_share(plan) : make_retry(plan));
    const bool broken = contains(rules.after_hello, plan.suite);
    base::Bytes messages = hello;
    if (table_.second_server_hello && !broken) {
        append(messages, hello);
    }
    reply.bytes = in_records(messages);
    reply.what = share ? "share" : "retry";
    if (broken) {
        end_by(reply, rules.poison, record_version_);
        reply.what += ", then " + name_of(rules.poison);
    } else if (share) {
        // What follows would be encrypted.
        end_by(reply, table_.after_flight, record_version_);
    } else {
        reply.then = Reply::Then::await_hello;
        reply.last_words = alert(tls::AlertLevel::fatal, tls::AlertDescription::unexpected_message);
    }
    return reply;
}

// A hello of SSL 2.0's form that offers something newer (RFC 5246 appendix E.2).
tls::ClientHello upgraded(const tls::Ssl2ClientHello& old)
{
    tls::ClientHello hello;
    hello.legacy_version = old.version;
    hello.cipher_suites = offered_suites(old);
    return hello;
}

// SSL 2.0 has no alerts: its ERROR stands for any.
Reply refuse_ssl2(const Manner& manner)
{
    if (manner.kind != Manner::Kind::alert) {
        return refusal_by(manner, ProtocolVersion::ssl3);
    }
    Reply reply;
    reply.bytes = tls::encode(tls::Ssl2Error{tls::Ssl2ErrorCode::no_cipher});
    reply.what = "error no_cipher";
    return reply;
}

Reply answer_ssl2(const HelloTable& table, const tls::Ssl2ClientHello& hello)
{
    const auto rules = table.versions.find(ProtocolVersion::ssl2);
    if (rules == table.versions.end()) {
        // As OpenSSL without SSLv2: an alert of TLS. There is nothing lower.
        const auto absence = table.absent.find(ProtocolVersion::ssl2);
        const auto manner = absence != table.absent.end() ? absence->second.manner : table.absent_otherwise.manner;
        return refusal_by(manner, ProtocolVersion::ssl3);
    }
    Reply reply;
    reply.chosen = common_suites(rules->second, hello.cipher_specs);
    if (reply.chosen.empty()) {
        return refuse_ssl2(rules->second.refusal.value_or(table.refusal));
    }
    tls::Ssl2ServerHello said;
    const bool certified = rules->second.flaw != Flaw::no_certificate;
    said.certificate = certified ? certificate_of(table, tls::Authentication::rsa) : base::Bytes();
    said.cipher_specs = reply.chosen;
    said.connection_id = base::Bytes(16, 0x5a);
    reply.bytes = tls::encode(said);
    reply.then = Reply::Then::await_client;
    reply.last_words = tls::encode(tls::Ssl2Error{tls::Ssl2ErrorCode::no_cipher});
    reply.version = ProtocolVersion::ssl2;
    reply.what = "kinds";
    return reply;
}

Reply answer_in_peace(const HelloTable& table, const tls::Hello& hello, unsigned turn)
{
    if (const auto* client_hello = std::get_if<tls::ClientHello>(&hello)) {
        return Answerer(table, *client_hello, turn).reply();
    }
    const auto& old = std::get<tls::Ssl2ClientHello>(hello);
    if (old.version < ProtocolVersion::ssl3) {
        return answer_ssl2(table, old);
    }
    return Answerer(table, upgraded(old), turn).reply();
}

// The member whose turn it is.
const HelloTable& member_of(const HelloTable& table, std::uint64_t connection)
{
    const auto turn = (connection - 1) % (table.members.size() + 1);
    return turn == 0 ? table : table.members[turn - 1];
}

// With the order that is due on this connection.
HelloTable at_turn(HelloTable table, std::uint64_t connection)
{
    for (auto& [version, rules] : table.versions) {
        const bool three = rules.order == SuiteOrder::by_three;
        if (three || rules.order == SuiteOrder::by_turns) {
            const auto turn = connection % (three ? 3 : 2);
            rules.order = turn == 1 ? SuiteOrder::client : SuiteOrder::server;
            if (three && turn == 0) {
                std::ranges::reverse(rules.suites);
            }
        }
    }
    return table;
}

// Writes the version into the record of an alert that is the whole answer.
void label_alert(base::Bytes& bytes, ProtocolVersion version)
{
    if (!bytes.empty() && bytes.front() == static_cast<std::uint8_t>(tls::ContentType::alert)) {
        bytes.at(1) = static_cast<std::uint8_t>(static_cast<std::uint16_t>(version) >> 8U);
        bytes.at(2) = static_cast<std::uint8_t>(static_cast<std::uint16_t>(version));
    }
}

Manner::Kind end_of(Misdeed::Act act)
{
    switch (act) {
        case Misdeed::Act::reset: return Manner::Kind::reset;
        case Misdeed::Act::silence: return Manner::Kind::silence;
        default: return Manner::Kind::close;
    }
}

}  // namespace

const Misdeed* misdeed_of(const HelloTable& table, Misdeed::Stage stage, std::uint64_t connection)
{
    const auto found = std::ranges::find_if(table.every, [&](const Misdeed& misdeed) {
        const bool due = connection >= misdeed.from && connection <= misdeed.to;
        return misdeed.stage == stage && due && connection % misdeed.each == 0;
    });
    return found != table.every.end() ? &*found : nullptr;
}

Reply answer(const HelloTable& all, const tls::Hello& hello, const Moment& moment)
{
    const HelloTable& table = member_of(all, moment.connection);
    if (const auto* misdeed = misdeed_of(table, Misdeed::Stage::hello, moment.connection)) {
        Reply reply;
        reply.end = end_of(misdeed->act);
        reply.what = "misdeed";
        return reply;
    }
    auto reply = answer_in_peace(at_turn(table, moment.connection), hello, moment.hello);
    if (table.alert_record_version) {
        label_alert(reply.bytes, *table.alert_record_version);
    }
    if (const auto* misdeed = misdeed_of(table, Misdeed::Stage::flight, moment.connection)) {
        reply.bytes.resize(reply.bytes.size() / 2);
        reply.then = Reply::Then::end;
        reply.end = end_of(misdeed->act);
        reply.what += ", then misdeed";
    }
    return reply;
}

tls::HelloOutcome outcome_of(const tls::Hello& hello, const Reply& reply)
{
    tls::HelloExchange exchange(hello);
    exchange.written();
    exchange.received(reply.bytes);
    if (!exchange.outcome()) {
        const bool closes = reply.then == Reply::Then::end && reply.end == Manner::Kind::close;
        const bool resets = reply.then == Reply::Then::end && reply.end == Manner::Kind::reset;
        if (closes) {
            exchange.peer_closed();
        } else {
            exchange.broke(resets ? base::Reason::reset : base::Reason::timed_out);
        }
    }
    return exchange.outcome().value();
}

Suites offered_suites(const tls::Hello& hello)
{
    if (const auto* client_hello = std::get_if<tls::ClientHello>(&hello)) {
        return client_hello->cipher_suites;
    }
    const auto& old = std::get<tls::Ssl2ClientHello>(hello);
    Suites suites = old.cipher_specs;
    if (old.version >= ProtocolVersion::ssl3) {
        std::erase_if(suites, tls::is_ssl2);
    }
    return suites;
}

tls::ProtocolVersion highest_version(const tls::Hello& hello)
{
    if (const auto* old = std::get_if<tls::Ssl2ClientHello>(&hello)) {
        return old->version;
    }
    const auto& client_hello = std::get<tls::ClientHello>(hello);
    auto highest = std::optional<ProtocolVersion>();
    for (const auto version : tls::offered_versions(client_hello)) {
        const bool known = std::ranges::find(tls::all_versions, version) != tls::all_versions.end();
        if (known && (!highest || version > *highest)) {
            highest = version;
        }
    }
    return highest.value_or(client_hello.legacy_version);
}

}  // namespace smtptls::lab
