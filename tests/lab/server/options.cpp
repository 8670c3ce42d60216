// The lab server's command line. The only file here that includes CLI11.
#include "options.hpp"

#include "hello_table_json.hpp"

#include <CLI/CLI.hpp>

#include <charconv>
#include <iomanip>
#include <iostream>
#include <stdexcept>

namespace smtptls::lab {

namespace {

// Postfix 3.1's smtpd with OpenSSL 1.0.2, as far as today's library goes: "medium" without what came
// after 1.0.2 (ChaCha20, CCM, ARIA, Camellia with SHA-2), one curve, no RC4 and no 3DES; Postfix 3.1
// is the first with a DH prime of 2048 bits of its own.
constexpr const char* story_ciphers =
    "aNULL:-aNULL:ALL:!EXPORT:!LOW:!eNULL:!aDSS:!PSK:!SRP:!CHACHA20:!AESCCM:!ARIA:-CAMELLIA:"
    "DHE-RSA-CAMELLIA256-SHA:DHE-RSA-CAMELLIA128-SHA:ADH-CAMELLIA256-SHA:ADH-CAMELLIA128-SHA:"
    "CAMELLIA256-SHA:CAMELLIA128-SHA:@STRENGTH";

struct Texts {
    std::vector<std::string> listen;
    std::vector<std::string> behaviours;
    std::string ciphersuites;
    std::string hello_table;
    double idle_seconds = 60;
    bool story = false;
    bool list_behaviours = false;
    bool print_table_example = false;
};

ListenOption parse_listen(const std::string& text)
{
    const auto colon = text.find(':');
    const auto kind = text.substr(0, colon);
    ListenOption option;
    option.entry = kind == "implicit" ? Entry::implicit : Entry::starttls;
    const auto port = colon == std::string::npos ? std::string() : text.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), option.port);
    const bool whole = !port.empty() && error == std::errc() && end == port.data() + port.size();
    if (!whole || (kind != "starttls" && kind != "implicit")) {
        throw std::runtime_error("--listen " + text + ": it is starttls:PORT or implicit:PORT");
    }
    return option;
}

void add_server_options(CLI::App& app, Options& options, Texts& texts)
{
    app.add_option("--listen", texts.listen, "starttls:PORT or implicit:PORT, port 0 for a free one; repeatable")
        ->expected(1)
        ->take_all();
    app.add_option("--address", options.address, "address to listen on")->capture_default_str();
    app.add_option("--hostname", options.tls.hostname, "name in greeting and certificate")->capture_default_str();
    app.add_option("--behaviour", texts.behaviours, "NAME or NAME=VALUE; repeatable")->expected(1)->take_all();
    app.add_flag("--list-behaviours", texts.list_behaviours, "print the table of behaviours");
    app.add_option("--hello-table", texts.hello_table,
                   "answer hellos by this table (JSON), without cryptography; no handshake is completed");
    app.add_flag("--print-table-example", texts.print_table_example, "print a hello table with every field");
    app.add_flag("--story", texts.story,
                 "an old Postfix: TLS 1.0 to 1.2, old suites, one curve, ports 10587 and 10465");
    app.add_option("--max-connections", options.max_connections, "serve so many, then exit (0: no limit)");
    app.add_option("--idle", texts.idle_seconds, "seconds without a command or a hello before a connection ends")
        ->check(CLI::Range(0.05, 86400.0))
        ->capture_default_str();
    app.add_option("--log", options.log_file, "file for one JSON line per connection (default: stderr)");
}

