#include "openssl/chain_order.hpp"

#include "openssl/name_text.hpp"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <string>

namespace smtptls::openssl {
namespace {

using base::UntrustedText;

constexpr std::size_t most_faults = 8;

bool issues(const X509* issuer, const X509* subject)
{
    // It fills in a cache of the certificate's, and so takes no constant one. Whether it may sign is not the question.
    const int said = X509_check_issued(const_cast<X509*>(issuer), const_cast<X509*>(subject));
    return said == X509_V_OK || said == X509_V_ERR_KEYUSAGE_NO_CERTSIGN;
}

// Empty: it is where it belongs.
std::string fault_of(std::span<const X509* const> chain, std::size_t place)
{
    const X509* const one = chain[place];
    if (one == nullptr) {
        return "it cannot be read";
    }
    const auto same = [one](const X509* other) { return other != nullptr && X509_cmp(other, one) == 0; };
    if (std::ranges::any_of(chain.first(place), same)) {
        return "sent twice";
    }
    if (X509_NAME_cmp(X509_get_subject_name(one), X509_get_issuer_name(one)) == 0) {
        return "a root, which need not be sent";
    }
    if (chain[place - 1] != nullptr && issues(one, chain[place - 1])) {
        return "";
    }
    const auto issued = [one](const X509* other) { return other != nullptr && other != one && issues(one, other); };
    return std::ranges::any_of(chain, issued) ? "not in its order" : "superfluous: it issued none of the others";
}

}  // namespace

std::vector<UntrustedText> chain_faults(std::span<const X509* const> chain)
{
    std::vector<UntrustedText> faults;
    for (std::size_t place = 1; place < chain.size() && faults.size() < most_faults; ++place) {
        const std::string fault = fault_of(chain, place);
        if (!fault.empty()) {
            const std::string name =
                chain[place] != nullptr ? " (" + text_of(X509_get_subject_name(chain[place])).escaped() + ")" : "";
            faults.emplace_back("certificate " + std::to_string(place + 1) + name + ": " + fault);
        }
    }
    ERR_clear_error();
    return faults;
}

}  // namespace smtptls::openssl
