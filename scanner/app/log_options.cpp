#include "app/log_options.hpp"

#include "report/log/stamp.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <map>

namespace smtptls::app {
namespace {

constexpr const char* usage = "smtptls-scan log [OPTIONS] FILE...";
constexpr const char* command = "smtptls-scan log";

constexpr const char* description =
    "Reads mail logs: who spoke which TLS version and suite with this server, and who could no longer\n"
    "if old versions went. Postfix since 2.3, Exim, Sendmail, OpenSMTPD.\n"
    "\n"
    "FILE is a log as syslog, rsyslog or the mail server writes it, or `journalctl -o json`; also\n"
    "compressed with gzip. - is standard input. Rotated files may come in any order, best oldest first.";

constexpr const char* footer =
    "Exit codes: 0 every file was read; 2 wrong usage; 3 a file could not be read to its end.\n"
    "\n"
    "Lines of syslog's old form have no year: each is taken for the latest year in which it is not\n"
    "later than its file's last change (standard input: than now), or than --ends.\n"
    "\n"
    "Examples:\n"
    "  smtptls-scan log /var/log/mail.log /var/log/mail.log.*.gz\n"
    "  journalctl -o json -t postfix/smtpd -t postfix/submission/smtpd | smtptls-scan log -\n"
    "  smtptls-scan log --since 2026-11-01 --below 1.3 --format csv mail.log > senders.csv";

const std::map<std::string, LogFormat> formats = {
    {"text", LogFormat::text}, {"json", LogFormat::json}, {"csv", LogFormat::csv}};

// What CLI11 fills before it is checked.
struct Raw {
    std::vector<std::string> files;
    std::string since;
    std::string ends;
    std::string below = "1.2";
    std::string format = "text";
    std::size_t peers = 20;
};

void declare(CLI::App& cli, Raw& raw)
{
    cli.add_option("FILE", raw.files, "a log, or -")->required();
    cli.add_option("--below", raw.below, "what if all below this version went: 1.0, 1.1, 1.2 or 1.3")
        ->type_name("VERSION")
        ->capture_default_str();
    cli.add_option("--since", raw.since, "only sessions from here on: 2026-11-21 or 2026-11-21T19:43")
        ->type_name("TIME");
    cli.add_option("--ends", raw.ends, "when the logs end, for lines without a year")->type_name("TIME");
    cli.add_option("--peers", raw.peers, "text: list so many senders and servers")
        ->check(CLI::Range(0, 100000))
        ->type_name("N")
        ->capture_default_str();
    cli.add_option("--format", raw.format, "text for people, json for machines, csv for spreadsheets")
        ->check(CLI::IsMember({"text", "json", "csv"}))
        ->type_name("FORMAT")
        ->capture_default_str();
}

// "1.2", "TLSv1.2", "TLS 1.2".
std::optional<tls::ProtocolVersion> version_named(const std::string& text)
{
    auto version = tls::parse_version(text);
    if (!version) {
        version = tls::parse_version("TLS " + text);
    }
    const bool tls = version && *version >= tls::ProtocolVersion::tls1_0 && *version <= tls::ProtocolVersion::tls1_3;
    return tls ? version : std::nullopt;
}

std::variant<LogOptions, Leave> checked(const Raw& raw)
{
    LogOptions options;
    options.files = raw.files;
    if (raw.files.size() > 1 && std::count(raw.files.begin(), raw.files.end(), "-") > 1) {
        return wrong_usage("standard input can be read once only", command);
    }
    const auto below = version_named(raw.below);
    if (!below) {
        return wrong_usage("--below takes 1.0, 1.1, 1.2 or 1.3", command);
    }
    options.reader.below = *below;
    const auto since = log::parse_since(raw.since);
    const auto ends = log::parse_since(raw.ends);
    if ((!since && !raw.since.empty()) || (!ends && !raw.ends.empty())) {
        return wrong_usage(std::string(!since && !raw.since.empty() ? "--since" : "--ends") +
                               " takes a day such as 2026-11-21, or a time such as 2026-11-21T19:43:22",
                           command);
    }
    options.reader.since = since;
    if (ends) {
        options.ends = ends->seconds;
    }
    options.format = formats.at(raw.format);
    options.peers = raw.peers;
    return options;
}

}  // namespace

std::variant<LogOptions, Leave> parse_log_options(int argc, const char* const* argv)
{
    CLI::App cli(description, command);
    Raw raw;
    declare(cli, raw);
    if (auto leave = parse_line(cli, argc, argv, {usage, description, footer})) {
        return std::move(*leave);
    }
    return checked(raw);
}

}  // namespace smtptls::app
