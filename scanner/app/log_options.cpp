#include "app/log_options.hpp"

#include "app/parser.hpp"
#include "base/untrusted_text.hpp"
#include "report/log/stamp.hpp"

#include <algorithm>
#include <map>

namespace smtptls::app {
namespace {

const std::map<std::string, LogFormat> formats = {
    {"text", LogFormat::text}, {"json", LogFormat::json}, {"csv", LogFormat::csv}};

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

std::variant<LogOptions, Leave> checked_log(const Line& line)
{
    const std::string command = line.command().name();
    LogOptions options;
    options.files = line.operands();
    if (options.files.empty()) {
        return wrong_usage("name a log, such as /var/log/mail.log, or - for standard input", command);
    }
    if (std::ranges::count(options.files, "-") > 1) {
        return wrong_usage("standard input can be read once only", command);
    }
    const auto below = version_named(line.text("--below"));
    if (!below) {
        return wrong_usage("--below takes 1.0, 1.1, 1.2 or 1.3, not " + base::escaped(line.text("--below")), command);
    }
    options.reader.below = *below;
    for (const char* const name : {"--since", "--ends"}) {
        if (line.has(name) && !log::parse_since(line.text(name))) {
            return wrong_usage(std::string(name) + " takes a day such as 2026-11-21, or a time such as " +
                                   "2026-11-21T19:43:22, not " + base::escaped(line.text(name)),
                               command);
        }
    }
    options.reader.since = log::parse_since(line.text("--since"));
    if (const auto ends = log::parse_since(line.text("--ends"))) {
        options.ends = ends->seconds;
    }
    for (const std::string& text : line.all("--ignore")) {
        const auto network = model::IpNetwork::parse(text);
        if (!network) {
            return wrong_usage("--ignore takes an address such as 192.0.2.7, or a network such as 192.0.2.0/24, not " +
                                   base::escaped(text),
                               command);
        }
        options.reader.ignored.push_back(*network);
    }
    options.format = formats.at(line.text("--format"));
    options.peers = line.count("--peers");
    options.sandbox = !line.has("--no-sandbox");
    return options;
}

}  // namespace

std::variant<LogOptions, Leave> parse_log_options(int argc, const char* const* argv)
{
    const auto parsed = parse_line(*find_command("log"), argc, argv);
    if (const auto* const leave = std::get_if<Leave>(&parsed)) {
        return *leave;
    }
    return checked_log(std::get<Line>(parsed));
}

}  // namespace smtptls::app
