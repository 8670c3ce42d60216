#include "interview/interview.hpp"

#include "model/proof_sentence.hpp"

#include <algorithm>
#include <iterator>

namespace smtptls::interview {

using model::CellState;
using model::EndpointStatus;
using model::Question;

namespace {

// What was asked about certificates and not answered.
bool leaves_certificates_open(const model::EndpointResult& result)
{
    return std::ranges::any_of(result.observations, [](const model::Observation& one) {
        return one.id == model::Fact::certificate_not_known || one.id == model::Fact::certificate_revocation_open;
    });
}

}  // namespace

Interview::Interview(const probes::Knowledge& known) : probes_(probes::all_probes(known, server_))
{
    server_.hellos.named = known.named;
    result_.endpoint = known.endpoint;
    if (known.focus) {
        result_.asked_for = known.focus->asked_for;
    }
}

std::vector<model::QuestionId> Interview::ask(std::size_t room)
{
    std::vector<model::QuestionId> ids;
    ask_probes(room, false, ids);
    // What is under way of those that ask at rest does not bring the others back.
    if (waiting_.empty() && (under_way_ == 0 || at_rest_)) {
        at_rest_ = true;
        ask_probes(room, true, ids);
    }
    under_way_ += ids.size();
    return ids;
}

void Interview::ask_probes(std::size_t room, bool at_rest, std::vector<model::QuestionId>& ids)
{
    for (const auto& probe : probes_) {
        const bool rests = probe->needs() == probes::Requirement::rest;
        const bool may = rests == at_rest && (probe->needs() == probes::Requirement::nothing || server_.contact);
        if (!may || !waiting_.empty()) {
            continue;
        }
        for (Question& question : probe->ask(room, ids_)) {
            ids.push_back(question.id);
            waiting_.push_back(std::move(question));
        }
    }
}

std::optional<Question> Interview::take()
{
    if (waiting_.empty()) {
        return std::nullopt;
    }
    Question question = std::move(waiting_.front());
    waiting_.pop_front();
    return question;
}

void Interview::learn(const model::Answer& answer)
{
    const model::Asked& asked = answer.question.asked;
    const bool handshake = std::holds_alternative<model::HandshakeQuestion>(asked);
    --under_way_;
    if (!model::is_left_out(answer.outcome)) {
        result_.exchanges.push_back({answer.question.id, model::format(answer.question.purpose), handshake,
                                     model::version_of(asked), model::suites_of(asked), model::describe(answer.outcome),
                                     answer.started_ms, answer.duration_ms});
    }
    const auto* const broken = std::get_if<model::Broken>(&answer.outcome);
    server_.learn(answer);
    if (broken != nullptr && (!result_.failure || result_.failure->reason == base::Reason::throttled)) {
        result_.failure = broken->failure;
    }
    if (result_.source_address.empty()) {
        result_.source_address = answer.source_address;
    }
    for (const auto& probe : probes_) {
        probe->learn(answer);
    }
}

std::vector<model::ChainSeen> Interview::chains() const
{
    std::vector<model::ChainSeen> all;
    for (const auto& probe : probes_) {
        std::ranges::move(probe->chains(), std::back_inserter(all));
    }
    return all;
}

bool Interview::learn(const model::Examination& examination)
{
    const auto all = chains();
    for (const auto& probe : probes_) {
        probe->examined(examination);
    }
    return std::ranges::any_of(all, [&](const model::ChainSeen& one) { return one.sha256 == examination.sha256; });
}

model::EndpointResult Interview::conclude(std::int64_t duration_ms)
{
    std::vector<model::Cell> cells;
    for (const auto& probe : probes_) {
        probes::Conclusion part = probe->conclude();
        const auto append = [](auto& to, auto& from) {
            to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
        };
        append(cells, part.cells);
        append(result_.observations, part.observations);
    }
    std::sort(result_.exchanges.begin(), result_.exchanges.end(),
              [](const model::Exchange& a, const model::Exchange& b) { return a.id < b.id; });
    result_.connections = result_.exchanges.size();
    result_.handshakes =
        static_cast<std::size_t>(std::ranges::count_if(result_.exchanges, &model::Exchange::handshake));
    result_.matrix = model::with_sentences(model::Matrix(cells), result_.exchanges);
    result_.duration_ms = duration_ms;
    result_.status = status_of(result_, server_.spoke_tls);
    if (server_.spoke_tls) {
        result_.failure.reset();
    }
    if (!server_.spoke_tls && !result_.failure) {
        result_.failure = base::Failure{base::Stage::connect, base::Reason::cancelled, {}};
    }
    return std::move(result_);
}

std::vector<std::string> probe_names()
{
    return {
#define PROBE(name) #name,
#include "probes/probes.def"
#undef PROBE
    };
}

EndpointStatus status_of(const model::EndpointResult& result, bool spoke_tls)
{
    if (spoke_tls) {
        const std::size_t unasked = result.asked_for.empty() ? result.matrix.count(CellState::not_tested) : 0;
        const bool open =
            result.matrix.count(CellState::inconclusive) + unasked > 0 || leaves_certificates_open(result);
        return open ? EndpointStatus::incomplete : EndpointStatus::scanned;
    }
    if (!result.failure) {
        return EndpointStatus::failed;
    }
    const base::Failure& failure = *result.failure;
    if (failure.reason == base::Reason::not_offered) {
        return EndpointStatus::no_starttls;
    }
    if (failure.reason == base::Reason::refused && failure.stage == base::Stage::connect) {
        return result.endpoint.port_chosen_by_us ? EndpointStatus::not_offered : EndpointStatus::failed;
    }
    const bool nobody_asked = result.endpoint.family_chosen_by_us;
    return failure.reason == base::Reason::unreachable && nobody_asked ? EndpointStatus::not_tested
                                                                       : EndpointStatus::failed;
}

model::EndpointResult never_begun(const model::Endpoint& endpoint)
{
    model::EndpointResult result;
    result.endpoint = endpoint;
    result.failure = base::Failure{base::Stage::connect, base::Reason::cancelled,
                                   base::UntrustedText(std::string(model::before_its_turn))};
    return result;
}

}  // namespace smtptls::interview
