#include "tls/alert.hpp"

#include "tls/code_point.hpp"

namespace smtptls::tls {
namespace {

constexpr NamedCode<AlertDescription> alert_names[] = {
#define ALERT(code, name) {AlertDescription::name, #name},
#include "tls/alerts.def"
#undef ALERT
};
static_assert(std::ranges::is_sorted(alert_names, {}, &NamedCode<AlertDescription>::code));

}  // namespace

std::string format(AlertLevel level)
{
    switch (level) {
        case AlertLevel::warning: return "warning";
        case AlertLevel::fatal: return "fatal";
    }
    return "level " + std::to_string(static_cast<unsigned>(level));
}

std::string format(AlertDescription description)
{
    const std::string_view name = name_of<AlertDescription>(alert_names, description);
    return name.empty() ? "alert " + std::to_string(static_cast<unsigned>(description)) : std::string(name);
}

std::string format(const Alert& alert)
{
    return format(alert.level) + " " + format(alert.description);
}

}  // namespace smtptls::tls
