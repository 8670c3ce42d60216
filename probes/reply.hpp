// What an answer means to a plan that offered items and waits for one to be chosen: the few kinds that matter. Items
// are suites; groups and signature schemes have replies of the same kinds.
#pragma once

#include "model/matrix.hpp"
#include "model/question.hpp"

#include <string>

namespace smtptls::probes {

enum class ReplyKind {
    chosen,         ///< `item` was chosen and the whole flight came, or the handshake was completed
    chosen_lost,    ///< `item` was chosen, and then the server failed or refused
    chosen_broken,  ///< `item` was chosen, and then the connection was lost: perhaps not the server's doing
    refused,        ///< an alert that means no: 40, 47, 71
    absent,         ///< alert 70: this version and every one below it
    lower,          ///< the server answered with a lower version, `version`, and `item`
    closed,         ///< FIN, RST or close_notify in answer to the hello: a refusal only under conditions
    failed,         ///< alert 80 without a ServerHello: its TLS library could not go on
    objected,       ///< another alert, such as unrecognized_name
    silent,         ///< no answer to the hello in time
    broken,         ///< nothing that answers the question
    unreached,      ///< the connection failed before TLS: that says nothing of the question
    left_out,       ///< a handshake that a limit of ours did not let us begin
    throttled,      ///< the server asked us to come back later
};

template <typename Item>
struct ReplyOf {
    using Kind = ReplyKind;

    Kind kind = Kind::broken;
    Item item{};
    tls::ProtocolVersion version{};
    model::Grade grade = model::Grade::server_flight;
    bool whole = true;  ///< of `lower`: the whole flight came, without which nothing is accepted
    std::string words;  ///< for notes: escaped
    model::QuestionId evidence = 0;

    /// A choice was seen in the version asked for.
    bool has_choice() const { return kind == Kind::chosen || kind == Kind::chosen_lost || kind == Kind::chosen_broken; }

    /// The server's word that it has none of what was offered.
    bool says_no() const { return kind == Kind::refused || kind == Kind::absent || kind == Kind::lower; }
};

using Reply = ReplyOf<tls::CipherSuite>;

/// How `answer` answers an offer of suites in `version`.
Reply reply_of(const model::Answer& answer, tls::ProtocolVersion version);

}  // namespace smtptls::probes
