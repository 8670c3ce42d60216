// Policies of anybody: a refusal can be shown, and what is read has rules with all they need.
#include "base/bytes.hpp"
#include "fuzz/promise.hpp"
#include "report/policy/policy_json.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace smtptls;
    using fuzz::promise;
    const auto policy = policy::decode_policy(base::text_of(base::ByteView(data, size)));
    if (!policy) {
        promise(!policy.error().empty() && fuzz::is_harmless(policy.error()), "an error is a sentence to show");
        return 0;
    }
    promise(!policy->rules.empty() && fuzz::is_harmless(policy->name + policy->title + policy->document),
            "a policy has rules, and texts to show");
    for (const policy::PolicyRule& rule : policy->rules) {
        promise(!rule.id.empty() && fuzz::is_harmless(rule.id + rule.asks + rule.source + rule.note),
                "and so has a rule");
    }
    return 0;
}
