// Answers for probes, made by hand.
#pragma once

#include "probes/probe.hpp"

#include <algorithm>

namespace smtptls::probes {

inline constexpr auto gcm = tls::CipherSuite::TLS_RSA_WITH_AES_128_GCM_SHA256;
inline constexpr auto cbc = tls::CipherSuite::TLS_RSA_WITH_AES_128_CBC_SHA;

inline Knowledge knowledge()
{
    Knowledge known;
    known.speakable[tls::ProtocolVersion::tls1_3] = {tls::CipherSuite::TLS_AES_128_GCM_SHA256};
    known.speakable[tls::ProtocolVersion::tls1_2] = {gcm, cbc};
    known.speakable[tls::ProtocolVersion::tls1_0] = {cbc};
    return known;
}

inline model::Answer answer_to(model::Question question, model::Outcome outcome)
{
    model::Answer answer;
    answer.question = std::move(question);
    answer.outcome = std::move(outcome);
    return answer;
}

inline model::Outcome broken(base::Stage stage, base::Reason reason)
{
    return model::Broken{{stage, reason, base::UntrustedText("words")}, std::nullopt};
}

inline model::Outcome alert(tls::AlertDescription description)
{
    return model::AlertReceived{tls::AlertLevel::fatal, description, std::nullopt};
}

inline const model::HandshakeQuestion& asked(const model::Question& question)
{
    return std::get<model::HandshakeQuestion>(question.asked);
}

inline model::Completed completed(tls::ProtocolVersion version, tls::CipherSuite suite)
{
    model::Completed done;
    done.choice = {version, suite, true};
    return done;
}

/// One probe and the server's profile, which learns of every answer first, as in an interview.
class Asking {
public:
    using Make = std::unique_ptr<Probe> (*)(const Knowledge&, ServerProfile&);

    explicit Asking(Make make, const Knowledge& known = knowledge()) : probe_(make(known, server_))
    {
        server_.hellos.named = known.named;
    }
    Asking(const Asking&) = delete;
    Asking& operator=(const Asking&) = delete;

    Requirement needs() const { return probe_->needs(); }
    std::vector<model::Question> ask(std::size_t room) { return probe_->ask(room, ids_); }
    void learn(const model::Answer& answer)
    {
        server_.learn(answer);
        probe_->learn(answer);
    }
    Conclusion conclude() const { return probe_->conclude(); }

private:
    ServerProfile server_;
    model::Numbering ids_;
    std::unique_ptr<Probe> probe_;
};

inline const model::Observation* find(const std::vector<model::Observation>& all, model::Fact id,
                                      const std::string& subject = "")
{
    const auto found = std::find_if(
        all.begin(), all.end(), [&](const model::Observation& one) { return one.id == id && one.subject == subject; });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace smtptls::probes
