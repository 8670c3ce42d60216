// Prints what every built-in policy says of a saved scan, a line for each rule that is asked:
// smtptls-verdicts SCAN.json. test_verdicts.py compares with tests/verdicts/SCAN.txt.
#include "model_json/report.hpp"
#include "report/policy/judge.hpp"
#include "report/policy/policies.hpp"

#include <fstream>
#include <iostream>
#include <iterator>

namespace {

using namespace smtptls;

void print(const model::Report& report)
{
    for (const model::Judgement& judgement : report.judgements) {
        std::cout << "\n"
                  << format(report.scan.endpoints[judgement.endpoint].endpoint) << " " << judgement.policy << " as "
                  << format(judgement.role) << ": " << format(judgement.verdict) << "\n";
        for (const model::Finding& finding : judgement.findings) {
            if (finding.verdict != model::Verdict::not_asked && finding.verdict != model::Verdict::not_applicable) {
                std::cout << "  " << format(finding.verdict) << " " << finding.rule << ": " << finding.sentence << "\n";
            }
        }
    }
}

}  // namespace

int main(int argc, char** argv)
{
    std::ifstream file(argc == 2 ? argv[1] : "");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto scan = model_json::decode(text);
    if (!scan) {
        std::cerr << scan.error() << "\n";
        return 2;
    }
    for (const std::string& name : policy::policy_names()) {
        auto policy = policy::find_policy(name);
        if (!policy) {
            std::cerr << policy.error() << "\n";
            return 2;
        }
        policy::set_day(*policy, scan->started.substr(0, 10));
        print(policy::judge_all(*scan, {*policy}, std::nullopt));
    }
    return 0;
}
