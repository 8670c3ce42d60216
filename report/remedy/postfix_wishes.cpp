#include "report/remedy/postfix_wishes.hpp"

#include "report/remedy/config_lines.hpp"

#include <algorithm>

namespace smtptls::remedy {
namespace {

using tls::ProtocolVersion;
using Views = std::vector<const ServiceView*>;

bool works(const ServiceView& view)
{
    return view.mode != Mode::off && view.mode != Mode::invalid && view.duty != Duty::unreached &&
           view.now.offer != TlsOffer::dead;
}

// The ports at which a line of main.cf with this name would count if no -o line stood in the way, and for which it
// makes a difference.
Views readers_of(const Deployment& all, const std::string& name)
{
    Views readers;
    for (const ServiceView& view : all.servers) {
        const bool counts = works(view) && !rival(view, view.parameters.own(name));
        if (counts && view.duty != Duty::internal) {
            readers.push_back(&view);
        }
    }
    return readers;
}

// One line in main.cf serves if all who read it are to have it.
bool fits_main(const Deployment& all, const std::string& name, const Views& for_whom)
{
    const Views readers = readers_of(all, name);
    const bool postscreen =
        std::any_of(for_whom.begin(), for_whom.end(), [](const ServiceView* view) { return view->is_postscreen(); });
    return postscreen || std::all_of(readers.begin(), readers.end(), [&](const ServiceView* reader) {
               return std::find(for_whom.begin(), for_whom.end(), reader) != for_whom.end();
           });
}

// By parameter: who wants a value, and who has one that will do.
struct Wish {
    std::string name;
    Views wanting;
    Views content;
    bool main_will_do = false;  // the line of main.cf, if there is one, once the -o lines are out of its way
};

void grant(Draft& draft, const Deployment& all, const Wish& wish, const std::string& value, Placement placement)
{
    if (wish.wanting.empty()) {
        return;
    }
    Views both = wish.wanting;
    both.insert(both.end(), wish.content.begin(), wish.content.end());
    const bool in_options = placement == Placement::options || (!wish.main_will_do && !fits_main(all, wish.name, both));
    if (!in_options && !wish.main_will_do) {
        draft.set_main(wish.name, value);
    }
    for (const ServiceView* const view : wish.wanting) {
        if (in_options) {
            draft.set_option(*view->at, wish.name, value);
            continue;
        }
        draft.remove_option(*view->at, wish.name);
        if (view->is_postscreen()) {
            draft.remove_main(view->parameters.own(wish.name));
        }
    }
}

bool is_modern_suite(tls::CipherSuite suite)
{
    const tls::SuiteInfo& info = *tls::find(suite);
    return info.aead() && info.key_exchange == tls::KeyExchange::ecdhe;
}

// Names that leave ECDHE with AES-GCM and ChaCha20 only. AEAD suites do not match the names of hashes, so
// SHA1, SHA256 and SHA384 stand for all that is CBC.
std::string aead_exclusions(const Release& openssl)
{
    std::string list = "aNULL, kRSA, DHE, SHA1, SHA256, SHA384, ARIA, AESCCM";
    if (openssl < Release{1, 1, 0}) {
        list += ", kDH, kECDHr, kECDHe, PSK, SRP, aDSS";
    }
    return list;
}

// The parameters of smtpd's own names, since main.cf is read by tlsproxy through them.
std::string smtpd_name(const ServiceView& view, const std::string& name)
{
    return view.is_postscreen() ? "smtpd_" + name.substr(name.find('_') + 1) : name;
}

template <typename IsContent>
std::vector<Wish> wishes_of(const Deployment& all, Chosen chosen, std::string (*name_of)(const ServiceView&),
                            IsContent is_content)
{
    std::vector<Wish> wishes;
    for (const ServiceView& view : all.servers) {
        if (!works(view) || !chosen(view)) {
            continue;
        }
        const std::string name = name_of(view);
        auto found = std::find_if(wishes.begin(), wishes.end(), [&](const Wish& one) { return one.name == name; });
        Wish& wish = found == wishes.end() ? wishes.emplace_back(Wish{name, {}, {}, false}) : *found;
        (is_content(view) ? wish.content : wish.wanting).push_back(&view);
    }
    return wishes;
}

std::string protocols_of(const ServiceView& view)
{
    return smtpd_name(view, governing(view.parameters, view.mode).protocols);
}

std::string exclusions_of(const ServiceView& view)
{
    return smtpd_name(view, governing(view.parameters, view.mode).exclusions.back());
}

}  // namespace

bool is_for_users(const ServiceView& view)
{
    if (view.is_postscreen() || view.at->type == "pass") {
        return false;
    }
    const bool demands = view.mode == Mode::encrypt || view.mode == Mode::wrapper;
    return view.duty == Duty::submission ||
           (view.duty == Duty::other && (demands || view.parameters.yes("smtpd_sasl_auth_enable")));
}

bool is_for_the_world(const ServiceView& view)
{
    return view.mode == Mode::may && !is_for_users(view) && (view.duty == Duty::exchanger || view.duty == Duty::other);
}

bool lacks_certificate(const ServiceView& view)
{
    const bool on = view.mode == Mode::may || view.mode == Mode::encrypt || view.mode == Mode::wrapper;
    return (on || view.duty == Duty::submission) && view.duty != Duty::unreached && view.duty != Duty::internal &&
           !certificates_of(view.parameters, view.setup).any;
}

bool is_modern_list(const std::string& value, const Release& postfix)
{
    const auto left = parse_protocol_list(value, postfix).left;
    return !left.empty() && left.count(ProtocolVersion::tls1_0) == 0 && left.count(ProtocolVersion::tls1_1) == 0;
}

bool list_is_modern(const ServiceView& view)
{
    return is_modern_list(view.parameters.value(governing(view.parameters, view.mode).protocols), view.setup.postfix);
}

void wish_level(Draft& draft, const Setup& setup, Placement placement)
{
    const PostfixFiles files = draft.files();
    const Deployment all = deployment_of(files, setup);
    const bool encrypted = lower(all.common.value("smtpd_tls_security_level")) == "encrypt";
    for (const ServiceView& view : all.servers) {
        const bool lax = view.duty == Duty::submission && (view.mode == Mode::may || view.mode == Mode::off);
        if (!lax || view.now.offer == TlsOffer::dead) {
            continue;
        }
        if (encrypted && placement == Placement::best) {
            draft.remove_option(*view.at, "smtpd_tls_security_level");
        } else {
            draft.set_option(*view.at, "smtpd_tls_security_level", "encrypt");
        }
    }
}

void wish_versions(Draft& draft, const Setup& setup, Chosen chosen, Placement placement)
{
    const PostfixFiles files = draft.files();
    const Deployment all = deployment_of(files, setup);
    for (Wish& wish : wishes_of(all, chosen, protocols_of, list_is_modern)) {
        wish.main_will_do = all.common.is_set(wish.name) && is_modern_list(all.common.value(wish.name), setup.postfix);
        grant(draft, all, wish, modern_protocols(setup.postfix), placement);
    }
}

void wish_suites(Draft& draft, const Setup& setup, Chosen chosen, Placement placement)
{
    const PostfixFiles files = draft.files();
    const Deployment all = deployment_of(files, setup);
    const auto has_modern_suites = [](const ServiceView& view) {
        return std::all_of(view.now.suites.begin(), view.now.suites.end(), is_modern_suite);
    };
    for (const Wish& wish : wishes_of(all, chosen, exclusions_of, has_modern_suites)) {
        grant(draft, all, wish, aead_exclusions(setup.openssl), placement);
    }
}

}  // namespace smtptls::remedy
