// Lists that a refusal cannot lie about together. A server with an order of its own that picks a suite it
// cannot serve, a trap, refuses the whole list; what it ranks below is hidden. So the suites are offered in
// several lists, chosen so that no trap is in all the lists of another suite.
#pragma once

#include "probes/credential.hpp"

#include <set>
#include <vector>

namespace smtptls::probes {

/// Lists of `suites` such that none of these faults hides anything, as long as it is the only one. For every suite S
/// there is a list with S
///   - and without P, for every other suite P;
///   - and without all suites of K, for every other key exchange K, or key exchange and authentication;
///   - and without all suites of C, for every other kind of cipher C: cipher, mode, MAC, strength;
///   - and with the suites of S's credential alone: of the others any number may be missing.
/// `joint`: moreover, for every S whose credential is `served`, one with suites of served credentials alone and without
/// all suites of C, and one with S's key exchange and authentication alone. So a broken cipher, or key exchanges,
/// together with missing credentials hide nothing of a served one.
/// 23 lists for all of the registry below TLS 1.3, with `joint` 38 where RSA is served, 43 with ECDSA and
/// anonymous suites, 54 with everything; the most telling first, each in the order of `suites` and none twice. Up to 16
/// suites are offered one by one.
std::vector<Suites> sieve(const Suites& suites, const std::set<Credential>& served, bool joint);

}  // namespace smtptls::probes
