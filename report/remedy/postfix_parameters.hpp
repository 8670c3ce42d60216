// The parameters of one service as its daemon sees them: its own -o options, then main.cf, then the
// default of the release, with $parameters expanded. postconf(5), master(5).
#pragma once

#include "report/remedy/postfix_files.hpp"
#include "report/remedy/release.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::remedy {

/// What a TLS parameter is about.
enum class Part { level, protocols, ciphers, exclusions, cipherlist, certificate, groups, other, sending };

struct Parameter {
    std::string_view name;
    Part part;
    std::string_view since;
};

/// Nullptr for a parameter that does not count here.
const Parameter* find_parameter(std::string_view name);

/// The known name that is one or two letters away, for typing mistakes; empty if there is none, or if the
/// name is known.
std::string_view similar_parameter(std::string_view name);

/// Nothing for a parameter that this release does not have, or that is not in the table.
std::optional<std::string_view> default_of(std::string_view name, const Release& postfix);

struct Effective {
    std::string value;       ///< expanded
    bool certain = true;     ///< false: it uses a parameter whose value is not known here
    const Setting* setting;  ///< where it is set; nullptr: the default
};

class Parameters {
public:
    /// Keeps references: `main` and `service` must live as long. `service` may be nullptr: main.cf alone.
    Parameters(const MainCf& main, const MasterService* service, const Release& postfix)
        : main_(main), service_(service), postfix_(postfix)
    {
    }

    Effective find(std::string_view name) const;
    std::string value(std::string_view name) const { return find(name).value; }
    bool is_set(std::string_view name) const { return setting(name) != nullptr; }

    /// The lines of main.cf that set a parameter of the table and that the service does not set itself, by line.
    std::vector<const Setting*> inherited() const;

    /// "yes" in any case.
    bool yes(std::string_view name) const;

    const Release& postfix() const { return postfix_; }
    const MasterService* service() const { return service_; }
    const MainCf& main() const { return main_; }

private:
    const Setting* setting(std::string_view name) const;

    const MainCf& main_;
    const MasterService* service_;
    Release postfix_;
};

}  // namespace smtptls::remedy
