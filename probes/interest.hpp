// Which suites it is of use to ask about: all of them, or those of a focus that would show something new.
#pragma once

#include "model/focus.hpp"

#include <optional>
#include <set>
#include <utility>

namespace smtptls::probes {

class Interest {
public:
    void limit_to(const model::Focus& focus) { focus_ = focus; }
    bool limited() const { return focus_.has_value(); }

    /// Whether the suite, if the version accepted it, would show what no accepted suite shows.
    bool worth(tls::ProtocolVersion version, tls::CipherSuite suite) const;

    /// Whether it tells something, shown already or not.
    bool tells(tls::ProtocolVersion version, tls::CipherSuite suite) const;

    void accepted(tls::ProtocolVersion version, tls::CipherSuite suite);
    /// It was accepted, and then could not be confirmed: it shows nothing. False if it had shown nothing.
    bool withdraw(tls::ProtocolVersion version, tls::CipherSuite suite);

private:
    const std::vector<model::Mark>* marks_of(tls::ProtocolVersion version, tls::CipherSuite suite) const;

    std::optional<model::Focus> focus_;
    std::set<std::pair<tls::ProtocolVersion, tls::CipherSuite>> accepted_;
    std::set<model::Mark> shown_;
};

}  // namespace smtptls::probes
