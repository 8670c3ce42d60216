#include "app/certificate_files.hpp"

#include "app/file.hpp"
#include "base/untrusted_text.hpp"
#include "openssl/leaf_keys.hpp"

#include <filesystem>

namespace smtptls::app {
namespace {

// The certificates of one file. Nothing: why it was not read.
base::Expected<remedy::KeyKinds, std::string> keys_of(const std::string& root, const std::string& file)
{
    constexpr std::size_t most_bytes = std::size_t{1} << 20U;
    const std::filesystem::path path(file);
    if (!path.is_absolute()) {
        return base::Unexpected<std::string>("no absolute path");
    }
    const std::string below = (std::filesystem::path(root) / path.lexically_normal().relative_path()).string();
    std::error_code error;
    if (std::filesystem::exists(below, error) && !std::filesystem::is_regular_file(below, error)) {
        return base::Unexpected<std::string>(base::escaped(below) + ": is no regular file");
    }
    const auto pem = read_file(below, most_bytes);
    if (!pem) {
        return base::Unexpected<std::string>(pem.error());
    }
    const openssl::LeafKeys keys = openssl::leaf_keys(*pem);
    return keys.any() ? base::Expected<remedy::KeyKinds, std::string>(remedy::KeyKinds{keys.rsa, keys.ecdsa, keys.dss})
                      : base::Unexpected<std::string>(base::escaped(below) + ": holds no certificate");
}

}  // namespace

std::vector<std::string> read_certificates(const remedy::PostfixFiles& files, const std::string& root,
                                           remedy::PostfixChoice& choice)
{
    std::vector<std::string> unread;
    for (const std::string& file : remedy::certificate_files(files, choice)) {
        if (const auto keys = keys_of(root, file); keys) {
            choice.keys.emplace(file, *keys);
        } else {
            unread.push_back("an RSA key in " + base::escaped(file) + ", which was not read: " + keys.error());
        }
    }
    choice.keys_asked_for = true;
    return unread;
}

}  // namespace smtptls::app
