#include "report/log/journal_line.hpp"

#include "json/json.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace smtptls::log {
namespace {

// Fills the fields of one object and builds nothing else: SAX, so that a line of a thousand fields, or of a thousand
// brackets, costs no memory.
class Fields final : public nlohmann::json_sax<json::Value> {
public:
    JournalEntry entry;
    std::string time;
    std::string comm;
    std::string pid;
    std::string unit;

    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t value) override
    {
        // An array of numbers is a text in bytes.
        if (depth_ == 2 && bytes_ && value < 256 && place_ != nullptr) {
            place_->push_back(static_cast<char>(value));
        } else if (depth_ == 1 && place_ == &entry.process) {
            entry.process = std::to_string(value);
        }
        return true;
    }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t& text) override
    {
        if (depth_ == 1 && place_ != nullptr && place_->empty()) {
            *place_ = std::move(text);
        }
        return true;
    }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override
    {
        bytes_ = false;
        return ++depth_ <= JournalEntry::depth_limit;
    }
    bool end_object() override { return --depth_ >= 0; }
    bool start_array(std::size_t) override
    {
        ++depth_;
        bytes_ = depth_ == 2;
        return depth_ > 1 && depth_ <= JournalEntry::depth_limit;
    }
    bool end_array() override
    {
        bytes_ = false;
        return --depth_ >= 0;
    }
    bool key(string_t& name) override
    {
        if (depth_ == 1) {
            place_ = place_of(name);
        }
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

private:
    struct Name {
        std::string_view name;
        std::string JournalEntry::*place;
    };

    std::string* place_of(std::string_view name)
    {
        if (name == "__REALTIME_TIMESTAMP") {
            return &time;
        }
        if (name == "_COMM" || name == "_PID" || name == "_SYSTEMD_UNIT") {
            return name == "_COMM" ? &comm : name == "_PID" ? &pid : &unit;
        }
        using Entry = JournalEntry;
        constexpr std::array<Name, 32> names = {{
            {"MESSAGE", &Entry::message},     {"message", &Entry::message},
            {"msg", &Entry::message},         {"log", &Entry::message},
            {"line", &Entry::message},        {"short_message", &Entry::message},
            {"MSG", &Entry::message},         {"SYSLOG_IDENTIFIER", &Entry::program},
            {"PROGRAM", &Entry::program},     {"program", &Entry::program},
            {"programname", &Entry::program}, {"app-name", &Entry::program},
            {"appname", &Entry::program},     {"app_name", &Entry::program},
            {"ident", &Entry::program},       {"syslogtag", &Entry::program},
            {"SYSLOG_PID", &Entry::process},  {"PID", &Entry::process},
            {"pid", &Entry::process},         {"procid", &Entry::process},
            {"_HOSTNAME", &Entry::host},      {"HOST", &Entry::host},
            {"host", &Entry::host},           {"hostname", &Entry::host},
            {"fromhost", &Entry::host},       {"time", &Entry::stamp},
            {"@timestamp", &Entry::stamp},    {"timestamp", &Entry::stamp},
            {"timereported", &Entry::stamp},  {"ISODATE", &Entry::stamp},
            {"DATE", &Entry::stamp},          {"date", &Entry::stamp},
        }};
        const auto found =
            std::find_if(names.begin(), names.end(), [name](const Name& one) { return one.name == name; });
        return found == names.end() ? nullptr : &(entry.*found->place);
    }

    std::string* place_ = nullptr;
    bool bytes_ = false;
    int depth_ = 0;
};

std::optional<std::int64_t> microseconds_of(const std::string& text)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole && value >= 0 ? std::optional(value) : std::nullopt;
}

// "postfix/smtpd[123]:" as rsyslog's syslogtag has it.
void split_syslogtag(JournalEntry& entry)
{
    if (entry.program.ends_with(':')) {
        entry.program.pop_back();
    }
    const std::size_t bracket = entry.program.find('[');
    if (bracket != std::string::npos && bracket > 0 && entry.program.ends_with(']')) {
        if (entry.process.empty()) {
            entry.process = entry.program.substr(bracket + 1, entry.program.size() - bracket - 2);
        }
        entry.program.resize(bracket);
    }
}

}  // namespace

std::optional<JournalEntry> decode_journal_line(std::string_view line)
{
    Fields fields;
    if (!json::Value::sax_parse(line.begin(), line.end(), &fields)) {
        return std::nullopt;
    }
    JournalEntry& entry = fields.entry;
    entry.microseconds = microseconds_of(fields.time);
    split_syslogtag(entry);
    for (const std::string* const other : {&fields.comm, &fields.unit}) {
        entry.program = entry.program.empty() ? *other : entry.program;
    }
    entry.process = entry.process.empty() ? fields.pid : entry.process;
    entry.message.resize(std::min(entry.message.size(), entry.message.find_first_of("\r\n")));
    if (entry.message.empty()) {
        return std::nullopt;
    }
    return std::move(entry);
}

}  // namespace smtptls::log
