#include "app/report_options.hpp"

#include "app/parser.hpp"

namespace smtptls::app {
namespace {

// Why the parts of the line do not go together; empty if they do.
std::string objection_to_line(const Line& line)
{
    if (line.operands().empty() && !line.has("--from-evidence")) {
        return "name a SCAN.json that --format json wrote, or evidence with --from-evidence";
    }
    if (!line.operands().empty() && line.has("--from-evidence")) {
        return "--from-evidence and SCAN.json exclude each other";
    }
    if (const std::string wrong = objection_to_inventory(line); !wrong.empty()) {
        return wrong;
    }
    if (line.has("--suggest-waivers") && (line.has("--format") || line.has("--output") || line.has("--inventory"))) {
        return "--suggest-waivers prints a file of waivers on standard output, and goes with none of --format, -o and "
               "--inventory";
    }
    if (line.has("--suggest-waivers") && !line.has("--policy")) {
        return "--suggest-waivers goes with --policy: what is violated is waived";
    }
    return {};
}

}  // namespace

std::variant<ReportOptions, Leave> parse_report_options(int argc, const char* const* argv)
{
    const auto parsed = parse_line(*find_command("report"), argc, argv);
    if (const auto* const leave = std::get_if<Leave>(&parsed)) {
        return *leave;
    }
    const Line& line = std::get<Line>(parsed);
    if (const std::string wrong = objection_to_line(line); !wrong.empty()) {
        return wrong_usage(wrong, line.command().name());
    }
    auto outputs = outputs_of(line);
    if (!outputs) {
        return wrong_usage(outputs.error(), line.command().name());
    }
    auto verdict = checked_verdict(line);
    if (auto* const leave = std::get_if<Leave>(&verdict)) {
        return std::move(*leave);
    }
    return ReportOptions{.evidence = line.text("--from-evidence"),
                         .scans = line.operands(),
                         .inventory = inventory_of(line),
                         .suggest_waivers = line.has("--suggest-waivers"),
                         .verdict = std::get<VerdictOptions>(std::move(verdict)),
                         .suites = line.has("--suites"),
                         .exchanges = line.has("--exchanges"),
                         .outputs = *std::move(outputs),
                         .colour = colour_of(line),
                         .sandbox = !line.has("--no-sandbox")};
}

}  // namespace smtptls::app
