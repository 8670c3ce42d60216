// main.cf and master.cf of anybody: what is read can be explained, and what is printed can be shown; and where the
// advice is applied, the comments stay and what was written can be read. The
// input is a byte for the release, then main.cf, and behind the first NUL master.cf.
#include "base/bytes.hpp"
#include "fuzz/promise.hpp"
#include "report/remedy/config_lines.hpp"
#include "report/remedy/explain_postfix.hpp"
#include "report/remedy/explanation_text.hpp"
#include "report/remedy/postfix_apply.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace {

using namespace smtptls;
using fuzz::promise;

constexpr std::array releases = {remedy::Release{2, 9, 0}, remedy::Release{3, 1, 0}, remedy::Release{3, 7, 11},
                                 remedy::Release{3, 10, 13}};

bool is_harmless_text(std::string_view text)
{
    for (; !text.empty(); text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1)) {
        if (!fuzz::is_harmless(text.substr(0, text.find('\n')))) {
            return false;
        }
    }
    return true;
}

void check_service(const remedy::ServiceExplanation& service)
{
    promise(service.now.offer != remedy::TlsOffer::broken || service.now.versions.empty(),
            "what is broken accepts nothing");
    promise(service.now.offer != remedy::TlsOffer::none || service.now.versions.empty(), "no TLS, no version");
}

void check_advice(const remedy::ConfigAdvice& advice)
{
    for (const remedy::ConfigOutcome& outcome : advice.after) {
        promise(outcome.forecast.offer != remedy::TlsOffer::broken || outcome.forecast.versions.empty(),
                "what is broken accepts nothing, with advice too");
    }
    for (const remedy::ConfigChange& change : advice.changes) {
        for (const std::string& line : change.lines) {
            promise(fuzz::is_harmless(line), "a line to write can be shown");
        }
    }
}

std::vector<std::string_view> comments_of(std::string_view text)
{
    std::vector<std::string_view> comments;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (!remedy::trimmed(line).empty() && remedy::trimmed(line).front() == '#') {
            comments.push_back(line);
        }
    }
    return comments;
}

void check_applied(const remedy::PostfixTexts& texts, const remedy::PostfixChoice& choice)
{
    for (const remedy::Goal goal : {remedy::Goal::users, remedy::Goal::world}) {
        const auto applied = remedy::apply_advice(texts, choice, goal);
        if (!applied) {
            promise(fuzz::is_harmless(applied.error()), "why it is not applied can be shown");
            continue;
        }
        promise(comments_of(texts.main) == comments_of(applied->main), "the comments of main.cf stay");
        promise(comments_of(texts.master) == comments_of(applied->master), "the comments of master.cf stay");
        promise(remedy::parse_main(applied->main, texts.main_name).problems.empty(), "what is written can be read");
        promise(is_harmless_text(remedy::write_text(*applied)), "what was done can be shown");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::string_view text = base::text_of(base::ByteView(data, size));
    const std::size_t which = text.empty() ? 0 : static_cast<std::uint8_t>(text.front()) % releases.size();
    text.remove_prefix(text.empty() ? 0 : 1);
    const std::size_t end = std::min(text.find('\0'), text.size());
    const remedy::PostfixTexts texts{text.substr(0, end), base::UntrustedText("main.cf"),
                                     text.substr(std::min(end + 1, text.size())), base::UntrustedText("master.cf")};
    const remedy::PostfixFiles files{remedy::parse_main(texts.main, texts.main_name),
                                     remedy::parse_master(texts.master, texts.master_name)};
    // A service has hundreds of rules to go through; forty show what there is to see.
    if (files.master.services.size() > 40 || files.main.settings.size() > 200) {
        return 0;
    }
    const remedy::Explanation explanation = remedy::explain_postfix(files, {releases[which], std::nullopt, false});
    check_applied(texts, {releases[which], std::nullopt, false});
    for (const remedy::ServiceExplanation& service : explanation.services) {
        check_service(service);
    }
    for (const remedy::ConfigAdvice& advice : explanation.advice) {
        check_advice(advice);
    }
    promise(explanation.summary.size() <= 5, "the answer is short");
    promise(is_harmless_text(remedy::write_text(explanation)), "what is printed can be shown");
    return 0;
}
