#include "report/log/journal_line.hpp"

#include "json/json.hpp"

#include <charconv>

namespace smtptls::log {
namespace {

// Fills the fields of one flat object and builds nothing else: SAX, so that a line of a thousand fields, or
// of a thousand brackets, costs no memory.
class Fields final : public nlohmann::json_sax<json::Value> {
public:
    JournalEntry entry;
    std::string comm;
    std::string pid;

    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return depth_ < 2; }
    bool number_unsigned(number_unsigned_t value) override
    {
        // An array of numbers is a text in bytes.
        if (depth_ == 2 && in_array_ && value < 256 && place_ != nullptr) {
            place_->push_back(static_cast<char>(value));
        }
        return true;
    }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t& text) override
    {
        if (depth_ == 1 && timestamp_) {
            std::int64_t value = 0;
            const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
            if (error == std::errc{} && end == text.data() + text.size() && value >= 0) {
                entry.microseconds = value;
            }
        } else if (depth_ == 1 && place_ != nullptr) {
            *place_ = std::move(text);
        }
        return true;
    }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return ++depth_ == 1; }
    bool end_object() override { return --depth_ == 0; }
    bool start_array(std::size_t) override
    {
        in_array_ = true;
        if (place_ != nullptr) {
            place_->clear();
        }
        return ++depth_ == 2;
    }
    bool end_array() override
    {
        in_array_ = false;
        return --depth_ == 1;
    }
    bool key(string_t& name) override
    {
        timestamp_ = name == "__REALTIME_TIMESTAMP";
        place_ = place_of(name);
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

private:
    std::string* place_of(const std::string& name)
    {
        return name == "MESSAGE"             ? &entry.message
               : name == "SYSLOG_IDENTIFIER" ? &entry.program
               : name == "SYSLOG_PID"        ? &entry.process
               : name == "_HOSTNAME"         ? &entry.host
               : name == "_COMM"             ? &comm
               : name == "_PID"              ? &pid
                                             : nullptr;
    }

    std::string* place_ = nullptr;
    bool timestamp_ = false;
    bool in_array_ = false;
    int depth_ = 0;
};

}  // namespace

std::optional<JournalEntry> decode_journal_line(std::string_view line)
{
    Fields fields;
    if (!json::Value::sax_parse(line.begin(), line.end(), &fields)) {
        return std::nullopt;
    }
    JournalEntry& entry = fields.entry;
    entry.program = entry.program.empty() ? fields.comm : entry.program;
    entry.process = entry.process.empty() ? fields.pid : entry.process;
    if (entry.program.empty() || entry.message.empty()) {
        return std::nullopt;
    }
    return std::move(entry);
}

}  // namespace smtptls::log
