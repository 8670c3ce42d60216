#include "engine/computing.hpp"

#include <boost/asio/co_spawn.hpp>

#include <charconv>
#include <ctime>
#include <stdexcept>

namespace smtptls::engine {
namespace {

namespace asio = net::asio;

constexpr std::chrono::milliseconds little{100};
constexpr int usual_dh_bits = 3072;

std::chrono::nanoseconds time_of_this_thread()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

void compute_for(Account& account, const std::function<void()>& work)
{
    const auto before = time_of_this_thread();
    work();
    const auto took = time_of_this_thread() - before;
    auto spent = account.spent.load();
    while (!account.spent.compare_exchange_weak(spent, spent + took)) {
    }
}

asio::awaitable<bool> compute(net::Stop& stop, Account& account, std::function<void()> work)
{
    if (stop.requested()) {
        co_return false;
    }
    compute_for(account, work);
    co_return true;
}

}  // namespace

void Account::saw_group(const std::string& group)
{
    constexpr std::string_view finite = "DH ";
    int bits = 0;
    if (group.starts_with(finite)) {
        std::from_chars(group.data() + finite.size(), group.data() + group.size(), bits);
    }
    costly = costly || bits > usual_dh_bits;
}

Computing::Computing(net::Stop& stop) : stop_(stop)
{
    try {
        cheap_.emplace(1);
        costly_.emplace(1);
    } catch (const std::runtime_error&) {
        costly_.reset();
        cheap_.reset();
    }
}

Computing::~Computing() = default;

asio::awaitable<bool> Computing::run(Account& account, std::function<void()> work)
{
    const bool costly = account.costly || account.spent.load() > little;
    if (!costly_) {
        compute_for(account, work);
        co_return true;
    }
    auto& pool = costly ? *costly_ : *cheap_;
    auto computation = compute(stop_, account, std::move(work));
    const bool ran = co_await asio::co_spawn(pool, std::move(computation), asio::use_awaitable);
    co_return ran;
}

}  // namespace smtptls::engine
