// What a scan is limited to that shall only tell verdicts: suites that are worth asking about, each with marks. No
// policy here: report/policy/focus.hpp makes it of policies, the probes only count marks.
#pragma once

#include "tls/cipher_suite.hpp"
#include "tls/protocol_version.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace smtptls::model {

/// Something that one accepted suite shows: that a rule is violated, say. Numbered from 0 within a Focus.
using Mark = std::uint16_t;

struct Focus {
    std::vector<std::string> asked_for;  ///< by policies of these names
    bool certificates = false;           ///< it is asked which certificates there are besides those that come anyway

    /// Of each suite of a version that may be worth asking, in ascending order, the marks that it would show if it were
    /// accepted; it is asked as long as one of them is not shown. Suites that are not here are not asked about.
    using Marks = std::map<tls::CipherSuite, std::vector<Mark>>;
    std::map<tls::ProtocolVersion, Marks> marks;

    bool operator==(const Focus&) const = default;
};

}  // namespace smtptls::model
