// Any bytes as an SSL 2.0 record: what is decoded encodes to the same message.
#include "fuzz/promise.hpp"
#include "tls/ssl2.hpp"

#include <algorithm>

namespace {

using namespace smtptls;
using fuzz::promise;

template <typename Value>
void check_again(const tls::Decoded<Value>& value, base::ByteView message)
{
    if (!value) {
        promise(!format(value.error()).empty(), "an error says what it is");
        return;
    }
    const base::Bytes record = encode(*value);
    promise(std::ranges::equal(base::ByteView(record).subspan(2), message),
            "a decoded message encodes to the same bytes");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const base::ByteView bytes(data, size);
    (void)tls::looks_like_ssl2(bytes);
    const auto record = tls::read_ssl2_record(bytes);
    if (!record || !record->has_value()) {
        return 0;
    }
    const base::Bytes& message = **record;
    check_again(tls::decode_ssl2_client_hello(message), message);
    check_again(tls::decode_ssl2_server_hello(message), message);
    check_again(tls::decode_ssl2_error(message), message);
    return 0;
}
