// Endpoints made by hand, and one that just passes a policy.
#pragma once

#include "model/scan_result.hpp"
#include "report/policy/policy.hpp"

#include <string>
#include <vector>

namespace smtptls::test {

/// A built-in policy as it stands on that day, whatever today is.
inline const std::string a_day = "2026-11-30";
base::Expected<policy::Policy, std::string> find_policy(const std::string& name, const std::string& day = a_day);

/// A scanned endpoint at port 25, 587 or 465, by the role, with nothing in it.
model::EndpointResult endpoint_for(model::Role role);

/// Adds the cell, or changes the one there is; it rests on an exchange of its own number.
void set_cell(model::EndpointResult& result, tls::ProtocolVersion version, tls::CipherSuite suite,
              model::CellState state);

/// Adds the observation, or changes the one there is.
void observe(model::EndpointResult& result, model::Fact id, const std::string& subject, model::Value value);

/// Texts as an observation's value.
model::Value texts(const std::vector<std::string>& words);

struct LeafSample {
    std::string key_type;
    int bits;
    std::string signature;
};

void show_leaf(model::EndpointResult& result, const LeafSample& leaf);

/// One certificate behind the leaf.
void show_issuer(model::EndpointResult& result, const LeafSample& issuer);

/// The subject of its observations.
inline const std::string leaf_subject(64, 'a');

/// The order observations of what is accepted: the policy's preferred suites first, and the order it wants.
void show_order(const policy::Policy& policy, model::EndpointResult& result);

/// What passes every rule of the policy for the role, or is not asked by it.
model::EndpointResult passing(const policy::Policy& policy, model::Role role);

/// How many rules of the policy forbid the cell for the role, at any level.
std::size_t forbidding(const policy::Policy& policy, model::Role role, tls::ProtocolVersion version,
                       tls::CipherSuite suite);

/// Every suite that can be asked for in the version.
std::vector<tls::CipherSuite> askable(tls::ProtocolVersion version);

/// The kinds of leaf that tests try.
const std::vector<LeafSample>& leaf_samples();

}  // namespace smtptls::test
