// Evidence of anybody, as far as it can be believed: the rebuild refuses with a sentence or comes to a result that
// can be written. Input: lines of evidence; the digest of the last one is not looked at.
#include "interview/rebuild.hpp"
#include "base/bytes.hpp"
#include "fuzz/promise.hpp"
#include "interview/evidence_json.hpp"
#include "model_json/report.hpp"
#include "openssl/library.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace smtptls;
    using fuzz::promise;
    static const openssl::Library library;
    std::string_view rest = base::text_of(base::ByteView(data, size));
    interview::EvidenceReader reader;
    interview::Rebuild rebuild;
    while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        const auto event = reader.decode(line);
        if (!event) {
            continue;
        }
        if (const auto problem = rebuild.take(*event)) {
            promise(!problem->empty() && fuzz::is_harmless(*problem), "a problem is a sentence to show");
            break;
        }
    }
    if (const auto result = rebuild.conclude()) {
        promise(!model_json::encode(*result).empty(), "a result can be written");
    }
    return 0;
}
