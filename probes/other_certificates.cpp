#include "probes/other_certificates.hpp"

#include "probes/suite_sets.hpp"

#include <algorithm>
#include <string_view>

namespace smtptls::probes {
namespace {

using model::Fact;
using model::NameSent;
using tls::ProtocolVersion;
using tls::SignatureScheme;

// Of one sort: a server has a certificate or two, and one that shows another each time is not asked for ever.
constexpr int most_asked = 8;

constexpr std::array phrases = {"other kinds of certificates", "the certificate without a name in SNI",
                                "the certificate for another name"};
constexpr std::array purposes = {"other kinds of keys", "without a name in SNI", "another name in SNI"};

std::string_view type_of(std::string_view key_type)
{
    return key_type.substr(0, key_type.find(' '));
}

std::string_view curve_of(std::string_view key_type)
{
    const std::size_t space = key_type.find(' ');
    return space == std::string_view::npos ? "" : key_type.substr(space + 1);
}

// What a scheme's name begins with, for keys of a kind; in TLS 1.2 a scheme of ECDSA says nothing of the curve
// (RFC 5246 section 7.4.1.4.1).
std::vector<std::string> beginnings(const std::string& key_type, ProtocolVersion version)
{
    const std::string_view kind = type_of(key_type);
    if (kind == "RSA") {
        return {"rsa_pkcs1_", "rsa_pss_rsae_"};
    }
    if (kind == "RSA-PSS") {
        return {"rsa_pss_pss_"};
    }
    if (kind == "DSA") {
        return {"dsa_"};
    }
    if (kind == "ED25519" || kind == "ED448") {
        return {kind == "ED448" ? "ed448" : "ed25519"};
    }
    if (kind.starts_with("ML-DSA-")) {
        return {"mldsa" + std::string(kind.substr(kind.rfind('-') + 1))};
    }
    if (kind != "EC") {
        return {};
    }
    return {version >= ProtocolVersion::tls1_3 ? "ecdsa_" + std::string(curve_of(key_type)) : "ecdsa_"};
}

// Suites whose key exchange the certificate's key signs, by a scheme that the client offers.
bool is_signed(tls::CipherSuite suite)
{
    const tls::SuiteInfo& info = info_of(suite);
    return info.authentication == tls::Authentication::any ||
           (info.forward_secrecy && info.credentials == tls::CredentialClass::certificate);
}

bool signs_for(SignatureScheme scheme, tls::CipherSuite suite)
{
    const std::string name = tls::format(scheme);
    switch (info_of(suite).authentication) {
        case tls::Authentication::any: return !name.starts_with("rsa_pkcs1_") && !name.starts_with("dsa_");
        case tls::Authentication::rsa: return name.starts_with("rsa_");
        case tls::Authentication::ecdsa: return name.starts_with("ecdsa_") || name.starts_with("ed");
        case tls::Authentication::dss: return name.starts_with("dsa_");
        default: return false;
    }
}

}  // namespace

std::vector<SignatureScheme> schemes_of(const std::string& key_type, ProtocolVersion version)
{
    const std::vector<std::string> words = beginnings(key_type, version);
    std::vector<SignatureScheme> schemes;
    for (const SignatureScheme scheme : tls::all_schemes()) {
        const std::string name = tls::format(scheme);
        if (std::ranges::any_of(words, [&name](const std::string& word) { return name.starts_with(word); })) {
            schemes.push_back(scheme);
        }
    }
    return schemes;
}

OtherCertificates::OtherCertificates(const Knowledge& known, const ServerProfile& server)
    : server_(server),
      silent_((known.focus && !known.focus->certificates) || known.confirm == Confirm::none),
      named_(known.named),
      speakable_(known.schemes)
{
}

void OtherCertificates::see(const model::Certificate& leaf, const model::Answer& answer)
{
    leaves_.insert(leaf.sha256);
    key_types_.insert(leaf.key_type);
    if (const auto* const completed = std::get_if<model::Completed>(&answer.outcome)) {
        completed_[completed->choice.version].insert(completed->choice.suite);
    }
}

// In the newest version in which a handshake with a certificate was completed.
void OtherCertificates::begin()
{
    if (version_ || completed_.empty()) {
        return;
    }
    version_ = completed_.rbegin()->first;
    line(What::kinds).done = unseen_schemes().empty();
    line(What::without_name).done = !named_;
}

// That the certificates seen so far cannot sign with, and that some suite can be signed with.
std::vector<SignatureScheme> OtherCertificates::unseen_schemes() const
{
    std::vector<SignatureScheme> unseen;
    if (*version_ < ProtocolVersion::tls1_2) {
        return unseen;
    }
    const std::set<tls::CipherSuite>& suites = completed_.at(*version_);
    const auto serves = [&suites](SignatureScheme scheme) {
        return std::ranges::any_of(suites, [scheme](tls::CipherSuite suite) { return signs_for(scheme, suite); });
    };
    std::ranges::copy_if(speakable_, std::back_inserter(unseen), serves);
    for (const std::string& type : key_types_) {
        const std::vector<SignatureScheme> seen = schemes_of(type, *version_);
        std::erase_if(unseen, [&seen](SignatureScheme one) { return std::ranges::find(seen, one) != seen.end(); });
    }
    return unseen;
}

std::optional<model::HandshakeQuestion> OtherCertificates::next(What what)
{
    const std::set<tls::CipherSuite>& known = completed_.at(*version_);
    // A server that does not speak in there is not waited for again.
    model::HandshakeQuestion question{*version_, {known.begin(), known.end()}, false, server_.inside.silent};
    if (what != What::kinds) {
        question.name = what == What::without_name ? NameSent::none : NameSent::other;
        return question;
    }
    question.schemes = unseen_schemes();
    const auto serves = [&question](tls::CipherSuite suite) {
        return is_signed(suite) && std::ranges::any_of(question.schemes, [suite](SignatureScheme scheme) {
                   return signs_for(scheme, suite);
               });
    };
    question.suites = those(question.suites, serves);
    return question.schemes.empty() || question.suites.empty() ? std::nullopt : std::optional(question);
}

std::vector<model::Question> OtherCertificates::ask(std::size_t room, model::Numbering& ids)
{
    std::vector<model::Question> questions;
    // A server that has had enough of us is left alone.
    if (silent_ || unreached_ >= Patience::most_failures) {
        return questions;
    }
    begin();
    for (std::size_t i = 0; version_ && i < all && questions.size() < room; ++i) {
        Line& one = lines_.at(i);
        if (one.done || one.under_way) {
            continue;
        }
        auto asked = next(static_cast<What>(i));
        if (!asked || one.asked++ == most_asked) {
            one.done = true;
            continue;
        }
        one.under_way = ids.next();
        questions.push_back({*one.under_way,
                             "certificate",
                             {model::Purpose::Kind::certificate, *version_, purposes.at(i)},
                             *std::move(asked)});
    }
    return questions;
}

// A server that has no such key may answer with the one it has (RFC 8446 section 4.4.2.2).
bool OtherCertificates::is_another(const model::Answer& answer) const
{
    const auto* const completed = std::get_if<model::Completed>(&answer.outcome);
    return completed != nullptr && completed->certificate && !leaves_.contains(completed->certificate->sha256);
}

// An alert, or on a server that never sent one a close that comes again. What breaks off or is put off is no answer.
bool OtherCertificates::is_refusal(const model::Answer& answer, Line& line) const
{
    constexpr int enough_closes = 2;
    const bool closed = !server_.by_alert && reply_of(answer, *version_).kind == ReplyKind::closed;
    line.closes += closed ? 1 : 0;
    return std::holds_alternative<model::AlertReceived>(answer.outcome) || line.closes >= enough_closes;
}

void OtherCertificates::learn(const model::Answer& answer)
{
    for (std::size_t i = 0; i < all; ++i) {
        Line& one = lines_.at(i);
        if (one.under_way != answer.question.id) {
            continue;
        }
        one.under_way.reset();
        const bool completed = std::holds_alternative<model::Completed>(answer.outcome);
        if (!completed && !is_refusal(answer, one)) {
            const ReplyKind kind = reply_of(answer, *version_).kind;
            unreached_ += kind == ReplyKind::unreached ? 1 : 0;
            one.done = one.patience.after_alone(kind, server_.log.shaky) != Patience::Next::again;
            return;
        }
        one.patience.renew();
        one.shown = completed;
        one.evidence = {answer.question.id};
        one.done = static_cast<What>(i) != What::kinds || !is_another(answer);
    }
}

std::vector<model::Observation> OtherCertificates::conclude() const
{
    std::vector<base::UntrustedText> open;
    for (std::size_t i = 0; i < all; ++i) {
        const bool to_ask = static_cast<What>(i) != What::without_name || named_;
        if (!silent_ && !completed_.empty() && to_ask && !lines_.at(i).shown &&
            !(lines_.at(i).done && lines_.at(i).asked == 0)) {
            open.emplace_back(phrases.at(i));
        }
    }
    std::vector<model::Observation> out;
    if (!open.empty()) {
        out.push_back(model::observed<Fact::certificate_not_known>(std::move(open)));
    }
    const Line& without = line(What::without_name);
    const Line& other = line(What::other_name);
    const std::optional<bool> to_nobody = named_ ? without.shown : other.shown;
    if (to_nobody == false || other.shown == false || (to_nobody && other.shown)) {
        std::vector<model::QuestionId> evidence = without.evidence;
        evidence.insert(evidence.end(), other.evidence.begin(), other.evidence.end());
        out.push_back(model::observed<Fact::extensions_answers_any_sni>(
            to_nobody.value_or(true) && other.shown.value_or(true), std::move(evidence)));
    }
    return out;
}

}  // namespace smtptls::probes
