#include "report/policy/focus.hpp"

#include "report/policy/checks.hpp"
#include "report/policy/policies.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace smtptls::policy {
namespace {

namespace check = check;
using model::Focus;
using model::Mark;
using tls::ProtocolVersion;

class Marker {
public:
    explicit Marker(Focus& focus) : focus_(focus) {}

    /// Marks the suites that `belongs` picks with a mark of their own; none if there are none.
    template <typename Belongs>
    void mark(const Belongs& belongs)
    {
        bool any = false;
        for (const ProtocolVersion version : tls::all_versions) {
            for (const tls::CipherSuite suite : tls::suites_of(version)) {
                if (belongs(version, *tls::find(suite))) {
                    focus_.marks[version][suite].push_back(next_);
                    any = true;
                }
            }
        }
        next_ = static_cast<Mark>(next_ + (any ? 1 : 0));
    }

private:
    Focus& focus_;
    Mark next_ = 0;
};

bool is_about_leaves(const Check& check)
{
    if (const auto* const feature = std::get_if<check::HasFeature>(&check)) {
        return feature->feature == Feature::sni_ignored || model::is_of_certificate(observation_of(feature->feature));
    }
    return std::visit(
        [](const auto& one) {
            using Check = std::decay_t<decltype(one)>;
            return std::is_same_v<Check, check::CertificateKeys> ||
                   std::is_same_v<Check, check::CertificateSignatures> ||
                   std::is_same_v<Check, check::CertificateDates> || std::is_same_v<Check, check::CertificateTrusted> ||
                   std::is_same_v<Check, check::CertificateName> ||
                   std::is_same_v<Check, check::CertificateNoWildcard> ||
                   std::is_same_v<Check, check::CertificateHasNames> ||
                   std::is_same_v<Check, check::CertificateValidity>;
        },
        check);
}

void mark_leaves(Marker& marker)
{
    std::vector<tls::Authentication> kinds;
    for (const tls::SuiteInfo& info : tls::all_suites()) {
        const bool shows =
            info.credentials == tls::CredentialClass::certificate && info.lowest != ProtocolVersion::tls1_3;
        if (shows && std::ranges::find(kinds, info.authentication) == kinds.end()) {
            kinds.push_back(info.authentication);
        }
    }
    for (const tls::Authentication kind : kinds) {
        marker.mark([kind](ProtocolVersion version, const tls::SuiteInfo& info) {
            return info.credentials == tls::CredentialClass::certificate && info.authentication == kind &&
                   version < ProtocolVersion::tls1_3;
        });
    }
}

// OpenSSL chooses the size by the certificate's key, or by the cipher's strength where there is no certificate
// (ssl_get_auto_dh), and other servers may do as they like: one of each kind.
void mark_dhe(Marker& marker)
{
    std::set<std::tuple<ProtocolVersion, tls::Authentication, int>> kinds;
    const auto kind_of = [](ProtocolVersion version, const tls::SuiteInfo& info) {
        return std::tuple(version, info.authentication, info.bits);
    };
    const auto is_dhe = [](const tls::SuiteInfo& info) {
        return info.key_exchange == tls::KeyExchange::dhe || info.key_exchange == tls::KeyExchange::dhe_psk;
    };
    for (const ProtocolVersion version : tls::all_versions) {
        for (const tls::CipherSuite suite : tls::suites_of(version)) {
            const tls::SuiteInfo& info = *tls::find(suite);
            if (is_dhe(info)) {
                kinds.insert(kind_of(version, info));
            }
        }
    }
    for (const auto& kind : kinds) {
        marker.mark([&](ProtocolVersion version, const tls::SuiteInfo& info) {
            return is_dhe(info) && kind_of(version, info) == kind;
        });
    }
}

}  // namespace

model::Focus focus_of(const std::vector<Policy>& policies, model::Role role)
{
    Focus focus;
    Marker marker(focus);
    bool dhe = false;
    for (const Policy& policy : policies) {
        focus.asked_for.push_back(policy.name);
        for (const PolicyRule& rule : policy.rules) {
            if (!rule.level(role)) {
                continue;
            }
            focus.certificates = focus.certificates || is_about_leaves(rule.check);
            dhe = dhe || std::holds_alternative<check::DhBits>(rule.check);
            marker.mark([&rule](ProtocolVersion version, const tls::SuiteInfo& info) {
                return forbids(rule.check, version, info.code);
            });
        }
    }
    if (focus.certificates) {
        mark_leaves(marker);
    }
    if (dhe) {
        mark_dhe(marker);
    }
    return focus;
}

}  // namespace smtptls::policy
