// SHA-256 (FIPS 180-4) of bytes as they come.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace smtptls::openssl {

class Sha256 {
public:
    /// Make a Library first. Throws std::runtime_error if OpenSSL has no SHA-256.
    Sha256();

    void add(std::string_view bytes);

    /// Of all bytes so far: 64 hexadecimal digits, lower case.
    std::string hex() const;

private:
    std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> context_;
};

}  // namespace smtptls::openssl
