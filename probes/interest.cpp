#include "probes/interest.hpp"

#include "probes/suite_sets.hpp"

#include <algorithm>

namespace smtptls::probes {

using model::Mark;

const std::vector<Mark>* Interest::marks_of(tls::ProtocolVersion version, tls::CipherSuite suite) const
{
    if (!focus_) {
        return nullptr;
    }
    const auto marks = focus_->marks.find(version);
    if (marks == focus_->marks.end()) {
        return nullptr;
    }
    const auto found = marks->second.find(suite);
    return found == marks->second.end() ? nullptr : &found->second;
}

bool Interest::worth(tls::ProtocolVersion version, tls::CipherSuite suite) const
{
    const std::vector<Mark>* const marks = marks_of(version, suite);
    return !limited() || (marks != nullptr && std::any_of(marks->begin(), marks->end(),
                                                          [this](Mark mark) { return !shown_.contains(mark); }));
}

bool Interest::tells(tls::ProtocolVersion version, tls::CipherSuite suite) const
{
    const std::vector<Mark>* const marks = marks_of(version, suite);
    return !limited() || (marks != nullptr && !marks->empty());
}

void Interest::accepted(tls::ProtocolVersion version, tls::CipherSuite suite)
{
    // What nobody can finish without a shared secret is no proof for a rule; another suite may be.
    const std::vector<Mark>* const marks = info_of(suite).needs_shared_secret() ? nullptr : marks_of(version, suite);
    if (marks != nullptr) {
        accepted_.emplace(version, suite);
        shown_.insert(marks->begin(), marks->end());
    }
}

bool Interest::withdraw(tls::ProtocolVersion version, tls::CipherSuite suite)
{
    if (accepted_.erase({version, suite}) == 0) {
        return false;
    }
    shown_.clear();
    for (const auto& [of, other] : accepted_) {
        const std::vector<Mark>* const marks = marks_of(of, other);
        shown_.insert(marks->begin(), marks->end());
    }
    return true;
}

}  // namespace smtptls::probes
