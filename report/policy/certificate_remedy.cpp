#include "report/policy/certificate_remedy.hpp"

#include "base/text_layout.hpp"
#include "model/address.hpp"
#include "report/policy/leaves.hpp"

#include <algorithm>
#include <array>

namespace smtptls::policy {
namespace {

using Fault = CertificateFault;
using Lines = std::vector<std::string>;

bool is_plain_label(const std::string& label)
{
    constexpr std::size_t longest = 63;
    const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    return !label.empty() && label.size() <= longest && label.front() != '-' && label.back() != '-' &&
           std::ranges::all_of(label, is_plain);
}

// What certbot makes, and its words for it; the first is what it makes unasked (certbot 2.0 and later).
struct Made {
    const char* type;
    int bits;
    const char* words;
};
constexpr std::array keys_of_certbot = {Made{"EC secp256r1", 256, "--key-type ecdsa --elliptic-curve secp256r1"},
                                        Made{"RSA", 3072, "--key-type rsa --rsa-key-size 3072"},
                                        Made{"RSA", 4096, "--key-type rsa --rsa-key-size 4096"},
                                        Made{"EC secp384r1", 384, "--key-type ecdsa --elliptic-curve secp384r1"}};

bool suits(const Made& made, const std::vector<check::CertificateKeys>& asked)
{
    Shown key;
    key.key_type = made.type;
    key.key_bits = made.bits;
    return std::ranges::all_of(asked, [&key](const check::CertificateKeys& one) {
        return std::ranges::any_of(one.kinds, [&key](const check::KeyKind& kind) { return is_of(key, kind); });
    });
}

// A key that all of them allow, of the kind that the server has if one will do: clients of a server with RSA may know
// nothing else.
const Made* key_for(const CertificateTrouble& trouble, const Seen& seen)
{
    const bool has_rsa = std::ranges::any_of(
        seen.leaves(), [](const Leaf& leaf) { return !leaf.shown_to_others && kind_of_key(leaf) == "RSA"; });
    const Made* first = nullptr;
    for (const Made& made : keys_of_certbot) {
        if (!suits(made, trouble.keys)) {
            continue;
        }
        if (has_rsa == (std::string_view(made.type) == "RSA")) {
            return &made;
        }
        first = first == nullptr ? &made : first;
    }
    return first;
}

// What is wrong, and what must be otherwise. A new certificate mends it unless `asks_for_another` is false.
struct Words {
    Fault fault;
    bool asks_for_another;
    const char* text;
};
constexpr std::array words_of_faults = {
    Words{Fault::incomplete, false,
          "The server shows its certificate without its issuer's. In the file must stand the whole chain: its own "
          "certificate, behind it its issuer's, and so on; the root's is not needed."},
    Words{Fault::misplaced, false,
          "Order of the certificates in the file: the server's own, then each with its issuer's behind it; nothing "
          "twice, nothing else."},
    Words{Fault::self_signed, true, "It is self-signed: no client can know whose it is."},
    Words{Fault::unknown_ca, true,
          "Its chain ends at an issuer that clients do not know, or one between is missing in the file."},
    Words{Fault::unsound, true, "Its chain does not hold, whoever is trusted: the finding says why."},
    Words{Fault::name, true, "It must name the host as a subjectAltName."},
    Words{Fault::wildcard, true, "It must name the host itself, without a wildcard."},
    Words{Fault::expired, false,
          "It has expired: renew it where you have it from (certbot renew). If that is done, the server only has to "
          "be reloaded."},
    Words{Fault::not_yet_valid, false,
          "It is not valid yet: look at the clocks of its CA, the server and this machine."},
    Words{Fault::issuer_dates, false,
          "An issuer's certificate is outside its dates: put the one that its CA offers today into the file."},
    Words{Fault::key, true, "Its key is not of a kind and size that is asked for."},
    Words{Fault::signature, true, "It, or an issuer's, is signed with an algorithm that is not allowed."},
    Words{Fault::usage, true,
          "It must say that it is for servers: extendedKeyUsage serverAuth alone, and a critical keyUsage with "
          "digitalSignature."},
    Words{Fault::validity, true, "It must be valid for fewer days (certbot's are for 90 or less)."},
    Words{Fault::no_responder, true,
          "It must name an OCSP responder. Those of Let's Encrypt name none since 2025: take another CA (certbot's "
          "--server)."},
    Words{Fault::no_revocation, true, "It must name an OCSP responder or a revocation list."},
    Words{Fault::revoked, true, "It is revoked: find out why, and have a new one issued for a new key."},
    Words{Fault::issuer, false,
          "What is wrong with an issuer's certificate only another chain of its CA, or another CA, mends."},
};

constexpr const char* comment = "# ";

void add_staples(Product product, const CertificateTrouble& trouble, Lines& lines)
{
    const bool must = trouble.has(Fault::must_staple);
    if (!must && !trouble.has(Fault::not_stapled)) {
        return;
    }
    if (product == Product::exim) {
        lines.emplace_back(
            "# No good OCSP answer is stapled. Exim sends the one in the file of tls_ocsp_file (4.88 and later, built "
            "with OCSP: exim -bV), which a job of yours must fetch anew before it ends (openssl ocsp -respout).");
    } else if (product == Product::postfix && !must) {
        lines.emplace_back("# No OCSP answer is stapled, and no Postfix can do that: waive the rule.");
    }
    if (must) {
        lines.push_back(std::string("# It demands a stapled OCSP answer (must-staple)") +
                        (product == Product::postfix ? ", and no Postfix can staple one" : ", and no good one came") +
                        ": have it issued without that demand.");
    }
}

// A deploy hook runs after each renewal: certbot's manual, "Renewing certificates". Exim reads the files as its own
// user, who may not enter certbot's folders.
Lines hook_of(Product product)
{
    switch (product) {
        case Product::postfix: return {"--deploy-hook 'postfix reload'"};
        case Product::exim:
            return {"--deploy-hook 'cd \"$RENEWED_LINEAGE\" && install -m 640 \\",
                    "-g Debian-exim fullchain.pem privkey.pem /etc/exim4/ && \\", "systemctl reload exim4'"};
        case Product::unknown: break;
    }
    return {};
}

void add_certbot(Product product, const std::string& name, const std::string& options, Lines& lines)
{
    lines.push_back("# Get one for " + name + (name == "NAME" ? ", by which clients know the host," : "") +
                    " from a CA that clients trust. With certbot (its port 80 must be reachable):");
    Lines further = hook_of(product);
    if (!options.empty()) {
        further.insert(further.begin(), options + (further.empty() ? "" : " \\"));
    }
    lines.push_back("# certbot certonly --standalone -d " + name + (further.empty() ? "" : " \\"));
    for (const std::string& one : further) {
        lines.push_back("#   " + one);
    }
    if (product == Product::unknown) {
        lines.emplace_back("# The server needs fullchain.pem and privkey.pem of it, and to be reloaded.");
    }
}

void add_files(Product product, const std::string& name, Lines& lines)
{
    const std::string folder = "/etc/letsencrypt/live/" + name + "/";
    if (product == Product::postfix) {
        lines.emplace_back(
            "# Postfix 3.4 and later, main.cf: the key first, then the chain, here or where yours are. Then: postfix "
            "reload.");
        lines.push_back("smtpd_tls_chain_files = " + folder + "privkey.pem, " + folder + "fullchain.pem");
        lines.emplace_back(
            "# smtpd_tls_cert_file, smtpd_tls_key_file and their like for ECDSA do not count beside it. Before 3.4 "
            "there is no such line: the chain is in smtpd_tls_cert_file, the key in smtpd_tls_key_file.");
    } else if (product == Product::exim) {
        lines.emplace_back(
            "# Exim, main section, instead of the lines that set them now (Exim takes each once): the chain and its "
            "key, here "
            "or where yours are, readable for its user (Debian-exim, or exim). Then restart it.");
        lines.emplace_back("tls_certificate = /etc/exim4/fullchain.pem");
        lines.emplace_back("tls_privatekey = /etc/exim4/privkey.pem");
    }
}

void add_exceptions(const CertificateTrouble& trouble, Lines& lines)
{
    const bool own_ca = trouble.has(Fault::unknown_ca) || trouble.has(Fault::incomplete);
    if (own_ca) {
        lines.emplace_back(
            "# If its CA is one of your own, which all clients know: scan with --ca-file ROOT.pem. A waiver does it "
            "too (smtptls-scan report --suggest-waivers).");
    } else if (trouble.has(Fault::self_signed)) {
        lines.emplace_back("# If all clients know it: a waiver says so (smtptls-scan report --suggest-waivers).");
    }
}

}  // namespace

Product product_of(const Seen& seen)
{
    const std::string greeting = seen.text(model::Fact::smtp_greeting);
    const auto speaks_of = [&greeting](const char* product) {
        return greeting.find(std::string("ESMTP ") + product) != std::string::npos;
    };
    return speaks_of("Postfix") ? Product::postfix : speaks_of("Exim") ? Product::exim : Product::unknown;
}

std::string name_for_commands(const std::string& host)
{
    constexpr std::size_t longest = 253;
    const std::string name = base::lower(host.ends_with('.') ? host.substr(0, host.size() - 1) : host);
    std::size_t labels = 0;
    for (std::size_t at = 0; at <= name.size(); ++labels) {
        const std::size_t end = std::min(name.find('.', at), name.size());
        if (!is_plain_label(name.substr(at, end - at))) {
            return "NAME";
        }
        at = end + 1;
    }
    return labels > 1 && name.size() <= longest && !model::IpAddress::parse(name) ? name : "NAME";
}

Lines certificate_lines(const CertificateTrouble& trouble, const Seen& seen)
{
    if (trouble.none()) {
        return {};
    }
    const Product product = product_of(seen);
    const std::string name = name_for_commands(seen.reference_name());
    Lines lines = {"# The certificate:"};
    bool another = trouble.has(Fault::must_staple);
    for (const Words& words : words_of_faults) {
        if (trouble.has(words.fault)) {
            lines.push_back(std::string(comment) + words.text);
            another = another || words.asks_for_another;
        }
    }
    add_staples(product, trouble, lines);
    const Made* const key = key_for(trouble, seen);
    if (another && key == nullptr) {
        lines.emplace_back("# certbot makes no key of the kinds that are asked for: have another CA issue it.");
    } else if (another) {
        const bool as_it_does = key == &keys_of_certbot.front() && !trouble.has(Fault::key);
        add_certbot(product, name, as_it_does ? "" : key->words, lines);
    }
    if (another || trouble.has(Fault::incomplete) || trouble.has(Fault::misplaced) ||
        trouble.has(Fault::issuer_dates)) {
        add_files(product, name, lines);
    }
    add_exceptions(trouble, lines);
    return lines;
}

}  // namespace smtptls::policy
