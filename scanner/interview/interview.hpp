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
    explicit Interview(const probes::Knowledge& known);
    Interview(const Interview&) = delete;  // the probes refer to the server's profile
    Interview& operator=(const Interview&) = delete;

    /// Asks the probes for at most `room` questions that can be asked at the same time; they wait to be taken.
    /// Only when none is waiting. Yields their ids, counted on from the last one.
    std::vector<model::QuestionId> ask(std::size_t room);

    /// The next question, if one is waiting.
    std::optional<model::Question> take();
    std::size_t waiting() const { return waiting_.size(); }

    void learn(const model::Answer& answer);

    /// The chains that are to be examined when no question is left; and what came of one. Of a chain that was not shown
    /// nothing is learnt, and the answer is false.
    std::vector<model::ChainSeen> chains() const;
    bool learn(const model::Examination& examination);

    /// What the answers have shown of the server.
    const probes::ServerProfile& server() const { return server_; }

    /// The result, once; what is open is said to be open.
    model::EndpointResult conclude(std::int64_t duration_ms);

private:
    /// Those that ask at rest, or the others, until one has a question.
    void ask_probes(std::size_t room, bool at_rest, std::vector<model::QuestionId>& ids);

    probes::ServerProfile server_;
    std::vector<std::unique_ptr<probes::Probe>> probes_;
    model::Numbering ids_;
    std::size_t under_way_ = 0;
    bool at_rest_ = false;  // all others are done
    std::deque<model::Question> waiting_;
    model::EndpointResult result_;
};

/// The names of the probes, in the order in which they ask.
std::vector<std::string> probe_names();

/// The status that answers the questions "did it work, and if not, whose word is that?".
model::EndpointStatus status_of(const model::EndpointResult& result, bool spoke_tls);

/// The result of an endpoint whose turn did not come.
model::EndpointResult never_begun(const model::Endpoint& endpoint);

}  // namespace smtptls::interview
