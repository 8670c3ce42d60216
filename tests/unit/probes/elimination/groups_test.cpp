// The phases with named groups instead of suites: a server of TLS 1.3 that is offered groups without a key share asks
// for one of them by a HelloRetryRequest (RFC 8446 section 4.1.4), in the order of whoever decides, or refuses by an
// alert.
#include "catch.hpp"
#include "probes/elimination/closing.hpp"
#include "probes/elimination/ordering.hpp"
#include "probes/elimination/removal.hpp"
#include "unit/probes/elimination/play.hpp"

#include <set>

namespace smtptls::probes::play {
namespace {

using Group = tls::NamedGroup;
using Groups = std::vector<Group>;

const Groups& known_groups()
{
    static const Groups groups = {Group::x25519,    Group::secp256r1, Group::x448,      Group::secp521r1,
                                  Group::secp384r1, Group::ffdhe2048, Group::ffdhe3072, Group::ffdhe4096};
    return groups;
}

ServerOf<Group> asking_for(Groups likes, bool own_order)
{
    return [likes = std::move(likes), own_order](const Groups& offered) {
        const Groups& first = own_order ? likes : offered;
        const auto best = std::ranges::find_first_of(first, own_order ? offered : likes);
        if (best == first.end()) {
            return without_choice<Group>(ReplyKind::refused);
        }
        auto retry = choice_of(*best);
        retry.grade = model::Grade::hello_retry;
        return retry;
    };
}

struct FoundGroups {
    Groups accepted;
    Groups rejected;
    std::optional<Groups> order;
    std::size_t questions = 0;
    bool all_by_retry = true;
};

FoundGroups find_groups(const ServerOf<Group>& server)
{
    PlayOf<Group> play(known_groups());
    Lanes<Group> lanes;
    Removal<Group> removal(lanes);
    removal.begin(play.bench, known_groups());
    play.finish(removal, server);
    Closing<Group> closing;
    closing.begin(play.bench, removal.broken(), removal.closed_any(), false);
    play.run(closing, server);
    Ordering<Group> ordering;
    play.finish(ordering, server);
    FoundGroups out{play.bench.ledger.found(), play.bench.ledger.rejected(), {}, play.asked.size()};
    if (play.bench.preference.order() == Order::server) {
        out.order = play.bench.preference.sequence(out.accepted)->known;
    }
    for (const Group group : out.accepted) {
        out.all_by_retry = out.all_by_retry && play.bench.ledger.decision(group)->grade == model::Grade::hello_retry;
    }
    return out;
}

TEST_CASE("the groups of a server that follows the client's order are found, a question each and one", "[elimination]")
{
    const FoundGroups found = find_groups(asking_for({Group::secp384r1, Group::secp256r1, Group::x25519}, false));
    CHECK(found.accepted == Groups{Group::x25519, Group::secp256r1, Group::secp384r1});
    CHECK(found.rejected ==
          Groups{Group::x448, Group::secp521r1, Group::ffdhe2048, Group::ffdhe3072, Group::ffdhe4096});
    CHECK(found.questions == 4);
    CHECK(found.all_by_retry);
    CHECK_FALSE(found.order);
}

TEST_CASE("the groups of a server with an order of its own are found, and the order", "[elimination]")
{
    const Groups likes = {Group::secp384r1, Group::x25519, Group::secp256r1};
    const FoundGroups found = find_groups(asking_for(likes, true));
    CHECK(found.order == likes);
    CHECK(found.rejected.size() == 5);
    // Each of the three, the first once more in its place, the refusal, and the canary.
    CHECK(found.questions == 6);
}

}  // namespace
}  // namespace smtptls::probes::play
