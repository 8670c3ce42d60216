// A probe knows what to ask about one endpoint and what the answers mean. No I/O, no clock, no
// policy words. The engine asks its questions, a connection each, and shows every answer to every
// probe. New ones: CONTRIBUTING.md, "Adding something".
#pragma once

#include "model/examination.hpp"
#include "model/focus.hpp"
#include "model/matrix.hpp"
#include "model/observation.hpp"
#include "model/question.hpp"
#include "probes/confirm_plan.hpp"
#include "probes/server_profile.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace smtptls::probes {

/// What is known before the first question.
struct Knowledge {
    model::Endpoint endpoint;
    /// What our TLS library can speak: versions newest first, each with its suites.
    std::map<tls::ProtocolVersion, std::vector<tls::CipherSuite>, std::greater<>> speakable;
    Confirm confirm = Confirm::family;
    std::vector<tls::SignatureScheme> schemes = {};  ///< what it can verify
    std::uint32_t double_check = 0;                  ///< cells to ask for again, drawn at random
    std::uint32_t double_check_seed = 0;             ///< that draws them
    bool named = false;                              ///< hellos carry a name, RFC 6066
    bool lanes = true;                               ///< lists side by side: quicker, and the same result
    std::optional<model::Focus> focus = {};          ///< only what verdicts need is asked
};

/// What must have happened before a probe may ask.
enum class Requirement {
    nothing,  ///< it may make the first contact
    contact,  ///< one question of another probe got as far as TLS
    rest,     ///< the others have nothing more to ask, and wait for nothing
};

/// What a probe has to say in the end.
struct Conclusion {
    std::vector<model::Cell> cells;
    std::vector<model::Observation> observations;
};

class Probe {
public:
    virtual ~Probe() = default;

    virtual Requirement needs() const = 0;

    /// At most `room` questions that can be asked at the same time, with ids from `ids`; none while the
    /// answers under way must be awaited, or when there is nothing more to ask.
    virtual std::vector<model::Question> ask(std::size_t room, model::Numbering& ids) = 0;

    /// An answer to a question of this probe or of another one. The server's profile has learnt of it.
    virtual void learn(const model::Answer& answer) = 0;

    /// The chains that are to be examined when nothing is asked any more, each once; and what came of one of them.
    virtual std::vector<model::ChainSeen> chains() const { return {}; }
    virtual void examined(const model::Examination& examination) { (void)examination; }

    /// Callable at any time: what is open then is said to be open.
    virtual Conclusion conclude() const = 0;
};

/// One of each probe in probes.def, in its order. `server` outlives them.
std::vector<std::unique_ptr<Probe>> all_probes(const Knowledge& known, ServerProfile& server);

}  // namespace smtptls::probes
