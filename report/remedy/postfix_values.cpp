#include "report/remedy/postfix_values.hpp"

#include "report/remedy/config_lines.hpp"

#include <algorithm>

namespace smtptls::remedy {
namespace {

bool is_digits(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "-1" is a number; what a parameter makes of it is its own affair.
bool is_number(std::string_view text)
{
    return is_digits(text.substr(!text.empty() && (text.front() == '-' || text.front() == '+') ? 1 : 0));
}

// "300s", "1h"; without a unit the parameter's own counts.
bool is_time(std::string_view text)
{
    if (!text.empty() &&
        std::string_view("smhdw").find(lower(text.substr(text.size() - 1))) != std::string_view::npos) {
        text.remove_suffix(1);
    }
    return is_digits(text);
}

bool is_read(const Parameter& parameter, Side side, bool tls_on)
{
    const bool proxy = side == Side::tlsproxy || side == Side::postscreen;
    const bool old_switch = parameter.name == "smtpd_use_tls" || parameter.name == "smtpd_enforce_tls";
    const bool common = parameter.side == Side::common && parameter.name.substr(0, 4) == "tls_" &&
                        parameter.name != "tls_required_enable" && side != Side::postscreen;
    return parameter.side == side || (proxy && old_switch) || (tls_on && common);
}

}  // namespace

bool is_fatal(const Parameter& parameter, const std::string& value)
{
    switch (parameter.type) {
        case ValueType::boolean: return lower(value) != "yes" && lower(value) != "no";
        case ValueType::number: return !is_number(value);
        case ValueType::time: return !is_time(value);
        case ValueType::filled: return value.empty();
        case ValueType::text: return false;
    }
    return false;
}

const Setting* fatal_line(const Parameters& parameters, bool tls_on)
{
    const auto is_bad = [&](const Setting& at) {
        const Parameter* const parameter = find_parameter(at.name);
        if (parameter == nullptr || !is_read(*parameter, parameters.side(), tls_on)) {
            return false;
        }
        const Effective effective = parameters.find(at.name);
        return effective.setting == &at && effective.certain && is_fatal(*parameter, effective.value);
    };
    if (parameters.service() != nullptr) {
        for (const ServiceOption& option : parameters.service()->options) {
            if (is_bad(option.setting)) {
                return &option.setting;
            }
        }
    }
    const auto& lines = parameters.main().settings;
    const auto found = std::find_if(lines.begin(), lines.end(), is_bad);
    return found == lines.end() ? nullptr : &*found;
}

Stray stray_of(const std::string& value)
{
    if (value.find(" #") != std::string::npos || value.rfind('#', 0) == 0) {
        return Stray::comment;
    }
    const bool quotes =
        value.size() > 1 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front();
    return quotes ? Stray::quotes : Stray::none;
}

}  // namespace smtptls::remedy
