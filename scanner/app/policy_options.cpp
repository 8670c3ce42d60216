#include "app/policy_options.hpp"

#include "app/parser.hpp"
#include "app/verdict_options.hpp"
#include "base/nearest.hpp"
#include "base/untrusted_text.hpp"
#include "report/policy/show.hpp"

namespace smtptls::app {
namespace {

// Why the operands are not "list" or "show NAME"; empty if they are.
std::string objection_to_operands(const std::vector<std::string>& operands)
{
    if (operands.empty() || (operands[0] != "list" && operands[0] != "show")) {
        const std::string_view meant = operands.empty() ? "" : base::nearest(operands[0], {"list", "show"});
        return "policy takes list or show NAME" + (operands.empty() ? "" : ", not " + base::escaped(operands[0])) +
               (meant.empty() ? "" : "; did you mean " + std::string(meant) + "?");
    }
    if (operands[0] == "list") {
        return operands.size() == 1 ? "" : "policy list takes no name; policy show takes one";
    }
    return operands.size() == 2 ? "" : "policy show takes one name, such as pci; policy list prints them";
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
    const auto policy = load_policy(line.operands()[1]);
    return policy ? Leave{0, policy::show(*policy), ""} : wrong_usage(policy.error(), line.command().name());
}

}  // namespace smtptls::app
