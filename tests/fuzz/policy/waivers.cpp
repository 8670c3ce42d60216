// Waivers of anybody: a refusal can be shown, and what is read names something, somebody and a day.
#include "base/bytes.hpp"
#include "fuzz/promise.hpp"
#include "report/policy/policy_json.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace smtptls;
    using fuzz::promise;
    const auto waivers = policy::decode_waivers(base::text_of(base::ByteView(data, size)));
    if (!waivers) {
        promise(!waivers.error().empty() && fuzz::is_harmless(waivers.error()), "an error is a sentence to show");
        return 0;
    }
    for (const policy::Waiver& waiver : *waivers) {
        promise(waiver.finding.empty() != waiver.rule.empty(), "a waiver is of a finding or of a rule");
        promise(!waiver.owner.empty() && policy::is_day(waiver.expires), "and has an owner and a last day");
        promise(fuzz::is_harmless(waiver.finding + waiver.rule + waiver.endpoints + waiver.owner + waiver.reason),
                "and can be shown");
    }
    return 0;
}
