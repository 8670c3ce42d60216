#include "report/policy/suggest.hpp"

#include "json/json.hpp"
#include "json/layout.hpp"

#include <algorithm>

namespace smtptls::policy {
namespace {

// What a waiver's text may hold: escaped subjects cannot be named in one.
bool can_be_named(const std::string& subject)
{
    constexpr std::size_t longest = 1024;
    return !subject.empty() && subject.size() <= longest && std::ranges::none_of(subject, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f || c == '\\';
    });
}

json::Value encode(const model::Finding& finding)
{
    json::Value out = {{"finding", finding.id.str()}};
    if (!finding.subjects.empty() && std::ranges::all_of(finding.subjects, can_be_named)) {
        json::Value subjects = json::Value::array();
        for (const std::string& subject : finding.subjects) {
            subjects.push_back(subject);
        }
        out["subjects"] = std::move(subjects);
    }
    out["owner"] = "";
    out["reason"] = "";
    out["expires"] = "";
    return out;
}

}  // namespace

void SuggestedWaivers::add(const model::Judgement& judgement)
{
    for (const model::Finding& finding : judgement.findings) {
        if (finding.counts()) {
            const json::Value waiver = encode(finding);
            waivers_.push_back(json::elements_text({&waiver, 1}));
        }
    }
}

std::string SuggestedWaivers::text() const
{
    std::string text;
    const base::Sink sink = [&text](std::string_view part) { text += part; };
    json::Document document(sink);
    document.member("format", "smtptls-scan waivers");
    document.member("schema_version", 1);
    document.begin_list("waivers");
    for (const std::string& waiver : waivers_) {
        document.add_text(waiver);
    }
    document.end_list();
    document.end();
    return text;
}

}  // namespace smtptls::policy
