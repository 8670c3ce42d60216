// The scanner: targets in, results out, one by one or all together. The command line is its first user. To scan on a
// loop of your own: api/async.hpp.
#pragma once

#include "api/scan_options.hpp"
#include "model/evidence.hpp"
#include "model/outlook.hpp"
#include "model/progress.hpp"
#include "model/scan_result.hpp"
#include "model/target.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace smtptls {

/// What is told while a scan runs, by the thread that runs it, one call at a time. What a function throws ends the scan
/// and comes out of it. What it takes of time the scan waits for. An empty function is not called.
struct ScanEvents {
    /// Once, before the first connection: who scans, since when, what and how. The rest of the head comes at the end.
    std::function<void(const model::ScanHead& head)> begun = {};
    /// Of each target once: it was looked up, and became so many endpoints that no target before it had.
    std::function<void(std::size_t endpoints)> found = {};
    /// Each endpoint once, as soon as it is done, in any order. `place` orders them as the targets were named, with
    /// gaps. The result is gone when the function returns: copy what you keep.
    std::function<void(std::size_t place, const model::EndpointResult& result)> endpoint = {};
    /// When an endpoint is begun, after each of its connections, and when it is done.
    std::function<void(const model::EndpointProgress& progress)> progress = {};
    /// What was asked and answered, as it happens: what `--evidence` writes, the handshakes' secrets too.
    std::function<void(const model::evidence::Event& event)> evidence = {};
};

class Scanner {
public:
    /// Options beyond their ranges are brought into them. Reads the roots to trust; throws std::runtime_error with a
    /// sentence if what `ca_file` or `ca_path` names cannot be read or has none.
    explicit Scanner(ScanOptions options = {});
    ~Scanner();
    Scanner(Scanner&&) noexcept;
    Scanner& operator=(Scanner&&) noexcept;

    const ScanOptions& options() const;

    /// Scans on this thread until all is known or the time is over, and keeps everything: some 20 KiB for an endpoint.
    /// No target is looked up or connected to before this call, and nothing runs when it has returned but look-ups of
    /// the system's resolver that were given up. What goes wrong with a target or an endpoint is in its result. Throws
    /// std::system_error and std::bad_alloc if this machine has nothing left.
    model::ScanResult scan(std::vector<model::Target> targets) const;

    /// The same without keeping the endpoints: memory grows by their names alone. Throws as above, and what the
    /// events throw.
    model::ScanHead stream(std::vector<model::Target> targets, ScanEvents events) const;

    /// What a scan would do and cost. Looks names up, and connects to nothing.
    model::Outlook outlook(std::vector<model::Target> targets) const;

    /// Ends all scans of this scanner, those under way and those to come: each keeps what is known and says
    /// Interruption::signal. At most a second passes. From any thread and any number of times, but not in a signal's
    /// handler.
    void stop() const;

private:
    friend class ScanUnderWay;
    struct State;

    std::shared_ptr<State> state_;
};

}  // namespace smtptls
