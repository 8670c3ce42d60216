#include "base/failure.hpp"

namespace smtptls::base {

std::string_view format(Stage stage)
{
    switch (stage) {
        case Stage::resolve: return "resolve";
        case Stage::connect: return "connect";
        case Stage::greeting: return "greeting";
        case Stage::ehlo: return "ehlo";
        case Stage::starttls: return "starttls";
        case Stage::hello: return "hello";
        case Stage::handshake: return "handshake";
        case Stage::inner_ehlo: return "inner_ehlo";
        case Stage::close: return "close";
    }
    return "unknown";
}

std::string_view format(Reason reason)
{
    switch (reason) {
        case Reason::timed_out: return "timed_out";
        case Reason::refused: return "refused";
        case Reason::reset: return "reset";
        case Reason::closed: return "closed";
        case Reason::unreachable: return "unreachable";
        case Reason::not_found: return "not_found";
        case Reason::rejected: return "rejected";
        case Reason::throttled: return "throttled";
        case Reason::unavailable: return "unavailable";
        case Reason::not_offered: return "not_offered";
        case Reason::stripped: return "stripped";
        case Reason::protocol_error: return "protocol_error";
        case Reason::cancelled: return "cancelled";
        case Reason::left_out: return "left_out";
        case Reason::local_error: return "local_error";
    }
    return "unknown";
}

}  // namespace smtptls::base
