#include "app/policy_options.hpp"

#include "app/verdict_options.hpp"
#include "report/policy/show.hpp"

#include <CLI/CLI.hpp>

namespace smtptls::app {
namespace {

constexpr const char* command = "smtptls-scan policy";
constexpr const char* usage =
    "smtptls-scan policy list\n"
    "       smtptls-scan policy show NAME";

constexpr const char* description =
    "Prints the policies that --policy judges by: all of them, or the rules of one.\n"
    "\n"
    "NAME is a policy's full name, which means the same for ever; an alias, which may move to a newer one;\n"
    "or a file of your own that ends with .json.";

constexpr const char* footer =
    "Exit codes: 0 printed; 2 wrong usage, or a policy that is not there or is mistaken.\n"
    "\n"
    "Examples:\n"
    "  smtptls-scan policy show pci\n"
    "  smtptls-scan policy show ours.json";

}  // namespace

Leave show_policy(int argc, const char* const* argv)
{
    CLI::App cli(description, command);
    std::string what;
    std::string name;
    cli.add_option("WHAT", what, "list or show")->required()->check(CLI::IsMember({"list", "show"}));
    cli.add_option("NAME", name, "of the policy to show");
    if (auto leave = parse_line(cli, argc, argv, {usage, description, footer})) {
        return std::move(*leave);
    }
    if ((what == "show") == name.empty()) {
        return wrong_usage("\"list\" takes no name, and \"show\" takes one", command);
    }
    if (what == "list") {
        return {0, policy::list_policies(), ""};
    }
    RawVerdict raw;
    raw.policies = {name};
    const auto verdict = checked_verdict(raw, command);
    if (const auto* const leave = std::get_if<Leave>(&verdict)) {
        return *leave;
    }
    return {0, policy::show(std::get<VerdictOptions>(verdict).policies.front()), ""};
}

}  // namespace smtptls::app
