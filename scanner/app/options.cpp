#include "app/options.hpp"

#include "app/file.hpp"
#include "app/manual.hpp"
#include "app/output_options.hpp"
#include "app/parser.hpp"
#include "model/idn.hpp"
#include "model/target_list.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <sstream>

namespace smtptls::app {
namespace {

template <typename Choice, std::size_t count>
Choice choice_of(const std::array<Choice, count>& all, const std::string& word)
{
    return *std::ranges::find(all, word, [](Choice choice) { return model::format(choice); });
}

// A name that goes into a command of ours must not be able to end it: RFC 5321 section 4.1.2 "Domain"
// or "address-literal", and never a control byte. A name in Unicode becomes ASCII. Nothing: it is neither.
std::optional<std::string> domain_or_literal(const std::string& name)
{
    if (name.size() > 2 && name.front() == '[' && name.back() == ']') {
        std::string inner = name.substr(1, name.size() - 2);
        const bool v6 = inner.rfind("IPv6:", 0) == 0;
        const auto address = model::IpAddress::parse(v6 ? inner.substr(5) : inner);
        return address && address->is_v6() == v6 ? std::optional(name) : std::nullopt;
    }
    const auto target = model::parse_target(name);
    if (!target || target->port || target->address) {
        return std::nullopt;
    }
    return model::is_ascii(name) ? name : target->host;
}

model::AddressFamily family_of(const Line& line)
{
    return line.has("-4")   ? model::AddressFamily::v4
           : line.has("-6") ? model::AddressFamily::v6
                            : model::AddressFamily::any;
}

ScanOptions scan_options(const Line& line)
{
    const bool polite = line.has("--polite");
    ScanOptions options;
    options.family = family_of(line);
    options.first_address = line.has("--first-address");
    options.addresses_per_name = line.count("--addresses-per-name");
    options.tls = choice_of(model::all_tls_choices, line.text("--tls"));
    options.ehlo_name = line.text("--ehlo");
    options.source_address = line.text("--source-address");
    options.ca_file = line.text("--ca-file");
    options.ca_path = line.text("--ca-path");
    options.online = line.has("--online");
    options.online_private = line.has("--online-private");
    options.timeout = *line.time("--timeout");
    options.max_time = line.time("--max-time");
    options.max_connections = polite ? 1 : line.count("--max-connections");
    options.pace = std::max(line.time("--pace").value_or(std::chrono::milliseconds(0)),
                            std::chrono::milliseconds(polite ? 1000 : 0));
    options.max_addresses = line.count("--max-addresses");
    options.confirm = choice_of(model::all_confirms, line.text("--confirm"));
    options.double_check = line.count("--double-check");
    options.exchanges = line.has("--exchanges");
    return options;
}

using Problem = std::optional<std::string>;

// The targets of the line and of a file.
Problem add_targets(const Line& line, Options& options)
{
    for (const std::string& text : line.operands()) {
        auto target = model::parse_target(text);
        if (!target) {
            return target.error();
        }
        options.targets.push_back(std::move(*target));
    }
    if (line.has("--file")) {
        auto more = model::read_targets(line.text("--file"));
        if (!more) {
            return more.error();
        }
        options.targets.reserve(options.targets.size() + more->size());
        std::ranges::move(*more, std::back_inserter(options.targets));
        const std::string path = line.text("--file");
        options.notes = model::said_in_vain(options.targets, path == "-" ? "standard input" : path);
    }
    const bool none = options.targets.empty();
    return none ? Problem("name a target such as mail.example.com:587, or a file of them with -f") : std::nullopt;
}

// The networks of a file, as targets stand in theirs.
Problem add_exclusions(const Line& line, ScanOptions& scan)
{
    if (!line.has("--exclude")) {
        return std::nullopt;
    }
    constexpr std::size_t limit = std::size_t{1} << 20U;
    const std::string path = line.text("--exclude");
    const auto text = read_file(path, limit);
    if (!text || text->size() > limit) {
        return text ? base::escaped(path) + ": larger than 1 MiB" : text.error();
    }
    std::istringstream lines(*text);
    std::string one;
    for (std::size_t number = 1; std::getline(lines, one); ++number) {
        std::istringstream words(one.substr(0, one.find('#')));
        for (std::string word; words >> word;) {
            const auto network = model::IpNetwork::parse(word);
            if (!network) {
                return base::escaped(path) + ":" + std::to_string(number) +
                       ": not an address such as 192.0.2.7, or a network such as 192.0.2.0/24: " + base::escaped(word);
            }
            scan.excluded.push_back(*network);
        }
    }
    return scan.excluded.empty() ? Problem(base::escaped(path) + ": has no address and no network in it")
                                 : std::nullopt;
}

// What a scan is called by, and where it comes from.
Problem add_names(const Line& line, ScanOptions& scan)
{
    if (line.has("--ehlo")) {
        auto name = domain_or_literal(scan.ehlo_name);
        if (!name) {
            return "--ehlo takes a domain such as scanner.example.net or an address literal such as [192.0.2.1]";
        }
        scan.ehlo_name = *std::move(name);
    }
    if (line.has("--sni")) {
        auto name = model::parse_server_name(line.text("--sni"));
        if (!name) {
            return name.error();
        }
        scan.server_name = *std::move(name);
    }
    if (line.has("--source-address")) {
        const auto source = model::IpAddress::parse(scan.source_address);
        if (!source || line.has(source->is_v6() ? "-4" : "-6")) {
            return "--source-address takes an address of this machine such as 192.0.2.1, of the family scanned";
        }
        // From the one family the other cannot be reached.
        scan.family = source->is_v6() ? model::AddressFamily::v6 : model::AddressFamily::v4;
    }
    return std::nullopt;
}

// What several parts of the line come to together.
Problem settle(const Line& line, Options& options)
{
    if (line.has("--verdict-only")) {
        if (options.verdict.policies.empty()) {
            return "--verdict-only goes with --policy, which says what must be asked";
        }
        std::ranges::transform(options.verdict.policies, std::back_inserter(options.scan.verdict_only),
                               [](const policy::Policy& rules) { return Policy(rules); });
        options.scan.role = options.verdict.role;
    }
    if (options.scan.online_private && !options.scan.online) {
        return "--online-private goes with --online, which asks whether certificates are revoked";
    }
    if (std::string objection = objection_to_inventory(line); !objection.empty()) {
        return objection;
    }
    if (line.has("--inventory") && options.dry_run) {
        return "--dry-run asks nothing, and so has no inventory";
    }
    const Output& first = options.outputs.front();
    const bool plain = first.path.empty() && (first.format->name == "text" || first.format->name == "json");
    if (options.dry_run && !(plain && options.outputs.size() == 1)) {
        return "--dry-run writes text or json, to standard output";
    }
    return std::nullopt;
}

std::variant<Options, Leave> checked_scan(const Line& line)
{
    Options options;
    options.scan = scan_options(line);
    auto outputs = outputs_of(line);
    if (!outputs) {
        return wrong_usage(outputs.error());
    }
    options.outputs = *std::move(outputs);
    if (const Problem problem = add_targets(line, options)) {
        return wrong_usage(*problem);
    }
    for (const auto add : {add_names, add_exclusions}) {
        if (const Problem problem = add(line, options.scan)) {
            return wrong_usage(*problem);
        }
    }
    auto verdict = checked_verdict(line);
    if (auto* const leave = std::get_if<Leave>(&verdict)) {
        return std::move(*leave);
    }
    options.verdict = std::get<VerdictOptions>(std::move(verdict));
    options.suites = line.has("--suites");
    options.dry_run = line.has("--dry-run");
    options.evidence = line.text("--evidence");
    options.colour = colour_of(line);
    options.sandbox = !line.has("--no-sandbox");
    if (const Problem problem = settle(line, options)) {
        return wrong_usage(*problem);
    }
    options.inventory = inventory_of(line);
    if (options.inventory != policy::Inventory::none) {
        options.outputs.clear();
    }
    return options;
}

}  // namespace

std::variant<Options, Leave> parse_options(int argc, const char* const* argv)
{
    auto parsed = parse_line(*find_command(""), argc, argv);
    if (auto* const leave = std::get_if<Leave>(&parsed)) {
        return std::move(*leave);
    }
    const Line& line = std::get<Line>(parsed);
    if (line.has("--version")) {
        return Leave{0, version_text(), ""};
    }
    if (line.has("--generate")) {
        return Leave{0, generated(line.text("--generate")), ""};
    }
    return checked_scan(line);
}

}  // namespace smtptls::app
