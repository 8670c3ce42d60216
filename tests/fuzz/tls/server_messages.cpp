// Any bytes as the body of a server's message: what is decoded encodes to the same bytes.
// Input: one byte for the message (ServerHello, Certificate, ServerKeyExchange), for the last also two
// bytes of suite and two of version, then the body.
#include "fuzz/promise.hpp"
#include "tls/server_flight.hpp"

#include <algorithm>

namespace {

using namespace smtptls;
using fuzz::promise;

template <typename Value>
void check_again(const tls::Decoded<Value>& value, base::ByteView body)
{
    if (!value) {
        promise(!format(value.error()).empty(), "an error says what it is");
        return;
    }
    const base::Bytes message = encode(*value);
    promise(std::ranges::equal(base::ByteView(message).subspan(4), body),
            "a decoded message encodes to the same bytes");
}

void check_server_hello(base::ByteView body)
{
    const auto hello = tls::decode_server_hello(body);
    check_again(hello, body);
    if (hello) {
        (void)tls::version_of(*hello);
        (void)tls::share_group(*hello);
        (void)tls::read_hello_retry_request(*hello);
    }
}

void check_key_exchange(base::ByteView input)
{
    tls::Reader reader(input);
    const auto suite = reader.u16<tls::CipherSuite>("suite");
    const auto version = reader.u16<tls::ProtocolVersion>("version");
    const base::ByteView body = reader.rest("body");
    const auto exchange = tls::decode_server_key_exchange(body, suite, version);
    check_again(exchange, body);
    if (exchange) {
        (void)tls::describe_key(*exchange);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) {
        return 0;
    }
    const base::ByteView body(data + 1, size - 1);
    switch (data[0] % 3) {
        case 0: check_server_hello(body); break;
        case 1: check_again(tls::decode_certificate_chain(body), body); break;
        default: check_key_exchange(body);
    }
    return 0;
}
