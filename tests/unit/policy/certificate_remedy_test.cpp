// Remedies for certificates: each fault of one that a policy finds has its sentence, in the words of the server, and
// nothing that a server, a certificate or a target says gets into a line.
#include "report/policy/certificate_remedy.hpp"

#include "catch.hpp"
#include "report/policy/judge.hpp"
#include "report/policy/policies.hpp"
#include "unit/policy/endpoints.hpp"

#include <algorithm>
#include <functional>

namespace smtptls::policy {
namespace {

using base::UntrustedText;
using model::EndpointResult;
using model::Fact;
using model::Role;

using Lines = std::vector<std::string>;

constexpr const char* debian_postfix = "220 mail.example.com ESMTP Postfix (Debian/GNU)";
constexpr const char* debian_exim = "220 mail.example.com ESMTP Exim 4.96 Tue, 01 Dec 2026 08:00:00 +0000";
constexpr const char* exchange = "220 mail.example.com Microsoft ESMTP MAIL Service";

std::string text_of_remedy(const Lines& lines)
{
    std::string text;
    for (const std::string& line : lines) {
        text += line + "\n";
    }
    return text;
}

bool is_advised(const Lines& lines, const std::string& part)
{
    return text_of_remedy(lines).find(part) != std::string::npos;
}

Lines settings_among(const Lines& lines)
{
    Lines settings;
    std::ranges::copy_if(lines, std::back_inserter(settings),
                         [](const std::string& line) { return !line.starts_with("#"); });
    return settings;
}

void note_of_leaf(EndpointResult& result, Fact fact, model::Value value)
{
    test::observe(result, fact, test::leaf_subject, std::move(value));
}

// A server whose certificate nothing is wrong with, but for what `spoil` does.
EndpointResult server_with(const std::string& greeting, const std::function<void(EndpointResult&)>& spoil)
{
    EndpointResult result = test::endpoint_for(Role::submission);
    result.endpoint.host = "mail.example.com";
    test::show_leaf(result, {"EC secp256r1", 256, "ecdsa-with-SHA256"});
    test::observe(result, Fact::smtp_greeting, "", UntrustedText(greeting));
    spoil(result);
    return result;
}

Lines advice_for(const EndpointResult& result, const std::vector<std::string>& names = {"pci"})
{
    std::vector<Policy> policies;
    std::ranges::transform(names, std::back_inserter(policies),
                           [](const std::string& name) { return *test::find_policy(name); });
    const auto judgements = judge(policies, Role::submission, result);
    for (const model::Judgement& one : judgements) {
        CHECK(one.remedy == judgements.front().remedy);
    }
    return judgements.front().remedy;
}

void distrust(EndpointResult& result, const std::string& words)
{
    note_of_leaf(result, Fact::certificate_trusted, false);
    note_of_leaf(result, Fact::certificate_trust_fault, UntrustedText(words));
}

void be_self_signed(EndpointResult& result)
{
    note_of_leaf(result, Fact::certificate_self_signed, true);
    distrust(result, "self-signed certificate: CN=mail.example.com");
}

void come_alone(EndpointResult& result)
{
    distrust(result,
             "unable to get local issuer certificate: CN=mail.example.com, whose issuer is neither sent nor a "
             "trusted root: CN=Example CA");
}

void end_nowhere(EndpointResult& result)
{
    test::show_issuer(result, {"RSA", 4096, "sha256WithRSAEncryption"});
    come_alone(result);
}

TEST_CASE("nothing is said of a certificate that nothing is wrong with", "[remedies]")
{
    CHECK(advice_for(server_with(debian_postfix, [](EndpointResult&) {})).empty());
}

TEST_CASE("a self-signed certificate has a remedy, in the words of the server", "[remedies]")
{
    const Lines for_postfix = advice_for(server_with(debian_postfix, be_self_signed));
    CHECK(is_advised(for_postfix,
                     "# certbot certonly --standalone -d mail.example.com \\\n#   --deploy-hook 'postfix reload'\n"));
    CHECK(settings_among(for_postfix) ==
          Lines{"smtpd_tls_chain_files = /etc/letsencrypt/live/mail.example.com/privkey.pem, "
                "/etc/letsencrypt/live/mail.example.com/fullchain.pem"});
    CHECK(is_advised(for_postfix, "Before 3.4"));
    CHECK(is_advised(for_postfix, "report --suggest-waivers"));
    CHECK_FALSE(is_advised(for_postfix, "--ca-file"));  // which makes no difference to it
    const Lines for_exim = advice_for(server_with(debian_exim, be_self_signed));
    CHECK(settings_among(for_exim) ==
          Lines{"tls_certificate = /etc/exim4/fullchain.pem", "tls_privatekey = /etc/exim4/privkey.pem"});
    CHECK(is_advised(for_exim, "systemctl reload exim4'"));
    const Lines for_others = advice_for(server_with(exchange, be_self_signed));
    CHECK(is_advised(for_others, "certbot certonly --standalone -d mail.example.com\n"));
    CHECK(settings_among(for_others).empty());
}

TEST_CASE("a certificate without its issuer's needs its chain and no other certificate", "[remedies]")
{
    for (const char* const greeting : {debian_postfix, debian_exim, exchange}) {
        const Lines lines = advice_for(server_with(greeting, come_alone));
        CHECK(is_advised(lines, "without its issuer's"));
        CHECK_FALSE(is_advised(lines, "certbot certonly"));
        CHECK(is_advised(lines, "--ca-file ROOT.pem"));
        CHECK(is_advised(lines, "fullchain.pem") == (greeting != std::string(exchange)));
    }
}

TEST_CASE("an issuer that nobody knows may be a CA of one's own", "[remedies]")
{
    const Lines lines = advice_for(server_with(debian_postfix, end_nowhere));
    CHECK(is_advised(lines, "an issuer that clients do not know"));
    CHECK(is_advised(lines, "--ca-file ROOT.pem"));
    CHECK(is_advised(lines, "certbot certonly"));
    const auto with_root = [](EndpointResult& result) {
        distrust(result, "self-signed certificate in certificate chain: CN=Example Root");
    };
    CHECK(is_advised(advice_for(server_with(debian_postfix, with_root)), "an issuer that clients do not know"));
}

TEST_CASE("what is not in its place is said where the chain is not trusted", "[remedies]")
{
    const auto misplaced = [](EndpointResult& result) {
        end_nowhere(result);
        note_of_leaf(result, Fact::certificate_chain_faults,
                     test::texts({"certificate 2 (CN=Example CA): not in its order"}));
    };
    CHECK(is_advised(advice_for(server_with(debian_postfix, misplaced)), "Order of the certificates in the file"));
    CHECK_FALSE(
        is_advised(advice_for(server_with(debian_postfix, end_nowhere)), "Order of the certificates in the file"));
}

TEST_CASE("a chain that is refused for its constraints needs another", "[remedies]")
{
    const auto constrained = [](EndpointResult& result) { distrust(result, "permitted subtree violation: CN=a"); };
    const Lines lines = advice_for(server_with(debian_postfix, constrained));
    CHECK(is_advised(lines, "does not hold"));
    CHECK_FALSE(is_advised(lines, "--ca-file"));
}

TEST_CASE("a certificate outside its dates is renewed, or clocks are looked at", "[remedies]")
{
    const auto over = [](std::int64_t days) {
        return [days](EndpointResult& result) {
            note_of_leaf(result, Fact::certificate_outside_its_dates, true);
            note_of_leaf(result, Fact::certificate_days_left, days);
            distrust(result, "certificate has expired: CN=mail.example.com");
        };
    };
    const Lines expired = advice_for(server_with(debian_postfix, over(-3)));
    CHECK(is_advised(expired, "certbot renew"));
    CHECK_FALSE(is_advised(expired, "certbot certonly"));
    CHECK_FALSE(is_advised(expired, "an issuer"));
    CHECK(settings_among(expired).empty());
    CHECK(is_advised(advice_for(server_with(debian_postfix, over(80))), "clocks"));
}

TEST_CASE("an issuer outside its dates is replaced in the file", "[remedies]")
{
    const auto old_issuer = [](EndpointResult& result) {
        test::show_issuer(result, {"RSA", 4096, "sha256WithRSAEncryption"});
        note_of_leaf(result, Fact::certificate_issuer_dates,
                     test::texts({"2024-01-01T00:00:00Z 2026-01-01T00:00:00Z outside"}));
        distrust(result, "certificate has expired: CN=Example CA");
    };
    const Lines lines = advice_for(server_with(debian_postfix, old_issuer));
    CHECK(is_advised(lines, "put the one that its CA offers today into the file"));
    CHECK(settings_among(lines).size() == 1);
    CHECK_FALSE(is_advised(lines, "It has expired"));
}

TEST_CASE("another name needs another certificate", "[remedies]")
{
    const auto named = [](EndpointResult& result) { note_of_leaf(result, Fact::certificate_names_host, false); };
    const Lines lines = advice_for(server_with(debian_postfix, named));
    CHECK(is_advised(lines, "subjectAltName"));
    CHECK(is_advised(lines, "-d mail.example.com"));
    CHECK_FALSE(is_advised(lines, "waiver"));
}

TEST_CASE("a key that is too short is replaced by one of its kind that all policies allow", "[remedies]")
{
    const auto with_key = [](const std::string& type, std::int64_t bits) {
        return [type, bits](EndpointResult& result) {
            note_of_leaf(result, Fact::certificate_key_type, UntrustedText(type));
            note_of_leaf(result, Fact::certificate_key_bits, bits);
        };
    };
    const EndpointResult rsa = server_with(debian_postfix, with_key("RSA", 1024));
    CHECK(is_advised(advice_for(rsa), "--key-type rsa --rsa-key-size 3072"));
    CHECK(is_advised(advice_for(rsa, {"mozilla-modern"}), "--key-type ecdsa --elliptic-curve secp256r1"));
    CHECK(is_advised(advice_for(server_with(debian_postfix, with_key("EC secp192r1", 192))),
                     "--elliptic-curve secp256r1"));
    const Lines none = advice_for(rsa, {"cnsa"});
    CHECK(is_advised(none, "certbot makes no key of the kinds"));
    CHECK_FALSE(is_advised(none, "certbot certonly"));
}

TEST_CASE("a key of an issuer's that is too short is its CA's matter", "[remedies]")
{
    const auto weak = [](EndpointResult& result) {
        test::show_issuer(result, {"RSA", 1024, "sha256WithRSAEncryption"});
    };
    const Lines lines = advice_for(server_with(debian_postfix, weak));
    CHECK(is_advised(lines, "only another chain of its CA"));
    CHECK_FALSE(is_advised(lines, "Its key is not"));
}

TEST_CASE("a signature with SHA-1 and a revoked certificate need another certificate", "[remedies]")
{
    const auto sha1 = [](EndpointResult& result) {
        note_of_leaf(result, Fact::certificate_signature_algorithm, UntrustedText("sha1WithRSAEncryption"));
    };
    CHECK(is_advised(advice_for(server_with(debian_postfix, sha1)), "algorithm that is not allowed"));
    const auto revoked = [](EndpointResult& result) { note_of_leaf(result, Fact::certificate_not_revoked, false); };
    const Lines lines = advice_for(server_with(debian_exim, revoked));
    CHECK(is_advised(lines, "for a new key"));
    CHECK(is_advised(lines, "certbot certonly"));
}

TEST_CASE("must-staple is for servers that can staple", "[remedies]")
{
    const auto must = [](EndpointResult& result) {
        note_of_leaf(result, Fact::certificate_must_staple, true);
        note_of_leaf(result, Fact::certificate_stapled, false);
    };
    const Lines for_postfix = advice_for(server_with(debian_postfix, must), {"rfc9325"});
    CHECK(is_advised(for_postfix, "no Postfix can staple one: have it issued without that demand"));
    CHECK_FALSE(is_advised(for_postfix, "tls_ocsp_file"));
    CHECK(is_advised(advice_for(server_with(debian_exim, must), {"rfc9325"}), "tls_ocsp_file"));
}

TEST_CASE("a policy that demands a staple asks too much of a Postfix", "[remedies]")
{
    const auto bare = [](EndpointResult& result) { note_of_leaf(result, Fact::certificate_stapled, false); };
    const Lines lines = advice_for(server_with(debian_postfix, bare), {"nist"});
    CHECK(is_advised(lines, "no Postfix can do that: waive the rule"));
    CHECK_FALSE(is_advised(lines, "certbot"));
}

TEST_CASE("who asks for a responder is told that Let's Encrypt has none", "[remedies]")
{
    const auto silent = [](EndpointResult& result) { note_of_leaf(result, Fact::certificate_ocsp_named, false); };
    CHECK(is_advised(advice_for(server_with(debian_postfix, silent), {"nist"}), "Let's Encrypt name none"));
}

TEST_CASE("the wrong usages are for another certificate", "[remedies]")
{
    const auto for_clients = [](EndpointResult& result) {
        note_of_leaf(result, Fact::certificate_server_usage, false);
    };
    const std::string words = "extendedKeyUsage serverAuth";
    CHECK(is_advised(advice_for(server_with(debian_postfix, for_clients), {"anssi"}), words));
    const auto refused = [&](EndpointResult& result) {
        for_clients(result);
        distrust(result, "unsuitable certificate purpose: CN=mail.example.com");
    };
    const Lines lines = advice_for(server_with(debian_postfix, refused));
    CHECK(is_advised(lines, words));
    CHECK_FALSE(is_advised(lines, "does not hold"));
}

TEST_CASE("a host that is no plain name does not stand in a command", "[remedies]")
{
    for (const std::string host :
         {"192.0.2.1", "2001:db8::1", "a;reboot.example", "-rf.example", "x/../y.example", "a..example", ".example",
          "mail", "a-.example", "$(reboot).example", "a b.example", "m\xc3\xbcller.example", "a\n.example", ""}) {
        CHECK(name_for_commands(host) == "NAME");
        EndpointResult result = server_with(debian_postfix, be_self_signed);
        result.endpoint.host = host;
        const Lines lines = advice_for(result);
        CHECK(is_advised(lines, "-d NAME"));
        CHECK((host.empty() || host == "mail" || host == ".example" || !is_advised(lines, host)));
    }
    CHECK(name_for_commands(std::string(64, 'a') + ".example") == "NAME");
    CHECK(name_for_commands("Mail.Example.COM.") == "mail.example.com");
    CHECK(name_for_commands("mail.xn--bcher-kva.example") == "mail.xn--bcher-kva.example");
}

TEST_CASE("nothing that a certificate or a greeting says stands in a remedy", "[remedies]")
{
    const std::string bad = "'; reboot #\n$(reboot)";
    const auto hostile = [&bad](EndpointResult& result) {
        be_self_signed(result);
        note_of_leaf(result, Fact::certificate_names_host, false);
        for (const Fact fact : {Fact::certificate_subject, Fact::certificate_issuer, Fact::certificate_trust_fault}) {
            note_of_leaf(result, fact, UntrustedText(bad));
        }
        note_of_leaf(result, Fact::certificate_dns_names, test::texts({bad}));
        note_of_leaf(result, Fact::certificate_chain_faults, test::texts({bad}));
    };
    const Lines lines = advice_for(server_with(std::string(debian_postfix) + bad, hostile));
    CHECK_FALSE(is_advised(lines, "reboot"));
    CHECK(settings_among(lines).size() == 1);
}

}  // namespace
}  // namespace smtptls::policy
