// One endpoint's probes, from the first question to the result. No I/O, no clock: a scan (endpoint_scan.cpp)
// and its evidence (rebuild.cpp) come to the same result by asking and learning in the same order.
#pragma once

#include "model/scan_result.hpp"
#include "probes/probe.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace smtptls::interview {

class Interview {
public:
    explicit Interview(probes::Knowledge known);

    /// Asks the probes for at most `room` questions that can be asked at the same time; they wait to be taken.
    /// Only when none is waiting. Yields their ids, counted on from the last one.
    std::vector<model::QuestionId> ask(std::size_t room);

    /// The next question, if one is waiting.
    std::optional<model::Question> take();
    std::size_t waiting() const { return waiting_.size(); }

    void learn(const model::Answer& answer);

    /// Whether any answer was one of TLS.
    bool spoke_tls() const { return spoke_tls_; }

    /// The result, once; what is open is said to be open.
    model::EndpointResult conclude(std::int64_t duration_ms);

private:
    probes::Knowledge known_;
    std::vector<std::unique_ptr<probes::Probe>> probes_ = probes::all_probes();
    std::deque<model::Question> waiting_;
    model::EndpointResult result_;
    model::QuestionId last_id_ = 0;
    bool spoke_tls_ = false;
    bool contact_ = false;
};

/// The names of the probes, in the order in which they ask.
std::vector<std::string> probe_names();

/// The status that answers the questions "did it work, and if not, whose word is that?".
model::EndpointStatus status_of(const model::EndpointResult& result, bool spoke_tls);

/// The result of an endpoint whose turn did not come.
model::EndpointResult never_begun(const model::Endpoint& endpoint);

}  // namespace smtptls::interview
