#include "app/run.hpp"

#include "api/async.hpp"
#include "app/evidence_file.hpp"
#include "app/progress.hpp"
#include "app/reporting.hpp"
#include "app/sandbox.hpp"
#include "app/source_address.hpp"
#include "base/clock.hpp"
#include "base/spool.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>

namespace smtptls::app {
namespace {

namespace asio = boost::asio;

// Many addresses side by side need more descriptors than a shell gives; what cannot be had shows as a local error.
void allow_more_files()
{
    rlimit files{};
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

// A person waits at standard error, and what goes to standard output does not come in between.
bool wants_progress(const std::vector<Output>& outputs)
{
    const char* const terminal = std::getenv("TERM");
    const bool dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
    const bool streams = std::ranges::any_of(
        outputs, [](const Output& output) { return output.path.empty() && output.format->name == "ndjson"; });
    return isatty(STDERR_FILENO) == 1 && !dumb && !(streams && isatty(STDOUT_FILENO) == 1);
}

// The line on the terminal while the scan runs; nothing is left of it.
class ProgressLine {
public:
    ProgressLine(asio::io_context& io, std::size_t targets) : progress_(targets), timer_(io) { wait(first); }
    ~ProgressLine() { std::cerr << clear << std::flush; }
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    Progress& progress() { return progress_; }
    void end()
    {
        ended_ = true;  // its handler may be on its way
        timer_.cancel();
    }

private:
    using Clock = std::chrono::steady_clock;

    static constexpr std::chrono::milliseconds first{1000};  // a quick scan needs none
    static constexpr std::chrono::milliseconds each{250};
    static constexpr const char* clear = "\r\x1b[K";

    void wait(std::chrono::milliseconds time)
    {
        timer_.expires_after(time);
        timer_.async_wait([this](const boost::system::error_code& error) {
            if (!error && !ended_) {
                draw();
                wait(each);
            }
        });
    }

    void draw()
    {
        winsize size{};
        const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
        const std::size_t columns = known ? size.ws_col - 1U : report::Style().width - 1;
        const auto elapsed = std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - begun_);
        std::string line = clear + progress_.line(elapsed, columns);
        if (line != drawn_) {  // and in one write, or it flickers
            std::cerr << line << std::flush;
            drawn_ = std::move(line);
        }
    }

    Progress progress_;
    asio::steady_timer timer_;
    Clock::time_point begun_ = Clock::now();
    std::string drawn_;
    bool ended_ = false;
};

// A scan from its beginning to its end, and whoever wants to know of it.
class Run {
public:
    Run(Options& options, Scanner scanner, OutputFiles outputs, EvidenceFile* evidence, const report::Style& terminal)
        : options_(options),
          outputs_(std::move(outputs)),
          evidence_(evidence),
          terminal_(terminal),
          scanner_(std::move(scanner))
    {
    }

    Leave run();

private:
    ScanEvents events();
    void begin(const model::ScanHead& head);

    Options& options_;
    OutputFiles outputs_;  // until it is begun
    EvidenceFile* evidence_;
    report::Style terminal_;
    Scanner scanner_;
    asio::io_context io_{1};
    std::optional<Reporting> reporting_;
    std::optional<ProgressLine> line_;
};

Leave Run::run()
{
    allow_more_files();
    asio::signal_set signals(io_, SIGINT, SIGTERM);
    const bool hangs_up = std::signal(SIGHUP, SIG_IGN) != SIG_IGN;  // nohup wants to stay
    if (hangs_up) {
        signals.add(SIGHUP);
    }
    signals.async_wait([this, hangs_up](const boost::system::error_code& error, int) {
        if (!error) {
            scanner_.stop();
            if (line_) {
                line_->progress().ending();
            }
            std::signal(SIGINT, SIG_DFL);
            std::signal(SIGTERM, SIG_DFL);
            if (hangs_up) {
                std::signal(SIGHUP, SIG_DFL);
            }
        }
    });
    if (wants_progress(options_.outputs)) {
        line_.emplace(io_, options_.targets.size());
    }
    std::exception_ptr bug;
    model::ScanHead head;
    asio::co_spawn(io_, async_scan(scanner_, std::move(options_.targets), events()),
                   [&](const std::exception_ptr& error, model::ScanHead whole) {
                       bug = error;
                       head = std::move(whole);
                       boost::system::error_code ignored;
                       signals.cancel(ignored);
                       signals.clear(ignored);  // from now on a signal ends the process
                       if (line_) {
                           line_->end();
                       }
                   });
    io_.run();
    line_.reset();
    if (bug) {
        std::rethrow_exception(bug);
    }
    return reporting_->end(std::move(head));
}

ScanEvents Run::events()
{
    ScanEvents events;
    events.begun = [this](const model::ScanHead& head) { begin(head); };
    events.endpoint = [this](std::size_t place, const model::EndpointResult& result) {
        reporting_->endpoint(place, result, options_.scan.server_name);
        if (evidence_ == nullptr && !reporting_->is_wanted()) {
            scanner_.stop();
        }
    };
    if (line_) {
        events.found = [this](std::size_t endpoints) { line_->progress().found(endpoints); };
        events.progress = [this](const model::EndpointProgress& progress) { line_->progress().endpoint(progress); };
    }
    if (evidence_ != nullptr) {
        events.evidence = [this](const model::evidence::Event& event) { evidence_->write(event); };
    }
    return events;
}

void Run::begin(const model::ScanHead& head)
{
    report::Style style = terminal_;
    style.suites = options_.suites;
    style.exchanges = options_.scan.exchanges;
    reporting_.emplace(options_.verdict, std::move(outputs_), style, head, base::today_utc());
    reporting_->take_inventory(options_.inventory);
}

// Nothing was scanned.
Leave refused(const std::string& sentence)
{
    return {2, "", "smtptls-scan: " + sentence + "\n"};
}

}  // namespace

Leave scan(Options options, const report::Style& terminal)
{
    if (const auto objection = objection_to_source(options.scan.source_address)) {
        return wrong_usage(*objection);
    }
    std::optional<Scanner> scanner;
    try {
        scanner.emplace(options.scan);
    } catch (const std::runtime_error& problem) {
        return refused(problem.what());
    }
    for (const Output& output : options.outputs) {
        if (!output.path.empty() && options.evidence == part_of(output.path)) {
            return refused("--evidence names the file that -o is called while it is written");
        }
    }
    auto outputs = OutputFiles::open(options.outputs);
    if (!outputs) {
        return refused(outputs.error());
    }
    std::optional<EvidenceFile> evidence;
    if (!options.evidence.empty()) {
        auto file = EvidenceFile::create(options.evidence);
        if (!file) {
            return refused(file.error());
        }
        evidence.emplace(*std::move(file));
    }
    const auto spool_file = base::open_spool_file();
    if (options.sandbox) {
        confine({.network = true, .reads = {}, .replaces = outputs->folders(), .fills = {}});
    }
    Run run(options, *std::move(scanner), *std::move(outputs), evidence ? &*evidence : nullptr, terminal);
    Leave leave = run.run();
    if (const auto problem = evidence ? evidence->close() : std::nullopt) {
        leave.exit_code = 3;
        leave.error += "smtptls-scan: " + *problem + "\n";
    }
    return leave;
}

}  // namespace smtptls::app
