#include "report/remedy/explanation.hpp"

namespace smtptls::remedy {

std::string_view format(FindingKind kind)
{
    switch (kind) {
        case FindingKind::right: return "right";
        case FindingKind::useless: return "useless";
        case FindingKind::harmful: return "harmful";
        case FindingKind::missing: return "missing";
    }
    return "right";
}

std::string_view format(TlsOffer offer)
{
    switch (offer) {
        case TlsOffer::none: return "none";
        case TlsOffer::optional: return "optional";
        case TlsOffer::required: return "required";
        case TlsOffer::implicit: return "implicit";
        case TlsOffer::broken: return "broken";
        case TlsOffer::dead: return "dead";
    }
    return "none";
}

}  // namespace smtptls::remedy
