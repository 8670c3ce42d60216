// What formats for people have in common: numbers with their nouns, and failures in a mail admin's words.
#pragma once

#include "base/failure.hpp"
#include "base/text_layout.hpp"
#include "model/scan_result.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace smtptls::report {

using base::joined;
using base::plural;

/// "1.5 s".
std::string seconds(std::int64_t milliseconds);

/// What a failure means; the stage and the reason's own name are in the JSON.
std::string sentence(const base::Failure& failure);

/// The sentence, and in parentheses the server's own words, escaped, if there are any.
std::string sentence_with_words(const base::Failure& failure);

/// How an endpoint ended that has no matrix, in a sentence.
std::string sentence_of_end(const model::EndpointResult& endpoint);

/// "STARTTLS" or "implicit TLS".
std::string mode_of(const model::Endpoint& endpoint);

/// "mail.example.com 192.0.2.1:25"; the name is left out where it is the address.
std::string place_of(const model::Endpoint& endpoint);

/// The same with the name as it is written in Unicode, where that was typed and may be shown:
/// "xn--bcher-kva.example (bücher.example) 192.0.2.1:25".
std::string shown_place_of(const model::Endpoint& endpoint);

/// A target as typed, for people, escaped. A name in Unicode as its ASCII form, with the other beside it if it may be
/// shown: "xn--bcher-kva.example:25 (bücher.example)".
std::string shown_target(const std::string& typed);
std::vector<std::string> shown_targets(const std::vector<std::string>& typed);

/// A value for people, escaped: "yes", "2048", "CN=x", "a, b".
std::string shown_value(const model::Value& value);

/// The observations of one subject by id, for people.
std::map<model::Fact, std::string> facts_of(const model::EndpointResult& endpoint, const std::string& subject);

/// Observations that have the same value, for people: what they are, with what they are about in brackets, and the
/// value.
struct LabelledFact {
    model::Fact fact{};
    std::string label;  ///< "order (TLS 1.3, TLS 1.2)"
    std::string value;
};

/// All observations but those of certificates and those among `others`, in the order of observations.def. What a hello
/// has that the server does not mind is left out.
std::vector<LabelledFact> labelled_facts(const model::EndpointResult& endpoint, std::span<const model::Fact> others);

/// The count that was observed of the endpoint itself, from 0 to 1,000,000,000; 0 if there is none.
std::int64_t number_of(const model::EndpointResult& endpoint, model::Fact fact);

/// The subjects with an observation `certificate.*`, in the order of the document: SHA-256 fingerprints, "leaf 1" in
/// documents of old.
std::vector<std::string> certificates_of(const model::EndpointResult& endpoint);

/// "1 of 2, SHA-256 7a31f0c2b4d5e6f7..." for a certificate with these facts; empty where it is the only one.
std::string place_among(std::size_t number, std::size_t count, const std::map<model::Fact, std::string>& facts);

/// "RSA 2048 bits" for a certificate with these facts; of a size that is not known the type alone.
std::string key_words(const std::map<model::Fact, std::string>& facts);

/// Who issued a certificate with these facts, and whether that is trusted: "issued by CN=Example CA, trusted".
std::string issuer_words(const std::map<model::Fact, std::string>& facts);

/// What else is to be said of such a certificate, a phrase each: that it is not for the host, what was heard of
/// revocation, what is wrong with the chain. Mostly none.
std::vector<std::string> remarks_on_certificate(const std::map<model::Fact, std::string>& facts);

}  // namespace smtptls::report
