#include "app/dry_run.hpp"

#include "api/scanner.hpp"
#include "report/format/outlook.hpp"
#include "report/format/outlook_json.hpp"

namespace smtptls::app {

Leave dry_run(const Options& options)
{
    const model::Outlook outlook = Scanner(options.scan).outlook(options.targets);
    const bool json = options.outputs.front().format->name == "json";
    return {outlook.failures.empty() ? 0 : 3, json ? report::outlook_json(outlook) : report::write_outlook(outlook),
            ""};
}

}  // namespace smtptls::app
