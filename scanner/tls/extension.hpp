// An extension as it stands on the wire, and the contents of those that this room writes or reads
// (RFC 8446 section 4.2). Bodies that nobody asks about stay bytes.
#pragma once

#include "base/bytes.hpp"
#include "tls/extension_type.hpp"
#include "tls/named_group.hpp"
#include "tls/protocol_version.hpp"
#include "tls/reader.hpp"
#include "tls/signature_scheme.hpp"
#include "tls/writer.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::tls {

struct Extension {
    ExtensionType type{};
    base::Bytes body = {};

    bool operator==(const Extension&) const = default;
};

/// Nothing: the extensions' length field itself is absent, as SSLv3 and old TLS 1.0 hellos end.
using Extensions = std::optional<std::vector<Extension>>;

void write_extensions(Writer& writer, const Extensions& extensions);

/// Absent if no bytes are left.
Extensions read_extensions(Reader& reader);

/// The first of that type, or nullptr.
const Extension* find(const Extensions& extensions, ExtensionType type);

/// RFC 6066 section 3: one host_name. The name is not checked.
Extension server_name(std::string_view host);
Extension supported_groups(std::span<const NamedGroup> groups);
Extension signature_algorithms(std::span<const SignatureScheme> schemes);
Extension supported_versions(std::span<const ProtocolVersion> versions);

/// RFC 8446 section 4.2.8: without a share the server chooses the group, which costs a round trip.
Extension empty_key_share();

/// RFC 5746 section 3.4: an empty renegotiated_connection.
Extension renegotiation_info();

/// RFC 8422 section 5.1.2: the uncompressed point alone.
Extension ec_point_formats();

/// RFC 8446 section 4.2.9: psk_dhe_ke alone, as the clients of today send it.
Extension psk_key_exchange_modes();

/// RFC 7685: `count` zero bytes.
Extension padding(std::size_t count);

/// The items of a ClientHello's extension; an error if the body is not whole.
Decoded<std::string> decode_server_name(base::ByteView body);
Decoded<std::vector<NamedGroup>> decode_supported_groups(base::ByteView body);
Decoded<std::vector<SignatureScheme>> decode_signature_algorithms(base::ByteView body);
Decoded<std::vector<ProtocolVersion>> decode_supported_versions(base::ByteView body);

/// The one version of a ServerHello's supported_versions.
Decoded<ProtocolVersion> decode_selected_version(base::ByteView body);

/// The group of a HelloRetryRequest's key_share, or of the share in a TLS 1.3 ServerHello's.
Decoded<NamedGroup> decode_selected_group(base::ByteView body);
Decoded<NamedGroup> decode_server_share(base::ByteView body);

}  // namespace smtptls::tls
