// How long saved scans take to be judged again: smtptls-bench-judge SCAN.json ENDPOINTS POLICY... reads the scan as
// often as it takes to have so many endpoints, judges each under every policy, and prints both times.
#include "report/policy/judge.hpp"
#include "record/json.hpp"
#include "report/policy/policies.hpp"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

namespace {

using namespace smtptls;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begun)
{
    return std::chrono::duration<double>(Clock::now() - begun).count();
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc < 4) {
        std::cerr << "smtptls-bench-judge SCAN.json ENDPOINTS POLICY...\n";
        return 2;
    }
    std::ifstream file(argv[1]);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto wanted = static_cast<std::size_t>(std::strtoul(argv[2], nullptr, 10));
    std::vector<model::Policy> policies;
    for (int i = 3; i < argc; ++i) {
        auto policy = policy::find_policy(argv[i]);
        if (!policy) {
            std::cerr << policy.error() << "\n";
            return 2;
        }
        policies.push_back(*std::move(policy));
    }
    double reading = 0;
    double judging = 0;
    std::size_t endpoints = 0;
    std::size_t findings = 0;
    while (endpoints < wanted) {
        auto begun = Clock::now();
        auto scan = record::decode(text);
        if (!scan || scan->endpoints.empty()) {
            std::cerr << (scan ? "no endpoint" : scan.error()) << "\n";
            return 2;
        }
        reading += seconds_since(begun);
        begun = Clock::now();
        const model::Report report = policy::judge_all(*std::move(scan), policies, std::nullopt);
        judging += seconds_since(begun);
        endpoints += report.scan.endpoints.size();
        for (const model::Judgement& judgement : report.judgements) {
            findings += judgement.findings.size();
        }
    }
    std::cout << endpoints << " endpoints read in " << reading << " s, judged under " << policies.size()
              << " policies (" << findings << " findings) in " << judging << " s\n";
    return 0;
}
