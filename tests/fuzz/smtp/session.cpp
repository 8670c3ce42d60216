// smtp::Session against a server that says what the input says. Byte 0: the script (bit 0 greeting,
// bit 1 STARTTLS, bit 2 inside the tunnel) and how it ends (bit 7: broken, else closed); byte 1: the
// size of the pieces, modulo 64, plus one; the rest: the server's words.
#include "fuzz/promise.hpp"
#include "smtp/session.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace {

using namespace smtptls;
using base::Want;
using fuzz::promise;

void check_command(std::string_view command)
{
    promise(command == "EHLO scanner.example\r\n" || command == "STARTTLS\r\n" || command == "QUIT\r\n",
            "only whole commands, one at a time: EHLO, STARTTLS, QUIT");
}

void check_end(const smtp::Session& session, bool starttls)
{
    promise(session.want() == Want::nothing, "it ends when the peer is gone");
    promise(!session.ready_for_tls() || starttls, "TLS begins only after STARTTLS");
    promise(!session.ready_for_tls() || !session.failure(), "a dialogue that reached TLS did not fail");
    promise(!starttls || session.ready_for_tls() || session.failure(), "one that did not has a reason");
    if (session.failure()) {
        promise(fuzz::is_harmless(session.failure()->text.escaped()), "the reason's words are escaped");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 2) {
        return 0;
    }
    const bool starttls = (data[0] & 2U) != 0;
    smtp::Session session({(data[0] & 1U) != 0, starttls, (data[0] & 4U) != 0, "scanner.example"});
    base::ByteView rest(data + 2, size - 2);
    const std::size_t piece = data[1] % 64U + 1U;
    unsigned commands = 0;
    while (session.want() != Want::nothing) {
        if (session.want() == Want::write) {
            check_command(base::text_of(session.output()));
            promise(++commands <= 3, "at most three commands");
            session.written();
        } else if (!rest.empty()) {
            const std::size_t count = std::min(piece, rest.size());
            session.received(rest.first(count));
            rest = rest.subspan(count);
        } else if ((data[0] & 0x80U) != 0) {
            session.broke(base::Reason::timed_out);
        } else {
            session.peer_closed();
        }
    }
    check_end(session, starttls);
    return 0;
}
