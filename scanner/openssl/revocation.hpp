// What others say of a certificate: OCSP answers (RFC 6960, RFC 5019) and lists of revoked certificates (RFC 5280
// section 5). Reads bytes and fetches nothing. Whoever sent them is hostile until the issuer's signature is verified,
// and the issuer may be hostile too.
#pragma once

#include "base/bytes.hpp"
#include "model/examination.hpp"

#include <cstddef>
#include <cstdint>

namespace smtptls::openssl {

/// A longer OCSP answer is not parsed. Usual ones have 300 to 2,500 bytes.
inline constexpr std::size_t most_ocsp_bytes = std::size_t{64} << 10U;

/// A longer list is not read, nor fetched. One of this size with 44,000 entries costs 13 ms of one processor and,
/// beside the list, its size in memory (twice in PEM): its entries are looked through as they are, and only the one
/// that is looked for is decoded.
inline constexpr std::size_t most_crl_bytes = std::size_t{1} << 20U;

/// What clocks may differ by, before an answer begins and after it ends: what `openssl ocsp` grants too.
inline constexpr std::int64_t clock_leeway = 300;

/// An answer that names no end can always be had anew (RFC 6960 section 4.2.2.1): an older one than this is somebody's
/// recording. The longest that the CA/Browser Forum's Baseline Requirements let an answer with an end count (4.9.10).
inline constexpr std::int64_t longest_without_end = std::int64_t{10} * 24 * 3600;

/// DER of a request for what is known of the certificate, by SHA-1 (RFC 5019 section 2.1.1: all responders know it) and
/// without a nonce, which many refuse. Empty if one of the two cannot be read.
base::Bytes ocsp_request(base::ByteView certificate, base::ByteView issuer);

/// What an OCSP answer says of the certificate at `at` (seconds since 1970); source and URL are the caller's. It counts
/// if it is about this certificate (by SHA-1, SHA-256, SHA-384 or SHA-512), within its dates, and signed by the issuer
/// or by a responder that the issuer itself delegated (RFC 6960 section 4.2.2.2). Whether the responder's own
/// certificate is revoked is not asked. Certificates are DER.
model::RevocationWord read_ocsp(base::ByteView response, base::ByteView certificate, base::ByteView issuer,
                                std::int64_t at);

/// The same for a complete list of the issuer's, DER or PEM, signed with the issuer's own key, which covers the
/// certificate: no delta, no indirect list, no list of other kinds of certificates or of another distribution point
/// (RFC 5280 section 6.3.3).
model::RevocationWord read_crl(base::ByteView list, base::ByteView certificate, base::ByteView issuer, std::int64_t at);

}  // namespace smtptls::openssl
