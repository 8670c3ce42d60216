#include "tls/server_hello.hpp"

#include "tls/record.hpp"
#include "tls/writer.hpp"

#include <algorithm>

namespace smtptls::tls {

const Random hello_retry_random = {0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c,
                                   0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb,
                                   0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

namespace {

// legacy_session_id_echo<0..32>
constexpr std::size_t longest_session_id = 32;

void check_selected_version(Reader& reader, const ServerHello& hello, std::size_t offset)
{
    const Extension* extension = find(hello.extensions, ExtensionType::supported_versions);
    if (extension != nullptr && !decode_selected_version(extension->body)) {
        reader.fail(DecodeErrorKind::illegal, offset, "supported_versions");
    }
}

}  // namespace

base::Bytes encode(const ServerHello& hello)
{
    Writer writer;
    writer.u8(HandshakeType::server_hello);
    writer.vector24([&] {
        writer.u16(hello.legacy_version);
        writer.bytes(hello.random);
        writer.opaque8(hello.session_id);
        writer.u16(hello.cipher_suite);
        writer.u8(hello.compression_method);
        write_extensions(writer, hello.extensions);
    });
    return std::move(writer).take();
}

Decoded<ServerHello> decode_server_hello(base::ByteView body)
{
    Reader reader(body);
    ServerHello hello;
    hello.legacy_version = reader.u16<ProtocolVersion>("legacy_version");
    std::ranges::copy(reader.take(hello.random.size(), "random"), hello.random.begin());
    const std::size_t session_id_at = reader.offset();
    const base::ByteView session_id = reader.opaque8("legacy_session_id_echo");
    if (session_id.size() > longest_session_id) {
        reader.fail(DecodeErrorKind::illegal, session_id_at, "legacy_session_id_echo");
    }
    hello.session_id.assign(session_id.begin(), session_id.end());
    hello.cipher_suite = reader.u16<CipherSuite>("cipher_suite");
    hello.compression_method = reader.u8("legacy_compression_method");
    const std::size_t extensions_at = reader.offset();
    hello.extensions = read_extensions(reader);
    check_selected_version(reader, hello, extensions_at);
    return reader.finish(std::move(hello));
}

ProtocolVersion version_of(const ServerHello& hello)
{
    const Extension* extension = find(hello.extensions, ExtensionType::supported_versions);
    return extension != nullptr ? decode_selected_version(extension->body).value_or(hello.legacy_version)
                                : hello.legacy_version;
}

bool is_hello_retry_request(const ServerHello& hello)
{
    return hello.random == hello_retry_random;
}

Decoded<HelloRetryRequest> read_hello_retry_request(ServerHello hello)
{
    HelloRetryRequest request{std::move(hello), std::nullopt};
    if (const Extension* extension = find(request.hello.extensions, ExtensionType::key_share)) {
        const Decoded<NamedGroup> group = decode_selected_group(extension->body);
        if (!group) {
            return base::Unexpected<DecodeError>(DecodeError{DecodeErrorKind::illegal, 0, "key_share"});
        }
        request.selected_group = *group;
    }
    return request;
}

std::optional<NamedGroup> share_group(const ServerHello& hello)
{
    if (const Extension* extension = find(hello.extensions, ExtensionType::key_share)) {
        if (const Decoded<NamedGroup> group = decode_server_share(extension->body)) {
            return *group;
        }
    }
    return std::nullopt;
}

bool has_extension(const ServerHello& hello, ExtensionType type)
{
    return find(hello.extensions, type) != nullptr;
}

}  // namespace smtptls::tls
