// How long saved scans take to be judged again: smtptls-bench-judge SCANNER ENDPOINTS SCAN.json... saves so many
// endpoints, made of those of the scans, in files of ten below TMPDIR; reads and judges them here, one after the other,
// under three policies; and lets SCANNER do it as a user would, in several formats. All times are printed.
#include "report/policy/judge.hpp"
#include "model_json/report.hpp"
#include "report/policy/policies.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace smtptls::bench {
namespace {

using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

constexpr std::array<const char*, 3> policy_names = {"pci", "nist", "bsi-tr-03108"};
constexpr std::array<const char*, 6> formats = {"nagios", "text", "csv", "ndjson", "junit", "html"};
constexpr std::size_t endpoints_of_a_file = 10;

double seconds_since(Clock::time_point begun)
{
    return std::chrono::duration<double>(Clock::now() - begun).count();
}

double mib(std::uintmax_t bytes)
{
    return static_cast<double>(bytes) / 1048576.0;
}

std::string content(const fs::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::optional<model::ScanResult> read_samples(const std::vector<std::string>& paths)
{
    std::optional<model::ScanResult> samples;
    for (const std::string& path : paths) {
        auto scan = model_json::decode(content(path));
        if (!scan) {
            std::fprintf(stderr, "%s: %s\n", path.c_str(), scan.error().c_str());
            return std::nullopt;
        }
        if (!samples) {
            samples = *std::move(scan);
            continue;
        }
        std::ranges::move(scan->endpoints, std::back_inserter(samples->endpoints));
    }
    return samples && !samples->endpoints.empty() ? samples : std::nullopt;
}

// Each endpoint has a host of its own.
std::vector<fs::path> save(const model::ScanResult& samples, std::size_t count, const fs::path& folder)
{
    std::vector<fs::path> paths;
    for (std::size_t saved = 0; saved < count;) {
        model::ScanResult scan = samples;
        scan.endpoints.clear();
        scan.targets.clear();
        for (; saved < count && scan.endpoints.size() < endpoints_of_a_file; ++saved) {
            scan.endpoints.push_back(samples.endpoints[saved % samples.endpoints.size()]);
            scan.endpoints.back().endpoint.host = "mail" + std::to_string(saved) + ".lab.example";
            scan.targets.push_back(scan.endpoints.back().endpoint.host);
        }
        paths.push_back(folder / (std::to_string(paths.size()) + ".json"));
        std::ofstream(paths.back(), std::ios::binary) << model_json::encode(scan);
    }
    return paths;
}

bool judge_here(const std::vector<fs::path>& paths)
{
    std::vector<policy::Policy> policies;
    for (const char* const name : policy_names) {
        policies.push_back(policy::find_policy(name).value());
        policy::set_day(policies.back(), "2026-11-30");
    }
    double reading = 0;
    double judging = 0;
    std::size_t endpoints = 0;
    std::size_t findings = 0;
    for (const fs::path& path : paths) {
        const std::string text = content(path);
        auto begun = Clock::now();
        auto scan = model_json::decode(text);
        if (!scan) {
            std::fprintf(stderr, "%s\n", scan.error().c_str());
            return false;
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
    std::printf(
        "in memory, one thread: %zu endpoints read in %.2f s, judged under %zu policies in %.2f s (%zu findings)\n",
        endpoints, reading, policies.size(), judging, findings);
    return true;
}

struct Cost {
    int exit_code = -1;
    double seconds = 0;
    double cpu_seconds = 0;  // user and system
    long peak_mib = 0;
};

Cost run(const std::vector<std::string>& command)
{
    std::vector<char*> words;
    for (const std::string& word : command) {
        words.push_back(const_cast<char*>(word.c_str()));
    }
    words.push_back(nullptr);
    std::fflush(stdout);
    const auto begun = Clock::now();
    const pid_t child = fork();
    if (child == 0) {
        execv(words.front(), words.data());
        std::perror(words.front());
        _exit(127);
    }
    int status = 0;
    struct rusage usage = {};
    wait4(child, &status, 0, &usage);
    const auto of = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, seconds_since(begun), of(usage.ru_utime) + of(usage.ru_stime),
            usage.ru_maxrss / 1024};
}

bool judge_by_command(const std::string& scanner, const std::vector<fs::path>& paths, const fs::path& folder)
{
    std::vector<std::string> command = {scanner, "report"};
    command.insert(command.end(), paths.begin(), paths.end());
    for (const char* const name : policy_names) {
        command.insert(command.end(), {"--policy", name});
    }
    std::printf("%s report SCAN.json... --policy %s --policy %s --policy %s --format FORMAT -o FILE\n", scanner.c_str(),
                policy_names[0], policy_names[1], policy_names[2]);
    for (const char* const format : formats) {
        const fs::path output = folder / "report";
        std::vector<std::string> whole = command;
        whole.insert(whole.end(), {"--format", format, "-o", output.string()});
        const Cost cost = run(whole);
        // 1: a policy is violated, as it is by Debian's default.
        if (cost.exit_code != 1 || !fs::exists(output)) {
            std::fprintf(stderr, "%s: exit code %d\n", format, cost.exit_code);
            return false;
        }
        std::printf("%-10s %7.2f s %7.2f s of CPU, peak %5ld MiB, %8.1f MiB written\n", format, cost.seconds,
                    cost.cpu_seconds, cost.peak_mib, mib(fs::file_size(output)));
        fs::remove(output);
    }
    return true;
}

int measure(const std::string& scanner, std::size_t count, const std::vector<std::string>& scans)
{
    const auto samples = read_samples(scans);
    std::string folder = (fs::temp_directory_path() / "smtptls-bench-XXXXXX").string();
    if (!samples || mkdtemp(folder.data()) == nullptr) {
        return 2;
    }
    const std::vector<fs::path> paths = save(*samples, count, folder);
    std::uintmax_t bytes = 0;
    for (const fs::path& path : paths) {
        bytes += fs::file_size(path);
    }
    std::printf("%zu endpoints in %zu files, %.0f MiB\n", count, paths.size(), mib(bytes));
    const bool good = judge_here(paths) && judge_by_command(scanner, paths, folder);
    fs::remove_all(folder);
    return good ? 0 : 1;
}

}  // namespace
}  // namespace smtptls::bench

int main(int argc, char** argv)
{
    if (argc < 4) {
        std::fputs("smtptls-bench-judge SCANNER ENDPOINTS SCAN.json...\n", stderr);
        return 2;
    }
    const std::vector<std::string> scans(argv + 3, argv + argc);
    return smtptls::bench::measure(argv[1], std::strtoul(argv[2], nullptr, 10), scans);
}
