// Certificates that were shown, judged one by one: the checks about them are made of this.
#pragma once

#include "report/policy/outcome.hpp"
#include "report/policy/policy.hpp"
#include "report/policy/seen.hpp"

#include <functional>
#include <string>
#include <vector>

namespace smtptls::policy {

/// What a check says of one certificate: one of them is a phrase, or all are empty.
struct Judged {
    std::string fault = {};
    std::string unasked = {};
    std::string unjudged = {};
    std::string open = {};
};

using JudgeLeaf = std::function<Judged(const Leaf&)>;
using JudgeShown = std::function<Judged(const Shown&)>;

/// "EC", of "EC secp256r1".
std::string kind_of_key(const Shown& one);

/// Whether its key is of that kind, and as long at least.
bool is_of(const Shown& one, const check::KeyKind& kind);

/// Two certificates of one kind and name are one subject.
void add_once(std::vector<std::string>& all, const std::string& one);

/// What a check about certificates comes to where none was shown.
Outcome without_leaf(const Seen& seen);

/// A certificate that came alone shows no issuer, unless it signed itself and has none.
bool hides_issuers(const Leaf& leaf);

/// Whose certificates a check is about: those of clients that send the host's name, or all.
enum class Whose { host, anybody };

class Tally {
public:
    void take(const Shown& shown, const Judged& verdict);

    Outcome& outcome() { return outcome_; }

    Outcome end(const Seen& seen, const std::string& when_passed, Whose whose = Whose::anybody);

    /// A certificate was judged, or one is missing.
    bool is_told() const { return any_ || !outcome_.unasked.empty(); }

private:
    Outcome outcome_;
    std::vector<std::string> phrases_;
    bool any_ = false;
};

Outcome judge_leaves(const Seen& seen, const std::string& when_passed, const JudgeLeaf& judge);

/// Those that clients get who send the host's name; others stand in nobody's way.
Outcome judge_leaves_of_host(const Seen& seen, const std::string& when_passed, const JudgeLeaf& judge);

}  // namespace smtptls::policy
