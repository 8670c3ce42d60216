// model::parse_target on any text: what is accepted can be written again and means the same, what is
// refused is refused in a sentence that can be shown.
#include "model/target.hpp"
#include "base/bytes.hpp"
#include "fuzz/promise.hpp"
#include "model/idn.hpp"

#include <cstdint>
#include <string>

namespace {

using namespace smtptls;
using fuzz::promise;

void check_target(const model::Target& target)
{
    promise(!target.host.empty() && target.host.size() <= 253, "a host has 1 to 253 characters");
    promise(model::is_ascii(target.host), "a host is ASCII");
    promise(!target.port || *target.port != 0, "a port is not 0");
    if (!target.unicode_host.empty()) {
        const auto ascii = model::ascii_host(target.unicode_host);
        promise(ascii && *ascii == target.host, "what is shown in Unicode is the host");
        promise(fuzz::is_harmless(target.unicode_host), "and can be shown");
    }
    const bool v6 = target.address && target.address->is_v6();
    std::string again = v6 ? "[" + target.host + "]" : target.host;
    again += target.port ? ":" + std::to_string(*target.port) : "";
    const auto second = model::parse_target(again);
    promise(second.has_value(), "a host that was accepted is accepted again");
    promise(second->host == target.host && second->address == target.address && second->port == target.port,
            "and means the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text = base::text_of(base::ByteView(data, size));
    const auto target = model::parse_target(text);
    if (target) {
        check_target(*target);
    } else {
        promise(!target.error().empty() && fuzz::is_harmless(target.error()), "an error is a sentence to show");
    }
    return 0;
}
