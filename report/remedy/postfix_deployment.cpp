// Who speaks TLS in a configuration: each port with the program behind it, and each program that sends.
#include "report/remedy/postfix_rules.hpp"

#include <algorithm>

namespace smtptls::remedy {
namespace {

bool has_postscreen(const MasterCf& master)
{
    return std::any_of(master.services.begin(), master.services.end(),
                       [](const MasterService& one) { return one.command == "postscreen"; });
}

}  // namespace

std::vector<const ServiceView*> Deployment::reached() const
{
    std::vector<const ServiceView*> some;
    for (const ServiceView& view : servers) {
        if (view.duty != Duty::unreached) {
            some.push_back(&view);
        }
    }
    return some;
}

bool is_last_of(const MasterCf& master, const MasterService& service)
{
    const auto last = std::find_if(master.services.rbegin(), master.services.rend(), [&](const MasterService& one) {
        return one.name == service.name && one.type == service.type;
    });
    return &*last == &service;
}

Deployment deployment_of(const PostfixFiles& files, const Setup& setup)
{
    Deployment all{files, setup, Parameters(files.main, nullptr, setup.postfix), {}, {}};
    const bool handed_over = has_postscreen(files.master);
    for (const MasterService& service : files.master.services) {
        if (!is_last_of(files.master, service)) {
            continue;
        }
        const bool full = all.servers.size() == most_servers;
        if (service.command == "smtpd" && !full) {
            const bool unreached = service.type == "pass" && !handed_over;
            all.servers.push_back(
                view_of_smtpd(files.main, service, setup, unreached ? std::optional(Duty::unreached) : std::nullopt));
        } else if (service.command == "postscreen" && !full) {
            all.servers.push_back(view_of_postscreen(files.main, files.master, service, setup));
        } else if ((service.command == "smtp" || service.command == "lmtp") && all.clients.size() < most_servers) {
            const Side side = service.command == "smtp" ? Side::smtp : Side::lmtp;
            all.clients.emplace_back(files.main, &service, setup.postfix, side);
        }
    }
    if (all.clients.empty()) {
        all.clients.emplace_back(files.main, nullptr, setup.postfix, Side::smtp);
    }
    return all;
}

}  // namespace smtptls::remedy
