// smtp::ReplyReader, fed at once and in pieces: both must read the same. The first byte of the input is
// the size of the pieces, modulo 64, plus one.
#include "fuzz/promise.hpp"
#include "smtp/reply.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace {

using namespace smtptls;
using fuzz::promise;

struct Reading {
    std::vector<smtp::Reply> replies;
    std::string error;

    bool operator==(const Reading&) const = default;
};

bool ended(smtp::ReplyReader& reader, Reading& reading)
{
    while (auto reply = reader.next()) {
        if (!reply->has_value()) {
            reading.error = smtp::format(reply->error());
            promise(fuzz::is_harmless(reader.current_line().escaped()), "the line of an error is escaped");
            return true;
        }
        const smtp::Reply& one = **reply;
        promise(one.code >= 200 && one.code <= 599, "a code is from 200 to 599");
        promise(!one.lines.empty() && one.lines.size() <= smtp::ReplyReader::lines_limit, "lines are limited");
        promise(fuzz::is_harmless(one.text().escaped()), "the text of a reply is escaped");
        reading.replies.push_back(one);
    }
    return false;
}

Reading read_in_pieces(base::ByteView bytes, std::size_t piece)
{
    smtp::ReplyReader reader;
    Reading reading;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        reader.append(bytes.subspan(at, std::min(piece, bytes.size() - at)));
        if (ended(reader, reading)) {
            break;
        }
    }
    promise(!ended(reader, reading) || !reading.error.empty(), "an error is sticky");
    return reading;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) {
        return 0;
    }
    const base::ByteView bytes(data + 1, size - 1);
    const Reading pieces = read_in_pieces(bytes, data[0] % 64U + 1U);
    const Reading whole = read_in_pieces(bytes, std::max<std::size_t>(1, bytes.size()));
    promise(pieces == whole, "the segmentation does not change what is read");
    return 0;
}
