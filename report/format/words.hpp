// What formats for people have in common: numbers with their nouns, and failures in a mail admin's words.
#pragma once

#include "base/failure.hpp"
#include "model/scan_result.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace smtptls::report {

/// "1 hello", "2 hellos".
std::string plural(std::size_t count, const std::string& noun);

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

/// A value for people, escaped: "yes", "2048", "CN=x", "a, b".
std::string shown_value(const model::Value& value);

/// The observations of one subject by id, for people.
std::map<std::string, std::string> facts_of(const model::EndpointResult& endpoint, const std::string& subject);

/// The subjects with an observation `certificate.*`, in the order of the document: SHA-256 fingerprints, "leaf 1" in
/// documents of old.
std::vector<std::string> certificates_of(const model::EndpointResult& endpoint);

/// "1 of 2, SHA-256 7a31f0c2b4d5e6f7..." for a certificate with these facts; empty where it is the only one.
std::string place_among(std::size_t number, std::size_t count, const std::map<std::string, std::string>& facts);

/// "RSA 2048 bits" for a certificate with these facts; of a size that is not known the type alone.
std::string key_words(const std::map<std::string, std::string>& facts);

/// The names of the texts, escaped, with ", " between them.
std::string join(const std::vector<std::string>& texts, const std::string& between = ", ");

}  // namespace smtptls::report