void add_tls_options(CLI::App& app, TlsOptions& tls, Texts& texts)
{
    const auto version = CLI::IsMember(version_names());
    app.add_option("--min-version", tls.min_version, "lowest TLS version")->check(version)->capture_default_str();
    app.add_option("--max-version", tls.max_version, "highest TLS version")->check(version)->capture_default_str();
    app.add_option("--without-version", tls.without_versions, "a hole between the two; repeatable")
        ->expected(1)
        ->take_all()
        ->check(version);
    app.add_option("--ciphers", tls.ciphers, "OpenSSL cipher list, TLS 1.2 and below")->capture_default_str();
    app.add_option("--ciphersuites", texts.ciphersuites, "TLS 1.3 suites, colon-separated; may be empty")
        ->expected(0, 1);
    app.add_option("--groups", tls.groups, "groups, colon-separated");
    app.add_option("--signature-algorithms", tls.signature_algorithms,
                   "what signs key exchanges, colon-separated, such as ECDSA+SHA1");
    app.add_option("--dh-group", tls.dh_group, "group for DHE, such as ffdhe2048 or modp_2048 (default: by the suite)");
    app.add_flag("--server-order", tls.server_order, "prefer the server's order of suites");
    app.add_flag("--request-client-certificate", tls.request_client_certificate, "ask for one, and do without");
    app.add_flag("--require-client-certificate", tls.require_client_certificate, "ask for one, and fail without");
    app.add_option("--cert", tls.cert_files, "certificate chain (PEM); repeatable")->expected(1)->take_all();
    app.add_option("--key", tls.key_files, "its key (PEM); repeatable")->expected(1)->take_all();
    app.add_option("--key-type", tls.key_types, "make a self-signed certificate of this type; repeatable")
        ->expected(1)
        ->take_all()
        ->check(CLI::IsMember(key_type_names()));
    app.add_option("--staple", tls.staple_files,
                   "OCSP answer (DER) to staple, the first to the first --cert; an empty file: none; repeatable")
        ->expected(1)
        ->take_all();
    app.add_option("--refuse-names", tls.refused_names,
                   "unrecognized_name to a client that sends another name than --hostname, none, or either: "
                   "unknown, none or both")
        ->check(CLI::IsMember({"unknown", "none", "both"}));
    app.add_option("--cert-for-others", tls.cert_for_others,
                   "certificate chain (PEM) for clients that send another name than --hostname, or none");
    app.add_option("--key-for-others", tls.key_for_others, "its key (PEM)");
}

void tell_story(const CLI::App& app, Options& options)
{
    if (app.count("--max-version") == 0) {
        options.tls.max_version = "TLSv1.2";
    }
    if (app.count("--ciphers") == 0) {
        options.tls.ciphers = story_ciphers;
    }
    if (app.count("--groups") == 0) {
        options.tls.groups = "P-256";
    }
    if (app.count("--dh-group") == 0) {
        options.tls.dh_group = "modp_2048";
    }
    if (app.count("--listen") == 0) {
        options.listen = {{Entry::starttls, 10587, true}, {Entry::implicit, 10465, true}};
    }
    options.tls.before_ems_and_etm = true;
}

void list_behaviours()
{
    for (const auto& row : behaviours()) {
        auto name = std::string(row.name);
        if (!row.unit.empty()) {
            name += "=" + std::string(row.unit);
        }
        std::cout << std::left << std::setw(24) << name << row.says << '\n';
    }
}

Options complete(const CLI::App& app, Options options, const Texts& texts)
{
    for (const auto& text : texts.listen) {
        options.listen.push_back(parse_listen(text));
    }
    if (texts.story) {
        tell_story(app, options);
    }
    if (options.listen.empty()) {
        throw std::runtime_error("nothing to listen on: give --listen or --story");
    }
    if (app.count("--ciphersuites") > 0) {
        options.tls.ciphersuites = texts.ciphersuites;
    }
    options.script = polite_script(options.tls.hostname, texts.story ? "Postfix" : "smtptls-lab");
    if (!texts.hello_table.empty()) {
        options.hello_table = read_hello_table(texts.hello_table);
        options.script.tls_turn = TlsTurn::hello_table;
        options.tls.key_types = {"ecdsa-p256"};  // of no use here, and quickly made
    }
    if (options.tls.key_types.empty() && options.tls.cert_files.empty()) {
        options.tls.key_types = {"rsa2048"};
    }
    options.idle = std::chrono::milliseconds(static_cast<std::int64_t>(texts.idle_seconds * 1000));
    for (const auto& text : texts.behaviours) {
        apply_behaviour(options.script, text);
    }
    return options;
}

}  // namespace

std::string_view format(Entry entry)
{
    return entry == Entry::implicit ? "implicit" : "starttls";
}

std::variant<Options, int> parse_options(int argc, const char* const* argv)
{
    CLI::App app("smtptls-lab: an SMTP server on loopback, for tests and for show; it delivers no mail", "smtptls-lab");
    Options options;
    Texts texts;
    add_server_options(app, options, texts);
    add_tls_options(app, options.tls, texts);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    if (texts.list_behaviours) {
        list_behaviours();
        return 0;
    }
    if (texts.print_table_example) {
        std::cout << hello_table_example();
        return 0;
    }
    return complete(app, std::move(options), texts);
}

}  // namespace smtptls::lab
