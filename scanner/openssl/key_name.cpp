#include "openssl/key_name.hpp"

#include <openssl/evp.h>

#include <array>
#include <map>

namespace smtptls::openssl {

std::string iana_spelling(const std::string& name)
{
    static const std::map<std::string, std::string> spellings = {
        {"prime256v1", "secp256r1"}, {"prime192v1", "secp192r1"}, {"X25519", "x25519"}, {"X448", "x448"}};
    const auto found = spellings.find(name);
    return found == spellings.end() ? name : found->second;
}

std::string group_name(const EVP_PKEY* key)
{
    std::array<char, 80> name{};
    std::size_t length = 0;
    const bool known = EVP_PKEY_get_group_name(key, name.data(), name.size(), &length) == 1;
    return known ? iana_spelling(std::string(name.data(), length)) : std::string();
}

std::string key_type(const EVP_PKEY* key)
{
    const char* const type = EVP_PKEY_get0_type_name(key);
    const std::string name = type != nullptr ? type : "unknown";
    // Without a name: the parameters stand in the key (RFC 3279 section 2.3.5).
    const std::string group = name == "EC" ? group_name(key) : "";
    return group.empty() ? name : name + " " + group;
}

}  // namespace smtptls::openssl
