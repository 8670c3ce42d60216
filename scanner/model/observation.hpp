// A fact about an endpoint that is no cell of the matrix. What there can be stands in observations.def: a new probe
// adds its lines there, and every format shows them.
#pragma once

#include "base/untrusted_text.hpp"
#include "model/question.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace smtptls::model {

using Value = std::variant<bool, std::int64_t, base::UntrustedText, std::vector<base::UntrustedText>>;

enum class Fact : std::uint8_t {
#define OBSERVATION(name, id, type, subject, label, sentence, page) name,
#define AWAITED(name, id, type) name,
#include "model/observations.def"
#undef AWAITED
#undef OBSERVATION
};

/// The kinds of values, by the words of observations.def.
enum class FactType { boolean, integer, text, texts };

struct FactInfo {
    std::string_view id;  ///< dotted, lower case: model::Fact::certificate_subject
    FactType type{};
    std::string_view subject;   ///< what the subject is: "version", "certificate"; empty: there is none
    std::string_view label;     ///< for people
    std::string_view sentence;  ///< what it means; empty if no probe observes it yet
    std::string_view page;      ///< of docs/probes; "baseline": docs/baseline.md
};

const FactInfo& info_of(Fact fact);
std::string_view format(Fact fact);  ///< its id
std::optional<Fact> parse_fact(std::string_view id);

/// Whether it is about a certificate, whose SHA-256 the subject is.
bool is_of_certificate(Fact fact);

/// All of them, in the order of observations.def.
std::span<const FactInfo> all_facts();

struct Observation {
    Fact id{};
    std::string subject;  ///< what it is about when there are several: a version, a certificate's SHA-256; may be empty
    Value value;
    std::vector<QuestionId> evidence;

    bool operator==(const Observation&) const = default;
};

namespace fact_types {

using boolean = bool;
using integer = std::int64_t;
using text = base::UntrustedText;
using texts = std::vector<base::UntrustedText>;

template <Fact fact>
struct Of;

#define OBSERVATION(name, id, kind, subject, label, sentence, page) \
    template <>                                                     \
    struct Of<Fact::name> {                                         \
        using type = kind;                                          \
    };
#define AWAITED(name, id, kind) OBSERVATION(name, id, kind, , , , )
#include "model/observations.def"
#undef AWAITED
#undef OBSERVATION

}  // namespace fact_types

/// The one way for a probe to make one: a value of another type does not compile.
template <Fact fact>
Observation observed(typename fact_types::Of<fact>::type value, std::vector<QuestionId> evidence = {},
                     std::string subject = {})
{
    return {fact, std::move(subject), std::move(value), std::move(evidence)};
}

}  // namespace smtptls::model
