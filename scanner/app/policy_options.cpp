#include "app/policy_options.hpp"

#include "app/file.hpp"
#include "app/parser.hpp"
#include "app/verdict_options.hpp"
#include "base/clock.hpp"
#include "base/nearest.hpp"
#include "base/untrusted_text.hpp"
#include "report/policy/diff.hpp"
#include "report/policy/show.hpp"

namespace smtptls::app {
namespace {

// Why the operands are not "list", "show NAME" or "diff OLD NEW [SCAN]"; empty if they are.
std::string objection_to_operands(const std::vector<std::string>& operands)
{
    const std::string word = operands.empty() ? "" : operands[0];
    if (word == "list") {
        return operands.size() == 1 ? "" : "policy list takes no name; policy show takes one";
    }
    if (word == "show") {
        return operands.size() == 2 ? "" : "policy show takes one name, such as pci; policy list prints them";
    }
    if (word == "diff") {
        return operands.size() == 3 || operands.size() == 4
                   ? ""
                   : "policy diff takes two names, such as rfc9325 bcp195-2026, and may take the JSON of a scan";
    }
    const std::string_view meant = word.empty() ? "" : base::nearest(word, {"list", "show", "diff"});
    return "policy takes list, show NAME or diff OLD NEW" + (word.empty() ? "" : ", not " + base::escaped(word)) +
           (meant.empty() ? "" : "; did you mean " + std::string(meant) + "?");
}

Leave diff_of(const std::vector<std::string>& operands, const std::string& command)
{
    auto before = load_policy(operands[1]);
    auto after = load_policy(operands[2]);
    if (!before || !after) {
        return wrong_usage(before ? after.error() : before.error(), command);
    }
    if (operands.size() == 3) {
        return {0, policy::diff(*before, *after), ""};
    }
    const auto scan = read_scan(operands[3]);
    if (!scan) {
        return {3, "", "smtptls-scan: " + scan.error() + "\n"};
    }
    policy::set_day(*before, base::today_utc());
    policy::set_day(*after, base::today_utc());
    return {0, policy::diff(*before, *after) + "\n" + policy::diff_of_verdicts(*before, *after, *scan), ""};
}

}  // namespace

Leave show_policy(int argc, const char* const* argv)
{
    const auto parsed = parse_line(*find_command("policy"), argc, argv);
    if (const auto* const leave = std::get_if<Leave>(&parsed)) {
        return *leave;
    }
    const Line& line = std::get<Line>(parsed);
    if (const std::string wrong = objection_to_operands(line.operands()); !wrong.empty()) {
        return wrong_usage(wrong, line.command().name());
    }
    if (line.operands()[0] == "list") {
        return {0, policy::list_policies(), ""};
    }
    if (line.operands()[0] == "diff") {
        return diff_of(line.operands(), line.command().name());
    }
    const auto policy = load_policy(line.operands()[1]);
    return policy ? Leave{0, policy::show(*policy), ""} : wrong_usage(policy.error(), line.command().name());
}

}  // namespace smtptls::app
