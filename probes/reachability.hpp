// Whether a server can still be reached, when it is left alone for a while, and when it is asked no more. Pure.
#pragma once

#include "probes/server_profile.hpp"

namespace smtptls::probes {

class Reachability {
public:
    /// `server` has learnt of the answer.
    void learn(const model::Answer& answer, const ServerProfile& server);

    /// An answer to somebody else's question: if it got as far as TLS the server is there again.
    void learn_of_others(const model::Answer& answer);

    bool given_up() const { return given_up_; }
    bool was_reached() const { return reached_ > 0; }  ///< a connection got as far as TLS, answered or not
    bool banned() const { return banned_; }  ///< it answered, and then connections failed, also after both rests

    /// A limit on connections passes: the server is let alone for so long, and then asked one question alone.
    Rest rest() const { return rest_; }
    /// The one question that is asked after a rest.
    void asked_alone(model::QuestionId id) { alone_ = id; }

    /// Connections that failed or were put off before TLS, by a server that answered before and after.
    int turned_away() const { return turned_away_; }

    /// Connections that got as far as TLS, or as many of them as were answered in it.
    int answered() const { return reached_ < answered_ ? reached_ : answered_; }

private:
    // Connections that came to nothing since the last one that did not.
    struct InARow {
        int lost = 0;
        int told_off = 0;
        int turned_away = 0;  // of both
        int hung_up = 0;      // on the hello
    };

    void learn_contact(const base::Failure* failure);
    void note_reached();
    void note_loss(const model::Answer& answer, const base::Failure& failure, const ServerProfile& server);
    void note_hang_up(bool answered, const model::Broken* broken, const ServerProfile& server);
    void rest_or_give_up(const model::Answer& answer, bool fails, const ServerProfile& server);

    bool given_up_ = false;
    bool banned_ = false;
    Rest rest_ = Rest::none;
    model::QuestionId alone_ = 0;
    int rests_ = 0;
    int contacts_ = 0;
    InARow in_a_row_;
    int reached_ = 0;
    int turned_away_ = 0;
    int answered_ = 0;
    int unanswered_ = 0;  // before the first answer
};

}  // namespace smtptls::probes
