#include "api/own_name.hpp"

#include "model/target.hpp"

#include <unistd.h>

#include <array>

namespace smtptls {
namespace {

bool is_usable_name(const std::string& candidate)
{
    const auto target = model::parse_target(candidate);
    return target && !target->address && !target->port && target->host.find('.') != std::string::npos &&
           target->host.rfind("localhost", 0) != 0;
}

}  // namespace

net::asio::awaitable<std::string> own_name(net::Resolver& resolver, net::Stop& stop)
{
    constexpr std::chrono::seconds patience{5};
    std::array<char, 256> name{};
    if (gethostname(name.data(), name.size() - 1) != 0) {
        co_return "";
    }
    const std::string short_name(name.data());
    if (is_usable_name(short_name)) {
        co_return short_name;
    }
    const auto canonical = co_await resolver.canonical_name(short_name, net::Clock::now() + patience, stop);
    co_return canonical&& is_usable_name(canonical->front()) ? canonical->front() : "";
}

}  // namespace smtptls
