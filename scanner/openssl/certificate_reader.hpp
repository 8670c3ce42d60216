// Reads certificates, each once: a server shows the same one a hundred times.
#pragma once

#include "base/bytes.hpp"
#include "model/certificate.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>

struct x509_st;

namespace smtptls::openssl {

class CertificateReader {
public:
    /// So many different ones are kept; of more the first is forgotten.
    static constexpr std::size_t most = 16;

    /// The leaf of a chain of one or more as it came over the wire, with its issuers, the dates held to `at` (seconds
    /// since 1970). Nothing if OpenSSL cannot read the leaf.
    std::optional<model::Certificate> read(std::span<const base::Bytes> chain, std::int64_t at);

    /// One that came alone.
    std::optional<model::Certificate> read(base::ByteView der, std::int64_t at);

private:
    struct Known {
        base::Bytes der;
        std::shared_ptr<x509_st> certificate;  // null: cannot be read
        model::Certificate facts;
    };

    const Known& known(base::ByteView der);
    void take_chain(std::span<const base::Bytes> chain);
    void read_issuers(std::span<const base::Bytes> chain, std::int64_t at, model::Certificate& leaf);

    std::deque<Known> known_;
    std::shared_ptr<const model::Chain> chain_;  // the last one
    std::vector<base::UntrustedText> chain_faults_;
};

}  // namespace smtptls::openssl
