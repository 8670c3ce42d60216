// What a scan saw of one endpoint, as checks ask for it: cells by version, observations by id, leaf certificates.
#pragma once

#include "model/scan_result.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::policy {

/// A certificate that was shown; texts are escaped, and what the scan does not say is absent.
struct Shown {
    std::string name;   ///< the distinguished name
    std::string label;  ///< "RSA certificate (CN=mail.example.com)"; its successor of the same kind has the same one
    std::string key_type;
    std::optional<std::int64_t> key_bits;
    std::string signature_algorithm;
    std::string not_before;
    std::string not_after;
    std::optional<bool> outside_its_dates;
};

struct Leaf : Shown {
    std::string subject;  ///< of its observations
    std::vector<std::string> names;
    std::optional<bool> self_signed;
    std::optional<bool> trusted;
    std::string trust_fault;  ///< escaped; empty: not told
    std::optional<bool> names_host;
    bool shown_to_others = false;               ///< clients that send the host's name do not get it
    std::optional<std::vector<Shown>> issuers;  ///< that were shown behind it, but for roots; nothing: not told
    std::vector<model::QuestionId> evidence;
};

class Seen {
public:
    /// Keeps references. `server_name` is the name that was asked for in SNI, if it was not the host's.
    Seen(const model::EndpointResult& result, std::string_view server_name);

    const model::EndpointResult& result() const { return result_; }
    bool is(model::EndpointStatus status) const { return result_.status == status; }
    bool implicit() const { return result_.endpoint.mode == model::TlsMode::implicit; }

    /// The name a certificate must have: that of SNI, else the target's.
    const std::string& reference_name() const { return reference_; }

    const model::Observation* find(model::Fact id, std::string_view subject = "") const;
    std::optional<bool> boolean(model::Fact id, std::string_view subject = "") const;
    std::string text(model::Fact id, std::string_view subject = "") const;               ///< escaped
    std::vector<std::string> list(model::Fact id, std::string_view subject = "") const;  ///< escaped

    const std::vector<Leaf>& leaves() const { return leaves_; }

    /// The cells that are not rejected.
    const std::vector<model::CellView>& unrefused() const { return unrefused_; }

    /// Suites of a version that were refused by the same answers.
    struct Refusal {
        tls::ProtocolVersion version{};
        std::span<const model::QuestionId> evidence;
        std::vector<tls::CipherSuite> suites;
    };

    /// The cells that are rejected: a version has hundreds, and few refusals.
    const std::vector<Refusal>& refusals() const { return refusals_; }

    using Predicate = std::function<bool(const model::CellView&)>;
    bool accepts(const Predicate& which) const;
    bool leaves_open(const Predicate& which) const;  ///< some cell of these is inconclusive or was not tested
    bool leaves_out(const Predicate& which) const;   ///< some cell of these was not asked by a scan for verdicts
    bool accepts(tls::ProtocolVersion version) const;

    /// Nobody knows which certificate clients get that send another name or none.
    bool hides_what_others_get() const;
    /// An open cell could, if it were accepted, show a leaf of a key type that was not seen.
    bool may_hide_a_leaf() const;
    /// The same of a cell that a scan for verdicts did not ask about.
    bool may_leave_out_a_leaf() const;

    /// The scan was limited to what policies need (EndpointResult::asked_for).
    bool is_limited() const { return !result_.asked_for.empty(); }

    bool is_open(const model::CellView& cell) const;
    /// Not asked, by a limited scan.
    bool is_left_out(const model::CellView& cell) const;

private:
    /// Asked about certificates and not answered, by its phrase.
    bool is_open_of_certificates(std::string_view phrase) const;
    void take_leaves();
    std::optional<std::vector<Shown>> issuers_of(const std::string& subject) const;
    bool hides_a_leaf(const model::CellView& cell) const;

    const model::EndpointResult& result_;
    std::string reference_;
    std::vector<model::CellView> unrefused_;  // of thousands of cells a few: every rule goes through them
    std::vector<Refusal> refusals_;
    std::vector<Leaf> leaves_;
};

}  // namespace smtptls::policy
