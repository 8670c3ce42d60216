// Evidence of anybody, line by line: what is read is written again and means the same; a refusal can be shown.
#include "interview/evidence_json.hpp"
#include "base/base64.hpp"
#include "base/bytes.hpp"
#include "fuzz/promise.hpp"
#include "model_json/offer.hpp"

#include <cstdint>

namespace {

using namespace smtptls;
using fuzz::promise;

// Base64 and offers have one spelling each.
void read_texts(std::string_view text)
{
    if (const auto bytes = base::decode_base64(text)) {
        promise(base::encode_base64(*bytes) == text, "base64 has one spelling");
    }
    for (const auto version : {tls::ProtocolVersion::ssl2, tls::ProtocolVersion::tls1_2}) {
        if (const auto suites = model_json::parse_offer(text, version)) {
            promise(model_json::encode_offer(*suites) == text, "an offer has one spelling");
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::string_view rest = base::text_of(base::ByteView(data, size));
    read_texts(rest);
    interview::EvidenceReader reader;
    interview::EvidenceReader second_reader;
    interview::EvidenceEncoder encoder;
    interview::EvidenceEncoder second_encoder;
    while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        const auto event = reader.decode(line);
        if (!event) {
            promise(!event.error().empty() && fuzz::is_harmless(event.error()), "an error is a sentence to show");
            continue;
        }
        const std::string written = encoder.encode(*event);
        promise(fuzz::is_harmless(std::string_view(written).substr(0, written.size() - 1)), "a line is one line");
        const auto again = second_reader.decode(std::string_view(written).substr(0, written.size() - 1));
        promise(again.has_value(), "what was read can be written and read again");
        promise(second_encoder.encode(*again) == written, "and means the same");
    }
    return 0;
}
