// Whether a server can still be reached, and when it is asked no more. Pure.
#pragma once

#include "model/question.hpp"

namespace smtptls::probes {

class Reach {
public:
    void learn(const model::Answer& answer);

    bool contact_made() const { return contact_made_; }  ///< an answer got as far as TLS
    bool tls_spoken() const { return tls_spoken_; }      ///< the server answered a hello as TLS servers do
    bool given_up() const { return given_up_; }
    bool banned() const { return banned_; }  ///< it answered, and then could not be reached or hung up on everything

    /// Connections that got as far as TLS, or as many of them as were answered in it.
    int answered() const { return reached_ < answered_ ? reached_ : answered_; }

private:
    void learn_contact(const model::Answer& answer);
    void note_loss(const std::optional<base::Failure>& failure);
    void note_hang_up(bool answered, const model::Broken* broken);

    bool contact_made_ = false;
    bool tls_spoken_ = false;
    bool given_up_ = false;
    bool banned_ = false;
    int contacts_ = 0;
    int lost_in_a_row_ = 0;
    int told_off_in_a_row_ = 0;
    int hung_up_in_a_row_ = 0;
    int reached_ = 0;
    int answered_ = 0;
};

}  // namespace smtptls::probes
