// Sentences about endpoints.
#include "report/format/words.hpp"

#include "catch.hpp"

namespace smtptls::report {
namespace {

using model::Fact;

TEST_CASE("an endpoint that leaves something open says what: cells, certificates, or both", "[format]")
{
    model::EndpointResult endpoint;
    endpoint.status = model::EndpointStatus::incomplete;
    const std::string cells = "what is marked ? could not be told; it is neither accepted nor rejected";
    CHECK(sentence_of_end(endpoint) == cells);
    endpoint.observations.push_back(
        model::observed<Fact::certificate_not_known>({base::UntrustedText("other kinds of certificates")}, {}));
    endpoint.observations.push_back(model::observed<Fact::certificate_revocation_open>(true, {}, "1"));
    const std::string certificates = "not answered: other kinds of certificates, whether a certificate is revoked";
    CHECK(sentence_of_end(endpoint) == certificates);
    model::Cell cell;
    cell.version = tls::ProtocolVersion::tls1_2;
    cell.suite = tls::CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA;
    cell.state = model::CellState::inconclusive;
    endpoint.matrix = model::Matrix({cell});
    CHECK(sentence_of_end(endpoint) == cells + "; " + certificates);
}

}  // namespace
}  // namespace smtptls::report
