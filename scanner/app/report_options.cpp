#include "app/report_options.hpp"

#include "app/output_options.hpp"
#include "base/untrusted_text.hpp"

#include <CLI/CLI.hpp>

#include <vector>

namespace smtptls::app {
namespace {

constexpr const char* command = "smtptls-scan report";
constexpr const char* usage =
    "smtptls-scan report [OPTIONS] SCAN.json...\n"
    "       smtptls-scan report [OPTIONS] --from-evidence FILE";

constexpr const char* description =
    "Judges and prints scans again that smtptls-scan --format json saved, or one from the evidence that\n"
    "smtptls-scan --evidence wrote. Several scans become one report.\n"
    "\n"
    "No network is used. With evidence the questions are asked again of the evidence, and each answer must follow "
    "from\n"
    "the bytes that are recorded with it: what was changed, left out or added is an error with its line.";

constexpr const char* footer =
    "Exit codes: those of the scan: 0 every question has an answer, and no --policy is violated; 1 one is;\n"
    "3 something could not be tested; 3 also if a scan or the evidence cannot be read or does not hold;\n"
    "2 wrong usage.\n"
    "\n"
    "Evidence holds the secrets of the scan's handshakes: who has it can read what was said in them.\n"
    "\n"
    "Examples:\n"
    "  smtptls-scan report monday.json --policy nist\n"
    "  smtptls-scan report today.json --policy pci --baseline monday.json --fail-on new\n"
    "  smtptls-scan report *.json --inventory certificates > certificates.csv\n"
    "  smtptls-scan mail.example.com --evidence mail.jsonl\n"
    "  smtptls-scan report --from-evidence mail.jsonl --format json";

// What CLI11 fills before it is checked.
struct Raw {
    std::string evidence;
    std::vector<std::string> scans;
    std::string inventory;
    RawVerdict verdict;
    RawOutputs outputs;
    bool suites = false;
};

void declare(CLI::App& cli, Raw& raw)
{
    auto* const scans = cli.add_option("SCAN.json", raw.scans, "what --format json wrote");
    cli.add_option("--from-evidence", raw.evidence, "the file that --evidence wrote")
        ->type_name("FILE")
        ->excludes(scans);
    declare_verdict(cli, raw.verdict);
    cli.add_option("--inventory", raw.inventory, "CSV of certificates or suites (PCI DSS 4.2.1.1, 12.3.3)")
        ->check(CLI::IsMember({"certificates", "suites"}))
        ->type_name("WHICH");
    cli.add_flag("--suites", raw.suites, "list the accepted suites, not only how many");
    declare_outputs(cli, raw.outputs);
}

std::variant<ReportOptions, Leave> checked(const Raw& raw)
{
    if (raw.evidence.empty() && raw.scans.empty()) {
        return wrong_usage("there is no SCAN.json to report, and no --from-evidence", command);
    }
    auto verdict = checked_verdict(raw.verdict, command);
    if (auto* const leave = std::get_if<Leave>(&verdict)) {
        return std::move(*leave);
    }
    ReportOptions options;
    options.evidence = raw.evidence;
    options.scans = raw.scans;
    options.inventory = raw.inventory.empty()             ? Inventory::none
                        : raw.inventory == "certificates" ? Inventory::certificates
                                                          : Inventory::suites;
    options.verdict = std::get<VerdictOptions>(std::move(verdict));
    options.suites = raw.suites;
    return options;
}

}  // namespace

std::variant<ReportOptions, Leave> parse_report_options(int argc, const char* const* argv)
{
    CLI::App cli(description, command);
    Raw raw;
    declare(cli, raw);
    if (auto leave = parse_line(cli, argc, argv, {usage, description, footer})) {
        return std::move(*leave);
    }
    auto outputs = outputs_of(cli, raw.outputs);
    if (!outputs) {
        return wrong_usage(outputs.error(), command);
    }
    if (!raw.inventory.empty() && !(raw.outputs.formats.empty() && raw.outputs.files.empty())) {
        return wrong_usage("--inventory prints CSV on standard output, and goes with neither --format nor -o", command);
    }
    auto options = checked(raw);
    if (auto* const good = std::get_if<ReportOptions>(&options)) {
        good->outputs = std::move(*outputs);
    }
    return options;
}

}  // namespace smtptls::app
