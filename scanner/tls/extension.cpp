#include "tls/extension.hpp"

#include <algorithm>

namespace smtptls::tls {
namespace {

constexpr std::uint8_t host_name = 0;
constexpr std::uint8_t uncompressed = 0;
constexpr std::uint8_t psk_dhe_ke = 1;

Extension finished(ExtensionType type, Writer&& writer)
{
    return {type, std::move(writer).take()};
}

template <typename Code>
Extension codes16(ExtensionType type, std::span<const Code> codes)
{
    Writer writer;
    writer.vector16([&] {
        for (const Code code : codes) {
            writer.u16(code);
        }
    });
    return finished(type, std::move(writer));
}

template <typename Code>
Decoded<std::vector<Code>> decode_codes16(base::ByteView body, std::string_view field)
{
    Reader reader(body);
    std::vector<Code> codes;
    reader.each16(field, [&](Reader& item) { codes.push_back(item.u16<Code>(field)); });
    return reader.finish(std::move(codes));
}

}  // namespace

void write_extensions(Writer& writer, const Extensions& extensions)
{
    if (!extensions.has_value()) {
        return;
    }
    writer.vector16([&] {
        for (const Extension& extension : *extensions) {
            writer.u16(extension.type);
            writer.opaque16(extension.body);
        }
    });
}

Extensions read_extensions(Reader& reader)
{
    // RFC 5246 section 7.4.1.4: there are extensions if anything follows the compression methods.
    if (reader.left() == 0) {
        return std::nullopt;
    }
    std::vector<Extension> extensions;
    reader.each16("extensions", [&](Reader& item) {
        Extension extension;
        extension.type = item.u16<ExtensionType>("extension_type");
        const base::ByteView body = item.opaque16("extension_data");
        extension.body.assign(body.begin(), body.end());
        extensions.push_back(std::move(extension));
    });
    return extensions;
}

const Extension* find(const Extensions& extensions, ExtensionType type)
{
    if (!extensions.has_value()) {
        return nullptr;
    }
    const auto found = std::ranges::find(*extensions, type, &Extension::type);
    return found != extensions->end() ? &*found : nullptr;
}

Extension server_name(std::string_view host)
{
    Writer writer;
    writer.vector16([&] {
        writer.u8(host_name);
        writer.opaque16(base::bytes_of(host));
    });
    return finished(ExtensionType::server_name, std::move(writer));
}

Extension supported_groups(std::span<const NamedGroup> groups)
{
    return codes16(ExtensionType::supported_groups, groups);
}

Extension signature_algorithms(std::span<const SignatureScheme> schemes)
{
    return codes16(ExtensionType::signature_algorithms, schemes);
}

Extension supported_versions(std::span<const ProtocolVersion> versions)
{
    Writer writer;
    writer.vector8([&] {
        for (const ProtocolVersion version : versions) {
            writer.u16(version);
        }
    });
    return finished(ExtensionType::supported_versions, std::move(writer));
}

Extension empty_key_share()
{
    Writer writer;
    writer.opaque16({});
    return finished(ExtensionType::key_share, std::move(writer));
}

Extension renegotiation_info()
{
    Writer writer;
    writer.opaque8({});
    return finished(ExtensionType::renegotiation_info, std::move(writer));
}

Extension ec_point_formats()
{
    Writer writer;
    writer.vector8([&] { writer.u8(uncompressed); });
    return finished(ExtensionType::ec_point_formats, std::move(writer));
}

Extension psk_key_exchange_modes()
{
    Writer writer;
    writer.vector8([&] { writer.u8(psk_dhe_ke); });
    return finished(ExtensionType::psk_key_exchange_modes, std::move(writer));
}

Extension padding(std::size_t count)
{
    return {ExtensionType::padding, base::Bytes(count)};
}

Decoded<std::string> decode_server_name(base::ByteView body)
{
    Reader reader(body);
    std::string host;
    reader.each16("server_name_list", [&](Reader& item) {
        const auto type = item.u8("name_type");
        const base::ByteView name = item.opaque16("host_name");
        if (type == host_name && host.empty()) {
            host = base::text_of(name);
        }
    });
    return reader.finish(std::move(host));
}

Decoded<std::vector<NamedGroup>> decode_supported_groups(base::ByteView body)
{
    return decode_codes16<NamedGroup>(body, "named_group_list");
}

Decoded<std::vector<SignatureScheme>> decode_signature_algorithms(base::ByteView body)
{
    return decode_codes16<SignatureScheme>(body, "supported_signature_algorithms");
}

Decoded<std::vector<ProtocolVersion>> decode_supported_versions(base::ByteView body)
{
    Reader reader(body);
    std::vector<ProtocolVersion> versions;
    reader.each8("versions", [&](Reader& item) { versions.push_back(item.u16<ProtocolVersion>("versions")); });
    return reader.finish(std::move(versions));
}

Decoded<ProtocolVersion> decode_selected_version(base::ByteView body)
{
    Reader reader(body);
    const auto version = reader.u16<ProtocolVersion>("selected_version");
    return reader.finish(version);
}

Decoded<NamedGroup> decode_selected_group(base::ByteView body)
{
    Reader reader(body);
    const auto group = reader.u16<NamedGroup>("selected_group");
    return reader.finish(group);
}

Decoded<NamedGroup> decode_server_share(base::ByteView body)
{
    Reader reader(body);
    const auto group = reader.u16<NamedGroup>("group");
    reader.opaque16("key_exchange");
    return reader.finish(group);
}

}  // namespace smtptls::tls
