// A line of main.cf is judged by every service that reads it, postscreen and tlsproxy among them: it is useless
// only if none lives by it, and each sentence names for which services it holds.
#include "base/text_layout.hpp"
#include "catch.hpp"
#include "unit/remedy/postfix_sample.hpp"

namespace smtptls::remedy {
namespace {

const std::string with_certificate = certificate_lines;
const std::string port_25 = "smtp inet n - n - - smtpd\n";

// The sentences of a rule, one line each.
std::string said(const std::vector<ConfigFinding>& findings, const std::string& rule)
{
    std::string text;
    for (const ConfigFinding& one : findings) {
        text += one.rule == rule ? one.sentence + "\n" : "";
    }
    return text;
}

// The lines of a file that something is called useless at.
std::vector<std::size_t> useless_lines(const Explanation& explanation, const std::string& file)
{
    std::vector<std::size_t> lines;
    const auto take = [&](const std::vector<ConfigFinding>& findings) {
        for (const ConfigFinding& one : findings) {
            if (one.kind == FindingKind::useless && one.place && one.place->file == base::UntrustedText(file)) {
                lines.push_back(one.place->line);
            }
        }
    };
    take(explanation.findings);
    for (const ServiceExplanation& service : explanation.services) {
        take(service.findings);
    }
    return lines;
}

TEST_CASE("an old switch by which port 25 lives is not called useless because submission has a level", "[remedy]")
{
    const auto explanation = explain_text(of_2016, with_certificate + "smtpd_use_tls = yes\n",
                                          port_25 +
                                              "submission inet n - n - - smtpd\n"
                                              " -o smtpd_tls_security_level=encrypt\n");
    CHECK(useless_lines(explanation, "main.cf").empty());
    const std::string sentence = said(explanation.services[0].findings, "obsolete_switch_counts");
    CHECK(sentence.find("smtp (port 25)") != std::string::npos);
    CHECK(sentence.find("smtpd_tls_security_level = may") != std::string::npos);
    CHECK(explanation.services[0].governing[0].name == "smtpd_use_tls");
}

TEST_CASE("an old switch beside a level in main.cf counts for nobody", "[remedy]")
{
    const auto explanation =
        explain_text(of_2016, "smtpd_enforce_tls = yes\nsmtpd_tls_security_level = may\n", port_25);
    CHECK(useless_lines(explanation, "main.cf") == std::vector<std::size_t>{1});
    CHECK(said(explanation.findings, "counts_nowhere").find("smtpd_tls_security_level decides") != std::string::npos);
}

TEST_CASE("a level in main.cf is not useless below a wrapper port while port 25 lives by it", "[remedy]")
{
    const std::string main = with_certificate + "smtpd_tls_security_level = may\n";
    const std::string wrapper = "465 inet n - n - - smtpd\n -o smtpd_tls_wrappermode=yes\n";
    CHECK(useless_lines(explain_text(of_2025, main, port_25 + wrapper), "main.cf").empty());
    CHECK(useless_lines(explain_text(of_2025, main, wrapper), "main.cf") == std::vector<std::size_t>{3});
}

TEST_CASE("a mandatory list in main.cf is useless only if no port demands TLS", "[remedy]")
{
    const std::string main =
        with_certificate + "smtpd_tls_security_level = may\nsmtpd_tls_mandatory_protocols = >=TLSv1.2\n";
    const auto alone = explain_text(of_2025, main, port_25 + "2525 inet n - n - - smtpd\n");
    CHECK(said(alone.findings, "counts_nowhere").find("at smtp (port 25) and 2525 smtpd_tls_protocols counts") !=
          std::string::npos);
    const auto both =
        explain_text(of_2025, main, port_25 + "587 inet n - n - - smtpd\n -o smtpd_tls_security_level=encrypt\n");
    CHECK(useless_lines(both, "main.cf").empty());
    CHECK(said(both.services[0].findings, "nothing_set").find("main.cf:4 sets smtpd_tls_mandatory_protocols") !=
          std::string::npos);
}

TEST_CASE("a line that each service replaces with one of its own counts for nobody", "[remedy]")
{
    const auto explanation = explain_text(of_2025,
                                          with_certificate +
                                              "smtpd_tls_security_level = may\n"
                                              "smtpd_tls_protocols = >=TLSv1\n",
                                          port_25 + " -o smtpd_tls_protocols=>=TLSv1.2\n");
    CHECK(said(explanation.findings, "counts_nowhere").find("master.cf:2") != std::string::npos);
}

TEST_CASE("a list of a grade that nobody uses is useless and not harmful", "[remedy]")
{
    const std::string list = "tls_high_cipherlist = ECDHE+AESGCM\nsmtpd_tls_security_level = may\n";
    const auto unused =
        explain_text(of_2025, with_certificate + list + "smtpd_tls_mandatory_ciphers = high\n", port_25);
    CHECK(has_rule(unused.findings, "cipherlist_not_used:useless"));
    CHECK(said(unused.findings, "cipherlist_not_used").find("smtpd_tls_ciphers is \"medium\"") != std::string::npos);
    const auto used = explain_text(of_2025, with_certificate + list + "smtpd_tls_ciphers = high\n", port_25);
    const std::string sentence = said(used.findings, "cipherlist_changed");
    CHECK(sentence.find("smtp (port 25)") != std::string::npos);
    CHECK(sentence.find("named in smtpd_tls_exclude_ciphers") != std::string::npos);
}

TEST_CASE("a list of ciphers that counts for sending too says so", "[remedy]")
{
    const auto explanation =
        explain_text(of_2025, "smtp_tls_security_level = may\ntls_medium_cipherlist = AES128-SHA\n", "");
    CHECK(said(explanation.findings, "cipherlist_changed").find("counts for sending") != std::string::npos);
}

constexpr const char* behind_postscreen =
    "smtp inet n - n - 1 postscreen\n"
    "smtpd pass - - n - - smtpd\n -o smtpd_tls_protocols=>=TLSv1.2\n"
    "tlsproxy unix - - n - 0 tlsproxy\n";

TEST_CASE("clients that postscreen does not know get main.cf, not the lines below smtpd pass", "[remedy]")
{
    const auto explanation =
        explain_text(of_2025, with_certificate + "smtpd_tls_security_level = may\n", behind_postscreen);
    REQUIRE(explanation.services.size() == 2);
    CHECK(versions(explanation.services[0].now) == "1.0 1.1 1.2 1.3");
    CHECK(versions(explanation.services[1].now) == "1.2 1.3");
    CHECK(has_rule(explanation.services[1].findings, "not_at_postscreen:harmful"));
    CHECK(explanation.services[0].governing[1].name == "tlsproxy_tls_protocols");
}

TEST_CASE("a line of main.cf counts for postscreen's clients by its own name and by tlsproxy's", "[remedy]")
{
    for (const char* line : {"smtpd_tls_protocols", "tlsproxy_tls_protocols"}) {
        INFO(line);
        const auto explanation =
            explain_text(of_2025, with_certificate + "smtpd_tls_security_level = may\n" + line + " = >=TLSv1.2\n",
                         behind_postscreen);
        CHECK(versions(explanation.services[0].now) == "1.2 1.3");
        CHECK(explanation.services[0].governing[1].place->line == 4);
        CHECK(useless_lines(explanation, "main.cf").empty());
    }
}

TEST_CASE("postscreen's own level decides whether STARTTLS is offered, and tlsproxy must be there", "[remedy]")
{
    const std::string main = with_certificate + "smtpd_tls_security_level = may\n";
    CHECK(explain_text(of_2025, main + "postscreen_tls_security_level = none\n", behind_postscreen)
              .services[0]
              .now.offer == TlsOffer::none);
    const auto without = explain_text(of_2025, main, "smtp inet n - n - 1 postscreen\nsmtpd pass - - n - - smtpd\n");
    CHECK(without.services[0].now.offer == TlsOffer::broken);
}

TEST_CASE("a pass service without a postscreen is reached by nobody, and gets no advice", "[remedy]")
{
    const auto explanation = explain_text(of_2025, with_certificate + "smtpd_tls_security_level = may\n",
                                          port_25 + "smtpd pass - - n - - smtpd\n");
    CHECK(rules(explanation.services[1].findings) == std::vector<std::string>{"pass_unreached:useless"});
    for (const ConfigAdvice& advice : explanation.advice) {
        for (const ConfigChange& change : advice.changes) {
            CHECK_FALSE((change.below && change.below->line == 2));
        }
    }
}

TEST_CASE("a tlsproxy_ line where nothing but smtpd runs counts for nobody", "[remedy]")
{
    const auto explanation = explain_text(
        of_2025, with_certificate + "smtpd_tls_security_level = may\ntlsproxy_tls_protocols = >=TLSv1.2\n", port_25);
    CHECK(said(explanation.findings, "counts_nowhere").find("at smtp (port 25) it is not read") != std::string::npos);
}

// What a port is for.

TEST_CASE("wrapper mode on a port for STARTTLS is harmful, on another it is not", "[remedy]")
{
    for (const char* name : {"smtp", "25", "submission", "0.0.0.0:587"}) {
        INFO(name);
        CHECK(has_rule(explain_service(of_2025, name, {"smtpd_tls_wrappermode=yes"}).findings,
                       "wrapper_on_starttls_port:harmful"));
    }
    for (const char* name : {"smtps", "465", "10465"}) {
        INFO(name);
        CHECK_FALSE(has_rule(explain_service(of_2025, name, {"smtpd_tls_wrappermode=yes"}).findings,
                             "wrapper_on_starttls_port:harmful"));
    }
}

TEST_CASE("wrapper mode in main.cf is harmful at the line of main.cf for each port that inherits it", "[remedy]")
{
    const auto explanation = explain_text(of_2025, with_certificate + "smtpd_tls_wrappermode = yes\n",
                                          port_25 + "465 inet n - n - - smtpd\n -o smtpd_tls_wrappermode=no\n");
    CHECK(has_rule(explanation.services[0].findings, "wrapper_on_starttls_port:harmful"));
    CHECK(has_rule(explanation.services[1].findings, "no_wrapper_on_465:harmful"));
}

TEST_CASE("465 without wrapper mode is harmful, whatever its level, and not right", "[remedy]")
{
    const auto service = explain_service(of_2025, "submissions", {"smtpd_tls_security_level=encrypt"});
    CHECK(has_rule(service.findings, "no_wrapper_on_465:harmful"));
    CHECK_FALSE(has_rule(service.findings, "encrypt_at_submission:right"));
}

TEST_CASE("TLS demanded of a content filter on this machine stops all mail", "[remedy]")
{
    for (const char* name : {"127.0.0.1:10026", "localhost:10025", "[::1]:10025"}) {
        INFO(name);
        const auto explanation = explain_text(of_2025, with_certificate + "smtpd_tls_security_level = encrypt\n",
                                              std::string(name) + " inet n - n - - smtpd\n -o content_filter=\n");
        CHECK(explanation.services[0].role == "internal");
        CHECK(has_rule(explanation.services[0].findings, "encrypt_on_internal:harmful"));
        CHECK_FALSE(has_rule(explanation.services[0].findings, "encrypt_at_submission:right"));
    }
}

TEST_CASE("a port for this machine without TLS is as it should be", "[remedy]")
{
    CHECK(explain_service(of_2025, "127.0.0.1:10025", {}).findings.empty());
}

const std::string with_sasl = with_certificate + "smtpd_sasl_auth_enable = yes\nsmtpd_tls_auth_only = yes\n";

TEST_CASE("without TLS passwords go in the clear, or nobody can log in", "[remedy]")
{
    const auto explanation = explain_text(of_2025, with_sasl + "smtpd_tls_security_level = none\n",
                                          "2500 inet n - n - - smtpd\n"
                                          "2501 inet n - n - - smtpd\n -o smtpd_tls_auth_only=no\n");
    const auto& closed = explanation.services[0].findings;
    CHECK(has_rule(closed, "nobody_can_log_in:missing"));
    CHECK_FALSE(has_rule(closed, "password_in_clear:missing"));
    const auto& open = explanation.services[1].findings;
    CHECK(has_rule(open, "password_in_clear:missing"));
    CHECK_FALSE(has_rule(open, "tls_is_off:useless"));
    CHECK(said(open, "tls_not_on").find("smtpd_tls_security_level is none") != std::string::npos);
}

TEST_CASE("where only mechanisms without a plain password are offered in the clear, none is sent", "[remedy]")
{
    const std::string main = with_certificate + "smtpd_tls_security_level = may\nsmtpd_sasl_auth_enable = yes\n";
    const std::string master = "2525 inet n - n - - smtpd\n";
    CHECK(has_rule(explain_text(of_2025, main, master).services[0].findings, "password_in_clear:missing"));
    CHECK_FALSE(has_rule(explain_text(of_2025, main + "smtpd_sasl_security_options = noplaintext noanonymous\n", master)
                             .services[0]
                             .findings,
                         "password_in_clear:missing"));
}

TEST_CASE("in wrapper mode broken TLS is a dropped connection and not an answer to STARTTLS", "[remedy]")
{
    const auto without = explain_text(of_2025, "", "465 inet n - n - - smtpd\n -o smtpd_tls_wrappermode=yes\n");
    CHECK(without.services[0].now.note.find("dropped") != std::string::npos);
    CHECK(said(without.services[0].findings, "no_certificate").find("454") == std::string::npos);
    const auto list =
        explain_service(of_2016, "465", {"smtpd_tls_wrappermode=yes", "smtpd_tls_mandatory_protocols=>=TLSv1.2"});
    CHECK(said(list.findings, "range_too_new").find("dropped") != std::string::npos);
}

TEST_CASE("options below a service whose header is a comment belong to the one before, and that is said", "[remedy]")
{
    const auto explanation = explain_text(of_2025, with_certificate,
                                          "smtp inet n - n - - smtpd\n"
                                          "#smtps inet n - n - - smtpd\n"
                                          "#  -o syslog_name=postfix/smtps\n"
                                          "  -o smtpd_tls_wrappermode=yes\n");
    const std::string sentence = said(explanation.services[0].findings, "swallowed_options");
    CHECK(sentence.find("The line 2 above, which would begin the service smtps") != std::string::npos);
    CHECK(sentence.find("belong to smtp") != std::string::npos);
    const auto stock = explain_text(of_2025, with_certificate,
                                    "smtp inet n - n - - smtpd\n#smtp inet n - n - 1 postscreen\n  -o content_filter=\n"
                                    "#submission inet n - n - - smtpd\n#  -o smtpd_tls_security_level=encrypt\n");
    CHECK_FALSE(has_rule(stock.services[0].findings, "swallowed_options:harmful"));
}

// Sending.

TEST_CASE("TLS demanded of the one relayhost is nothing to blame", "[remedy]")
{
    const std::string demanded = "smtp_tls_security_level = encrypt\nsmtp_tls_mandatory_protocols = >=TLSv1.2\n";
    CHECK(has_rule(explain_text(of_2025, demanded, "").findings, "client_encrypt:harmful"));
    CHECK(rules(explain_text(of_2025, demanded + "relayhost = [relay.example.com]:587\n", "").findings) ==
          std::vector<std::string>{"client_line:right"});
}

TEST_CASE("a line for sending is said to touch nobody who connects, and to be idle where no TLS is demanded",
          "[remedy]")
{
    const std::string line = "smtp_tls_mandatory_protocols = TLSv1\n";
    const std::string may = "smtp_tls_security_level = may\n";
    const auto at = [&](const std::string& more, const std::string& master) {
        return rules(explain_text(of_2025, line + may + more, master).findings);
    };
    const std::vector<std::string> idle = {"client_not_demanded:useless"};
    const std::vector<std::string> counts = {"client_line:right"};
    CHECK(at("", "") == idle);
    CHECK(at("", "smtp unix - - n - - smtp\n") == idle);
    CHECK(at("smtp_tls_policy_maps = hash:/etc/postfix/policy\n", "") == counts);
    CHECK(at("smtp_tls_per_site = hash:/etc/postfix/sites\n", "") == counts);
    CHECK(at("", "relay unix - - n - - smtp\n -o smtp_tls_security_level=dane\n") == counts);
    CHECK(at("", "relay unix - - n - - smtp\n -o smtp_tls_security_level=$my_level\n") == counts);
}

TEST_CASE("wrapper mode for sending is for a relayhost on port 465 only", "[remedy]")
{
    const auto found = [](const char* host) {
        return has_rule(explain_text(of_2025,
                                     std::string("smtp_tls_wrappermode = yes\nsmtp_tls_security_level = encrypt\n"
                                                 "relayhost = ") +
                                         host + "\n",
                                     "")
                            .findings,
                        "client_wrapper:harmful");
    };
    CHECK(found("[mail.example.net]:587"));
    CHECK(found("mail.example.net"));
    CHECK_FALSE(found("[mail.example.net]:465"));
    CHECK_FALSE(found("[mail.example.net]:submissions"));
}

TEST_CASE("TLS for sending is its owner's affair where mail goes to chosen servers", "[remedy]")
{
    const std::string demanded = "smtp_tls_wrappermode = yes\nsmtp_tls_security_level = encrypt\n";
    for (const char* chosen : {"default_transport = smtp:[out.example.net]:465\n", "transport_maps = hash:/etc/t\n",
                               "sender_dependent_relayhost_maps = hash:/etc/r\n", "smtp_sasl_auth_enable = yes\n"}) {
        const auto found = explain_text(of_2025, demanded + chosen, "").findings;
        INFO(chosen);
        CHECK_FALSE(has_rule(found, "client_wrapper:harmful"));
        CHECK_FALSE(has_rule(found, "client_encrypt:harmful"));
    }
}

TEST_CASE("a word that is no level for sending stops the mail", "[remedy]")
{
    CHECK(has_rule(explain_text(of_2025, "smtp_tls_security_level = must\n", "").findings, "client_bad_level:harmful"));
    CHECK(explain_text(of_2025, "smtp_tls_security_level = dane\n", "").findings.empty());
}

// The lines of main.cf that the first advice writes.
std::string written_to_main(const Explanation& explanation)
{
    std::string text;
    for (const ConfigChange& change :
         explanation.advice.empty() ? std::vector<ConfigChange>() : explanation.advice[0].changes) {
        text += change.where == base::UntrustedText("main.cf") ? base::joined(change.lines, "\n") + "\n" : "";
    }
    return text;
}

TEST_CASE("a word that means yes becomes yes, and what nobody can tell stays as it is", "[remedy]")
{
    const auto written = [](const std::string& value) {
        return written_to_main(explain_text(of_2025, with_certificate + "smtpd_use_tls = " + value + "\n", port_25));
    };
    for (const char* yes : {"enabled", "true", "yess", "yes, please", "1"}) {
        INFO(yes);
        CHECK(written(yes).find("smtpd_use_tls = yes") != std::string::npos);
    }
    CHECK(written("off").find("smtpd_use_tls = no") != std::string::npos);
    for (const char* unclear : {"2", "opportunistic"}) {
        INFO(unclear);
        CHECK(written(unclear).find("smtpd_use_tls") == std::string::npos);
    }
}

TEST_CASE("postscreen's own line that switches TLS off counts, and is not taken out", "[remedy]")
{
    const auto explanation = explain_text(of_2025, with_certificate + "smtpd_tls_security_level = may\n",
                                          "smtp inet n - n - 1 postscreen\n"
                                          " -o smtpd_tls_security_level=none\n"
                                          "smtpd pass - - n - - smtpd\n"
                                          "tlsproxy unix - - n - 0 tlsproxy\n");
    CHECK(useless_lines(explanation, "master.cf").empty());
    REQUIRE_FALSE(explanation.services[0].governing.empty());
    CHECK(explanation.services[0].governing[0].value == base::UntrustedText("none"));
    CHECK(explanation.advice[0].changes.empty());
}

TEST_CASE("an old switch that does harm is not called right as well", "[remedy]")
{
    const auto explanation = explain_text(of_2016, with_certificate + "smtpd_enforce_tls = yes\n", port_25);
    CHECK(has_rule(explanation.services[0].findings, "encrypt_on_exchanger:harmful"));
    CHECK(said(explanation.services[0].findings, "obsolete_switch_counts").empty());
}

TEST_CASE("of a program that does not start only the line is told that stops it", "[remedy]")
{
    const auto explanation = explain_text(of_2025,
                                          "smtpd_tls_security_level = may\nsmtpd_tls_auth_only = maybe\n"
                                          "smtpd_sasl_auth_enable = yes\n",
                                          port_25);
    CHECK(explanation.services[0].findings.empty());
    CHECK(has_rule(explanation.findings, "bad_boolean:harmful"));
}

TEST_CASE("an option that says what is wanted already stays, and only what contradicts it goes", "[remedy]")
{
    const auto explanation = explain_text(of_2025, with_certificate + "smtpd_tls_security_level = may\n",
                                          "587 inet n - n - - smtpd\n -o smtpd_tls_security_level=encrypt\n"
                                          " -o smtpd_tls_security_level=may\n");
    for (const ConfigChange& change : explanation.advice.at(0).changes) {
        if (change.below) {
            CHECK(change.lines.empty());
            REQUIRE(change.remove.size() == 1);
            CHECK(change.remove[0].place->line == 3);
        }
    }
}

TEST_CASE("a list of suites that is taken out leaves clients the versions that they had", "[remedy]")
{
    const auto explanation = explain_text(of_2016,
                                          with_certificate +
                                              "smtpd_tls_security_level = may\nsmtpd_tls_ciphers = high\n"
                                              "tls_high_cipherlist = ECDHE-RSA-AES256-GCM-SHA384\n",
                                          port_25);
    CHECK(versions(explanation.services[0].now) == "1.2");
    REQUIRE(explanation.advice.at(0).after.size() == 1);
    CHECK(versions(explanation.advice[0].after[0].forecast) == "1.2");
    CHECK(explanation.advice[0].after[0].forecast.suites.size() > 1);
}

TEST_CASE("the kinds of key that were read decide over suites and over what is said of them", "[remedy]")
{
    const std::string main = "smtpd_tls_security_level = may\nsmtpd_tls_chain_files = /a.pem, /b.pem\n";
    const auto explained = [&](const KeyKinds& a, const KeyKinds& b) {
        PostfixChoice choice = of_2025;
        choice.keys = {{"/a.pem", a}, {"/b.pem", b}};
        return explain_text(choice, main, port_25).services[0];
    };
    const KeyKinds rsa{true, false, false};
    const KeyKinds ecdsa{false, true, false};
    const auto has = [](const ServiceExplanation& service, const char* suite) {
        const auto all = names(service.now);
        return std::find(all.begin(), all.end(), suite) != all.end();
    };
    const auto both = explained(rsa, ecdsa);
    CHECK(has(both, "ECDHE-RSA-AES128-GCM-SHA256"));
    CHECK(has(both, "ECDHE-ECDSA-AES128-GCM-SHA256"));
    CHECK_FALSE(has_rule(both.findings, "ecdsa_alone:missing"));
    const auto alone = explained(ecdsa, ecdsa);
    CHECK_FALSE(has(alone, "ECDHE-RSA-AES128-GCM-SHA256"));
    CHECK(has_rule(alone.findings, "ecdsa_alone:missing"));
}

TEST_CASE("a certificate file of which nothing was read leaves the assumption of an RSA key", "[remedy]")
{
    PostfixChoice choice = of_2025;
    choice.keys = {{"/a.pem", {false, true, false}}};
    const auto explanation =
        explain_text(choice, "smtpd_tls_security_level = may\nsmtpd_tls_chain_files = /a.pem /other.pem\n", port_25);
    CHECK_FALSE(has_rule(explanation.services[0].findings, "ecdsa_alone:missing"));
    CHECK(explanation.assumptions.back().find("the certificate has an RSA key") == 0);
}

TEST_CASE("a list of suites for RSA starves a server whose certificate has an ECDSA key", "[remedy]")
{
    PostfixChoice choice = of_2025;
    choice.keys = {{"/etc/cert.pem", {false, true, false}}};
    const auto explanation = explain_text(choice,
                                          "smtpd_tls_cert_file = /etc/cert.pem\nsmtpd_tls_security_level = may\n"
                                          "smtpd_tls_protocols = TLSv1.2\nsmtpd_tls_ciphers = high\n"
                                          "tls_high_cipherlist = ECDHE-RSA-AES256-GCM-SHA384\n",
                                          port_25);
    CHECK(explanation.services[0].now.versions.empty());
    CHECK(said(explanation.services[0].findings, "starved").find("does not go with the key of the certificate") !=
          std::string::npos);
}

TEST_CASE("the parameter for a certificate is one that the release knows", "[remedy]")
{
    const std::string level = "smtpd_tls_security_level = may\n";
    const auto text = [&](const PostfixChoice& choice) {
        return said(explain_text(choice, level, port_25).services[0].findings, "no_certificate");
    };
    CHECK(text(of_2016).find("smtpd_tls_chain_files") == std::string::npos);
    CHECK(text(of_2025).find("smtpd_tls_chain_files") != std::string::npos);
}

TEST_CASE("what is missing and does harm is in the summary, with its place", "[remedy]")
{
    const auto explanation = explain_text(of_2025, with_certificate + "smtpd_tls_security_level = may\n",
                                          port_25 + "smtps inet n - n - - smtpd\n");
    CHECK(explanation.summary[0] == "Does harm: master.cf:2.");
}

TEST_CASE("a release without names for TLS 1.1 gets no lines, and the reason", "[remedy]")
{
    PostfixChoice old;
    old.postfix = Release{2, 6, 6};
    const auto explanation = explain_text(old, with_certificate + "smtpd_tls_security_level = may\n", port_25);
    CHECK(explanation.advice.empty());
    CHECK(explanation.assumptions[0].find("Postfix 2.6.6 has no word for TLS 1.1") == 0);
}

}  // namespace
}  // namespace smtptls::remedy
