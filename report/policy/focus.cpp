#include "report/policy/focus.hpp"

#include "report/policy/checks.hpp"
#include "report/policy/policies.hpp"

#include <algorithm>

namespace smtptls::policy {
namespace {

namespace check = model::check;
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
            for (const tls::SuiteInfo& info : tls::all_suites()) {
                if (is_askable(version, info) && belongs(version, info)) {
                    focus_.marks[version][info.code].push_back(next_);
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

bool is_about_leaves(const model::Check& check)
{
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
        const bool shows = info.credentials == tls::CredentialClass::certificate && !tls::is_ssl2(info.code) &&
                           info.lowest != ProtocolVersion::tls1_3;
        if (shows && std::ranges::find(kinds, info.authentication) == kinds.end()) {
            kinds.push_back(info.authentication);
        }
    }
    for (const tls::Authentication kind : kinds) {
        marker.mark([kind](ProtocolVersion version, const tls::SuiteInfo& info) {
            return info.credentials == tls::CredentialClass::certificate && info.authentication == kind &&
                   version < ProtocolVersion::tls1_3 && version != ProtocolVersion::ssl2;
        });
    }
}

void mark_dhe(Marker& marker)
{
    for (const ProtocolVersion of : tls::all_versions) {
        marker.mark([of](ProtocolVersion version, const tls::SuiteInfo& info) {
            return version == of &&
                   (info.key_exchange == tls::KeyExchange::dhe || info.key_exchange == tls::KeyExchange::dhe_psk);
        });
    }
}

}  // namespace

model::Focus focus_of(const std::vector<model::Policy>& policies, model::Role role)
{
    Focus focus;
    Marker marker(focus);
    bool leaves = false;
    bool dhe = false;
    for (const model::Policy& policy : policies) {
        focus.asked_for.push_back(policy.name);
        for (const model::PolicyRule& rule : policy.rules) {
            if (!rule.level(role)) {
                continue;
            }
            leaves = leaves || is_about_leaves(rule.check);
            dhe = dhe || std::holds_alternative<check::DhBits>(rule.check);
            marker.mark([&rule](ProtocolVersion version, const tls::SuiteInfo& info) {
                return forbids(rule.check, version, info.code);
            });
        }
    }
    if (leaves) {
        mark_leaves(marker);
    }
    if (dhe) {
        mark_dhe(marker);
    }
    return focus;
}

}  // namespace smtptls::policy
