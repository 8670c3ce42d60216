#include "app/certificate_files.hpp"

#include "app/root_folder.hpp"
#include "base/expected.hpp"
#include "base/untrusted_text.hpp"
#include "openssl/leaf_keys.hpp"

namespace smtptls::app {
namespace {

// The certificates of one file. Nothing: why it was not read.
base::Expected<remedy::KeyKinds, std::string> keys_of(const std::string& root, const std::string& file)
{
    constexpr std::size_t most_bytes = std::size_t{1} << 20U;
    if (!file.starts_with('/')) {
        return base::Unexpected<std::string>("it has no absolute path");
    }
    const FileBelow pem = read_below(root, file, most_bytes);
    if (pem.state != FileBelow::State::read) {
        return base::Unexpected<std::string>(
            pem.state == FileBelow::State::absent ? "there is no such file below " + base::escaped(root) : pem.why);
    }
    const openssl::LeafKeys keys = openssl::leaf_keys(pem.text);
    return keys.any() ? base::Expected<remedy::KeyKinds, std::string>(remedy::KeyKinds{keys.rsa, keys.ecdsa, keys.dss})
                      : base::Unexpected<std::string>("it holds no certificate");
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
