#include "report/policy/seen.hpp"

#include <algorithm>
#include <charconv>

namespace smtptls::policy {
namespace {

using model::CellState;
using model::CellView;
using tls::Authentication;

// The first word of a key's type: "EC secp256r1" is EC.
std::string_view kind_of(const Leaf& leaf)
{
    const std::string_view type = leaf.key_type;
    return type.substr(0, type.find(' '));
}

bool signs_for(const Leaf& leaf, Authentication authentication)
{
    const std::string_view kind = kind_of(leaf);
    switch (authentication) {
        case Authentication::rsa: return kind == "RSA" || kind == "RSA-PSS";
        case Authentication::dss: return kind == "DSA";
        case Authentication::ecdsa: return kind == "EC" || kind == "ED25519" || kind == "ED448";
        default: return false;
    }
}

// Without the fingerprint: a baseline and a waiver are to know the certificate that comes in place of this one.
std::string label_of(const Shown& shown, const std::string& what, const std::string& otherwise)
{
    const std::string& name = shown.name.empty() ? otherwise : shown.name;
    return shown.key_type + (shown.key_type.empty() ? "" : " ") + what + " (" + name + ")";
}

// "RSA 2048", "EC secp256r1 256"; of a size that is not known the type alone.
void take_key(const std::string& words, Shown& shown)
{
    const std::size_t space = words.rfind(' ');
    const std::string last = space == std::string::npos ? "" : words.substr(space + 1);
    std::int64_t bits = 0;
    const auto [end, error] = std::from_chars(last.data(), last.data() + last.size(), bits);
    const bool number = !last.empty() && error == std::errc() && end == last.data() + last.size();
    shown.key_type = number ? words.substr(0, space) : words;
    shown.key_bits = number ? std::optional(bits) : std::nullopt;
}

}  // namespace

Seen::Seen(const model::EndpointResult& result, std::string_view server_name)
    : result_(result), reference_(server_name.empty() ? std::string_view(result.endpoint.host) : server_name)
{
    for (const CellView& cell : result.matrix.cells()) {
        if (cell.state != CellState::rejected) {
            unrefused_.push_back(cell);
            continue;
        }
        const bool same = !refusals_.empty() && refusals_.back().version == cell.version &&
                          refusals_.back().evidence.data() == cell.evidence.data();
        if (!same) {
            refusals_.push_back({cell.version, cell.evidence, {}});
        }
        refusals_.back().suites.push_back(cell.suite);
    }
    take_leaves();
}

void Seen::take_leaves()
{
    for (const model::Observation& one : result_.observations) {
        if (one.id != model::Fact::certificate_key_type) {
            continue;
        }
        const std::string& subject = one.subject;
        Leaf leaf;
        leaf.subject = subject;
        leaf.name = text(model::Fact::certificate_subject, subject);
        leaf.key_type = text(one.id, subject);
        const model::Observation* const bits = find(model::Fact::certificate_key_bits, subject);
        const auto* const number = bits != nullptr ? std::get_if<std::int64_t>(&bits->value) : nullptr;
        leaf.key_bits = number != nullptr ? std::optional(*number) : std::nullopt;
        leaf.signature_algorithm = text(model::Fact::certificate_signature_algorithm, subject);
        leaf.names = list(model::Fact::certificate_dns_names, subject);
        leaf.label = label_of(leaf, "certificate", leaf.names.empty() ? "without a name" : leaf.names.front());
        leaf.not_before = text(model::Fact::certificate_not_before, subject);
        leaf.not_after = text(model::Fact::certificate_not_after, subject);
        leaf.self_signed = boolean(model::Fact::certificate_self_signed, subject);
        leaf.outside_its_dates = boolean(model::Fact::certificate_outside_its_dates, subject);
        leaf.trusted = boolean(model::Fact::certificate_trusted, subject);
        leaf.trust_fault = text(model::Fact::certificate_trust_fault, subject);
        leaf.names_host = boolean(model::Fact::certificate_names_host, subject);
        leaf.shown_to_others = boolean(model::Fact::certificate_shown_to_others, subject).value_or(false);
        leaf.issuers = issuers_of(subject);
        leaf.evidence = one.evidence;
        leaves_.push_back(std::move(leaf));
    }
}

std::optional<std::vector<Shown>> Seen::issuers_of(const std::string& subject) const
{
    if (find(model::Fact::certificate_issuer_keys, subject) == nullptr) {
        // One that a trusted root signed has no issuer but that.
        const std::string root = text(model::Fact::certificate_trust_anchor, subject);
        const bool by_root = !root.empty() && root == text(model::Fact::certificate_issuer, subject);
        return by_root ? std::optional(std::vector<Shown>()) : std::nullopt;
    }
    const std::vector<std::string> keys = list(model::Fact::certificate_issuer_keys, subject);
    const std::vector<std::string> names = list(model::Fact::certificate_issuer_names, subject);
    const std::vector<std::string> signatures = list(model::Fact::certificate_issuer_signatures, subject);
    const std::vector<std::string> dates = list(model::Fact::certificate_issuer_dates, subject);
    const auto at = [](const std::vector<std::string>& all, std::size_t i) { return i < all.size() ? all[i] : ""; };
    std::vector<Shown> issuers;
    constexpr std::size_t most = 16;  // a scan writes nine at most
    for (std::size_t i = 0; i < keys.size(); ++i) {
        Shown issuer;
        if (i == most) {
            issuer.label = "further issuers";
            issuers.push_back(std::move(issuer));
            break;
        }
        take_key(keys[i], issuer);
        issuer.name = at(names, i);
        issuer.signature_algorithm = at(signatures, i);
        constexpr std::size_t length = 20;  // of 2026-11-21T20:48:54Z
        const std::string from_and_to = at(dates, i);
        if (from_and_to.size() > 2 * length) {
            issuer.not_before = from_and_to.substr(0, length);
            issuer.not_after = from_and_to.substr(length + 1, length);
            issuer.outside_its_dates = from_and_to.ends_with(" outside");
        }
        issuer.label = label_of(issuer, "issuer", "without a name");
        issuers.push_back(std::move(issuer));
    }
    return issuers;
}

const model::Observation* Seen::find(model::Fact id, std::string_view subject) const
{
    const auto found =
        std::find_if(result_.observations.begin(), result_.observations.end(),
                     [&](const model::Observation& one) { return one.id == id && one.subject == subject; });
    return found == result_.observations.end() ? nullptr : &*found;
}

std::optional<bool> Seen::boolean(model::Fact id, std::string_view subject) const
{
    const model::Observation* const found = find(id, subject);
    const bool* const value = found != nullptr ? std::get_if<bool>(&found->value) : nullptr;
    return value != nullptr ? std::optional(*value) : std::nullopt;
}

std::string Seen::text(model::Fact id, std::string_view subject) const
{
    const model::Observation* const found = find(id, subject);
    const auto* const value = found != nullptr ? std::get_if<base::UntrustedText>(&found->value) : nullptr;
    return value != nullptr ? value->escaped() : "";
}

std::vector<std::string> Seen::list(model::Fact id, std::string_view subject) const
{
    const model::Observation* const found = find(id, subject);
    std::vector<std::string> all;
    if (const auto* const value =
            found != nullptr ? std::get_if<std::vector<base::UntrustedText>>(&found->value) : nullptr) {
        std::ranges::transform(*value, std::back_inserter(all), &base::UntrustedText::escaped);
    }
    return all;
}

bool Seen::accepts(const Predicate& which) const
{
    return std::ranges::any_of(unrefused_,
                               [&](const CellView& cell) { return cell.state == CellState::accepted && which(cell); });
}

bool Seen::is_left_out(const CellView& cell) const
{
    return result_.leaves_out(cell);
}

bool Seen::is_open(const CellView& cell) const
{
    return result_.leaves_open(cell);
}

bool Seen::leaves_open(const Predicate& which) const
{
    return std::ranges::any_of(unrefused_, [&](const CellView& cell) { return is_open(cell) && which(cell); });
}

bool Seen::leaves_out(const Predicate& which) const
{
    return std::ranges::any_of(unrefused_, [&](const CellView& cell) { return is_left_out(cell) && which(cell); });
}

bool Seen::accepts(tls::ProtocolVersion version) const
{
    return accepts([version](const CellView& cell) { return cell.version == version; });
}

bool Seen::hides_a_leaf(const CellView& cell) const
{
    const tls::SuiteInfo* const info = tls::find(cell.suite);
    if (info == nullptr || info->credentials != tls::CredentialClass::certificate) {
        return false;
    }
    if (info->authentication == Authentication::any) {
        return !accepts(cell.version);
    }
    return std::ranges::none_of(leaves_, [&](const Leaf& leaf) { return signs_for(leaf, info->authentication); });
}

bool Seen::is_open_of_certificates(std::string_view phrase) const
{
    const std::vector<std::string> open = list(model::Fact::certificate_not_known);
    return std::ranges::find(open, phrase) != open.end();
}

bool Seen::hides_what_others_get() const
{
    return is_open_of_certificates("the certificate without a name in SNI") ||
           is_open_of_certificates("the certificate for another name");
}

bool Seen::may_hide_a_leaf() const
{
    return is_open_of_certificates("other kinds of certificates") ||
           leaves_open([this](const CellView& cell) { return hides_a_leaf(cell); });
}

bool Seen::may_leave_out_a_leaf() const
{
    return leaves_out([this](const CellView& cell) { return hides_a_leaf(cell); });
}

}  // namespace smtptls::policy
