// How and where a conversation ended without an answer. Values, not exceptions: a failure is a
// result like any other and travels with the server's own words.
#pragma once

#include "base/untrusted_text.hpp"

#include <string_view>

namespace smtptls::base {

/// The step of a conversation in which it ended.
enum class Stage { resolve, connect, greeting, ehlo, starttls, hello, handshake, inner_ehlo, close };

/// Why it ended. `not_offered` and `stripped` are about the STARTTLS keyword: absent, or
/// overwritten on the way; `unavailable` is a 454 to STARTTLS; `throttled` is 421 anywhere or
/// 450, 451, 452; `rejected` is any other negative reply; `left_out` is what a limit of ours leaves unscanned.
enum class Reason {
    timed_out,
    refused,
    reset,
    closed,
    unreachable,
    not_found,
    rejected,
    throttled,
    unavailable,
    not_offered,
    stripped,
    protocol_error,
    cancelled,
    left_out,
    local_error,
};

struct Failure {
    Stage stage = Stage::connect;
    Reason reason = Reason::local_error;
    UntrustedText text = {};  ///< the server's words, or the operating system's; may be empty

    bool operator==(const Failure&) const = default;
};

std::string_view format(Stage stage);
std::string_view format(Reason reason);

}  // namespace smtptls::base
