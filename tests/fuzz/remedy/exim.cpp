// An Exim configuration of anybody: what is read can be explained, and what is printed can be shown. The input is a
// byte for the release of Exim and of OpenSSL, then the configuration, and behind the first NUL the file that every
// .include names.
#include "base/bytes.hpp"
#include "fuzz/promise.hpp"
#include "report/remedy/explain_exim.hpp"
#include "report/remedy/explanation_json.hpp"
#include "report/remedy/explanation_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace {

using namespace smtptls;
using fuzz::promise;

constexpr std::array exims = {remedy::Release{4, 96, 0}, remedy::Release{4, 86, 0}, remedy::Release{4, 90, 0},
                              remedy::Release{5, 0, 0}};
constexpr std::array openssls = {remedy::Release{3, 0, 0}, remedy::Release{1, 0, 2}};

void check_forecast(const remedy::TlsForecast& forecast)
{
    const bool serves = forecast.offer == remedy::TlsOffer::optional || forecast.offer == remedy::TlsOffer::implicit;
    promise(serves || forecast.versions.empty(), "where there is no TLS there is no version");
    promise(forecast.certain || !forecast.note.empty(), "what cannot be told says why");
    promise(forecast.certain || forecast.versions.empty(), "what cannot be told names no version");
}

void check_service(const remedy::ServiceExplanation& service)
{
    check_forecast(service.now);
    for (const remedy::ConfigAdvice& advice : service.advice) {
        for (const remedy::ConfigOutcome& outcome : advice.after) {
            check_forecast(outcome.forecast);
            promise(outcome.forecast.offer == remedy::TlsOffer::optional, "who follows an advice has TLS");
        }
        for (const remedy::ConfigChange& change : advice.changes) {
            promise(std::all_of(change.lines.begin(), change.lines.end(), fuzz::is_harmless),
                    "a line to write can be shown");
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::string_view text = base::text_of(base::ByteView(data, size));
    const std::size_t which = text.empty() ? 0 : static_cast<std::uint8_t>(text.front());
    text.remove_prefix(text.empty() ? 0 : 1);
    const std::size_t end = std::min(text.find('\0'), text.size());
    const std::string included(text.substr(std::min(end + 1, text.size())));
    const auto look_up = [&](const std::string& path) -> remedy::EximInclude {
        if (path.ends_with("absent")) {
            return {remedy::EximInclude::State::absent, "", ""};
        }
        return path.ends_with("unread") ? remedy::EximInclude{}
                                        : remedy::EximInclude{remedy::EximInclude::State::read, included, ""};
    };
    const remedy::EximText file{text.substr(0, end), base::UntrustedText("exim.conf"), "/etc", look_up};
    const remedy::Explanation explanation = remedy::explain_exim(
        file, {exims.at(which % exims.size()), openssls.at(which / 4 % openssls.size()), which > 127});
    promise(explanation.services.size() == 2 || explanation.services.size() == 3 || explanation.services.size() == 4,
            "both libraries are explained");
    std::for_each(explanation.services.begin(), explanation.services.end(), check_service);
    for (std::string written : {remedy::write_text(explanation), remedy::write_json(explanation)}) {
        std::erase(written, '\n');
        promise(fuzz::is_harmless(written), "what is printed can be shown");
    }
    return 0;
}
