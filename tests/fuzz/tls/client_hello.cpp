// Any bytes as the body of a ClientHello: what is decoded encodes to the same bytes, and its extensions
// can be asked for.
#include "tls/client_hello.hpp"

#include "fuzz/promise.hpp"

#include <algorithm>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace smtptls;
    using fuzz::promise;
    const base::ByteView body(data, size);
    const auto hello = tls::decode_client_hello(body);
    if (!hello) {
        promise(!format(hello.error()).empty(), "an error says what it is");
        return 0;
    }
    const base::Bytes message = encode(*hello);
    promise(std::ranges::equal(base::ByteView(message).subspan(4), body), "a decoded hello encodes to the same bytes");
    (void)tls::offered_versions(*hello);
    (void)tls::offered_server_name(*hello);
    for (const tls::Extension& extension : hello->extensions.value_or(std::vector<tls::Extension>{})) {
        if (const auto groups = tls::decode_supported_groups(extension.body)) {
            promise(tls::supported_groups(*groups).body == extension.body, "groups encode to the same bytes");
        }
        if (const auto schemes = tls::decode_signature_algorithms(extension.body)) {
            promise(tls::signature_algorithms(*schemes).body == extension.body, "schemes encode to the same bytes");
        }
        if (const auto versions = tls::decode_supported_versions(extension.body)) {
            promise(tls::supported_versions(*versions).body == extension.body, "versions encode to the same bytes");
        }
    }
    return 0;
}
