#include "app/dry_run.hpp"

#include "app/run.hpp"
#include "app/version.hpp"
#include "engine/outlook.hpp"
#include "record/outlook_json.hpp"
#include "report/format/outlook.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <exception>

namespace smtptls::app {

Leave dry_run(const Options& options)
{
    namespace asio = net::asio;
    const openssl::Library library;
    asio::io_context io(1);
    net::Stop stop;
    net::SystemResolver resolver;
    const engine::Context context{library, settings_of(options), stop, focus_of(options)};
    model::evidence::Found found;
    std::exception_ptr bug;
    engine::Request request{options.targets, options.selection};
    asio::co_spawn(io, engine::find_endpoints(context, resolver, std::move(request)),
                   [&](const std::exception_ptr& error, model::evidence::Found all) {
                       bug = error;
                       found = std::move(all);
                   });
    io.run();
    if (bug) {
        std::rethrow_exception(bug);
    }
    model::Outlook outlook = engine::outlook(context.settings, std::move(found.endpoints), options.verdict_only);
    outlook.program_version = program_version;
    outlook.options = options.described();
    outlook.failures = std::move(found.failures);
    outlook.max_time = options.max_time;
    for (const model::Target& target : options.targets) {
        outlook.targets.push_back(target.text);
        outlook.looked_up += target.address ? std::size_t{0} : std::size_t{1};
    }
    const bool json = options.outputs.front().format->name == "json";
    return {outlook.failures.empty() ? 0 : 3, json ? record::encode(outlook) : report::write_outlook(outlook), ""};
}

}  // namespace smtptls::app
