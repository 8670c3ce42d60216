#include "interview/replay.hpp"

#include "interview/replay_hello.hpp"

#include <algorithm>

namespace smtptls::interview {
namespace {

using base::Want;
using model::Answer;
using model::WireEvent;
using Failed = base::Unexpected<std::string>;

std::optional<std::string> play_event(const WireEvent& event, base::MachineRef& machine)
{
    const bool same = machine.want() == Want::write && std::ranges::equal(machine.output(), event.bytes);
    switch (event.kind) {
        case WireEvent::Kind::sent:
            if (!same) {
                return "other bytes would have been sent than are recorded";
            }
            machine.written();
            return std::nullopt;
        case WireEvent::Kind::received: {
            base::ByteView rest = event.bytes;
            for (const std::uint32_t size : event.pieces) {
                if (machine.want() != Want::read || size > rest.size()) {
                    return "bytes are recorded that would not have been read";
                }
                machine.received(rest.first(size));
                rest = rest.subspan(size);
            }
            return std::nullopt;
        }
        case WireEvent::Kind::closed: machine.peer_closed(); return std::nullopt;
        case WireEvent::Kind::broke: machine.broke(event.reason); return std::nullopt;
    }
    return std::nullopt;
}

bool is_silent(const model::Wire& wire)
{
    return wire.events.empty() && wire.left_out == 0;
}

class Replay {
public:
    Replay(const Names& names, const model::evidence::Learnt& recorded, openssl::CertificateReader& certificates,
           Answer& answer)
        : names_(names),
          recorded_(recorded),
          certificates_(certificates),
          answer_(answer),
          trace_(*recorded.answer.trace)
    {
    }

    /// The first sentence about what does not fit; none: the answer is whole.
    std::optional<std::string> run();

private:
    bool reach_tls();
    void say_hello();
    void shake_hands();
    void play(const std::string& part, const model::Wire& wire, base::MachineRef machine);
    void demand(bool kept, const std::string& sentence);

    const Names& names_;
    const model::evidence::Learnt& recorded_;
    openssl::CertificateReader& certificates_;
    Answer& answer_;
    const model::Trace& trace_;
    std::optional<std::string> problem_;
};

void Replay::demand(bool kept, const std::string& sentence)
{
    if (!kept && !problem_) {
        problem_ = sentence;
    }
}

void Replay::play(const std::string& part, const model::Wire& wire, base::MachineRef machine)
{
    if (const auto problem = interview::play(wire, machine)) {
        demand(false, part + ": " + *problem);
    }
}

std::optional<std::string> Replay::run()
{
    if (trace_.unconnected) {
        const bool silent = is_silent(trace_.before_tls) && is_silent(trace_.tls) && is_silent(trace_.inside_tls);
        demand(silent, "there are bytes of a connection that was not made");
        answer_.outcome = model::Broken{*trace_.unconnected, std::nullopt};
        return problem_;
    }
    const bool hello = std::holds_alternative<model::HelloQuestion>(answer_.question.asked);
    if (!reach_tls()) {
        demand(is_silent(trace_.tls) && is_silent(trace_.inside_tls), "TLS began where SMTP did not let it");
    } else if (hello) {
        demand(is_silent(trace_.inside_tls), "a hello has no tunnel");
        say_hello();
    } else {
        shake_hands();
    }
    hear_clear_text(answer_);
    return problem_;
}

bool Replay::reach_tls()
{
    if (recorded_.endpoint.mode == model::TlsMode::implicit) {
        demand(is_silent(trace_.before_tls), "there is SMTP before TLS on an implicit port");
        return true;
    }
    smtp::Session session(script_before_tls(names_, answer_));
    play("SMTP before TLS", trace_.before_tls, session);
    take_before_tls(answer_, session);
    return session.ready_for_tls();
}

void Replay::say_hello()
{
    const auto& asked = std::get<model::HelloQuestion>(answer_.question.asked);
    const auto entropy = entropy_of(trace_.tls, asked.version);
    demand(entropy.has_value(), "what was sent is no hello");
    tls::HelloExchange exchange(
        hello_of(asked, server_name(names_, recorded_.endpoint), entropy.value_or(tls::HelloEntropy())));
    play("TLS", trace_.tls, exchange);
    take_hello(answer_, exchange, certificates_);
}

void Replay::shake_hands()
{
    take_handshake(answer_, recorded_.answer.outcome, trace_.chain, trace_.staple, certificates_);
    const auto& asked = std::get<model::HandshakeQuestion>(answer_.question.asked);
    const std::string name = name_sent(names_, recorded_.endpoint, asked);
    if (const auto problem = contradiction(answer_, trace_, name)) {
        demand(false, *problem);
    }
    smtp::Session inside(script_inside_tls(names_, recorded_.endpoint, answer_));
    if (std::holds_alternative<model::Completed>(answer_.outcome)) {
        play("SMTP inside TLS", trace_.inside_tls, inside);
    } else {
        demand(is_silent(trace_.inside_tls), "there is a dialogue inside a tunnel that did not stand");
    }
    take_inside_tls(answer_, inside);
}

}  // namespace

std::optional<std::string> play(const model::Wire& wire, base::MachineRef machine)
{
    if (wire.left_out > 0) {
        return "more bytes came than were recorded";
    }
    for (const WireEvent& event : wire.events) {
        if (machine.want() == Want::nothing) {
            return "more is recorded than would have happened";
        }
        if (const auto problem = play_event(event, machine)) {
            return problem;
        }
    }
    return machine.want() == Want::nothing ? std::nullopt
                                           : std::optional<std::string>("less is recorded than would have happened");
}

base::Expected<Answer, std::string> answer_again(const Names& names, const model::Question& question,
                                                 const model::evidence::Learnt& recorded,
                                                 openssl::CertificateReader& certificates)
{
    Answer answer;
    answer.question = question;
    answer.outcome = model::Broken{{base::Stage::connect, base::Reason::local_error, {}}, std::nullopt};
    answer.source_address = recorded.answer.source_address;
    answer.started_ms = recorded.answer.started_ms;
    answer.duration_ms = recorded.answer.duration_ms;
    answer.at = recorded.answer.at;
    if (!recorded.answer.trace) {
        return Failed("nothing of the connection is recorded");
    }
    if (const auto problem = Replay(names, recorded, certificates, answer).run()) {
        return Failed(*problem);
    }
    const std::string outcome = model::describe(answer.outcome);
    if (outcome != recorded.outcome) {
        return Failed("the bytes say \"" + outcome + "\", the record \"" + recorded.outcome + "\"");
    }
    return answer;
}

}  // namespace smtptls::interview
