// What is tried in a process of its own, since it cannot be taken back.
#pragma once

#include "catch.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

namespace smtptls::testing {

/// Whether `deed` returns true in a child of this process.
inline bool in_child(const std::function<bool()>& deed)
{
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        _exit(deed() ? 0 : 1);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    return WEXITSTATUS(status) == 0;
}

/// From now on this process can start no thread; false if that cannot be had. The limit does not hold for root.
inline bool forbid_threads()
{
    constexpr uid_t nobody = 65534;
    const rlimit none = {0, 0};
    return setrlimit(RLIMIT_NPROC, &none) == 0 && (geteuid() != 0 || setuid(nobody) == 0);
}

}  // namespace smtptls::testing
