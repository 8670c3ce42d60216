// Cipher lists, protocol lists, priority strings, releases and values with $parameters.
#include "report/remedy/cipher_list.hpp"
#include "base/bytes.hpp"
#include "fuzz/promise.hpp"
#include "report/remedy/gnutls_priority.hpp"
#include "report/remedy/postfix_expansion.hpp"
#include "report/remedy/protocol_list.hpp"

#include <algorithm>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace smtptls;
    using fuzz::promise;
    const std::string_view text = base::text_of(base::ByteView(data, size));
    const remedy::Release openssl{3, 0, 0};
    for (const tls::CipherSuite suite : remedy::evaluate_cipher_list(text, openssl).suites) {
        promise(remedy::speaks(openssl, *tls::find(suite)), "a list leaves only what the library has");
    }
    const remedy::ProtocolList list = remedy::parse_protocol_list(text, {3, 7, 11});
    promise(!list.unknown || list.left.empty(), "a list with an unknown word leaves nothing");
    promise(remedy::evaluate_priority(text).versions.size() <= 4, "there are four versions");
    if (const auto release = remedy::parse_release(text)) {
        promise(remedy::parse_release(remedy::format(*release)) == release, "a release is read as it is written");
    }
    const auto lookup = [&](std::string_view name) -> std::optional<std::string> {
        return name == "none" ? std::nullopt : std::optional(std::string(text));
    };
    promise(remedy::expand(text, lookup).text.size() <= 65536, "an expanded value has a limit");
    return 0;
}
