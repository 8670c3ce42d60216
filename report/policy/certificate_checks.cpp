// Checks about the leaf certificates: each leaf that was seen, and none that an open cell may hide.
#include "report/policy/checks.hpp"
#include "report/policy/leaves.hpp"
#include "report/policy/names.hpp"

#include "model/address.hpp"

#include <algorithm>

namespace smtptls::policy {
namespace {

namespace check = check;

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
            add_once(tally.outcome().unasked, "the issuers of " + leaf.label);
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

std::string key_of(const Shown& leaf)
{
    return leaf.key_type + (leaf.key_bits ? ", " + std::to_string(*leaf.key_bits) + " bits" : "");
}

}  // namespace

Outcome apply(const check::CertificateKeys& check, const Seen& seen)
{
    return judge_shown(
        check.of, seen, "the key is of a kind and size that is asked for", [&](const Shown& leaf) -> Judged {
            const bool fits =
                std::ranges::any_of(check.kinds, [&](const check::KeyKind& kind) { return is_of(leaf, kind); });
            // Of a kind that nobody asks for the size is no matter.
            const auto of_kind = [&](const check::KeyKind& kind) { return kind.type == kind_of_key(leaf); };
            if (!leaf.key_bits && !fits && (leaf.key_type.empty() || std::ranges::any_of(check.kinds, of_kind))) {
                return {"", "the size of the key"};
            }
            const auto is_silent = [&](const std::string& kind) { return kind == kind_of_key(leaf); };
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
        const std::string name = algorithm.substr(0, algorithm.find(" with "));  // RSASSA-PSS, and its hash
        if (std::ranges::find(check.algorithms, name) != check.algorithms.end()) {
            return {};
        }
        const auto hash = hash_of(algorithm);
        const bool pss = algorithm == "rsassaPss" || algorithm.find("PSS") != std::string::npos;
        // Where no hash will do, the name says enough.
        if (algorithm.empty() || (pss && !hash && !check.hashes.empty())) {
            return {"", "the hash of the signature"};
        }
        if (std::ranges::find(check.silent, name) != check.silent.end()) {
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
    return judge_leaves_of_host(seen, "its chain leads to a trusted root", [](const Leaf& leaf) -> Judged {
        if (leaf.self_signed.value_or(false)) {
            return {"self-signed", ""};
        }
        if (!leaf.trusted) {
            return {"", "whom the chain leads to"};
        }
        const std::string why = leaf.trust_fault.empty() ? "" : " (" + leaf.trust_fault + ")";
        return {*leaf.trusted ? "" : "it is not trusted" + why, ""};
    });
}

Outcome apply(const check::CertificateName&, const Seen& seen)
{
    const std::string& host = seen.reference_name();
    const bool address = model::IpAddress::parse(host).has_value();
    return judge_leaves_of_host(seen, "it names " + host, [&](const Leaf& leaf) -> Judged {
        if (!leaf.names_host) {
            return {"", address ? "whether the name is right (the target is an address)" : "whether it names " + host};
        }
        if (*leaf.names_host) {
            return {};
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
