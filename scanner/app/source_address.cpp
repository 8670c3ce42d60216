#include "app/source_address.hpp"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace smtptls::app {

std::optional<std::string> objection_to_source(const std::string& address)
{
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (address.empty() || getaddrinfo(address.c_str(), nullptr, &hints, &found) != 0) {
        return std::nullopt;
    }
    const int descriptor = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool bound = descriptor >= 0 && bind(descriptor, found->ai_addr, found->ai_addrlen) == 0;
    const int error = errno;
    if (descriptor >= 0) {
        close(descriptor);
    }
    freeaddrinfo(found);
    if (bound) {
        return std::nullopt;
    }
    const bool elsewhere = error == EADDRNOTAVAIL;
    return "--source-address: " + address +
           (elsewhere ? " is no address of this machine" : ": " + std::generic_category().message(error));
}

}  // namespace smtptls::app
