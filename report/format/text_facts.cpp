#include "report/format/text_facts.hpp"

#include <array>

namespace smtptls::report {
namespace {

using model::Fact;

// What has words of its own, in the text or in its hints.
constexpr std::array in_other_words = {Fact::smtp_greeting,
                                       Fact::smtp_overwritten,
                                       Fact::smtp_starttls_in_first_line,
                                       Fact::smtp_starttls_offered,
                                       Fact::smtp_starttls_missing,
                                       Fact::smtp_starttls_withdrawn,
                                       Fact::smtp_silent_inside_tls,
                                       Fact::smtp_plaintext_after_starttls,
                                       Fact::key_exchange_groups_seen,
                                       Fact::client_certificate,
                                       Fact::ssl2_without_certificate,
                                       Fact::limits_probably_banned,
                                       Fact::limits_turned_away,
                                       Fact::limits_throttled,
                                       Fact::limits_throttled_after_ms,
                                       Fact::server_contradicts,
                                       Fact::server_perhaps_several,
                                       Fact::tls_internal_error,
                                       Fact::double_check_asked,
                                       Fact::double_check_differ,
                                       Fact::double_check_unanswered,
                                       Fact::suites_order,
                                       Fact::suites_server_order,
                                       Fact::intolerance_grease,
                                       Fact::intolerance_unknown_extension,
                                       Fact::intolerance_length_256_to_511,
                                       Fact::intolerance_over_one_segment,
                                       Fact::intolerance_over_64_suites,
                                       Fact::intolerance_over_128_suites,
                                       Fact::intolerance_high_suites,
                                       Fact::intolerance_extensions,
                                       Fact::intolerance_server_name,
                                       Fact::intolerance_tls1_3_hello,
                                       Fact::baseline_same,
                                       Fact::baseline_has_it,
                                       Fact::baseline_accepted,
                                       Fact::baseline_refused,
                                       Fact::baseline_not_known,
                                       Fact::baseline_certificates,
                                       Fact::baseline_certificates_gone};

}  // namespace

std::string intolerances(const std::map<model::Fact, std::string>& facts)
{
    static constexpr std::array<std::pair<model::Fact, const char*>, 10> words = {{
        {Fact::intolerance_tls1_3_hello, "TLS 1.3 on offer"},
        {Fact::intolerance_server_name, "a server name"},
        {Fact::intolerance_extensions, "many extensions"},
        {Fact::intolerance_unknown_extension, "an unknown extension"},
        {Fact::intolerance_grease, "GREASE"},
        {Fact::intolerance_length_256_to_511, "256 to 511 bytes"},
        {Fact::intolerance_over_one_segment, "more bytes than one segment holds"},
        {Fact::intolerance_over_64_suites, "more than 64 suites"},
        {Fact::intolerance_over_128_suites, "more than 128 suites"},
        {Fact::intolerance_high_suites, "suites above 0x00ff"},
    }};
    std::string text;
    for (const auto& [trait, word] : words) {
        const auto found = facts.find(trait);
        const bool over_64_said = trait == Fact::intolerance_over_128_suites && text.ends_with("64 suites");
        if (found != facts.end() && found->second == "yes" && !over_64_said) {
            text += (text.empty() ? "" : ", ") + std::string(word);
        }
    }
    return text;
}

std::vector<LabelledFact> facts_without_words(const model::EndpointResult& endpoint)
{
    return labelled_facts(endpoint, in_other_words);
}

}  // namespace smtptls::report
