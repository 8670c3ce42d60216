#include "report/log/tally.hpp"

#include "report/log/event.hpp"

#include <algorithm>
#include <functional>
#include <tuple>

namespace smtptls::log {
namespace {

constexpr std::uint32_t no_tls = 0xffffffffU;
constexpr std::string_view others = "(others)";

std::size_t index_of(MailDirection direction)
{
    return direction == MailDirection::inbound ? 0 : 1;
}

void bump(auto& uses, std::uint32_t spoken, std::size_t limit)
{
    for (auto& use : uses) {
        if (use.spoken == spoken) {
            ++use.sessions;
            return;
        }
    }
    if (uses.size() < limit) {
        uses.push_back({spoken, 1});
    }
}

}  // namespace

bool Tally::is_below(std::uint32_t spoken) const
{
    return spoken != no_tls && spoken_[spoken].version && *spoken_[spoken].version < below_;
}

std::uint32_t Tally::service_of(const Entry& entry)
{
    const std::string_view program = entry.service.substr(0, limits_.text);
    const std::string_view detail = entry.detail.substr(0, limits_.text);
    const auto seed = static_cast<std::uint64_t>(entry.mailer) * 2 + static_cast<std::uint64_t>(entry.direction);
    const std::uint64_t hashed = hash(detail, hash(program, seed));
    const auto same = [&](std::uint32_t at) {
        const Service& service = services_[at];
        return service.program == program && service.detail == detail && service.mailer == entry.mailer &&
               service.direction == entry.direction;
    };
    const auto found = service_index_.find(hashed, same);
    return found ? *found : new_service(entry, hashed);
}

std::uint32_t Tally::new_service(const Entry& entry, std::uint64_t hashed)
{
    Service service;
    service.mailer = entry.mailer;
    service.direction = entry.direction;
    if (services_.size() < limits_.services) {
        service.program = entry.service.substr(0, limits_.text);
        service.detail = entry.detail.substr(0, limits_.text);
        service_index_.insert(hashed, static_cast<std::uint32_t>(services_.size()));
    } else {
        // One for each mailer and direction, so a few beyond the limit.
        service.program = others;
        for (std::size_t i = limits_.services; i < services_.size(); ++i) {
            if (services_[i].mailer == entry.mailer && services_[i].direction == entry.direction) {
                return static_cast<std::uint32_t>(i);
            }
        }
    }
    services_.push_back(std::move(service));
    return static_cast<std::uint32_t>(services_.size() - 1);
}

std::uint32_t Tally::spoken_of(const Entry& entry)
{
    if (entry.protocol.empty()) {
        return no_tls;
    }
    const std::string_view protocol = entry.protocol.substr(0, limits_.text);
    const std::string_view suite = entry.suite.substr(0, limits_.text);
    const std::uint64_t hashed = hash(suite, hash(protocol));
    const auto same = [&](std::uint32_t at) { return spoken_[at].protocol == protocol && spoken_[at].suite == suite; };
    const auto found = spoken_index_.find(hashed, same);
    return found ? *found : new_spoken(entry, hashed);
}

std::uint32_t Tally::new_spoken(const Entry& entry, std::uint64_t hashed)
{
    Spoken spoken{std::string(entry.protocol.substr(0, limits_.text)), std::string(entry.suite.substr(0, limits_.text)),
                  version_of(entry.protocol, entry.suite)};
    if (spoken_.size() < limits_.spoken) {
        spoken_index_.insert(hashed, static_cast<std::uint32_t>(spoken_.size()));
    } else {
        // One for each version that has a name, and one for the rest: the splits stay exact.
        spoken.protocol = spoken.version ? tls::format(*spoken.version) : "(other versions)";
        spoken.suite = others;
        for (std::size_t i = limits_.spoken; i < spoken_.size(); ++i) {
            if (spoken_[i].version == spoken.version) {
                return static_cast<std::uint32_t>(i);
            }
        }
    }
    spoken_.push_back(std::move(spoken));
    return static_cast<std::uint32_t>(spoken_.size() - 1);
}

void Tally::count(VersionSplit& split, std::uint32_t spoken) const
{
    const bool known = spoken_[spoken].version.has_value();
    ++(!known ? split.unknown : is_below(spoken) ? split.below : split.enough);
}

void Tally::count_failure(Service& service, const Entry& entry) const
{
    ++service.counted.failed;
    const base::UntrustedText reason(entry.reason.substr(0, limits_.text));
    auto& all = service.counted.failures;
    const auto found = std::ranges::find(all, reason, &FailureCount::reason);
    if (found != all.end()) {
        ++found->count;
    } else if (!reason.empty() && all.size() < limits_.failures) {
        all.push_back({reason, 1});
    }
}

void Tally::keep_out(const Entry& entry, bool below, bool tls)
{
    const std::size_t at = index_of(entry.direction);
    if (!tls) {
        return;
    }
    ++not_kept_[at].sessions;
    others_[at].add(peer_hash_);
    if (below) {
        ++not_kept_[at].below;
        others_below_[at].add(peer_hash_);
    }
}

bool Tally::has_room(bool below) const
{
    return kept_[below ? 1 : 0] < (below ? limits_.peers_below : limits_.peers);
}

Tally::PeerCount* Tally::peer_of(const Entry& entry, std::uint32_t service, bool below)
{
    const std::string_view name = entry.name.substr(0, limits_.text);
    const std::string_view address = entry.address.substr(0, limits_.text);
    const std::string_view login = entry.login.substr(0, limits_.text);
    peer_hash_ = hash(login, hash(address, hash(name, service + 1U)));
    const auto same = [&](std::uint32_t at) {
        const PeerCount& peer = peers_[at];
        return peer.service == service && peer.address == address && peer.login == login && peer.name == name;
    };
    if (const auto found = peer_index_.find(peer_hash_, same)) {
        PeerCount& peer = peers_[*found];
        if (below && !peer.below && has_room(true)) {
            peer.below = true;
            --kept_[0];
            ++kept_[1];
        }
        return &peer;
    }
    if (!has_room(below)) {
        return nullptr;
    }
    ++kept_[below ? 1 : 0];
    ++services_[service].counted.peers;
    peer_index_.insert(peer_hash_, static_cast<std::uint32_t>(peers_.size()));
    PeerCount& peer = peers_.emplace_back();
    peer.service = service;
    peer.below = below;
    peer.name = name;
    peer.address = address;
    peer.login = login;
    return &peer;
}

void Tally::add(const Entry& entry)
{
    const std::uint32_t at = service_of(entry);
    const std::uint32_t spoken = spoken_of(entry);
    Service& service = services_[at];
    if (entry.reused) {
        ++service.counted.reused;
        return;
    }
    const bool tls = spoken != no_tls;
    const bool clear = !tls && !entry.failed && !entry.unlogged && entry.messages > 0;
    service.counted.clear += clear ? 1 : 0;
    service.counted.unlogged += entry.unlogged ? 1 : 0;
    if (tls) {
        count(service.counted.split, spoken);
        bump(service.uses, spoken, limits_.spoken + 8);
    }
    if (entry.failed) {
        count_failure(service, entry);
    }
    if (!tls && !clear && !entry.failed) {
        return;
    }
    PeerCount* const peer = peer_of(entry, at, is_below(spoken));
    if (peer == nullptr) {
        keep_out(entry, is_below(spoken), tls);
        return;
    }
    if (tls) {
        count(peer->split, spoken);
        bump(peer->uses, spoken, limits_.uses_of_peer);
    }
    peer->clear += clear ? 1 : 0;
    peer->failed += entry.failed ? 1 : 0;
    if (peer->helo.empty()) {
        peer->helo = entry.helo.substr(0, limits_.text);
    }
    peer->span.add(entry.time);
    if (is_below(spoken)) {
        peer->below_span.add(entry.time);
    }
}

std::vector<TlsUse> Tally::named(std::vector<Use>& uses) const
{
    std::ranges::sort(uses, [this](const Use& a, const Use& b) {
        const Spoken& left = spoken_[a.spoken];
        const Spoken& right = spoken_[b.spoken];
        return std::tie(b.sessions, left.protocol, left.suite) < std::tie(a.sessions, right.protocol, right.suite);
    });
    std::vector<TlsUse> out;
    for (const Use& use : uses) {
        const Spoken& spoken = spoken_[use.spoken];
        out.push_back(
            {spoken.version, base::UntrustedText(spoken.protocol), base::UntrustedText(spoken.suite), use.sessions});
    }
    return out;
}

MailPeer Tally::named(PeerCount& peer) const
{
    return {peer.service,
            base::UntrustedText(peer.name),
            base::UntrustedText(peer.address),
            base::UntrustedText(peer.login),
            base::UntrustedText(peer.helo),
            named(peer.uses),
            peer.split,
            peer.clear,
            peer.failed,
            peer.span,
            peer.below_span};
}

void Tally::finish(MailLog& log)
{
    log.below = below_;
    for (Service& service : services_) {
        service.counted.mailer = service.mailer;
        service.counted.direction = service.direction;
        const std::string_view joint = service.mailer == Mailer::exim ? " port " : "/";
        service.counted.name = base::UntrustedText(
            service.detail.empty() ? service.program : service.program + std::string(joint) + service.detail);
        service.counted.uses = named(service.uses);
        std::ranges::stable_sort(service.counted.failures, std::greater<>(), &FailureCount::count);
        log.services.push_back(std::move(service.counted));
    }
    // What loses most comes first, then what speaks most.
    std::vector<PeerCount*> order;
    order.reserve(peers_.size());
    for (PeerCount& peer : peers_) {
        order.push_back(&peer);
    }
    std::ranges::sort(order, [](const PeerCount* a, const PeerCount* b) {
        const auto rank = [](const PeerCount& peer) {
            return std::tuple(peer.split.below, peer.split.sessions(), peer.clear, peer.failed);
        };
        const auto left = rank(*a);
        const auto right = rank(*b);
        return left != right ? left > right
                             : std::tie(a->service, a->name, a->address, a->login) <
                                   std::tie(b->service, b->name, b->address, b->login);
    });
    log.peers.reserve(order.size());
    for (PeerCount* const peer : order) {
        log.peers.push_back(named(*peer));
    }
    peers_.clear();
    for (std::size_t i = 0; i < 2; ++i) {
        log.not_kept[i] = not_kept_[i];
        log.not_kept[i].peers = others_[i].count();
        log.not_kept[i].peers_below = others_below_[i].count();
    }
}

}  // namespace smtptls::log
