// From the bytes of mail logs to MailLog, in constant memory: lines, events, sessions, counts, and
// the impact of a higher lowest version. Pure: the caller reads the files, and knows what time it is.
#pragma once

#include "model/address.hpp"
#include "report/log/front.hpp"
#include "report/log/sessions.hpp"
#include "report/log/tally.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtptls::log {

struct ReaderSettings {
    tls::ProtocolVersion below = tls::ProtocolVersion::tls1_2;
    std::optional<LogTime> since;           ///< sessions that began before are not counted
    std::vector<model::IpNetwork> ignored;  ///< nor are those with these
    TallyLimits limits;
    std::size_t open_sessions = 20000;
};

class LogReader {
public:
    /// What is read of a longer line; its rest is skipped, and the line is counted as over-long.
    static constexpr std::size_t line_limit = 65536;

    explicit LogReader(const ReaderSettings& settings);
    LogReader(const LogReader&) = delete;
    LogReader& operator=(const LogReader&) = delete;

    /// A file begins. `ends`: when it was last written, in seconds since 1970, for lines without a year.
    void begin(std::int64_t ends);

    /// The next bytes, cut anywhere.
    void append(std::string_view bytes);

    /// The file is over; its last line may lack its end.
    void end();

    /// No more files. Call once.
    MailLog finish();

private:
    void take(std::string_view raw);
    void take(const Line& line);
    void take_event(const Line& line, const Event& event);
    void take_foreign(const Line& line);
    void take_journal(std::string_view raw);
    void take_part(std::string_view part);
    void count(const Entry& entry);
    bool is_ignored(const Entry& entry) const;
    std::optional<LogTime> when(const Line& line);

    ReaderSettings settings_;
    Tally tally_;
    Sessions sessions_;
    MailLog log_;
    Front front_;
    bool coloured_ = false;  // an escape character came in this file
    std::string plain_;      // a line without its colours
    std::string part_;       // the beginning of a line whose end has not come
    bool skipping_ = false;
    std::int64_t ends_ = 0;
    std::string last_stamp_;
    std::optional<LogTime> last_time_;
};

}  // namespace smtptls::log
