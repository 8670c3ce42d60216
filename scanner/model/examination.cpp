#include "model/examination.hpp"

namespace smtptls::model {

std::string_view format(RevocationSource source)
{
    switch (source) {
        case RevocationSource::staple: return "staple";
        case RevocationSource::ocsp: return "OCSP";
        case RevocationSource::crl: return "CRL";
    }
    return "staple";
}

std::string_view format(RevocationState state)
{
    switch (state) {
        case RevocationState::good: return "good";
        case RevocationState::revoked: return "revoked";
        case RevocationState::unknown: return "unknown";
        case RevocationState::unusable: return "unusable";
    }
    return "unusable";
}

std::string describe(const RevocationWord& word)
{
    std::string text(format(word.source));
    text += word.url.empty() ? "" : " " + word.url.escaped();
    text += ": " + std::string(format(word.state));
    text += word.words.empty() ? "" : (word.state == RevocationState::unusable ? ": " : " ") + word.words.escaped();
    if (!word.this_update.empty()) {
        text += ", " + word.this_update + (word.next_update.empty() ? "" : " to " + word.next_update);
    }
    return text;
}

}  // namespace smtptls::model
