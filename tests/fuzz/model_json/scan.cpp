// Saved scans of anybody: what is read is written again and read the same; a refusal can be shown.
#include "base/bytes.hpp"
#include "fuzz/promise.hpp"
#include "model_json/report.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace smtptls;
    using fuzz::promise;
    const auto scan = model_json::decode_report(base::text_of(base::ByteView(data, size)));
    if (!scan) {
        promise(!scan.error().empty() && fuzz::is_harmless(scan.error()), "an error is a sentence to show");
        return 0;
    }
    const std::string written = model_json::encode(*scan);
    const auto again = model_json::decode_report(written);
    promise(again.has_value(), "what was read can be written and read again");
    promise(model_json::encode(*again) == written, "and means the same");
    return 0;
}
