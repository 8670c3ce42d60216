// Checks about the leaf certificates: each leaf that was seen, and none that an open cell may hide.
#include "report/policy/checks.hpp"
#include "report/policy/names.hpp"

#include "model/address.hpp"

#include <algorithm>
#include <functional>

namespace smtptls::policy {
namespace {

namespace check = check;

/// What a check says of one certificate: one of them is a phrase, or all are empty.
struct Judged {
    std::string fault;
    std::string unasked;
    std::string unjudged = {};
};

using JudgeLeaf = std::function<Judged(const Leaf&)>;
using JudgeShown = std::function<Judged(const Shown&)>;

Outcome without_leaf(const Seen& seen)
{
    Outcome outcome;
    const bool shown = seen.accepts([](const model::CellView& cell) {
        const tls::SuiteInfo* const info = tls::find(cell.suite);
        return cell.version == tls::ProtocolVersion::tls1_3 ||
               (info != nullptr && info->credentials == tls::CredentialClass::certificate);
    });
    if (seen.may_hide_a_leaf()) {
        outcome.open.emplace_back("the certificate");
    } else if (shown || seen.result().matrix.empty() || seen.may_leave_out_a_leaf()) {
        outcome.unasked.emplace_back("the certificate");
    } else {
        return not_applicable("no suite with a certificate is accepted");
    }
    return outcome;
}

// Two certificates of one kind and name are one subject.
void add(std::vector<std::string>& all, const std::string& one)
{
    if (std::ranges::find(all, one) == all.end()) {
        all.push_back(one);
    }
}

class Tally {
public:
    void take(const Shown& shown, const Judged& verdict)
    {
        any_ = true;
        if (!verdict.fault.empty()) {
            add(outcome_.faults, shown.label);
            add(phrases_, shown.label + ": " + verdict.fault);
        } else if (!verdict.unasked.empty()) {
            add(outcome_.unasked, verdict.unasked + " of " + shown.label);
        } else if (!verdict.unjudged.empty()) {
            add(outcome_.unjudged, verdict.unjudged + " of " + shown.label);
        }
    }

    Outcome& outcome() { return outcome_; }

    Outcome end(const Seen& seen, const std::string& when_passed)
    {
        if (seen.may_hide_a_leaf()) {
            outcome_.open.emplace_back("a certificate of another kind");
        }
        if (seen.may_leave_out_a_leaf()) {
            outcome_.unasked.emplace_back("certificates of other kinds");
        }
        outcome_.sentence = outcome_.faults.empty() ? when_passed : shortened(phrases_);
        return std::move(outcome_);
    }

