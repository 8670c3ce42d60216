// Bytes, failures and the reference to any machine.
#include "base/machine.hpp"
#include "base/bytes.hpp"
#include "base/failure.hpp"
#include "catch.hpp"

#include <set>
#include <string>

namespace smtptls::base {
namespace {

TEST_CASE("bytes print as two lower-case digits each", "[base]")
{
    CHECK(format_hex({}).empty());
    CHECK(format_hex(Bytes{0x00, 0x0f, 0xf0, 0xff}) == "000ff0ff");
}

TEST_CASE("text and bytes are one and the same, NUL and 8-bit included", "[base]")
{
    const std::string text("a\0\xff", 3);
    CHECK(bytes_of(text).size() == 3);
    CHECK(text_of(bytes_of(text)) == text);
}

TEST_CASE("each stage has a name of its own", "[base]")
{
    std::set<std::string_view> names;
    for (int i = 0; i <= static_cast<int>(Stage::close); ++i) {
        names.insert(format(static_cast<Stage>(i)));
    }
    CHECK(names.size() == static_cast<std::size_t>(Stage::close) + 1);
    CHECK_FALSE(names.contains("unknown"));
}

TEST_CASE("each reason has a name of its own", "[base]")
{
    std::set<std::string_view> names;
    for (int i = 0; i <= static_cast<int>(Reason::local_error); ++i) {
        names.insert(format(static_cast<Reason>(i)));
    }
    CHECK(names.size() == static_cast<std::size_t>(Reason::local_error) + 1);
    CHECK_FALSE(names.contains("unknown"));
}

// Notes each call, so that a call that reaches the wrong function shows.
struct Notebook {
    std::string calls = {};

    Want want() const { return Want::write; }
    ByteView output() const { return bytes_of("out"); }
    unsigned step() const { return 7; }
    void written() { calls += "written;"; }
    void received(ByteView bytes) { calls += "received " + std::string(text_of(bytes)) + ";"; }
    void peer_closed() { calls += "peer_closed;"; }
    void broke(Reason reason) { calls += "broke " + std::string(format(reason)) + ";"; }
};

TEST_CASE("a reference to a machine passes every call on", "[base]")
{
    Notebook notebook;
    MachineRef reference(notebook);
    CHECK(reference.want() == Want::write);
    CHECK(text_of(reference.output()) == "out");
    CHECK(reference.step() == 7);
    reference.written();
    reference.received(bytes_of("abc"));
    reference.peer_closed();
    reference.broke(Reason::cancelled);
    CHECK(notebook.calls == "written;received abc;peer_closed;broke cancelled;");
}

TEST_CASE("a copy of a reference is the same machine and not a machine of its own", "[base]")
{
    Notebook notebook;
    MachineRef reference(notebook);
    MachineRef copy(reference);
    copy.written();
    CHECK(notebook.calls == "written;");
}

}  // namespace
}  // namespace smtptls::base
