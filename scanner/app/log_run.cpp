#include "app/log_run.hpp"

#include "api/version.hpp"
#include "app/log_input.hpp"
#include "app/sandbox.hpp"
#include "report/log/format.hpp"
#include "report/log/mail_log_json.hpp"

#include <algorithm>
#include <cerrno>
#include <iostream>

namespace smtptls::app {
namespace {

log::MailLog read(const LogOptions& options)
{
    log::LogReader reader(options.reader);
    std::vector<log::LogSource> sources;
    for (const std::string& name : options.files) {
        LogInput input;
        input.begin = [&](std::int64_t changed) { reader.begin(options.ends.value_or(changed)); };
        input.append = [&](std::string_view bytes) { reader.append(bytes); };
        const base::UntrustedText problem(read_log(name, input));
        reader.end();
        sources.push_back({base::UntrustedText(name), problem});
        if (!problem.empty()) {
            std::cerr << "smtptls-scan: " << sources.back().name.escaped() << ": " << problem.escaped() << "\n";
        }
    }
    log::MailLog result = reader.finish();
    result.sources = std::move(sources);
    return result;
}

void write(const log::MailLog& result, const LogOptions& options)
{
    const auto sink = [](std::string_view text) { std::cout << text; };
    switch (options.format) {
        case LogFormat::text: log::write_text(result, {std::string(version()), options.peers}, sink); break;
        case LogFormat::json: log::write_json(result, version(), sink); break;
        case LogFormat::csv: log::write_csv(result, sink); break;
    }
    std::cout << std::flush;
}

}  // namespace

int run_log(const LogOptions& options)
{
    if (options.sandbox) {
        confine({.network = false, .reads = options.files, .replaces = {}, .fills = {}});
    }
    const log::MailLog result = read(options);
    const bool nothing = result.bytes == 0 && !result.complete() &&
                         std::ranges::none_of(result.sources, [](const auto& one) { return one.problem.empty(); });
    if (nothing && options.format == LogFormat::text) {
        return 3;  // what is wrong was said; an empty report would only look like an answer
    }
    errno = 0;
    write(result, options);
    const bool left = errno == EPIPE;
    if (!std::cout && !left) {
        std::cerr << "smtptls-scan: the output could not be written\n";
        return 3;
    }
    return result.complete() ? 0 : 3;
}

}  // namespace smtptls::app
