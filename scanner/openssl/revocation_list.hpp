// A list of revoked certificates (RFC 5280 section 5) in bounded memory: OpenSSL would decode each of a million entries
// for the one that is looked for. Here the entries stay bytes, and all else of the list goes to OpenSSL as a list
// without any.
#pragma once

#include "base/bytes.hpp"

#include <optional>

namespace smtptls::openssl {

/// Views into the list, which outlives them, but for `head`.
struct ListParts {
    base::ByteView signed_part;  ///< TBSCertList
    base::ByteView entries;      ///< what is in revokedCertificates, one entry behind the other; empty: none
    base::Bytes head;            ///< DER of the list without its entries, and so with a signature that does not fit
};

/// A longer head is refused.
inline constexpr std::size_t most_head_bytes = std::size_t{64} << 10U;

/// The parts of a list in DER; nothing if it is none, has something behind it, or names two signature algorithms. What
/// is in its head is not looked at.
std::optional<ListParts> parse_list(base::ByteView der);

/// What was found among the entries.
struct FoundEntry {
    bool malformed = false;     ///< there is something that is no entry, at or before the one that was looked for
    base::ByteView entry = {};  ///< DER; empty: it is not there
};

/// `serial` is DER of the INTEGER.
FoundEntry find_entry(base::ByteView entries, base::ByteView serial);

}  // namespace smtptls::openssl
