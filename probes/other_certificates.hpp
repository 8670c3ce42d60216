// Which certificates a server has beside those that the matrix showed: of other kinds of keys, for clients that send no
// name in SNI, and for those that send a name it does not know. Asked in handshakes when everything else is known.
// Pure, like VersionPlan.
#pragma once

#include "model/observation.hpp"
#include "probes/elimination/patience.hpp"
#include "probes/probe.hpp"

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace smtptls::probes {

/// The schemes that a key of this type (model::Certificate::key_type) can sign with in a version: in TLS 1.3 those of
/// its curve alone (RFC 8446 section 4.2.3). Empty for a type that has none.
std::vector<tls::SignatureScheme> schemes_of(const std::string& key_type, tls::ProtocolVersion version);

class OtherCertificates {
public:
    /// A limited scan, and one that completes no handshakes, asks nothing. `server` outlives it.
    OtherCertificates(const Knowledge& known, const ServerProfile& server);

    /// A certificate that anybody has shown; and in which version and suite, if the handshake was completed.
    void see(const model::Certificate& leaf, const model::Answer& answer);

    /// Once the others are done.
    std::vector<model::Question> ask(std::size_t room, model::Numbering& ids);

    /// An answer to one of its questions, before see() is told what it shows; of others nothing.
    void learn(const model::Answer& answer);

    /// What was not answered, and whether the server answers any name.
    std::vector<model::Observation> conclude() const;

private:
    enum class What { kinds, without_name, other_name };
    static constexpr std::size_t all = 3;

    struct Line {  // of questions of one sort, one at a time
        bool done = false;
        std::optional<model::QuestionId> under_way = {};
        std::optional<bool> shown = {};  ///< a certificate came
        std::vector<model::QuestionId> evidence = {};
        Patience patience = {};
        int closes = 0;
        int asked = 0;
    };

    void begin();
    std::vector<tls::SignatureScheme> unseen_schemes() const;
    std::optional<model::HandshakeQuestion> next(What what);
    bool is_another(const model::Answer& answer) const;
    bool is_refusal(const model::Answer& answer, Line& line) const;

    Line& line(What what) { return lines_.at(static_cast<std::size_t>(what)); }
    const Line& line(What what) const { return lines_.at(static_cast<std::size_t>(what)); }

    const ServerProfile& server_;
    bool silent_;
    bool named_;
    std::vector<tls::SignatureScheme> speakable_;
    std::map<tls::ProtocolVersion, std::set<tls::CipherSuite>> completed_;
    std::set<std::string> leaves_;  // by SHA-256
    std::set<std::string> key_types_;
    std::optional<tls::ProtocolVersion> version_;  // in which is asked
    std::array<Line, all> lines_ = {};
    int unreached_ = 0;
};

}  // namespace smtptls::probes
