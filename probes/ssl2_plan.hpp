// SSL 2 is one question: the server answers with every kind that both sides have. Pure.
#pragma once

#include "model/matrix.hpp"
#include "model/question.hpp"
#include "probes/elimination/patience.hpp"

#include <vector>

namespace smtptls::probes {

class Ssl2Plan {
public:
    /// True if the hello is to be sent (again) now; counts as sent.
    bool next();
    void learn(const model::Answer& answer);
    bool begun() const { return !evidence_.empty() || under_way_; }
    bool done() const { return decided_; }
    bool hung_up() const;  ///< done, and each time the server closed
    bool accepted() const { return accepted_; }
    bool answered() const { return answered_; }  ///< in SSL 2: by a ServerHello or an ERROR
    /// The hello once more, as a sign of life.
    bool may_ask_again() const { return answered_ && !under_way_; }
    void ask_again() { under_way_ = true; }
    /// It names kinds, and sent no certificate: nobody can complete them.
    bool without_certificate() const { return without_certificate_; }

    /// `tls_spoken`: the server answers hellos of TLS, without which a close says nothing.
    std::vector<model::Cell> cells(bool tls_spoken) const;

private:
    bool under_way_ = false;
    bool decided_ = false;
    bool accepted_ = false;
    bool refused_ = false;
    bool answered_ = false;
    bool without_certificate_ = false;
    Patience patience_;
    std::string words_;
    std::vector<tls::CipherSuite> kinds_;
    std::vector<model::QuestionId> evidence_;
};

}  // namespace smtptls::probes
