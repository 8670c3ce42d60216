#include "app/sandbox.hpp"

#include "base/text_layout.hpp"

#ifdef SMTPTLS_SANDBOX
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <memory>
#endif
#ifdef SMTPTLS_SECCOMP
#include <seccomp.h>

#include <cerrno>
#endif

namespace smtptls::app {
namespace {

#ifdef SMTPTLS_SANDBOX

using Rights = std::uint64_t;

// Landlock's rights by version (Documentation/userspace-api/landlock.rst of the kernel), as the headers of a build
// machine may be older than the kernel.
constexpr Rights may_refer = 1U << 13U;     // version 2
constexpr Rights may_truncate = 1U << 14U;  // version 3
constexpr Rights of_version_1 = (1U << 13U) - 1;

constexpr Rights may_read = LANDLOCK_ACCESS_FS_READ_FILE;
constexpr Rights may_read_below = may_read | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr Rights may_replace =
    LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG;
constexpr Rights may_fill = may_read_below | may_replace | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |
                            LANDLOCK_ACCESS_FS_REMOVE_DIR | may_truncate;

#ifdef __SANITIZE_ADDRESS__
// A sanitizer looks for leaks at the end: into this process, from a task of its own.
constexpr std::array<const char*, 2> of_sanitizer = {"/proc", "/proc/self/exe"};
#else
constexpr std::array<const char*, 0> of_sanitizer = {};
#endif

// What look-ups of names, OpenSSL and the C library open late. The resolver's configuration is read again when it
// changes, and then it is often a new file: so its folder is named and not the file.
constexpr std::array<const char*, 11> of_system = {"/etc",
                                                   "/usr/lib",
                                                   "/usr/lib64",
                                                   "/lib",
                                                   "/lib64",
                                                   "/usr/share/zoneinfo",
                                                   "/usr/share/ca-certificates",
                                                   "/usr/local/share/ca-certificates",
                                                   "/run/systemd/resolve",
                                                   "/run/resolvconf",
                                                   "/run/NetworkManager"};

class Opened {
public:
    explicit Opened(int number) : number_(number) {}
    ~Opened()
    {
        if (number_ >= 0) {
            close(number_);
        }
    }
    Opened(const Opened&) = delete;
    Opened& operator=(const Opened&) = delete;

    int number() const { return number_; }

private:
    int number_;
};

// 0: there is none.
int landlock_version()
{
    const long version = syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return version > 0 ? static_cast<int>(version) : 0;
}

Rights rights_of(int version)
{
    return of_version_1 | (version >= 2 ? may_refer : 0) | (version >= 3 ? may_truncate : 0);
}

class Ruleset {
public:
    explicit Ruleset(int version) : handled_(rights_of(version)), set_(create(handled_)) {}

    bool good() const { return set_.number() >= 0; }

