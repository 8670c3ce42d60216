// Lists that a refusal cannot lie about together. A server with an order of its own that picks a suite it
// cannot serve, a trap, refuses the whole list; what it ranks below is hidden. So the suites are offered in
// several lists, chosen so that no trap is in all the lists of another suite.
#pragma once

#include "probes/credential.hpp"

#include <set>

#include <vector>

namespace smtptls::probes {

/// Lists of `suites`, such that for every suite S and every other suite P there is a list with S and without
/// P. Moreover there is one with S
///   - without all suites of any one other key exchange;
///   - without all suites of any one other cipher, mode, strength and MAC;
///   - with the suites of S's credential alone, or less.
/// The first two among the suites whose credential the server is known from `manner` to have, and among the
/// others. Few suites are offered one by one. About 30 lists for the registry's 370.
std::vector<Suites> sieve(const Suites& suites, const std::set<Credential>& served, bool joint);

}  // namespace smtptls::probes
