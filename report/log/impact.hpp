// What raising the lowest version would cost, from the counts of a log.
#pragma once

#include "report/log/mail_log.hpp"

namespace smtptls::log {

/// Fills `log.impact` from `log.services`, `log.peers` and `log.not_kept`.
///
/// Who loses TLS: a peer that never spoke enough and sometimes below is cut; one that spoke both is mixed.
/// What it does then: a peer that has sent in clear text in this log falls back; another with a login fails (a
/// program told to use TLS does not send its password without); else the service tells. One that took mail
/// in clear text, plain smtpd and port 25 do not demand TLS (RFC 3207 section 4: a public server must not); a
/// name that says submission or smtps, and ports 465 and 587, do. Outbound our own client decides, and its
/// setting is not in the log.
void judge(MailLog& log);

}  // namespace smtptls::log
