// What speaks for more than one server behind one address: answers that contradict each other, and answers from hosts
// that call themselves differently.
#pragma once

#include "model/observation.hpp"
#include "model/question.hpp"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace smtptls::probes {

class Members {
public:
    /// So often a thing must be refused before it counts, once answers contradict each other: a member that gets a
    /// quarter of the connections was then met with a chance of 1 - 0.75^11, 96 %.
    static constexpr int enough_refusals = 11;
    static constexpr int enough_if_suspected = 3;  ///< where they do not contradict each other, but come from two hosts

    /// What an answer shows of the host that gave it.
    void learn(const model::Answer& answer);

    /// `yes` accepted what `no` refused in this version, or `no` says that this version is not spoken.
    void contradict(tls::ProtocolVersion version, model::QuestionId yes, model::QuestionId no);

    bool contradict_each_other() const { return !contradictions_.empty(); }
    /// How often more than usual what was refused is asked for.
    int repeats() const;

    std::vector<model::Observation> observations() const;

private:
    using Ids = std::vector<model::QuestionId>;
    struct Sight {
        std::string value;
        model::QuestionId evidence = 0;
    };

    void compare(const std::string& what, std::string value, model::QuestionId id);

    std::map<tls::ProtocolVersion, Ids> contradictions_;
    std::map<std::string, Sight> seen_;  // by what it is of, the first
    std::map<std::string, std::pair<std::vector<base::UntrustedText>, Ids>> differ_;
};

}  // namespace smtptls::probes