    void allow(const std::string& path, Rights rights) const
    {
        const Opened place(open(path.c_str(), O_PATH | O_CLOEXEC));
        struct stat facts = {};
        if (place.number() < 0 || fstat(place.number(), &facts) != 0) {
            return;
        }
        landlock_path_beneath_attr rule = {};
        rule.allowed_access = rights & handled_ & (S_ISDIR(facts.st_mode) ? ~Rights{0} : may_read);
        rule.parent_fd = place.number();
        if (rule.allowed_access != 0) {
            syscall(SYS_landlock_add_rule, set_.number(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
        }
    }

    void enforce() const { syscall(SYS_landlock_restrict_self, set_.number(), 0); }

private:
    static int create(Rights handled)
    {
        landlock_ruleset_attr attributes = {};
        attributes.handled_access_fs = handled;
        return static_cast<int>(
            syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes.handled_access_fs, 0));
    }

    Rights handled_;
    Opened set_;
};

void confine_files(const Needs& needs)
{
    const int version = landlock_version();
    if (version == 0) {
        return;
    }
    const Ruleset rules(version);
    if (!rules.good()) {
        return;
    }
    for (const std::string& path : needs.reads) {
        rules.allow(path, may_read_below);
    }
    for (const std::string& path : needs.replaces) {
        rules.allow(path, may_replace);
    }
    for (const std::string& path : needs.fills) {
        rules.allow(path, may_fill);
    }
    for (const char* const path : of_system) {
        rules.allow(path, may_read_below);
    }
    for (const char* const path : of_sanitizer) {
        rules.allow(path, may_read_below);
    }
    rules.enforce();
}

#endif

#ifdef SMTPTLS_SECCOMP

// Starting programs, other processes, the kernel and its devices, name spaces, clocks.
constexpr std::array never = {SCMP_SYS(execve),
                              SCMP_SYS(execveat),
#ifndef __SANITIZE_ADDRESS__
                              SCMP_SYS(ptrace),
#endif
                              SCMP_SYS(process_vm_readv),
                              SCMP_SYS(process_vm_writev),
                              SCMP_SYS(kcmp),
                              SCMP_SYS(pidfd_getfd),
                              SCMP_SYS(mount),
                              SCMP_SYS(umount2),
                              SCMP_SYS(pivot_root),
                              SCMP_SYS(chroot),
                              SCMP_SYS(move_mount),
                              SCMP_SYS(open_tree),
                              SCMP_SYS(fsopen),
                              SCMP_SYS(fsconfig),
                              SCMP_SYS(fsmount),
                              SCMP_SYS(fspick),
                              SCMP_SYS(mount_setattr),
                              SCMP_SYS(unshare),
                              SCMP_SYS(setns),
                              SCMP_SYS(bpf),
                              SCMP_SYS(perf_event_open),
                              SCMP_SYS(userfaultfd),
                              SCMP_SYS(io_uring_setup),
                              SCMP_SYS(io_uring_enter),
                              SCMP_SYS(io_uring_register),
                              SCMP_SYS(keyctl),
                              SCMP_SYS(add_key),
                              SCMP_SYS(request_key),
                              SCMP_SYS(kexec_load),
                              SCMP_SYS(kexec_file_load),
                              SCMP_SYS(init_module),
                              SCMP_SYS(finit_module),
                              SCMP_SYS(delete_module),
                              SCMP_SYS(reboot),
                              SCMP_SYS(swapon),
                              SCMP_SYS(swapoff),
                              SCMP_SYS(acct),
                              SCMP_SYS(quotactl),
                              SCMP_SYS(syslog),
                              SCMP_SYS(settimeofday),
                              SCMP_SYS(clock_settime),
                              SCMP_SYS(clock_adjtime),
                              SCMP_SYS(adjtimex),
                              SCMP_SYS(sethostname),
                              SCMP_SYS(setdomainname),
                              SCMP_SYS(personality),
                              SCMP_SYS(iopl),
                              SCMP_SYS(ioperm),
                              SCMP_SYS(open_by_handle_at),
                              SCMP_SYS(name_to_handle_at)};

constexpr std::array of_network = {SCMP_SYS(socket), SCMP_SYS(connect), SCMP_SYS(bind),
                                   SCMP_SYS(listen), SCMP_SYS(accept),  SCMP_SYS(accept4)};

struct FreeFilter {
    void operator()(void* filter) const { seccomp_release(filter); }
};

void confine_calls(const Needs& needs)
{
    const std::unique_ptr<void, FreeFilter> filter(seccomp_init(SCMP_ACT_ALLOW));
    if (!filter) {
        return;
    }
    const auto refuse = [&filter](int call) {
        seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EPERM), call, 0);  // one that the machine has not is no matter
    };
    for (const int call : never) {
        refuse(call);
    }
    if (!needs.network) {
        for (const int call : of_network) {
            refuse(call);
        }
    }
    seccomp_load(filter.get());
}

#endif

}  // namespace

std::string sandbox_words()
{
    std::vector<std::string> kinds;
#ifdef SMTPTLS_SANDBOX
    if (const int version = landlock_version(); version > 0) {
        kinds.push_back("Landlock " + std::to_string(version));
    }
#endif
#ifdef SMTPTLS_SECCOMP
    kinds.emplace_back("seccomp");
#endif
    return kinds.empty() ? "none" : base::joined(kinds);
}

void confine([[maybe_unused]] const Needs& needs)
{
#ifdef SMTPTLS_SANDBOX
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);  // both kinds ask for it
    confine_files(needs);
#endif
#ifdef SMTPTLS_SECCOMP
    confine_calls(needs);
#endif
}

}  // namespace smtptls::app
