#include "app/dry_run.hpp"

#include "api/scanner.hpp"
#include "report/format/outlook.hpp"
#include "report/format/outlook_json.hpp"

#include <optional>
#include <stdexcept>
#include <string>

namespace smtptls::app {

Leave dry_run(const Options& options)
{
    std::optional<Scanner> scanner;
    try {
        scanner.emplace(options.scan);
    } catch (const std::runtime_error& problem) {
        return {2, "", std::string("smtptls-scan: ") + problem.what() + "\n"};
    }
    const model::Outlook outlook = scanner->outlook(options.targets);
    const bool json = options.outputs.front().format->name == "json";
    return {outlook.failures.empty() ? 0 : 3, json ? report::outlook_json(outlook) : report::write_outlook(outlook),
            ""};
}

}  // namespace smtptls::app
