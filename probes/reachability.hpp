// Whether a server can still be reached, and when it is asked no more. Pure.
#pragma once

#include "probes/server_profile.hpp"

namespace smtptls::probes {

class Reachability {
public:
    /// `server` has learnt of the answer.
    void learn(const model::Answer& answer, const ServerProfile& server);

    bool given_up() const { return given_up_; }
    bool banned() const { return banned_; }  ///< it answered, and then could not be reached or hung up on everything

    /// Connections that got as far as TLS, or as many of them as were answered in it.
    int answered() const { return reached_ < answered_ ? reached_ : answered_; }

private:
    void learn_contact(const std::optional<base::Failure>& failure);
    void note_loss(const std::optional<base::Failure>& failure);
    void note_hang_up(bool answered, const model::Broken* broken, bool spoke_tls);

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
