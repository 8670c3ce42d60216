// A scan's result once more, from its evidence and nothing else. Trusts none of it: the probes are asked again
// and must ask what was asked, and each answer must follow from the bytes that are recorded with it.
#pragma once

#include "base/expected.hpp"
#include "interview/interview.hpp"
#include "interview/script.hpp"
#include "model/evidence.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace smtptls::interview {

class Rebuild {
public:
    /// What happened next. The error is a sentence, safe to be shown: what is wrong with it.
    std::optional<std::string> take(const model::evidence::Event& event);

    /// Whether the scan's end was seen; without it what is open was under way when the scan was killed.
    bool ended() const { return ended_; }

    /// The result, once. Nothing if not even the beginning was seen.
    std::optional<model::ScanResult> conclude();

private:
    struct Desk {  // one endpoint
        std::optional<model::Focus> focus;
        std::optional<Interview> interview;  // from its first event until it is concluded
        std::map<model::QuestionId, model::Question> under_way;
        openssl::CertificateReader certificates;
        std::optional<model::EndpointResult> result;
    };
    using Event = model::evidence::Event;

    std::optional<std::string> learn(const model::evidence::Begun& begun);
    std::optional<std::string> learn(const model::evidence::Found& found);
    std::optional<std::string> learn(const model::evidence::Asked& asked);
    std::optional<std::string> learn(const model::evidence::Learnt& learnt);
    std::optional<std::string> learn(const model::evidence::Examined& examined);
    std::optional<std::string> learn(const model::evidence::Left& left);
    std::optional<std::string> learn(const model::evidence::Ended& ended);
    Desk* desk_of(const model::Endpoint& endpoint);
    std::string or_other_probes(const std::string& sentence) const;

    bool begun_ = false;
    bool ended_ = false;
    Names names_;
    probes::Knowledge known_;
    std::map<std::size_t, model::evidence::Found> found_;  // by target
    std::vector<model::Focus> focuses_;
    std::map<model::Endpoint, Desk> desks_;
    model::ScanResult result_;
};

}  // namespace smtptls::interview