    /// A certificate was judged, or one is missing.
    bool is_told() const { return any_ || !outcome_.unasked.empty(); }

private:
    Outcome outcome_;
    std::vector<std::string> phrases_;
    bool any_ = false;
};

Outcome judge_leaves(const Seen& seen, const std::string& when_passed, const JudgeLeaf& judge)
{
    if (seen.leaves().empty()) {
        return without_leaf(seen);
    }
    Tally tally;
    for (const Leaf& leaf : seen.leaves()) {
        tally.outcome().rest_on(leaf.evidence);
        tally.take(leaf, judge(leaf));
    }
    return tally.end(seen, when_passed);
}

// A certificate that came alone shows no issuer, unless it signed itself and has none.
bool hides_issuers(const Leaf& leaf)
{
    return !leaf.self_signed.value_or(false) && !leaf.issuers;
}

Outcome judge_shown(check::Of of, const Seen& seen, const std::string& when_passed, const JudgeShown& judge)
{
    if (seen.leaves().empty()) {
        return without_leaf(seen);
    }
    Tally tally;
    for (const Leaf& leaf : seen.leaves()) {
        tally.outcome().rest_on(leaf.evidence);
        if (of != check::Of::issuers) {
            tally.take(leaf, judge(leaf));
        }
        if (of == check::Of::leaf) {
            continue;
        }
        if (hides_issuers(leaf)) {
            add(tally.outcome().unasked, "the issuers of " + leaf.label);
        }
        for (const Shown& issuer : leaf.issuers.value_or(std::vector<Shown>())) {
            tally.take(issuer, judge(issuer));
        }
    }
    if (!tally.is_told() && !seen.may_hide_a_leaf() && !seen.may_leave_out_a_leaf()) {
        return not_applicable("no issuer but a root is shown, or the certificate signed itself");
    }
    return tally.end(seen, when_passed);
}

// "EC secp256r1": its kind, and its curve.
std::pair<std::string, std::string> split(const std::string& type)
{
    const std::size_t space = type.find(' ');
    return {type.substr(0, space), space == std::string::npos ? "" : type.substr(space + 1)};
}

bool is_of(const Shown& leaf, const check::KeyKind& kind)
{
    const auto [type, curve] = split(leaf.key_type);
    const auto same = [&name = curve](const std::string& one) { return one == name; };
    return type == kind.type && leaf.key_bits.value_or(0) >= kind.bits &&
           (kind.curves.empty() || std::ranges::any_of(kind.curves, same));
}

std::string key_of(const Shown& leaf)
{
    return leaf.key_type + (leaf.key_bits ? ", " + std::to_string(*leaf.key_bits) + " bits" : "");
}

bool names_host(const Leaf& leaf, const std::string& host)
{
    const auto address = model::IpAddress::parse(host);
    return std::ranges::any_of(leaf.names, [&](const std::string& name) {
        return address ? model::IpAddress::parse(name) == address : covers(name, host);
    });
}

}  // namespace

Outcome apply(const check::CertificateKeys& check, const Seen& seen)
{
    return judge_shown(
        check.of, seen, "the key is of a kind and size that is asked for", [&](const Shown& leaf) -> Judged {
            const bool fits =
                std::ranges::any_of(check.kinds, [&](const check::KeyKind& kind) { return is_of(leaf, kind); });
            // Of a kind that nobody asks for the size is no matter.
            const auto of_kind = [&](const check::KeyKind& kind) { return kind.type == split(leaf.key_type).first; };
            if (!leaf.key_bits && !fits && (leaf.key_type.empty() || std::ranges::any_of(check.kinds, of_kind))) {
                return {"", "the size of the key"};
            }
            const auto is_silent = [&](const std::string& kind) { return kind == split(leaf.key_type).first; };
            if (!fits && std::ranges::any_of(check.silent, is_silent)) {
                return {"", "", "the key (" + key_of(leaf) + ")"};
            }
            return {fits ? "" : "its key is " + key_of(leaf), ""};
        });
}

Outcome apply(const check::CertificateSignatures& check, const Seen& seen)
{
    return judge_shown(check.of, seen, "signed as is asked for", [&](const Shown& leaf) -> Judged {
        const std::string& algorithm = leaf.signature_algorithm;
        if (std::ranges::find(check.algorithms, algorithm) != check.algorithms.end()) {
            return {};
        }
        const auto hash = hash_of(algorithm);
        const bool pss = algorithm == "rsassaPss" || algorithm.find("PSS") != std::string::npos;
        // Where no hash will do, the name says enough.
        if (algorithm.empty() || (pss && !hash && !check.hashes.empty())) {
            return {"", "the hash of the signature"};
        }
        if (std::ranges::find(check.silent, algorithm) != check.silent.end()) {
            return {"", "", "the signature (" + algorithm + ")"};
        }
        const bool fits = hash && std::ranges::find(check.hashes, *hash) != check.hashes.end();
        return {fits ? "" : "signed with " + algorithm, ""};
    });
}

Outcome apply(const check::CertificateDates& check, const Seen& seen)
{
    return judge_shown(check.of, seen, "within its dates when it was seen", [](const Shown& leaf) -> Judged {
        if (!leaf.outside_its_dates) {
            return {"", "the dates"};
        }
        const std::string dates = leaf.not_before.substr(0, 10) + " to " + leaf.not_after.substr(0, 10);
        return {*leaf.outside_its_dates ? "outside its dates, " + dates : "", ""};
    });
}

Outcome apply(const check::CertificateTrusted&, const Seen& seen)
{
    return judge_leaves(seen, "its chain leads to a trusted root", [](const Leaf& leaf) -> Judged {
        if (leaf.self_signed.value_or(false)) {
            return {"self-signed", ""};
        }
        if (!leaf.trusted) {
            return {"", "whom the chain leads to"};
        }
        return {*leaf.trusted ? "" : "its chain leads to no trusted root", ""};
    });
}

Outcome apply(const check::CertificateName&, const Seen& seen)
{
    const std::string& host = seen.reference_name();
    const bool address = model::IpAddress::parse(host).has_value();
    return judge_leaves(seen, "it names " + host, [&](const Leaf& leaf) -> Judged {
        if (names_host(leaf, host)) {
            return {};
        }
        if (address) {
            return {"", "whether the name is right (the target is an address)"};
        }
        return {leaf.names.empty() ? "it has no subjectAltName"
                                   : "it is for " + shortened(leaf.names) + " and not for " + host,
                ""};
    });
}

Outcome apply(const check::CertificateNoWildcard&, const Seen& seen)
{
    return judge_leaves(seen, "it has no wildcard", [](const Leaf& leaf) -> Judged {
        const auto wild = [](const std::string& name) { return name.find('*') != std::string::npos; };
        const auto found = std::ranges::find_if(leaf.names, wild);
        const bool in_subject = leaf.name.find("CN=*") != std::string::npos;
        if (found == leaf.names.end() && !in_subject) {
            return {};
        }
        return {"it has a wildcard: " + (found == leaf.names.end() ? std::string("in CN") : *found), ""};
    });
}

Outcome apply(const check::CertificateHasNames&, const Seen& seen)
{
    return judge_leaves(seen, "it has a subjectAltName", [](const Leaf& leaf) -> Judged {
        return {leaf.names.empty() ? "it has no subjectAltName" : "", ""};
    });
}

Outcome apply(const check::CertificateValidity& check, const Seen& seen)
{
    constexpr std::int64_t day = 86400;
    return judge_shown(check.of, seen, "it is valid for no longer", [&](const Shown& leaf) -> Judged {
        const auto from = seconds_of(leaf.not_before);
        const auto to = seconds_of(leaf.not_after);
        if (!from || !to) {
            return {"", "the dates"};
        }
        const std::int64_t span = *to - *from;
        const std::string days = std::to_string((span + day - 1) / day);
        return {
            span > check.days * day ? "valid for " + days + " days, " + std::to_string(check.days) + " at most" : "",
            ""};
    });
}

}  // namespace smtptls::policy
