// The parameters of one program as it sees them: its own -o options, then main.cf, then the default of the
// release, with $parameters expanded. postconf(5), master(5). What is known of each parameter is in
// postfix_parameters.def.
#pragma once

#include "report/remedy/postfix_files.hpp"
#include "report/remedy/release.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace smtptls::remedy {

/// Which programs read a parameter; `common`: each that speaks TLS.
enum class Side { smtpd, postscreen, tlsproxy, smtp, lmtp, common, tlsmgr };

/// What a value must look like. `filled`: a text that must not be empty.
enum class ValueType { boolean, number, time, filled, text };

/// What a TLS parameter is about.
enum class Part { level, protocols, ciphers, exclusions, cipherlist, certificate, groups, other };

struct Parameter {
    std::string_view name;
    Side side;
    ValueType type;
    Part part;
    std::string_view since;  ///< as in release.hpp
    std::string_view until;  ///< the releases that have it no more; empty: all have it
};

/// Nullptr for a parameter that is not in the table.
const Parameter* find_parameter(std::string_view name);

bool is_in(const Parameter& parameter, const Release& postfix);

/// The known name that is one or two letters away, for typing mistakes; empty if there is none, or if the
/// name is known.
std::string_view similar_parameter(std::string_view name);

/// Nothing for a parameter that this release does not have, or that is not in the table.
std::optional<std::string_view> default_of(std::string_view name, const Release& postfix);

/// What a program calls the parameter that smtpd(8) calls smtpd_x: "smtp_x", "tlsproxy_x".
std::string name_at(Side side, std::string_view smtpd_name);

struct Effective {
    std::string value;       ///< expanded
    bool certain = true;     ///< false: it uses a parameter whose value is not known here
    const Setting* setting;  ///< where it is set; nullptr: the default
};

class Parameters {
public:
    /// `main` and `service` must live as long. `service` may be nullptr: main.cf alone. `side`: who reads.
    Parameters(const MainCf& main, const MasterService* service, const Release& postfix, Side side = Side::smtpd);

    Effective find(std::string_view name) const;
    std::string value(std::string_view name) const { return find(name).value; }
    bool is_set(std::string_view name) const { return setting(name) != nullptr; }

    /// The line that decides a parameter: where it is set, or where the one is that it takes its default from
    /// (tlsproxy_tls_x = $smtpd_tls_x). Nullptr: the default of the release.
    const Setting* origin(std::string_view name) const;

    /// "yes" in any case.
    bool yes(std::string_view name) const;

    /// What the program that reads calls smtpd_x.
    std::string own(std::string_view smtpd_name) const { return name_at(side_, smtpd_name); }

    const Release& postfix() const { return postfix_; }
    const MasterService* service() const { return service_; }
    const MainCf& main() const { return *main_; }
    Side side() const { return side_; }

private:
    const Setting* setting(std::string_view name) const;

    // By name, the line of main.cf that counts: looked up for each line of each service.
    using Index = std::unordered_map<std::string_view, const Setting*>;

    const MainCf* main_;
    std::shared_ptr<const Index> index_;
    const MasterService* service_;
    Release postfix_;
    Side side_;
};

}  // namespace smtptls::remedy
