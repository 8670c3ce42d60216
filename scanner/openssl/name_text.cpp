#include "openssl/name_text.hpp"

#include "openssl/owned.hpp"

// BIO_get_mem_data is a macro that casts in C's way.
#pragma GCC diagnostic ignored "-Wold-style-cast"

namespace smtptls::openssl {

base::UntrustedText text_of(const X509_NAME* name)
{
    const Owned<BIO> bio(BIO_new(BIO_s_mem()));
    // Without ASN1_STRFLGS_ESC_MSB: UTF-8 stays readable, and UntrustedText escapes what must be.
    const unsigned long flags = XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
    X509_NAME_print_ex(bio.get(), name, 0, flags);
    char* data = nullptr;
    const long length = BIO_get_mem_data(bio.get(), &data);
    return length > 0 ? base::UntrustedText(std::string_view(data, static_cast<std::size_t>(length)))
                      : base::UntrustedText();
}

}  // namespace smtptls::openssl
