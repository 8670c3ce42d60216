// log::LogReader over a whole log, at once and in pieces: both must count the same, and no output may hold a
// byte that a terminal would act on. The first byte of the input is the size of the pieces, modulo 64, plus one.
#include "report/log/reader.hpp"
#include "fuzz/promise.hpp"
#include "report/log/format.hpp"
#include "report/log/mail_log_json.hpp"

#include <cstdint>
#include <string>

namespace {

using namespace smtptls;
using fuzz::promise;

constexpr std::int64_t ends = 1795000000;  // November 2026

log::MailLog read(std::string_view text, std::size_t piece)
{
    log::ReaderSettings settings;
    // Small, so that inputs of a few lines reach what lies behind the limits.
    settings.limits.peers = 4;
    settings.limits.peers_below = 4;
    settings.limits.services = 2;
    settings.limits.spoken = 3;
    settings.open_sessions = 3;
    log::LogReader reader(settings);
    reader.begin(ends);
    for (std::size_t at = 0; at < text.size(); at += piece) {
        reader.append(text.substr(at, piece));
    }
    reader.end();
    return reader.finish();
}

std::string printed(const log::MailLog& log)
{
    std::string out;
    const auto sink = [&out](std::string_view text) { out += text; };
    log::write_text(log, {"0", 20}, sink);
    log::write_csv(log, sink);
    log::write_json(log, "0", sink);
    return out;
}

void check(const log::MailLog& log)
{
    promise(log.peers.size() <= 8, "peers are limited");
    promise(log.services.size() <= 2 + 2 * log::mailer_count, "services are limited");
    promise(log.malformed <= log.lines, "a line is malformed once");
    for (std::size_t i = 0; i < 2; ++i) {
        std::uint64_t kept = 0;
        for (const log::MailPeer& peer : log.peers) {
            kept += static_cast<std::size_t>(log.services[peer.service].direction) == i ? peer.split.sessions() : 0;
        }
        promise(kept + log.not_kept[i].sessions == log.impact[i].split.sessions(), "no session is lost");
        promise(log.impact[i].cut + log.impact[i].mixed == log.impact[i].losses.size(), "losses add up");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) {
        return 0;
    }
    const std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
    const log::MailLog whole = read(text, std::max<std::size_t>(1, text.size()));
    check(whole);
    std::string out = printed(whole);
    promise(printed(read(text, data[0] % 64U + 1U)) == out, "the segmentation does not change what is read");
    std::erase_if(out, [](char c) { return c == '\n' || c == '\r'; });
    promise(fuzz::is_harmless(out), "the output is escaped");
    return 0;
}
