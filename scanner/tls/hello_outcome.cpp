#include "tls/hello_outcome.hpp"

namespace smtptls::tls {
namespace {

struct Describer {
    std::string operator()(const ServerFlight& flight) const { return describe(flight); }
    std::string operator()(const HelloRetryRequest& request) const
    {
        return "hello retry " + format(version_of(request.hello)) + " " + format(request.hello.cipher_suite) +
               (request.selected_group ? " " + format(*request.selected_group) : "");
    }
    std::string operator()(const BrokenFlight& broken) const
    {
        return "chose " + describe(broken.begun) + "; then " + std::visit(*this, broken.end);
    }
    std::string operator()(const Ssl2ServerHello& hello) const
    {
        std::string text = format(hello.version);
        for (const CipherSuite suite : hello.cipher_specs) {
            text += " " + format(suite);
        }
        return text;
    }
    std::string operator()(const Alert& alert) const { return "alert " + format(alert); }
    std::string operator()(const Ssl2Error& error) const { return format(error); }
    std::string operator()(const Closed& closed) const
    {
        const std::string count = std::to_string(closed.received) + (closed.received == 1 ? " byte" : " bytes");
        return closed.received == 0 ? "closed" : "closed after " + count;
    }
    std::string operator()(const NotTls& other) const { return "not TLS: " + other.text.escaped(); }
    std::string operator()(const Malformed& malformed) const
    {
        return "malformed " + malformed.where + ": " + format(malformed.error);
    }
    std::string operator()(const base::Failure& failure) const
    {
        return std::string(base::format(failure.reason)) + " during " + std::string(base::format(failure.stage)) +
               (failure.text.empty() ? "" : ": " + failure.text.escaped());
    }
};

}  // namespace

std::string describe(const HelloOutcome& outcome)
{
    return std::visit(Describer{}, outcome);
}

}  // namespace smtptls::tls
