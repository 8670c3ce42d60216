#include "tls/client_hello.hpp"

#include "tls/record.hpp"
#include "tls/writer.hpp"

#include <algorithm>

namespace smtptls::tls {

base::Bytes encode(const ClientHello& hello)
{
    Writer writer;
    writer.u8(HandshakeType::client_hello);
    writer.vector24([&] {
        writer.u16(hello.legacy_version);
        writer.bytes(hello.random);
        writer.opaque8(hello.session_id);
        writer.vector16([&] {
            for (const CipherSuite suite : hello.cipher_suites) {
                writer.u16(suite);
            }
        });
        writer.opaque8(hello.compression_methods);
        write_extensions(writer, hello.extensions);
    });
    return std::move(writer).take();
}

base::Bytes encode_records(const ClientHello& hello)
{
    return encode_records(ContentType::handshake, hello.record_version, encode(hello));
}

Decoded<ClientHello> decode_client_hello(base::ByteView body)
{
    Reader reader(body);
    ClientHello hello;
    hello.legacy_version = reader.u16<ProtocolVersion>("legacy_version");
    std::ranges::copy(reader.take(hello.random.size(), "random"), hello.random.begin());
    const base::ByteView session_id = reader.opaque8("legacy_session_id");
    hello.session_id.assign(session_id.begin(), session_id.end());
    reader.each16("cipher_suites",
                  [&](Reader& item) { hello.cipher_suites.push_back(item.u16<CipherSuite>("cipher_suites")); });
    const base::ByteView compression = reader.opaque8("legacy_compression_methods");
    hello.compression_methods.assign(compression.begin(), compression.end());
    hello.extensions = read_extensions(reader);
    return reader.finish(std::move(hello));
}

std::vector<ProtocolVersion> offered_versions(const ClientHello& hello)
{
    if (const Extension* extension = find(hello.extensions, ExtensionType::supported_versions)) {
        if (auto versions = decode_supported_versions(extension->body)) {
            return *std::move(versions);
        }
    }
    return {hello.legacy_version};
}

std::string offered_server_name(const ClientHello& hello)
{
    const Extension* extension = find(hello.extensions, ExtensionType::server_name);
    return extension != nullptr ? decode_server_name(extension->body).value_or(std::string{}) : std::string{};
}

}  // namespace smtptls::tls
