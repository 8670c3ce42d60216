#include "tls/suite_property.hpp"

#include <algorithm>
#include <array>

namespace smtptls::tls {
namespace {

struct Words {
    std::string_view word;
    std::string_view phrase;
};

constexpr std::array words = {
#define PROPERTY(name, word, phrase) Words{word, phrase},
#include "tls/suite_properties.def"
#undef PROPERTY
};
static_assert(static_cast<std::size_t>(last_property) + 1 == words.size());

constexpr std::array weaknesses = {SuiteProperty::null_cipher,  SuiteProperty::anonymous,
                                   SuiteProperty::export_grade, SuiteProperty::rc4,
                                   SuiteProperty::rc2,          SuiteProperty::des,
                                   SuiteProperty::triple_des,   SuiteProperty::block64,
                                   SuiteProperty::md5_mac,      SuiteProperty::no_forward_secrecy};

}  // namespace

bool has_property(CipherSuite suite, SuiteProperty property)
{
    const SuiteInfo* const info = find(suite);
    if (info == nullptr) {
        return false;
    }
    const auto cipher = [info](std::initializer_list<Cipher> any) {
        return std::ranges::find(any, info->cipher) != any.end();
    };
    switch (property) {
        case SuiteProperty::null_cipher: return info->cipher == Cipher::null;
        case SuiteProperty::anonymous: return info->authentication == Authentication::anonymous;
        case SuiteProperty::export_grade: return info->export_grade;
        case SuiteProperty::rc4: return info->cipher == Cipher::rc4;
        case SuiteProperty::rc2: return info->cipher == Cipher::rc2;
        case SuiteProperty::des: return info->cipher == Cipher::des;
        case SuiteProperty::triple_des: return info->cipher == Cipher::triple_des;
        case SuiteProperty::idea: return info->cipher == Cipher::idea;
        case SuiteProperty::block64:
            return cipher({Cipher::des, Cipher::triple_des, Cipher::idea, Cipher::rc2, Cipher::fortezza,
                           Cipher::gost28147, Cipher::magma});
        case SuiteProperty::md5_mac: return info->mac == Mac::md5;
        case SuiteProperty::sha1_mac: return info->mac == Mac::sha1;
        case SuiteProperty::cbc: return info->mode == CipherMode::cbc;
        case SuiteProperty::not_aead: return !info->aead();
        case SuiteProperty::ccm_8: return info->mode == CipherMode::ccm_8;
        case SuiteProperty::static_rsa: return info->key_exchange == KeyExchange::rsa;
        case SuiteProperty::static_dh:
            return info->key_exchange == KeyExchange::dh || info->key_exchange == KeyExchange::ecdh;
        case SuiteProperty::dhe: return info->key_exchange == KeyExchange::dhe;
        case SuiteProperty::no_forward_secrecy: return !info->forward_secrecy;
    }
    return false;
}

std::vector<SuiteProperty> weaknesses_of(CipherSuite suite)
{
    std::vector<SuiteProperty> all;
    std::ranges::copy_if(weaknesses, std::back_inserter(all),
                         [suite](SuiteProperty property) { return has_property(suite, property); });
    return all;
}

std::string_view format(SuiteProperty property)
{
    return words.at(static_cast<std::size_t>(property)).word;
}

std::string_view phrase_of(SuiteProperty property)
{
    return words.at(static_cast<std::size_t>(property)).phrase;
}

}  // namespace smtptls::tls
