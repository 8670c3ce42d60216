#include "probes/ssl2_plan.hpp"

#include "probes/suite_sets.hpp"

namespace smtptls::probes {
namespace {

using model::CellState;
using tls::ProtocolVersion;

constexpr int closes_of_a_refusal = 3;

}  // namespace

bool Ssl2Plan::next()
{
    if (decided_ || under_way_) {
        return false;
    }
    under_way_ = true;
    return true;
}

void Ssl2Plan::learn(const model::Answer& answer)
{
    under_way_ = false;
    if (decided_) {
        return;  // a sign of life
    }
    words_ = model::describe(answer.outcome);
    evidence_.push_back(answer.question.id);
    if (const auto* const seen = std::get_if<model::Ssl2Seen>(&answer.outcome)) {
        kinds_ = seen->kinds;
        accepted_ = seen->certified;
        without_certificate_ = !seen->certified;
        answered_ = decided_ = true;
        return;
    }
    answered_ = std::holds_alternative<model::Ssl2Refused>(answer.outcome);
    // A server without SSL 2 may take the hello for TLS or for nothing; any alert, and any ServerHello
    // of TLS, is a clear answer to a hello that offers SSL 2 and nothing else.
    refused_ = std::holds_alternative<model::Ssl2Refused>(answer.outcome) ||
               std::holds_alternative<model::AlertReceived>(answer.outcome) ||
               std::holds_alternative<model::OtherVersion>(answer.outcome);
    // Three closes count; what came to nothing is not one of them.
    const ReplyKind kind = reply_of(answer, ProtocolVersion::ssl2).kind;
    decided_ = refused_ || (kind == ReplyKind::closed ? patience_.count_close() >= closes_of_a_refusal
                                                      : patience_.after_alone(kind, false) == Patience::Next::give_up);
}

bool Ssl2Plan::hung_up() const
{
    return decided_ && !answered_ && !refused_ && patience_.closes() >= closes_of_a_refusal;
}

std::vector<model::Cell> Ssl2Plan::cells(bool tls_spoken) const
{
    std::vector<model::Cell> cells;
    for (const tls::SuiteInfo& info : tls::all_suites()) {
        if (!tls::is_ssl2(info.code)) {
            continue;
        }
        model::Cell cell{ProtocolVersion::ssl2, info.code, CellState::inconclusive, std::nullopt, "", evidence_};
        if (accepted_) {
            const bool accepted = contains(kinds_, info.code);
            cell.state = accepted ? CellState::accepted : CellState::rejected;
            cell.grade = accepted ? std::optional(model::Grade::server_flight) : std::nullopt;
        } else if (without_certificate_) {
            // SSL 2.0 section 5.5.2: the client encrypts its master key with the key of that certificate.
            cell.state = CellState::rejected;
            cell.note = contains(kinds_, info.code) ? "offered without a certificate: nobody can complete it" : "";
        } else if (refused_ || (patience_.closes() >= closes_of_a_refusal && tls_spoken)) {
            // SSL 2 has no alerts: a server that does not know it can only hang up.
            cell.state = CellState::rejected;
        } else if (!decided_) {
            cell.state = CellState::not_tested;
            cell.note = "the scan ended before this was decided";
        } else {
            cell.note = words_;
        }
        cells.push_back(std::move(cell));
    }
    return cells;
}

}  // namespace smtptls::probes
