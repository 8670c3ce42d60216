// smtptls-bench-measure: runs a command and says what it and all that it started cost.
//
//     smtptls-bench-measure FILE COMMAND [ARGUMENTS...]
//
// Writes one line of JSON to FILE: {"exit_code", "seconds", "cpu_seconds", "max_rss_kib"}.
// A program of its own, and a small one, because a child's peak memory begins with what its
// parent had in memory before exec. Orphans are adopted and waited for, so that a script's
// background processes count too. The memory is that of the largest single process.
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace {

using Clock = std::chrono::steady_clock;

struct Cost {
    int exit_code = -1;
    double seconds = 0;      // until the command itself ended
    double cpu_seconds = 0;  // user and system, of the whole tree
    long max_rss_kib = 0;
};

double seconds(const timeval& time)
{
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

// Waits for every process below this one.
Cost wait_for(pid_t command, Clock::time_point start)
{
    Cost cost;
    for (;;) {
        int status = 0;
        rusage usage{};
        const pid_t ended = wait4(-1, &status, 0, &usage);
        if (ended < 0 && errno == EINTR) {
            continue;
        }
        if (ended < 0) {
            return cost;
        }
        cost.cpu_seconds += seconds(usage.ru_utime) + seconds(usage.ru_stime);
        cost.max_rss_kib = std::max(cost.max_rss_kib, usage.ru_maxrss);
        if (ended == command) {
            cost.seconds = std::chrono::duration<double>(Clock::now() - start).count();
            cost.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        }
    }
}

bool write_cost(const char* name, const Cost& cost)
{
    std::FILE* file = std::fopen(name, "w");
    if (file == nullptr) {
        return false;
    }
    std::fprintf(file, "{\"exit_code\": %d, \"seconds\": %.4f, \"cpu_seconds\": %.4f, \"max_rss_kib\": %ld}\n",
                 cost.exit_code, cost.seconds, cost.cpu_seconds, cost.max_rss_kib);
    return std::fclose(file) == 0;
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc < 3) {
        std::fputs("usage: smtptls-bench-measure FILE COMMAND [ARGUMENTS...]\n", stderr);
        return 2;
    }
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    const auto start = Clock::now();
    const pid_t command = fork();
    if (command == 0) {
        execvp(argv[2], argv + 2);
        std::perror(argv[2]);
        std::_Exit(127);
    }
    if (command < 0 || !write_cost(argv[1], wait_for(command, start))) {
        std::perror("smtptls-bench-measure");
        return 1;
    }
}
