// What a server said in the SMTP dialogue, and what its words mean. RFC 5321, RFC 3207.
#pragma once

#include "base/untrusted_text.hpp"
#include "smtp/reply.hpp"

#include <optional>
#include <string>
#include <vector>

namespace smtptls::smtp {

/// What the server said, in its own words; what it did not get to say is absent.
struct Transcript {
    std::optional<Reply> greeting;
    std::optional<Reply> ehlo;
    std::optional<Reply> starttls;
    /// Bytes that came behind the 220 to STARTTLS and before TLS: response injection.
    base::UntrustedText plaintext_after_starttls;
    bool operator==(const Transcript&) const = default;

    /// The EHLO keywords: the first word of each line after the first, in upper case.
    std::vector<std::string> keywords() const;

    /// STARTTLS stands where RFC 5321 section 4.1.1.1 has the server's name: most clients do not find it there.
    bool starttls_in_first_line() const;

    /// What a middlebox wrote over: the text of a greeting of asterisks, keywords like XXXXXXXA and ****.
    std::vector<std::string> overwritten() const;
};

/// Whether a middlebox wrote over an EHLO keyword. One that rewrites "STARTTLS" in place leaves the length and often
/// one last letter: "XXXXXXXA". Others write asterisks, which no keyword has (RFC 5321 section 4.1.1.1).
bool is_overwritten(const std::string& keyword);

}  // namespace smtptls::smtp
