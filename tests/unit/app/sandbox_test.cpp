// What a confined process can no longer do, tried in a child that has it behind it.
#include "app/sandbox.hpp"

#include "catch.hpp"
#include "unit/app/folder.hpp"
#include "unit/child.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>

namespace smtptls::app {
namespace {

// Whether the child could do it once it was confined.
bool can_do(const Needs& needs, const std::function<bool()>& deed)
{
    return testing::in_child([&] {
        confine(needs);
        return deed();
    });
}

bool opens(const std::string& path, int flags)
{
    return open(path.c_str(), flags | O_CLOEXEC, 0600) >= 0;
}

bool has(const char* kind)
{
    return sandbox_words().find(kind) != std::string::npos;
}

TEST_CASE("a confined process reads what was named and nothing else", "[app]")
{
    if (!has("Landlock")) {
        WARN("skipped: no Landlock in this kernel or this build");
        return;
    }
    const Folder folder;
    std::ofstream(folder.at("named")) << "n";
    std::ofstream(folder.at("other")) << "o";
    const Needs needs{.network = false, .reads = {folder.at("named")}, .replaces = {}, .fills = {}};
    CHECK(can_do(needs, [&] { return opens(folder.at("named"), O_RDONLY); }));
    CHECK_FALSE(can_do(needs, [&] { return opens(folder.at("other"), O_RDONLY); }));
    CHECK(can_do(needs, [] { return opens("/etc/passwd", O_RDONLY); }));
    CHECK_FALSE(can_do(needs, [&] { return opens(folder.at("named"), O_WRONLY); }));
}

TEST_CASE("a confined process writes nowhere but into what is open, and moves files where it was told", "[app]")
{
    if (!has("Landlock")) {
        WARN("skipped: no Landlock in this kernel or this build");
        return;
    }
    const Folder folder;
    std::filesystem::create_directory(folder.at("out"));
    std::filesystem::create_directory(folder.at("elsewhere"));
    std::ofstream(folder.at("out/a.part")) << "new";
    std::ofstream(folder.at("elsewhere/b.part")) << "new";
    const Needs needs{.network = false, .reads = {}, .replaces = {folder.at("out")}, .fills = {}};
    const auto moves = [](const std::string& from, const std::string& to) {
        return rename(from.c_str(), to.c_str()) == 0;
    };
    CHECK_FALSE(can_do(needs, [&] { return opens(folder.at("elsewhere/new"), O_WRONLY | O_CREAT); }));
    CHECK_FALSE(can_do(needs, [&] { return opens(folder.at("out/new"), O_WRONLY | O_CREAT); }));
    CHECK_FALSE(can_do(needs, [&] { return moves(folder.at("elsewhere/b.part"), folder.at("elsewhere/b")); }));
    CHECK(can_do(needs, [&] { return moves(folder.at("out/a.part"), folder.at("out/a")); }));
    const int before = open(folder.at("out/a").c_str(), O_WRONLY | O_CLOEXEC);
    CHECK(can_do(needs, [&] { return ::write(before, "x", 1) == 1; }));
    close(before);
    const Needs filling{.network = false, .reads = {}, .replaces = {}, .fills = {folder.at("out")}};
    CHECK(can_do(filling, [&] { return opens(folder.at("out/new"), O_WRONLY | O_CREAT); }));
}

TEST_CASE("a confined process starts no program and looks into no other", "[app]")
{
    if (!has("seccomp")) {
        WARN("skipped: no seccomp in this build");
        return;
    }
    const Needs needs{.network = true, .reads = {"/"}, .replaces = {}, .fills = {}};
    CHECK_FALSE(can_do(needs, [] {
        execl("/bin/true", "true", static_cast<char*>(nullptr));  // returns only if it was refused
        return false;
    }));
#ifndef __SANITIZE_ADDRESS__
    CHECK_FALSE(can_do(needs, [] { return ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0; }));
#endif
    CHECK_FALSE(can_do(needs, [] { return unshare(CLONE_NEWUSER) == 0; }));
    CHECK_FALSE(can_do(needs, [] { return chroot("/") == 0; }));
}

TEST_CASE("a confined process has sockets only if it needs the network", "[app]")
{
    if (!has("seccomp")) {
        WARN("skipped: no seccomp in this build");
        return;
    }
    const auto has_socket = [] { return socket(AF_INET, SOCK_STREAM, 0) >= 0; };
    CHECK(can_do({.network = true, .reads = {}, .replaces = {}, .fills = {}}, has_socket));
    CHECK_FALSE(can_do({.network = false, .reads = {}, .replaces = {}, .fills = {}}, has_socket));
}

}  // namespace
}  // namespace smtptls::app
