// Policies, and what they say of a server.
#pragma once

#include "base/expected.hpp"
#include "model/report.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls {

namespace policy {
struct Policy;
}

/// A policy that was read and checked. Never changes, and is cheap to copy; any number of threads may use it.
class Policy {
public:
    /// The names of all that are built in, in the order of `smtptls-scan policy list`.
    static std::vector<std::string> names();

    /// One of them, by its name ("pci-dss-4.0.1"), which means the same for ever, or by its alias ("pci"), which may
    /// move to a newer one. The error is a sentence that names those there are.
    static base::Expected<Policy, std::string> named(const std::string& name);

    /// One of your own, from JSON as docs/policies/README.md describes it, of at most 1 MiB. The error is a sentence
    /// that says where the mistake is and what would be right.
    static base::Expected<Policy, std::string> parse(std::string_view json);

    /// The same, judged by what holds on that day ("2026-12-31"): some documents allow or demand something until or
    /// from a date. Otherwise it is the day on which it was read, in UTC. The error says that it is not a day.
    base::Expected<Policy, std::string> as_of(const std::string& day) const;

    explicit Policy(policy::Policy rules);

    const std::string& name() const;
    const std::string& title() const;  ///< of its document: "NIST SP 800-52 Revision 2"
    const std::string& date() const;   ///< of its document: "2019-08"

    const policy::Policy& rules() const { return *rules_; }  ///< a type that is not installed

private:
    std::shared_ptr<const policy::Policy> rules_;
};

/// What a policy says of one endpoint: a finding for each of its rules. The role is that of
/// the target, if its line gave one, else `role`, else that of the port: mx on 25, submissions with implicit TLS, else
/// submission. `server_name` is the name that the scan asked for in SNI, if it was neither the host's nor the target's
/// own; rules about the certificate's names look for it.
/// No I/O, no clock: a saved scan is judged as on the day when it was made. Any number of threads may call it.
model::Judgement judge(const model::EndpointResult& result, const Policy& policy,
                       std::optional<model::Role> role = std::nullopt, const std::string& server_name = "");

}  // namespace smtptls
