#include "app/options.hpp"

#include "app/output_options.hpp"
#include "app/version.hpp"

#include <CLI/CLI.hpp>

#include <cmath>
#include <map>
#include <random>

namespace smtptls::app {
namespace {

using model::TlsChoice;

constexpr const char* usage =
    "smtptls-scan [OPTIONS] TARGET...\n"
    "       smtptls-scan explain --help        what a server's configuration means for TLS\n"
    "       smtptls-scan log --help            who spoke which TLS in a mail log, and who would lose it\n"
    "       smtptls-scan policy --help         the policies there are, rule by rule\n"
    "       smtptls-scan report --help         a saved scan judged and printed again";

constexpr const char* description =
    "Finds out which TLS versions and cipher suites an SMTP server accepts, on 25, 465 and 587.\n"
    "\n"
    "TARGET is host, host:port, address or [ipv6]:port; without a port 25, 465 and 587 are scanned.\n"
    "Port 465 is scanned with implicit TLS, every other port with STARTTLS, unless --tls says otherwise.\n"
    "\n"
    "smtptls-scan log FILE... reads mail logs instead: who spoke which version, and who could no longer\n"
    "if old ones went (smtptls-scan log --help).";

constexpr const char* footer =
    "Exit codes: 0 every question has an answer, and no --policy is violated; 1 one is; 2 wrong usage;\n"
    "3 something could not be tested.\n"
    "\n"
    "Scan what is yours, or what you may scan. A scan makes about a hundred connections to a server\n"
    "with default settings and leaves lines in its log.\n"
    "\n"
    "Examples:\n"
    "  smtptls-scan mail.example.com\n"
    "  smtptls-scan mail.example.com:587 --format json > scan.json\n"
    "  smtptls-scan mail.example.com --policy pci --policy rfc8997\n"
    "  smtptls-scan mail.example.com -o report.html -o scan.json --format text\n"
    "  smtptls-scan '[2001:db8::25]:2525' --tls implicit\n"
    "  smtptls-scan mail.example.com --evidence mail.jsonl   (it holds the handshakes' secrets)\n"
    "  smtptls-scan report --from-evidence mail.jsonl        (the same result, without a network)";

const std::map<std::string, TlsChoice> tls_choices = {
    {"auto", TlsChoice::automatic}, {"starttls", TlsChoice::starttls}, {"implicit", TlsChoice::implicit}};

const std::map<std::string, probes::Confirm> confirm_choices = {{"none", probes::Confirm::none},
                                                                {"version", probes::Confirm::version},
                                                                {"family", probes::Confirm::family},
                                                                {"suite", probes::Confirm::suite}};

// What CLI11 fills before it is checked.
struct Raw {
    std::vector<std::string> targets;
    std::string tls = "auto";
    RawOutputs outputs;
    std::string confirm = "family";
    std::string ehlo;
    std::string sni;
    std::string evidence;
    RawVerdict verdict;
    double timeout = 30;
    double max_time = 0;
    std::size_t max_connections = 4;
    double pace = 0;
    std::string source_address;
    bool polite = false;
    bool v4 = false;
    bool v6 = false;
    bool first_address = false;
    bool suites = false;
    bool dry_run = false;
    bool verdict_only = false;
    std::size_t max_addresses = 16;
    std::uint32_t double_check = 0;
};

std::chrono::milliseconds milliseconds(double seconds)
{
    return std::chrono::milliseconds(std::llround(seconds * 1000));
}

void declare(CLI::App& cli, Raw& raw)
{
    // Scans can be 0.1 s long in tests and a day long in a bad network.
    const CLI::Range range(0.1, 86400.0);
    const auto time = [range](std::string text) {
        // Not a number is in no range, and CLI11's comparisons let it through.
        const bool number = !text.empty() && text.find_first_not_of("0123456789.+-eE") == std::string::npos;
        return number ? range(text) : text + " is not a number of seconds from 0.1 to 86400";
    };
    const CLI::Range pace_range(0.001, 3600.0);
    const auto pace = [pace_range](std::string text) {
        const bool number = !text.empty() && text.find_first_not_of("0123456789.+-eE") == std::string::npos;
        return number ? pace_range(text) : text + " is not a number of seconds from 0.001 to 3600";
    };
    cli.add_option("TARGET", raw.targets, "host | host:port | address | [ipv6]:port")->required();
    cli.add_option("--tls", raw.tls, "when TLS begins: auto, starttls or implicit")
        ->check(CLI::IsMember({"auto", "starttls", "implicit"}))
        ->type_name("WHEN")
        ->capture_default_str();
    cli.add_flag("-4", raw.v4, "IPv4 addresses only")->excludes(cli.add_flag("-6", raw.v6, "IPv6 addresses only"));
    cli.add_flag("--first-address", raw.first_address, "only the first address of a name");
    cli.add_option("--sni", raw.sni, "server name to ask for, if not the target's")->type_name("NAME");
    cli.add_option("--ehlo", raw.ehlo, "name to greet with, if not this machine's (its address if it has none)")
        ->type_name("NAME");
    cli.add_option("--timeout", raw.timeout, "longest wait for one step of the server, in seconds")
        ->check(time)
        ->type_name("SECONDS")
        ->capture_default_str();
    cli.add_option("--max-time", raw.max_time, "end the whole scan after this, and print what is known")
        ->check(time)
        ->type_name("SECONDS");
    cli.add_option("--max-connections", raw.max_connections, "at most so many at a time to one address")
        ->check(CLI::Range(1, 64))
        ->type_name("N")
        ->capture_default_str();
    cli.add_option("--max-addresses", raw.max_addresses, "scan at most so many addresses side by side")
        ->check(CLI::Range(1, 1024))
        ->type_name("N")
        ->capture_default_str();
    cli.add_option("--pace", raw.pace, "at least so many seconds between two connections to one address")
        ->check(pace)
        ->type_name("SECONDS");
    cli.add_flag("--polite", raw.polite, "one connection at a time, and a second between them");
    cli.add_option("--source-address", raw.source_address, "connect from this address of ours")->type_name("ADDRESS");
    cli.add_option("--confirm", raw.confirm, "handshakes to complete: none, version, family or suite")
        ->check(CLI::IsMember({"none", "version", "family", "suite"}))
        ->type_name("WHICH")
        ->capture_default_str();
    cli.add_option("--double-check", raw.double_check, "ask again for so many cells of each address, drawn at random")
        ->check(CLI::Range(0, 10000))
        ->type_name("N")
        ->capture_default_str();
    cli.add_flag("--suites", raw.suites, "list the accepted suites, not only how many");
    declare_outputs(cli, raw.outputs);
    declare_verdict(cli, raw.verdict);
    auto* const evidence =
        cli.add_option("--evidence", raw.evidence, "write every exchange, and the handshakes' secrets, into a new file")
            ->type_name("FILE");
    cli.add_flag("--verdict-only", raw.verdict_only, "ask only what the policies need: far fewer connections");
    cli.add_flag("--dry-run", raw.dry_run, "say what a scan would cost and leave in the logs; connect to nothing")
        ->excludes(evidence);
}

// A name that goes into a command of ours must not be able to end it: RFC 5321 section 4.1.2 "Domain"
// or "address-literal", and never a control byte.
bool is_domain_or_literal(const std::string& name)
{
    if (name.size() > 2 && name.front() == '[' && name.back() == ']') {
        std::string inner = name.substr(1, name.size() - 2);
        const bool v6 = inner.rfind("IPv6:", 0) == 0;
        const auto address = model::IpAddress::parse(v6 ? inner.substr(5) : inner);
        return address && address->is_v6() == v6;
    }
    const auto target = model::parse_target(name);
    return target && !target->port && !target->address;
}

std::variant<Options, Leave> checked(const Raw& raw)
{
    Options options;
    for (const std::string& text : raw.targets) {
        auto target = model::parse_target(text);
        if (!target) {
            return wrong_usage(target.error());
        }
        options.targets.push_back(std::move(*target));
    }
    if (!raw.ehlo.empty() && !is_domain_or_literal(raw.ehlo)) {
        return wrong_usage(
            "--ehlo takes a domain such as scanner.example.net or an address literal such as [192.0.2.1]");
    }
    const auto sni = model::parse_target(raw.sni.empty() ? "none" : raw.sni);
    if (!sni || sni->address || sni->port) {
        return wrong_usage("--sni takes a host name such as mail.example.com");
    }
    options.ehlo_name = raw.ehlo;
    options.server_name = raw.sni.empty() ? "" : sni->host;
    options.selection = {raw.v4   ? engine::Family::v4
                         : raw.v6 ? engine::Family::v6
                                  : engine::Family::any,
                         raw.first_address, tls_choices.at(raw.tls)};
    options.timeout = milliseconds(raw.timeout);
    if (raw.max_time > 0) {
        options.max_time = milliseconds(raw.max_time);
    }
    options.max_connections = raw.polite ? 1 : raw.max_connections;
    options.pace = std::max(milliseconds(raw.pace), milliseconds(raw.polite ? 1 : 0));
    const auto source = model::IpAddress::parse(raw.source_address);
    if (!raw.source_address.empty() && (!source || (source->is_v6() ? raw.v4 : raw.v6))) {
        return wrong_usage(
            "--source-address takes an address of this machine such as 192.0.2.1, of the family scanned");
    }
    options.source_address = raw.source_address;
    if (source) {
        // From the one family the other cannot be reached.
        options.selection.family = source->is_v6() ? engine::Family::v6 : engine::Family::v4;
    }
    options.confirm = confirm_choices.at(raw.confirm);
    options.double_check = raw.double_check;
    options.double_check_seed = raw.double_check > 0 ? std::random_device()() : 0;
    options.suites = raw.suites;
    options.dry_run = raw.dry_run;
    options.verdict_only = raw.verdict_only;
    options.max_addresses = raw.max_addresses;
    options.evidence = raw.evidence;
    return options;
}

std::string seconds_text(std::chrono::milliseconds time)
{
    std::string text = std::to_string(time.count() / 1000);
    if (time.count() % 1000 != 0) {
        const std::string fraction = std::to_string(1000 + time.count() % 1000).substr(1);
        text += "." + fraction.substr(0, fraction.find_last_not_of('0') + 1);
    }
    return text + " s";
}

}  // namespace

std::vector<std::pair<std::string, std::string>> Options::described() const
{
    std::vector<std::pair<std::string, std::string>> all;
    for (const auto& [name, choice] : tls_choices) {
        if (choice == selection.tls) {
            all.emplace_back("tls", name);
        }
    }
    if (selection.family != engine::Family::any) {
        all.emplace_back("family", selection.family == engine::Family::v4 ? "IPv4" : "IPv6");
    }
    if (selection.first_address) {
        all.emplace_back("addresses", "first");
    }
    if (!server_name.empty()) {
        all.emplace_back("sni", server_name);
    }
    all.emplace_back("ehlo", ehlo_name.empty() ? "our address" : ehlo_name);
    all.emplace_back("timeout", seconds_text(timeout));
    if (max_time) {
        all.emplace_back("max-time", seconds_text(*max_time));
    }
    all.emplace_back("max-connections", std::to_string(max_connections));
    if (max_addresses != Options{}.max_addresses) {
        all.emplace_back("max-addresses", std::to_string(max_addresses));
    }
    if (pace.count() > 0) {
        all.emplace_back("pace", seconds_text(pace));
    }
    if (!source_address.empty()) {
        all.emplace_back("source-address", source_address);
    }
    for (const auto& [name, choice] : confirm_choices) {
        if (choice == confirm) {
            all.emplace_back("confirm", name);
        }
    }
    if (double_check > 0) {
        all.emplace_back("double-check", std::to_string(double_check));
    }
    if (verdict_only) {
        std::string names;
        for (const model::Policy& policy : verdict.policies) {
            names += (names.empty() ? "" : ", ") + policy.name;
        }
        all.emplace_back("verdict-only", names);
    }
    return all;
}

std::variant<Options, Leave> parse_options(int argc, const char* const* argv)
{
    CLI::App cli(description, "smtptls-scan");
    cli.set_version_flag("--version", "smtptls-scan " + std::string(program_version), "print the version and exit");
    Raw raw;
    declare(cli, raw);
    if (auto leave = parse_line(cli, argc, argv, {usage, description, footer})) {
        return std::move(*leave);
    }
    auto outputs = outputs_of(cli, raw.outputs);
    if (!outputs) {
        return wrong_usage(outputs.error());
    }
    auto options = checked(raw);
    if (auto* const good = std::get_if<Options>(&options)) {
        auto verdict = checked_verdict(raw.verdict, "smtptls-scan");
        if (auto* const leave = std::get_if<Leave>(&verdict)) {
            return std::move(*leave);
        }
        good->verdict = std::get<VerdictOptions>(std::move(verdict));
        good->outputs = std::move(*outputs);
        if (good->verdict_only && good->verdict.policies.empty()) {
            return wrong_usage("--verdict-only goes with --policy, which says what must be asked");
        }
        const Output& first = good->outputs.front();
        const bool plain = first.path.empty() && (first.format->name == "text" || first.format->name == "json");
        if (good->dry_run && !(plain && good->outputs.size() == 1)) {
            return wrong_usage("--dry-run writes text or json, to standard output");
        }
    }
    return options;
}

}  // namespace smtptls::app
