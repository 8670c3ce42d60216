// What is particular to cipher suites in an elimination: credentials, ciphers, and what a scan is interested in.
#pragma once

#include "probes/elimination/bench.hpp"
#include "probes/interest.hpp"

namespace smtptls::probes {

class SuiteNature : public Nature<tls::CipherSuite> {
public:
    /// `server` and `interest` outlive it.
    SuiteNature(tls::ProtocolVersion version, ServerProfile& server, Interest& interest)
        : version_(version), server_(server), interest_(interest)
    {
    }

    bool worth(tls::CipherSuite suite) const override { return interest_.worth(version_, suite); }
    void note_accepted(tls::CipherSuite suite) override;
    /// An anonymous suite may be the very thing that breaks lists.
    bool good_canary(tls::CipherSuite suite) const override { return has_certificate_class(suite); }
    bool tells_order(const Suites& offered) const override;
    double expected(const Suites& suites, bool after_refusal) const override;
    std::vector<Suites> lists(const Suites& suites, const Shape& shape) const override;
    std::vector<Part<tls::CipherSuite>> parts(const Suites& suites, const Suites& found) const override;

private:
    tls::ProtocolVersion version_;
    ServerProfile& server_;
    Interest& interest_;
};

}  // namespace smtptls::probes
